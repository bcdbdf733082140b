"""The Security Council: the text that was proposed, and the text that Russia let pass."""

from __future__ import annotations

import math
from dataclasses import replace

from leaksim.evidence.instruments import Instrument, Proposal
from reference.case import Case
from reference.texts import Clause, Text, forbidden_share
from reference.things import PRODUCTS


class Texts:
    """The texts of one case.

    Attributes
    ----------
    own
        The text under which the arm lives: the adopted one with the channel of dilution, else the proposed one.
    proposed
        The text without Russia's delay and carve-outs.
    """

    def __init__(self, case: Case) -> None:
        measures = case.scenario.measures if case.arm.measured else ()
        negotiated = [each for each in measures if each.negotiation is not None]
        waits = case.draws.exponentials("council.trigger", len(negotiated)) if negotiated else []
        noise = case.draws.normals("council.delay", len(negotiated)) if negotiated else []
        draws = {each.id: pair for each, pair in zip(negotiated, zip(waits, noise, strict=True), strict=True)}
        proposed: list[Clause] = []
        adopted: list[Clause] = []
        for instrument in measures:
            if instrument.negotiation is not None:
                theirs, ours = _negotiate(case, instrument, *draws[instrument.id])
            else:
                theirs, ours = _on_record(case, instrument)
            proposed += theirs
            adopted += ours
        self.proposed = Text(case, proposed)
        self.own = Text(case, adopted) if case.on("un_dilution") else self.proposed

    def forbidden_by_either(self, party: str, flow: str) -> list[float]:
        """Share that the proposed text or the arm's own forbids in each month."""
        both = zip(self.proposed.forbidden(party, flow), self.own.forbidden(party, flow), strict=True)
        return [max(pair) for pair in both]


def _on_record(case: Case, instrument: Instrument) -> tuple[list[Clause], list[Clause]]:
    def clauses(text: Instrument | Proposal) -> list[Clause]:
        seen = instrument.trigger or text.adopted or instrument.adopted
        looms_from = None if seen is None else case.months.number(seen)
        return [Clause.of(case, provision, looms_from) for provision in text.provisions]

    return clauses(instrument.proposal or instrument), clauses(instrument)


def _negotiate(case: Case, instrument: Instrument, wait: float, noise: float) -> tuple[list[Clause], list[Clause]]:
    """Bargain over a text that answers an event."""
    assert instrument.negotiation is not None
    shift = 0
    if instrument.negotiation.hazard is not None:
        shift = math.floor(365.25 * wait / instrument.negotiation.hazard)
    trigger = case.months.number(instrument.negotiation.trigger) + shift
    proposed = [_later(Clause.of(case, provision, trigger), shift) for provision in instrument.provisions]
    delay = _delay(case, instrument, noise)
    carve_out = case.value("council.carve_out")
    return proposed, [replace(_later(clause, delay), carved_out=carve_out) for clause in proposed]


def _later(clause: Clause, days: int) -> Clause:
    out_by = None if clause.out_by is None else clause.out_by + days
    return replace(clause, begins=clause.begins + days, ends=clause.ends + days, out_by=out_by)


def _delay(case: Case, instrument: Instrument, noise: float) -> int:
    """Days by which Russia delays a text."""
    provisions = instrument.provisions
    severity = sum(forbidden_share(case, each) for each in provisions) / len(provisions)
    values = _russian_flows(case)
    touched = {each.flow for each in provisions if "russia" in each.binds}
    stake = sum(value for flow, value in values.items() if flow in touched) / sum(values.values())
    political = case.value("council.political_stake")
    loss = severity * (political + (1 - political) * stake) * (1 - case.value("council.carve_out"))
    gain_from_delay = loss - case.value("council.blocking_value") + case.value("council.noise") * noise
    return round(max(gain_from_delay / case.value("council.cost_growth"), 0.0))


def _russian_flows(case: Case) -> dict[str, float]:
    """What Russia's trade with the DPRK is worth at baseline, $m a month."""
    value = case.value
    return {
        **{product: case.supply(product, "russia") * case.price(product) for product in PRODUCTS},
        "workers": value("workers.russia.number") * value("workers.russia.wage_to_state") / 12e6,
        "rason_transit": value("rason.transit") * value("rason.fee") / 12,
    }
