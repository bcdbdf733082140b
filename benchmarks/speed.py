"""Where the time goes: cost per lane and arm, by duty and by month, against the plain scalar form of the same model.

Run it with ``make benchmark``. Times on a busy machine are noisy: every figure is the best of several runs, and
figures are to be compared with others of the same run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Block
from leaksim.engine.memory import Memory
from leaksim.model.world import live
from leaksim.outcomes.observation import observe
from leaksim.plan import Plan, plan
from leaksim.scenario.loading import load_scenario

ROOT = Path(__file__).parents[1]
HEADLINE = ROOT / "scenarios" / "china_tightens_russia_backfills_2017.yaml"
EVERY_LEVER = ROOT / "scenarios" / "maximum_pressure.yaml"

SPENT: dict[tuple[str, int], float] = defaultdict(float)
"""Seconds by duty and month, filled by `TimedClock`."""


MEMORY = Memory()
"""Ledgers are written one over the other, as in a run."""


class TimedClock(Clock):
    """A clock that notes how long each duty takes."""

    def monthly(self, *duties: tuple[float, Callable[[int], None]]) -> Process:
        return super().monthly(*((day, timed(duty)) for day, duty in duties))


def timed(duty: Callable[[int], None]) -> Callable[[int], None]:
    def run(month: int) -> None:
        started = time.perf_counter()
        duty(month)
        SPENT[duty.__qualname__, month] += time.perf_counter() - started

    return run


def three_arms(lanes: int, scenario: Path = HEADLINE) -> Plan:
    """A scenario in the three arms that every table needs."""
    whole = plan(load_scenario(scenario), replications=lanes)
    kept = tuple(arm for arm in whole.arms if arm.name in ("baseline", "intended", "realised"))
    return Plan(whole.scenario, kept, lanes, whole.draws, whole.seed, deterministic=False)


def seconds(planned: Plan, *, clock_type: type[Clock] = Clock, with_outcomes: bool = False) -> float:
    block = Block(0, min(planned.lanes, 512))
    started = time.perf_counter()
    history = live(
        planned.scenario,
        planned.parameters(block),
        planned.arms,
        block,
        seed=planned.seed,
        clock_type=clock_type,
        memory=MEMORY,
    )
    if with_outcomes:
        observe(history)
    return time.perf_counter() - started


def best(repeats: int, measure: Callable[[], float]) -> float:
    return min(measure() for _ in range(repeats))


def by_lanes(repeats: int) -> None:
    print("\nMilliseconds per lane and arm, 36 months, one core (the model; with outcomes)")
    print(f"{'lanes':>7} {'arms':>5} {'model':>9} {'+ outcomes':>11}")
    for lanes in (1, 8, 64, 512):
        for planned in (three_arms(lanes), plan(load_scenario(HEADLINE), replications=lanes)):
            cells = lanes * len(planned.arms)
            model = best(repeats, lambda planned=planned: seconds(planned))
            both = best(repeats, lambda planned=planned: seconds(planned, with_outcomes=True))
            print(f"{lanes:>7} {len(planned.arms):>5} {1e3 * model / cells:>9.3f} {1e3 * both / cells:>11.3f}")


def against_the_reference(repeats: int) -> None:
    """Time the lanes and the scalar reference in turns, so that both meet the same load of the machine."""
    sys.path.insert(0, str(ROOT / "tests"))
    from reference.timing import seconds_per_lane_and_arm

    print("\nMilliseconds per lane and arm, 36 months, side by side (512 lanes, one core)")
    lanes = {
        "headline, 3 arms": three_arms(512),
        "every lever pulled, 3 arms": three_arms(512, EVERY_LEVER),
        # The arms that a run computes together.
        "every lever pulled, its 9 arms": plan(load_scenario(EVERY_LEVER), replications=512),
    }
    best_of: dict[str, float] = defaultdict(lambda: float("inf"))
    for _ in range(repeats):
        for name, planned in lanes.items():
            # Two in a row: the first after the reference pays for fresh memory, as only the first block of a run does.
            spent = best(2, lambda planned=planned: seconds(planned))
            best_of[name] = min(best_of[name], spent / (512 * len(planned.arms)))
        best_of["scalar reference"] = min(best_of["scalar reference"], seconds_per_lane_and_arm())
    for name, spent in best_of.items():
        ratio = "" if name == "scalar reference" else f"{best_of['scalar reference'] / spent:>8.0f} times faster"
        print(f"{name:<38} {1e3 * spent:>8.3f} {ratio}")


def by_duty_and_month(repeats: int) -> None:
    planned = three_arms(512)
    for _ in range(repeats):
        seconds(planned, clock_type=TimedClock)
    cells = 512 * len(planned.arms) * repeats
    duties: dict[str, float] = defaultdict(float)
    months: dict[int, float] = defaultdict(float)
    for (duty, month), spent in SPENT.items():
        duties[duty] += spent
        months[month] += spent
    whole = sum(duties.values())
    print("\nBy duty, microseconds per lane and arm over 36 months (512 lanes, 3 arms)")
    for duty, spent in sorted(duties.items(), key=lambda pair: -pair[1]):
        print(f"{duty:<38} {1e6 * spent / cells:>8.2f} {100 * spent / whole:>5.1f} %")
    print("\nBy month, microseconds per lane and arm")
    for month, spent in sorted(months.items()):
        bar = "#" * round(400 * spent / whole)
        print(f"{month + 1:>3} {1e6 * spent / cells:>6.2f} {bar}")


def by_command(repeats: int) -> None:
    def command(*words: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "leaksim", *words], check=True, capture_output=True)
        return time.perf_counter() - started

    print("\nSeconds from the shell, cold process")
    print(f"{'leaksim --help':<38} {best(repeats, lambda: command('--help')):>6.2f}")
    with tempfile.TemporaryDirectory() as out:
        words = ("run", str(HEADLINE), "--replications", "500", "--out", out, "--quiet")
        print(f"{'leaksim run, 500 replications':<38} {best(repeats, lambda: command(*words)):>6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs of which the best counts")
    repeats = parser.parse_args().repeats
    by_lanes(repeats)
    against_the_reference(repeats)
    by_duty_and_month(repeats)
    by_command(repeats)


if __name__ == "__main__":
    main()
