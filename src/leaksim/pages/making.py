"""Make a page about a study in Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from leaksim.engine.executor import Jobs
from leaksim.pages.page import Page, page_of
from leaksim.pages.study import study_of
from leaksim.simulation import Result
from leaksim.tables.gathering import HowToRun


def page(
    *sources: Result | str | Path,
    title: str | None = None,
    reference: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Page:
    """Make one page of HTML about a study: what was asked, what came out, and what it rests on.

    Parameters
    ----------
    sources
        Results, folders of runs, or scenario files, which are run first. Runs of the same luck are compared.
    title
        In place of the titles of the scenarios.
    reference
        Name of the scenario from which differences are taken; the first if not given.
    replications, seed
        For scenario files that are run first.
    jobs
        Worker processes; the page does not depend on it.
    progress
        Called with (blocks done, blocks in all) after every block that is run.

    Returns
    -------
    Page
        To be saved with its method `save`; the same sources give the same bytes.

    Raises
    ------
    ScenarioProblems
        When scenario files are wrong; it lists all that is wrong.
    RunError
        When a folder does not hold a whole run.
    StudyError
        When there is nothing to show, two scenarios have one name, or the reference is not among them.
    """
    return page_of(study_of(sources, HowToRun(reference, replications, seed, jobs, progress)), title=title)
