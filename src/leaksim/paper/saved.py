"""The numbers of all that is saved in some folders: runs, comparisons and attributions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from leaksim.errors import InputError
from leaksim.paper.numbers import NumberInText, numbers_of, numbers_of_study
from leaksim.report.outcomes import PARAMETER, REPLICATION
from leaksim.store.runs import SUMMARY
from leaksim.store.studies import SavedStudy, read_study, study_files
from leaksim.store.summaries import SavedSummary, read_summaries


class TwoStudiesError(InputError):
    """Two comparisons or attributions have different numbers for the same."""


@dataclass(frozen=True)
class Saved:
    """What was read from folders."""

    summaries: tuple[SavedSummary, ...]
    studies: tuple[SavedStudy, ...]

    @property
    def numbers(self) -> list[NumberInText]:
        """Every number, with the interval that is shown."""
        return list(self._numbers(PARAMETER))

    @property
    def alone(self) -> list[NumberInText]:
        """Every number, with the interval from the random histories alone."""
        return list(self._numbers(REPLICATION))

    def for_sentences(self, only: Sequence[str] = ()) -> list[NumberInText]:
        """Return the numbers that are known by their metric alone: of a comparison, those that take a reference.

        Parameters
        ----------
        only
            Patterns of metrics, such as ``leakage.*``; all if there are none.
        """
        compared = ("difference.", "sender.added_per_dollar")
        return [
            number
            for number in self.numbers
            if (not number.reference or number.metric.startswith(compared))
            and (not only or any(fnmatchcase(number.metric, pattern) for pattern in only))
        ]

    def _numbers(self, interval: str) -> Iterator[NumberInText]:
        for summary in self.summaries:
            yield from numbers_of(summary, interval)
        of_studies = (number for study in self.studies for number in numbers_of_study(study, interval))
        # The same number may stand in two studies.
        yield from {(each.run, each.reference, each.metric, each.item): each for each in of_studies}.values()


def read_saved(paths: Sequence[Path]) -> Saved:
    """Read runs, comparisons and attributions, each path a folder of one or a folder of such folders.

    Raises
    ------
    SummaryError
        When there is nothing in a folder, or a table cannot be read.
    RunError
        When a comparison or an attribution is not as leaksim wrote it.
    TwoStudiesError
        When two of them have different numbers for the same outcome.
    """
    files = {path: study_files(path) for path in paths}
    of_runs = [path for path in paths if not files[path] or [*path.glob(SUMMARY), *path.glob(f"*/{SUMMARY}")]]
    studies = tuple(read_study(file) for file in dict.fromkeys(file for found in files.values() for file in found))
    _refuse_contradictions(studies)
    return Saved(tuple(read_summaries(of_runs)), studies)


def _refuse_contradictions(studies: Sequence[SavedStudy]) -> None:
    found: dict[tuple[str, ...], tuple[float, SavedStudy]] = {}
    for study in studies:
        for number in numbers_of_study(study):
            key = number.run, number.reference, number.metric, number.item
            value, other = found.setdefault(key, (number.estimate, study))
            if value != number.estimate:
                raise TwoStudiesError(
                    f"{study.file} and {other.file} differ in {' '.join(filter(None, key))}; name one with --runs"
                )
