"""Scenarios drawn at random: what nobody would think of writing down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

from leaksim.evidence.instruments import Instrument, Provision
from leaksim.evidence.registry import load_registry
from leaksim.model.channels import CHANNELS
from leaksim.model.dimensions import FLOWS
from leaksim.model.parameters import Parameters
from leaksim.scenario.schema import Channels, Lever, Levers, Move, Period, Scenario
from reference.things import FUELS, GOODS, PARTIES, USERS
from worlds import anywhere

_COUNTS = {
    **{f"traders.number.{line}": (1, 12) for line in ("fuel", "goods", *GOODS[:4])},
    "suppliers.number": (1, 20),
    "tankers.number": (1, 8),
}
_LARGEST_MOVE = {"fuel_capacity": 120.0, "workers": 8000.0, "sailings": 4.0}


def random_scenario(number: int, months: int = 12) -> Scenario:
    """A scenario with random measures, channels, moves, levers and structure."""
    rng = Random(number)
    start = dt.date(2017, rng.randint(1, 12), 1)
    names = {"demand.form": rng.choice(["isoelastic", "linear"])}
    counts = {name: float(rng.randint(*bounds)) for name, bounds in _COUNTS.items()}
    return Scenario(
        leaksim=1,
        name=f"random_{number}",
        title="A scenario drawn at random",
        period=Period(start=start, months=months),
        measures=tuple(_instrument(rng, start, months, place) for place in range(rng.randint(1, 4))),
        channels=Channels(**{channel: rng.random() < 0.8 for channel in CHANNELS}),
        assumptions={**names, **counts},
        moves=tuple(_move(rng, start, months) for _ in range(rng.randint(0, 3))),
        levers=Levers(port_monitoring=_lever(rng, start, months), bank_pressure=_lever(rng, start, months)),
    )


def random_parameters(scenario: Scenario, number: int, lanes: int = 8) -> Parameters:
    """Every parameter somewhere in its range; sometimes all classes weigh the same, or Pyongyang is poor."""
    varied = {name: values[None] for name, values in anywhere(number, lanes).items()}
    common = {name: scenario.value(name) for name in load_registry().parameters}
    if number % 2:
        for user in USERS:
            varied.pop(f"demand.priority.{user}")
    if number % 5 == 0:
        varied["reserves.initial"] = varied["reserves.floor"] + varied["reserves.initial"] / 200
    return Parameters({**common, **varied})


def _day(rng: Random, start: dt.date, months: int) -> dt.date:
    return start + dt.timedelta(days=rng.randint(-60, 31 * months))


def _instrument(rng: Random, start: dt.date, months: int, place: int) -> Instrument:
    provisions = tuple(_provision(rng, start, months) for _ in range(rng.randint(1, 5)))
    if rng.random() < 0.1:
        provisions = tuple(Provision(flow=flow, binds=("china",), cut=1.0, in_force=start) for flow in FLOWS)
    return Instrument(id=f"random_{place}", title="Drawn at random.", issuer="scenario", provisions=provisions)


def _provision(rng: Random, start: dt.date, months: int) -> Provision:
    flow = rng.choice((*FLOWS, *FLOWS[:3], "workers", "rason_transit"))
    binds = tuple(rng.sample(PARTIES, rng.randint(1, 3)))
    day = _day(rng, start, months)
    wind_down = rng.choice([0, 0, 0, 30, 75])
    limit: dict[str, object] = {"cut": rng.choice([rng.random(), 0.9, 1.0])}
    if flow == "workers" and rng.random() < 0.5:
        limit = {"out_by": day + dt.timedelta(days=rng.randint(1, 700))}
    elif flow not in ("workers", "rason_transit") and rng.random() < 0.4:
        limit = {"cap": rng.uniform(0, 4000 if flow in FUELS else 900)}
    ends = rng.random() < 0.3
    until = day + dt.timedelta(days=wind_down + rng.randint(0, 200)) if ends else None
    fields = {"flow": flow, "binds": binds, "in_force": day, "wind_down_days": wind_down, "until": until, **limit}
    return Provision.model_validate(fields)


def _move(rng: Random, start: dt.date, months: int) -> Move:
    act = rng.choice(list(_LARGEST_MOVE))
    fields: dict[str, object] = {
        "date": _day(rng, start, months),
        "actor": "russia",
        "act": act,
        "amount": _LARGEST_MOVE[act] * rng.uniform(-0.5, 1),
        "kind": rng.choice(["response", "autonomous"]),
    }
    return Move.model_validate(fields)


def _lever(rng: Random, start: dt.date, months: int) -> Lever | None:
    if rng.random() < 0.4:
        return None
    days: Sequence[dt.date | None] = sorted(_day(rng, start, months) for _ in range(2))
    return Lever(level=rng.random(), start=days[0] if rng.random() < 0.6 else None, until=rng.choice([days[1], None]))
