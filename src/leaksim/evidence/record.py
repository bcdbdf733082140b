"""What every entry of the evidence files has in common."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Grade = Literal["A", "B", "C", "D", "M"]
"""A official statistic, B single reputable source, C party or anonymous source, D derived, M from memory."""


class Record(BaseModel):
    """An entry of a data file: never changed after it is read, and no key is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)
