"""Who bears the pressure and whom the leaks relieve: parts that add up to the whole."""

import numpy as np
import pandas as pd
import pytest

from leaksim.outcomes.incidence import PARTS
from leaksim.simulation import Result, simulate
from worlds import EMPTY_STOCKS, LONG_AGO, NO_NOISE, ONE_CLASS, STEADY_CHINA, catalogue, cut, from_registry, scenario


@pytest.fixture(scope="module")
def result() -> Result:
    uncertain = from_registry("suppliers.capacity", "traders.penalty")
    return simulate(scenario(*catalogue(), months=18, uncertainties=uncertain), replications=24)


@pytest.fixture(scope="module")
def estimates(result: Result) -> "pd.Series[float]":
    return result.table[result.table["interval"] == "replication"].set_index(["metric", "item"])["estimate"]


@pytest.mark.parametrize("arm", ["intended", "realised"])
def test_the_shares_of_the_pressure_add_up_to_one(estimates: "pd.Series[float]", arm: str) -> None:
    shares = [estimates["incidence.share", f"{arm}/{part}"] for part in PARTS]
    assert sum(shares) == pytest.approx(1, rel=1e-12)
    assert estimates["incidence.share", f"{arm}/industry"] == pytest.approx(
        estimates[f"pressure.{arm}", "industry"] / estimates[f"pressure.{arm}", ""], rel=1e-12
    )


def test_for_whom_it_leaks_adds_up_to_what_leaks(estimates: "pd.Series[float]") -> None:
    relief = [estimates["incidence.relief", part] for part in PARTS]
    assert sum(relief) == pytest.approx(estimates["leakage.value", ""], rel=1e-12)
    assert len([part for part in relief if part > 0]) > 1


def test_half_of_the_coal_leaks_and_relieves_whoever_would_have_gone_without() -> None:
    """49 $m of coal are not bought each month; without leaks four tenths are saved on imports, six tenths drawn down.

    China enforces six tenths, so that four tenths of every part leak.
    """
    what = scenario(
        cut("coal", 0.5, LONG_AGO),
        months=3,
        channels=["cn_slippage"],
        assumptions={
            **STEADY_CHINA,
            **NO_NOISE,
            **EMPTY_STOCKS,
            **ONE_CLASS,
            "china.enforcement.exports.long_run": 0.6,
            "china.enforcement.exports.decay_time": 1e-3,
            "reserves.import_response": 0.4,
        },
    )
    found = simulate(what, replications=2, deterministic=True).table.set_index(["metric", "item"])["estimate"]
    for arm in ("intended", "realised"):
        assert found["incidence.share", f"{arm}/other_imports"] == pytest.approx(0.4)
        assert found["incidence.share", f"{arm}/deferred"] == pytest.approx(0.6)
        assert found["incidence.share", f"{arm}/military"] == 0
    assert found["incidence.relief", "other_imports"] == pytest.approx(0.4 * 0.4)
    assert found["incidence.relief", "deferred"] == pytest.approx(0.6 * 0.4)


def test_without_pressure_nobody_bears_it() -> None:
    table = simulate(scenario(months=3), replications=3).table
    rows = table[table["metric"].str.startswith("incidence.")]
    assert len(rows) == 3 * len(PARTS)
    assert np.isnan(rows["estimate"]).all()
    assert rows["note"].str.endswith("pressure is not above zero").all()
