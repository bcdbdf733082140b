"""Reading the data files of the registry.

The files are YAML, read by libyaml into text only; the pydantic models decide what is a number or a date.
So no value changes its meaning because of how it looks (``NO`` stays a word), and the whole registry loads
in a fraction of the time that a YAML parser written in Python needs.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from leaksim.evidence.errors import EvidenceError
from leaksim.evidence.record import Record

DATA = Path(__file__).parent / "data"
NAMES = ("figures.yaml", "instruments.yaml", "parameters.yaml", "sources.bib", "units.txt")
"""Files that runs rest on."""

OBSERVED = ("china_trade_monthly.csv", "not_computed.yaml", "patterns.yaml", "pump_prices.csv")
"""Files that the model is held against; no run depends on them."""

RecordT = TypeVar("RecordT", bound=Record)


def read_records(path: Path, record: type[RecordT]) -> dict[str, RecordT]:
    """Read a data file that maps ids to entries.

    Parameters
    ----------
    path : Path
        The YAML file.
    record : type
        The model of one entry; it has a field ``id``, which in the file is the key.

    Returns
    -------
    dict of str to record
        The entries in the order of the file.

    Raises
    ------
    EvidenceError
        The file is not YAML, a key stands twice, or an entry breaks its model.
    """
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        raw = _plain(yaml.compose(path.read_text(encoding="utf-8"), Loader=loader))
        entries = {identifier: {"id": identifier, **body} for identifier, body in raw.items()}
        return TypeAdapter(dict[str, record]).validate_python(entries)  # type: ignore[valid-type]
    except (yaml.YAMLError, ValidationError, EvidenceError, TypeError, AttributeError) as problem:
        raise EvidenceError(f"{path.name}: {problem}") from problem


def digest(folder: Path = DATA, names: Iterable[str] = NAMES) -> str:
    """SHA-256 over the names and bytes of data files."""
    total = hashlib.sha256()
    for name in names:
        content = (folder / name).read_bytes()
        total.update(f"{name} {len(content)}\n".encode() + content)
    return total.hexdigest()


def require(wanted: Iterable[str], present: Mapping[str, object], file: str) -> None:
    """Make sure that what an entry refers to is there.

    Raises
    ------
    EvidenceError
        For the first name that is not.
    """
    for name in wanted:
        if name not in present:
            raise EvidenceError(f"'{name}' is referred to but not in {file}")


def _plain(node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    keys = [key.value for key, _ in node.value]
    if len(set(keys)) < len(keys):
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise EvidenceError(f"{', '.join(twice)} stands twice in one mapping")
    return {key.value: _plain(value) for key, value in node.value}
