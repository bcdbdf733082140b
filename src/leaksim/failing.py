"""Blocks that failed each time they were tried."""

from __future__ import annotations

from collections.abc import Mapping

from leaksim.engine.executor import Failure
from leaksim.engine.lanes import Block
from leaksim.errors import LeaksimError
from leaksim.store.blocks import KeptBlocks

_TOLD = 10
"""Blocks that failed, of which each is told."""


class BlocksFailedError(LeaksimError):
    """Blocks failed each time they were tried, so some runs are not complete."""

    def __init__(self, why: str, blocks: Mapping[str, Failure] | None = None) -> None:
        super().__init__(why)
        self.blocks = blocks or {}
        """Each block in words, with what is left of it, where a study can be used without them."""


def block_words(block: Block, blocks: int) -> str:
    """Say which block it is of so many.

    >>> block_words(Block(1, 488), 2)
    'block 2 of 2 (random histories 512 to 999)'
    """
    first = int(block.lane_numbers[0])
    return f"block {block.index + 1} of {blocks} (random histories {first:,} to {first + block.lanes - 1:,})"


def why_failed(failures: Mapping[str, Failure], kept: KeptBlocks | None) -> str:
    """Say which blocks could not be run, and leave the tracebacks beside the others if they are kept."""
    lines = [f"{where} failed twice: {each.error}" for where, each in failures.items()]
    in_full = [f"{line}\n{each.traceback}" for line, each in zip(lines, failures.values(), strict=True)]
    told = in_full if kept is None else lines
    more = [f"and {len(told) - _TOLD:,} more"] if len(told) > _TOLD else []
    text = "\n".join([*told[:_TOLD], *more])
    if kept is None:
        return text
    file = kept.note_failure("\n".join(in_full))
    return f"{text}; see {file}"
