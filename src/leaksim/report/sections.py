"""Parts of a report that are shown on request, with ``leaksim run --show``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rich.console import RenderableType

from leaksim.report.displacement import displacement_report
from leaksim.report.section_names import SectionName
from leaksim.report.time import time_report

if TYPE_CHECKING:
    from leaksim.simulation import Result

SECTIONS: Mapping[SectionName, Callable[[Result], RenderableType]] = {
    "displacement": displacement_report,
    "time": time_report,
}
"""What makes each section from the result of a scenario; it must fit on 80 columns."""
