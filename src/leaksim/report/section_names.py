"""Names of the parts of a report that are shown on request, apart from what makes them, which takes long to import."""

from typing import Literal

SectionName = Literal["displacement", "time"]
