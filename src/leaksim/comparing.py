"""Compare scenarios in Python: run them in the same random worlds and say how they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.outcomes.comparison import ComparisonError, Lanes, comparison_table
from leaksim.plan import plan
from leaksim.scenario.fields import nearest
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario
from leaksim.simulation import Result, simulate_many

if TYPE_CHECKING:
    import pandas as pd

_SAYS_NOTHING = ("name", "title", "description", "references", "expect", "run")
"""Fields that do not change what is simulated, or that a comparison sets alike."""


@dataclass(frozen=True, repr=False)
class Comparison:
    """How scenarios differ from one of them, the reference."""

    table: pd.DataFrame
    """Levels, differences and ranks as a tidy table, with the columns of
    `leaksim.outcomes.comparison.COMPARISON_COLUMNS`."""
    scenarios: tuple[Scenario, ...]
    """As they were run: all with the same replications, draws and seed."""
    reference: str
    """Name of the scenario from which differences are taken."""
    same: dict[str, str]
    """Why a scenario differs from the reference in no output at all, by its name."""

    def __repr__(self) -> str:
        from leaksim.report.comparison import plain_text

        return plain_text(self)

    def _repr_html_(self) -> str:
        from leaksim.report.comparison import html

        return html(self)


def compare(
    scenarios: Iterable[Scenario | str | Path],
    *,
    reference: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run scenarios in the same random worlds and say how they differ.

    Parameters
    ----------
    scenarios
        Scenarios, files or folders, of the same period.
    reference
        Name of the scenario from which differences are taken; the first if not given.
    replications, seed
        Override the `run` section of the reference, which otherwise holds for all.
    jobs
        Worker processes; the result does not depend on it.
    progress
        Called with (blocks done, blocks in all) after every block.

    Returns
    -------
    Comparison
        With the table of differences.

    Raises
    ------
    ComparisonError
        For fewer than two scenarios, two of one name, another period, or a reference that is not among them.
    """
    chosen = list(_loaded([scenarios] if isinstance(scenarios, str | Path | Scenario) else scenarios))
    base = _reference(chosen, reference)
    refuse_other_periods(chosen, base)
    prepared = run_alike(chosen, base, replications, seed)
    months = base.period.months
    lanes: dict[str, Lanes] = {}
    outputs: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    unread: dict[str, frozenset[str]] = {}
    results = simulate_many(prepared, jobs=jobs, progress=progress)
    with closing(results):
        for result in results:
            name = result.plan.scenario.name
            lanes[name] = Lanes(name, result.replications, result.plan.draws, months / 12)
            outputs[name] = _outputs(result)
            unread[name] = frozenset(result.unread)
    same = {
        each.name: why_the_same(each, base, unread[each.name] | unread[base.name])
        for each in chosen
        if each is not base and all(map(_equal, outputs[each.name], outputs[base.name]))
    }
    in_order = [lanes[each.name] for each in chosen]
    return Comparison(comparison_table(in_order, base.name), tuple(prepared), base.name, same)


def _loaded(scenarios: Iterable[Scenario | str | Path]) -> Iterable[Scenario]:
    for each in scenarios:
        yield from [each] if isinstance(each, Scenario) else map(load_scenario, scenario_files([each]))


def _reference(scenarios: Sequence[Scenario], wanted: str | None) -> Scenario:
    names = [each.name for each in scenarios]
    if len(names) < 2:
        raise ComparisonError("a comparison needs at least two scenarios")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ComparisonError(f"two scenarios are called {', '.join(twice)}; give each a name of its own")
    if wanted is not None and wanted not in names:
        alike = nearest(wanted, names)
        hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(names)}"
        raise ComparisonError(f"the reference '{wanted}' is not among the scenarios; {hint}")
    return scenarios[0] if wanted is None else scenarios[names.index(wanted)]


def refuse_other_periods(scenarios: Sequence[Scenario], base: Scenario) -> None:
    """Raise a `ComparisonError` that names the scenarios of another period than the reference."""
    others = [each for each in scenarios if each.period != base.period]
    if others:
        told = "; ".join(f"{each.name} has {each.period.months} months from {each.period.start}" for each in others)
        raise ComparisonError(
            f"only scenarios of the same period can be compared. {base.name} has {base.period.months} months from "
            f"{base.period.start}; {told}. Leave out what does not belong, or give all the same `period`"
        )


def run_alike(
    scenarios: Sequence[Scenario], base: Scenario, replications: int | None, seed: int | None
) -> list[Scenario]:
    """Give all scenarios the seed, the lanes and the draws of the reference, unless other numbers are given."""
    run = base.run.model_copy(
        update={
            "replications": base.run.replications if replications is None else replications,
            "seed": base.run.seed if seed is None else seed,
        }
    )
    alike = [each.model_copy(update={"run": run}) for each in scenarios]
    # Without uncertain parameters the number of draws means nothing to a scenario, but it has to have as many lanes.
    lanes = max(plan(each).lanes for each in alike)
    certain = run.model_copy(update={"replications": lanes, "draws": None})
    return [each if each.uncertainties else each.model_copy(update={"run": certain}) for each in alike]


def _outputs(result: Result) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what came of a scenario, in every lane and in all, whatever the number of draws."""
    table = result.table
    in_all = table.loc[table["interval"] == "replication", ["metric", "item", "estimate"]]
    return result.replications.drop(columns="draw"), in_all.reset_index(drop=True)


def _equal(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.equals(other)


def why_the_same(scenario: Scenario, base: Scenario, unread: frozenset[str], where: str = "these histories") -> str:
    """Say why a scenario comes out as the reference does.

    Parameters
    ----------
    unread
        Parameters that nothing in either has read.
    where
        What was looked at.
    """
    fields = [name for name in Scenario.model_fields if name not in _SAYS_NOTHING]
    other = [name for name in fields if getattr(scenario, name) != getattr(base, name)]
    if not other:
        return "both files ask for the same"
    values = _different_values(scenario, base)
    if set(other) <= {"assumptions", "uncertainties"}:
        if not values:
            return "their values are the same"
        if values <= unread:
            return f"nothing reads {', '.join(sorted(values))}"
    what = [name for name in other if name not in ("assumptions", "uncertainties")] + sorted(values)
    return f"they differ in {', '.join(what)}, but nothing came of it in {where}"


def _different_values(scenario: Scenario, base: Scenario) -> set[str]:
    return {
        name
        for each in (scenario, base)
        for name in (*each.assumptions, *each.uncertainties)
        if scenario.uncertainties.get(name) != base.uncertainties.get(name)
        or (name not in scenario.uncertainties and scenario.value(name) != base.value(name))
    }
