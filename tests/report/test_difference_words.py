"""What a reader gets to see of one history under two scenarios."""

from datetime import date

import pytest

from leaksim.difference import Difference, diff
from leaksim.evidence.instruments import Instrument
from leaksim.model.channels import CHANNELS
from leaksim.report.accounts import Account, Entry, account_of, account_rows, moved_sentence
from leaksim.report.asked import asked_in_words
from leaksim.report.difference import html, markdown, plain_text, sections, sentences
from leaksim.report.spread import first_sentence
from leaksim.scenario.contrast import Contrast, contrasts
from leaksim.scenario.schema import Designations, Lever, Levers, Move, Scenario
from worlds import EITHER_FILLS_THE_GAP, LONG_AGO, STEADY_CHINA, catalogue, cut, scenario

MOVE = Move(date=date(2017, 10, 1), actor="russia", act="tankers", amount=2, kind="response", title="Two tankers")


@pytest.fixture(scope="module")
def found() -> Difference:
    a = scenario(*catalogue(), months=12, channels=CHANNELS)
    levers = Levers(bank_pressure=Lever(level=1.0, start=date(2017, 9, 21)))
    return diff(a, a.model_copy(update={"name": "pressed", "title": "Banks <pressed>", "levers": levers}), lane=3)


def fifth_less(*channels: str) -> Scenario:
    assumptions = {**STEADY_CHINA, **EITHER_FILLS_THE_GAP}
    return scenario(cut("motor_fuel", 0.2, LONG_AGO), months=3, channels=channels, assumptions=assumptions)


def account(*changes: float, unit: str = "kb", by: str = "by") -> Account:
    sources = tuple(Entry(f"way {number}", 100.0, 100.0 + change, change) for number, change in enumerate(changes))
    nothing = Entry("all other ways", 0.0, 0.0, 0.0)
    return Account(by, unit, 0, sources, nothing, Entry("all together", 0.0, 0.0, sum(changes)), ())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((-5, 5), "Of 5 kb less by way 0, 5 came by way 1 instead."),
        ((-12, 4, 2), "Of 12 kb less by way 0, 4 came by way 1 instead, 2 by way 2 and 6 not at all."),
        ((-7, -5, 2), "Of 12 kb less by way 0 (7) and way 1 (5), 2 came by way 2 instead and 10 not at all."),
        ((-1, -2, 9), "Of 9 kb more by way 2, 2 took the place of way 1, 1 that of way 0 and 6 came on top."),
        ((-3, -4), "7 kb less came by way 1 (4) and way 0 (3), and nothing in its place."),
        ((3,), "3 kb more came by way 0, in place of nothing."),
        ((), "No way brings more or less of it over the whole period."),
    ],
)
def test_the_sentence_says_what_moved(changes: tuple[float, ...], said: str) -> None:
    assert moved_sentence(account(*changes)) == said


def test_currency_comes_from_its_ways() -> None:
    said = moved_sentence(account(-12, 4, unit="$m", by="from"))
    assert said == "Of 12 $m less from way 0, 4 came from way 1 instead and 8 not at all."


def test_a_whole_report_of_a_world_that_is_known() -> None:
    """Of 37 kb a month that Russian firms sold all come by tankers, at the price of before."""
    found = diff(fifth_less("ru_fuel"), fifth_less("sts_third"), deterministic=True)
    assert first_sentence(found) == "On 3 January 2017, Russian firms: motor fuel shipped 37 in A, 0 in B (kb)."
    text = " ".join(plain_text(found).split())
    assert "Of 111 kb less by Russian fuel firms, 111 came by tankers at sea instead." in text
    assert "Russian fuel firms: open in A, closed in B" in text
    assert "2017-01-31 Russian cargo motor fuel delivered, kb 37 0" in text
    assert "Jet fuel The same in both." in text
    assert "lane 0 of 500, counted from 0, seed 1, realised arm" in text
    assert repr(found) == plain_text(found)


def test_the_changes_that_are_shown_add_up(found: Difference) -> None:
    drawn = [account for thing in ("motor_fuel", "hard_currency") if (account := account_of(found, thing)) is not None]
    assert len(drawn) == 2
    for account in drawn:
        came, went = (sum(each.change for each in side) for side in (account.sources, account.uses))
        assert came == pytest.approx(account.total.change, abs=1e-9)
        assert went == pytest.approx(account.total.change, abs=1e-9)
        assert len(list(account_rows(account))) == len(account.sources) + 2 + len(account.uses)


def test_every_line_fits_on_a_terminal_and_has_no_code_in_it(found: Difference) -> None:
    text = plain_text(found)
    assert max(map(len, text.splitlines())) <= 80
    assert "On 1 September 2017, Washington: cost of bank pressure" in text
    assert "Bank pressure: none in A, 100 % from 2017-09-21 in B" in text
    assert "_" not in text


def test_the_first_line_of_the_spread_is_the_first_difference(found: Difference) -> None:
    (spread,) = (section for section in sections(found) if section.heading == "How it spread")
    assert spread.rows[0][:2] == ("2017-09-01", "Washington")
    assert [cells[0] for cells in spread.rows] == sorted(cells[0] for cells in spread.rows)
    assert len({(cells[1], cells[2]) for cells in spread.rows}) == len(spread.rows)


def test_months_are_told_when_they_are_asked_for(found: Difference) -> None:
    short, long = (
        [line for section in sections(found, months=months) for line in section.after] for months in (False, True)
    )
    assert set(short) < set(long)
    assert any(line.startswith("- 2017-10: ") for line in long)
    assert not any(line.startswith("- 2017-08") for line in long)


def test_the_table_is_a_table_in_markdown_and_html(found: Difference) -> None:
    rows = [line for line in markdown(found).splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 2  # five columns, or four
    assert r"Banks \<pressed\>" in markdown(found)
    assert "- 2017-12: " in markdown(found)
    page = html(found)
    assert "Banks &lt;pressed&gt;" in page
    assert page.count("<table>") == page.count("</table>") >= 3
    assert "<ul><li>Bank pressure: none in A" in page
    assert found._repr_html_() == page


def test_where_nothing_differs_the_report_is_short() -> None:
    a = fifth_less("ru_fuel")
    text = plain_text(diff(a, a))
    assert "There is none: both ask for the same." in text
    assert "How it spread" not in text
    assert "- nothing" in text


def test_sentences_are_few(found: Difference) -> None:
    told = list(sentences(found))
    assert told[0] == "test and pressed, lane 3:"
    assert told[1] == first_sentence(found)
    assert told[-1].startswith("Pressure over the whole period: ")
    assert 4 <= len(told) <= 7


@pytest.mark.parametrize(
    ("contrast", "said"),
    [
        (
            Contrast("lever", "designations", None, Designations(rounds_per_year=6, names_per_round=4, target="hub")),
            "Designations: none in A, 6 rounds a year of 4 names (of hubs) in B",
        ),
        (
            Contrast("lever", "port_monitoring", Lever(level=0.5, until=date(2018, 1, 1)), Lever(level=1)),
            "Port monitoring: 50 % until 2018-01-01 in A, 100 % in B",
        ),
        (Contrast("move", "", MOVE, None), "Two tankers (tankers +2 ships from 2017-10-01, response): only in A"),
        (
            Contrast("parameter", "demand.form", "linear", "isoelastic"),
            "(demand.form): linear in A, isoelastic in B",
        ),
        (Contrast("parameter", "suppliers.capacity", 60.0, 33.33333), "(suppliers.capacity): 60 kb/month in A, 33.33"),
    ],
)
def test_what_is_asked_is_said_in_words(contrast: Contrast, said: str) -> None:
    assert said in asked_in_words(contrast)


def test_measures_that_differ_are_named_with_what_they_order() -> None:
    def measure(*shares: float) -> Instrument:
        orders = tuple(cut("motor_fuel", share) for share in shares)
        return Instrument(id="stop", title="A stop.", issuer="scenario", provisions=orders)

    hard, soft, both = scenario(measure(0.9)), scenario(measure(0.5)), scenario(measure(0.5, 0.9))
    (changed,) = contrasts(hard, soft)
    said = "A stop (stop): in A motor fuel: cut by 90% (China) from 2017-03-01; in B motor fuel: cut by 50% (China)"
    assert asked_in_words(changed).startswith(said)
    (added,) = contrasts(hard, both)
    assert "in A nothing more; in B motor fuel: cut by 50%" in asked_in_words(added)
    (gone,) = contrasts(hard, scenario())
    assert asked_in_words(gone) == "A stop (stop): only in A"
    (dated,) = contrasts(hard, scenario(measure(0.9).model_copy(update={"adopted": date(2017, 2, 1)})))
    assert "the same orders, but other dates" in asked_in_words(dated)
    twice = hard.model_copy(update={"moves": (MOVE, MOVE)})
    assert [each.kind for each in contrasts(twice, twice.model_copy(update={"moves": (MOVE,)}))] == ["move"]
