"""The leak channels, their groups, and the arms that a run needs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product

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


def every_arm(channels: Iterable[str]) -> tuple[Arm, ...]:
    """Arms with every set of channels, and the baseline first; neighbours differ in few channels.

    Examples
    --------
    >>> [sorted(arm.channels) for arm in every_arm(["cn_slippage", "ru_fuel"])[1:]]
    [[], ['ru_fuel'], ['cn_slippage'], ['cn_slippage', 'ru_fuel']]
    """
    channels = tuple(channels)
    sets = [
        frozenset(channel for channel, is_on in zip(channels, switches, strict=True) if is_on)
        for switches in product((False, True), repeat=len(channels))
    ]
    arms = (Arm("+".join(sorted(each)) or INTENDED, measured=True, channels=each) for each in sets)
    return Arm(BASELINE, measured=False), *arms
