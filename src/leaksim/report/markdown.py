"""The comparison of several scenarios as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from leaksim.report.headline import NOTHING, Headline, what_intervals_cover


def headline_markdown(headlines: Sequence[Headline]) -> str:
    """Write the headlines as a table, followed by a sentence for each scenario."""
    groups = list(dict.fromkeys(group for each in headlines for group in each.through))
    heads = ["Scenario", "Intended", "Realised", "Reaches", "95 % interval", *(f"Through {group}" for group in groups)]
    lines = [
        "# What reaches Pyongyang",
        "",
        "Pressure in $m a year; then dollars of every 100 intended that reach Pyongyang, with their interval, and that",
        f"leak through each group. {plain(what_intervals_cover(headlines))}".rstrip(),
        "",
        row(heads),
        row([":--", *("--:" for _ in heads[1:])]),
        *(row(_cells(each, groups)) for each in headlines),
        "",
        *(f"- **{plain(each.title)}** ({each.name}). {each.sentence}" for each in headlines),
    ]
    return "\n".join(lines) + "\n"


def _cells(headline: Headline, groups: Sequence[str]) -> list[str]:
    numbers = [headline.intended, headline.realised, headline.reaches, headline.interval]
    return [plain(headline.title), *numbers, *(headline.through.get(group, NOTHING) for group in groups)]


def row(cells: Sequence[str]) -> str:
    """Write a row of a table."""
    return f"| {' | '.join(cells)} |"


def plain(text: str) -> str:
    """Take from a title what Markdown would read as more than a letter."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>#|~$&" else letter for letter in " ".join(text.split()))
