"""What a calibration found, as text for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from textwrap import fill
from typing import TYPE_CHECKING, Any

from leaksim.calibration.findings import spoken_of
from leaksim.calibration.problem import CUTOFF
from leaksim.calibration.waves import Wave
from leaksim.evidence.registry import load_registry
from leaksim.report.comparison import Block
from leaksim.report.markdown import plain, row

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.calibrating import Calibration

_WIDTH = 80

_SHOWN = 12
"""Parameters and pairs on the terminal; the files have all."""

_LEGENDS = {
    "waves": "Space left: share of the priors in which no implausibility, but for excused patterns, is above the "
    "bound, with its 95 % interval. Power: of the weights by closeness.",
    "parameters": "Medians and 90 % bands. Shrinkage: share of the prior's variance that is gone, on the scale of its "
    "probabilities. Distance: the greatest between the distribution functions, beside what none of all parameters "
    "exceeds by chance in 99 of 100 calibrations. Edge: a fifth or more of the posterior crowds in the outermost "
    "twentieth of the prior.",
    "pairs": "Rank correlations (Spearman's) in the posterior of parameters that are independent beforehand.",
    "patterns": "Medians and 90 % bands over parameters and new random histories. Ruled out: share of the prior that "
    "the pattern rules out alone. Chance: probability that posterior and errors together fall below what was observed; "
    "a pattern is met from 5 to 95 %.",
}


def wave_words(wave: Wave) -> str:
    """Say in a line what came of a wave."""
    low, high = wave.space_interval
    if wave.number == 1:
        return "wave 1: points all over what is known beforehand"
    where = f"implausibility up to {wave.bound:.2f}, {wave.space:.2g} of the space left ({low:.2g} to {high:.2g})"
    weighted = f", weights to the power {wave.power:.2f}" if wave.power else ""
    return f"wave {wave.number}: {where}{weighted}, {wave.accepted:.0%} of the steps taken"


def told(found: Calibration) -> Iterator[str | Block]:
    """Say whether the patterns are met, what was learned of parameters and pairs, and what is missed."""
    yield opening(found)
    rows = tuple(
        (each["parameter"], _triple(each, "prior"), _triple(each, "posterior"), each["verdict"])
        for each in _records(learned_from(found.parameters))[:_SHOWN]
    )
    if rows:
        yield Block("What was learned", ("Parameter", "Before (90 %)", "After (90 %)", "Verdict"), rows)
    for each in _records(found.pairs)[:_SHOWN]:
        yield f"Trade off: {each['one']} with {each['other']}, rank correlation {each['rank_correlation']:.2f}."
    for each in _records(found.patterns):
        if not each["met"]:
            observed = f"observed {each['observed']:.3g}, the model has {_triple(each, 'posterior')}"
            yield f"Missed: {each['pattern']}: {observed}."


def opening(found: Calibration) -> str:
    """Say whether the patterns are met, how much space is left, and how many parameters they speak of."""
    facts, last = found.facts, found.waves.iloc[-1]
    met, number = int(found.patterns["met"].sum()), len(found.patterns)
    learned, every = len(learned_from(found.parameters)), len(found.parameters)
    excused = f", but for {facts['excused']} patterns each," if facts["excused"] else ""
    if found.finished:
        left = (
            f"{last['space_left']:.2g} of the space ({last['low']:.2g} to {last['high']:.2g}) is not ruled "
            f"out{excused} by an implausibility above {CUTOFF:g}."
        )
    else:
        left = (
            f"Not finished: after wave {facts['waves']} the implausibility of the closest points{excused} is up to "
            f"{last['bound']:.2f}; what follows speaks of these. Allow more waves, excuse patterns, or look at those "
            "that rule out the most."
        )
    spoken = f"{met} of {number} patterns are met. The patterns speak of {learned} of {every} parameters."
    return f"{left} {spoken}"


def learned_from(parameters: pd.DataFrame) -> pd.DataFrame:
    """Return the parameters of which the patterns speak, those first of which most was learned."""
    learned = parameters[parameters["parameter"].isin(spoken_of(parameters))]
    return learned.sort_values("distance", ascending=False, kind="stable", ignore_index=True)


def calibration_markdown(found: Calibration) -> str:
    """Write all tables as Markdown."""
    parts = ["# Calibration", "", fill(opening(found), _WIDTH)]
    learned = learned_from(found.parameters)
    silent = found.parameters["parameter"][~found.parameters["parameter"].isin(learned["parameter"])]
    parts += _section("Waves", _LEGENDS["waves"], found.waves)
    parts += _section("Parameters", _LEGENDS["parameters"], learned)
    parts += ["", f"Of these nothing or little was learned: {', '.join(plain(name) for name in silent) or 'none'}."]
    parts += _section("Pairs that trade off", _LEGENDS["pairs"], found.pairs)
    parts += _section("Patterns", _LEGENDS["patterns"], found.patterns)
    return "\n".join(parts) + "\n"


def _section(heading: str, legend: str, table: pd.DataFrame) -> list[str]:
    names = [str(name) for name in table.columns]
    heads = row([plain(name.replace("_", " ").capitalize()) for name in names])
    return [
        "",
        f"## {heading}",
        "",
        legend,
        "",
        heads,
        row([":--" if table[name].dtype.kind not in "fi" else "--:" for name in names]),
        *(row([_cell(value) for value in values]) for values in table.itertuples(index=False)),
    ]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and isnan(value):
        return ""
    return f"{value:.3g}" if isinstance(value, float) else plain(str(value))


def _triple(each: Mapping[str, Any], which: str) -> str:
    low, median, high = (f"{each[f'{which}_{end}']:.3g}" for end in ("low", "median", "high"))
    return f"{median} ({low} to {high})"


def _records(table: pd.DataFrame) -> Sequence[Mapping[str, Any]]:
    return [{str(name): value for name, value in each.items()} for each in table.to_dict("records")]


def title_of(parameter: str) -> str:
    """Return what a parameter is, in words."""
    return load_registry().parameter(parameter).title.rstrip(".")
