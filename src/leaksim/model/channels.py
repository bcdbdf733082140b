"""The leak channels, their groups, and the arms that a run needs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from leaksim.engine.lanes import Arm

GROUP_OF_CHANNEL = {
    "cn_slippage": "china",
    "cn_smuggling": "china",
    "ru_fuel": "russia",
    "ru_labour": "russia",
    "ru_port": "russia",
    "sts_third": "third",
    "un_dilution": "council",
}
"""Channel to group. Off means that the party does what the measure asks and otherwise what it did at baseline."""

CHANNELS = tuple(GROUP_OF_CHANNEL)
GROUPS = tuple(dict.fromkeys(GROUP_OF_CHANNEL.values()))

BASELINE, INTENDED, REALISED = "baseline", "intended", "realised"


def groups_with(channels: Iterable[str]) -> tuple[str, ...]:
    """Return the groups that have at least one of `channels`, in fixed order."""
    present = {GROUP_OF_CHANNEL[channel] for channel in channels}
    return tuple(group for group in GROUPS if group in present)


def arms_for(channels: Iterable[str]) -> tuple[Arm, ...]:
    """Arms that say how much leaks and through which group.

    Parameters
    ----------
    channels
        The channels that the scenario leaves on.

    Returns
    -------
    tuple of Arm
        The baseline (no measure), the intended arm (measure, every channel off), the arms in which only some groups
        are on, named after them with ``+`` between, and the realised arm (all channels on) last.

    Examples
    --------
    >>> [arm.name for arm in arms_for(["cn_slippage", "ru_fuel"])]
    ['baseline', 'intended', 'china', 'russia', 'realised']
    """
    channels = tuple(channels)
    groups = groups_with(channels)
    arms = [Arm(BASELINE, measured=False), Arm(INTENDED, measured=True)]
    for size in range(1, len(groups)):
        for chosen in combinations(groups, size):
            kept = frozenset(channel for channel in channels if GROUP_OF_CHANNEL[channel] in chosen)
            arms.append(Arm("+".join(chosen), measured=True, channels=kept))
    arms.append(Arm(REALISED, measured=True, channels=frozenset(channels)))
    return tuple(arms)
