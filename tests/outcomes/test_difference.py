"""One lane under two scenarios: where they part, and what moves, in worlds that can be worked out on paper.

China sells a fifth less motor fuel than its 185 kb a month, in three months of 31, 28 and 31 days: 37 kb are missing.
"""

import pandas as pd
import pytest

from leaksim.difference import Difference, DifferenceError, diff
from leaksim.model.channels import CHANNELS
from leaksim.model.dimensions import PARTIES, PRODUCTS
from leaksim.outcomes.deliveries import (
    DELIVERY_COLUMNS,
    HARD_CURRENCY,
    MOVED_COLUMNS,
    SOURCES,
    THINGS,
    TOTAL,
    lines_of,
    matched,
)
from leaksim.outcomes.one_lane import SPREAD_COLUMNS
from leaksim.report.book_words import way_words
from leaksim.scenario.schema import Lever, Levers, Scenario
from leaksim.simulation import simulate
from worlds import (
    EITHER_FILLS_THE_GAP,
    LONG_AGO,
    NO_NOISE,
    STEADY_CHINA,
    catalogue,
    cut,
    from_registry,
    scenario,
)

MISSING = 37.0
SHIPS = 10
HALF_ENFORCED = {
    **STEADY_CHINA,
    **NO_NOISE,
    "china.enforcement.fuel.long_run": 0.5,
    "china.enforcement.fuel.decay_time": 1e-3,
}


def fifth_less(*channels: str, **changed: float) -> Scenario:
    assumptions = {**EITHER_FILLS_THE_GAP, "tankers.number": SHIPS, **HALF_ENFORCED}
    assumptions.update({name.replace("__", "."): value for name, value in changed.items()})
    return scenario(cut("motor_fuel", 0.2, LONG_AGO), months=3, channels=channels, assumptions=assumptions)


def totals(found: Difference, thing: str = "motor_fuel") -> "pd.DataFrame":
    table = found.table
    return table[(table["month"] == TOTAL) & (table["thing"] == thing)]


def of_way(found: Difference, way: str, column: str = "difference", thing: str = "motor_fuel") -> float:
    table = totals(found, thing)
    return float(table.loc[table["way"] == way, column].iloc[0])


def moves(found: Difference, thing: str = "motor_fuel", month: str = TOTAL) -> list[tuple[str, str, float]]:
    rows = found.moved[(found.moved["month"] == month) & (found.moved["thing"] == thing)]
    return [(each["from"], each["to"], round(each["amount"], 9)) for each in rows.to_dict("records")]


def test_what_russian_firms_sold_comes_by_tankers_when_they_may_not() -> None:
    found = diff(fifth_less("ru_fuel"), fifth_less("sts_third"), deterministic=True)
    assert of_way(found, "russian_delivered", "in_a") == pytest.approx(3 * MISSING)
    assert of_way(found, "russian_delivered", "in_b") == 0
    assert of_way(found, "tanker_delivered") == pytest.approx(3 * MISSING)
    assert moves(found) == [("russian_delivered", "tanker_delivered", 3 * MISSING)]
    assert moves(found, month="2017-02") == [("russian_delivered", "tanker_delivered", MISSING)]
    assert found.same is None


def test_the_first_day_is_that_on_which_the_first_of_them_ships() -> None:
    found = diff(fifth_less("ru_fuel"), fifth_less("sts_third"), deterministic=True)
    first, second = (found.spread.iloc[place] for place in (0, 1))
    assert (first["date"], first["who"], first["page"], first["item"]) == (
        *("2017-01-03", "russian_firms", "russian_shipped", "motor_fuel"),
    )
    assert (first["in_a"], first["in_b"]) == (pytest.approx(MISSING), 0)
    assert (second["date"], second["who"], second["page"]) == ("2017-01-03", "tankers", "tanker_loaded")
    # Russian cargo arrives on the last day of the month.
    arrived = found.spread[found.spread["page"] == "russian_delivered"].iloc[0]
    assert (arrived["date"], arrived["month"], arrived["day"]) == ("2017-01-31", "2017-01", 30.0)


def test_ships_that_are_too_small_make_up_for_a_part() -> None:
    """A ship needs ten days a voyage: in 90 days ten ships of half a kb bring 45 kb."""
    small = fifth_less("sts_third", tankers__cargo=0.5)
    found = diff(fifth_less("ru_fuel"), small, deterministic=True)
    assert moves(found) == [
        ("russian_delivered", "tanker_delivered", 45.0),
        ("russian_delivered", "", 3 * MISSING - 45.0),
    ]
    assert moves(diff(small, fifth_less("ru_fuel"), deterministic=True)) == [
        ("tanker_delivered", "russian_delivered", 45.0),
        ("", "russian_delivered", 3 * MISSING - 45.0),
    ]


def test_slippage_of_which_half_is_enforced_moves_to_nobody_else() -> None:
    found = diff(fifth_less("cn_slippage"), fifth_less(), deterministic=True)
    assert moves(found) == [("slipped_china", "", 3 * MISSING / 2)]
    used = totals(found).query("account == 'use'")["difference"].sum()
    assert used == pytest.approx(-3 * MISSING / 2)
    assert [(each.kind, each.name, each.in_a, each.in_b) for each in found.asked] == [
        ("channel", "cn_slippage", True, False)
    ]


def test_several_losses_and_gains_are_matched_in_proportion() -> None:
    found = list(matched({"a": -6.0, "b": -2.0, "c": 3.0, "d": 1.0, "e": 0.0}))
    assert found == [
        ("a", "c", 2.25),
        ("a", "d", 0.75),
        ("b", "c", 0.75),
        ("b", "d", 0.25),
        ("a", "", 3.0),
        ("b", "", 1.0),
    ]
    assert list(matched({})) == []


UNCERTAIN = from_registry("suppliers.capacity", "traders.penalty", "reserves.initial", "stock.motor_fuel.initial")


def whole(*channels: str, months: int = 9, levers: Levers | None = None) -> Scenario:
    return scenario(*catalogue(), months=months, channels=channels, uncertainties=UNCERTAIN, levers=levers)


PRESSED = Levers(bank_pressure=Lever(level=1.0), port_monitoring=Lever(level=0.5))


@pytest.fixture(scope="module")
def pressed() -> Difference:
    return diff(whole(*CHANNELS), whole(*CHANNELS, levers=PRESSED), lane=5, replications=12)


def test_in_every_month_what_comes_is_used_or_kept(pressed: Difference) -> None:
    for (_, thing), lines in pressed.table.groupby(["month", "thing"]):
        whence = lines["account"].isin(SOURCES)
        for column in ("in_a", "in_b", "difference"):
            came, went = lines.loc[whence, column].sum(), lines.loc[~whence, column].sum()
            assert came == pytest.approx(went, rel=1e-9, abs=1e-9), (thing, column)


def test_the_months_add_up_to_the_whole_period(pressed: Difference) -> None:
    table = pressed.table
    months = table[table["month"] != TOTAL].groupby(["thing", "account", "way"])[["in_a", "in_b", "difference"]].sum()
    whole_period = table[table["month"] == TOTAL].set_index(["thing", "account", "way"])[list(months.columns)]
    pd.testing.assert_frame_equal(months.sort_index(), whole_period.sort_index(), rtol=1e-9, atol=1e-9)


def test_what_moves_adds_up_to_what_each_way_lost_and_won(pressed: Difference) -> None:
    moved = pressed.moved[pressed.moved["month"] == TOTAL]
    assert (moved["amount"] > 0).all()
    for thing in THINGS:
        rows = moved[moved["thing"] == thing]
        changes = {way: of_way(pressed, way, thing=thing) for way in {*rows["from"], *rows["to"]} - {""}}
        for way, change in changes.items():
            lost, won = (rows.loc[rows[side] == way, "amount"].sum() for side in ("from", "to"))
            assert won - lost == pytest.approx(change, rel=1e-9)
            assert min(won, lost) == 0


@pytest.mark.parametrize(("lane", "replications", "months"), [(0, 3, 9), (5, 12, 9), (515, 520, 3)])
def test_the_lane_is_that_of_the_whole_run(lane: int, replications: int, months: int) -> None:
    a, b = whole("cn_slippage", "cn_smuggling", "ru_fuel", months=months), whole("ru_fuel", "sts_third", months=months)
    found = diff(a, b, lane=lane, replications=replications)
    for scenario_of, column, place in ((a, "in_a", 0), (b, "in_b", 1)):
        lanes = simulate(scenario_of, replications=replications).replications
        row = lanes[(lanes["lane"] == lane) & (lanes["arm"] == "realised")].iloc[0]
        assert found.pressure[place] == pytest.approx(row["pressure"], rel=1e-12)
        for thing in PRODUCTS:
            lines = totals(found, thing).query("account == 'supply'")
            for party in PARTIES:
                expected = pytest.approx(row[f"supplied.{thing}.{party}"], rel=1e-12, abs=1e-12)
                assert lines.loc[lines["partner"] == party, column].sum() == expected
        for thing in (*PRODUCTS, HARD_CURRENCY):
            lines = totals(found, thing)
            for channel in CHANNELS:
                expected = pytest.approx(row[f"leaked.{thing}.{channel}"], rel=1e-12, abs=1e-12)
                assert lines.loc[lines["channel"] == channel, column].sum() == expected


def test_the_values_of_the_lane_are_compared_not_those_of_the_file() -> None:
    drawn = whole("ru_fuel")
    fixed = drawn.model_copy(update={"uncertainties": {}, "assumptions": {"suppliers.capacity": 100.0}})
    found = diff(drawn, fixed, lane=2, replications=4)
    asked = {each.name: each for each in found.asked}
    assert set(asked) == set(UNCERTAIN)
    assert asked["suppliers.capacity"].in_b == 100.0
    assert asked["suppliers.capacity"].in_a != diff(drawn, fixed, lane=3, replications=4).asked[0].in_a


def test_each_arm_can_be_followed() -> None:
    a, b = fifth_less("ru_fuel"), fifth_less("sts_third")
    assert diff(a, b, arm="intended", deterministic=True).spread.empty
    more = a.model_copy(update={"measures": (*a.measures, *catalogue())})
    assert not diff(a, more, arm="intended", deterministic=True).spread.empty
    assert diff(a, more, arm="baseline", deterministic=True).spread.empty


def test_where_nothing_differs_the_reason_is_told() -> None:
    a = fifth_less("ru_fuel")
    assert diff(a, a).same == "both ask for the same"
    unread = fifth_less("ru_fuel", us__cost__designation=7.0)
    found = diff(a, unread, deterministic=True)
    assert found.spread.empty
    assert found.moved.empty
    assert "us.cost.designation" in str(found.same)
    closed = diff(a, fifth_less("sts_third"), arm="intended", deterministic=True)
    assert closed.same == "they differ in channels, but nothing came of it in the intended arm of this history"


def test_all_that_is_wrong_is_told_at_once() -> None:
    a = fifth_less("ru_fuel")
    longer = a.model_copy(update={"name": "longer", "period": a.period.model_copy(update={"months": 4})})
    with pytest.raises(DifferenceError) as told:
        diff(a, longer, lane=8, arm="realized", replications=8)
    lines = str(told.value).splitlines()
    assert len(lines) == 3
    assert "longer has 4 months" in lines[0]
    assert "no lane 8" in lines[1]
    assert "0 to 7" in lines[1]
    assert "did you mean realised" in lines[2]
    with pytest.raises(DifferenceError, match="no lane -1"):
        diff(a, a, lane=-1)


def test_the_tables_have_their_columns(pressed: Difference) -> None:
    assert tuple(pressed.table.columns) == DELIVERY_COLUMNS
    assert tuple(pressed.moved.columns) == MOVED_COLUMNS
    assert tuple(pressed.spread.columns) == SPREAD_COLUMNS
    same = diff(fifth_less(), fifth_less())
    assert tuple(same.moved.columns) == MOVED_COLUMNS
    assert tuple(same.spread.columns) == SPREAD_COLUMNS


def test_every_way_has_words_of_its_own_within_a_thing() -> None:
    for thing in THINGS:
        ways = [way_words(line.way) for line in lines_of(thing) if line.account in SOURCES]
        assert len(set(ways)) == len(ways)
        assert not [words for words in ways if "_" in words or ":" in words]
