"""What a result depends on besides what is asked: the code, the evidence and the libraries that do the arithmetic."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from leaksim.version import __version__

_PACKAGE = Path(__file__).parents[1]
_SHOW_ONLY = frozenset({"cli", "exhibits", "figures", "pages", "paper", "report", "store", "tables"})
"""Folders of the package whose code comes after all numbers stand."""

_LIBRARIES = ("numpy", "scipy", "simpy")


@cache
def software() -> dict[str, str]:
    """Say with what the arithmetic is done; two machines that say the same give the same numbers.

    The last bits of `exp` and `log` also depend on the processor, which is not in it.
    """
    return {
        "leaksim": __version__,
        "code": _code_digest(),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **{name: version(name) for name in _LIBRARIES},
        "machine": f"{platform.system()} {platform.machine()}",
    }


def _code_digest() -> str:
    """SHA-256 over the names and bytes of the code that computes, and of the data that it reads."""
    total = hashlib.sha256()
    for file in sorted(_PACKAGE.rglob("*")):
        name = file.relative_to(_PACKAGE)
        if name.parts[0] in _SHOW_ONLY or "__pycache__" in name.parts or not file.is_file():
            continue
        content = file.read_bytes()
        total.update(f"{name.as_posix()} {len(content)}\n".encode() + content)
    return total.hexdigest()
