"""Trade by partner, and what the monitor records of it."""

import numpy as np
import pytest

from leaksim.evidence.instruments import Instrument
from leaksim.model.channels import CHANNELS
from leaksim.outcomes.observation import SHOWN, observe
from leaksim.report.labels import label
from leaksim.simulation import simulate
from worlds import catalogue, live_in, scenario

SHARES = {
    "official": 1.0,
    "slippage": 0.5,
    "smuggling": 0.25,
    "russian_fuel": 0.2,
    "port": 0.4,
    "tankers": 0.1,
    "workers": 0.8,
}
OTHERS = {"baseline.motor_fuel.other": 30.0, "baseline.jet_fuel.other": 0.0, "price.fuel": 75.0}
VISIBLE = {f"monitor.visible.{kind}": share for kind, share in SHARES.items()}
WHAT = scenario(*catalogue(), months=24, assumptions={**OTHERS, **VISIBLE})


def test_a_monitor_that_sees_everything_records_the_truth() -> None:
    all_seen = dict.fromkeys(VISIBLE, 1.0)
    table = simulate(WHAT.model_copy(update={"assumptions": all_seen}), replications=16).table
    values = table.set_index(["metric", "item"])["estimate"]
    for item in ("motor_fuel", "jet_fuel", "capital_goods", "hard_currency", "everything"):
        assert values["monitor.leakage", item] == pytest.approx(values["leakage.quantity", item], rel=1e-12)
    recorded = values["monitor.recorded"].dropna()
    assert recorded.to_numpy() == pytest.approx(1.0)


def test_every_flow_is_recorded_by_its_visible_share() -> None:
    world = live_in(WHAT, lanes=4)
    seen = observe(world.history)
    realised = world.arm("realised")
    flows = world.ledger.flows
    diesel = seen.monthly["recorded.motor_fuel.russia"][:, SHOWN.index("realised")]
    expected = (
        flows["permitted_russia"][:, 0, realised, :4]
        + flows["diluted_russia"][:, 0, realised, :4]
        + 0.2 * flows["russian_delivered"][:, 0, realised, :4]
        + 0.4 * flows["port_delivered"][:, 0, realised, :4]
    )
    assert diesel == pytest.approx(expected, rel=1e-12)
    workers = seen.monthly["recorded.workers.russia"]
    assert workers == pytest.approx(0.8 * seen.monthly["workers.russia"], rel=1e-12)


def test_recorded_leakage_is_the_sum_over_the_channels_of_what_is_seen_of_each() -> None:
    by_channel = {
        "cn_slippage": 0.5,
        "cn_smuggling": 0.25,
        "ru_fuel": 0.2,
        "ru_labour": 0.8,
        "ru_port": 0.4,
        "sts_third": 0.1,
        "un_dilution": 1.0,
    }
    assert set(by_channel) == set(CHANNELS)
    totals = observe(live_in(WHAT, lanes=4).history).totals
    for thing in ("motor_fuel", "hard_currency", "everything"):
        expected = sum(share * totals[f"leaked.{thing}.{channel}"] for channel, share in by_channel.items())
        assert totals[f"seen.{thing}"] == pytest.approx(np.asarray(expected), rel=1e-12)


def test_trade_is_all_that_passes_between_the_dprk_and_a_partner() -> None:
    """Without measures: fuel, machines, crude and exports of the registry's baseline."""
    nothing = WHAT.model_copy(update={"measures": ()})
    seen = observe(live_in(nothing, lanes=1).history)
    china = 185 * 0.075 + 1.6 * 0.075 + seen.totals["supplied.capital_goods.china"][2, 0] / 24
    china += 333 * 0.05 + sum((98, 17, 52, 16, 37))
    assert seen.totals["trade.china"][2, 0] / 24 == pytest.approx(china, rel=1e-9)
    assert seen.totals["trade.russia"][2, 0] / 24 == pytest.approx(
        (105 + 2) * 0.075 + seen.totals["supplied.capital_goods.russia"][2, 0] / 24, rel=1e-9
    )


def test_the_leaks_and_what_is_permitted_make_up_all_supplies() -> None:
    world = live_in(WHAT, lanes=4)
    totals, realised = observe(world.history).totals, SHOWN.index("realised")
    for product, monthly in {"motor_fuel": 185 + 105 + 30, "jet_fuel": 1.6 + 2}.items():
        supplied = sum(totals[f"supplied.{product}.{party}"][realised] for party in ("china", "russia", "other"))
        leaked = sum(totals[f"leaked.{product}.{channel}"][realised] for channel in CHANNELS)
        permitted = 24 * monthly - totals[f"cut.{product}"][realised]
        restocked = world.flow("restocked", product).sum(axis=0)
        assert supplied == pytest.approx(permitted + leaked + restocked, rel=1e-9)


def test_the_delay_of_a_measure_that_is_only_proposed_is_reported() -> None:
    embargo = Instrument.model_validate(
        {
            "id": "embargo",
            "title": "An embargo.",
            "issuer": "scenario",
            "negotiation": {"trigger": "2017-01-01", "bargaining_days": 31},
            "provisions": ({"flow": "motor_fuel", "binds": ("china",), "cut": 1.0, "in_force": "2017-02-01"},),
        }
    )
    certain = {
        "council.noise": 0.0,
        "council.political_stake": 1.0,
        "council.carve_out": 0.0,
        "council.blocking_value": 0.2,
        "council.cost_growth": 0.1,
    }
    table = simulate(scenario(embargo, months=3, assumptions=certain), replications=8).table
    (row,) = table[table["metric"] == "council.delay"].to_dict("records")
    assert (row["item"], row["estimate"], row["unit"]) == ("embargo", 8.0, "day")
    assert label("council.delay", "embargo") == "Russia's delay of embargo"
