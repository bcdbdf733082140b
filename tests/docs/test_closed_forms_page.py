"""The page of closed forms and the tests of closed forms speak of the same things."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "background" / "closed-forms.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
FORM = re.compile(r"\bCF\d+b?\b")


def forms_by_test(file: Path) -> dict[str, set[str]]:
    """Tests of a file, and the closed forms that each says it is about."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return {function.name: set(FORM.findall(ast.get_docstring(function) or "")) for function in functions}


def test_every_test_that_the_page_names_exists() -> None:
    assert len(NAMED) > 10
    assert [name for file, name in NAMED if name not in forms_by_test(ROOT / file)] == []


def test_every_closed_form_on_the_page_has_a_test() -> None:
    for section in PAGE.split("\n## ")[1:]:
        assert re.search(r"`tests/\S+::test_\w+`", section), section.splitlines()[0]


def test_every_closed_form_that_a_test_is_about_stands_on_the_page() -> None:
    on_page = {section.split()[0] for section in PAGE.split("\n## ")[1:]}
    files = [*(ROOT / "tests" / "closed_forms").glob("test_*.py"), ROOT / "tests" / "model" / "test_tankers.py"]
    tested = set[str]().union(*(forms for file in files for forms in forms_by_test(file).values()))
    assert tested == on_page
