"""Instruments: the resolutions and orders that cut or cap a flow, as data."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, WithJsonSchema, field_validator, model_validator

from leaksim.evidence.record import Record
from leaksim.evidence.units import parse_quantity

Flow = Literal[
    "motor_fuel",
    "jet_fuel",
    "capital_goods",
    "coal",
    "ores",
    "textiles",
    "seafood",
    "other_exports",
    "workers",
    "rason_transit",
]
Party = Literal["china", "russia", "other"]
Issuer = Literal["security_council", "china", "proposal", "scenario"]

# An author may write "90 %" where the model holds 0.9; the schema for editors has to say so.
Quantity = Annotated[float, WithJsonSchema({"type": ["number", "string"]})]


class Provision(Record):
    """One flow that an instrument cuts or caps, and from when."""

    flow: Flow
    """What is cut or capped: an import product, an export good, permits of workers, or Russian coal through Rason."""
    binds: tuple[Party, ...] = Field(min_length=1)
    """Whose trade is bound. A cap on several parties is shared in proportion to their baseline flows."""
    cut: Quantity | None = Field(default=None, ge=0, le=1)
    """Share of the baseline flow that is forbidden."""
    cap: Quantity | None = Field(default=None, ge=0)
    """Absolute yearly quantity that stays allowed: kb/year for fuels, $m/year for everything else."""
    out_by: date | None = None
    """Day by which all workers have to be sent home; only for the flow `workers`."""
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
        """What the provision orders, in words."""
        if self.out_by is not None:
            return f"all out by {self.out_by}"
        return f"cut by {self.cut:.0%}" if self.cut is not None else f"at most {self.cap:g} {self.cap_unit}"

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
        return parse_quantity(value, _cap_unit(info.data["flow"]))

    @model_validator(mode="after")
    def _check(self) -> Self:
        if sum(way is not None for way in (self.cut, self.cap, self.out_by)) != 1:
            raise ValueError("exactly one of cut (a share), cap (a yearly quantity) and out_by (a day) is needed")
        if self.out_by is not None and self.flow != "workers":
            raise ValueError("out_by is a day by which workers leave; for other flows give cut or cap")
        if self.cap is not None and self.flow in ("workers", "rason_transit"):
            raise ValueError(f"{self.flow} cannot be capped; give a cut")
        if self.out_by is not None and self.out_by <= self.in_force:
            raise ValueError(f"workers have to be out by {self.out_by}, before it is in force on {self.in_force}")
        if self.until is not None and self.until < self.bites_on:
            raise ValueError(f"it ends on {self.until}, before it bites on {self.bites_on}")
        if len(set(self.binds)) < len(self.binds):
            raise ValueError("binds names a party twice")
        return self


class Instrument(Record):
    """A resolution, order or proposal with the flows it touches."""

    id: str
    """Name by which scenarios use it."""
    title: str
    """One sentence that says what it is."""
    issuer: Issuer
    """Who issued it; `proposal` was never adopted, `scenario` is written out by a scenario."""
    trigger: date | None = None
    """Day of the event that it answers."""
    adopted: date | None = None
    """Day of adoption or announcement."""
    provisions: tuple[Provision, ...] = Field(min_length=1)
    """The flows that it cuts or caps."""
    outside_model: tuple[str, ...] = ()
    """What the text also orders but this version of the model does not represent."""
    carve_outs: tuple[str, ...] = ()
    """What the text exempts by name."""
    sources: tuple[str, ...] = ()
    """BibTeX keys."""
    note: str | None = None
    """How the text was read."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        dates = [day for day in (self.trigger, self.adopted) if day is not None]
        dates.append(min(provision.in_force for provision in self.provisions))
        if dates != sorted(dates):
            raise ValueError("the trigger, the adoption and the first day in force are not in this order")
        return self


def _cap_unit(flow: str) -> str:
    return "kb/year" if flow in ("motor_fuel", "jet_fuel") else "$m/year"
