"""Waves of points that come ever closer to the observed patterns, without losing sight of how much space is left.

The first wave fills the space of the priors. Each later one lives in a smaller part of it: first among the points
whose implausibility is below a bound, which is lowered from wave to wave until it is the cutoff (history matching);
then among these, weighted ever more by how close they come (approximate Bayesian computation). To get from one part to
the next, points are chosen again by weight and then moved by steps that leave the priors as they are: sequential Monte
Carlo (Del Moral, Doucet and Jasra 2006), for history matching by Drovandi, Nott and Pagendam 2021. The share of points
that each lowering keeps gives the volume of what is left (subset simulation; Au and Beck 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from leaksim.calibration.problem import CUTOFF, Problem, largest
from leaksim.engine.lanes import Floats, Places

KEPT = 0.25
"""Share of the points that a lower bound keeps, or effective share that weights keep: small enough to be quick, large
enough that the next wave has many ancestors."""

_ACCEPTED = 0.2
"""Share of steps that should be accepted: less than where weights are exact, since luck makes some points look closer
than they are, which then stay for a while (Sherlock et al. 2015)."""

_EAGERNESS = 3.0
"""How fast the length of the steps follows the share that is accepted."""

_STUCK = 0.98
"""A bound that is lowered by less than to this share is not lowered any more."""

_NORMAL_95 = 1.96

_SMALLEST = 1e-15
"""Places closer to 0 or 1 than this are taken for this, whose normal score is finite."""


@dataclass(frozen=True)
class Settings:
    """How a problem is calibrated."""

    points: int = 1024
    """In each wave; a power of two."""
    waves: int = 40
    """At most."""
    excused: int = 0
    """Patterns that a point may miss by any distance without being ruled out."""
    seed: int = 1
    """Fixes points and histories."""
    steps: int = 12
    """Moves of each point in a wave."""
    settling: int = 4
    """Waves at the end in which points only move, until those with the same ancestor have forgotten it."""


@dataclass(frozen=True)
class Cloud:
    """Points and how far they are from the patterns.

    Attributes
    ----------
    places
        Probability of each parameter in its prior, shape ``(point, parameter)``.
    simulated
        Mean over histories, shape ``(pattern, point)``.
    implausibility
        Shape ``(pattern, point)``.
    closeness
        Logarithm of the weight, shape ``(point,)``.
    ancestor
        From which point of the wave in which points were last chosen each descends, shape ``(point,)``.
    """

    places: Floats
    simulated: Floats
    implausibility: Floats
    closeness: Floats
    ancestor: Places

    def at(self, chosen: Places) -> Cloud:
        """Return some of the points, each as often as it is chosen, as their own descendants."""
        return Cloud(
            self.places[chosen],
            self.simulated[:, chosen],
            self.implausibility[:, chosen],
            self.closeness[chosen],
            chosen,
        )

    def where(self, moved: npt.NDArray[np.bool_], other: Cloud) -> Cloud:
        """Take the points of another cloud where they have moved."""
        return Cloud(
            np.where(moved[:, None], other.places, self.places),
            np.where(moved, other.simulated, self.simulated),
            np.where(moved, other.implausibility, self.implausibility),
            np.where(moved, other.closeness, self.closeness),
            self.ancestor,
        )

    def share_of(self, kept: npt.NDArray[np.bool_]) -> tuple[float, float]:
        """Return the share of points that are kept, and the variance of its logarithm.

        Points with a common ancestor are not independent: they count as one cluster.
        """
        share = float(kept.mean())
        clusters = np.bincount(self.ancestor, weights=kept - share)
        return share, float(np.sum(clusters**2)) / (len(kept) * share) ** 2


@dataclass(frozen=True)
class Wave:
    """Points of one part of the space.

    Attributes
    ----------
    bound
        No point has a larger implausibility, but for patterns that are excused.
    power
        Points are distributed by the priors times their weight to this power.
    space
        Share of the priors that is below the bound.
    space_variance
        Of the logarithm of `space`, from the choice of points.
    stretch
        Length of the steps.
    accepted
        Share of the steps that were accepted.
    settled
        For how many waves points have only moved.
    """

    number: int
    bound: float
    power: float
    space: float
    space_variance: float
    stretch: float
    accepted: float
    settled: int
    cloud: Cloud

    @property
    def space_interval(self) -> tuple[float, float]:
        """The 95 % interval of `space`."""
        factor = float(np.exp(_NORMAL_95 * np.sqrt(self.space_variance)))
        return self.space / factor, min(self.space * factor, 1.0)

    def is_last(self, settings: Settings) -> bool:
        """Say whether nothing is left to do."""
        return self.power == 1 and self.settled >= settings.settling


def waves_after(
    problem: Problem,
    settings: Settings,
    done: Wave | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Wave]:
    """Yield the waves that follow one, until the last, or until nothing is left or no wave is allowed any more.

    What a wave is depends on the wave before and on the seed alone.

    Parameters
    ----------
    done
        The last wave that is known; none to begin.
    progress
        Called with (steps done, steps in all) in each wave.
    """
    wave = done
    while wave is None or (not wave.is_last(settings) and wave.number < settings.waves):
        following = _first(problem, settings) if wave is None else _next(problem, settings, wave, progress)
        if following is None:
            return
        wave = following
        yield wave


def _first(problem: Problem, settings: Settings) -> Wave:
    from scipy.stats import qmc

    generator = _generator(settings.seed, 1)
    points = qmc.Sobol(len(problem.priors), rng=generator).random(settings.points)
    cloud = _evaluated(problem, points, generator)
    return Wave(1, np.inf, 0.0, 1.0, 0.0, 1.0, 1.0, 0, cloud)


def _next(problem: Problem, settings: Settings, wave: Wave, progress: Callable[[int, int], None] | None) -> Wave | None:
    """Choose points by weight and move them; None when no point comes closer."""
    generator = _generator(settings.seed, wave.number + 1)
    cloud, target = wave.cloud, replace(wave, number=wave.number + 1)
    if wave.bound > CUTOFF:
        distances = largest(cloud.implausibility, settings.excused)
        # Where the model has no value, the distance is infinite and says nothing about where to go.
        known = distances[np.isfinite(distances)]
        bound = max(CUTOFF, float(np.quantile(known, KEPT, method="lower"))) if len(known) else np.inf
        # The cutoff may be near: the step to it is short, but the last.
        if bound > CUTOFF and not bound < _STUCK * wave.bound:
            return None
        kept = distances <= bound
        share, variance = cloud.share_of(kept)
        space, total = wave.space * share, wave.space_variance + variance
        target = replace(target, bound=bound, space=space, space_variance=total)
        cloud = cloud.at(chosen(kept.astype(np.float64), settings.points, generator))
    elif wave.power < 1:
        power = _raised(wave)
        target = replace(target, power=power)
        weights = np.exp((power - wave.power) * (cloud.closeness - cloud.closeness.max()))
        cloud = cloud.at(chosen(weights, settings.points, generator))
    else:
        target = replace(target, settled=wave.settled + 1)
    return _moved(problem, settings, wave.cloud, replace(target, cloud=cloud), generator, progress)


def _raised(wave: Wave) -> float:
    """Return the power, at most 1, at which the weights keep the wanted share of the points."""
    from scipy.optimize import brentq

    closeness = wave.cloud.closeness - wave.cloud.closeness.max()

    def effective(power: float) -> float:
        weights = np.exp((power - wave.power) * closeness)
        return float(weights.sum() ** 2 / (weights**2).sum() / len(weights))

    if effective(1.0) >= KEPT:
        return 1.0
    return float(brentq(lambda power: effective(power) - KEPT, wave.power, 1.0))


def chosen(weights: Floats, size: int, generator: np.random.Generator) -> Places:
    """Choose so many points by weight, each as often as its share, rounded up or down (systematic resampling)."""
    ends = np.cumsum(weights / weights.sum())
    ends[-1] = 1.0
    return np.searchsorted(ends, (generator.random() + np.arange(size)) / size, side="right")


def _moved(
    problem: Problem,
    settings: Settings,
    before: Cloud,
    target: Wave,
    generator: np.random.Generator,
    progress: Callable[[int, int], None] | None,
) -> Wave:
    """Move all points by steps that keep the priors, and go back where a step leaves the part of the space.

    Every step meets other histories: the estimate of the weight stays with its point (Andrieu and Roberts 2009).
    """
    from scipy.special import ndtr

    cloud, stretch = target.cloud, target.stretch
    strengths, axes = _axes(problem, before)
    accepted = []
    for step in range(settings.steps):
        fresh = 1 / (1 + strengths / stretch**2)
        along = _scores(cloud) @ axes
        proposed = np.sqrt(1 - fresh) * along + np.sqrt(fresh) * generator.standard_normal(along.shape)
        luck = generator.random(len(along))
        other = _evaluated(problem, ndtr(proposed @ axes.T), generator)
        moves = largest(other.implausibility, settings.excused) <= target.bound
        moves &= np.log1p(-luck) < target.power * (other.closeness - cloud.closeness)
        cloud = cloud.where(moves, other)
        accepted.append(float(moves.mean()))
        stretch *= float(np.exp(_EAGERNESS * (accepted[-1] - _ACCEPTED) / np.sqrt(step + 1)))
        if progress is not None:
            progress(step + 1, settings.steps)
    return replace(target, cloud=cloud, stretch=stretch, accepted=float(np.mean(accepted)))


def _axes(problem: Problem, cloud: Cloud) -> tuple[Floats, Floats]:
    """Return axes in the space of normal scores, and how strongly the patterns speak of each.

    A linear regression over the points gives what the scores do to each pattern, in standard deviations of its error:
    the matrix B. The axes are the eigenvectors of B'B, and their strengths m the eigenvalues; the variance that the
    regression leaves over is spread evenly among them. Along each axis a step leaves the share 1 - c of a score's
    variance and draws c of it anew, with c = 1 / (1 + m / stretch^2). Independent normal scores stay what they are,
    whatever c is (Rudolf and Sprungk 2018); axes of which no pattern speaks are forgotten in one step (Cui, Law and
    Marzouk 2016).

    Returns
    -------
    tuple
        Strengths, shape ``(axis,)``, and axes, shape ``(parameter, axis)``.
    """
    scores = _scores(cloud)
    known = np.isfinite(cloud.simulated)
    simulated = np.where(known, cloud.simulated, 0.0).T / problem.error
    simulated -= simulated.mean(axis=0)
    scores -= scores.mean(axis=0)
    slopes = np.linalg.lstsq(scores, simulated, rcond=None)[0]
    unexplained = (simulated - scores @ slopes).var(axis=0).sum() / len(slopes)
    strengths, axes = np.linalg.eigh(slopes @ slopes.T)
    return np.maximum(strengths, 0.0) + unexplained, axes


def _scores(cloud: Cloud) -> Floats:
    """Return the normal scores of the places, shape ``(point, parameter)``."""
    from scipy.special import ndtri

    scores: Floats = ndtri(np.clip(cloud.places, _SMALLEST, 1 - _SMALLEST))
    return scores


def _evaluated(problem: Problem, places: Floats, generator: np.random.Generator) -> Cloud:
    simulated = problem.simulate(problem.values(places), int(generator.integers(2**62)))
    order = np.arange(len(places), dtype=np.intp)
    return Cloud(places, simulated.mean(axis=2), *problem.distances(simulated), order)


def _generator(seed: int, wave: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, wave])))
