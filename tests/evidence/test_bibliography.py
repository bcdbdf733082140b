"""Every number can be traced to a reference, and every reference is there for a number."""

import csv

import pytest

from leaksim.evidence.bibliography import bibliography_keys, bibtex, plain_reference
from leaksim.evidence.data_files import DATA
from leaksim.evidence.ensembles import ensemble_names
from leaksim.evidence.errors import UnknownReference
from leaksim.evidence.patterns import load_patterns
from leaksim.evidence.registry import load_registry


def cited() -> set[str]:
    registry = load_registry()
    keys = {*load_patterns().sources, *sources_of_series()}
    for parameter in registry.parameters.values():
        keys.update(parameter.sources, *(rival.sources for rival in parameter.rivals))
    for figure in registry.figures.values():
        keys.update(figure.sources)
    for instrument in registry.instruments.values():
        keys.update(instrument.all_sources)
    return keys


def sources_of_series() -> set[str]:
    return {
        row["source"]
        for file in DATA.glob("*.csv")
        if file.stem not in ensemble_names()
        for row in csv.DictReader(file.read_text("utf-8").splitlines())
    }


def test_every_reference_is_cited_and_every_citation_has_a_reference() -> None:
    assert cited() == bibliography_keys()


def test_a_real_bibtex_reader_finds_the_same_entries() -> None:
    from pybtex.database import parse_file

    assert set(parse_file(DATA / "sources.bib").entries) == bibliography_keys()


@pytest.mark.parametrize(
    ("key", "author", "title"),
    [
        ("groll2017", "Elias Groll", "Trump White House Stays Quiet as Russia Flouts North Korea Sanctions"),
        ("rinna2017", "Anthony Rinna", "The Russian Sanctions Policy: Reflecting the Long View"),
        ("mehdiyev2018", "Mushvig Mehdiyev", "Donald Trump Puts Russia In Spotlight"),
    ],
)
def test_the_founding_articles_are_cited_by_author_and_title(key: str, author: str, title: str) -> None:
    assert key in cited()
    assert author in plain_reference(key)
    assert title in plain_reference(key)


@pytest.mark.parametrize("key", sorted(bibliography_keys()))
def test_a_reference_is_one_line_of_text(key: str) -> None:
    text = plain_reference(key)
    assert text.endswith(".")
    assert not {"\n", "{", "}", "\\"}.intersection(text)


def test_bibtex_gives_each_entry_once_in_a_fixed_order() -> None:
    both = bibtex(["rinna2017", "groll2017", "rinna2017"])
    assert both == bibtex(["groll2017", "rinna2017"])
    assert both.index("@article{groll2017,") < both.index("@article{rinna2017,")
    assert both.count("@") == 2


def test_an_unknown_key_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownReference, match=r"unknown reference 'grol2017'; did you mean groll2017"):
        plain_reference("grol2017")
    with pytest.raises(UnknownReference):
        bibtex(["nobody"])
