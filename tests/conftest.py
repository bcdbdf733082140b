"""What all tests share: the folder of helpers, and the way to rewrite the golden tables."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate-golden", action="store_true", help="rewrite the golden tables from what leaksim now computes"
    )
