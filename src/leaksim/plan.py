"""The plan of a run: which arms, how many lanes, and the parameter values of each lane."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from leaksim.engine.lanes import Arm, Block, Floats
from leaksim.evidence.registry import load_registry
from leaksim.model.channels import arms_for
from leaksim.model.parameters import Parameters
from leaksim.scenario.schema import Scenario, Uncertainty

_USUAL_DRAWS = 200
"""Parameter draws where a scenario has uncertainties but does not say how many."""

_UNCERTAINTY_STREAMS = 2**32
"""Stream numbers of uncertain parameters start here, beyond those of the agents."""


@dataclass(frozen=True)
class Plan:
    """How a scenario is run."""

    scenario: Scenario
    arms: tuple[Arm, ...]
    lanes: int
    """Random histories in all."""
    draws: int
    """Draws of the uncertain parameters; 1 without uncertainties. Lane r carries draw r mod `draws`."""
    seed: int
    deterministic: bool

    def parameters(self, block: Block) -> Parameters:
        """Parameter values of a block: assumptions over registry defaults, uncertain ones drawn per lane."""
        values: dict[str, float | str | Floats] = {
            identifier: self.scenario.assumptions.get(identifier, parameter.value)
            for identifier, parameter in load_registry().parameters.items()
        }
        draw_of_lane = block.lane_numbers % self.draws
        for identifier, uncertainty in self.scenario.uncertainties.items():
            values[identifier] = self._draws_of(identifier, uncertainty)[draw_of_lane][None]
        return Parameters(values)

    def _draws_of(self, identifier: str, uncertainty: Uncertainty) -> Floats:
        """All draws of one parameter, shape ``(draw,)``; the first ones do not depend on how many there are."""
        key = (0, _UNCERTAINTY_STREAMS + crc32(identifier.encode()))
        generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=key)))
        uniform = generator.random(self.draws)
        return quantile(uncertainty, np.full_like(uniform, 0.5) if self.deterministic else uniform)


def plan(
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    deterministic: bool = False,
) -> Plan:
    """Decide on arms, lanes and draws; the arguments override the scenario's `run` section.

    With uncertainties, `replications` counts the lanes of each draw if the scenario says how many draws; otherwise
    it counts all lanes, and they are spread over up to 200 draws.
    """
    lanes = scenario.run.replications if replications is None else replications
    draws = 1
    if scenario.uncertainties and scenario.run.draws is not None:
        draws = scenario.run.draws
        lanes *= draws
    elif scenario.uncertainties:
        draws = min(_USUAL_DRAWS, lanes)
    channels = [name for name, is_on in scenario.channels if is_on]
    return Plan(
        scenario=scenario,
        arms=arms_for(channels),
        lanes=lanes,
        draws=draws,
        seed=scenario.run.seed if seed is None else seed,
        deterministic=deterministic,
    )


def quantile(uncertainty: Uncertainty, probability: Floats) -> Floats:
    """Quantiles of an uncertain parameter's distribution, shape as `probability`.

    >>> halves = np.array([0.25, 0.5])
    >>> quantile(Uncertainty(distribution="loguniform", low=1, high=16), halves).round(12).tolist()
    [2.0, 4.0]
    """
    low, high = uncertainty.low, uncertainty.high
    match uncertainty.distribution:
        case "uniform":
            return low + (high - low) * probability
        case "loguniform":
            return low * (high / low) ** probability
        case "triangular":
            mode = (low + high) / 2 if uncertainty.mode is None else uncertainty.mode
            rising = low + np.sqrt(probability * (high - low) * (mode - low))
            falling = high - np.sqrt((1 - probability) * (high - low) * (high - mode))
            return np.where(probability * (high - low) < mode - low, rising, falling)
        case "choice":
            values = np.array(uncertainty.values)
            return values[(probability * len(values)).astype(np.intp)]
