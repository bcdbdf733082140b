"""The figures as they were found."""

import re

import pytest

from dating import later
from leaksim.evidence.registry import Figure, load_registry

FIGURES = load_registry().figures.values()


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.id)
def test_a_figure_has_a_number_a_date_or_words_and_a_source(figure: Figure) -> None:
    assert re.fullmatch(r"[EM]\d+", figure.id)
    assert figure.sources
    if figure.unit == "date":
        assert re.fullmatch(r"201\d-\d\d(-\d\d)?", str(figure.value))
    elif figure.unit == "text":
        assert isinstance(figure.value, str)
    else:
        assert isinstance(figure.value, float)
        assert (figure.low is None) == (figure.high is None)
        if figure.low is not None and figure.high is not None:
            assert figure.low <= figure.value <= figure.high


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.id)
def test_nothing_first_found_after_18_january_2018_may_be_calibrated_to(figure: Figure) -> None:
    if figure.use == "calibration":
        assert not all(later(key) for key in figure.sources)


def test_the_cut_off_tells_later_sources_from_earlier_ones() -> None:
    assert later("kdi2023reserves")
    assert later("sarabic2018clause")
    assert not later("mehdiyev2018")
    assert not later("groll2017")


def test_every_figure_behind_a_parameter_is_usable() -> None:
    registry = load_registry()
    used = {figure for parameter in registry.parameters.values() for figure in parameter.figures}
    assert len(used) > 60
    assert {registry.figures[figure].use for figure in used} <= {"calibration", "prior"}


def test_all_mechanisms_of_the_articles_are_there() -> None:
    assert {f"M{number:02}" for number in range(1, 18)} <= {figure.id for figure in FIGURES}
