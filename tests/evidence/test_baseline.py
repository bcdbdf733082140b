"""The defaults fit together: the DPRK's accounts before any measure nearly balance."""

from leaksim.evidence.registry import load_registry

MONTHS = 12


def value(identifier: str) -> float:
    return float(load_registry().parameter(identifier).value)


def total(prefix: str) -> float:
    return sum(float(p.value) for p in load_registry().parameters.values() if p.id.startswith(prefix))


def monthly_receipts() -> float:
    """Currency earned in a month, in $m."""
    wages = sum(
        value(f"workers.{host}.number") * value(f"workers.{host}.wage_to_state") / MONTHS / 1e6
        for host in ("russia", "china")
    )
    port = value("rason.transit") * value("rason.fee") / MONTHS
    abroad = wages + port + value("earnings.other")
    return total("exports.china.") + value("exports.others") + abroad


def monthly_outlay() -> float:
    """Currency spent in a month, in $m; the refinery's product is paid for as crude."""
    bought = total("baseline.motor_fuel.") - value("baseline.motor_fuel.refinery")
    fuel = (bought + total("baseline.jet_fuel.")) * value("price.fuel") / 1000
    crude = value("crude.quantity") * value("crude.price") / 1000
    return fuel + crude + total("baseline.capital_goods.") + value("imports.other")


def test_reserves_fall_by_one_to_two_tenths_of_a_billion_dollars_a_year() -> None:
    fall = MONTHS * (monthly_outlay() - monthly_receipts())
    assert 100 < fall < 200


def test_the_fall_of_reserves_is_within_what_the_bank_of_korea_estimates() -> None:
    change = load_registry().figures["E905"]
    assert change.low is not None
    assert change.high is not None
    fall = MONTHS * (monthly_outlay() - monthly_receipts()) / 1000
    assert change.low < -fall < change.high


def test_imports_agree_with_the_recorded_total() -> None:
    recorded = load_registry().figures["E102"].value
    assert isinstance(recorded, float)
    assert abs(monthly_outlay() * MONTHS / 1000 / recorded - 1) < 0.02


def test_exports_agree_with_the_recorded_total() -> None:
    recorded = load_registry().figures["E101"].value
    assert isinstance(recorded, float)
    assert abs((total("exports.china.") + value("exports.others")) * MONTHS / 1000 / recorded - 1) < 0.02


def test_reserves_and_stocks_start_above_their_floors() -> None:
    assert value("reserves.floor") < value("reserves.soft") < value("reserves.initial")
    for fuel in ("motor_fuel", "jet_fuel"):
        assert value(f"stock.{fuel}.floor") < value(f"stock.{fuel}.initial")


def test_jet_fuel_and_motor_fuel_are_in_store_for_as_many_months() -> None:
    """At either end of their ranges, by the use that is likeliest beforehand."""
    parameters = load_registry().parameters
    for end in ("low", "high"):
        motor, jet = (
            getattr(parameters[f"stock.{fuel}.initial"], end)
            / sum(float(p.likeliest) for p in parameters.values() if p.id.startswith(f"baseline.{fuel}."))
            for fuel in ("motor_fuel", "jet_fuel")
        )
        assert abs(jet / motor - 1) < 0.02


def test_costs_and_lags_run_from_the_lowest_to_the_highest() -> None:
    for name in load_registry().parameters:
        for lower, upper in ((".lowest", ".highest"), (".shortest", ".longest")):
            if name.endswith(lower):
                assert value(name) < value(name.removesuffix(lower) + upper)
