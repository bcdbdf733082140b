"""The monitor: what of each flow shows in customs, mirror statistics and ship tracking.

Every flow has a visible share; the recorded series is the true one times that share.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from leaksim.engine.lanes import Floats
from leaksim.model.parameters import Parameters

_VISIBILITY_OF_CHANNEL = {
    "cn_slippage": "slippage",
    "cn_smuggling": "smuggling",
    "ru_fuel": "russian_fuel",
    "ru_labour": "workers",
    "ru_port": "port",
    "sts_third": "tankers",
    "un_dilution": "official",
}


def visible_share(parameters: Parameters, channel: str | None) -> Floats:
    """Share of what a channel brings that is recorded, ``(1, 1 or lane)``; None stands for permitted trade."""
    kind = "official" if channel is None else _VISIBILITY_OF_CHANNEL[channel]
    return parameters[f"monitor.visible.{kind}"]


def seen(parameters: Parameters, leaked: Mapping[str, Floats]) -> Floats:
    """Part that is recorded of what leaked by each channel, ``(arm, lane)``."""
    total: Floats = np.sum([visible_share(parameters, channel) * amount for channel, amount in leaked.items()], axis=0)
    return total
