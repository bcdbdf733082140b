"""The plan of a run: which arms, how many lanes, and the parameter values of each lane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from leaksim.engine.lanes import Arm, Block, Floats
from leaksim.evidence.registry import load_registry
from leaksim.model.channels import arms_for
from leaksim.model.parameters import Parameters
from leaksim.sampling import parameter_draws, refuse_too_few
from leaksim.scenario.precision import USUAL_DRAWS
from leaksim.scenario.schema import Correlation, Scenario, Uncertainty

_PLANS_AT_A_TIME = 4
"""Plans whose draws a process keeps: blocks of several scenarios are run in turns."""


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
    half_width: float | None = None
    """Half-width of the interval of the scenario's `run.on` at which fewer lanes are enough; None to run them all."""

    @property
    def lane_step(self) -> int:
        """What the number of lanes is a multiple of: where a scenario says how many draws, each has as many lanes."""
        return self.draws if self.scenario.run.draws is not None else 1

    def parameters(self, block: Block) -> Parameters:
        """Parameter values of a block: assumptions over registry defaults, uncertain ones drawn per lane."""
        values: dict[str, float | str | Floats] = {**certain_values(self.scenario)}
        uncertainties = self.scenario.uncertainties
        drawn = _drawn(
            tuple(uncertainties.items()), self.scenario.correlations, self.draws, self.seed, self.deterministic
        )
        of_lanes = drawn.take(block.lane_numbers % self.draws, axis=1)
        values.update(zip(uncertainties, of_lanes[:, None], strict=True))
        return Parameters(values)


@lru_cache(maxsize=_PLANS_AT_A_TIME)
def _drawn(
    uncertainties: tuple[tuple[str, Uncertainty], ...],
    correlations: tuple[Correlation, ...],
    draws: int,
    seed: int,
    deterministic: bool,
) -> Floats:
    """Draw the uncertain parameters, ``(parameter, draw)``: once, for all blocks of a plan need the same."""
    drawn = parameter_draws(dict(uncertainties), correlations, draws=draws, seed=seed, deterministic=deterministic)
    return np.reshape(list(drawn.values()), (len(drawn), draws))


def certain_values(scenario: Scenario) -> dict[str, float | str]:
    """Return the value of every parameter where nothing is drawn: assumptions over registry defaults."""
    return {
        identifier: scenario.assumptions.get(identifier, parameter.value)
        for identifier, parameter in load_registry().parameters.items()
    }


def plan(
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    deterministic: bool = False,
) -> Plan:
    """Decide on arms, lanes and draws; the arguments override the scenario's `run` section.

    With uncertainties, `replications` counts the lanes of each draw if the scenario says how many draws; otherwise
    it counts all lanes, and they are spread over up to 200 draws. An argument `replications` is run in full; without it
    a `half_width` of the scenario may end the run earlier.

    Raises
    ------
    SamplingError
        When there are fewer draws than the correlations between parameters need.
    """
    lanes = scenario.run.replications if replications is None else replications
    draws = 1
    if scenario.uncertainties and scenario.run.draws is not None:
        draws = scenario.run.draws
        lanes *= draws
    elif scenario.uncertainties:
        draws = min(USUAL_DRAWS, lanes)
    if scenario.uncertainties and not deterministic:
        refuse_too_few(scenario.correlations, draws)
    channels = [name for name, is_on in scenario.channels if is_on]
    return Plan(
        scenario=scenario,
        arms=arms_for(channels),
        lanes=lanes,
        draws=draws,
        seed=scenario.run.seed if seed is None else seed,
        deterministic=deterministic,
        half_width=scenario.run.half_width if replications is None else None,
    )
