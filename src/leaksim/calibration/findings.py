"""What a calibration found: which parameters the patterns speak of, what trades off, and what is met or missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from leaksim.calibration.problem import CUTOFF, Problem
from leaksim.calibration.waves import Cloud, Wave
from leaksim.engine.lanes import Floats
from leaksim.sampling import quantile

if TYPE_CHECKING:
    import pandas as pd

NOTHING, LITTLE = "nothing learned", "little learned"
"""Verdicts on parameters of which the patterns do not speak, or hardly."""

_BAND = np.array([0.05, 0.5, 0.95])
"""Probabilities of the ends and the middle of a 90 % band."""

_FALSE_ALARMS = 0.01
"""Chance that Kolmogorov's distance calls any parameter moved where nothing was learned of all."""

_STRONG = 0.2
"""A rank correlation that is worth a line."""

_EDGE, _AT_EDGE = 0.05, 0.2
"""Outermost part of a prior, and the share of the points there from which on it seems too narrow."""

_MOST_PAIRS = 20

_SHIFTED, _NARROWED = 0.1, 0.1
"""Shift of the median on the scale of the prior's probabilities, and shrinkage, that are worth a word."""


def waves_table(waves: Sequence[Wave]) -> pd.DataFrame:
    """Return a line for each wave: where it lived, and how much space it left."""
    import pandas as pd

    rows = [
        (
            wave.number,
            _stage(wave),
            wave.bound if np.isfinite(wave.bound) else np.nan,
            wave.power,
            wave.space,
            *wave.space_interval,
            wave.accepted,
            len(np.unique(wave.cloud.ancestor)),
        )
        for wave in waves
    ]
    columns = ("wave", "stage", "bound", "power", "space_left", "low", "high", "accepted", "ancestors")
    return pd.DataFrame(rows, columns=list(columns))


def _stage(wave: Wave) -> str:
    if wave.number == 1:
        return "prior"
    if wave.settled:
        return "settling"
    return "weighting" if wave.power else "history matching"


def parameters_table(problem: Problem, cloud: Cloud) -> pd.DataFrame:
    """Hold what is known of each parameter afterwards against what was known before.

    Returns
    -------
    pandas.DataFrame
        For each parameter the median and the 90 % band of prior and posterior; `shrinkage`, the share of the prior's
        variance that is gone, on the scale of its probabilities; `distance`, the greatest distance between the two
        distribution functions (Kolmogorov and Smirnov), and `by_chance`, which none of all parameters exceeds in 99 of
        100 calibrations that learn nothing; `points`, the number of independent points that the posterior is worth;
        `verdict`; and `edge`, the end of the prior at which the posterior crowds.
    """
    import pandas as pd

    rows = []
    for index, (name, prior) in enumerate(problem.priors.items()):
        places = cloud.places[:, index]
        points = _worth(places, cloud)
        # The tail of Kolmogorov's distribution, 2 exp(-2 n d^2), shared out among all parameters.
        by_chance = float(np.sqrt(np.log(2 * len(problem.priors) / _FALSE_ALARMS) / 2 / points))
        distance, shrinkage = _distance(places), 1 - 12 * float(places.var())
        after = np.quantile(places, _BAND)
        before, behind = quantile(prior, _BAND), quantile(prior, after)
        rows.append(
            {
                "parameter": name,
                **dict(zip(("prior_low", "prior_median", "prior_high"), before, strict=True)),
                **dict(zip(("posterior_low", "posterior_median", "posterior_high"), behind, strict=True)),
                "shrinkage": shrinkage,
                "distance": distance,
                "by_chance": by_chance,
                "points": points,
                "verdict": _verdict(distance > by_chance, float(after[1]), shrinkage),
                "edge": _edge(places),
            }
        )
    return pd.DataFrame(rows)


def spoken_of(parameters: pd.DataFrame) -> list[str]:
    """Return the parameters of which the patterns say more than little, from the table of them."""
    return list(parameters.loc[~parameters["verdict"].isin([NOTHING, LITTLE]), "parameter"])


def _worth(places: Floats, cloud: Cloud) -> float:
    """Return how many independent points tell as much of the mean as these, of which some have a common ancestor."""
    apart = places - places.mean()
    together = np.bincount(cloud.ancestor, weights=apart)
    return float(min((apart**2).sum() / (together**2).sum(), 1.0) * len(places))


def _distance(places: Floats) -> float:
    """Return the greatest distance of a distribution function from that of the prior, which is uniform here."""
    ordered = np.sort(places)
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max()))


def _verdict(moved: bool, median: float, shrinkage: float) -> str:
    if not moved:
        return NOTHING
    if abs(median - 0.5) >= _SHIFTED:
        return "higher" if median > 0.5 else "lower"
    return "narrowed" if shrinkage >= _NARROWED else LITTLE


def _edge(places: Floats) -> str:
    at_low, at_high = float((places < _EDGE).mean()), float((places > 1 - _EDGE).mean())
    if max(at_low, at_high) < _AT_EDGE:
        return ""
    return "low" if at_low > at_high else "high"


def pairs_table(problem: Problem, cloud: Cloud) -> pd.DataFrame:
    """Return the pairs of parameters that trade off: rank correlations (Spearman's) which the priors do not have."""
    import pandas as pd
    from scipy.stats import rankdata

    names = list(problem.priors)
    ranks = rankdata(cloud.places, axis=0)
    found = np.atleast_2d(np.corrcoef(ranks, rowvar=False))
    pairs = [(one, other) for one in range(len(names)) for other in range(one + 1, len(names))]
    rows = [(names[one], names[other], float(found[one, other])) for one, other in pairs]
    rows = sorted((row for row in rows if abs(row[2]) >= _STRONG), key=lambda row: -abs(row[2]))
    return pd.DataFrame(rows[:_MOST_PAIRS], columns=["one", "other", "rank_correlation"])


def patterns_table(problem: Problem, first: Cloud, before: Floats, after: Floats) -> pd.DataFrame:
    """Hold what the model says of each pattern against what was observed, before and after.

    Parameters
    ----------
    first
        The points of the first wave.
    before, after
        What the model says at points of the prior and at members of the ensemble, in new random histories, shape
        ``(pattern, point, history)`` each.

    Returns
    -------
    pandas.DataFrame
        For each pattern `observed` and the `error` of observation and model together; the median and the 90 % band of
        prior and posterior; `ruled_out`, the share of the prior that the pattern rules out alone; `implausibility` of
        the posterior; `chance`, the probability that posterior and errors together fall below what was observed; and
        `met`, whether this lies between 5 and 95 %.
    """
    import pandas as pd
    from scipy.special import ndtr

    rows = []
    for index, name in enumerate(problem.patterns):
        observed, error = problem.observed[index], problem.error[index]
        said = after[index].ravel()
        chance = float(np.nanmean(ndtr((observed - said) / error)))
        spread = float(np.hypot(error, np.nanstd(said)))
        rows.append(
            {
                "pattern": name,
                "observed": observed,
                "error": error,
                **_banded("prior", before[index]),
                **_banded("posterior", said),
                "ruled_out": float((first.implausibility[index] > CUTOFF).mean()),
                "implausibility": abs(observed - float(np.nanmean(said))) / spread,
                "chance": chance,
                "met": bool(_BAND[0] <= chance <= _BAND[-1]),
            }
        )
    return pd.DataFrame(rows)


def _banded(which: str, said: Floats) -> dict[str, float]:
    ends = (f"{which}_low", f"{which}_median", f"{which}_high")
    return dict(zip(ends, np.nanquantile(said, _BAND).tolist(), strict=True))
