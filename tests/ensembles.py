"""A small ensemble for tests, in place of those that ship with leaksim."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from leaksim.evidence import ensembles

MEMBERS = """weight,price.fuel,traders.penalty,suppliers.capacity,rason.fee
0.1,70,1,200,2
0.4,80,2,150,3
0.3,90,3,100,4
0.2,95,4,80,5
"""
"""Fuel is dear where penalties are high and capacity is low."""


def write(folder: Path, members: str = MEMBERS) -> None:
    (folder / "ensemble_small.csv").write_text(members, encoding="utf-8")
    facts = {"name": "ensemble_small", "members": sha256(members.encode()).hexdigest()}
    (folder / "ensemble_small.json").write_text(json.dumps(facts), encoding="utf-8")


@contextmanager
def small_ensemble(folder: Path, members: str = MEMBERS) -> Iterator[None]:
    """Let `ensemble_small` be the only ensemble."""
    write(folder, members)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ensembles, "FOLDER", folder)
        ensembles.load_ensemble.cache_clear()
        yield
    ensembles.load_ensemble.cache_clear()
