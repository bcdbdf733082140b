"""Grids and samples of parameters, levers and scenarios, all in the same random histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaksim.engine.executor import Jobs
from leaksim.failing import BlocksFailedError
from leaksim.outcomes.comparison import headline_called, is_defined
from leaksim.outcomes.statistics import ratio_of_means
from leaksim.outcomes.table import COLUMNS, TableBuilder
from leaksim.store.blocks import BlockStore, block_store
from leaksim.study.loading import ReadyStudy, load_study
from leaksim.study.running import Cell, CellDone, run_all

if TYPE_CHECKING:
    import pandas as pd

POINT = "point"
"""Column with the number of the point, from 1; those of what is varied follow it."""


@dataclass(frozen=True, repr=False)
class Sweep:
    """What came out at the points of a study."""

    table: pd.DataFrame
    """A row for each scenario, point and outcome: the columns of the tidy table, `point`, and a column for each
    quantity that is varied, with its value in the unit of the registry (days as ``2017-06-01``)."""
    study: ReadyStudy
    replications: int
    """Random histories that every point met."""
    seed: int
    failed: BlocksFailedError | None = None
    """What could not be run, and why: of these points the table has no rows."""

    @property
    def varied(self) -> tuple[str, ...]:
        """Names of what is varied."""
        return self.study.varied

    def about(self) -> Mapping[str, Any]:
        """Return the manifest: what was asked, of which scenarios, with which software."""
        from leaksim.store.manifest import facts_of_study

        failed = {} if self.failed is None else {name: each.error for name, each in self.failed.blocks.items()}
        return {
            **facts_of_study(self.study.scenarios),
            "study": self.study.study.model_dump(mode="json"),
            "run": {"seed": self.seed, "replications": self.replications, "points": len(self.study.points)},
            **({"failed": failed} if failed else {}),
        }

    def __repr__(self) -> str:
        from leaksim.report.sweep import told
        from leaksim.report.told import as_text

        return as_text(told(self))

    def _repr_html_(self) -> str:
        from leaksim.report.sweep import told
        from leaksim.report.told import as_html

        return as_html(told(self))


def sweep(
    study: str | Path | ReadyStudy,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Run scenarios at every point of a study.

    All points meet the same random histories: the lanes of a point are, to the last bit, those of a run of the scenario
    with its values.

    Parameters
    ----------
    study
        The path of a study file; `leaksim new --study` writes one to start from.
    replications, seed
        Override the `run` section of the study. Another seed leaves the points where they are.
    jobs
        Who works, as in `leaksim.simulate`; the result does not depend on it.
    store
        A folder in which blocks are kept as they are done: what was interrupted goes on from there, and more points,
        scenarios or replications run only what is new.
    progress
        Called with (blocks done, blocks to do) after every block.

    Raises
    ------
    ScenarioProblems
        When anything is wrong with the file or a scenario that it names; it lists all that is wrong.
    BlocksFailedError
        When no point could be run. If some could, `Sweep.failed` has the error.
    """
    import pandas as pd

    ready = study if isinstance(study, ReadyStudy) else load_study(study)
    asked = ready.study
    replications = asked.run.replications if replications is None else replications
    seed = ready.seed if seed is None else seed
    cells = [
        Cell(scenario, number, point)
        for scenario in ready.scenarios
        for number, point in enumerate(ready.points, start=1)
    ]
    rows: dict[tuple[str, int], list[dict[str, object]]] = {}
    failed = None
    try:
        for done in run_all(
            asked.name,
            cells,
            asked.outcomes,
            replications=replications,
            seed=seed,
            jobs=jobs,
            store=block_store(store),
            progress=progress,
        ):
            rows[done.cell.key] = list(_rows(asked.outcomes, done, replications))
    except BlocksFailedError as error:
        if not rows:
            raise
        failed = error
    in_order = [row for cell in cells for row in rows.get(cell.key, ())]
    columns = [COLUMNS[0], POINT, *ready.varied, *COLUMNS[1:]]
    return Sweep(pd.DataFrame(in_order, columns=columns), ready, replications, seed, failed)


def _rows(outcomes: Sequence[str], done: CellDone, replications: int) -> Iterator[dict[str, object]]:
    """Yield a row for each outcome of a cell, with the widest interval that there is."""
    cell = done.cell
    point = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in cell.point.items()}
    for name, ratio in zip(outcomes, done.ratios, strict=True):
        headline = headline_called(name)
        builder = TableBuilder(cell.scenario.name, replications, done.draws)
        if is_defined(ratio):
            *_, estimate = ratio_of_means(ratio.numerator, ratio.denominator, done.draws)
            builder.add(headline.metric, headline.item, headline.unit, [estimate])
        else:
            builder.add_undefined(headline.metric, headline.item, headline.unit, "undefined: none of it is cut")
        yield {**builder.rows[0], POINT: cell.number, **point}
