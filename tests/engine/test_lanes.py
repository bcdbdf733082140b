"""Lanes, blocks and arms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaksim.engine.lanes import LANES_PER_BLOCK, Arm, Block, blocks_of, mask


@given(st.integers(1, 5000))
def test_blocks_hold_every_lane_once_and_in_order(lanes: int) -> None:
    blocks = blocks_of(lanes)
    numbers = np.concatenate([block.lane_numbers[: block.lanes] for block in blocks])
    assert numbers.tolist() == list(range(lanes))
    assert [block.index for block in blocks] == list(range(len(blocks)))
    assert all(block.lanes == LANES_PER_BLOCK for block in blocks[:-1])


@given(st.integers(1, LANES_PER_BLOCK))
def test_a_block_is_computed_in_whole_eights(lanes: int) -> None:
    width = Block(0, lanes).width
    assert width % 8 == 0
    assert lanes <= width < lanes + 8


def test_a_run_without_lanes_is_refused() -> None:
    with pytest.raises(ValueError, match="not 0"):
        blocks_of(0)


def test_a_mask_has_one_factor_per_arm() -> None:
    arms = Arm("baseline", measured=False), Arm("realised", measured=True, channels=frozenset({"ru_fuel"}))
    assert mask("ru_fuel" in arm.channels for arm in arms).tolist() == [[0.0], [1.0]]
