"""From the number of a run back to what made it: where it stands, and what was run."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from leaksim.errors import InputError
from leaksim.paper.numbers import NumberInText, number_of, numbers_of_study
from leaksim.report.outcomes import outcomes_of
from leaksim.scenario.schema import RunSettings, Scenario
from leaksim.store.manifest import Facts
from leaksim.store.runs import SUMMARY
from leaksim.store.studies import read_study, study_files
from leaksim.store.summaries import SavedSummary, SummaryError, read_summary, text_rows

_OF_STUDIES = ("difference.", "attribution.", "sender.added_per_dollar")
"""How metrics begin that stand in comparisons and attributions."""


class NoSuchOutcomeError(InputError):
    """No saved run has the number that is asked for."""


@dataclass(frozen=True)
class Traced:
    """A number of a saved run."""

    number: NumberInText
    file: Path
    """The table in which it stands."""
    line: int
    """Its first line there."""
    manifest: Facts | None
    """Of the run, the comparison or the attribution."""
    is_as_run: bool | None
    """Whether the scenario is still the one that was run; None where the run has no manifest to tell."""

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What there is to say of it, each with a heading."""
        number = self.number
        item = f", item {number.item}" if number.item else ""
        return [
            ("value", f"{number.text('full')} {number.unit}"),
            ("metric", f"{number.metric}{item}; docs/background/outcomes.md defines it"),
            ("stands in", f"{self.file.as_posix()}:{self.line}"),
            ("run", self._run),
        ]

    @property
    def _run(self) -> str:
        manifest = self.manifest
        if manifest is None:
            return "without a manifest: whether the scenario has changed since cannot be told"
        run = manifest["run"]
        since = "unchanged" if self.is_as_run else "CHANGED, so the lines below are not those that were run"
        return (
            f"seed {run['seed']}, {run['replications']:,} replications, leaksim {manifest['software']['leaksim']}; "
            f"scenario since then {since}"
        )

    def as_json(self) -> dict[str, object]:
        """Return it as plain data; the estimate and its bounds as in the table of the run."""
        number = self.number
        return {
            "metric": number.metric,
            "item": number.item,
            "estimate": number.estimate / number.scale,
            "text": number.text("full"),
            "unit": number.unit,
            "file": self.file.as_posix(),
            "line": self.line,
            "as_run": self.is_as_run,
        }


def traced(scenario: Scenario, metric: str, item: str, runs: Path) -> Traced:
    """Find a number of a scenario among saved runs, comparisons and attributions.

    Parameters
    ----------
    runs
        Folder of a run of the scenario, or folder that holds it.

    Raises
    ------
    SummaryError
        When there is no such run, or it is not whole.
    NoSuchOutcomeError
        When the run has no such number.
    """
    if metric.startswith(_OF_STUDIES):
        return _in_studies(scenario, metric, item, runs)
    folder = runs / scenario.name if (runs / scenario.name / SUMMARY).exists() else runs
    if not (folder / SUMMARY).exists():
        raise SummaryError(
            f"{runs} holds no run of {scenario.name}; run it with `leaksim run`, or name its folder with --runs"
        )
    summary = read_summary(folder)
    if summary.scenario != scenario.name:
        raise SummaryError(f"{folder} is a run of {summary.scenario}, not of {scenario.name}")
    outcome = outcomes_of(summary.table).get((metric, item))
    if outcome is None:
        raise NoSuchOutcomeError(f"{folder / SUMMARY} has no {_named(metric, item)}; {_hint(summary, metric, item)}")
    line = next(
        place for place, row in enumerate(summary.rows, start=2) if (row["metric"], row["item"]) == (metric, item)
    )
    manifest = summary.manifest
    is_as_run = None if manifest is None else manifest["scenario"]["digest"] == scenario.digest
    return Traced(number_of(outcome), folder / SUMMARY, line, manifest, is_as_run)


def _in_studies(scenario: Scenario, metric: str, item: str, runs: Path) -> Traced:
    """Find a number in the first comparison or attribution that has it."""
    for study in map(read_study, study_files(runs)):
        for number in numbers_of_study(study):
            if (number.run, number.metric, number.item) == (scenario.name, metric, item):
                rows = text_rows(study.content)
                name = scenario.name, metric, item
                line = next(
                    place
                    for place, row in enumerate(rows, start=2)
                    if (row["scenario"], row["metric"], row["item"]) == name
                )
                return Traced(number, study.file, line, study.manifest, _is_as_compared(scenario, study.manifest))
    raise NoSuchOutcomeError(
        f"no comparison or attribution in {runs} has {_named(metric, item)} of {scenario.name}; "
        "`leaksim compare --out` and `leaksim attribute --out` write them"
    )


def _is_as_compared(scenario: Scenario, manifest: Facts | None) -> bool | None:
    if manifest is None:
        return None
    about = manifest["scenarios"][scenario.name]
    settings = RunSettings.model_validate(about["settings"])
    return bool(scenario.model_copy(update={"run": settings}).digest == about["digest"])


def _named(metric: str, item: str) -> str:
    return f"{metric} [{item}]" if item else metric


def _hint(summary: SavedSummary, metric: str, item: str) -> str:
    items: dict[str, list[str]] = {}
    for row in summary.rows:
        items.setdefault(row["metric"], []).append(row["item"])
    if metric in items:
        known = list(dict.fromkeys(items[metric]))
        return f"its items are {', '.join(known)}" if any(known) else f"it has no item, not '{item}'"
    nearest = difflib.get_close_matches(metric, items, n=1)
    return f"did you mean {nearest[0]}?" if nearest else f"its metrics are {', '.join(items)}"
