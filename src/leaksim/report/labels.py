"""The words for metrics, items and units, in one place."""

from __future__ import annotations

from leaksim.errors import LeaksimError
from leaksim.model.dimensions import HOSTS, PARTIES, PRODUCTS

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
    # Parts of the pressure
    "felt": "felt at once",
    "deferred": "deferred",
    "other_imports": "other imports",
    "military": "military",
    "government": "government",
    "industry": "industry",
    "household": "households",
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
    ("pass_through.value", 0): "pressure that reaches Pyongyang",
    ("price.premium_mean", 2): "{1} price premium, mean{0}",
    ("price.premium_peak", 2): "{1} price premium, peak{0}",
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
    "pass_through.value": "% of intended",
    "price.premium_mean": "% above baseline",
    "price.premium_peak": "% above baseline",
    "supplier.share": "% of supplies",
    "trade.share": "% of trade",
    "monitor.recorded": "% of supplies",
    "monitor.leakage": "% of the cut",
    "sender.names": "a year",
    "supplier.first_month_on_top": "median month",
    "workers.end": "persons",
    "council.delay": "days",
}


METRICS = frozenset(metric for metric, _ in _PHRASES)
"""Every metric that has words."""


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


def item_words(item: str) -> str:
    """Name the product, channel, group, class or month that an outcome speaks of.

    >>> item_words("motor_fuel/russia"), item_words("cn_slippage"), item_words("2017-06")
    ('motor fuel, Russia', 'Chinese slippage', '2017-06')
    """
    return ", ".join(words for part in item.split("/") if (words := WORDS.get(part, part.replace("_", " ")).strip()))


def unit_words(metric: str, unit: str) -> str:
    """Say in which unit the number of an outcome is shown; shares are shown in percent.

    >>> unit_words("pressure.intended", "$m/year"), unit_words("leakage.value", "share")
    ('$m a year', '% of intended')
    """
    return _UNITS.get(metric, unit.replace("/", " a "))
