"""Who sells: the share of each partner in the supplies of a product, month by month."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from leaksim.figures.sheet import Sheet, capital, made_with, number, unit_in_words
from leaksim.figures.style import GREY, INK, MONTHS, TONES, Width, label_months
from leaksim.model.channels import BASELINE, REALISED
from leaksim.model.dimensions import PARTIES
from leaksim.report.labels import WORDS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Canvas

    from leaksim.figures.subject import Subject

_NOTHING = 1e-9
"""A month in which less is supplied has no shares."""


def suppliers_data(subject: Subject, product: str) -> pd.DataFrame:
    """Return what each partner supplies of a product, and its share.

    Returns
    -------
    pandas.DataFrame
        One row per month: for each partner its mean supply (named after it) and its `share_` in the sum of these means,
        no number where nothing is supplied; `total` of the realised arm and `without_measures`; `unit` of supplies.
    """
    import pandas as pd

    supplied = {
        arm: pd.DataFrame({party: subject.series(f"supplied.{product}.{party}", arm)["mean"] for party in PARTIES})
        for arm in (REALISED, BASELINE)
    }
    realised = supplied[REALISED]
    total = realised.sum(axis=1)
    shares = realised.div(total.where(total > _NOTHING), axis=0).add_prefix("share_")
    unit = subject.series(f"supplied.{product}.{PARTIES[0]}", REALISED)["unit"]
    columns = [realised, shares, total.rename("total"), supplied[BASELINE].sum(axis=1).rename("without_measures"), unit]
    return pd.concat(columns, axis=1).reset_index(names="month")


def suppliers(subject: Subject, product: str) -> Sheet:
    """Show who sells a product in every month, and how much is sold in all."""
    data = suppliers_data(subject, product)
    thing = WORDS[product]
    caption = (
        f"{subject.title.rstrip('.')}: who supplies the {thing}. Above, each partner's share in the mean supply of the "
        f"month; below, the supply of all of them, with the measures (solid) and without any (dashed). "
        f"{made_with(subject)}"
    )
    return Sheet(
        "suppliers", data, 3.3, lambda canvas, width: _draw(canvas, width, data, thing), _alt(data, thing), caption
    )


def _draw(canvas: Canvas, width: Width, data: pd.DataFrame, thing: str) -> None:
    shares, totals = canvas.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    months = tuple(data["month"])
    edges = [month - 0.5 for month in range(len(months) + 1)]
    below = 0 * data["total"]
    for party in PARTIES:
        tone, above = TONES[party], below + 100 * data[f"share_{party}"].fillna(0)
        shares.stairs(
            above,
            edges,
            baseline=below.to_numpy(),
            fill=True,
            facecolor=tone.fill,
            edgecolor=INK,
            hatch=tone.hatch,
            linewidth=0.5,
            label=_name(party) if data[party].any() else "_",
        )
        below = above
    shares.set_ylabel(f"{capital(thing)},\nshare of supplies, %")
    shares.set_ylim(0, 100)
    shares.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, columnspacing=1.2, borderaxespad=0.2)
    totals.plot(data.index, data["total"], color=INK, label="With measures")
    totals.plot(data.index, data["without_measures"], color=GREY, linestyle=(0, (4, 2)), label="Without measures")
    totals.set_ylim(bottom=0, top=1.25 * max(data["total"].max(), data["without_measures"].max(), _NOTHING))
    totals.set_ylabel(capital(unit_in_words(data)).replace(" a month", "\na month"))
    totals.grid(axis="y")
    totals.set_axisbelow(True)
    totals.legend(loc="upper right", ncols=2, columnspacing=1.2, borderaxespad=0)
    label_months(totals, months, MONTHS[width])
    canvas.align_ylabels()


def _alt(data: pd.DataFrame, thing: str) -> str:
    first, *_, last = data.to_dict("records") * 2  # of a single month, first and last are the same
    months = [row for row in data.to_dict("records") if row["total"] > _NOTHING]
    if not months:
        return f"Stacked areas of who supplies the {thing}: nobody supplies any in any month."
    on_top = [(max(PARTIES, key=lambda party: float(row[party])), str(row["month"])) for row in months]
    turns = [each for each, before in zip(on_top, [("", ""), *on_top], strict=False) if each[0] != before[0]]
    changes = [f"{WORDS[party]} from {month}" for party, month in turns]
    return (
        f"Stacked areas of who supplies the {thing} in every month. The largest supplier is {', then '.join(changes)}. "
        f"In {first['month']} {_shares(first)}; in {last['month']} {_shares(last)}. Together they supply "
        f"{number(last['total'])} {unit_in_words(data)} then; without measures it would be "
        f"{number(last['without_measures'])}."
    )


def _shares(row: Mapping[Hashable, Any]) -> str:
    if not row["total"] > _NOTHING:
        return "nobody supplies any"
    parts = [f"{WORDS[party]} {100 * row[f'share_{party}']:.0f} %" for party in PARTIES]
    return f"the shares are {', '.join(parts)}"


def _name(party: str) -> str:
    return capital(WORDS[party])
