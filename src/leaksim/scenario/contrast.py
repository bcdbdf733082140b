"""What two scenarios ask for that is not the same, but for parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leaksim.evidence.instruments import Instrument
from leaksim.scenario.schema import Designations, Lever, Levers, Move, Scenario

Asked = float | str | bool | Lever | Designations | Move | Instrument | None


@dataclass(frozen=True)
class Contrast:
    """Something that is asked for in two ways."""

    kind: str
    """`parameter`, `measure`, `channel`, `lever` or `move`."""
    name: str
    """Id of the parameter or the measure, name of the channel or the lever; empty for a move."""
    in_a: Asked
    """As the first scenario has it; None where it has nothing of the kind."""
    in_b: Asked
    """As the second scenario has it."""


def contrasts(one: Scenario, other: Scenario) -> tuple[Contrast, ...]:
    """List the measures, channels, levers and moves in which two scenarios differ."""
    return (*_measures(one, other), *_channels(one, other), *_levers(one, other), *_moves(one, other))


def _measures(one: Scenario, other: Scenario) -> Iterator[Contrast]:
    mine, theirs = ({measure.id: measure for measure in each.measures} for each in (one, other))
    for name in dict.fromkeys([*mine, *theirs]):
        if mine.get(name) != theirs.get(name):
            yield Contrast("measure", name, mine.get(name), theirs.get(name))


def _channels(one: Scenario, other: Scenario) -> Iterator[Contrast]:
    for (name, mine), (_, theirs) in zip(one.channels, other.channels, strict=True):
        if mine != theirs:
            yield Contrast("channel", name, mine, theirs)


def _levers(one: Scenario, other: Scenario) -> Iterator[Contrast]:
    for name in Levers.model_fields:
        mine, theirs = getattr(one.levers, name), getattr(other.levers, name)
        if mine != theirs:
            yield Contrast("lever", name, mine, theirs)


def _moves(one: Scenario, other: Scenario) -> Iterator[Contrast]:
    left = list(other.moves)
    for move in one.moves:
        if move in left:
            left.remove(move)
        else:
            yield Contrast("move", "", move, None)
    yield from (Contrast("move", "", None, move) for move in left)
