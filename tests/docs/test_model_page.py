"""The description of the model speaks of the whole model, in the order in which it runs."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

from leaksim.evidence.registry import load_registry
from leaksim.model import schedule
from leaksim.model.channels import CHANNELS, GROUP_OF_CHANNEL
from leaksim.model.stream_names import STREAM_NUMBERS

PAGE = (Path(__file__).parents[2] / "docs" / "background" / "odd.md").read_text(encoding="utf-8")

ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialisation",
    "Input data",
    "Submodels",
)
"""Of the ODD protocol, 2020."""

CONCEPTS = (
    *("Basic principles", "Emergence", "Individual decision making", "Learning", "Individual sensing"),
    *("Individual prediction", "Interaction", "Collectives", "Heterogeneity", "Stochasticity", "Observation"),
)
"""Design concepts of ODD with those of ODD+D."""


def test_the_page_has_the_elements_and_concepts_of_the_protocol_in_order() -> None:
    assert tuple(re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)) == ELEMENTS
    concepts = PAGE[PAGE.index("## Design concepts") : PAGE.index("## Initialisation")]
    assert set(re.findall(r"^\*\*(.+?)\.\*\*", concepts, flags=re.MULTILINE)) == set(CONCEPTS)


def test_every_parameter_has_its_place_in_the_model() -> None:
    named = re.findall(r"\{par\}`([^`]+)`", PAGE)
    assert [each for each in load_registry().parameters if not any(fnmatchcase(each, name) for name in named)] == []


def test_the_days_of_a_month_are_those_of_the_clock() -> None:
    table = PAGE[PAGE.index("| moment |") : PAGE.index("## Design concepts")]
    moments = [float(number) for number in re.findall(r"^\| (-?[\d.]+) \|", table, flags=re.MULTILINE)]
    assert moments == sorted(moments, key=lambda moment: (moment < 0, moment))
    assert set(moments) == {value for value in vars(schedule).values() if isinstance(value, float)}


def test_every_channel_and_its_group_are_described() -> None:
    rows = {channel: group for group, channel in re.findall(r"^\| (\w+) \| `(\w+)` \|", PAGE, flags=re.MULTILINE)}
    assert rows == {channel: GROUP_OF_CHANNEL[channel] for channel in CHANNELS}


def test_every_stream_of_draws_is_listed() -> None:
    table = PAGE[PAGE.index("### Random draws") :]
    listed: set[str] = set()
    for cell in re.findall(r"^\| (`.+?) \|", table, flags=re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", cell)
        stem = first.rpartition(".")[0]
        listed |= {first, *(f"{stem}{other}" if other.startswith(".") else other for other in others)}
    patterns = [re.sub(r"<\w+>", "*", name) for name in listed]
    assert [name for name in STREAM_NUMBERS if not any(fnmatchcase(name, pattern) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in STREAM_NUMBERS)] == []
