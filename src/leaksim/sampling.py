"""Draws of the uncertain parameters: a Latin hypercube, with rank correlations where a scenario asks for them.

With n draws, each parameter falls once into each of n equally likely strata of its distribution (McKay, Beckman and
Conover 1979). Which stratum comes in which draw is keyed by the parameter's own name: it keeps its draws when another
parameter is added or removed, and scenarios stay paired. Every draw depends on their number.

Parameters of an ensemble are drawn as its members, whole, so that they keep what they have to do with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

import numpy as np

from leaksim.engine.lanes import Floats, Places
from leaksim.errors import InputError
from leaksim.evidence.ensembles import Ensemble, load_ensemble
from leaksim.scenario.correlations import Group, groups_of
from leaksim.scenario.schema import Correlation, Uncertainty

_STREAMS = 2**32
"""Stream numbers of uncertain parameters start here, beyond those of the agents."""

BELOW_ONE = float(np.nextafter(1.0, 0.0))
"""The last value of a choice is reached just below one."""


class SamplingError(InputError):
    """Parameters cannot be drawn as the scenario asks."""


def refuse_too_few(correlations: Sequence[Correlation], draws: int) -> None:
    """Make sure that so many draws can be put into an order with these correlations.

    Raises
    ------
    SamplingError
        When there are no more draws than parameters that hang together.
    """
    for group in groups_of(correlations):
        if draws <= len(group.names):
            raise SamplingError(
                f"{draws} parameter draw{'s are' if draws > 1 else ' is'} too few for the correlations between "
                f"{', '.join(group.names)}: at least {len(group.names) + 1} are needed. Raise run.draws, or without it "
                "run.replications"
            )


def probabilities(
    names: Iterable[str],
    correlations: Sequence[Correlation],
    *,
    draws: int,
    seed: int,
    uncertainties: Mapping[str, Uncertainty] = {},
) -> dict[str, Floats]:
    """Draw the probabilities at which distributions are read, by parameter; shape ``(draw,)`` each.

    A parameter that is correlated with others comes out the same whether or not these others are among `names`.

    Parameters
    ----------
    names
        The uncertain parameters.
    correlations
        Rank correlations between some of them.
    uncertainties
        Distributions, where some come from an ensemble: a draw takes these from one and the same member.
    """
    wanted = list(names)
    alone = [name for name in wanted if name not in uncertainties or uncertainties[name].distribution != "ensemble"]
    drawn = {name: _stratified(name, draws, seed) for name in alone}
    for group in groups_of(correlations):
        if not set(group.names).intersection(wanted):
            continue
        together = _correlated([_stratified(name, draws, seed) for name in group.names], group)
        drawn.update({name: one for name, one in zip(group.names, together, strict=True) if name in drawn})
    members: dict[str, Places] = {}
    for name in wanted:
        each = uncertainties.get(name)
        if each is not None and each.distribution == "ensemble":
            ensemble = load_ensemble(str(each.use))
            if ensemble.name not in members:
                members[ensemble.name] = _members(ensemble, draws, seed)
            drawn[name] = ensemble.places(str(each.column))[members[ensemble.name]]
    return {name: drawn[name] for name in wanted}


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
        case "ensemble":
            values = load_ensemble(str(uncertainty.use)).quantile(str(uncertainty.column), probability)
            return values * uncertainty.times


def _stratified(name: str, draws: int, seed: int) -> Floats:
    """One probability in each of `draws` equal strata of [0, 1), in random order."""
    generator = _generator(name, seed)
    strata = (generator.permutation(draws) + generator.random(draws)) / draws
    return np.minimum(strata, BELOW_ONE)  # the last stratum may round up to 1


def _members(ensemble: Ensemble, draws: int, seed: int) -> Places:
    """Choose members in random order, each as often as its weight asks, rounded up or down (systematic resampling)."""
    generator = _generator(ensemble.name, seed)
    places = (generator.permutation(draws) + generator.random()) / draws
    return np.searchsorted(np.cumsum(ensemble.weights)[:-1], places, side="right")


def _generator(name: str, seed: int) -> np.random.Generator:
    key = (0, _STREAMS + crc32(name.encode()))
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def _correlated(columns: Sequence[Floats], group: Group) -> list[Floats]:
    """Put the strata of correlated parameters into an order with their rank correlations.

    Source: Iman and Conover 1982, with the parameters' own orders in place of random ones: the first of the group keeps
    its order, and no parameter changes more than it must.
    """
    from scipy.special import ndtri

    ranks = np.array([column.argsort().argsort() for column in columns])
    scores = ndtri((ranks + 1) / (ranks.shape[1] + 1))
    # What the independent orders happen to have in common is taken out before the wanted correlations are put in.
    by_chance = np.linalg.cholesky(np.corrcoef(scores))
    wanted = np.linalg.cholesky(group.of_scores())
    order = (wanted @ np.linalg.solve(by_chance, scores)).argsort(axis=1).argsort(axis=1)
    return [np.sort(column)[places] for column, places in zip(columns, order, strict=True)]


def parameter_draws(
    uncertainties: Mapping[str, Uncertainty],
    correlations: Sequence[Correlation],
    *,
    draws: int,
    seed: int,
    deterministic: bool = False,
) -> dict[str, Floats]:
    """Draw the values of the uncertain parameters, shape ``(draw,)`` each; in deterministic mode their medians."""
    if deterministic:
        return {name: quantile(each, np.full(draws, 0.5)) for name, each in uncertainties.items()}
    drawn = probabilities(uncertainties, correlations, draws=draws, seed=seed, uncertainties=uncertainties)
    return {name: quantile(each, drawn[name]) for name, each in uncertainties.items()}
