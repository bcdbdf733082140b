"""New numbers in the content controls of a Word document."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from leaksim.paper.marks import OPENING, Mark
from leaksim.paper.numbers import MINUS
from leaksim.paper.word import tag_of
from leaksim.paper.word_reader import is_raised, parsed, w

if TYPE_CHECKING:
    from lxml.etree import _Element


def rewritten(content: bytes, stale: Mapping[Mark, str], done: list[str]) -> bytes:
    """Return a document with new numbers in the content controls of stale ones.

    Parameters
    ----------
    stale
        New text by mark.
    done
        Takes a line for each number that was rewritten.
    """
    from lxml import etree

    by_tag = {tag_of(mark): now for mark, now in stale.items()}
    sink = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            inside = source.read(part)
            if part.filename.startswith("word/") and OPENING.encode() in inside:
                root = parsed(inside)
                told = [line for control in root.iter(w("sdt")) if (line := _rewrite(control, by_tag))]
                if told:
                    inside = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
                done += told
            target.writestr(part, inside)
    return sink.getvalue()


def _rewrite(control: _Element, by_tag: Mapping[str, str]) -> str:
    """Write a number anew; leave a control that holds anything else than the number and its interval."""
    tag = control.find(f"{w('sdtPr')}/{w('tag')}")
    now = None if tag is None else by_tag.get(tag.get(w("val"), ""))
    content = control.find(w("sdtContent"))
    if now is None or content is None or any(content.iter(w("ins"), w("del"), w("sdt"))):
        return ""
    texts = [text for text in content.iter(w("t")) if not is_raised(text)]
    first, bracket, interval = now.partition(" (")
    pieces = [now] if len(texts) == 1 else [first, f"({interval}"] if bracket and len(texts) == 2 else []
    if not pieces:
        return ""
    old = " ".join(text.text or "" for text in texts)
    for text, piece in zip(texts, pieces, strict=True):
        text.text = piece.replace("-", MINUS)
    return f"{old} is now {now}"
