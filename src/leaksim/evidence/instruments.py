"""Instruments: the resolutions and orders that cut or cap a flow, as data."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, WithJsonSchema, field_validator, model_validator

from leaksim.evidence.record import Record
from leaksim.evidence.units import parse_quantity

Good = Literal["motor_fuel", "jet_fuel", "capital_goods", "coal", "ores", "textiles", "seafood", "other_exports"]
Flow = Literal[Good, "workers", "rason_transit"]
Party = Literal["china", "russia", "other"]
Issuer = Literal["security_council", "china", "proposal", "scenario"]

BINDABLE: Mapping[str, tuple[Party, ...]] = {"workers": ("russia", "china"), "rason_transit": ("russia",)}
"""Whom a text on what is no good of the DPRK can bind: the hosts of its workers, and the sender of the coal."""

# An author may write "90 %" where the model holds 0.9; the schema for editors has to say so.
Quantity = Annotated[float, WithJsonSchema({"type": ["number", "string"]})]


class Provision(Record):
    """One flow that an instrument cuts, caps or ends, and from when."""

    flow: Flow
    """An import product, an export good, `workers` abroad, or `rason_transit`: Russian coal through Rason."""
    binds: tuple[Party, ...] = Field(min_length=1)
    """Whose trade is bound. A cap on several parties is shared in proportion to their baseline flows."""
    cut: Quantity | None = Field(default=None, ge=0, le=1)
    """Share of the baseline flow that is forbidden; of workers, the share of new work permits."""
    cap: Quantity | None = Field(default=None, ge=0)
    """Absolute yearly quantity of a good that stays allowed: kb/year for fuels, $m/year for everything else."""
    out_by: date | None = None
    """Day by which all workers must have left; they leave evenly from the first day in force on."""
    in_force: date
    """First day on which the text binds, by its own words."""
    until: date | None = None
    """Last day on which it binds; open when missing."""
    wind_down_days: int = Field(default=0, ge=0)
    """Days after `in_force` during which old contracts may still be filled; the measure bites after them."""
    sources: tuple[str, ...] = ()
    """BibTeX keys."""
    note: str | None = None
    """How the text was read."""

    @property
    def cap_unit(self) -> str:
        """Unit of `cap`."""
        return _cap_unit(self.flow)

    @property
    def limit(self) -> str:
        """What is ordered, in words."""
        if self.cut is not None:
            return f"{'permits ' if self.flow == 'workers' else ''}cut by {self.cut:.0%}"
        return f"at most {self.cap:g} {self.cap_unit}" if self.cap is not None else f"all out by {self.out_by}"

    @property
    def bites_on(self) -> date:
        """First day on which old contracts no longer excuse a shipment."""
        return self.in_force + timedelta(days=self.wind_down_days)

    @field_validator("cut", mode="before")
    @classmethod
    def _read_cut(cls, value: Any) -> Any:
        return value if value is None else parse_quantity(value, "1")

    @field_validator("cap", mode="before")
    @classmethod
    def _read_cap(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None or "flow" not in info.data:  # an unknown flow is reported by its own field
            return None
        if info.data["flow"] in BINDABLE:
            raise ValueError(f"{info.data['flow']} cannot be capped: write cut, the share that is forbidden")
        return parse_quantity(value, _cap_unit(info.data["flow"]))

    @model_validator(mode="after")
    def _check(self) -> Self:
        if sum(limit is not None for limit in (self.cut, self.cap, self.out_by)) != 1:
            raise ValueError("exactly one of cut (a share), cap (a yearly quantity) and out_by (a day) is needed")
        if self.out_by is not None and self.flow != "workers":
            raise ValueError("out_by is a day by which workers leave; for other flows give cut or cap")
        if self.out_by is not None and self.out_by <= self.bites_on:
            raise ValueError(f"workers have to be out by {self.out_by}, before it bites on {self.bites_on}")
        if self.until is not None and self.until < self.bites_on:
            raise ValueError(f"it ends on {self.until}, before it bites on {self.bites_on}")
        if self.until is not None and self.out_by is not None and self.until < self.out_by:
            raise ValueError(f"it ends on {self.until}, before workers have to be out by {self.out_by}")
        if len(set(self.binds)) < len(self.binds):
            raise ValueError("binds names a party twice")
        allowed = BINDABLE.get(self.flow, self.binds)
        if not set(self.binds) <= set(allowed):
            raise ValueError(f"a provision on {self.flow} can only bind {' and '.join(allowed)}")
        return self


class Proposal(Record):
    """The text of an instrument before Russia's delay and carve-outs."""

    adopted: date | None = None
    """Day on which it would have been adopted without Russia; that of the instrument when it is not known."""
    provisions: tuple[Provision, ...] = Field(min_length=1)
    """Everything it would have ordered, in place of the provisions adopted."""
    sources: tuple[str, ...] = ()
    """BibTeX keys."""
    note: str | None = None
    """How it was read."""


class Negotiation(Record):
    """How an instrument that is only proposed would come about."""

    trigger: date
    """Day of the event that it answers; with `hazard`, the first day on which the event can come."""
    bargaining_days: int = Field(ge=0)
    """Days of bargaining between the United States and China; Russia's delay comes on top."""
    hazard: Quantity | None = Field(default=None, ge=0.001, le=365)
    """Events per year, where the day of the event is left to chance: it comes after an exponential wait."""

    @property
    def agreed(self) -> date:
        """Day on which the United States and China are agreed."""
        return self.trigger + timedelta(days=self.bargaining_days)

    @field_validator("hazard", mode="before")
    @classmethod
    def _read_hazard(cls, value: Any) -> Any:
        return value if value is None else parse_quantity(value, "1/year")


class Instrument(Record):
    """A resolution, order or proposal with the flows it touches."""

    id: str
    """Name by which scenarios use it."""
    title: str
    """One sentence that says what it is."""
    issuer: Issuer
    """Who issued it; `proposal` was never adopted, `scenario` is written out by a scenario."""
    trigger: date | None = None
    """Day of the event that it answers; that of the negotiation when it has one."""
    adopted: date | None = None
    """Day of adoption or announcement."""
    provisions: tuple[Provision, ...] = Field(min_length=1)
    """The flows that it cuts, caps or ends, as adopted."""
    proposal: Proposal | None = None
    """The text before Russia's delay and carve-outs, where it was another one."""
    negotiation: Negotiation | None = None
    """For what is only proposed: the model works out when, and how much of it, is adopted."""
    outside_model: tuple[str, ...] = ()
    """What the text also orders but this version of the model does not represent."""
    carve_outs: tuple[str, ...] = ()
    """What the text exempts by name."""
    sources: tuple[str, ...] = ()
    """BibTeX keys."""
    note: str | None = None
    """How the text was read."""

    @property
    def proposed_provisions(self) -> tuple[Provision, ...]:
        """What holds where Russia can neither delay nor dilute the text."""
        return self.provisions if self.proposal is None else self.proposal.provisions

    @property
    def proposed(self) -> date | None:
        """Day on which the text would be adopted without Russia, where it is known."""
        if self.negotiation is not None:
            return self.negotiation.agreed
        return None if self.proposal is None else self.proposal.adopted

    @property
    def days_of_delay(self) -> int | None:
        """Days by which Russia delayed the adoption, where they are known."""
        if self.adopted is None or self.proposed is None:
            return None
        return (self.adopted - self.proposed).days

    @property
    def all_sources(self) -> tuple[str, ...]:
        """Keys of the instrument, its provisions and its proposal, each once."""
        parts: list[Instrument | Proposal | Provision] = [self, *self.provisions]
        if self.proposal is not None:
            parts += [self.proposal, *self.proposal.provisions]
        return tuple(dict.fromkeys(key for part in parts for key in part.sources))

    @model_validator(mode="before")
    @classmethod
    def _take_trigger_of_negotiation(cls, data: Any) -> Any:
        negotiation = data.get("negotiation") if isinstance(data, Mapping) else None
        if isinstance(negotiation, Mapping) and data.get("trigger") is None:
            return {**data, "trigger": negotiation.get("trigger")}
        return data

    @field_validator("adopted")
    @classmethod
    def _check_adopted(cls, adopted: date | None, info: ValidationInfo) -> date | None:
        _require_after(adopted, "adopted", info.data.get("trigger"), "its trigger")
        return adopted

    @field_validator("provisions")
    @classmethod
    def _check_provisions(cls, provisions: tuple[Provision, ...], info: ValidationInfo) -> tuple[Provision, ...]:
        _require_after(_first(provisions), "in force", info.data.get("trigger"), "its trigger")
        _require_after(_first(provisions), "in force", info.data.get("adopted"), "it is adopted")
        return provisions

    @field_validator("proposal")
    @classmethod
    def _check_proposal(cls, proposal: Proposal | None, info: ValidationInfo) -> Proposal | None:
        if proposal is not None:
            trigger, adopted = info.data.get("trigger"), info.data.get("adopted")
            _require_after(proposal.adopted, "the proposal is adopted", trigger, "its trigger")
            _require_after(adopted, "adopted", proposal.adopted, "the proposal is adopted")
            agreed = proposal.adopted or adopted or trigger
            _require_after(_first(proposal.provisions), "the proposal is in force", agreed, "it is adopted")
        return proposal

    @field_validator("negotiation")
    @classmethod
    def _check_negotiation(cls, negotiation: Negotiation | None, info: ValidationInfo) -> Negotiation | None:
        if negotiation is not None:
            if info.data.get("adopted") or info.data.get("proposal"):
                raise ValueError("what is still negotiated has neither a day of adoption nor a proposal of its own")
            if info.data.get("trigger", negotiation.trigger) != negotiation.trigger:
                raise ValueError(f"its trigger is {negotiation.trigger}, but the measure names {info.data['trigger']}")
            first = _first(info.data.get("provisions", ()))
            _require_after(first, "in force", negotiation.agreed, "it can be adopted (trigger plus bargaining_days)")
        return negotiation


def _cap_unit(flow: str) -> str:
    return "kb/year" if flow in ("motor_fuel", "jet_fuel") else "$m/year"


def _first(provisions: tuple[Provision, ...]) -> date | None:
    return min((provision.in_force for provision in provisions), default=None)


def _require_after(later: date | None, what: str, earlier: date | None, event: str) -> None:
    if later is not None and earlier is not None and later < earlier:
        raise ValueError(f"{what} on {later}, before {event} on {earlier}")
