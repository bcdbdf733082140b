"""What a manifest says of a run: what was asked, with which software, and where and when it ran."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaksim.engine.lanes import LANES_PER_BLOCK
from leaksim.evidence.registry import load_registry
from leaksim.model.compiled import is_allowed
from leaksim.scenario.schema import Scenario
from leaksim.version import __version__

if TYPE_CHECKING:
    from leaksim.simulation import Result

Facts = dict[str, Any]
"""Plain data for JSON."""

STREAM_SCHEME = (
    f"numpy SFC64 seeded by SeedSequence(seed, spawn_key=(block, stream)); lane r is lane r mod {LANES_PER_BLOCK} "
    f"of block r div {LANES_PER_BLOCK}; uncertain parameters from block 0, a Latin hypercube"
)
"""How random numbers follow from the seed."""

_LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "simpy")
"""Libraries on which the numbers, or the bytes of a table, may depend."""


def common_facts() -> Facts:
    """Say what all runs of this installation have in common."""
    return {
        "software": {
            "leaksim": __version__,
            "git": git_state(),
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
            **({"numba": version("numba")} if is_allowed() else {}),
        },
        "evidence": load_registry().digest,
        "streams": STREAM_SCHEME,
    }


def facts_of_study(scenarios: Iterable[Scenario]) -> Facts:
    """Say what all runs have in common, and of which scenarios a study is."""
    of_each = {each.name: {"title": each.title, "digest": each.digest} for each in scenarios}
    return {**common_facts(), "scenarios": of_each}


def facts_of(result: Result, file: Path | None) -> Facts:
    """Say what was asked and how it was run.

    Parameters
    ----------
    file
        The scenario file, of which only the name is kept.
    """
    planned, scenario = result.plan, result.plan.scenario
    return {
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "file": None if file is None else file.name,
            "digest": scenario.digest,
            "content": scenario.model_dump(mode="json", by_alias=True),
        },
        "run": {
            "seed": planned.seed,
            "replications": planned.lanes,
            "draws": planned.draws,
            "months": scenario.period.months,
            "arms": [
                {"name": arm.name, "measured": arm.measured, "channels": sorted(arm.channels)} for arm in planned.arms
            ],
            "deterministic": planned.deterministic,
            "unread": list(result.unread),
            "precision": _precision_facts(result),
        },
        "volatile": {
            "started": result.started.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "seconds": round(result.seconds, 3),
            "platform": platform.platform(),
            "processor": _processor(),
        },
    }


def split(facts: Facts) -> tuple[Facts, Facts]:
    """Part the facts of a run into those that identify it, the same on every machine, and the rest.

    The content of the scenario is long and known by its digest; the revision and what is volatile change although the
    run is the same.
    """
    lasting = {
        **facts,
        "scenario": {name: fact for name, fact in facts["scenario"].items() if name != "content"},
        "software": {name: fact for name, fact in facts["software"].items() if name != "git"},
    }
    volatile = lasting.pop("volatile")
    return lasting, {"content": facts["scenario"]["content"], "git": facts["software"]["git"], "volatile": volatile}


def merged(lasting: Facts, rest: Facts) -> Facts:
    """Put together what `split` has parted; None stands for what was not kept."""
    return {
        **lasting,
        "scenario": {**lasting["scenario"], "content": rest.get("content")},
        "software": {**lasting["software"], "git": rest.get("git")},
        "volatile": rest.get("volatile"),
    }


def _precision_facts(result: Result) -> Facts | None:
    """Say what ended a run for which the scenario asks for a half-width."""
    precision = result.precision
    if precision is None:
        return None
    return {
        "on": precision.outcome,
        "half_width": precision.half_width,
        "most": precision.most,
        "reached": precision.reached,
    }


@cache
def git_state(package: Path = Path(__file__).parents[1]) -> Facts | None:
    """Return the git revision of a package and whether its files differ from it.

    None when the package is not under version control, or there is no git to ask.
    """

    def git(*words: str) -> str:
        # Nothing that a user has set for git (an index or a folder elsewhere) shall lead it to another repository.
        bare = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        command = ["git", "-C", str(package), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=bare).stdout.strip()

    try:
        # An installed package may lie inside somebody's repository without being part of it.
        git("ls-files", "--error-unmatch", "version.py")
        return {"revision": git("rev-parse", "HEAD"), "modified": bool(git("status", "--porcelain", "--", "."))}
    except (OSError, subprocess.CalledProcessError):
        return None


@cache
def _processor() -> str:
    """Return the name of the processor, of which the last bits of `exp` and `log` depend."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
