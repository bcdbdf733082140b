"""Run a history at sets of parameters, and compute what the model is held against, or what it expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from leaksim.calibration.series import COMPARED, SERIES, Seen
from leaksim.calibration.summaries import SUMMARIES
from leaksim.engine.calendar import Calendar
from leaksim.engine.executor import Jobs
from leaksim.engine.lanes import LANES_PER_BLOCK, Arm, Block, Floats
from leaksim.errors import InputError
from leaksim.evidence.patterns import Quantity
from leaksim.evidence.registry import JUDGED, Parameter, load_registry
from leaksim.model.channels import BASELINE, REALISED
from leaksim.model.parameters import Parameters
from leaksim.model.world import live
from leaksim.plan import certain_values
from leaksim.resuming import resumed
from leaksim.scenario.loading import load_scenario
from leaksim.scenario.schema import Scenario, Uncertainty
from leaksim.simulation import MEMORY
from leaksim.store.asked import of_arrays, of_scenario
from leaksim.store.blocks import BlockStore, packed, unpacked

HISTORY = Path(__file__).with_name("history_2016_2017.yaml")
"""The scenario that patterns are computed from."""


_LANES_AT_ONCE = 4 * LANES_PER_BLOCK
"""Lanes that are computed together: with one arm a block of the usual width takes twice the time per lane."""


class PatternError(InputError):
    """Patterns cannot be computed as asked."""


@cache
def history() -> Scenario:
    """Load the scenario that patterns are computed from (once per process)."""
    return load_scenario(HISTORY)


def priors() -> dict[str, Uncertainty]:
    """Give the parameters that calibration may move, with what is known of each beforehand.

    These are the ones that the registry marks as assumed or calibrated and gives a range, unless all lanes of a run
    have to share one value.
    """
    return {each.id: _prior(each) for each in load_registry().parameters.values() if _may_be_moved(each)}


def simulated(
    patterns: Sequence[Quantity],
    parameters: Mapping[str, Floats],
    *,
    histories: int,
    seed: int,
    scenario: Scenario | None = None,
    jobs: Jobs = 1,
    store: BlockStore | None = None,
    kind: str = "validate",
    progress: Callable[[int, int], None] | None = None,
) -> Floats:
    """Compute patterns at sets of parameters, shape ``(pattern, point, history)``.

    History h of every point meets the same luck: that of lane h of an ordinary run with this seed. Parameters that are
    not named have their defaults. Not a number stands where a pattern has no meaning.

    Parameters
    ----------
    patterns
        What is computed, such as `leaksim.evidence.patterns.load_patterns().for_calibration`.
    parameters
        Values by parameter, in the units of the registry, shape ``(point,)`` each.
    histories
        Histories that each point meets, up to 512.
    scenario
        What is run; 2016 and 2017 as they were if not given.
    jobs
        Who works, as in `leaksim.simulate`; the result does not depend on it.
    store
        Where blocks are kept, and perhaps found.
    kind
        The command that they are of.
    progress
        Called with (blocks done, blocks in all) after every block.

    Raises
    ------
    PatternError
        For parameters that are unknown, unlike in length, impossible, or shared by all lanes; it says all that is
        wrong.
    """
    points = _number_of_points(parameters, histories)
    chosen = history() if scenario is None else scenario
    at_once = _LANES_AT_ONCE // histories
    firsts = range(0, points, at_once)
    asked = {
        "scenario": of_scenario(chosen),
        "patterns": [each.model_dump(mode="json") for each in patterns],
        "points": of_arrays(parameters),
        "histories": histories,
        "seed": seed,
    }

    def arguments(index: int) -> tuple[object, ...]:
        some = slice(firsts[index], firsts[index] + at_once)
        return chosen, tuple(patterns), {name: values[some] for name, values in parameters.items()}, histories, seed

    def where(index: int) -> str:
        return f"{chosen.name}: points {firsts[index] + 1:,} to {min(firsts[index] + at_once, points):,}"

    kept = None if store is None else store.run(kind, chosen.name, asked, len(firsts))
    found = np.empty((len(patterns), points, histories))
    for index, values in resumed(
        _at_points,
        arguments,
        range(len(firsts)),
        kept,
        _packed,
        _unpacked,
        where=where,
        jobs=jobs,
        progress=progress,
    ):
        found[:, firsts[index] : firsts[index] + at_once] = values()
    return found


def _packed(values: Floats) -> bytes:
    return packed({"patterns": {"": values}})


def _unpacked(content: bytes) -> Floats:
    return unpacked(content)[0]["patterns"][""]


def _at_points(
    scenario: Scenario, patterns: tuple[Quantity, ...], parameters: dict[str, Floats], histories: int, seed: int
) -> Floats:
    """Run as many points as are computed together; shape ``(pattern, point, history)``."""
    points = len(next(iter(parameters.values()))) if parameters else 1
    lanes = points * histories
    lane = np.arange(Block(0, lanes).width)
    point = np.minimum(lane // histories, points - 1)
    block = Block(0, lanes, tuple(int(each) for each in lane % histories))
    drawn = {name: values[point][None] for name, values in parameters.items()}
    channels = frozenset(name for name, is_on in scenario.channels if is_on)
    # What happens is the realised arm; few series need another beside it.
    beside = (Arm(BASELINE, measured=False),) if any(each.computed.series in COMPARED for each in patterns) else ()
    arms = (*beside, Arm(REALISED, measured=True, channels=channels))
    lived = live(scenario, Parameters({**certain_values(scenario), **drawn}), arms, block, seed=seed, memory=MEMORY)
    views = {seen: Seen(lived, seed, recorded=seen == "recorded") for seen in ("recorded", "true")}
    series: dict[str, Floats] = {}
    found = np.empty((len(patterns), lanes))
    for index, pattern in enumerate(patterns):
        asked = pattern.computed
        # Many patterns look at one series in several months.
        key = f"{pattern.seen} {asked.series} {dict(asked.arguments)}"
        if key not in series:
            series[key] = SERIES[asked.series](views[pattern.seen], **asked.arguments)
        over, against = (_months(scenario, ends) for ends in (asked.over, asked.against or asked.over))
        found[index] = SUMMARIES[asked.summary](series[key], over, against)[:lanes] / asked.relative_to
    return found.reshape(len(patterns), points, histories)


def _months(scenario: Scenario, ends: tuple[str, str]) -> slice:
    labels = Calendar(scenario.period.start, scenario.period.months).labels
    return slice(labels.index(ends[0]), labels.index(ends[1]) + 1)


def _may_be_moved(parameter: Parameter) -> bool:
    has_range = parameter.distribution not in ("fixed", "choice")
    return parameter.grade in JUDGED and has_range and not parameter.structural


def _prior(parameter: Parameter) -> Uncertainty:
    return Uncertainty.model_validate(
        {
            "distribution": parameter.distribution,
            "low": parameter.low,
            "high": parameter.high,
            "mode": parameter.likeliest if parameter.distribution == "triangular" else None,
            "use": "registry",
        }
    )


def _number_of_points(parameters: Mapping[str, Floats], histories: int) -> int:
    known = load_registry().parameters
    wrong = []
    if not 0 < histories <= LANES_PER_BLOCK:
        wrong.append(f"histories: {histories} is not between 1 and {LANES_PER_BLOCK}")
    shapes = {values.shape for values in parameters.values()}
    if len(shapes) > 1 or any(len(shape) != 1 or not shape[0] for shape in shapes):
        wrong.append("parameters: each needs one value for each point, and as many as the others")
    for name, values in parameters.items():
        if name not in known:
            wrong.append(f"parameters: there is no '{name}'")
        elif known[name].structural or isinstance(known[name].value, str):
            wrong.append(f"parameters: {name} has one value for a whole run and cannot differ between points")
        elif values.size and not all(known[name].limits.allow(float(end)) for end in (values.min(), values.max())):
            wrong.append(f"parameters: {name} is {known[name].limits}")
    if wrong:
        raise PatternError("\n".join(wrong))
    return shapes.pop()[0] if shapes else 1
