"""Hold the lane engine's books against the reference, posting by posting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from leaksim.engine.lanes import Arm, Block
from leaksim.evidence.registry import load_registry
from leaksim.model.ledger import FLOWS, LEVELS, Ledger
from leaksim.model.parameters import Parameters
from leaksim.model.world import live as live_in_lanes
from leaksim.scenario.schema import Scenario
from reference.streams import Draws, Tape
from reference.world import live

RELATIVE = 1e-9
ABSOLUTE = 1e-10
"""In kb, $m, persons, days: what is left where large numbers cancel."""


def disagreements(
    scenario: Scenario,
    parameters: Parameters,
    arms: tuple[Arm, ...],
    lanes: Iterable[int],
    *,
    seed: int = 1,
    block: Block | None = None,
    deterministic: bool = False,
) -> list[str]:
    """Run some lanes of a block both ways; return the postings that differ, the earliest first.

    Parameters
    ----------
    lanes
        Places of the lanes within the block.
    """
    block = block or Block(0, 8)
    books = live_in_lanes(scenario, parameters, arms, block, seed=seed, deterministic=deterministic).ledger
    tape = Tape(seed, block.index, deterministic=deterministic)
    found = []
    for lane in lanes:
        values = values_of(parameters, lane)
        for number, arm in enumerate(arms):
            pages = live(scenario, values, arm, Draws(tape, lane)).pages
            for month, name in _differences(books, pages, number, lane):
                found.append((month, f"month {month}, lane {lane}, arm {arm.name}: {name}"))
    return [text for _, text in sorted(found)]


def values_of(parameters: Parameters, lane: int) -> dict[str, float | str]:
    """Parameter values of one lane as plain numbers."""
    values: dict[str, float | str] = {}
    for name, parameter in load_registry().parameters.items():
        if parameter.distribution == "choice" or isinstance(parameter.value, str):
            values[name] = parameters.choice(name)
        else:
            value = parameters[name]
            values[name] = float(value[0, lane % value.shape[1]])
    return values


def _differences(
    books: Ledger, pages: Mapping[tuple[str, str], list[float]], arm: int, lane: int
) -> Iterable[tuple[int, str]]:
    items = {**{name: flow.items for name, flow in FLOWS.items()}, **LEVELS}
    known = {(name, item) for name, names in items.items() for item in names}
    assert set(pages) <= known, f"the reference posts what the engine does not know: {sorted(set(pages) - known)}"
    for name, names in items.items():
        page = books.flows[name] if name in FLOWS else books.levels[name]
        for place, item in enumerate(names):
            ours = page[:, place, arm, lane]
            theirs = np.array(pages.get((name, item), np.zeros(len(ours))))
            for month in np.flatnonzero(~(np.abs(ours - theirs) <= RELATIVE * np.abs(theirs) + ABSOLUTE)):
                yield int(month), f"{name} {item} is {ours[month]!r}, by the reference {theirs[month]!r}"
