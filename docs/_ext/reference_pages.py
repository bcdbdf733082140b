"""Write the reference pages before a build: parameters, figures, instruments, patterns, scenario files, commands.

They follow from the package, so they are not kept beside it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import commands_page
import evidence_pages
import instruments_page
import patterns_page
import scenario_page
from sphinx.application import Sphinx

PAGES: Mapping[str, Callable[[], str]] = {
    "parameters": evidence_pages.parameters,
    "figures": evidence_pages.figures,
    "instruments": instruments_page.instruments,
    "patterns": patterns_page.patterns,
    "scenario-file": scenario_page.scenario_file,
    "commands": commands_page.commands,
}
"""Name of each page in the folder ``reference``, and what writes it."""


def write_pages(folder: Path) -> None:
    """Write every page whose text has changed, so that Sphinx reads the others no second time."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        path, text = folder / f"{name}.md", page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages as soon as Sphinx knows where its sources are."""
    app.connect("builder-inited", lambda app: write_pages(Path(app.srcdir) / "reference"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
