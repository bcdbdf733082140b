"""Measures as a scenario file names or writes them out."""

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from leaksim.evidence.instruments import Flow, Party
from leaksim.scenario.fields import (
    WHOLE,
    Amount,
    Day,
    Frozen,
    Hazard,
    Identifier,
    InstrumentId,
    ReferenceKey,
    Share,
    Text,
)


class CatalogueMeasure(Frozen):
    """A real or proposed measure, taken from the catalogue as it stands."""

    use: InstrumentId
    """The id of the measure in the catalogue; `leaksim instruments` shows them."""


class WrittenProvision(Frozen):
    """One thing that a measure orders: how much of one flow may still go on, for whom and from when."""

    flow: Flow
    """What is restricted."""
    binds: tuple[Party, ...] = Field(min_length=1, json_schema_extra={"uniqueItems": True})
    """The suppliers or buyers that have to obey."""
    cut: Share | None = None
    """The share of the baseline flow that is forbidden, such as `90 %`; of workers, the share of new permits.
    Either this, or `cap`, or `out_by`."""
    cap: Amount | None = None
    """The yearly quantity that is still allowed: `500 kb/year` for fuels, `400 $m/year` for the rest.
    One cap on several parties is divided in proportion to what each traded at baseline."""
    out_by: Day | None = None
    """For the flow `workers`: the day by which all of them have to be sent home."""
    in_force: Day
    """The first day on which it holds."""
    until: Day | None = None
    """The last day on which it holds; without it the provision stays in force."""
    wind_down_days: Annotated[int, Field(ge=0, le=3650), WHOLE] = 0
    """Days after `in_force` during which trade under old contracts may still be finished."""
    sources: tuple[ReferenceKey, ...] = ()
    """References for this provision."""
    note: Text | None = None
    """Anything a reader should know about it."""


class WrittenProposal(Frozen):
    """The text before Russia had it delayed and weakened. It holds where the channel `un_dilution` is off."""

    adopted: Day | None = None
    """The day on which it would have been adopted without Russia; without it, the day of the measure."""
    provisions: tuple[WrittenProvision, ...] = Field(min_length=1)
    """Everything it would have ordered, also what was adopted in the end."""
    sources: tuple[ReferenceKey, ...] = ()
    """References for the proposal."""
    note: Text | None = None
    """Anything a reader should know about it."""


class WrittenNegotiation(Frozen):
    """How a measure that is only proposed comes about.

    The provisions carry the days they would have if it were adopted as soon as the bargaining ends; what Russia delays
    and spares comes from the parameters `council.`.
    """

    trigger: Day
    """The day of the event that the measure answers; with `hazard`, the first day on which the event can come."""
    bargaining_days: Annotated[int, Field(ge=0, le=3650), WHOLE]
    """Days from the event until the United States and China agree; Russia's delay comes on top."""
    hazard: Hazard | None = None
    """Events per year, when the day of the event is left to chance; without it the event comes on `trigger`."""


class WrittenMeasure(Frozen):
    """A measure that the scenario writes out itself."""

    id: Identifier
    """A name for the measure: small letters, digits and `_`."""
    title: Text
    """The measure in one line, as tables shall call it."""
    trigger: Day | None = None
    """The day of the event that the measure answers."""
    adopted: Day | None = None
    """The day on which it was, or would be, adopted."""
    provisions: tuple[WrittenProvision, ...] = Field(min_length=1)
    """What it orders, one line for each flow."""
    proposal: WrittenProposal | None = None
    """The text as it was proposed, where it was another one."""
    negotiation: WrittenNegotiation | None = None
    """For a measure that is only proposed: when it comes up, in place of the day of adoption."""
    carve_outs: tuple[Text, ...] = ()
    """What it spares, in words."""
    sources: tuple[ReferenceKey, ...] = ()
    """References for the measure."""
    note: Text | None = None
    """Anything a reader should know about it."""


def _kind_of_measure(value: object) -> str:
    named = isinstance(value, CatalogueMeasure) or (isinstance(value, dict) and "use" in value)
    return "CatalogueMeasure" if named else "WrittenMeasure"


Measure = Annotated[
    Annotated[CatalogueMeasure, Tag("CatalogueMeasure")] | Annotated[WrittenMeasure, Tag("WrittenMeasure")],
    Discriminator(_kind_of_measure),
]
