"""Values of parameters that are possible one by one but not together."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from leaksim.evidence.registry import load_registry
from leaksim.scenario.findings import Finding
from leaksim.scenario.schema import ScenarioFile, Uncertainty

SOME_IS_NEEDED = (
    tuple(f"demand.motor_fuel.share.{user}" for user in ("military", "government", "industry", "household")),
    tuple(f"baseline.motor_fuel.{source}" for source in ("china", "russia", "other", "refinery")),
    tuple(f"exports.china.{good}" for good in ("coal", "ores", "textiles", "seafood")),
)
"""Of these one has to be above 0: shares of their sum are taken."""

ENDS = ((".lowest", ".highest"), (".shortest", ".longest"))
"""How the ids of two parameters end that are the ends of a range."""


@dataclass(frozen=True)
class _Values:
    """What the parameters of a scenario can be, the drawn ones from their smallest to their greatest value."""

    assumptions: Mapping[str, float | str]
    uncertainties: Mapping[str, Uncertainty]

    def range(self, name: str) -> tuple[float, float]:
        if (drawn := self.uncertainties.get(name)) is not None:
            return drawn.low, drawn.high
        value = float(self.assumptions.get(name, load_registry().parameter(name).value))
        return value, value

    def described(self, name: str) -> str:
        low, high = self.range(name)
        return f"{name} ({low:g})" if low == high else f"{name} (drawn from {low:g} to {high:g})"


def combination_findings(
    file: ScenarioFile,
    assumptions: Mapping[str, float | str],
    uncertainties: Mapping[str, Uncertainty],
    refused: Collection[str | int] = (),
) -> Iterator[Finding]:
    """Yield what is wrong with values together, where each of them is right.

    Parameters
    ----------
    file
        The scenario as written.
    assumptions, uncertainties
        Its values in the units of the registry.
    refused
        Names of the parameters whose values are wrong already; nothing is said about what they are combined with.
    """
    written = [("assumptions", name) for name in file.assumptions]
    written += [("uncertainties", name) for name in file.uncertainties.by_parameter]
    for names, message in contradictions(assumptions, uncertainties):
        concerned = [path for path in written if path[1] in names]
        if concerned and not set(names).intersection(refused):
            yield Finding(concerned[-1], message)


def contradictions(
    assumptions: Mapping[str, float | str], uncertainties: Mapping[str, Uncertainty]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the names of parameters whose values contradict each other, and in what way."""
    values = _Values(assumptions, uncertainties)
    for lower, higher in _ordered():
        if values.range(lower)[1] > values.range(higher)[0]:
            yield (lower, higher), f"{values.described(lower)} has to be at most {values.described(higher)}"
    floor, soft = "reserves.floor", "reserves.soft"
    if values.range(floor)[1] >= values.range(soft)[0]:
        yield (floor, soft), f"{values.described(floor)} has to be below {values.described(soft)}"
    maximum, corruption = "china.inspection.maximum", "china.inspection.corruption"
    if values.range(maximum)[1] * (1 - values.range(corruption)[0]) >= 1:
        pair = f"{values.described(maximum)} and {values.described(corruption)}"
        yield (maximum, corruption), f"with {pair} every shipment would be seized: lower one or raise the other"
    for names in SOME_IS_NEEDED:
        if not any(values.range(name)[1] for name in names):
            yield names, f"one of {', '.join(names)} has to be above 0"


def _ordered() -> Iterator[tuple[str, str]]:
    for name in load_registry().parameters:
        for low_end, high_end in ENDS:
            if name.endswith(low_end):
                yield name, name.removesuffix(low_end) + high_end
