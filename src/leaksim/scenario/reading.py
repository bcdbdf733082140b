"""From a file on disk to located values: size, encoding and YAML syntax."""

import difflib
import re
import warnings
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError

from leaksim.scenario.positions import MOST_NODES, Located, Locator
from leaksim.scenario.problems import Place, Problem, ScenarioProblems, Source

LARGEST_FILE = 2**20
DEEPEST_NESTING = 24

HINTS = {
    "mapping values are not allowed": "text that contains a colon has to be in quotes",
    "could not find expected ':'": "a line needs the form `key: value`, with a space after the colon",
    "cannot start any token": "indent with spaces, not tabs, and quote text that starts with a symbol",
    "expected <block end>": "lines of one block have to start in the same column",
    "unexpected end of stream": "a quote or a bracket is never closed",
    "found another document": "one file holds one scenario; remove the line `---`",
    "expected ',' or": "a bracket is never closed, or a comma is missing",
}

_STARTERS = {"scenario": "leaksim new", "layout": "leaksim table --write-layout", "study": "leaksim new --study"}


class _BoundedComposer(Composer):
    """Stops as soon as a file holds more values, or nests them deeper, than any scenario can need."""

    _nodes = 0
    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self._nodes += 1
        self._depth += 1
        if self._nodes > MOST_NODES:
            self._stop(f"more than {MOST_NODES:,} values")
        if self._depth > DEEPEST_NESTING:
            self._stop(f"nested more than {DEEPEST_NESTING} levels deep")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _stop(self, problem: str) -> NoReturn:
        raise _TooMuchError(problem=problem, problem_mark=self.parser.peek_event().start_mark)


class _TooMuchError(MarkedYAMLError):
    """Valid YAML, but not a scenario."""


def read_located(path: Path, shown: Path, what: str = "scenario") -> tuple[Located, list[Problem]]:
    """Read one YAML file.

    Parameters
    ----------
    path : Path
        The file.
    shown : Path
        The name by which messages call it.
    what : str
        What the file holds: a `scenario`, a `layout` or a `study`.

    Returns
    -------
    tuple
        The mapping at the top of the file and the problems that did not prevent reading it
        (such as a key that is written twice).

    Raises
    ------
    ScenarioProblems
        When the file cannot be read at all, is not text, is not YAML or holds no mapping.
    """
    text = _text_of(path, shown)
    source = Source(shown, _lines(text))
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _BoundedComposer
    try:
        with warnings.catch_warnings():
            # An anchor that is defined again simply holds from there on.
            warnings.simplefilter("ignore")
            node = yaml.compose(text)
            locator = Locator(source, yaml.constructor.construct_object)
            located = locator.locate(node) if isinstance(node, Node) else Located(None, Place(source))
    except _TooMuchError as error:
        raise _refusal(str(error.problem), _marked(source, error)) from None
    except MarkedYAMLError as error:
        raise _refusal(_syntax_message(error), _marked(source, error)) from None
    except ReaderError as error:
        lines = _lines(text[: error.position])
        place = Place(source, len(lines), len(lines[-1]) + 1)
        raise _refusal("this character is not allowed in YAML text", place) from None
    except YAMLError as error:
        raise _refusal(f"not YAML: {error}", Place(source)) from None
    if located.value is None and not locator.problems:
        hint = f": `{_STARTERS[what]}` writes one to start from" if what in _STARTERS else ""
        raise _refusal(f"the file is empty{hint}", Place(source))
    if not isinstance(located.value, dict):
        if locator.problems:
            raise ScenarioProblems(locator.problems)
        kind = "a list" if isinstance(located.value, list) else "a single value"
        raise _refusal(f"the file holds {kind}; a {what} consists of `key: value` lines", located.place)
    return located, locator.problems


def similar_files(path: Path) -> tuple[str, ...]:
    """Return the YAML file in the same folder whose name looks most like that of ``path``, if any does."""
    siblings = [file.name for file in path.parent.glob("*.yaml")]
    return tuple(difflib.get_close_matches(path.name, siblings, n=1))


def _text_of(path: Path, shown: Path) -> str:
    nowhere = Place(Source(shown))
    try:
        if path.is_dir():
            raise _refusal("this is a folder, not a file", nowhere)
        size = path.stat().st_size
        if not path.is_file():
            raise _refusal("this is not an ordinary file", nowhere)
        if size > LARGEST_FILE:
            raise _refusal(f"{size:,} bytes are too many: a scenario has at most {LARGEST_FILE:,}", nowhere)
        raw = path.read_bytes()
    except FileNotFoundError:
        problem = Problem("there is no such file", nowhere, nearest=similar_files(path))
        raise ScenarioProblems([problem]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise _refusal(f"the file cannot be read: {reason}", nowhere) from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refusal("the file is saved as UTF-16; save it as UTF-8", nowhere)
    if b"\0" in raw:
        raise _refusal("this is not a text file", nowhere)
    try:
        # One kind of line end, so that the lines shown are the lines YAML counts.
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        readable = _lines(raw.decode("utf-8", errors="replace"))
        column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        place = Place(Source(shown, readable), line, column)
        raise _refusal("this character is not UTF-8; save the file as UTF-8", place) from None


def _lines(text: str) -> list[str]:
    # str.splitlines knows line ends that YAML does not count.
    return re.split(r"[\n\x85\u2028\u2029]", text)


def _syntax_message(error: MarkedYAMLError) -> str:
    problem = error.problem or error.context or "not YAML"
    hint = next((text for sign, text in HINTS.items() if sign in problem), None)
    return f"not valid YAML: {problem}" + (f" ({hint})" if hint else "")


def _marked(source: Source, error: MarkedYAMLError) -> Place:
    # What is never closed is mistaken where it was opened, not where the file ends.
    endless = "stream end" in str(error.problem) or "end of stream" in str(error.problem)
    mark = (error.context_mark if endless else None) or error.problem_mark or error.context_mark
    return Place(source, mark.line + 1, mark.column + 1) if mark else Place(source)


def _refusal(message: str, place: Place) -> ScenarioProblems:
    return ScenarioProblems([Problem(message, place)])
