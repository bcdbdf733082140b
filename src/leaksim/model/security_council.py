"""The Security Council: how much later and weaker a text is adopted than it was proposed.

Channel ``un_dilution``. Instruments of record have both texts in the catalogue. For an instrument that a scenario only
proposes, an event starts the negotiation, the United States and China bargain for a given number of days, and then
Russia blocks while its stake exceeds the rising cost of blocking; the adopted text spares a share of what touches it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from leaksim.engine.calendar import DAYS_PER_YEAR, MONTHS_PER_YEAR
from leaksim.engine.lanes import Floats
from leaksim.engine.streams import Streams
from leaksim.evidence.instruments import Instrument
from leaksim.model.measures import Baseline, Negotiated, share_forbidden
from leaksim.model.parameters import Parameters


def russian_delay(
    stringency: Floats,
    stake: Floats,
    carve_out: Floats,
    blocking_value: Floats,
    cost_growth: Floats,
    noise: Floats,
) -> Floats:
    """Days that Russia holds up a text, ``max(0, (x s (1 - z) - V0 + noise) / nu)``.

    Parameters
    ----------
    stringency
        Share of the flows it touches that the text forbids, x, 0 to 1.
    stake
        What the text means to Russia, s, 0 to 1.
    carve_out
        Share of what touches Russia that the adopted text spares, z.
    blocking_value
        Stake at which blocking is just worth its price on the first day, V0.
    cost_growth
        Growth of the price of blocking per day, nu.
    noise
        What else sways Moscow, in units of the stake.
    """
    return np.maximum(0.0, (stringency * stake * (1 - carve_out) - blocking_value + noise) / cost_growth)


def negotiate(
    instruments: Iterable[Instrument], parameters: Parameters, baseline: Baseline, streams: Streams
) -> dict[str, Negotiated]:
    """Say what becomes of the instruments that a scenario only proposes, by id.

    Parameters
    ----------
    baseline
        Baseline flow per month by party and flow; Russia's stake is valued at baseline prices.
    """
    negotiated = [instrument for instrument in instruments if instrument.negotiation is not None]
    if not negotiated:
        return {}
    noise = parameters["council.noise"] * streams.normal("council.delay", len(negotiated))
    waits = streams.exponential("council.trigger", len(negotiated))
    carve_out = parameters["council.carve_out"]
    stakes = _stakes(parameters, baseline)
    fates = {}
    for index, instrument in enumerate(negotiated):
        forbidden = [share_forbidden(provision, baseline) for provision in instrument.provisions]
        delay = russian_delay(
            sum(forbidden[1:], start=forbidden[0]) / len(forbidden),
            _stake_in(instrument, stakes, parameters["council.political_stake"]),
            carve_out,
            parameters["council.blocking_value"],
            parameters["council.cost_growth"],
            noise[index],
        )
        hazard = None if instrument.negotiation is None else instrument.negotiation.hazard
        shift = np.zeros((1, 1)) if hazard is None else np.floor(DAYS_PER_YEAR * waits[index] / hazard)
        fates[instrument.id] = Negotiated(shift, np.rint(delay), carve_out)
    return fates


def _stake_in(instrument: Instrument, stakes: dict[str, Floats], political: Floats) -> Floats:
    """Weigh what a text means to Russia: a political part that every text has, and its share of Russia's trade."""
    touched = {provision.flow for provision in instrument.provisions if "russia" in provision.binds}
    whole = sum(stakes.values(), start=np.zeros((1, 1)))
    at_stake = sum((stake for flow, stake in stakes.items() if flow in touched), start=np.zeros((1, 1)))
    return political + (1 - political) * at_stake / np.where(whole > 0, whole, 1.0)


def _stakes(parameters: Parameters, baseline: Baseline) -> dict[str, Floats]:
    """Value of Russia's trade with the DPRK by flow, $m per month."""
    fuel = parameters["price.fuel"] / 1000.0
    trade = baseline["russia"]
    return {
        "motor_fuel": trade["motor_fuel"] * fuel,
        "jet_fuel": trade["jet_fuel"] * fuel,
        "capital_goods": trade["capital_goods"],
        "workers": parameters["workers.russia.number"] * parameters["workers.russia.wage_to_state"] / 12e6,
        "rason_transit": parameters["rason.transit"] * parameters["rason.fee"] / MONTHS_PER_YEAR,
    }
