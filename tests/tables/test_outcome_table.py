"""Which cell stands where, in which unit, with how many digits, worked out by hand."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import leaksim
from leaksim.tables.cells import Number, Origin
from leaksim.tables.layout import OutcomeLayout
from leaksim.tables.making import lay_out
from leaksim.tables.model import Table
from leaksim.tables.reading import built_in_file, read_layout
from leaksim.tables.subjects import NothingToShowError, Subject
from papers import HEADLINE, Numbers, scenario_called, subject
from worlds import catalogue, cut, scenario


def own(rows: object, columns: object, **others: object) -> OutcomeLayout:
    given = {"layout": 1, "name": "own", "about": "A.", "of": "runs", "title": "Own", "stub": "Outcome"}
    return OutcomeLayout.model_validate(given | {"rows": rows, "columns": columns} | others)


def shown(table: Table) -> list[list[str]]:
    return [[row.label, *(" ".join(cell.lines) for cell in row.cells)] for _, row in table.rows]


def test_scenarios_stand_in_rows_and_outcomes_in_columns() -> None:
    table = lay_out(read_layout(built_in_file("headline")), [subject("a", "One"), subject("b", "Two")])
    assert shown(table)[1] == [
        *("Two", "3,610 (3,090 to 4,270)", "2,110 (1,570 to 2,670)", "58 (42 to 74)", "28 (14 to 44)", "6 (3 to 10)"),
    ]
    assert [column.unit for column in table.columns] == [*["$m a year"] * 2, *["% of intended"] * 3]
    assert [(span.text, span.width) for span in table.spans] == [("$m a year", 2), ("% of intended", 3)]


def test_what_no_run_has_is_left_out_and_told() -> None:
    table = lay_out(read_layout(built_in_file("headline")), [subject()])
    assert [column.heading for column in table.columns][-1] == "through Russia"
    assert table.warnings == (
        "left out, since no run has it: through third countries",
        "left out, since no run has it: in the Council",
    )


def test_what_one_run_lacks_is_a_dash() -> None:
    without_russia = [row for row in HEADLINE if row[1] != "russia"]
    table = lay_out(read_layout(built_in_file("headline")), [subject("a"), subject("b", numbers=without_russia)])
    assert shown(table)[1][-1] == "–"


def test_scenarios_stand_in_columns_and_outcomes_in_rows_below_their_headings() -> None:
    table = lay_out(read_layout(built_in_file("attribution")), [subject("a", "One"), subject("b", "Two")])
    assert [column.heading for column in table.columns] == ["One", "Two"]
    assert [(group.heading, [row.label for row in group.rows]) for group in table.groups] == [
        (
            "Of the intended pressure",
            ["reaches Pyongyang (%)", "leaks (%)", "through China (%)", "through Russia (%)"],
        ),
        ("Of what leaked by value", ["Delivered by Russian fuel firms (%)"]),
    ]
    assert [row.indented for _, row in table.rows] == [False, False, True, True, False]


def test_where_both_are_outcomes_each_scenario_has_its_rows() -> None:
    numbers: Sequence[Numbers] = [
        (f"leakage.{metric}", item, "share", value, value - 0.1, value + 0.1)
        for metric, item, value in (
            ("quantity", "motor_fuel", 0.6),
            ("quantity_channel", "motor_fuel/ru_fuel", 0.2),
            ("quantity", "jet_fuel", 0.8),
        )
    ]
    layout = own(
        [{"heading": "Fuel"}, {"items": ["motor_fuel", "jet_fuel"]}],
        [
            {"metric": "leakage.quantity", "item": "{item}", "label": "All"},
            {"metric": "leakage.quantity_channel", "item": "{item}/ru_fuel", "label": "Russian"},
        ],
    )
    table = lay_out(layout, [subject("a", "One", numbers), subject("b", "Two", numbers)])
    assert [group.heading for group in table.groups] == ["One: Fuel", "Two: Fuel"]
    assert shown(table)[:2] == [["Motor fuel", "60 (50 to 70)", "20 (10 to 30)"], ["Jet fuel", "80 (70 to 90)", "–"]]


def test_where_a_column_mixes_units_each_row_says_its_own() -> None:
    numbers: Sequence[Numbers] = [
        ("stock.end", "baseline", "kb", 30.0, 20.0, 40.0),
        ("stock.end", "realised", "$m", 5.0, 4.0, 6.0),
        ("reserves.end", "baseline", "share", 0.5, 0.4, 0.6),
        ("reserves.end", "realised", "share", 0.2, 0.1, 0.3),
    ]
    columns = [{"metric": f"{name}.end", "item": "{item}", "label": name} for name in ("stock", "reserves")]
    rows = [{"item": "baseline", "label": "Before"}, {"item": "realised", "label": "After"}]
    table = lay_out(own(rows, columns), [subject(numbers=numbers)])
    assert [column.unit for column in table.columns] == ["", "%"]
    assert shown(table) == [
        ["Before (kb)", "30 (20 to 40)", "50 (40 to 60)"],
        ["After ($m)", "5 (4 to 6)", "20 (10 to 30)"],
    ]


def test_units_decimals_and_intervals_are_as_the_layout_says() -> None:
    columns = [
        {"metric": "pressure.intended", "unit": "$bn/year", "label": "Billions"},
        {"metric": "pressure.intended", "unit": "$bn/year", "decimals": 0, "label": "Rounded"},
        {"metric": "leakage.value", "unit": "1", "label": "Share"},
    ]
    table = lay_out(own("scenarios", columns), [subject()])
    assert shown(table)[0][1:] == ["3.6 (3.1 to 4.3)", "4 (3 to 4)", "0.4 (0.3 to 0.6)"]
    assert [column.unit for column in table.columns] == ["$bn a year", "$bn a year", ""]
    narrow = lay_out(own("scenarios", columns[:1], interval="replication"), [subject()])
    assert shown(narrow)[0][1] == "3.61 (3.60 to 3.63)"


def test_a_unit_of_another_kind_is_refused() -> None:
    with pytest.raises(NothingToShowError, match=r"layout own, pressure\.intended: .* cannot be shown in kb/month"):
        lay_out(own("scenarios", [{"metric": "pressure.intended", "unit": "kb/month"}]), [subject()])
    with pytest.raises(NothingToShowError, match=r"is in \$m/year, not a share"):
        lay_out(own("scenarios", [{"metric": "pressure.intended", "unit": "%"}]), [subject()])


def test_a_number_that_has_no_meaning_says_why_in_a_note() -> None:
    nothing = float("nan")
    made = subject(numbers=[*HEADLINE[:2], ("leakage.value", "", "share", nothing, nothing, nothing)])
    assert made.table is not None
    made.table.loc[made.table["metric"] == "leakage.value", "note"] = "undefined: the intended pressure is zero"
    columns = [{"metric": "pressure.intended"}, {"metric": "leakage.value"}]
    table = lay_out(own("scenarios", columns), [made])
    assert shown(table)[0][2] == "–"
    assert table.marks == {"The intended pressure is zero.": "a"}


def test_the_month_in_which_a_supplier_comes_to_the_top_has_its_name() -> None:
    first: Numbers = ("supplier.first_month_on_top", "jet_fuel/russia", "months from the start", 8.0, 7.0, 13.0)
    columns = [{"metric": "supplier.first_month_on_top", "item": "jet_fuel/russia"}]
    table = lay_out(own("scenarios", columns), [subject(numbers=[first])])
    assert shown(table)[0][1] == "2017-09 (2017-08 to 2018-02)"


def test_the_notes_say_what_a_reader_has_to_know() -> None:
    notes = [note.text for note in lay_out(read_layout(built_in_file("headline")), [subject()]).notes]
    text = " ".join(notes)
    for part in (
        "against the same world without measures",
        "36 months from January 2017, 1,000 random histories, seed 2017.",
        "the central 95 % of 200 draws of the uncertain parameters",
        "listed by leaksim cite; for the scenarios",
        "Scenario: first.",
        "leaksim 0.1.0, evidence ",
    ):
        assert part in text, part


def test_of_two_scenarios_with_one_title_both_names_are_shown_and_one_name_is_refused() -> None:
    layout = read_layout(built_in_file("headline"))
    table = lay_out(layout, [subject("a", "Same"), subject("b", "Same")])
    assert [row.label for _, row in table.rows] == ["Same (a)", "Same (b)"]
    with pytest.raises(NothingToShowError, match="two of the scenarios are called a"):
        lay_out(layout, [subject("a"), subject("a")])


def test_a_parameter_that_rests_on_what_was_assumed_says_so() -> None:
    table = lay_out(read_layout(built_in_file("parameters")), [subject()])
    rows = {row.label: [cell.text for cell in row.cells] for _, row in table.rows}
    label = next(label for label in rows if label.startswith("Enforcement of a Chinese measure on fuel"))
    assert rows[label] == ["0.66", "", "0.2 to 1", "calibrated (prior)", ""]
    assert any(note.text.startswith("Calibrated (prior): the centre of the ensemble, but") for note in table.notes)
    assert all(cell.origin and cell.origin.metric == "parameter" for _, row in table.rows for cell in row.cells)


def test_what_a_layout_asks_for_and_nobody_has_is_refused() -> None:
    with pytest.raises(NothingToShowError, match=r"nothing that the layout own asks for is there; there are leakage"):
        lay_out(own("scenarios", [{"metric": "sender.names"}]), [subject()])
    with pytest.raises(NothingToShowError, match="the layout headline needs a run or a scenario file"):
        lay_out(read_layout(built_in_file("headline")), [])
    bare = scenario_called("bare", "Bare").model_copy(update={"uncertainties": {}, "measures": ()})
    nothing = Subject("bare.yaml", "bare", "Bare", bare, None)
    with pytest.raises(NothingToShowError, match="no parameter is drawn in bare"):
        lay_out(read_layout(built_in_file("parameters")), [nothing])
    with pytest.raises(NothingToShowError, match="there is no measure in bare"):
        lay_out(read_layout(built_in_file("instruments")), [nothing])


@pytest.mark.parametrize(
    ("number", "digits", "between"),
    [
        (Number(-0.04, -0.6, 0.5, "parameter", "", 1), "0.0", "(-0.6 to 0.5)"),
        (Number(12.3, 9.0, 15.0, "parameter", "", 0, signed=True), "+12", "(9 to 15)"),
        (Number(0.2, -1.0, 1.0, "parameter", "", 0, signed=True), "0", "(-1 to 1)"),
        (Number(5.0, 5.0, 5.0, "replication", "", 0), "5", ""),
    ],
)
def test_a_number_is_written_with_its_sign_and_its_interval(number: Number, digits: str, between: str) -> None:
    assert (number.digits, number.between) == (digits, between)


def test_in_python_results_become_a_table_that_shows_and_saves_itself(tmp_path: Path) -> None:
    small = scenario(cut("motor_fuel", 0.9), months=3)
    result = leaksim.simulate(small, replications=8)
    made = leaksim.table("headline", result, title="Small")
    assert repr(made).startswith("**Small**")
    assert "<caption>Small</caption>" in made._repr_html_()
    assert shown(made)[0][0] == small.title
    made.save(tmp_path / "table.tex")
    assert r"\caption{Small}" in (tmp_path / "table.tex").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(built_in_file("time").read_text(encoding="utf-8"), encoding="utf-8")
    assert leaksim.table(str(mine), result).name == "time"


def test_in_python_comparisons_and_attributions_become_tables() -> None:
    one = scenario(cut("motor_fuel", 0.9), months=3, channels=("cn_smuggling",))
    other = scenario(cut("motor_fuel", 0.5), months=3, channels=("cn_smuggling",)).model_copy(update={"name": "other"})
    compared = leaksim.table("comparison", leaksim.compare([one, other], reference="other", replications=4))
    assert [group.heading for group in compared.groups] == ["Level in the reference", "Difference from the reference"]
    assert compared.groups[0].rows[0].cells[0].origin == Origin(
        "other", "other", "pressure.realised", "", reference="other"
    )
    leaky = scenario(*catalogue(), months=9, channels=("cn_smuggling", "ru_fuel"))
    channels = leaksim.table("channels", leaksim.attribute(leaky, replications=2))
    labels = {row.label: row.indented for _, row in channels.rows}
    indented = {"Chinese smuggling", "Russian fuel firms"}
    assert labels == {label: label in indented for label in ("China", "Russia", "Total", *indented)}
