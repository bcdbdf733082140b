"""The worlds in which something happens, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leaksim.discovery.prim import Box
from leaksim.evidence.registry import load_registry
from leaksim.report.comparison import Block
from leaksim.report.labels import label
from leaksim.report.numbers import p_words

if TYPE_CHECKING:
    from leaksim.discovering import Discovery, Found

_STEPS = 8
"""Boxes of the trajectory that are shown."""


def told(found: Discovery) -> Iterator[str | Block]:
    """Say what is of interest, how often it happens, and in which boxes."""
    yield _heading(found)
    share, total = found.share, len(found.draws)
    met = "1 random history" if found.histories == 1 else f"{found.histories} random histories"
    yield (
        f"That is so in {round(share * total):,} of {total:,} draws ({share:.0%}); {met}, the same in each; "
        f"seed {found.seed}."
    )
    if found.undefined:
        yield f"In {found.undefined:,} draws the outcome has no meaning; they count as not of interest."
    if not found.boxes:
        yield "No box of parameters holds these worlds better than chance would."
        return
    for number, each in enumerate(found.boxes, start=1):
        yield from _box(found, each, f"Box {number}: " if len(found.boxes) > 1 else "")
    yield (
        "Coverage: share of these worlds that lie in the box. Density: share of the box that are such worlds. "
        "Elsewhere: the same of boxes found in bootstrap samples, on draws outside the sample. Quasi-p: how easily "
        "chance would make the box as dense without the limit; limits above 0.05 are lifted, and the box is widened "
        "where that costs no density. Again: share of bootstrap samples with a limit at the same end."
    )


def limits_in_words(found: Discovery, box: Box) -> str:
    """Say in words what a box consists of."""
    limited = dict.fromkeys(index for index, _ in box.limits)
    return " and ".join(_words(found.parameters[index], box, index) for index in limited)


def _heading(found: Discovery) -> str:
    outcome = label(found.headline.metric, found.headline.item)
    outcome = f"{outcome[0].lower()}{outcome[1:]}"
    if found.condition is None:
        assert found.against is not None
        return f"Worlds in which {found.scenario.name} does not beat {found.against.name} in {outcome}"
    less = "" if found.against is None else f" less that of {found.against.name}"
    unit = found.headline.unit
    level = found.condition.words if unit.startswith("share") else f"{found.condition.words} {unit}"
    return f"Worlds in which {outcome} of {found.scenario.name}{less} is {level}"


def _box(found: Discovery, each: Found, of: str) -> Iterator[str | Block]:
    box, again = each.peeling.chosen, each.resampled
    rows = []
    for (index, end), p, share in zip(box.limits, each.peeling.quasi_p, again.again, strict=True):
        name = found.parameters[index]
        values = found.draws[name]
        rows.append(
            (
                f"{name} {_side(name, box, index, end)}",
                f"{_limit(float(values.min()))} to {_limit(float(values.max()))}",
                p_words(p),
                f"{share:.0%}",
            )
        )
    yield Block(f"{of}limits", ("", "Drawn from", "Quasi-p", "Again"), tuple(rows))
    yield f"In words: {limits_in_words(found, box)}."
    yield (
        f"Coverage {box.coverage:.0%}, density {box.density:.0%} (elsewhere {again.coverage:.0%} and "
        f"{again.density:.0%}), mass {box.mass:.0%}; without a box the density is {found.share:.0%}."
    )
    steps = each.peeling.trajectory
    marked = sorted({round(index * (len(steps) - 1) / (_STEPS - 1)) for index in range(_STEPS)} | {each.peeling.step})
    yield Block(
        f"{of}peeling trajectory",
        ("Step", "Coverage", "Density", "Mass", "Parameters"),
        tuple(
            (
                f"{step}{' (chosen)' if step == each.peeling.step else ''}",
                f"{steps[step].coverage:.0%}",
                f"{steps[step].density:.0%}",
                f"{steps[step].mass:.0%}",
                f"{steps[step].restricted}",
            )
            for step in marked
        ),
    )


def _words(name: str, box: Box, index: int) -> str:
    ends = [end for number, end in box.limits if number == index]
    if len(ends) == 2:
        low, high = (_limit(float(bound[index])) for bound in (box.low, box.high))
        return f"{_title(name)} between {low} and {high}{_unit(name)}"
    return f"{_title(name)} {_side(name, box, index, ends[0])}"


def _side(name: str, box: Box, index: int, end: str) -> str:
    value = float((box.low if end == "low" else box.high)[index])
    return f"{'above' if end == 'low' else 'below'} {_limit(value)}{_unit(name)}"


def _limit(value: float) -> str:
    """Write a limit with three digits; more would not be found again with other draws."""
    return f"{float(f'{value:.3g}'):,g}"


def _unit(name: str) -> str:
    unit = load_registry().parameter(name).unit
    return "" if unit == "1" else f" {unit}"


def _title(name: str) -> str:
    title = load_registry().parameter(name).title.rstrip(".")
    return f"{title[:1].lower()}{title[1:]}" if title[1:2].islower() else title
