"""What the monitor sees beside what is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaksim.figures.sheet import Sheet, capital, covered, made_with, number, unit_in_words
from leaksim.figures.style import BANDS, FAINT, GREY, INK, MONTHS, Width, label_months
from leaksim.model.channels import REALISED
from leaksim.model.dimensions import PARTIES
from leaksim.report.labels import WORDS
from leaksim.report.outcomes import PARAMETER, REPLICATION

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Canvas

    from leaksim.figures.subject import Subject

_MONTHS_BESIDE = 4
"""Names of months below each of three panels side by side."""


def monitor_data(subject: Subject, product: str) -> pd.DataFrame:
    """Return what each partner supplies of a product and what is on record of it, realised.

    Returns
    -------
    pandas.DataFrame
        One row per partner and month: `true` mean with its interval (`low`, `high`), `recorded` mean, `unit`.
    """
    import pandas as pd

    kind = PARAMETER if subject.is_uncertain else REPLICATION
    frames = []
    for party in PARTIES:
        true = subject.series(f"supplied.{product}.{party}", REALISED)
        recorded = subject.series(f"recorded.{product}.{party}", REALISED)
        frame = pd.DataFrame(
            {
                "partner": party,
                "true": true["mean"],
                "low": true[f"{kind}_low"],
                "high": true[f"{kind}_high"],
                "recorded": recorded["mean"],
                "unit": true["unit"],
            }
        )
        frames.append(frame.reset_index(names="month"))
    return pd.concat(frames, ignore_index=True)


def monitor(subject: Subject, product: str) -> Sheet:
    """Show what each partner supplies of a product, and what of it customs and ship tracking record."""
    data = monitor_data(subject, product)
    thing = WORDS[product]
    kind = PARAMETER if subject.is_uncertain else REPLICATION
    caption = (
        f"{subject.title.rstrip('.')}: {thing} as supplied by each partner (solid) and as customs, mirror "
        f"statistics and ship tracking record it (dashed); what lies between goes unseen. Means of each "
        f"month; the band is the 95 % interval of the true mean {covered(kind)}. {made_with(subject)}"
    )
    return Sheet(
        "monitor", data, 2.4, lambda canvas, width: _draw(canvas, width, data, thing), _alt(data, thing), caption
    )


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame, thing: str) -> None:
    narrow = width == "one"
    if narrow:
        canvas.set_figheight(4.2)
    panels = canvas.subplots(*((3, 1) if narrow else (1, 3)), sharex=True, sharey=True)
    for axes, party in zip(panels, PARTIES, strict=True):
        rows = data[data["partner"] == party].reset_index(drop=True)
        axes.fill_between(rows.index, rows["low"], rows["high"], color=BANDS[0], linewidth=0, label="95 % interval")
        axes.fill_between(
            rows.index,
            rows["recorded"],
            rows["true"],
            facecolor="none",
            edgecolor=GREY,
            hatch="////",
            linewidth=0,
            label="Unseen",
        )
        axes.plot(rows.index, rows["true"], color=INK, label="Supplied")
        axes.plot(rows.index, rows["recorded"], color=INK, linestyle=(0, (3, 1.5)), label="On record")
        axes.set_title(capital(WORDS[party]), loc="left", fontsize=7.5)
        axes.grid(axis="y", color=FAINT)
        axes.set_axisbelow(True)
        axes.set_ylim(bottom=0)
        label_months(axes, tuple(rows["month"]), MONTHS["one"] if narrow else _MONTHS_BESIDE)
    (panels[1] if narrow else panels[0]).set_ylabel(f"{capital(thing)}, {unit_in_words(data)}")
    handles, names = panels[0].get_legend_handles_labels()
    order = [2, 3, 1, 0]
    canvas.legend(
        [handles[index] for index in order],
        [names[index] for index in order],
        loc="outside upper left",
        ncols=4,
        columnspacing=1.0,
        handlelength=2.0,
    )


def _alt(data: pd.DataFrame, thing: str) -> str:
    parts = []
    for party in PARTIES:
        rows = data[data["partner"] == party]
        true, recorded = rows["true"].sum(), rows["recorded"].sum()
        unit = unit_in_words(data).removesuffix(" a month")
        seen = f"of which {100 * recorded / true:.0f} % are on record" if true > 0 else "so there is nothing to record"
        parts.append(f"from {WORDS[party]} {number(true)} {unit}, {seen}")
    return (
        f"Line charts, one for each partner, of the {thing} supplied in every month and of the part that is on record. "
        f"Over the whole period come {'; '.join(parts)}."
    )
