"""Displacement: what is blocked, with whom and by which channel it reappears, and what stays away.

The world of most tests: China's measures on 185 kb a month of motor fuel and 98 $m of coal; Russia sells 105 kb and
other countries 30; 60,000 workers in China and 40,000 in Russia send 0.3 and 0.6 thousand dollars a month.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from leaksim.engine.calendar import Calendar
from leaksim.engine.lanes import Floats
from leaksim.evidence.instruments import Instrument
from leaksim.model.channels import CHANNELS, REALISED
from leaksim.model.dimensions import EXPORTS, GOODS, HOSTS, PARTIES, PRODUCTS
from leaksim.outcomes.displacement import Displacement, displacement_of
from leaksim.outcomes.leaks import THINGS, partners_of
from leaksim.outcomes.observation import SHOWN, observe
from leaksim.outcomes.summary import Summary
from leaksim.scenario.schema import Designations, Lever, Levers, Move, Scenario
from leaksim.simulation import simulate
from worlds import (
    EMPTY_STOCKS,
    LONG_AGO,
    NO_NOISE,
    ONE_CLASS,
    OPEN_RUSSIA,
    ROUND_NUMBERS,
    STEADY_CHINA,
    World,
    anywhere,
    catalogue,
    cut,
    from_registry,
    live_in,
    scenario,
)

PRICE = 0.075
"""$m per kb."""
RESPONSES = tuple(
    Move(date=date(2017, 3, 1), actor="russia", act=act, amount=amount, kind=kind)
    for act, amount, kind in (
        ("workers", 5000, "response"),
        ("workers", 3000, "autonomous"),
        ("tankers", 2, "response"),
        ("sailings", 3, "response"),
    )
)
LEVERS = Levers(
    designations=Designations(rounds_per_year=3, names_per_round=4, target="by_volume"),
    port_monitoring=Lever(level=0.5),
    bank_pressure=Lever(level=0.5),
)
BUSY = scenario(*catalogue(), months=18, moves=RESPONSES, levers=LEVERS)


def displaced(world: World, what: Scenario) -> dict[str, Displacement]:
    """Displacement of every thing in a world."""
    setting = world.history.setting
    summary = Summary(observe(world.history), setting.arms, Calendar(what.period.start, what.period.months), 1)
    return {thing: displacement_of(summary, thing) for thing in THINGS}


def estimates(what: Scenario) -> "pd.Series[float]":
    table = simulate(what, replications=4, deterministic=True).table
    return table[table["interval"] == "replication"].set_index(["metric", "item"])["estimate"]


@pytest.fixture(scope="module")
def busy() -> World:
    return live_in(BUSY, lanes=16, varied=anywhere(3, 16))


@pytest.fixture(scope="module")
def found(busy: World) -> dict[str, Displacement]:
    return displaced(busy, BUSY)


@pytest.mark.parametrize("thing", THINGS)
def test_channels_and_partners_add_up_to_what_reappears(found: dict[str, Displacement], thing: str) -> None:
    case = found[thing]
    assert (case.all_blocked > 0).all()
    assert (case.all_reappeared > 0).any()
    for parts in (case.by_channel(), case.by_partner()):
        assert sum(parts.values()) == pytest.approx(case.all_reappeared, rel=1e-12)
    assert case.net + case.all_reappeared == pytest.approx(case.all_blocked, rel=1e-12)


def yearly(world: World, flow: str, item: str, arm: str) -> Floats:
    amount: Floats = world.flow(flow, item, arm).sum(axis=0) / 1.5
    return amount


def test_net_imports_are_those_that_stay_away_from_each_partner(busy: World, found: dict[str, Displacement]) -> None:
    """Supplies before and after, but for what was bought in haste for the tanks."""
    totals = observe(busy.history).totals
    before, after = SHOWN.index("baseline"), SHOWN.index(REALISED)
    for product in PRODUCTS:
        for party in PARTIES:
            supplied = totals[f"supplied.{product}.{party}"] / 1.5
            haste = yearly(busy, "restocked", product, REALISED) if party == "china" else 0
            stays_away = found[product].blocked[party] - found[product].by_partner().get(party, 0)
            assert supplied[before] - (supplied[after] - haste) == pytest.approx(stays_away, rel=1e-9, abs=1e-9)


def test_net_currency_is_what_is_earned_less_but_for_sales_in_haste(
    busy: World, found: dict[str, Displacement]
) -> None:
    receipts = busy.ledger.receipts()
    before, after = (receipts[:, busy.arm(arm), :16].sum(axis=0) / 1.5 for arm in ("baseline", REALISED))
    haste = busy.flow("earned_early").sum(axis=0) / 1.5
    assert found["hard_currency"].net == pytest.approx(before - (after - haste), rel=1e-9)


def test_net_exports_are_the_goods_that_stay_at_home(busy: World, found: dict[str, Displacement]) -> None:
    flows = ("exported_permitted", "exported_diluted", "exported_slipped", "smuggled_out_delivered")
    elsewhere = ("exported_others", "exported_others_diluted")
    for thing, good in zip(EXPORTS, GOODS, strict=True):
        sold = {
            arm: sum(yearly(busy, flow, good, arm) for flow in (*flows, *elsewhere)) for arm in ("baseline", REALISED)
        }
        relabelled = yearly(busy, "relabelled_delivered", "coal", REALISED) if good == "coal" else 0
        lost = sold["baseline"] - sold[REALISED] - relabelled
        assert found[thing].net == pytest.approx(lost, rel=1e-9, abs=1e-9)


def test_net_workers_are_those_who_are_not_abroad(busy: World, found: dict[str, Displacement]) -> None:
    workers = found["workers"]
    for host in HOSTS:
        mean = {arm: busy.level("workers", host, arm).mean(axis=0) for arm in ("baseline", REALISED)}
        net = workers.blocked[host] - workers.by_partner()[host]
        assert net == pytest.approx(mean["baseline"] - mean[REALISED], rel=1e-9)


def test_everything_is_imports_at_baseline_prices_and_hard_currency(
    busy: World, found: dict[str, Displacement]
) -> None:
    prices = busy.history.prices[:, 0]
    for what in ("all_blocked", "all_reappeared", "net"):
        imports = sum(getattr(found[product], what) * prices[index] for index, product in enumerate(PRODUCTS))
        whole = imports + getattr(found["hard_currency"], what)
        assert getattr(found["everything"], what) == pytest.approx(whole, rel=1e-9)


def test_seized_cargo_has_not_reappeared(busy: World, found: dict[str, Displacement]) -> None:
    shipped, seized = (yearly(busy, f"smuggled_{what}", "motor_fuel", REALISED) for what in ("shipped", "seized"))
    assert seized.max() > 0
    assert found["motor_fuel"].by_channel()["cn_smuggling"] == pytest.approx(shipped - seized, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("thing", THINGS)
def test_without_measures_nothing_at_all_is_blocked_or_reappears(thing: str) -> None:
    """Though the sender scares shippers away from Rason and Russia takes more workers, in every arm alike."""
    autonomous = tuple(move for move in RESPONSES if move.kind == "autonomous")
    empty = scenario(months=6, moves=autonomous, levers=LEVERS)
    case = displaced(live_in(empty, lanes=8), empty)[thing]
    assert not case.all_blocked.any()
    assert not case.all_reappeared.any()
    assert not case.net.any()


def test_what_china_does_not_enforce_reappears_with_china() -> None:
    """Half of the coal and a fifth of the fuel are blocked, and four tenths of both let pass."""
    what = scenario(
        cut("coal", 0.5, LONG_AGO),
        cut("motor_fuel", 0.2, LONG_AGO),
        months=3,
        channels=["cn_slippage"],
        assumptions={
            **STEADY_CHINA,
            **NO_NOISE,
            **EMPTY_STOCKS,
            **ROUND_NUMBERS,
            **{f"china.enforcement.{group}.long_run": 0.6 for group in ("fuel", "exports")},
            **{f"china.enforcement.{group}.decay_time": 1e-3 for group in ("fuel", "exports")},
        },
    )
    values = estimates(what)
    fuel, coal = 12 * 37.0, 12 * 49.0
    for thing, blocked in (("motor_fuel", fuel), ("coal", coal), ("hard_currency", coal)):
        assert values["displacement.blocked", thing] == pytest.approx(blocked)
        assert values["displacement.blocked", f"{thing}/china"] == pytest.approx(blocked)
        assert values["displacement.reappeared", f"{thing}/cn_slippage"] == pytest.approx(0.4 * blocked)
        assert values["displacement.reappeared_partner", f"{thing}/china"] == pytest.approx(0.4 * blocked)
        assert values["displacement.net", thing] == pytest.approx(0.6 * blocked)
        assert values["displacement.backfill_ratio", thing] == 0
        assert values["leakage.quantity", thing] == pytest.approx(0.4)
    assert values["displacement.blocked", "everything"] == pytest.approx(PRICE * fuel + coal)
    assert values["displacement.net", "everything"] == pytest.approx(0.6 * (PRICE * fuel + coal))


def russia_sells(*moves: Move) -> Scenario:
    return scenario(
        cut("motor_fuel", 0.8, LONG_AGO),
        months=12,
        channels=["ru_fuel"],
        moves=moves,
        assumptions={
            **EMPTY_STOCKS,
            **ONE_CLASS,
            **OPEN_RUSSIA,
            **ROUND_NUMBERS,
            "suppliers.capacity": 37.0,
            "suppliers.cost.lowest": 1.0,
            "suppliers.cost.highest": 1.0,
            "tankers.cargo": 10.0,
            "tankers.cycle": 30.4375,
            "tankers.detection": 0.0,
        },
    )


def test_the_backfill_ratio_sets_what_russia_sells_against_china_s_part() -> None:
    """China keeps 148 kb a month back, Russia's firms bring 37: a quarter."""
    values = estimates(russia_sells())
    assert values["displacement.blocked", "motor_fuel"] == pytest.approx(12 * 148)
    assert values["displacement.reappeared", "motor_fuel/ru_fuel"] == pytest.approx(12 * 37)
    assert values["displacement.reappeared_partner", "motor_fuel/russia"] == pytest.approx(12 * 37)
    assert values["displacement.net", "motor_fuel"] == pytest.approx(12 * 111)
    assert values["displacement.backfill_ratio", "motor_fuel"] == pytest.approx(0.25)
    assert values["displacement.backfill_ratio", "everything"] == pytest.approx(0.25)
    partners = [item for metric, item in values.index if metric == "displacement.reappeared_partner"]
    assert partners == ["motor_fuel/russia", "everything/russia"]


def test_what_tankers_bring_that_russia_sends_is_russia_s() -> None:
    """One ship that hands over 10 kb each 30.4375 days, 120 kb in 365.25."""
    ship = Move(date=date(2017, 1, 1), actor="russia", act="tankers", amount=1, kind="response")
    values = estimates(russia_sells(ship))
    brought = 12 * 37 + 120 * 365 / 365.25
    assert values["displacement.reappeared_partner", "motor_fuel/russia"] == pytest.approx(brought)
    assert ("displacement.reappeared_partner", "motor_fuel/other") not in values.index


def test_a_barrel_that_wages_pay_for_is_a_barrel_and_the_wages_are_wages() -> None:
    """6,000 more workers earn 43.2 $m a year for 444 kb; each side of the trade is counted once."""
    move = Move(date=date(2017, 1, 1), actor="russia", act="workers", amount=6000, kind="response")
    by_bank = russia_sells(move)
    steady = {"workers.adjustment_time": 1.0, "workers.russia.target_lift": 0.0, "payments.barter": 1.0}
    for_wages = by_bank.model_copy(
        update={
            "assumptions": {**by_bank.assumptions, **steady},
            "channels": by_bank.channels.model_copy(update={"ru_labour": True}),
        }
    )
    values = estimates(for_wages)
    assert values["displacement.reappeared", "motor_fuel"] == pytest.approx(444)
    assert values["displacement.reappeared", "hard_currency"] == pytest.approx(43.2)
    assert values["displacement.reappeared", "everything"] == pytest.approx(444 * PRICE + 43.2)


def test_workers_whom_china_lets_go_and_russia_takes() -> None:
    """No new contracts in China: of 60,000 one in 36 leaves a month. Russia takes 6,000 more in February."""
    move = Move(date=date(2017, 2, 1), actor="russia", act="workers", amount=6000, kind="response")
    what = scenario(
        cut("workers", 1.0, LONG_AGO),
        months=6,
        channels=["ru_labour"],
        moves=(move,),
        assumptions={
            "workers.adjustment_time": 1.0,
            "workers.contract": 36.0,
            "workers.russia.target_lift": 0.0,
        },
    )
    values = estimates(what)
    gone = 60_000 * (1 - np.mean([(35 / 36) ** month for month in range(1, 7)]))
    assert values["displacement.blocked", "workers"] == pytest.approx(gone)
    assert values["displacement.blocked", "workers/china"] == pytest.approx(gone)
    assert ("displacement.blocked", "workers/russia") not in values.index
    assert values["displacement.reappeared", "workers/ru_labour"] == pytest.approx(6000 * 5 / 6)
    assert values["displacement.reappeared_partner", "workers/russia"] == pytest.approx(6000 * 5 / 6)
    assert values["displacement.backfill_ratio", "workers"] == pytest.approx(5000 / gone)
    assert values["displacement.net", "workers"] == pytest.approx(gone - 5000)
    assert values["displacement.reappeared", "hard_currency/ru_labour"] == pytest.approx(5000 * 7200 / 1e6)


def test_a_weaker_text_reappears_with_every_partner_it_spares() -> None:
    """Proposed was half of everybody's fuel, adopted three tenths: a fifth comes back with each of them."""
    provision = cut("motor_fuel", 0.3, LONG_AGO, binds=PARTIES).model_dump(exclude_none=True)
    weak = Instrument.model_validate(
        {
            "id": "weak",
            "title": "A weak text.",
            "issuer": "scenario",
            "provisions": (provision,),
            "proposal": {"provisions": ({**provision, "cut": 0.5},)},
        }
    )
    values = estimates(
        scenario(weak, months=12, channels=["un_dilution"], assumptions={**EMPTY_STOCKS, **ROUND_NUMBERS})
    )
    for party, monthly in (("china", 185), ("russia", 105), ("other", 30)):
        assert values["displacement.blocked", f"motor_fuel/{party}"] == pytest.approx(6 * monthly)
        assert values["displacement.reappeared", f"motor_fuel/un_dilution/{party}"] == pytest.approx(2.4 * monthly)
        assert values["displacement.reappeared_partner", f"motor_fuel/{party}"] == pytest.approx(2.4 * monthly)
    assert values["displacement.reappeared", "motor_fuel/un_dilution"] == pytest.approx(2.4 * 320)
    # A text that spares Russia is no backfill.
    assert values["displacement.backfill_ratio", "motor_fuel"] == 0


def test_coal_under_russian_papers_is_with_russia(busy: World, found: dict[str, Displacement]) -> None:
    relabelled = yearly(busy, "relabelled_delivered", "coal", REALISED)
    assert relabelled.max() > 0
    assert found["coal"].by_partner()["russia"] == pytest.approx(relabelled, rel=1e-9)


def test_each_channel_but_dilution_works_through_one_partner() -> None:
    for thing in THINGS:
        for channel in CHANNELS:
            partners = partners_of(thing, channel)
            assert len(partners) <= 1 or channel == "un_dilution", (thing, channel)


def test_rows_have_units_reasons_and_both_intervals() -> None:
    what = scenario(cut("coal", 0.5, LONG_AGO), months=12, uncertainties=from_registry("rason.relabelled_coal"))
    table = simulate(what, replications=24).table
    rows = table[table["metric"].str.startswith("displacement.")]
    units = rows[rows["metric"] == "displacement.blocked"].set_index("item")["unit"].to_dict()
    assert (units["motor_fuel"], units["coal"], units["workers"]) == ("kb/year", "$m/year", "person")
    nothing = rows[(rows["metric"] == "displacement.backfill_ratio") & (rows["item"] == "jet_fuel")]
    assert np.isnan(nothing["estimate"].iloc[0])
    assert "none of China's trade" in nothing["note"].iloc[0]
    kinds = rows[rows["metric"] == "displacement.net"].groupby("item")["interval"].agg(set)
    assert (kinds == {"replication", "parameter"}).all()
    ports = rows[(rows["metric"] == "displacement.reappeared") & (rows["item"] == "coal/ru_port")]
    assert set(ports["note"].str.split(";").str[0]) == {"all with russia"}
