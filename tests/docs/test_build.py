"""The documentation builds without a warning, without a network, and asks for nothing from one."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

from leaksim.cli import COMMANDS
from leaksim.evidence.patterns import load_patterns
from leaksim.evidence.registry import load_registry

DOCS = Path(__file__).parents[2] / "docs"

LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc\s*=\s*["']?(?P<source>[^"'\s>]+)"""
    r"""|<link\b(?![^>]*\brel=["'](?:canonical|next|prev|index|search|license)["'])"""
    r"""[^>]*\bhref\s*=\s*["']?(?P<link>[^"'\s>]+)"""
    r"""|@import\s+(?:url\()?\s*["']?(?P<sheet>[^"'\s);]+)"""
    r"""|\burl\(\s*["']?(?P<picture>[^"')]+)"""
)
"""What a browser fetches without being asked: scripts, pictures, style sheets, fonts."""


def fetched(text: str) -> set[str]:
    return {next(filter(None, found.groups())) for found in LOADED.finditer(text)}


def test_the_search_for_what_pages_load_finds_it() -> None:
    text = (
        '<script async src="https://a.org/x.js"></script><link rel="stylesheet" href=//b.org/y.css>'
        '<link rel="next" href="page.html"><style>@import "http://c.org/z.css";'
        "p { background: url(https://d.org/f.woff2) }</style>"
        "<a href='https://e.org'>a link that somebody has to follow</a>"
    )
    assert fetched(text) == {"https://a.org/x.js", "//b.org/y.css", "http://c.org/z.css", "https://d.org/f.woff2"}


def test_the_pages_build_without_a_warning_and_load_nothing_from_a_network(tmp_path: Path) -> None:
    # From scratch, so that no page of an earlier build hides a warning.
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-b", "html", str(DOCS), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr

    assert_that_nothing_is_fetched(tmp_path)
    assert_that_formulas_are_drawn(tmp_path / "background")
    assert_that_nothing_is_left_out(tmp_path / "reference")


def assert_that_nothing_is_fetched(built: Path) -> None:
    pages = [path for path in built.rglob("*") if path.suffix in (".html", ".css")]
    assert len(pages) > 10
    outside = {
        f"{path.relative_to(built)}: {address}"
        for path in pages
        for address in fetched(path.read_text(encoding="utf-8"))
        if re.match(r"(?:[a-z]+:)?//", address)
    }
    assert outside == set()


def assert_that_formulas_are_drawn(background: Path) -> None:
    """As MathML, which needs no script; a formula that was not understood would show its TeX."""
    for name in ("closed-forms", "odd"):
        page = (background / f"{name}.html").read_text(encoding="utf-8")
        assert page.count("<math") > 40
        assert not re.findall(r"\\\w+", page)


def assert_that_nothing_is_left_out(reference: Path) -> None:
    parameters = (reference / "parameters.html").read_text(encoding="utf-8")
    labels = {identifier: identifier.replace(".", "-").replace("_", "-") for identifier in load_registry().parameters}
    assert [name for name, label in labels.items() if f'id="parameter-{label}"' not in parameters] == []
    instruments = (reference / "instruments.html").read_text(encoding="utf-8")
    assert [name for name in load_registry().instruments if f">{name}<" not in instruments] == []
    patterns = (reference / "patterns.html").read_text(encoding="utf-8")
    shown = [*load_patterns().computed, *(entry.title for entry in load_patterns().not_computed.values())]
    assert [words for words in shown if words not in unescape(patterns)] == []
    commands = (reference / "commands.html").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"leaksim {name}" not in commands] == []
