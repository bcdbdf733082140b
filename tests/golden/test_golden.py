"""Headline numbers of a fixed case, so that a change of the model is seen and not only its effects.

After a change that is meant, rewrite the tables with ``pytest tests/golden --regenerate-golden`` and say in the commit
why the numbers moved.
"""

import json
from math import isnan
from pathlib import Path

import pytest

from leaksim.simulation import simulate
from worlds import cap, cut, scenario

TABLE = Path(__file__).with_name("headline.json")
METRICS = {
    *("pressure.intended", "pressure.realised", "leakage.value", "leakage.owen", "leakage.quantity"),
    *("leakage.accounting", "price.premium_mean", "supplier.share", "reserves.end", "stock.end"),
}
CHANNELS = ("cn_slippage", "cn_smuggling", "ru_fuel")
ALL = ("china", "russia", "other")
FORMS = ("isoelastic", "linear")


def headline(form: str) -> dict[str, float | None]:
    what = scenario(
        cut("motor_fuel", 0.8, "2017-03-01"),
        cap("motor_fuel", 2000, "2017-10-01", binds=ALL),
        cut("jet_fuel", 0.6, "2017-04-11"),
        cut("capital_goods", 0.7, "2017-06-20", binds=ALL),
        cut("coal", 1.0, "2017-02-19"),
        cut("textiles", 0.5, "2017-09-11", wind_down_days=30),
        months=18,
        channels=CHANNELS,
        assumptions={"demand.form": form, "demand.priority.military": 2.0},
    )
    table = simulate(what, replications=32).table
    kept = table[table["metric"].isin(METRICS)]
    return {
        f"{metric} {item}".strip(): None if isnan(estimate) else estimate
        for metric, item, estimate in zip(kept["metric"], kept["item"], kept["estimate"], strict=True)
    }


def defined(table: dict[str, float | None]) -> dict[str, float]:
    return {name: estimate for name, estimate in table.items() if estimate is not None}


def test_headline_numbers_are_those_of_the_golden_table(pytestconfig: pytest.Config) -> None:
    found = {form: headline(form) for form in FORMS}
    if pytestconfig.getoption("--regenerate-golden"):
        TABLE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    expected = json.loads(TABLE.read_text(encoding="utf-8"))
    for form in FORMS:
        assert len(found[form]) > 40
        assert list(found[form]) == list(expected[form])
        # Exponentials differ in the last bit between kinds of processors.
        assert defined(found[form]) == pytest.approx(defined(expected[form]), rel=1e-9, abs=1e-9)
