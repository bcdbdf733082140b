"""From a YAML file to a study ready to run, or to a list of everything that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from leaksim.one_at_a_time import at_the_medians
from leaksim.scenario.fields import refusal
from leaksim.scenario.findings import Finding
from leaksim.scenario.loading import Loaded, load
from leaksim.scenario.problems import Problem, ScenarioProblems
from leaksim.scenario.reading import read_located, similar_files
from leaksim.scenario.schema import Scenario
from leaksim.scenario.validation import relevant
from leaksim.scenario.wording import problem_of
from leaksim.study.points import Point, Range, grid, sample
from leaksim.study.quantities import Value, objections, quantities
from leaksim.study.schema import MOST_POINTS, Axis, Span, Study

Entry = TypeVar("Entry", bound=Span)
Found = TypeVar("Found")


@dataclass(frozen=True)
class ReadyStudy:
    """A study with its scenarios and its points."""

    study: Study
    scenarios: tuple[Scenario, ...]
    """As they are run where nothing is varied: with `uncertain: medians`, nothing in them is drawn."""
    points: tuple[Point, ...]
    seed: int

    @property
    def varied(self) -> tuple[str, ...]:
        """Names of what is varied."""
        return tuple(self.points[0])


def load_study(path: str | Path) -> ReadyStudy:
    """Load a study.

    Raises
    ------
    ScenarioProblems
        When anything is wrong with the file or with a scenario that it names; it lists all that is wrong.
    """
    file = Path(path)
    tree, problems = read_located(file, file, "study")
    try:
        study = Study.model_validate(tree.plain())
    except ValidationError as error:
        raise ScenarioProblems(
            _in_order([*problems, *(problem_of(each, tree, Study) for each in relevant(error))])
        ) from None
    scenarios, of_scenarios = _scenarios(study, file.parent)
    spans = {} if study.sample is None else study.sample.over
    ranges, of_ranges = _resolved(("sample", "over"), spans, _range)
    axes, of_axes = _resolved(("axes",), study.axes, _values)
    findings = [*of_axes, *of_ranges, *_about_the_whole(study)]
    problems += [finding.located(tree) for finding in findings]
    problems += [each.located(tree) if isinstance(each, Finding) else each for each in of_scenarios]
    if problems:
        raise ScenarioProblems(_in_order(problems))
    seed = scenarios[0].run.seed if study.run.seed is None else study.run.seed
    spread = [{}] if study.sample is None else sample(ranges, study.sample.method, study.sample.points, seed)
    points = tuple({**cell, **inside} for cell in grid(axes) for inside in spread)
    chosen = tuple(at_the_medians(each) if study.run.uncertain == "medians" else each for each in scenarios)
    impossible = list(_impossible(study, chosen, points))
    if impossible:
        raise ScenarioProblems(_in_order([finding.located(tree) for finding in impossible]))
    return ReadyStudy(study, chosen, points, seed)


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda each: (str(each.place.source.file), each.place.line, each.place.column))


def _scenarios(study: Study, folder: Path) -> tuple[list[Scenario], list[Finding | Problem]]:
    found: list[Scenario] = []
    problems: list[Finding | Problem] = []
    for index, written in enumerate(study.scenarios):
        name, _, policy = written.partition("#")
        path, file = ("scenarios", index), folder / name
        if not file.is_file():
            message = f"there is no file {name}, as seen from this one"
            problems.append(Finding(path, message, nearest=similar_files(file)))
            continue
        loaded = load(file)
        if loaded.scenario is None:
            problems += loaded.problems
            continue
        try:
            found.append(_chosen(loaded, policy, loaded.scenario))
        except ValueError as error:
            problems.append(Finding.of(path, error))
    counts = Counter(each.name for each in found)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        problems.append(Finding(("scenarios",), f"more than one is called {', '.join(twice)}"))
    return found, problems


def _chosen(loaded: Loaded, policy: str, scenario: Scenario) -> Scenario:
    if not policy:
        return scenario
    if policy not in loaded.policies:
        raise refusal(f"{scenario.name} has no policy called '{policy}'", policy, loaded.policies)
    return loaded.policies[policy].scenario


def _resolved(
    path: tuple[str, ...], entries: Mapping[str, Entry], resolve: Callable[[str, Entry], Found]
) -> tuple[dict[str, Found], list[Finding]]:
    """Resolve what is varied, by its name, and return what is wrong with the others."""
    found: dict[str, Found] = {}
    findings = []
    for name, entry in entries.items():
        try:
            found[name] = resolve(name, entry)
        except _Misplaced as error:
            findings.append(Finding.of((*path, name, *error.inside), error.why))
        except ValueError as error:
            findings.append(Finding.of((*path, name), error))
    return found, findings


class _Misplaced(Exception):  # noqa: N818 - it says where an error is, and is caught at once
    """A value inside a block is wrong."""

    def __init__(self, inside: tuple[str | int, ...], why: ValueError) -> None:
        super().__init__(inside, why)
        self.inside, self.why = inside, why


def _values(name: str, axis: Axis) -> tuple[Value, ...]:
    given = any(each is not None for each in (axis.low, axis.high, axis.steps, axis.spacing, axis.use))
    if bool(axis.values) == given:
        raise refusal("wanted either `values`, or `steps` with `low` and `high` (or `use: registry`)")
    if not axis.values:
        if axis.steps is None:
            raise refusal("'steps' is missing: how many values from low to high")
        values = _range(name, axis).steps(name, axis.steps)
        if len(set(values)) < len(values):
            raise refusal(f"there are not as many as {axis.steps} different values from low to high")
        return values
    values = tuple(_read(name, each, ("values", index)) for index, each in enumerate(axis.values))
    for index, each in enumerate(values):
        if each in values[:index]:
            raise _Misplaced(("values", index), refusal(f"{axis.values[index]} stands here more than once"))
    return values


def _read(name: str, written: Value, inside: tuple[str | int, ...]) -> Value:
    try:
        return quantities()[name].read(written)
    except ValueError as error:
        raise _Misplaced(inside, error) from None


def _range(name: str, span: Span) -> Range:
    quantity = quantities()[name]
    if span.use is not None:
        if span.low is not None or span.high is not None or span.spacing is not None:
            raise refusal("`use: registry` stands alone: it brings `low`, `high` and `spacing`")
        if quantity.supported is None:
            raise refusal(f"the registry gives no range for {name}: write `low` and `high`")
        return Range(*quantity.supported)
    if span.low is None or span.high is None:
        raise refusal("`low` and `high` belong together")
    low, high = (_read(name, getattr(span, end), (end,)) for end in ("low", "high"))
    if isinstance(low, str) or isinstance(high, str):
        raise refusal(f"{name} is a word, which has no range: list its `values` on an axis")
    if not low < high:  # type: ignore[operator]  # both are numbers, or both dates
        raise refusal(f"low ({span.low}) has to be smaller than high ({span.high})")
    if span.spacing == "log" and (not isinstance(low, int | float) or low <= 0):
        raise _Misplaced(("spacing",), refusal("equal factors need a number above 0 to begin with"))
    return Range(low, high, span.spacing or "linear")


def _about_the_whole(study: Study) -> Iterator[Finding]:
    if not study.axes and study.sample is None:
        yield Finding((), "nothing is varied: write `axes`, `sample` or both")
    if len(set(study.outcomes)) < len(study.outcomes):
        yield Finding(("outcomes",), "an outcome stands here more than once")
    count = 1
    for axis in study.axes.values():
        count *= axis.steps or len(axis.values)
    if study.sample is not None:
        count *= study.sample.points
        if study.sample.method == "sobol" and study.sample.points & (study.sample.points - 1):
            message = (
                f"a Sobol' sequence is only even with a power of two, such as {1 << study.sample.points.bit_length()}"
            )
            yield Finding(("sample", "points"), message)
        for name in study.sample.over:
            if name in study.axes:
                yield Finding(("sample", "over", name), f"{name} is an axis already")
    if count > MOST_POINTS:
        yield Finding(
            ("axes",) if study.axes else ("sample", "points"), f"{count:,} points are too many: at most {MOST_POINTS:,}"
        )


def _impossible(study: Study, scenarios: tuple[Scenario, ...], points: tuple[Point, ...]) -> Iterator[Finding]:
    """Yield why scenarios cannot have some of the values together, one reason for each that is concerned."""
    told: dict[str, str] = {}
    for scenario in scenarios:
        for point in points:
            for names, message in objections(scenario, point):
                told.setdefault(names[-1], message)
    for name, message in told.items():
        yield Finding(("axes", name) if name in study.axes else ("sample", "over", name), message)
