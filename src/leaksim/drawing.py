"""Figures for papers in Python: choose a kind and what to draw it from, then save it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.engine.executor import Jobs
from leaksim.figures.kinds import sheet_for
from leaksim.figures.rendering import FORMATS, rendered
from leaksim.figures.sheet import FigureError, Sheet
from leaksim.figures.sources import Asked, Settings
from leaksim.figures.style import INCHES, Width

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.figures.sources import Source


@dataclass(frozen=True, repr=False)
class Figure:
    """A figure with its numbers and its words."""

    sheet: Sheet
    width: Width

    @property
    def data(self) -> pd.DataFrame:
        """Every number that is drawn."""
        return self.sheet.data

    @property
    def alt(self) -> str:
        """What the figure shows, for those who cannot see it."""
        return self.sheet.alt

    @property
    def caption(self) -> str:
        """What to write below it: what is drawn, from which histories, with which intervals."""
        return self.sheet.caption

    def save(self, *files: str | Path) -> tuple[Path, ...]:
        """Write the figure to files; what they are called says in which format.

        Beside ``NAME.pdf`` stand ``NAME.alt.txt``, ``NAME.caption.txt`` and ``NAME.csv`` with the numbers.

        Returns
        -------
        tuple of Path
            All files that were written.

        Raises
        ------
        FigureError
            When the name of a file does not end in ``.pdf``, ``.svg`` or ``.png``; nothing is written then.
        CannotWriteError
            When the disk refuses.
        """
        from leaksim.store.atomic import replace_files
        from leaksim.store.formats import csv_bytes

        paths = picture_files(files)
        texts = {
            ".alt.txt": f"{self.alt}\n".encode(),
            ".caption.txt": f"{self.caption}\n".encode(),
            ".csv": csv_bytes(self.data),
        }
        by_folder: dict[Path, dict[str, bytes]] = {}
        for path in paths:
            contents = by_folder.setdefault(path.parent, {})
            contents.update({f"{path.stem}{ending}": text for ending, text in texts.items()})
        for path in paths:
            by_folder[path.parent][path.name] = rendered(self.sheet, self.width, path.suffix[1:].lower())
        for folder, contents in by_folder.items():
            replace_files(folder, contents)
        return tuple(folder / name for folder, contents in by_folder.items() for name in contents)

    def __repr__(self) -> str:
        return f"<Figure {self.sheet.kind}, {INCHES[self.width]} inches wide: {self.alt}>"

    def _repr_png_(self) -> bytes:
        """Show the figure in a notebook."""
        return rendered(self.sheet, self.width, "png")


def figure(
    kind: str,
    *sources: Source,
    width: str = "one",
    product: str | None = None,
    metric: str | None = None,
    item: str | None = None,
    top: int | None = None,
    level: float | str | None = None,
    reference: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Figure:
    """Make a figure.

    Parameters
    ----------
    kind
        ``fan`` (pressure through time), ``waterfall`` (from intended to realised), ``differences`` (of scenarios from a
        reference), ``tornado`` (uncertain parameters, each alone), ``heat-map`` (an outcome over two quantities),
        ``suppliers`` (who sells, month by month), ``timeline`` (of measures) or ``monitor`` (what is on record beside
        what is true).
    sources
        Results, folders that `leaksim run` has written, scenarios or their files, which are run first. Most kinds take
        one; ``differences`` takes two and more, a `Comparison`, or the table of one as CSV; ``fan`` takes two scenarios
        to show the difference between them; ``tornado`` takes one scenario or a tidy table; ``heat-map`` takes a
        study file, a `Sweep`, or the table of one as CSV; ``timeline`` takes one, or none for the whole catalogue.
    width
        ``one`` or ``two`` columns of a journal: 3.5 or 7.2 inches.
    product
        For ``suppliers`` (jet_fuel if not given) and ``monitor`` (motor_fuel): motor_fuel, jet_fuel or capital_goods.
    metric, item
        For ``differences`` (pressure.realised if not given), ``heat-map`` (leakage.value) and, without an item,
        ``tornado`` (leakage.value).
    top
        For ``tornado``: so many parameters, 12 if not given.
    level
        For ``heat-map``: a value of the outcome, such as 0.5 or ``50 %``, at which a line is drawn.
    reference
        For ``differences`` and ``fan``: name of the scenario from which differences are taken; the first if not given.
    replications, seed
        Override the `run` section of scenarios.
    jobs
        Worker processes; the figure does not depend on it.
    progress
        Called with (blocks done, blocks in all) after every block that is run.

    Returns
    -------
    Figure
        To be saved with its method `save`; a notebook shows it as it is.

    Raises
    ------
    FigureError
        When the kind is unknown, an option does not go with it, or a source does not have what it needs.
    """
    settings = Settings(
        product=product,
        metric=metric,
        item=item,
        top=top,
        level=level,
        reference=reference,
        replications=replications,
        seed=seed,
    )
    if width not in INCHES:
        raise FigureError(f"the width '{width}' is not one of {', '.join(INCHES)}")
    asked = Asked(kind, sources, settings, jobs, progress)
    return Figure(sheet_for(asked), "one" if width == "one" else "two")


def picture_files(files: tuple[str | Path, ...]) -> tuple[Path, ...]:
    """Return the paths of pictures, after making sure that their names say a format.

    Raises
    ------
    FigureError
        When one does not.
    """
    paths = tuple(map(Path, files))
    wrong = [path for path in paths if path.suffix[1:].lower() not in FORMATS or not path.stem]
    if wrong or not paths:
        told = ", ".join(map(str, wrong)) or "no file"
        raise FigureError(f"{told}: name a file that ends in {', '.join(f'.{each}' for each in FORMATS)}")
    return paths
