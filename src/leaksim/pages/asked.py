"""What was asked: each scenario in its own words, and in what the others differ from the reference."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from leaksim.pages.markup import facts, items, paragraphs
from leaksim.pages.study import Case, Study
from leaksim.report.asked import asked_in_words
from leaksim.report.labels import WORDS
from leaksim.scenario.contrast import Contrast, contrasts
from leaksim.scenario.schema import Levers, Scenario

_WORLDS = (
    "Every number compares worlds that meet the same luck. Pressure is what Pyongyang loses against the same world "
    "without measures. Intended: the measures as they were proposed, and nobody gets around them. Realised: as they "
    "were adopted, with the ways around them that the scenario leaves open. What is intended and not realised leaks."
)


def asked(study: Study) -> str:
    """Say what was asked and what was compared."""
    base = study.reference
    parts = [f"<p>{_WORLDS}</p>\n"]
    if len(study.cases) == 1:
        return "".join([paragraphs(base.scenario.description or ""), *parts, _setting(base)])
    parts.append(
        f"<h3>Reference (A): {escape(base.scenario.title)}</h3>\n{paragraphs(base.scenario.description or '')}"
    )
    parts.append(_setting(base))
    for case in study.cases[1:]:
        scenario = case.scenario
        parts.append(f"<h3>{escape(scenario.title)} (B)</h3>\n{paragraphs(scenario.description or '')}")
        different = list(_differences(base.scenario, scenario))
        said = "In what it differs from the reference:" if different else "It asks for the same as the reference."
        parts.append(f"<p>{said}</p>\n{items(different)}")
        if study.comparison is None:
            parts.append(facts(_run(case)))
    return "".join(parts)


def _setting(case: Case) -> str:
    scenario = case.scenario
    levers = [WORDS[name] for name in Levers.model_fields if getattr(scenario.levers, name) is not None]
    return facts(
        [
            ("Measures", "; ".join(each.title.rstrip(".") for each in scenario.measures) or "none"),
            ("Ways around them", _named(scenario, is_open=True) or "none"),
            ("Closed", _named(scenario, is_open=False)),
            ("Levers of the sender", ", ".join(levers) or "none"),
            ("Dated moves", "; ".join(move.title or f"{move.act} on {move.date}" for move in scenario.moves)),
            *_run(case),
        ]
    )


def _run(case: Case) -> list[tuple[str, str]]:
    run, period = case.manifest["run"], case.scenario.period
    draws = run["draws"]
    luck = "1 random history" if run["replications"] == 1 else f"{run['replications']:,} random histories"
    spread = f", spread over {draws:,} draws of {len(case.scenario.uncertainties)} uncertain parameters"
    return [
        ("Period", f"{period.months} months from {period.start:%B %Y}"),
        ("Simulated", f"{luck}{spread if draws > 1 else ''}, seed {run['seed']}"),
    ]


def _named(scenario: Scenario, *, is_open: bool) -> str:
    return ", ".join(WORDS[name] for name, is_on in scenario.channels if is_on == is_open)


def _differences(one: Scenario, other: Scenario) -> Iterator[str]:
    """Say in what a scenario (B) differs from another (A)."""
    yield from map(asked_in_words, contrasts(one, other))
    names = dict.fromkeys([*one.assumptions, *other.assumptions, *one.uncertainties, *other.uncertainties])
    for name in names:
        drawn = one.uncertainties.get(name), other.uncertainties.get(name)
        if drawn[0] == drawn[1] is None and one.value(name) != other.value(name):
            yield asked_in_words(Contrast("parameter", name, one.value(name), other.value(name)))
        elif drawn[0] != drawn[1]:
            in_a, in_b = ("fixed" if each is None else "drawn" for each in drawn)
            how = f"{in_a} in A, {in_b} in B" if in_a != in_b else "drawn from another distribution in B"
            yield f"{name}: {how}"
