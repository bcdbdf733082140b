"""The compiled forms of the model's functions give the bits of the NumPy forms, and are taken only where they pay."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, is_dataclass
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaksim.engine.lanes import Floats, SomeArms
from leaksim.engine.streams import Chance
from leaksim.model import compiled
from leaksim.model.clearing import Sellers, scale_down, trade
from leaksim.model.demand import DEMAND_FORMS, DemandCurve
from leaksim.model.designations import Factors, Listed, live_on
from leaksim.model.measures import strictest
from leaksim.scenario.schema import Designations, Lever, Levers, Scenario
from leaksim.simulation import Result, simulate
from leaksim.store.manifest import common_facts
from worlds import LONG_AGO, cap, cut, from_registry, scenario

pytest.importorskip("numba")

EVERYTHING = Levers(
    designations=Designations(rounds_per_year=12, names_per_round=4, target="by_volume"),
    port_monitoring=Lever(level=0.7),
    bank_pressure=Lever(level=0.5),
)
MEASURES = (
    cut("motor_fuel", 0.9),
    cap("jet_fuel", 40, "2017-04-11"),
    cut("capital_goods", 0.7, "2017-02-20"),
    cut("coal", 1.0, LONG_AGO),
    cut("textiles", 0.5, "2017-03-11"),
)
LARGEST_FIRMS = Designations(rounds_per_year=12, names_per_round=4, target="hub")
SCENARIOS = {
    "every lever": scenario(*MEASURES, months=8, levers=EVERYTHING),
    "largest firms": scenario(*MEASURES, months=4, levers=Levers(designations=LARGEST_FIRMS)),
    "uncertain": scenario(
        *MEASURES,
        months=8,
        uncertainties=from_registry("demand.elasticity.industry", "traders.cost.highest", "suppliers.capacity"),
    ),
    "priorities": scenario(*MEASURES, months=8, assumptions={"demand.priority.military": 3.0}),
    "poor": scenario(*MEASURES, months=8, assumptions={"reserves.initial": 500.0}),
    "linear": scenario(*MEASURES, months=8, assumptions={"demand.form": "linear"}),
    "nothing forbidden": scenario(months=3),
}


@pytest.fixture(autouse=True)
def numpy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin and end each test as a fresh process does."""
    monkeypatch.delenv(compiled.SWITCH, raising=False)
    monkeypatch.setattr(compiled, "_taken", {})
    monkeypatch.setattr(compiled, "_computed", 0)


def run(what: Scenario, form: str, monkeypatch: pytest.MonkeyPatch, *, deterministic: bool = False) -> Result:
    monkeypatch.setenv(compiled.SWITCH, form)
    result = simulate(what, replications=1 if deterministic else 24, seed=5, deterministic=deterministic)
    assert bool(compiled._taken) == (form == "1")
    return result


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_comes_out_the_same_to_the_last_bit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_numpy, by_kernels = (run(SCENARIOS[name], form, monkeypatch) for form in "01")
    for table in ("table", "monthly", "replications", "bands"):
        assert getattr(by_numpy, table).to_csv() == getattr(by_kernels, table).to_csv(), table


def test_a_run_without_chance_comes_out_the_same_to_the_last_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    by_numpy, by_kernels = (run(SCENARIOS["every lever"], form, monkeypatch, deterministic=True) for form in "01")
    assert by_numpy.monthly.to_csv() == by_kernels.monthly.to_csv()


def bits(value: object) -> object:
    """What a function returned, so that two results are equal if and only if their bits are."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype, value.tobytes()
    if isinstance(value, tuple | list):
        return [bits(each) for each in value]
    if isinstance(value, dict):
        return [(key, bits(each)) for key, each in value.items()]
    if is_dataclass(value):
        return [bits(getattr(value, field.name)) for field in fields(value)]
    return value if isinstance(value, int | float | str) else type(value)


def test_every_function_gives_the_bits_of_its_numpy_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call of a whole run is made in both forms."""
    calls: Counter[str] = Counter()
    monkeypatch.setenv(compiled.SWITCH, "1")
    compiled.take_if_worth(0)
    forms = dict(compiled._taken)

    def in_both(name: str) -> Callable[..., object]:
        module = compiled._homes[name]
        path = name.removeprefix(f"{module}.").split(".")
        function: Any = reduce(getattr, path, import_module(module))
        reference = compiled.numpy_form(function)

        def both(*arguments: Any, **named: Any) -> object:
            calls[name] += 1
            copies = deepcopy(arguments)
            expected = reference(*copies, **named)
            assert bits(forms[name](*arguments, **named)) == bits(expected), name
            # Some write to pages of the books.
            assert bits(arguments) == bits(copies), name
            return expected

        return both

    monkeypatch.setattr(compiled, "_taken", {name: in_both(name) for name in forms})
    for name in ("every lever", "poor"):
        simulate(SCENARIOS[name], replications=16, seed=6)
    assert set(calls) == set(forms)


def tenths(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(lambda number: number / 10)


def both_forms(function: Callable[..., object], *arguments: object) -> tuple[object, object]:
    name = f"{function.__module__}.{function.__qualname__}"
    copies = deepcopy(arguments)
    try:
        compiled._taken.update(compiled._load())
        by_kernels = compiled._taken[name](*arguments)
    finally:
        compiled._taken.clear()
    by_numpy = compiled.numpy_form(function)(*copies)
    # Some bring their arguments up to date.
    return (bits(by_kernels), bits(arguments)), (bits(by_numpy), bits(copies))


@st.composite
def markets(draw: st.DrawFn) -> tuple[DemandCurve, Floats, Sellers, list[Floats], list[Floats], Floats, Floats]:
    """Markets with ties: prices and quantities on a grid, sellers who offer nothing, and choke prices that are met."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    classes, arms = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    groups = [SomeArms(rng.random(arms) < 0.7) for _ in range(draw(st.integers(0, 4)))]
    grid = draw(st.sampled_from([0.5, 0.1, 1e-9]))

    def on_grid(low: float, high: float, *shape: int) -> Floats:
        return np.round(rng.uniform(low, high, shape) / grid) * grid

    elasticity = rng.uniform(0.03, 1.9, (classes, 1, 8))
    curve = DEMAND_FORMS[draw(st.sampled_from(sorted(DEMAND_FORMS)))](
        on_grid(1, 40, classes, 1, 8), elasticity, on_grid(1.5, 9, classes, 1, 8)
    )
    base = draw(st.sampled_from([0.0, 0.3, 0.9, 1.0, 1.2])) * curve.baseline_total * rng.integers(0, 2, (arms, 8))
    shapes = [(int(rng.integers(1, 5)), int(group.flags.sum()), 8) for group in groups]
    capacities = [on_grid(0, 20, *shape) * rng.integers(0, 2, shape) for shape in shapes]
    reservations = [on_grid(0.5, 9, *shape) for shape in shapes]
    price = rng.uniform(0.01, 0.2, (1, 8))
    return curve, base, Sellers(groups, arms), reservations, capacities, rng.random((1, 1)), price


@settings(max_examples=150, deadline=None)
@given(markets())
def test_any_market_clears_to_the_same_bits(
    market: tuple[DemandCurve, Floats, Sellers, list[Floats], list[Floats], Floats, Floats],
) -> None:
    by_kernels, by_numpy = both_forms(trade, *market)
    assert by_kernels == by_numpy


@settings(max_examples=50, deadline=None)
@given(markets(), st.integers(0, 2**32))
def test_sales_are_scaled_down_to_the_same_bits(
    market: tuple[DemandCurve, Floats, Sellers, list[Floats], list[Floats], Floats, Floats], number: int
) -> None:
    share = np.random.default_rng(number).choice([0.0, 0.3, 1.0], market[1].shape)
    by_kernels, by_numpy = both_forms(scale_down, trade(*market), market[2], share)
    assert by_kernels == by_numpy


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.booleans(), st.booleans())
def test_any_quantity_is_rationed_to_the_same_bits(number: int, classes: int, weighted: bool, guessed: bool) -> None:
    rng = np.random.default_rng(number)
    shape = (classes, 1, 16)
    curve = DEMAND_FORMS["isoelastic"](
        rng.random(shape) * rng.integers(0, 2, (classes, 1, 1)),
        rng.uniform(0.03, 2, shape),
        rng.uniform(1.01, 20, shape),
        rng.choice([0.5, 1.0, 3.0], shape) if weighted else None,
    )
    total = rng.choice([0.0, 0.2, 0.7, 1.0, 1.3], (2, 16)) * curve.baseline_total
    guess = np.exp(rng.uniform(0, 2, (2, 16))) if guessed else None
    by_kernels, by_numpy = both_forms(DemandCurve.ration, curve, total, guess)
    assert by_kernels == by_numpy


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.2, 1.0]))
def test_the_same_firms_are_named(number: int, chance: float) -> None:
    """Also where scores are equal, firms are active in part, and more are to be named than there are."""
    rng = np.random.default_rng(number)
    firms, arms = int(rng.integers(1, 12)), int(rng.integers(1, 3))
    shape = firms, arms, 8
    score, active = rng.integers(0, 5, shape) / 4, rng.choice([0.0, 0.3, 1.0], shape)
    names = rng.choice([0.0, 0.4, 1.0, 2.5, 3.0, 20.0], (1, 8))
    listed = Listed(active, active * rng.random(shape), *np.ones((2, *shape)))
    returning = Chance(rng.random((firms, 1, 8)), np.full((1, 8), 0.5), rng.random() < 0.5)
    ties, factors = chance * rng.random((firms, 1, 8)), Factors(*rng.random((2, 1, 8)))
    by_kernels, by_numpy = both_forms(live_on, listed, [score], ties, names, [returning], factors)
    assert by_kernels == by_numpy


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_provisions_forbid_the_same_shares(number: int) -> None:
    """Also provisions that begin on the same day, or end before the run or never, and flows without any."""
    rng = np.random.default_rng(number)
    shape = int(rng.integers(1, 9)), 1, int(rng.choice([1, 8]))
    begins = rng.integers(-40, 100, shape).astype(float)
    ends = np.minimum(begins + rng.choice([0.0, 20.0, np.inf], shape), 90.0) + rng.integers(0, 9, shape)
    shares, starts = rng.random(shape), np.array([0.0, 31.0, 59.0, 90.0])[:, None, None]
    last_of = np.append(np.sort(rng.integers(0, shape[0], 3)), shape[0])
    by_kernels, by_numpy = both_forms(strictest, begins, ends, shares, last_of, starts)
    assert by_kernels == by_numpy


def test_a_process_takes_them_once_it_has_computed_enough_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_were_compiled_before", lambda: True)
    assert not compiled.take_if_worth(compiled.WORTH_LOADING - 1)
    assert not compiled.take_if_worth(1)
    assert compiled.take_if_worth(1)


def test_compiling_needs_a_longer_run_than_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_were_compiled_before", lambda: False)
    assert not compiled.take_if_worth(compiled.WORTH_COMPILING - 1)
    assert not compiled.take_if_worth(1)
    assert compiled.take_if_worth(1)


def test_the_switch_turns_them_off_and_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compiled.SWITCH, "1")
    assert compiled.take_if_worth(0)
    assert "numba" in common_facts()["software"]
    monkeypatch.setenv(compiled.SWITCH, "0")
    assert not compiled.take_if_worth(10 * compiled.WORTH_COMPILING)
    assert "numba" not in common_facts()["software"]


def test_without_numba_numpy_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "find_spec", lambda _name: None)
    monkeypatch.setenv(compiled.SWITCH, "1")
    assert not compiled.take_if_worth(10 * compiled.WORTH_COMPILING)


def test_where_the_loops_of_numpy_are_shown_in_another_way_numpy_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    from leaksim.model.compiled import loops

    monkeypatch.setattr(loops, "_CAPSULE", b"some_other_ufunc_call_info")
    with pytest.raises(ImportError, match="another way"):
        loops._loop_of(np.exp)

    def fail(_name: str) -> None:
        raise ImportError

    monkeypatch.setattr(compiled, "import_module", fail)
    monkeypatch.setenv(compiled.SWITCH, "1")
    assert not compiled.take_if_worth(0)


def test_kernels_take_the_very_exponentials_of_numpy() -> None:
    from leaksim.model.compiled import loops

    values = np.random.default_rng(7).uniform(-5.0, 5.0, 64)
    words = np.empty(loops.WORDS, dtype=np.intp)
    for loop, function in ((loops.EXP, np.exp), (loops.LOG, np.log)):
        given = np.abs(values) if function is np.log else values
        computed = given.copy()
        loops.apply(loop, computed, len(computed), words)
        assert computed.tobytes() == function(given).tobytes()


def test_where_nothing_can_be_written_kernels_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    from leaksim.model.compiled import kernel

    def njit(*functions: object, **wishes: object) -> Any:
        if wishes.pop("cache", False):
            raise RuntimeError("cannot cache function: no locator available")
        return original(*functions, **wishes)

    original: Any = numba.njit
    monkeypatch.setattr(numba, "njit", njit)

    def double(values: Floats) -> None:
        for place in range(len(values)):
            values[place] *= 2

    values = np.ones(2)
    kernel.kernel(double)(values)
    assert values.tolist() == [2.0, 2.0]


def test_kernels_older_than_their_source_are_not_taken_for_compiled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from leaksim.model.compiled import kernel

    source, index = tmp_path / "market.py", tmp_path / "market.clear-1.py311.nbi"
    source.touch()
    monkeypatch.setattr(kernel, "_folders", {source: tmp_path})
    assert not kernel.are_on_disk()
    index.touch()
    os.utime(source, (1000, 1000))
    assert kernel.are_on_disk()
    os.utime(index, (999, 999))
    assert not kernel.are_on_disk()


def test_numba_is_not_imported_before_it_is_used() -> None:
    import subprocess

    words = "import leaksim, sys; from leaksim.model import world; print('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout == "False\n"
