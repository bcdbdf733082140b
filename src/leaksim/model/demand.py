"""Demand for one import product by classes of users.

Prices are ratios to the baseline price, quantities have the product's unit. Two forms share one interface, with the
same quantity and elasticity at the baseline price:

* isoelastic: class j buys ``q0_j * price ** -elasticity_j``;
* linear: class j buys ``q0_j * (1 - elasticity_j * (price - 1))``.

A class stops buying above its choke price. There its inverse demand is flat, so that a class can be served in part at
exactly the choke price.

With priority weights, the state serves the classes as if class j's willingness to pay were multiplied by its weight
(it maximises the weighted sum of benefits); with all weights one this is the market's demand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from leaksim.engine.lanes import Floats
from leaksim.model.compiled import has_compiled_form

Flags = npt.NDArray[np.bool_]

HIGHEST_LOG_PRICE = 100.0
"""Far above every choke price; keeps the exponential finite where the classes asked for cannot use up the target."""

TINY = np.finfo(np.float64).tiny

LAST_STEP = 1e-9
"""A step of Newton's method so small in the logarithm of the price that it is the last.

The method doubles the correct digits with every step. Each cell stops by itself, so that a lane's last bit does not
depend on how fast other lanes converge.
"""

MOST_STEPS = 30
"""Steps of Newton's method at most: far more than it takes, since the logarithm of demand is nearly straight."""

WHOLE_EIGHT = 8
"""Cells are computed in multiples of this, as blocks of lanes are."""


class DemandCurve(ABC):
    """Demand of several classes for one product.

    Parameters
    ----------
    quantity
        Baseline quantity of each class, shape ``(class, 1, 1 or lane)``.
    elasticity
        Price elasticity at the baseline price, positive, same shape.
    choke
        Choke price of each class as a ratio to the baseline price, above 1, same shape.
    weight
        Priority weight of each class, same shape; None for the market's own demand.

    The attributes of the same names leave out classes that do not use the product, which would only take time.
    """

    def __init__(self, quantity: Floats, elasticity: Floats, choke: Floats, weight: Floats | None = None) -> None:
        given: Sequence[Floats] = np.broadcast_arrays(quantity, elasticity, choke, 1.0 if weight is None else weight)
        used: Flags = given[0].max(axis=(1, 2)) > 0
        self.users = used | ~used.any()
        self.quantity, self.elasticity, own_choke, weights = (each[self.users] for each in given)
        self.weight = weights[:1] if weight is None else weights
        self._log_weight = np.log(self.weight)
        self.own_choke = self._finite_choke(own_choke)
        self.choke = self.own_choke * self.weight
        self.baseline_total: Floats = self.quantity.sum(axis=0)
        self.floor = self.weight.min(axis=0)
        self.ceiling = np.where(self.quantity > 0, self.choke, self.floor).max(axis=0)
        # Total demand just above each class's choke price and at the price that saturates it: a class buys nothing
        # when the total is at or below the first, and all it wants when the total reaches the second.
        self._total_above_choke = self._total(self.choke[:, None], above=True)
        self._total_at_saturation = self._total(self.weight[:, None])

    def total(self, price: Floats) -> Floats:
        """Quantity demanded at a price, shape ``(arm, lane)`` as `price`."""
        return self._total(price)

    def price_for(self, total: Floats) -> Floats:
        """Price at which exactly `total` is demanded, at least the baseline price and at most the highest choke."""
        return self._solve(total)[0]

    @has_compiled_form
    def ration(self, total: Floats, guess: Floats | None = None, page: Floats | None = None) -> tuple[Floats, Floats]:
        """Share out `total` so that every served class has the same weighted willingness to pay.

        Parameters
        ----------
        guess
            A price near the common willingness to pay, shape as `total`; it saves steps and changes nothing else.
        page
            Where to write the quantities, if not to a new array; blank.

        Returns
        -------
        quantities
            Shape ``(class, arm, lane)``; they add up to `total`, or to the baseline total where that is less.
        price
            The common weighted willingness to pay, shape ``(arm, lane)``.
        """
        total = np.minimum(total, self.baseline_total)
        price, buying, saturated = self._solve(total, guess)
        served = np.where(saturated, self.quantity, buying * self._quantities(price))
        # At a choke price the class that leaves there takes what the others leave over. Elsewhere the remainder is
        # rounding noise and goes to the same class, so that the parts add up to the total.
        lowest_choke = np.where(buying, self.choke, np.inf).min(axis=0)
        marginal = (buying & (self.choke == lowest_choke)).astype(np.float64)
        share = marginal * served / np.maximum((marginal * served).sum(axis=0), TINY)
        quantities = np.zeros((len(self.users), *total.shape)) if page is None else page
        quantities[self.users] = served + share * (total - served.sum(axis=0))
        return quantities, price

    def benefit(self, quantities: Floats) -> Floats:
        """Area under the classes' own inverse demand up to `quantities`, in baseline prices; shape as given."""
        benefit = np.zeros_like(quantities)
        benefit[..., self.users, :, :] = self._benefit(quantities[..., self.users, :, :])
        return benefit

    @abstractmethod
    def _benefit(self, quantities: Floats) -> Floats:
        """Benefit of the classes that use the product."""

    @abstractmethod
    def _finite_choke(self, choke: Floats) -> Floats: ...

    @abstractmethod
    def _quantities(self, price: Floats) -> Floats:
        """Demand of each class at a common weighted price, before chokes and saturation."""

    @abstractmethod
    def _price_of(self, target: Floats, among: Flags, guess: Floats | None) -> Floats:
        """Price at which the classes marked in `among` together demand `target`."""

    def _total(self, price: Floats, *, above: bool = False) -> Floats:
        within = price < self.choke if above else price <= self.choke
        # An infinite price stands for "no offer": quantities are taken at the highest choke, where nobody is within.
        wanted = self._quantities(np.minimum(price, self.ceiling))
        total: Floats = (within * np.minimum(wanted, self.quantity)).sum(axis=-3)
        return total

    def _solve(self, total: Floats, guess: Floats | None = None) -> tuple[Floats, Flags, Flags]:
        buying = total > self._total_above_choke
        saturated = total >= self._total_at_saturation
        elastic = buying & ~saturated
        price = self._price_of(total - (saturated * self.quantity).sum(axis=0), elastic, guess)
        lowest_choke = np.where(buying, self.choke, np.inf).min(axis=0)
        # With nobody elastic, either everybody is served in full or nobody is served at all.
        extreme = np.where(buying.any(axis=0), self.floor, self.ceiling)
        return np.where(elastic.any(axis=0), np.clip(price, self.floor, lowest_choke), extreme), buying, saturated


def _cells(among: Flags) -> npt.NDArray[np.intp]:
    """Positions, in a flattened ``(arm, lane)``, of the cells that have any class; some twice, to make whole eights.

    The inner loops of NumPy are then the same, and so are a lane's last bits, however many cells there are.
    """
    positions = np.flatnonzero(among.any(axis=0))
    return np.resize(positions, -(-len(positions) // WHOLE_EIGHT) * WHOLE_EIGHT)


class IsoelasticDemand(DemandCurve):
    """Classes with a constant price elasticity."""

    def __init__(self, quantity: Floats, elasticity: Floats, choke: Floats, weight: Floats | None = None) -> None:
        super().__init__(quantity, elasticity, choke, weight)
        self._at_price_one = self.quantity * np.exp(self.elasticity * self._log_weight)

    def class_columns(self) -> tuple[Floats, ...]:
        """Return what is fixed for each class, in the order of the compiled form, ``(class or 1, 1, 1 or lane)``."""
        return (
            self.quantity,
            self.elasticity,
            self._log_weight,
            self.choke,
            self._total_above_choke,
            self._total_at_saturation,
            self._at_price_one,
        )

    def _finite_choke(self, choke: Floats) -> Floats:
        return choke

    def _quantities(self, price: Floats) -> Floats:
        quantities: Floats = self.quantity * np.exp(self.elasticity * (self._log_weight - np.log(price)))
        return quantities

    def _price_of(self, target: Floats, among: Flags, guess: Floats | None) -> Floats:
        price = np.ones_like(target)
        cells = _cells(among)
        if not len(cells):
            return price

        # Classes do not differ between arms: the lane of a cell says it all.
        lanes = cells % self._at_price_one.shape[-1]
        elasticity, at_price_one = (each[:, 0].take(lanes, axis=1) for each in (self.elasticity, self._at_price_one))
        at_price_one *= among.reshape(len(among), -1).take(cells, axis=1)
        target = np.maximum(target.take(cells), TINY)
        log_price, wanted, moving = np.zeros_like(target), at_price_one, np.ones_like(target, dtype=np.bool_)
        if guess is not None:
            log_price = np.log(guess.take(cells))
            wanted = at_price_one * np.exp(-elasticity * log_price)
        for _ in range(MOST_STEPS):
            wanted_total = np.maximum(wanted.sum(axis=0), TINY)
            slope = np.maximum((elasticity * wanted).sum(axis=0), TINY)
            step = moving * np.log(wanted_total / target) * (wanted_total / slope)
            log_price += step
            moving = np.abs(step) > LAST_STEP
            if not moving.any():
                break
            wanted = at_price_one * np.exp(-elasticity * log_price)
        price.put(cells, np.exp(np.minimum(log_price, HIGHEST_LOG_PRICE)))
        return price

    def _benefit(self, quantities: Floats) -> Floats:
        """Add the integral of the power function to the flat part at the choke price."""
        quantity = np.maximum(self.quantity, TINY)
        log_choke = np.log(self.own_choke)
        at_choke = self.quantity * np.exp(-self.elasticity * log_choke)
        log_price = np.clip(-np.log(np.maximum(quantities, TINY) / quantity) / self.elasticity, 0.0, log_choke)
        flat = self.own_choke * np.minimum(quantities, at_choke)
        exponent = 1.0 - self.elasticity
        return flat + self.elasticity * self.quantity * _power_integral(exponent, log_price, log_choke)


class LinearDemand(DemandCurve):
    """Classes whose demand falls on a straight line."""

    def _finite_choke(self, choke: Floats) -> Floats:
        return np.minimum(choke, 1.0 + 1.0 / self.elasticity)

    def _quantities(self, price: Floats) -> Floats:
        # Where a line ends at its choke price, rounding would leave less than nothing there.
        return np.maximum(self.quantity * (1.0 - self.elasticity * (price / self.weight - 1.0)), 0.0)

    def _price_of(self, target: Floats, among: Flags, guess: Floats | None) -> Floats:
        at_zero_price = (among * self.quantity * (1.0 + self.elasticity)).sum(axis=0)
        slope = (among * self.quantity * self.elasticity / self.weight).sum(axis=0)
        price: Floats = (at_zero_price - target) / np.where(slope > 0, slope, 1.0)
        return price

    def _benefit(self, quantities: Floats) -> Floats:
        """Add a trapezium to the flat part at the choke price."""
        at_choke = self.quantity * (1.0 - self.elasticity * (self.own_choke - 1.0))
        flat = np.minimum(quantities, at_choke)
        beyond = quantities - flat
        mean_quantity = (quantities + flat) / 2 / np.maximum(self.quantity, TINY)
        return self.own_choke * flat + beyond * (1.0 + (1.0 - mean_quantity) / self.elasticity)


DEMAND_FORMS: dict[str, type[DemandCurve]] = {"isoelastic": IsoelasticDemand, "linear": LinearDemand}


def _power_integral(exponent: Floats, log_low: Floats, log_high: Floats) -> Floats:
    """Return ``(exp(exponent * log_high) - exp(exponent * log_low)) / exponent``, sound near exponent zero."""
    near_zero = np.abs(exponent) < 1e-5
    safe = np.where(near_zero, 1.0, exponent)
    exact = (np.exp(safe * log_high) - np.exp(safe * log_low)) / safe
    if not near_zero.any():
        return exact
    # Second order in the exponent, which leaves a relative error below 1e-9.
    series = (log_high - log_low) * (1 + exponent * (log_high + log_low) / 2)
    return np.where(near_zero, series, exact)
