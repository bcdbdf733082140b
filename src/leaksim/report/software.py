"""How to cite leaksim itself, from the file CITATION.cff of the project."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leaksim.errors import LeaksimError

_PACKAGE = Path(__file__).parents[1]
_PLACES = (_PACKAGE / "CITATION.cff", _PACKAGE.parents[1] / "CITATION.cff")
"""Where the file is: a built package has a copy inside; in the tree of the project it stands at the top."""

KEY = "leaksim"
"""BibTeX key of leaksim."""


class NoCitationError(LeaksimError):
    """The file that says how to cite leaksim is missing."""


@cache
def citation() -> dict[str, Any]:
    """Read CITATION.cff.

    Raises
    ------
    NoCitationError
        When it is missing.
    """
    for place in _PLACES:
        if place.is_file():
            content: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
            return content
    raise NoCitationError("CITATION.cff is missing from this installation; install leaksim again")


def software_bibtex() -> str:
    """Write the BibTeX entry of leaksim."""
    found = citation()
    fields = {
        "author": " and ".join(_author(each) for each in found["authors"]),
        "title": f"{{{found['title']}}}",
        "version": str(found["version"]),
        "type": "software",
        "howpublished": f"Computer software, version {found['version']}",
        "year": str(found["date-released"])[:4] if "date-released" in found else None,
        "doi": found.get("doi"),
        "url": found.get("url") or found.get("repository-code"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{KEY},", *lines, "}"]) + "\n"


def software_reference() -> str:
    """Write the reference to leaksim as one line of text."""
    found = citation()
    authors = ", ".join(_author(each).strip("{}") for each in found["authors"])
    year = f", {str(found['date-released'])[:4]}" if "date-released" in found else ""
    return f"{authors}. {found['title']}. Computer software, version {found['version']}{year}."


def _author(author: dict[str, str]) -> str:
    if "name" in author:
        return f"{{{author['name']}}}"
    return ", ".join(filter(None, (author.get("family-names", ""), author.get("given-names", ""))))
