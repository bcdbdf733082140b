"""Whatever happens to a valid file, the answer is a scenario or a list of problems, never a traceback."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaksim.scenario.loading import check_scenario
from leaksim.scenario.problems import ScenarioProblems

VALID = (Path(__file__).parent / "data" / "everything.yaml").read_text(encoding="utf-8")
STANDALONE = VALID.replace("extends: base/article_2017.yaml\n", "").replace(
    "period:\n", "period:\n  start: 2017-01-01\n"
)
LINES = STANDALONE.splitlines()

# Values that have surprised a reader of YAML before, and marks that change the meaning of a line.
SNIPPETS = st.sampled_from(
    [
        *(
            "null",
            "~",
            "true",
            "on",
            "NO",
            ".nan",
            "-.inf",
            "1e999",
            "0101",
            "0x1F",
            "1:30",
            "-1",
            "0",
            "1" * 400,
        ),
        *("2017-02-30", "2017-01-01T10:00:00Z", "9999-12-31", "'", '"', "[", "]", "{", "}", ":", ": ", "- "),
        *(
            "? ",
            "# ",
            "| ",
            "> ",
            "&a ",
            "*a",
            "!!set ",
            "!x ",
            "%",
            "@",
            "`",
            "\t",
            "---",
            "...",
            "<<: *a",
            "\\",
        ),
        *(
            "100 %",
            "160 kb/month",
            "5 kb**9999",
            "1 $m/$bn",
            "7 /year",
            "한국",
            "\u2028",
            "\x85",
            "\ufeff",
            "é",
        ),
        *("[[[[[]]]]]", "{a: {b: {c: 1}}}", "[]", "{}", "''", "a.b.c", "use: registry", "rivals: all"),
    ]
)


@st.composite
def mutated_files(draw: st.DrawFn) -> str:
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        column = draw(st.integers(0, len(line)))
        snippet = draw(SNIPPETS | st.text(max_size=6))
        change = draw(st.sampled_from(["insert", "value", "delete", "double", "swap", "cut", "indent"]))
        if change == "insert":
            lines[place] = line[:column] + snippet + line[column:]
        elif change == "value":
            lines[place] = line.partition(":")[0] + ": " + snippet
        elif change == "delete":
            lines[place] = ""
        elif change == "double":
            lines.insert(place, line)
        elif change == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], line
        elif change == "cut":
            lines[place] = line[:column]
        else:
            lines[place] = "  " + line
    return "\n".join(lines) + "\n"


def assert_scenario_or_problems(file: Path) -> None:
    scenario, problems = check_scenario(file)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert (scenario is None) == bool(errors)
    assert str(ScenarioProblems(problems)).count("\n") >= len(problems) - 1
    for problem in problems:
        assert problem.as_json()["line"] == problem.place.line >= 1
        assert problem.place.column >= 1


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutated") / "mutated.yaml"


def test_the_file_to_be_mutated_is_valid(file: Path) -> None:
    file.write_text(STANDALONE, encoding="utf-8")
    assert check_scenario(file)[0] is not None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=mutated_files())
def test_a_mutated_file_gives_a_scenario_or_problems(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert_scenario_or_problems(file)


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_give_a_scenario_or_problems(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert_scenario_or_problems(file)
