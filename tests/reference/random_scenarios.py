"""Scenarios drawn at random: what nobody would think of writing down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

from leaksim.evidence.instruments import BINDABLE, Instrument, Negotiation, Proposal, Provision
from leaksim.evidence.registry import load_registry
from leaksim.model.channels import CHANNELS
from leaksim.model.dimensions import FLOWS
from leaksim.model.parameters import Parameters
from leaksim.scenario.schema import Channels, Designations, Lever, Levers, Move, Period, Scenario
from reference.things import FUELS, GOODS, PARTIES, USERS
from worlds import anywhere

_COUNTS = {
    **{f"traders.number.{line}": (1, 12) for line in ("fuel", "goods", *GOODS[:4])},
    "suppliers.number": (1, 20),
    "tankers.number": (1, 8),
}
_LARGEST_MOVE = {"fuel_capacity": 120.0, "workers": 8000.0, "sailings": 4.0, "tankers": 3.0}


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
        levers=Levers(
            port_monitoring=_lever(rng, start, months),
            bank_pressure=_lever(rng, start, months),
            designations=_designations(rng, start, months),
        ),
    )


def random_parameters(scenario: Scenario, number: int, lanes: int = 8) -> Parameters:
    """Every parameter somewhere in its range; at times all users weigh the same, or somebody has nothing."""
    varied = {name: values[None] for name, values in anywhere(number, lanes).items()}
    common = {name: scenario.value(name) for name in load_registry().parameters}
    if number % 2:
        for user in USERS:
            varied.pop(f"demand.priority.{user}")
    if number % 5 == 0:
        varied["reserves.initial"] = varied["reserves.floor"] + varied["reserves.initial"] / 200
    if number % 11 == 0:
        varied["suppliers.capacity"] = 0 * varied["suppliers.capacity"]
    return Parameters({**common, **varied})


def _day(rng: Random, start: dt.date, months: int) -> dt.date:
    return start + dt.timedelta(days=rng.randint(-60, 31 * months))


def _instrument(rng: Random, start: dt.date, months: int, place: int) -> Instrument:
    text = _text(rng, start, months)
    first = min(provision.in_force for provision in text)
    fields: dict[str, object] = {
        "id": f"random_{place}",
        "title": "Drawn at random.",
        "issuer": "scenario",
        "provisions": text,
    }
    kind = rng.choice(["announced", "on record", "negotiated"])
    days = [dt.timedelta(days=rng.choice([0, rng.randint(0, 150)])) for _ in range(2)]
    if kind == "announced":
        fields |= {"trigger": rng.choice([first - days[0], None]), "adopted": rng.choice([first, None])}
    if kind == "on record":
        proposed = _text(rng, start, months)
        earliest = min(first, *(provision.in_force for provision in proposed))
        # Without a day of its own a proposal would have been adopted on the day of the instrument.
        day, adopted = rng.choice([(earliest, first), (earliest, None), (None, earliest), (None, None)])
        fields["proposal"] = Proposal(adopted=day, provisions=proposed)
        fields |= {"trigger": rng.choice([earliest - days[0], None]), "adopted": adopted}
    if kind == "negotiated":
        fields["trigger"] = first - days[0] - days[1]
        hazard = rng.choice([None, rng.uniform(0.5, 5)])
        fields["negotiation"] = Negotiation(
            trigger=first - days[0] - days[1], bargaining_days=days[1].days, hazard=hazard
        )
    return Instrument.model_validate(fields)


def _text(rng: Random, start: dt.date, months: int) -> tuple[Provision, ...]:
    if rng.random() < 0.1:
        return tuple(Provision(flow=flow, binds=("china",), cut=1.0, in_force=start) for flow in FLOWS)
    return tuple(_provision(rng, start, months) for _ in range(rng.randint(1, 5)))


def _provision(rng: Random, start: dt.date, months: int) -> Provision:
    flow = rng.choice((*FLOWS, *FLOWS[:3], "workers", "rason_transit"))
    parties = BINDABLE.get(flow, PARTIES)
    binds = tuple(rng.sample(parties, rng.randint(1, len(parties))))
    day = _day(rng, start, months)
    wind_down = rng.choice([0, 0, 0, 30, 75])
    limit: dict[str, object] = {"cut": rng.choice([rng.random(), 0.9, 1.0])}
    earliest_end = day + dt.timedelta(days=wind_down)
    if flow == "workers" and rng.random() < 0.5:
        earliest_end += dt.timedelta(days=rng.randint(1, 700))
        limit = {"out_by": earliest_end}
    elif flow not in ("workers", "rason_transit") and rng.random() < 0.4:
        limit = {"cap": rng.uniform(0, 4000 if flow in FUELS else 900)}
    until = earliest_end + dt.timedelta(days=rng.randint(0, 200)) if rng.random() < 0.3 else None
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


def _designations(rng: Random, start: dt.date, months: int) -> Designations | None:
    if rng.random() < 0.3:
        return None
    days: Sequence[dt.date | None] = sorted(_day(rng, start, months) for _ in range(2))
    fields: dict[str, object] = {
        "rounds_per_year": rng.uniform(0, 24),
        "names_per_round": rng.randint(1, 8),
        "target": rng.choice(["random", "by_volume", "hub"]),
        "start": days[0] if rng.random() < 0.4 else None,
        "until": rng.choice([days[1], None]),
    }
    return Designations.model_validate(fields)
