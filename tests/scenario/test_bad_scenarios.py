"""Each file in bad_scenarios has one kind of mistake and stands beside the message it has to cause.

``python tests/scenario/test_bad_scenarios.py`` writes the messages anew: read the difference before keeping it.
"""

from pathlib import Path

import pytest

from leaksim.scenario.loading import check_scenario
from leaksim.scenario.problems import ScenarioProblems

FOLDER = Path(__file__).parents[1] / "bad_scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))


def message_for(file: Path) -> str:
    scenario, problems = check_scenario(file)
    assert scenario is None
    return str(ScenarioProblems(problems)).replace(f"{FOLDER}/", "") + "\n"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_bad_file_is_refused_with_its_message(file: Path) -> None:
    assert message_for(file) == file.with_suffix(".expected").read_text(encoding="utf-8")


def test_every_message_has_its_file() -> None:
    assert {file.stem for file in FOLDER.glob("*.expected")} == {file.stem for file in FILES}


if __name__ == "__main__":
    for one in FILES:
        one.with_suffix(".expected").write_text(message_for(one), encoding="utf-8")
