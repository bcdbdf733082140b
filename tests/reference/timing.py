"""How long the reference takes, for the benchmark of the lane engine."""

from __future__ import annotations

from pathlib import Path
from time import process_time

from leaksim.engine.lanes import Block
from leaksim.plan import plan
from leaksim.scenario import load_scenario
from reference.agreement import values_of
from reference.streams import Draws, Tape
from reference.world import live

HEADLINE = Path(__file__).parents[2] / "scenarios" / "china_tightens_russia_backfills_2017.yaml"


def seconds_per_lane_and_arm(lanes: int = 3) -> float:
    """Mean time of one lane in one arm over all months of the headline scenario, in seconds.

    The draws are on the tape before the clock starts: one process per replication would draw its own lane only.
    """
    planned = plan(load_scenario(HEADLINE))
    parameters = planned.parameters(Block(0, 8))
    tape = Tape(planned.seed, 0, deterministic=False)
    cases = [(values_of(parameters, lane), arm, lane) for lane in range(lanes) for arm in planned.arms]
    live(planned.scenario, cases[0][0], planned.arms[-1], Draws(tape, 0))
    begin = process_time()
    for values, arm, lane in cases:
        live(planned.scenario, values, arm, Draws(tape, lane))
    return (process_time() - begin) / len(cases)
