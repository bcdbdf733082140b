"""Text that LaTeX sets as it was written, and how much room it takes."""

from __future__ import annotations

import re
import unicodedata

_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{NO-BREAK SPACE}": "~",
    "\N{THIN SPACE}": r"\,",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
    "\N{MINUS SIGN}": r"\ensuremath{-}",
    "\N{MULTIPLICATION SIGN}": r"\ensuremath{\times}",
    "\N{LESS-THAN OR EQUAL TO}": r"\ensuremath{\leq}",
    "\N{GREATER-THAN OR EQUAL TO}": r"\ensuremath{\geq}",
    "\N{ALMOST EQUAL TO}": r"\ensuremath{\approx}",
    "\N{RIGHTWARDS ARROW}": r"\ensuremath{\rightarrow}",
}
"""What stands in a LaTeX file for letters that mean something else there."""

_LIGATURE = re.compile(r"-(?=-)|,(?=,)|'(?=')")
"""Letters that would melt into another one with the next."""

_QUOTE = re.compile(r'(?P<opening>(?<!\S)")|"')
"""The straight quotation mark, for which older fonts of LaTeX have no letter; at the start of a word it opens."""

_BLANKS = re.compile(r"[\x00-\x20\x7f]+")
"""Blanks, line ends, and characters that no printer has."""

_LONG_NAME = 12
"""Letters from which on a word may be broken after its dots, underscores and slashes."""

_KNOWN_TO_PDFLATEX = re.compile(r"[\x20-\x7e\xa0-\u017f\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u20ac\u2122]")
"""Latin letters and the usual signs: what every LaTeX since 2018 sets without another package."""

_WIDE, _NARROW = "MWmw%@&—", "ijlft.,:;'|!()[] "

_WIDER_WHEN_SMALL = 0.045
"""By how much type of Computer Modern is wider, in relation to its size, for each point below ten."""


def latex_text(text: str) -> str:
    r"""Write text so that LaTeX shows it as it is; line ends become blanks, as LaTeX would have them.

    >>> print(latex_text("95 % of $m, cn_smuggling"))
    95 \% of \$m, cn\_smuggling
    """
    commands = "".join(_COMMANDS.get(letter, letter) for letter in _BLANKS.sub(" ", text))
    apart = _LIGATURE.sub(lambda found: f"{found[0]}{{}}", commands)
    return _QUOTE.sub(lambda found: f"\\textquotedbl{'left' if found['opening'] else 'right'}{{}}", apart)


def breakable(text: str) -> str:
    r"""Write text in which long names may be broken after dots, underscores and slashes.

    >>> print(breakable("suppliers.capacity in kb/month"))
    suppliers.\allowbreak{}capacity in kb/month
    """
    return " ".join(_breakable_word(word) for word in latex_text(text).split(" "))


def _breakable_word(word: str) -> str:
    if len(word) < _LONG_NAME:
        return word
    return re.sub(r"(?<=\w)(\\_|[./])(?=\w)", r"\1\\allowbreak{}", word)


def needs_another_engine(text: str) -> bool:
    """Say whether some letters are beyond pdfLaTeX, so that LuaLaTeX and a font that has them are needed.

    >>> needs_another_engine("Größe − 5 %"), needs_another_engine("조선"), needs_another_engine("Хасан")
    (False, True, True)
    """
    return any(letter not in _COMMANDS and not _KNOWN_TO_PDFLATEX.match(letter) for letter in text if letter.strip())


def width(text: str, size: float) -> float:
    """Estimate the width of a line in points, rather too wide than too narrow.

    Parameters
    ----------
    size
        Of the type, in points. Small type is wider in relation to its size.
    """
    return size * (1.0 + _WIDER_WHEN_SMALL * (10.0 - size)) * sum(map(_share_of_size, text))


def wrapped(text: str, room: float, size: float) -> list[str]:
    """Break text at blanks into lines of some width in points; a word that is wider has a line of its own."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _share_of_size(letter: str) -> float:
    if letter in _WIDE or unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.33
    return 0.74 if letter.isupper() else 0.5
