"""The pages of parameters and of figures, from the registry."""

from collections.abc import Iterable

from parameter_role import target
from pieces import cited, number, prose, table

from leaksim.evidence.registry import Figure, Parameter, Rival, load_registry

ACTORS = {
    "Demand": ("demand",),
    "Trade before any measure": ("baseline", "price", "crude", "exports", "earnings", "imports"),
    "Pyongyang": ("stock", "reserves", "gdp", "anticipation"),
    "The market": ("market",),
    "The Security Council": ("council",),
    "China": ("china",),
    "Chinese traders": ("traders",),
    "Russia's government": ("russia",),
    "Russian fuel firms": ("suppliers",),
    "Workers abroad": ("workers",),
    "The port of Rason": ("rason", "ferry", "fuel"),
    "Tankers at sea": ("tankers",),
    "The United States": ("us",),
    "Payments": ("payments",),
    "The monitor": ("monitor",),
}
"""Headings of the page of parameters, and the first words of the ids that stand under each."""

SECOND_WORDS = {
    "bank_friction": "Payments",
    "bank_squeeze": "Payments",
    "bank_block": "Payments",
}
"""Second words of ids that decide instead: what banks do belongs together."""


PARAMETERS = """# Parameters

Every number of the model, with what it rests on. This page is made from the evidence registry whenever the pages are
built. A scenario changes a value under `assumptions` and makes it uncertain under `uncertainties`
(see [](scenario-file.md)); `leaksim explain FILE PARAMETER` shows what a scenario does with it.

The range is what the evidence allows. Where a scenario says `use: registry`, values are drawn from it: *uniform*,
*log-uniform* (even on a logarithmic scale) or *triangular* (most likely at the value, or where the table says). A
*structural* parameter has one value for a whole scenario. Shares, ratios and counts have no unit.

The grade says how good the basis is: A an official statistic, B one reputable source, C a party or an unnamed source, D
derived by arithmetic from other figures, M from memory. *Assumed* values rest on judgement, and the reason is given.
*Calibrated* ones are the centre of the [ensemble](../background/calibration.md) that agrees with 2016 and 2017, its
weighted median in two digits; the range and the reason are those from before.
Ids such as E300 name rows of [the table of figures](figures.md).
"""

FIGURES = """# Figures

What was found in print, row by row, before it became a parameter: E rows are counts, prices and dated facts, M rows are
claims about mechanisms. Rows marked *calibration* were known by 18 January 2018, the day of the last founding article.
Rows marked *prior* were published later; they describe constants and may not be tuned to. Rows marked *none* are not
relied on.
"""


def parameters() -> str:
    """Write the page of parameters, by actor."""
    groups: dict[str, list[Parameter]] = {actor: [] for actor in ACTORS}
    for parameter in load_registry().parameters.values():
        groups[_actor_of(parameter.id)].append(parameter)
    header = ("parameter", "value", "range", "basis")
    sections = [
        f"## {actor}\n\n" + table(header, map(_parameter_row, members), (58, 14, 16, 12), "evidence")
        for actor, members in groups.items()
        if members
    ]
    return "\n".join([PARAMETERS, *sections])


def figures() -> str:
    """Write the page of figures."""
    header = ("figure", "value", "period", "basis")
    rows = table(header, map(_figure_row, load_registry().figures.values()), (54, 20, 14, 12), "evidence")
    return f"{FIGURES}\n{rows}"


def _actor_of(identifier: str) -> str:
    words = identifier.split(".")
    for word in words[1:]:
        if word in SECOND_WORDS:
            return SECOND_WORDS[word]
    return next(actor for actor, first_words in ACTORS.items() if words[0] in first_words)


def _parameter_row(parameter: Parameter) -> tuple[str, str, str, str]:
    paragraphs = [f"({target(parameter.id)})=\n`{parameter.id}`", prose(parameter.title)]
    paragraphs += [f"*{word}:* {prose(text)}" for word, text in _remarks(parameter)]
    paragraphs += [_rival(parameter, rival) for rival in parameter.rivals]
    basis = [_figure_links(parameter.figures), cited(parameter.sources)]
    paragraphs.append(" ".join(filter(None, basis)))
    unit = _unit(parameter.unit)
    described: list[str] = [parameter.basis]
    if parameter.ensemble:
        described.append(f"[{parameter.ensemble}](../background/calibration.md)")
    if parameter.structural:
        described.append("structural")
    return (
        "\n\n".join(filter(None, paragraphs)),
        f"{number(parameter.value)} {unit}".strip(),
        _range(parameter),
        "\n\n".join(described),
    )


def _remarks(parameter: Parameter) -> Iterable[tuple[str, str]]:
    for word, text in (("Why", parameter.reason), ("Note", parameter.note)):
        if text:
            yield word, text


def _range(parameter: Parameter) -> str:
    if parameter.choices:
        return "\n\n".join(parameter.choices)
    if parameter.low is None or parameter.high is None:
        return "fixed"
    form = {"loguniform": "log-uniform"}.get(parameter.distribution, parameter.distribution)
    around = "" if parameter.mode is None else f" around {number(parameter.mode)}"
    return f"{number(parameter.low)} to {number(parameter.high)}\n\n{form}{around}"


def _rival(parameter: Parameter, rival: Rival) -> str:
    parts = [f"*Rival* `{rival.name}`: {number(rival.value)} {_unit(parameter.unit)}".strip() + "."]
    parts += [prose(rival.note), _figure_links(rival.figures), cited(rival.sources)]
    return " ".join(filter(None, parts))


def _figure_row(figure: Figure) -> tuple[str, str, str, str]:
    paragraphs = [f"({figure.id.lower()})=\n**{figure.id}** {prose(figure.title)}", prose(figure.note)]
    paragraphs.append(cited(figure.sources))
    shown = prose(figure.value) if isinstance(figure.value, str) else number(figure.value)
    value = [f"{shown} {'' if figure.unit in ('text', 'date') else _unit(figure.unit)}".strip()]
    if figure.low is not None and figure.high is not None:
        value.append(f"{number(figure.low)} to {number(figure.high)}")
    return (
        "\n\n".join(filter(None, paragraphs)),
        "\n\n".join(value),
        prose(figure.period),
        f"{figure.grade}\n\n{figure.use}",
    )


def _figure_links(identifiers: Iterable[str]) -> str:
    return " ".join(f"{{ref}}`{identifier} <{identifier.lower()}>`" for identifier in identifiers)


def _unit(unit: str) -> str:
    return "" if unit == "1" else prose(unit)
