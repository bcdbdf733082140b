"""Where the time goes: cost per lane and arm, by duty and by month, against the plain scalar form of the same model.

Run it with ``make benchmark``. Within one process it counts processor time, from the shell wall time; every figure is
the best of several runs. Figures are to be compared with others of the same run only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from leaksim.engine.clock import Clock, Process
from leaksim.engine.lanes import Block
from leaksim.engine.memory import Memory
from leaksim.model import compiled
from leaksim.model.channels import CHANNELS, every_arm
from leaksim.model.world import live
from leaksim.outcomes.observation import observe
from leaksim.plan import Plan, plan
from leaksim.scenario.loading import load_scenario
from leaksim.simulation import parts_of_run

ROOT = Path(__file__).parents[1]
HEADLINE = ROOT / "scenarios" / "china_tightens_russia_backfills_2017.yaml"
EVERY_LEVER = ROOT / "scenarios" / "maximum_pressure.yaml"

SPENT: dict[tuple[str, int], float] = defaultdict(float)
"""Seconds by duty and month, filled by `TimedClock`."""


_PARTS_MEASURED = 4
"""Parts of the arms of a run that are measured: those with few channels cost less than those with many."""

BYTECODE = tempfile.TemporaryDirectory()
"""Where Python keeps the bytecode of the commands that are measured."""

MEMORY = Memory()
"""Ledgers are written one over the other, as in a run."""


class TimedClock(Clock):
    """A clock that notes how long each duty takes."""

    def monthly(self, *duties: tuple[float, Callable[[int], None]]) -> Process:
        return super().monthly(*((day, timed(duty)) for day, duty in duties))


def timed(duty: Callable[[int], None]) -> Callable[[int], None]:
    def run(month: int) -> None:
        started = time.process_time()
        duty(month)
        SPENT[duty.__qualname__, month] += time.process_time() - started

    return run


def three_arms(lanes: int, scenario: Path = HEADLINE) -> Plan:
    """A scenario in the three arms that every table needs."""
    whole = plan(load_scenario(scenario), replications=lanes)
    kept = tuple(arm for arm in whole.arms if arm.name in ("baseline", "intended", "realised"))
    return Plan(whole.scenario, kept, lanes, whole.draws, whole.seed, deterministic=False)


@contextmanager
def form(name: str) -> Iterator[None]:
    """Compute by ``numpy`` alone, or by the ``compiled`` forms from the first month on."""
    before = os.environ.get(compiled.SWITCH)
    os.environ[compiled.SWITCH] = str(int(name == "compiled"))
    try:
        yield
    finally:
        os.environ.pop(compiled.SWITCH)
        if before is not None:
            os.environ[compiled.SWITCH] = before


def forms() -> list[str]:
    return ["numpy", "compiled"] if find_spec("numba") else ["numpy"]


def seconds(planned: Plan, *, clock_type: type[Clock] = Clock, with_outcomes: bool = False) -> float:
    """Return the processor time that a block takes, its arms a few at a time as in a run."""
    block = Block(0, min(planned.lanes, 512))
    started = time.process_time()
    parameters = planned.parameters(block)
    for arms in parts_of_run(planned):
        history = live(
            planned.scenario, parameters, arms, block, seed=planned.seed, clock_type=clock_type, memory=MEMORY
        )
        if with_outcomes:
            observe(history)
    return time.process_time() - started


def best(repeats: int, measure: Callable[[], float]) -> float:
    return min(measure() for _ in range(repeats))


def by_size(repeats: int) -> None:
    """Every block of lanes costs what the others cost; parts of the arms do not, so several are measured."""
    print("\nMilliseconds per lane and arm, 36 months, one core, by form of the model's functions; and with outcomes")
    print(f"{'lanes':>7} {'arms':>5}" + "".join(f"{name:>10} {'+ outcomes':>11}" for name in forms()))
    for lanes in (1, 8, 64, 512, 4096):
        three = three_arms(lanes)
        every = replace(three, arms=every_arm(CHANNELS))
        for planned in (three, every):
            every_part = [replace(planned, arms=arms) for arms in parts_of_run(planned)]
            parts = every_part[:: -(-len(every_part) // _PARTS_MEASURED)]
            cells = min(lanes, 512) * sum(len(part.arms) for part in parts)
            cost: dict[str, list[float]] = defaultdict(list)
            for _ in range(repeats):
                for name in forms():
                    with form(name):
                        seconds(parts[0])
                        cost[name].append(sum(map(seconds, parts)))
                        cost[name + " with outcomes"].append(sum(seconds(part, with_outcomes=True) for part in parts))
            row = "".join(
                f"{1e3 * min(cost[name]) / cells:>10.3f} {1e3 * min(cost[name + ' with outcomes']) / cells:>11.3f}"
                for name in forms()
            )
            print(f"{lanes:>7} {len(planned.arms):>5}{row}")


def against_the_reference(repeats: int) -> None:
    """Time the lanes and the scalar reference in turns, so that both meet the same load of the machine."""
    sys.path.insert(0, str(ROOT / "tests"))
    from reference.timing import seconds_per_lane_and_arm

    print("\nMilliseconds per lane and arm, 36 months, side by side (512 lanes, one core)")
    lanes = {
        "headline, 3 arms": three_arms(512),
        "every lever pulled, 3 arms": three_arms(512, EVERY_LEVER),
        # What a run of these scenarios computes.
        "headline, its 17 arms": plan(load_scenario(HEADLINE), replications=512),
        "every lever pulled, its 9 arms": plan(load_scenario(EVERY_LEVER), replications=512),
    }
    best_of: dict[str, float] = defaultdict(lambda: float("inf"))
    for _ in range(repeats):
        for name, planned in lanes.items():
            for by in forms():
                # Two in a row: the first after the reference pays for fresh memory, as only the first block does.
                with form(by):
                    spent = best(2, lambda planned=planned: seconds(planned))
                key = f"{name}, {by}"
                best_of[key] = min(best_of[key], spent / (512 * len(planned.arms)))
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


ONE_COMMAND = """\
import ctypes, os, resource, subprocess, sys, time
from contextlib import suppress

PR_SET_CHILD_SUBREAPER = 36
if sys.platform == "linux":  # whoever is left by the command belongs to this process, which counts its memory
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
started = time.perf_counter()
subprocess.run([sys.executable, "-m", "leaksim", *sys.argv[1:]], check=True, capture_output=True)
spent = time.perf_counter() - started
with suppress(ChildProcessError):
    while True:
        os.wait()
print(spent, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def leaksim(*words: str, **environment: str) -> tuple[float, int]:
    """Run a command; return the seconds it took and the most memory that one of its processes held, in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_COMMAND, *words],
        check=True,
        capture_output=True,
        text=True,
        # As installed: the modules are compiled to bytecode once.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": BYTECODE.name, **environment},
    )
    spent, memory = done.stdout.split()
    return float(spent), 1024 * int(memory)


def by_command(repeats: int, lanes_for_memory: int) -> None:
    print("\nFrom the shell: seconds, and peak memory of the largest process")

    def line(what: str, *words: str, times: int = repeats, **environment: str) -> None:
        spent, memory = min(leaksim(*words, **environment) for _ in range(times))
        print(f"{what:<58} {spent:>7.2f} s {memory / 2**20:>6.0f} MiB", flush=True)

    with tempfile.TemporaryDirectory() as out:
        line("leaksim --help", "--help")

        def run(replications: int, jobs: int = 1) -> tuple[str, ...]:
            settings = ("--out", out, "--fresh", "--quiet", "--jobs", str(jobs))
            return "run", str(HEADLINE), "--replications", str(replications), *settings

        line("first table, 8 replications", *run(8))
        if "compiled" in forms():
            cold = {"NUMBA_CACHE_DIR": f"{out}/kernels", compiled.SWITCH: "1"}
            line("first table, compiled, nothing compiled before", *run(8), times=1, **cold)
            line("first table, compiled, compiled before", *run(8), **cold)
        for name in forms():
            switch = {compiled.SWITCH: str(int(name == "compiled"))}
            for jobs in (1, 2):
                line(f"headline, 1,000 replications, jobs {jobs}, {name}", *run(1000, jobs), **switch)
        if lanes_for_memory:
            line(f"headline, {lanes_for_memory:,} replications, jobs 2", *run(lanes_for_memory, 2), times=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs of which the best counts")
    parser.add_argument(
        "--lanes-for-memory", type=int, default=0, help="replications of a run of which the peak counts"
    )
    asked = parser.parse_args()
    repeats = asked.repeats
    by_size(repeats)
    against_the_reference(repeats)
    if find_spec("mesa"):
        from reduced_model import compare

        compare(repeats)
    by_duty_and_month(repeats)
    by_command(repeats, asked.lanes_for_memory)


if __name__ == "__main__":
    main()
