"""How every figure looks: two widths, one font, tones that can be told apart by the colour-blind and in grey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Width = Literal["one", "two"]

INCHES: Mapping[Width, float] = {"one": 3.5, "two": 7.2}
"""Width of a figure over one and over two columns of a journal: 89 and 183 mm."""

INK, GREY, FAINT = "#1a1a1a", "#6b6b6b", "#d0d0d0"
"""Of text and lines; of what stands back; of grid lines."""


@dataclass(frozen=True)
class Tone:
    """How something is told apart, in colour, in grey, and in a photocopy of a photocopy."""

    fill: str
    """Colour of an area. Tones that meet in a figure differ in luminance."""
    line: str
    """Colour of a line, dark enough to be seen on white."""
    hatch: str
    dash: str | tuple[float, tuple[float, ...]]
    """Line style of matplotlib."""


TONES: Mapping[str, Tone] = {
    "china": Tone("#2b4c7e", "#2b4c7e", "", "-"),
    "russia": Tone("#d98a3d", "#b3641a", "////", (0, (5, 1.5))),
    "other": Tone("#f3dfb5", "#8a7a3c", "....", (0, (1.2, 1.2))),
    "third": Tone("#f3dfb5", "#8a7a3c", "....", (0, (1.2, 1.2))),
    "council": Tone("#8f8f99", "#8f8f99", "xxxx", (0, (3, 1, 1, 1))),
    "intended": Tone("#ffffff", "#1a1a1a", "", (0, (4, 2))),
    "realised": Tone("#1f5f5b", "#1f5f5b", "", "-"),
    "low": Tone("#f3dfb5", "#8a7a3c", "....", "-"),
    "high": Tone("#2b4c7e", "#2b4c7e", "", "-"),
}
"""By party, group of channels, arm, and end of a range."""

BANDS = ("#d5e5e3", "#8fbab6", "#3f8580")
"""Fill of bands within each other, the widest first; the line on top is darker still."""

_FONTS = ("DejaVu Sans", "Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo")
"""The first comes with matplotlib, so that a figure looks the same everywhere; the others, where they are installed,
step in for letters that it lacks."""

_SMALL, _SMALLEST = 7.5, 6.5
"""Size of letters in points."""

_SETTINGS = {
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": _SMALL,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": _SMALL,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.5,
    "legend.fontsize": _SMALLEST,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "legend.borderpad": 0.1,
    "lines.linewidth": 1.4,
    "pdf.fonttype": 42,  # whole fonts that can be searched and edited; journals refuse type 3
    "ps.fonttype": 42,
    "savefig.dpi": 300,
    "svg.fonttype": "path",  # looks the same where the font is missing
    "svg.hashsalt": "leaksim",  # names inside the file do not change from run to run
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a title is a dollar sign
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "xtick.labelsize": _SMALLEST,
    "xtick.major.width": 0.6,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "ytick.labelsize": _SMALLEST,
    "ytick.major.width": 0.6,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style of leaksim, whatever the user has set for other figures."""
    import matplotlib as mpl
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    with mpl.rc_context():
        mpl.rcdefaults()
        settings: Any = {**_SETTINGS, "font.family": [name for name in _FONTS if name in installed]}
        mpl.rcParams.update(settings)
        yield


MONTHS: Mapping[Width, int] = {"one": 6, "two": 12}
"""Names of months for which there is room below an axis as wide as the figure."""


def label_months(axes: Axes, months: tuple[str, ...], most: int) -> None:
    """Name at most so many months below an axis on which month number m stands at m."""
    step = next(each for each in (1, 2, 3, 6, 12, 24, 36) if len(months) <= most * each)
    # Whole years and halves are easier to find than every sixth month from wherever the run starts.
    marked = [index for index, month in enumerate(months) if (int(month[5:]) - 1) % min(step, 12) == 0]
    marked = marked[:: max(step // 12, 1)]
    axes.set_xticks(marked, [months[index] for index in marked])
    axes.set_xlim(-0.5, len(months) - 0.5)


def label_numbers(axes: Axes, most: int) -> None:
    """Write at most so many round numbers below an axis, with commas between the thousands and a true minus sign."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,g}".replace("-", "−")))
