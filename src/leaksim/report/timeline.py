"""Measures as a timeline: what happened on which day, and what each measure orders and spares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from leaksim.evidence.instruments import Instrument, Provision

_PARTY_WORDS = {"china": "China", "russia": "Russia", "other": "others"}
_FLOW_WORDS = {"rason_transit": "Russian coal through Rason"}


@dataclass(frozen=True)
class Event:
    """Something that happens to a measure on a day."""

    day: date
    kind: str
    """`trigger`, `agreed`, `adopted`, or where something is ordered `in force`, or `proposed` if only the text before
    Russia's delay and carve-outs orders it."""
    measure: str
    """Id of the measure."""
    what: str
    """In words."""
    provision: Provision | None = None
    """What is ordered."""
    sources: tuple[str, ...] = ()
    """BibTeX keys."""


def timeline(instruments: Iterable[Instrument]) -> list[Event]:
    """Put everything that happens to some measures in the order of the days.

    Returns
    -------
    list of Event
        Of one day, the events of the measure given first come first.
    """
    events = [event for instrument in instruments for event in _events(instrument)]
    return sorted(events, key=lambda event: event.day)


def days_taken(instrument: Instrument) -> str | None:
    """Say how long a measure takes to come about, where it is known."""
    if (talks := instrument.negotiation) is not None:
        chance = f"; the event comes {talks.hazard:g} times a year on average" if talks.hazard is not None else ""
        return (
            f"{talks.bargaining_days} days for the United States and China to agree, "
            f"then Russia's delay, which the simulation works out{chance}"
        )
    if instrument.trigger is None or instrument.adopted is None:
        return None
    delay = instrument.days_of_delay
    after = "" if delay is None else f", {delay} of them after the United States and China had agreed"
    return f"{(instrument.adopted - instrument.trigger).days} from the trigger to the adoption{after}"


def facts(instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Yield what belongs to a measure and to no single day, each with a heading."""
    if (days := days_taken(instrument)) is not None:
        yield "days", days
    for heading, texts in (("spares", instrument.carve_outs), ("not modelled", instrument.outside_model)):
        if texts:
            yield heading, " ".join(texts)
    if instrument.proposal is not None and instrument.proposal.note:
        yield "proposal", instrument.proposal.note
    if instrument.note:
        yield "note", instrument.note
    if instrument.all_sources:
        yield "sources", ", ".join(instrument.all_sources)


def bound_in_words(provision: Provision) -> str:
    """Name the parties that a provision binds.

    >>> coal = {"flow": "coal", "binds": ["china", "other"], "cut": 1, "in_force": "2017-08-05"}
    >>> bound_in_words(Provision.model_validate(coal))
    'China, others'
    """
    return ", ".join(_PARTY_WORDS[party] for party in provision.binds)


def _events(instrument: Instrument) -> Iterator[Event]:
    talks = instrument.negotiation
    dated = [("trigger", instrument.trigger, _trigger_in_words(instrument), instrument.sources)]
    if talks is not None:
        dated.append(("agreed", talks.agreed, instrument.title, instrument.sources))
    elif instrument.proposal is not None:
        agreed = "the United States and China agree, Russia does not yet"
        dated.append(("agreed", instrument.proposal.adopted, agreed, instrument.proposal.sources))
    dated.append(("adopted", instrument.adopted, instrument.title, instrument.sources))
    for kind, day, what, sources in dated:
        if day is not None:
            yield Event(day, kind, instrument.id, what, sources=sources)
    # What is still negotiated has one text, and nothing of it is adopted yet.
    adopted = () if talks else instrument.provisions
    for provision in instrument.proposed_provisions:
        if provision not in adopted:
            yield _ordered("proposed", provision, instrument)
    for provision in adopted:
        yield _ordered("in force", provision, instrument)


def _trigger_in_words(instrument: Instrument) -> str:
    if instrument.negotiation is not None and instrument.negotiation.hazard is not None:
        return "first day on which the event that it answers can come"
    return "the event that it answers"


def ordered_in_words(provision: Provision) -> str:
    """Say what a provision orders of whom, without the day on which it is in force.

    >>> coal = {"flow": "coal", "binds": ["china"], "cut": 1, "in_force": "2017-08-05", "until": "2018-08-04"}
    >>> ordered_in_words(Provision.model_validate(coal))
    'coal: cut by 100% (China), until 2018-08-04'
    """
    flow = _FLOW_WORDS.get(provision.flow, provision.flow.replace("_", " "))
    words = [f"{flow}: {provision.limit} ({bound_in_words(provision)})"]
    if provision.bites_on > provision.in_force:
        words.append(f"bites on {provision.bites_on}")
    if provision.until is not None:
        words.append(f"until {provision.until}")
    return ", ".join(words)


def _ordered(kind: str, provision: Provision, instrument: Instrument) -> Event:
    sources = provision.sources or instrument.sources
    return Event(provision.in_force, kind, instrument.id, ordered_in_words(provision), provision, sources)
