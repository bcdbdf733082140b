"""References as CSL JSON, which Zotero, Mendeley, pandoc and the add-ins of Word read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pybtex.database import Entry, Person

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_FIELDS = {
    "title": "title",
    "journal": "container-title",
    "volume": "volume",
    "number": "issue",
    "pages": "page",
    "publisher": "publisher",
    "howpublished": "source",
    "version": "version",
    "note": "note",
    "doi": "DOI",
    "url": "URL",
}
"""Name in CSL of each field of BibTeX."""


def csl_items(bibtex: str) -> list[dict[str, Any]]:
    """Turn BibTeX entries into the items of a CSL JSON document, in the same order.

    >>> csl_items("@article{nash1950, author = {Nash, John F.}, title = {The Bargaining Problem}, year = 1950}")
    [{'id': 'nash1950', 'type': 'article-magazine', 'author': [{'family': 'Nash', 'given': 'John F.'}], \
'title': 'The Bargaining Problem', 'issued': {'date-parts': [[1950]]}}]
    """
    from pybtex.database.input.bibtex import Parser

    return [_item(key, entry) for key, entry in Parser().parse_string(bibtex).entries.items()]


def _item(key: str, entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {"id": key, "type": _type(entry)}
    if authors := entry.persons.get("author"):
        item["author"] = [_name(person) for person in authors]
    for name, csl in _FIELDS.items():
        # What BibTeX has to be told in words, CSL knows from the type.
        if name in entry.fields and not (item["type"] == "software" and name == "howpublished"):
            item[csl] = _plain(entry.fields[name]).replace("--", "–" if name == "pages" else "--")
    if "year" in entry.fields:
        month = str(entry.fields.get("month", ""))[:3].lower()
        parts = [int(entry.fields["year"]), *([_MONTHS.index(month) + 1] if month in _MONTHS else [])]
        item["issued"] = {"date-parts": [parts]}
    return item


def _type(entry: Entry) -> str:
    if entry.type == "software" or entry.fields.get("type") == "software":
        return "software"
    if entry.type == "article":
        return "article-journal" if "volume" in entry.fields else "article-magazine"
    return {"book": "book", "techreport": "report", "incollection": "chapter", "phdthesis": "thesis"}.get(
        entry.type, "document"
    )


def _name(person: Person) -> dict[str, str]:
    last, given = (
        " ".join(map(_plain, names)) for names in (person.last_names, person.first_names + person.middle_names)
    )
    # An organisation stands in braces of its own, and pybtex takes it for one last name.
    if not given and not person.prelast_names:
        return {"literal": last}
    prelast = " ".join(map(_plain, person.prelast_names))
    return {"family": last, "given": given} | ({"non-dropping-particle": prelast} if prelast else {})


def _plain(text: str) -> str:
    from pybtex.richtext import Text

    return str(Text.from_latex(text))
