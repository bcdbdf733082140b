"""Calibration: which parameters let the model bring about what was observed in 2016 and 2017."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from leaksim.calibration.findings import pairs_table, parameters_table, patterns_table, spoken_of, waves_table
from leaksim.calibration.problem import CUTOFF, Problem
from leaksim.calibration.runs import history_simulator, problem_of
from leaksim.calibration.saving import claim, json_bytes, save, saved
from leaksim.calibration.waves import Settings, Wave, chosen, waves_after
from leaksim.engine.executor import Jobs
from leaksim.engine.lanes import Floats
from leaksim.errors import InputError
from leaksim.evidence.ensembles import WEIGHT
from leaksim.evidence.patterns import load_patterns
from leaksim.evidence.registry import load_registry
from leaksim.influence.request import begins
from leaksim.store.formats import csv_bytes
from leaksim.version import __version__

if TYPE_CHECKING:
    import pandas as pd

MEMBERS = 300
"""Sets of parameters in an ensemble."""

_PREDICTED = 256
"""Points of the prior at which the model is asked again."""

_POINTS_PER_PARAMETER = 4
"""With fewer there is no telling which parameters the patterns speak of."""

_FEWEST_HISTORIES = 2
"""With one there is no telling luck from parameters."""


class CalibrationError(InputError):
    """A calibration cannot be made as it is asked for."""


@dataclass(frozen=True, repr=False)
class Calibration:
    """What a calibration found.

    Attributes
    ----------
    finished : bool
        Whether all patterns are met and points are weighted. If not, `parameters` and `ensemble` speak of the points
        that came closest, and no scenario should use them.
    waves : pandas.DataFrame
        For each wave its `stage`, the `bound` below which the implausibility of its points lies, the `power` of their
        weights, and `space_left`, the share of the priors below the bound, with its 95 % interval.
    parameters : pandas.DataFrame
        For each parameter what was known before and what is known after.
    pairs : pandas.DataFrame
        Parameters that trade off, with their rank correlation.
    patterns : pandas.DataFrame
        For each pattern what was observed, and what the model says before and after.
    ensemble : pandas.DataFrame
        Sets of parameters, with their `weight`.
    facts : dict
        What was asked, and of which patterns and evidence.
    """

    finished: bool
    waves: pd.DataFrame
    parameters: pd.DataFrame
    pairs: pd.DataFrame
    patterns: pd.DataFrame
    ensemble: pd.DataFrame
    facts: Mapping[str, Any]

    def __repr__(self) -> str:
        from leaksim.report.calibration import told
        from leaksim.report.told import as_text

        return as_text(told(self))

    def _repr_html_(self) -> str:
        from leaksim.report.calibration import told
        from leaksim.report.told import as_html

        return as_html(told(self))

    def ensemble_files(self, name: str) -> dict[str, bytes]:
        """Return the files of the ensemble, as `uncertainties: {use: NAME}` reads them."""
        members = csv_bytes(self.ensemble)
        facts = {"members": sha256(members).hexdigest(), **self.facts}
        return {f"{name}.csv": members, f"{name}.json": json_bytes(facts)}


def calibrate(
    *,
    out: str | Path | None = None,
    only: Sequence[str] = (),
    points: int = 1024,
    waves: int = 40,
    histories: int = 4,
    excused: int = 0,
    seed: int = 2017,
    jobs: Jobs = 1,
    progress: Callable[[int, int], None] | None = None,
    after_wave: Callable[[Wave], None] | None = None,
) -> Calibration:
    """Find the parameters that let the model bring about the patterns of 2016 and 2017.

    Points first fill the space of what the registry leaves open. Wave by wave they then leave the parts where the model
    is implausible, until each is within three standard deviations of every pattern; and among what is left they are
    weighted by how close they come.

    Parameters
    ----------
    out
        A folder that keeps every wave. A calibration that was interrupted goes on from there with the same points.
    only
        Parameters, or beginnings of their ids, that may move; all others keep their defaults.
    points
        In each wave: a power of two, four times as many as there are parameters.
    waves
        At most.
    histories
        Random histories that each point meets, two at least.
    excused
        So many patterns a point may miss by any distance.
    seed
        Fixes points and histories.
    jobs
        Who works, as in `leaksim.simulate`; the result does not depend on it.
    progress
        Called with (steps done, steps in all) in each wave.
    after_wave
        Called with each wave when it is done, also those that were done before.

    Raises
    ------
    CalibrationError
        When the request makes no sense, with all reasons at once.
    OtherCalibrationError
        When the folder holds a calibration that was asked for something else.
    """
    settings = Settings(points=points, waves=waves, excused=excused, seed=seed)
    with history_simulator(histories=histories, jobs=jobs) as simulate:
        problem = problem_of(simulate, only)
        _refuse_nonsense(problem, settings, only, histories)
        facts = {**_facts(settings, histories), "only": list(only)}
        return calibrated(problem, settings, facts, None if out is None else Path(out), progress, after_wave)


def calibrated(
    problem: Problem,
    settings: Settings,
    facts: Mapping[str, Any],
    folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    after_wave: Callable[[Wave], None] | None = None,
) -> Calibration:
    """Calibrate any model; see `calibrate`.

    Parameters
    ----------
    facts
        What was asked, for the folder to be told from others.
    """
    done: list[Wave] = []
    if folder is not None:
        claim(folder, facts)
        done = saved(folder, problem)[: settings.waves]
    for wave in done:
        if after_wave is not None:
            after_wave(wave)
    for wave in waves_after(problem, settings, done[-1] if done else None, progress):
        if folder is not None:
            save(folder, problem, wave)
        done.append(wave)
        if after_wave is not None:
            after_wave(wave)
    return _found(problem, settings, facts, done)


def _found(problem: Problem, settings: Settings, facts: Mapping[str, Any], waves: list[Wave]) -> Calibration:
    import pandas as pd

    first, last = waves[0], waves[-1]
    generator = np.random.default_rng([settings.seed, 0])
    members, weights = _members(last.cloud.places, generator)
    values = {name: _short(each) for name, each in problem.values(members).items()}
    # Histories that no wave has met: what fits the luck of the waves alone would not fit here.
    new = int(generator.integers(2**62))
    before = problem.simulate(problem.values(first.cloud.places[:_PREDICTED]), new)
    after = np.repeat(problem.simulate(values, new), np.round(weights * MEMBERS).astype(np.intp), axis=1)
    parameters = parameters_table(problem, last.cloud)
    return Calibration(
        finished=last.is_last(settings),
        waves=waves_table(waves),
        parameters=parameters,
        pairs=pairs_table(problem, last.cloud),
        patterns=patterns_table(problem, first.cloud, before, after),
        ensemble=pd.DataFrame({WEIGHT: weights, **values}),
        facts={
            **facts,
            "waves": last.number,
            "bound": None if last.bound == inf else last.bound,
            "space_left": last.space,
            "speaks_of": spoken_of(parameters),
        },
    )


def _members(places: Floats, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Choose members from points of equal weight; one that is chosen more than once gets the weight of all."""
    taken = chosen(np.ones(len(places)), MEMBERS, generator)
    members, counts = np.unique(places[taken], axis=0, return_counts=True)
    return members, counts / MEMBERS


def _short(values: Floats) -> Floats:
    """Round to four digits, which is more than anybody knows."""
    return np.array([float(f"{value:.4g}") for value in values])


def _facts(settings: Settings, histories: int) -> dict[str, Any]:
    """Say what was asked, and of which patterns and evidence."""
    asked = {name: value for name, value in asdict(settings).items() if name != "waves"}
    return {
        "leaksim": __version__,
        "patterns": load_patterns().digest,
        "evidence": load_registry().digest,
        "cutoff": CUTOFF,
        "histories": histories,
        **asked,
    }


def _refuse_nonsense(problem: Problem, settings: Settings, only: Sequence[str], histories: int) -> None:
    wrong = [
        f"only: no parameter that calibration may move begins with '{word}'"
        for word in only
        if not any(begins(name, word) for name in problem.priors)
    ]
    number = len(problem.patterns)
    fewest = 1 << (_POINTS_PER_PARAMETER * len(problem.priors) - 1).bit_length()
    if problem.priors and (settings.points < fewest or settings.points & (settings.points - 1)):
        wrong.append(
            f"points: {settings.points} is not a power of two from {fewest} on, for {len(problem.priors)} parameters"
        )
    if settings.waves < 1:
        wrong.append(f"waves: {settings.waves} leaves nothing to do; allow one at least")
    if histories < _FEWEST_HISTORIES:
        wrong.append(f"histories: {histories} cannot tell luck from parameters; give {_FEWEST_HISTORIES} at least")
    if not 0 <= settings.excused < number:
        wrong.append(f"excused: there are {number} patterns, of which at most {number - 1} can be excused")
    if wrong:
        raise CalibrationError("\n".join(wrong))
