"""The ensembles that ship with leaksim."""

import pytest

from leaksim.calibration.patterns import priors
from leaksim.calibration.problem import CUTOFF
from leaksim.evidence.ensembles import ensemble_names, load_ensemble


def test_the_ensemble_of_2017_ships() -> None:
    assert "ensemble_2017" in ensemble_names()


@pytest.mark.parametrize("name", ensemble_names())
def test_members_lie_within_what_is_known_beforehand(name: str) -> None:
    ensemble = load_ensemble(name)
    for parameter in ensemble.columns:
        low, high = ensemble.range(parameter)
        prior = priors()[parameter]
        # Members are rounded to four digits.
        assert prior.low * (1 - 1e-3) <= low < high <= prior.high * (1 + 1e-3), parameter


@pytest.mark.parametrize("name", ensemble_names())
def test_it_says_how_it_was_found(name: str) -> None:
    facts = load_ensemble(name).facts
    assert {"seed", "points", "histories", "waves", "patterns", "evidence", "leaksim"} <= facts.keys()
    assert facts["bound"] <= CUTOFF
    assert 0 < facts["space_left"] < 1
