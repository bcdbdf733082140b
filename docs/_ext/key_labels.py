"""References labelled by their BibTeX key, which is the name that scenario files and ``leaksim sources`` use."""

from collections.abc import Iterable, Iterator

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from sphinx.application import Sphinx


class KeyLabels(BaseLabelStyle):  # type: ignore[misc]  # pybtex has no types
    """Labels that are the keys themselves."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """Yield the label of each entry."""
        return (entry.key for entry in sorted_entries)


class KeyOrder(BaseSortingStyle):  # type: ignore[misc]
    """The order of the alphabet."""

    def sorting_key(self, entry: Entry) -> str:
        """Return what an entry is sorted by."""
        return str(entry.key)


class KeyStyle(Style):  # type: ignore[misc]
    """The plain style of BibTeX with keys for labels."""

    default_label_style = KeyLabels
    default_sorting_style = KeyOrder


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the style known under the name that conf.py gives to `bibtex_default_style`."""
    register_plugin("pybtex.style.formatting", "keys", KeyStyle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
