"""The page for Python speaks of every public name, and of no other."""

import re
from pathlib import Path

import leaksim

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text(encoding="utf-8")


def test_the_page_for_python_has_every_public_name() -> None:
    documented = set(re.findall(r"^\.\. auto(?:function|class):: (\w+)", PAGE, flags=re.MULTILINE))
    assert documented == {name for name in leaksim.__all__ if not name.startswith("_")}
