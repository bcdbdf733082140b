"""The examples in the code that writes the reference pages hold."""

import doctest
import importlib
import sys
from pathlib import Path

EXTENSIONS = Path(__file__).parents[2] / "docs" / "_ext"


def test_the_examples_in_the_extensions_hold() -> None:
    sys.path.insert(0, str(EXTENSIONS))
    try:
        results = [doctest.testmod(importlib.import_module(name)) for name in ("pieces", "scenario_page")]
    finally:
        sys.path.remove(str(EXTENSIONS))
    assert all(result.attempted and not result.failed for result in results)
