"""What a valid scenario should not leave unsaid: whatever is set but changes nothing, or is not supported."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from leaksim.evidence.ensembles import Ensemble, load_ensemble
from leaksim.evidence.instruments import Instrument, Provision
from leaksim.evidence.registry import load_registry
from leaksim.scenario.fields import shown
from leaksim.scenario.findings import Finding, Path
from leaksim.scenario.parameters import outside_supported_range
from leaksim.scenario.positions import Located
from leaksim.scenario.problems import dotted
from leaksim.scenario.schema import Designations, Lever, Period, Scenario

READ_BY_CHANNELS = {
    ("cn_slippage",): ("china.enforcement.", "china.announcement_lag.", "monitor.visible.slippage"),
    ("cn_smuggling",): ("traders.", "china.inspection.", "china.bank_", "monitor.visible.smuggling"),
    ("ru_fuel",): (
        "suppliers.",
        "russia.bank_",
        "payments.barter",
        "traders.migration",
        "monitor.visible.russian_fuel",
    ),
    ("ru_labour",): ("workers.russia.target_lift", "workers.russia.visa_evasion"),
    ("ru_port",): ("ferry.", "rason.growth", "rason.evasion", "rason.capacity", "rason.relabel", "rason.watched"),
    ("sts_third",): ("tankers.", "monitor.visible.tankers"),
    ("ru_fuel", "ru_labour", "ru_port"): ("russia.posture.", "russia.access_interest", "russia.thaw_level"),
    ("un_dilution",): ("council.",),
}
"""The parameters that only these channels read, by the beginning of their ids."""

READ_BY_LEVERS = {
    "designations": ("us.reform", "us.designation_friction", "us.round_pressure", "us.cost.designation"),
    "port_monitoring": ("us.cost.port_monitoring", "tankers.watched_detection", "rason.watched_detection"),
    "bank_pressure": ("us.cost.bank_pressure", "russia.bank_squeeze", "china.bank_squeeze"),
}
"""The parameters that only these levers bring into play, by the beginning of their ids."""

CHANNELS_OF_LEVER = {
    "designations": ("cn_smuggling", "ru_fuel", "ru_labour", "ru_port", "sts_third"),
    "port_monitoring": ("ru_fuel", "ru_labour", "ru_port", "sts_third"),
    "bank_pressure": ("cn_smuggling", "ru_fuel", "ru_labour", "ru_port"),
}
"""The channels that a lever can narrow: without any of them it only costs."""

CHANNEL_OF_MOVE = {"fuel_capacity": "ru_fuel", "workers": "ru_labour", "sailings": "ru_port", "tankers": "ru_fuel"}
"""The channel without which a response of this kind changes nothing."""


def remarks_on(
    scenario: Scenario, tree: Located, is_own: Callable[[Path], bool], variants: Sequence[Scenario] = ()
) -> Iterator[Finding]:
    """Yield the warnings and notes on a scenario that can be run.

    Parameters
    ----------
    scenario : Scenario
        The valid scenario.
    tree : Located
        The file it was read from, which knows what a base file had set.
    is_own : callable
        Says whether the value at a path is the scenario's own, not inherited.
    variants : sequence of Scenario
        Its policies: what one of them reads is not idle.
    """
    yield from _on_assumptions(scenario, tree)
    yield from _on_uncertainties(scenario)
    yield from _on_measures(scenario)
    yield from _on_moves_and_levers(scenario)
    yield from _on_closed_channels(scenario, is_own, variants)
    yield from _on_missing_actors(scenario, is_own, variants)


def _on_assumptions(scenario: Scenario, tree: Located) -> Iterator[Finding]:
    section = tree.child("assumptions")
    for name, value in scenario.assumptions.items():
        parameter = load_registry().parameter(name)
        path = ("assumptions", name)
        if value == parameter.value and not (section and name in section.replaced):
            yield Finding(path, f"{shown(value)} is the default: this line changes nothing", "warning")
        if outside_supported_range(parameter, value):
            yield _unsupported(path, name, float(value))
        drawn = scenario.uncertainties.get(name)
        if drawn is not None and drawn.mode != value:
            message = f"{name} is drawn under uncertainties, so this value is not used"
            yield Finding(path, message, "warning")
    if (ensemble := _ensemble_of(scenario)) is not None:
        for name in scenario.assumptions:
            if name in ensemble.columns and name not in scenario.uncertainties:
                message = f"{name} keeps this value; what {ensemble.name} draws with it is drawn as if it varied"
                yield Finding(("assumptions", name), message, "note")


def _ensemble_of(scenario: Scenario) -> Ensemble | None:
    used = next((each.use for each in scenario.uncertainties.values() if each.distribution == "ensemble"), None)
    return None if used is None else load_ensemble(used)


def _on_uncertainties(scenario: Scenario) -> Iterator[Finding]:
    for name, drawn in scenario.uncertainties.items():
        # A rival value is a source of its own, wherever it lies; an ensemble stays within the range.
        stays_within = drawn.distribution == "choice" or (drawn.distribution == "ensemble" and drawn.times == 1)
        bounds = () if stays_within else (drawn.low, drawn.high)
        for value in bounds:
            if outside_supported_range(load_registry().parameter(name), value):
                yield _unsupported(("uncertainties", name), name, value)
    if scenario.run.draws is not None and not scenario.uncertainties:
        yield Finding(("run", "draws"), "nothing is uncertain, so nothing is drawn", "warning")
    if scenario.run.on is not None and scenario.run.half_width is None:
        yield Finding(("run", "on"), "without `half_width` this changes nothing", "warning")


def _unsupported(path: Path, name: str, value: float) -> Finding:
    parameter = load_registry().parameter(name)
    unit = "" if parameter.unit == "1" else f" {parameter.unit}"
    supported = f"{parameter.low:g} to {parameter.high:g}{unit}"
    return Finding(path, f"{value:g} is outside the range the sources support, {supported}", "warning")


def _on_measures(scenario: Scenario) -> Iterator[Finding]:
    for index, instrument in enumerate(scenario.measures):
        path = ("measures", index)
        idle = [
            (where, f"the {words} on {provision.flow} of {instrument.id}", why)
            for where, words, provision in _provisions_of(instrument)
            if (why := _idle(provision, instrument, scenario.period))
        ]
        # An author who uses a measure of the catalogue takes it whole, with what comes too late for the period.
        expected = instrument.issuer != "scenario" and len(idle) < len(list(_provisions_of(instrument)))
        for where, what, why in idle:
            message = f"{what} is never in force within the period: {why}"
            yield Finding((*path, *where), message, "note" if expected else "warning")
        if instrument.outside_model:
            orders = " ".join(instrument.outside_model)
            yield Finding(path, f"{instrument.id} also orders what the model leaves out: {orders}", "note")


def _provisions_of(instrument: Instrument) -> Iterator[tuple[Path, str, Provision]]:
    """Yield the provisions of both texts with their paths; what was adopted as it was proposed comes once."""
    for number, provision in enumerate(instrument.provisions):
        yield ("provisions", number), "provision", provision
    for number, provision in enumerate(instrument.proposal.provisions if instrument.proposal else ()):
        if provision not in instrument.provisions:
            yield ("proposal", "provisions", number), "proposed provision", provision


def _idle(provision: Provision, instrument: Instrument, period: Period) -> str:
    if provision.bites_on >= period.end:
        return f"it bites on {provision.bites_on}"
    # What is negotiated can come, and so end, later than it says.
    if provision.until and provision.until < period.start and instrument.negotiation is None:
        return f"it ended on {provision.until}"
    return ""


def _on_moves_and_levers(scenario: Scenario) -> Iterator[Finding]:
    for index, move in enumerate(scenario.moves):
        if move.date >= scenario.period.end:
            yield _never(("moves", index, "date"), "this move", move.date)
        if move.amount == 0:
            yield Finding(("moves", index, "amount"), "this move changes nothing", "warning")
    for name in type(scenario.levers).model_fields:
        lever = getattr(scenario.levers, name)
        if lever is None:
            continue
        if isinstance(lever, Lever) and lever.level == 0:
            yield Finding(("levers", name, "level"), f"{name} at level 0 changes nothing", "warning")
        if isinstance(lever, Designations) and lever.rounds_per_year == 0:
            yield Finding(("levers", name, "rounds_per_year"), f"{name} without rounds change nothing", "warning")
        acting = CHANNELS_OF_LEVER[name]
        if not any(getattr(scenario.channels, channel) for channel in acting):
            message = f"{' and '.join(acting)} are off, so {name} does nothing but cost"
            yield Finding(("levers", name), message, "warning")
        if lever.start and lever.start >= scenario.period.end:
            yield _never(("levers", name, "start"), name, lever.start)
        if lever.until and lever.until < scenario.period.start:
            yield _never(("levers", name, "until"), name, lever.until)


def _never(path: Path, what: str, day: dt.date) -> Finding:
    return Finding(path, f"{what} never acts within the period ({day})", "warning")


def _on_closed_channels(
    scenario: Scenario, is_own: Callable[[Path], bool], variants: Sequence[Scenario]
) -> Iterator[Finding]:
    values = _values_set(scenario)
    for channels, beginnings in READ_BY_CHANNELS.items():
        if any(getattr(each.channels, channel) for each in (scenario, *variants) for channel in channels):
            continue
        if channels == ("sts_third",) and any(move.act == "tankers" for move in scenario.moves):
            continue  # those tankers are like the ones of third countries
        unread: list[Path] = [path for path in values if path[1].startswith(beginnings)]
        unread += [
            ("moves", index) for index, move in enumerate(scenario.moves) if (CHANNEL_OF_MOVE[move.act],) == channels
        ]
        if unread:
            names = ", ".join(dict.fromkeys(str(path[1]) if path in values else dotted(path) for path in unread))
            # A scenario that only closes a channel need not clear away what its base had set for it.
            own = any(map(is_own, unread))
            message = f"{' and '.join(channels)} {'is' if len(channels) == 1 else 'are'} off, so nothing reads {names}"
            yield Finding(("channels", channels[0]), message, "warning" if own else "note")


def _on_missing_actors(
    scenario: Scenario, is_own: Callable[[Path], bool], variants: Sequence[Scenario]
) -> Iterator[Finding]:
    either = (scenario, *variants)
    missing = {
        f"the lever {name} is not used": beginnings
        for name, beginnings in READ_BY_LEVERS.items()
        if all(getattr(each.levers, name) is None for each in either)
    }
    if not any(instrument.negotiation for each in either for instrument in each.measures):
        missing["no measure is negotiated"] = ("council.",)
    for why, beginnings in missing.items():
        for path in _values_set(scenario):
            # A base may set what only some of the scenarios that extend it use.
            if path[1].startswith(beginnings) and is_own(path):
                yield Finding(path, f"{why}, so nothing reads {path[1]}", "warning")


def _values_set(scenario: Scenario) -> list[tuple[str, str]]:
    """Return the paths of the values that a file sets; that an ensemble has more than is read is to be expected."""
    drawn = [name for name, each in scenario.uncertainties.items() if each.distribution != "ensemble"]
    return [*(("assumptions", name) for name in scenario.assumptions), *(("uncertainties", name) for name in drawn)]
