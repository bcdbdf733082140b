"""What a scenario rests on: its parameters, its instruments and the references behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leaksim.evidence.bibliography import plain_reference
from leaksim.evidence.instruments import Instrument
from leaksim.evidence.registry import UNINFORMED, Parameter, Registry


@dataclass(frozen=True)
class ParameterRow:
    """A parameter as a scenario uses it.

    Attributes
    ----------
    value : float or str
        In `unit`.
    low, high : float or None
        What the evidence allows, in `unit`.
    grade : str
        How good the basis of the value is, see `Parameter.basis`; ``scenario`` for a value that only the scenario
        vouches for.
    origin : str
        ``registry``, ``scenario``, or ``rival NAME`` where the scenario follows a rival source.
    figures : tuple of str
        Ids of the figures that the value was read or derived from.
    sources : tuple of str
        BibTeX keys behind the value, those of its figures included.
    """

    id: str
    title: str
    value: float | str
    unit: str
    low: float | None
    high: float | None
    grade: str
    origin: str
    figures: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def is_assumed(self) -> bool:
        """Whether no source fixes the value and no pattern speaks of it."""
        return self.grade in ("assumed", UNINFORMED)


@dataclass(frozen=True)
class InstrumentRow:
    """An instrument that a scenario uses; dates are ISO text, ``in_force`` is the first one."""

    id: str
    title: str
    issuer: str
    adopted: str | None
    in_force: str
    flows: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ReferenceRow:
    """A reference by its BibTeX key, as one line of text."""

    key: str
    text: str


@dataclass(frozen=True)
class Provenance:
    """Everything that a scenario, or the whole registry, rests on."""

    parameters: tuple[ParameterRow, ...]
    instruments: tuple[InstrumentRow, ...]
    references: tuple[ReferenceRow, ...]


def provenance(
    registry: Registry,
    assumptions: Mapping[str, float | str] | None = None,
    measures: Iterable[Instrument] | None = None,
    references: Iterable[str] = (),
) -> Provenance:
    """Collect what a scenario rests on.

    Parameters
    ----------
    registry : Registry
        The evidence.
    assumptions : mapping, optional
        Values that the scenario sets, by parameter id, in registry units.
    measures : iterable of Instrument, optional
        The scenario's instruments; the whole catalogue when missing.
    references : iterable of str
        BibTeX keys that the scenario cites itself.

    Returns
    -------
    Provenance
        Parameters and instruments in the order given, references sorted by key.

    Raises
    ------
    UnknownParameter
        `assumptions` names a parameter that the registry does not hold.
    UnknownReference
        A key is not in the bibliography.
    """
    assumed = assumptions or {}
    for identifier in assumed:
        registry.parameter(identifier)
    parameters = tuple(_parameter_row(registry, found, assumed) for found in registry.parameters.values())
    chosen = registry.instruments.values() if measures is None else measures
    instruments = tuple(_instrument_row(instrument) for instrument in chosen)
    keys = set(references).union(*(row.sources for row in parameters), *(row.sources for row in instruments))
    cited = tuple(ReferenceRow(key, plain_reference(key)) for key in sorted(keys))
    return Provenance(parameters, instruments, cited)


def _parameter_row(registry: Registry, parameter: Parameter, assumed: Mapping[str, float | str]) -> ParameterRow:
    value = assumed.get(parameter.id, parameter.value)
    rival = next((rival for rival in parameter.rivals if rival.value == value), None)
    if value == parameter.value:
        grade, origin = parameter.basis, "registry"
        figures, sources = parameter.figures, parameter.sources
    elif rival is not None:
        grade = "/".join(sorted({registry.figures[figure].grade for figure in rival.figures}))
        origin, figures, sources = f"rival {rival.name}", rival.figures, rival.sources
    else:
        grade, origin, figures, sources = "scenario", "scenario", (), ()
    keys = (*sources, *(key for figure in figures for key in registry.figures[figure].sources))
    return ParameterRow(
        id=parameter.id,
        title=parameter.title,
        value=value,
        unit=parameter.unit,
        low=parameter.low,
        high=parameter.high,
        grade=grade,
        origin=origin,
        figures=figures,
        sources=tuple(dict.fromkeys(keys)),
    )


def _instrument_row(instrument: Instrument) -> InstrumentRow:
    provisions = instrument.provisions
    return InstrumentRow(
        id=instrument.id,
        title=instrument.title,
        issuer=instrument.issuer,
        adopted=instrument.adopted.isoformat() if instrument.adopted else None,
        in_force=min(provision.in_force for provision in provisions).isoformat(),
        flows=tuple(dict.fromkeys(provision.flow for provision in provisions)),
        sources=instrument.all_sources,
    )
