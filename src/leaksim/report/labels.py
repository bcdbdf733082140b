"""The words for metrics, items and units, in one place."""

from __future__ import annotations

from leaksim.errors import LeaksimError
from leaksim.model.dimensions import EXPORTS, HOSTS, PARTIES, PRODUCTS

WORDS = {
    # Arms. What was realised needs no mention: it is what a reader expects.
    "baseline": " without measures",
    "intended": " without leaks",
    "realised": "",
    # Things
    "motor_fuel": "motor fuel",
    "jet_fuel": "jet fuel",
    "capital_goods": "capital goods",
    "hard_currency": "hard currency",
    **dict(zip(EXPORTS, ("coal", "ores", "textiles", "seafood", "other exports"), strict=True)),
    "workers": "workers",
    # Parties and groups of channels
    "china": "China",
    "russia": "Russia",
    "other": "other countries",
    "third": "third countries",
    "council": "the Security Council",
    "everything": "everything",
    # Channels
    "cn_slippage": "Chinese slippage",
    "cn_smuggling": "Chinese smuggling",
    "ru_fuel": "Russian fuel firms",
    "ru_labour": "workers in Russia",
    "ru_port": "the port of Rason",
    "sts_third": "tankers at sea",
    "un_dilution": "dilution in the Council",
    # Levers of the sender
    "designations": "designations",
    "port_monitoring": "port monitoring",
    "bank_pressure": "bank pressure",
    # Motives of Moscow
    "political": "political",
    "commercial": "commercial",
    # Outcomes that others speak of
    "leakage.value": "leakage",
    "pressure.realised": "realised pressure",
    # Parts of the pressure
    "felt": "felt at once",
    "deferred": "deferred",
    "other_imports": "other imports",
    "military": "military",
    "government": "government",
    "industry": "industry",
    "household": "households",
    # Stores that can run out
    "motor_fuel_stock": "the motor fuel stock",
    "jet_fuel_stock": "the jet fuel stock",
    "reserves": "the reserves",
}
"""Word for each part of an item."""

_PHRASES = {
    ("pressure.intended", 0): "intended pressure",
    ("pressure.intended", 1): "intended pressure, {}",
    ("pressure.intended_gdp", 0): "intended pressure, share of GDP",
    ("pressure.realised", 0): "realised pressure",
    ("pressure.realised", 1): "realised pressure, {}",
    ("pressure.realised_gdp", 0): "realised pressure, share of GDP",
    ("leakage.value", 0): "leakage by value",
    ("leakage.profile", 1): "leakage up to month {}",
    ("leakage.owen", 1): "leakage through {}",
    ("leakage.quantity", 1): "leakage of {}",
    ("leakage.quantity_channel", 2): "leakage of {} by {}",
    ("leakage.accounting", 1): "delivered by {}",
    ("displacement.blocked", 1): "{}, blocked",
    ("displacement.blocked", 2): "{}, blocked in trade with {}",
    ("displacement.reappeared", 1): "{}, reappeared",
    ("displacement.reappeared", 2): "{}, reappeared by {}",
    ("displacement.reappeared", 3): "{}, reappeared by {}, with {}",
    ("displacement.reappeared_partner", 2): "{}, reappeared with {}",
    ("displacement.net", 1): "{}, blocked on balance",
    ("displacement.backfill_ratio", 1): "{}, backfilled by Russia",
    ("attribution.owen", 0): "leakage, all channels",
    ("attribution.owen", 1): "leakage by Owen value, {}",
    ("attribution.first_in", 1): "{}, first in",
    ("attribution.last_in", 1): "{}, last in",
    ("attribution.redundancy", 1): "{}, first in less last in",
    ("attribution.accounting", 0): "delivered by all channels",
    ("attribution.accounting", 1): "value delivered, {}",
    ("attribution.motive", 2): "{} backfill, {} part",
    ("attribution.levers", 0): "pressure added by all levers",
    ("attribution.levers", 1): "pressure added by {}",
    ("uncertainty.parameter_share", 1): "variance of {} that goes with the parameters",
    ("uncertainty.width_ratio", 1): "interval of {} over parameters, against luck alone",
    ("pass_through.value", 0): "pressure that reaches Pyongyang",
    ("price.premium_mean", 2): "{1} price premium, mean{0}",
    ("price.premium_peak", 2): "{1} price premium, peak{0}",
    ("price.premium_half_life", 2): "{1} price premium, half-life{0}",
    ("pressure.half_life", 1): "half-life of the pressure{}",
    ("exhaustion.median", 2): "months to the end of {1}, median{0}",
    ("exhaustion.mean", 2): "months to the end of {1}, mean within the run{0}",
    ("exhaustion.censored", 2): "no end of {1} within the run{0}",
    ("exhaustion.bought", 1): "months bought for {} by leakage",
    ("incidence.share", 2): "share of {1} in the pressure{0}",
    ("incidence.relief", 1): "relief by leakage, {}",
    ("success.pass_through", 1): "chance that at least {} of the pressure arrives",
    ("success.pass_through_draws", 1): "draws in which at least {} of the pressure arrives",
    ("sender.pressure_per_dollar", 0): "pressure per dollar of the sender",
    ("sender.added_per_dollar", 0): "pressure per additional dollar of the sender",
    ("supplier.share", 2): "{0}, supplied by {1}",
    ("supplier.months_on_top", 2): "{0}, {1} on top",
    ("supplier.first_month_on_top", 2): "{0}, {1} on top from",
    ("trade.share", 1): "trade with {}",
    ("monitor.recorded", 2): "{0} from {1} on record",
    ("monitor.leakage", 1): "leakage of {} on record",
    ("council.delay", 1): "Russia's delay of {}",
    ("sender.cost", 1): "cost of {}",
    ("sender.names", 0): "firms designated",
    ("reserves.end", 1): "reserves at the end{}",
    ("workers.end", 2): "workers in {1} at the end{0}",
    ("stock.end", 1): "motor fuel stock at the end{}",
    ("monthly.pressure", 2): "pressure{}, {}",
    ("monthly.pressure.felt", 2): "pressure felt at once{}, {}",
    ("monthly.pressure.deferred", 2): "pressure deferred{}, {}",
    ("monthly.reserves", 2): "reserves{}, {}",
    ("monthly.stock.motor_fuel", 2): "motor fuel stock{}, {}",
    **{(f"monthly.workers.{host}", 2): f"workers in {WORDS[host]}{{}}, {{}}" for host in HOSTS},
    ("monthly.enforcement.fuel", 2): "China's enforcement on fuel{}, {}",
    ("monthly.transit.rason", 2): "coal in transit through Rason{}, {}",
    ("monthly.posture.russia", 2): "Russia's permissiveness{}, {}",
    ("monthly.earned.exports", 2): "export earnings{}, {}",
    ("monthly.recorded.exports.china", 2): "exports to China on record{}, {}",
    **{(f"monthly.recorded.workers.{host}", 2): f"workers in {WORDS[host]} on record{{}}, {{}}" for host in HOSTS},
    **{(f"monthly.trade.{party}", 2): f"trade with {WORDS[party]}{{}}, {{}}" for party in PARTIES},
    **{
        (f"monthly.recorded.{product}.{party}", 2): f"{WORDS[product]} from {WORDS[party]} on record{{}}, {{}}"
        for product in PRODUCTS
        for party in PARTIES
    },
    ("monthly.top_supplier", 3): "{0}, {1} on top, {2}",
    **{(f"monthly.price.{product}", 2): f"{WORDS[product]} price{{}}, {{}}" for product in PRODUCTS},
    **{(f"monthly.used.{product}", 2): f"{WORDS[product]} used{{}}, {{}}" for product in PRODUCTS},
    **{
        (f"monthly.supplied.{product}.{party}", 2): f"{WORDS[product]} supplied by {WORDS[party]}{{}}, {{}}"
        for product in PRODUCTS
        for party in PARTIES
    },
}
"""What is said of a metric, by its name and the number of parts of its item."""

_UNITS = {
    "leakage.value": "% of intended",
    "leakage.profile": "% of intended",
    "leakage.owen": "% of intended",
    "leakage.quantity": "% of the cut",
    "leakage.quantity_channel": "% of the cut",
    "leakage.accounting": "% of the leaks",
    "displacement.backfill_ratio": "% of China's cut",
    "pass_through.value": "% of intended",
    "uncertainty.parameter_share": "% of variance",
    "uncertainty.width_ratio": "times as wide",
    "price.premium_mean": "% above baseline",
    "price.premium_peak": "% above baseline",
    "supplier.share": "% of supplies",
    "trade.share": "% of trade",
    "monitor.recorded": "% of supplies",
    "monitor.leakage": "% of the cut",
    "sender.names": "a year",
    "sender.pressure_per_dollar": "$ for 1 $",
    "sender.added_per_dollar": "$ for 1 $",
    "pressure.half_life": "months",
    "price.premium_half_life": "months",
    "exhaustion.median": "months",
    "exhaustion.mean": "months",
    "exhaustion.bought": "months",
    "exhaustion.censored": "% of lanes",
    "incidence.share": "% of the pressure",
    "incidence.relief": "% of intended",
    "success.pass_through": "% of lanes",
    "success.pass_through_draws": "% of draws",
    "supplier.first_month_on_top": "median month",
}

_PLURALS = {"person": "persons", "day": "days"}


class NoLabelError(LeaksimError):
    """There are no words yet for a metric or an item."""


def label(metric: str, item: str = "") -> str:
    """Name an outcome in words.

    >>> label("leakage.quantity_channel", "motor_fuel/ru_fuel")
    'Leakage of motor fuel by Russian fuel firms'
    >>> label("monthly.price.jet_fuel", "intended/2017-06")
    'Jet fuel price without leaks, 2017-06'

    Raises
    ------
    NoLabelError
        For a metric or an item that has no words.
    """
    parts = item.split("/") if item else []
    try:
        if metric == "council.delay":
            words = [part.replace("_", " ") for part in parts]  # the id of a measure
        else:
            words = [part if part[:1].isdigit() else WORDS[part] for part in parts]
        phrase = _PHRASES[metric, len(parts)].format(*words)
    except KeyError as missing:
        raise NoLabelError(f"no words for {metric} [{item}]: {missing}") from None
    return phrase[0].upper() + phrase[1:]


def unit_words(metric: str, unit: str) -> str:
    """Say in which unit the number of an outcome is shown; shares are shown in percent.

    >>> unit_words("pressure.intended", "$m/year"), unit_words("leakage.value", "share")
    ('$m a year', '% of intended')
    """
    return _UNITS.get(metric) or _PLURALS.get(unit, unit.replace("/", " a "))
