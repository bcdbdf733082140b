"""The page of instruments, from the catalogue."""

from collections.abc import Iterable

from pieces import cited, prose, table

from leaksim.evidence.instruments import Instrument, Proposal, Provision
from leaksim.evidence.registry import load_registry

OPENING = """# Instruments

The catalogue of resolutions, orders and proposals that cut or cap a flow of the model. A scenario takes one over with
`use: ID` under `measures`, or writes out its own (see [](scenario-file.md)). This page is made from the catalogue
whenever the pages are built.

A *cut* is the share of the baseline flow that is forbidden, a *cap* the yearly quantity that stays allowed. In the days
to wind down, old contracts may still be filled although the text is in force.
"""

ISSUERS = {
    "security_council": "the Security Council",
    "china": "China",
    "proposal": "nobody: a proposal that was not adopted",
    "scenario": "a scenario",
}


def instruments() -> str:
    """Write the page of instruments."""
    return "\n".join([OPENING, *map(_section, load_registry().instruments.values())])


def _section(instrument: Instrument) -> str:
    dates = [("event", instrument.trigger), ("proposed", instrument.proposed), ("adopted", instrument.adopted)]
    facts = [f"Issued by {ISSUERS[instrument.issuer]}."]
    facts += [f"{word.capitalize()}: {day}." for word, day in dates if day is not None]
    if instrument.days_of_delay is not None:
        facts.append(f"Delayed by Russia: {instrument.days_of_delay} days.")
    parts = [
        f"## `{instrument.id}`",
        prose(instrument.title),
        " ".join(facts),
        _provisions(instrument.provisions),
    ]
    if instrument.proposal is not None:
        parts += _proposal(instrument.proposal)
    parts += _list("Spared by name:", instrument.carve_outs)
    parts += _list("Ordered too, but outside the model:", instrument.outside_model)
    parts += [prose(instrument.note), cited(instrument.sources)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _proposal(proposal: Proposal) -> list[str]:
    heading = "**As proposed**, before Russia's delay and carve-outs:"
    return [heading, _provisions(proposal.provisions), prose(proposal.note), cited(proposal.sources)]


def _provisions(provisions: Iterable[Provision]) -> str:
    return table(("flow", "binds", "what", "when"), map(_row, provisions), (40, 14, 20, 26), "evidence")


def _row(provision: Provision) -> tuple[str, str, str, str]:
    when = [f"from {provision.in_force}"]
    if provision.until is not None:
        when.append(f"until {provision.until}")
    if provision.wind_down_days:
        when.append(f"{provision.wind_down_days} days to wind down")
    flow = [f"`{provision.flow}`", prose(provision.note), cited(provision.sources)]
    return "\n\n".join(filter(None, flow)), ", ".join(provision.binds), prose(provision.limit), ", ".join(when)


def _list(heading: str, items: Iterable[str]) -> list[str]:
    lines = [f"- {prose(item)}" for item in items]
    return [heading, "\n".join(lines)] if lines else []
