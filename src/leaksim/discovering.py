"""In which worlds something happens: scenario discovery over the uncertain parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leaksim.discovery.conditions import Condition, better, condition, outcome_of
from leaksim.discovery.prim import Peeling, Resampled, found_again, peeled
from leaksim.engine.executor import Jobs
from leaksim.engine.lanes import LANES_PER_BLOCK, Floats
from leaksim.errors import InputError
from leaksim.evidence.registry import load_registry
from leaksim.influence.request import begins
from leaksim.influence.runs import outcome_at
from leaksim.outcomes.comparison import Headline
from leaksim.outcomes.statistics import LEVEL, Flags
from leaksim.outcomes.table import COLUMNS
from leaksim.sampling import probabilities, quantile
from leaksim.scenario.fields import nearest
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario
from leaksim.store.blocks import BlockStore, block_store

if TYPE_CHECKING:
    import pandas as pd

_FEWEST_DRAWS = 100

_BELOW_ONE = float(np.nextafter(1.0, 0.0))


class DiscoveryError(InputError):
    """Worlds cannot be told apart as is asked."""


@dataclass(frozen=True)
class Found:
    """A box with the cases it was found among."""

    peeling: Peeling
    resampled: Resampled
    cases: int
    """Draws that no earlier box holds."""


@dataclass(frozen=True, repr=False)
class Discovery:
    """The worlds in which something happens, as boxes of parameter values."""

    boxes: tuple[Found, ...]
    """The first holds most of them; each further one was looked for in the draws that are left."""
    draws: pd.DataFrame
    """A row for each draw: the parameters in the units of the registry, `outcome`, `of_interest`."""
    scenario: Scenario
    against: Scenario | None
    headline: Headline
    condition: Condition | None
    """None where the question is in which worlds the scenario fails to beat the other."""
    histories: int
    """Random histories that every draw meets: the same ones."""
    seed: int
    undefined: int
    """Draws in which the outcome has no meaning; they count as not of interest."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The uncertain parameters, in the order of the inputs of a box."""
        return tuple(self.draws.columns[:-2])

    @property
    def share(self) -> float:
        """Share of the draws that are of interest."""
        return float(self.draws["of_interest"].mean())

    @property
    def table(self) -> pd.DataFrame:
        """Measures and limits of the boxes, as a tidy table with a column `quasi_p`."""
        import pandas as pd

        rows = list(self._rows())
        return pd.DataFrame(rows, columns=[*COLUMNS, "quasi_p"])

    @property
    def trajectory(self) -> pd.DataFrame:
        """Coverage, density and mass of every box on the way: `box`, `step`, and how many inputs are `restricted`."""
        import pandas as pd

        rows = [
            (number, step, each.coverage, each.density, each.mass, each.restricted, step == found.peeling.step)
            for number, found in enumerate(self.boxes, start=1)
            for step, each in enumerate(found.peeling.trajectory)
        ]
        return pd.DataFrame(rows, columns=["box", "step", "coverage", "density", "mass", "restricted", "chosen"])

    def _rows(self) -> Iterator[dict[str, object]]:
        for number, found in enumerate(self.boxes, start=1):
            box, again = found.peeling.chosen, found.resampled
            measures = [
                ("discovery.coverage", f"{number}", box.coverage, "share of the cases"),
                ("discovery.density", f"{number}", box.density, "share of the box"),
                ("discovery.mass", f"{number}", box.mass, "share of draws"),
                ("discovery.coverage_elsewhere", f"{number}", again.coverage, "share of the cases"),
                ("discovery.density_elsewhere", f"{number}", again.density, "share of the box"),
            ]
            for metric, item, value, unit in measures:
                yield self._row(metric, item, value, unit)
            for (index, end), p, share in zip(box.limits, found.peeling.quasi_p, again.again, strict=True):
                name = self.parameters[index]
                value = float((box.low if end == "low" else box.high)[index])
                unit = load_registry().parameter(name).unit
                words = f"the same limit in {share:.0%} of bootstrap samples"
                yield {**self._row("discovery.limit", f"{number}/{name}/{end}", value, unit, words), "quasi_p": p}

    def _row(self, metric: str, item: str, value: float, unit: str, note: str = "") -> dict[str, object]:
        numbers = (value, np.nan, np.nan, LEVEL, "parameter", unit)
        total = len(self.draws)
        row = (self.scenario.name, metric, item, *numbers, total * self.histories, total, note)
        return {**dict(zip(COLUMNS, row, strict=True)), "quasi_p": np.nan}

    def __repr__(self) -> str:
        from leaksim.report.discovery import told
        from leaksim.report.told import as_text

        return as_text(told(self))

    def _repr_html_(self) -> str:
        from leaksim.report.discovery import told
        from leaksim.report.told import as_html

        return as_html(told(self))


def discover(
    scenario: Scenario | str | Path,
    *,
    where: str | None = None,
    against: Scenario | str | Path | None = None,
    on: str = "pressure.realised",
    only: Sequence[str] = (),
    draws: int = 1000,
    histories: int = 8,
    boxes: int = 1,
    step: int | None = None,
    resamples: int = 20,
    seed: int | None = None,
    jobs: Jobs = 1,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Discovery:
    """Say in which worlds something happens, as boxes of parameter values, found with PRIM.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    where
        What is of interest: an outcome beyond a level, such as ``leakage.value > 0.5``. With `against` it is the
        difference from that scenario that is beyond the level.
    against
        Another scenario. Without `where`, those worlds are of interest in which the first does not beat it.
    on
        The outcome in which it should: less of a leakage or of reserves, more of everything else.
    only
        Parameters, or beginnings of their ids, that may be limited; all vary in any case.
    draws
        Of the uncertain parameters, a Latin hypercube.
    histories
        Random histories, the same in all draws; a power of two up to 512.
    boxes
        At most so many, one after the other.
    step
        The box on the peeling trajectory to take, by its number there; with one box. Without it, the one with the
        greatest harmonic mean of coverage and density.
    resamples
        Bootstrap samples in which the boxes are looked for again.
    seed
        Overrides that of the scenario.
    jobs
        Who works, as in `leaksim.simulate`; the result does not depend on it.
    store
        A folder in which blocks are kept as they are done, so that what was interrupted goes on from there, and another
        question about the same outcome in the same draws runs nothing.
    progress
        Called with (blocks done, blocks in all) after every block.

    Raises
    ------
    ConditionError
        When the condition or the outcome cannot be understood.
    DiscoveryError
        When the request makes no sense, or what is of interest happens in no draw or in all.
    """
    chosen = _loaded(scenario)
    other = None if against is None else _loaded(against)
    scenarios = [chosen] if other is None else [chosen, other]
    wanted = None if where is None else condition(where)
    headline = outcome_of("on", on) if wanted is None else wanted.headline
    _refuse_nonsense(scenarios, wanted, only, draws, histories, boxes, step)
    seed = chosen.run.seed if seed is None else seed
    uncertainties = {name: each for one in reversed(scenarios) for name, each in one.uncertainties.items()}
    drawn = probabilities(uncertainties, chosen.correlations, draws=draws, seed=seed)
    outcomes = outcome_at(
        scenarios,
        drawn,
        np.zeros(draws, dtype=np.intp),
        headline,
        histories=histories,
        seed=seed,
        jobs=jobs,
        store=block_store(store),
        kind="discover",
        progress=progress,
    )
    outcome = outcomes[0] if other is None else outcomes[0] - outcomes[1]
    of_interest = outcome * better(headline) <= 0 if wanted is None else wanted.holds(outcome)
    _refuse_one_sided(of_interest, outcome, wanted)
    values = {name: quantile(each, np.minimum(drawn[name], _BELOW_ONE)) for name, each in uncertainties.items()}
    found = tuple(_boxes(values, of_interest, only, boxes, step, resamples, seed))
    return Discovery(
        found,
        _frame(values, outcome, of_interest),
        chosen,
        other,
        headline,
        wanted,
        histories,
        seed,
        int(np.isnan(outcome).sum()),
    )


def _loaded(scenario: Scenario | str | Path) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def _frame(values: dict[str, Floats], outcome: Floats, of_interest: Flags) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({**values, "outcome": outcome, "of_interest": of_interest})


def _boxes(
    values: dict[str, Floats],
    of_interest: Flags,
    only: Sequence[str],
    boxes: int,
    step: int | None,
    resamples: int,
    seed: int,
) -> Iterator[Found]:
    """Find one box after the other, each among the draws that no earlier one holds."""
    cases = np.column_stack(list(values.values()))
    free = np.array([not only or any(begins(name, word) for word in only) for name in values])
    seen = np.where(free, cases, 0.0)  # what is the same in all cases gets no limit
    left = np.ones(len(cases), dtype=np.bool_)
    for _ in range(boxes):
        here, hits = seen[left], of_interest[left]
        if hits.all() or not hits.any():
            return
        peeling = peeled(here, hits, step=step)
        if not peeling.chosen.limits:
            return
        yield Found(peeling, found_again(peeling, here, hits, resamples=resamples, seed=seed), len(here))
        left &= ~peeling.chosen.holds(seen)


def _refuse_nonsense(
    scenarios: Sequence[Scenario],
    wanted: Condition | None,
    only: Sequence[str],
    draws: int,
    histories: int,
    boxes: int,
    step: int | None,
) -> None:
    """Raise one `DiscoveryError` with everything that is wrong."""
    wrong = []
    names = list(dict.fromkeys(name for each in scenarios for name in each.uncertainties))
    if wanted is None and len(scenarios) == 1:
        wrong.append("say what is of interest: where (such as 'leakage.value > 0.5'), against, or both")
    if len({each.period for each in scenarios}) > 1:
        wrong.append("against: both scenarios need the same `period`")
    if not names:
        wrong.append(f"{scenarios[0].name} has no `uncertainties`: all its worlds are the same")
    for word in only if names else ():
        if not any(begins(name, word) for name in names):
            alike = nearest(word, names)
            hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(names)}"
            wrong.append(f"only: no uncertain parameter begins with '{word}'; {hint}")
    if draws < _FEWEST_DRAWS:
        wrong.append(f"draws: at least {_FEWEST_DRAWS} are needed, not {draws}")
    if histories not in (allowed := [1 << power for power in range(LANES_PER_BLOCK.bit_length())]):
        wrong.append(f"histories: {histories} is not one of {', '.join(map(str, allowed))}")
    if boxes < 1:
        wrong.append(f"boxes: at least 1, not {boxes}")
    if step is not None and (boxes > 1 or step < 0):
        wrong.append("step: goes with one box, and counts from 0")
    if wrong:
        raise DiscoveryError("\n".join(wrong))


def _refuse_one_sided(of_interest: Flags, outcome: Floats, wanted: Condition | None) -> None:
    if of_interest.any() and not of_interest.all():
        return
    happens = "in no draw" if not of_interest.any() else f"in all {len(of_interest):,} draws"
    hint = "" if wanted is None else "; choose a level between them"
    low, high = np.nanmin(outcome), np.nanmax(outcome)
    raise DiscoveryError(
        f"what is of interest happens {happens}: there is nothing to tell apart. The "
        f"{'difference' if wanted is None else 'outcome'} goes from {low:.4g} to {high:.4g}{hint}"
    )
