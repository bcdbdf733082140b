"""Small pieces of HTML."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape


def paragraphs(text: str) -> str:
    r"""Write a text of one or more paragraphs.

    >>> paragraphs("a < b")
    '<p>a &lt; b</p>\n'
    """
    return "".join(f"<p>{escape(' '.join(part.split()))}</p>\n" for part in text.split("\n\n") if part.strip())


def items(texts: Iterable[str]) -> str:
    """Write a list of texts; nothing for no text."""
    lines = "".join(f"<li>{escape(text)}</li>\n" for text in texts)
    return f"<ul>\n{lines}</ul>\n" if lines else ""


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Write names and what they stand for; what is empty is left out."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>\n" for name, text in pairs if text)
    return f"<dl>\n{lines}</dl>\n"


def section(name: str, heading: str, content: str) -> str:
    """Write a part of the page with its heading."""
    return (
        f'<section id="{name}" aria-labelledby="{name}-heading">\n'
        f'<h2 id="{name}-heading">{escape(heading)}</h2>\n{content}</section>\n'
    )


def download(name: str, words: str, kind: str, content: bytes) -> str:
    """Write a link that saves a file which the page carries.

    Parameters
    ----------
    name
        Of the file.
    words
        Of the link.
    kind
        Media type.
    """
    data = b64encode(content).decode("ascii")
    return f'<a download="{escape(name)}" href="data:{kind};base64,{data}">{escape(words)}</a>'


def downloads(what: str, links: Sequence[str]) -> str:
    """Write links that save files."""
    return f'<p class="downloads">{escape(what)}: {", ".join(links)}</p>\n'


def json_script(name: str, document: Mapping[str, object]) -> str:
    r"""Write data that programs read from the page.

    >>> json_script("a", {"b": "</script>"})
    '<script type="application/json" id="a">{"b":"\\u003c/script>"}</script>\n'
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Nothing in the data may end the script.
    safe = text.replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{safe}</script>\n'
