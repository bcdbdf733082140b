"""What a scenario consists of.

:class:`ScenarioFile` is what an author writes; :class:`Scenario` is what the simulation gets: measures taken
from the catalogue, every quantity in the unit of the registry. The text under a field is its documentation,
its description in the JSON Schema and what `leaksim explain` shows.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, SkipValidation, ValidationInfo, WithJsonSchema, field_validator

from leaksim.evidence.instruments import Instrument
from leaksim.evidence.registry import load_registry
from leaksim.scenario.fields import (
    WHOLE,
    Amount,
    Day,
    EnsembleName,
    Fraction,
    FractionOrUndefined,
    Frozen,
    Identifier,
    NamesOrAll,
    Pair,
    ParameterId,
    PreciseOutcome,
    Rank,
    ReferenceKey,
    Rounds,
    Share,
    Switch,
    Text,
    describe,
    in_unit,
    refusal,
)
from leaksim.scenario.measures import Measure
from leaksim.scenario.precision import USUAL_OUTCOME, written_unit

MOVE_UNITS = {"fuel_capacity": "kb/month", "workers": "person", "sailings": "1/month", "tankers": "ship"}
"""Unit of the amount of each kind of move."""

COMPARISONS = ("is", "above", "below", "at_least", "at_most", "between")


class Period(Frozen):
    """The months that are simulated."""

    start: Day
    """The first day, which is the first day of a month."""
    months: Annotated[int, Field(ge=1, le=120), WHOLE]
    """How many months are simulated."""

    @property
    def end(self) -> dt.date:
        """The first day after the period.

        >>> Period(start=dt.date(2017, 1, 1), months=24).end
        datetime.date(2019, 1, 1)
        """
        years, month = divmod(self.start.month - 1 + self.months, 12)
        return dt.date(self.start.year + years, month + 1, 1)


class Channels(Frozen):
    """The ways around a measure. Off means that the party does what the measure asks of it."""

    cn_slippage: Switch = True
    """China does not fully enforce its own measures."""
    cn_smuggling: Switch = True
    """Chinese traders smuggle fuel and goods in, and coal, ores, seafood and textiles out."""
    ru_fuel: Switch = True
    """Russian firms sell fuel beyond what the measure allows them."""
    ru_labour: Switch = True
    """Russia takes more workers, and keeps some that it should send home."""
    ru_port: Switch = True
    """Russia sends more coal through Rason, cargo by the ferry, and DPRK coal under Russian papers."""
    sts_third: Switch = True
    """Tankers of third countries hand fuel over at sea, ship to ship."""
    un_dilution: Switch = True
    """The Security Council adopts a measure later, and orders less, than was proposed."""


class Move(Frozen):
    """A dated act of Russia that the scenario takes as given."""

    date: Day
    """The day from which it works."""
    actor: Literal["russia"]
    """Who acts."""
    act: Literal["fuel_capacity", "workers", "sailings", "tankers"]
    """What changes: how much fuel Russian firms can deliver beyond the baseline, how many workers Russia wants, how
    often the ferry to Rason sails in a month, or how many tankers carry fuel for Russian firms to a transfer at sea."""
    amount: Annotated[float, WithJsonSchema({"type": ["number", "string"]})]
    """By how much, such as `40 kb/month`, `5000 persons` or `2 ships`; a negative amount takes away."""
    kind: Literal["response", "autonomous"]
    """`response`: only because China tightens, so absent from the baseline; `autonomous`: in any case."""
    title: Text | None = None
    """What it was, in one line."""
    sources: tuple[ReferenceKey, ...] = ()
    """References for it."""

    @field_validator("amount", mode="before")
    @classmethod
    def _in_the_unit_of_the_act(cls, value: object, info: ValidationInfo) -> object:
        act = info.data.get("act")
        return 0.0 if act is None else in_unit(value, MOVE_UNITS[act])


class Lever(Frozen):
    """Something the sender does against leakage, at a constant level between two dates."""

    level: Share
    """How much of it: 0 none, 1 as much as is possible."""
    start: Day | None = None
    """The first day; without it, the first day of the period."""
    until: Day | None = None
    """The last day; if left out, it lasts."""


class Designations(Frozen):
    """Rounds in which the United States puts firms on its list, between two dates."""

    rounds_per_year: Rounds
    """How many rounds come in a year on average; their days are left to chance."""
    names_per_round: Annotated[int, Field(ge=1, le=1000), WHOLE]
    """How many firms are named in a round."""
    target: Literal["random", "by_volume", "hub"] = "random"
    """Whom they hit: firms drawn at `random`, those that delivered the most last month (`by_volume`), or those that can
    carry the most (`hub`)."""
    start: Day | None = None
    """The first day; without it, the first day of the period."""
    until: Day | None = None
    """The last day; if left out, it lasts."""


class Levers(Frozen):
    """What the sender does against leakage. It acts in every arm of the comparison."""

    designations: Designations | None = None
    """Putting firms on the list: they lose their business until they are back under a new name, and banks and Moscow
    take it as a warning."""
    port_monitoring: Lever | None = None
    """Watching ports and ships, as bill HR 1644 asks for Vladivostok, Vanino and Nakhodka: tankers and relabelled coal
    are found out more often, Russia expects to be penalised, and shippers avoid Rason."""
    bank_pressure: Lever | None = None
    """Pressure on banks: Russia expects to be penalised, and payments cost more, most of all on its route."""


class RunSettings(Frozen):
    """How the simulation is run; `leaksim run` can override each of these."""

    seed: Annotated[int, Field(ge=0, le=2**63 - 1), WHOLE] = 1
    """The number that fixes all random draws. Scenarios with the same seed are paired."""
    replications: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] = 500
    """How many random histories are simulated; with `draws`, for each draw. With `half_width`, how many at most."""
    draws: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None = None
    """How many times the uncertain parameters are drawn; without it, up to 200 draws share the replications."""
    on: PreciseOutcome | None = None
    """The outcome that `half_width` speaks of: a metric, and after a `/` its item, such as `leakage.owen/russia`. If
    left out, it is `leakage.value`."""
    half_width: Annotated[float, WithJsonSchema({"type": ["number", "string"]})] | None = None
    """Simulate until the 95 % interval of this outcome from luck alone reaches no farther than this to either side, in
    the unit of the outcome: `0.01` or `1 %`, `20 $m/year`."""

    @property
    def outcome(self) -> str:
        """The outcome that the half-width speaks of."""
        return self.on or USUAL_OUTCOME

    @field_validator("half_width", mode="before")
    @classmethod
    def _in_the_unit_of_the_outcome(cls, value: object, info: ValidationInfo) -> object:
        if value is None or "on" not in info.data:
            return None
        number = in_unit(value, written_unit(info.data["on"] or USUAL_OUTCOME))
        if number <= 0:
            raise refusal(f"wanted a width above 0, found {describe(value)}")
        return number


class Expectation(Frozen):
    """A statement about the result that `leaksim check --run` verifies."""

    metric: Text
    """The dotted name of a result, such as `leakage.value`."""
    item: str = ""
    """The product, channel, group, class or month that it speaks of; empty for the whole."""
    is_: FractionOrUndefined | None = Field(default=None, alias="is")
    """The estimate equals this; `undefined` where the result has no value."""
    above: Fraction | None = None
    """The estimate is greater than this."""
    below: Fraction | None = None
    """The estimate is smaller than this."""
    at_least: Fraction | None = None
    """The estimate is this or greater."""
    at_most: Fraction | None = None
    """The estimate is this or smaller."""
    between: tuple[Fraction, Fraction] | None = None
    """The estimate lies between these two, or equals one of them."""
    because: Text
    """Why the author expects it."""

    def comparisons(self) -> dict[str, object]:
        """Return what the estimate is compared with, by the words the file uses."""
        given = self.model_dump(by_alias=True, exclude_none=True)
        return {word: given[word] for word in COMPARISONS if word in given}


class WrittenUncertainty(Frozen):
    """How an uncertain parameter varies: a distribution, the registry's range, or its rival sources."""

    distribution: Literal["uniform", "loguniform", "triangular"] | None = None
    """The form of the distribution; goes with `low` and `high`."""
    low: Amount | None = None
    """The smallest value, with its unit if it is not the registry's."""
    high: Amount | None = None
    """The greatest value."""
    mode: Amount | None = None
    """The likeliest value of a triangular distribution; without it, the value the scenario assumes."""
    use: Literal["registry", "ensemble", "assumption"] | None = None
    """`registry`: the range and the distribution that the registry gives. `ensemble`: drawn with the others of the
    ensemble, which is worth a line with `times` only. `assumption`: not drawn after all, though the base file has it
    drawn; it has the value that the scenario assumes, or that of the registry."""
    times: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Every value that is drawn, times this; goes with `use`. A scenario with `times: 2` has in each draw twice the
    value that it has without."""
    rivals: NamesOrAll | None = None
    """The rival sources between which one is drawn: their names, or `all`."""


class WrittenUncertainties(Frozen, extra="allow"):
    """Parameters that are not known exactly: each `parameter:` and how it varies, beside or without an ensemble."""

    __pydantic_extra__: dict[ParameterId, WrittenUncertainty] = Field(init=False)
    use: EnsembleName | None = None
    """The ensemble whose members are drawn whole, such as `ensemble_2017`. It has the parameters that the file neither
    names beside it nor sets under `assumptions`; what a base file says of how they vary counts no longer."""

    @property
    def by_parameter(self) -> Mapping[str, WrittenUncertainty]:
        """What is written for single parameters."""
        return self.__pydantic_extra__


class Uncertainty(Frozen):
    """How an uncertain parameter varies, in the unit of the registry."""

    distribution: Literal["uniform", "loguniform", "triangular", "choice", "ensemble"]
    """The form; `choice` draws one of `values` with equal chance, `ensemble` a member with all its parameters."""
    low: float
    """The smallest value."""
    high: float
    """The greatest value."""
    mode: float | None = None
    """The likeliest value, for a triangular distribution."""
    values: tuple[float, ...] = ()
    """The values of the rival sources, for a choice."""
    rivals: tuple[str, ...] = ()
    """The names of the rival sources, in the order of `values`."""
    use: str | None = None
    """`registry` when range and form come from there; the name of an ensemble."""
    column: str | None = Field(default=None, exclude_if=lambda column: column is None)
    """The parameter, whose values are in this column of the ensemble."""
    times: float = Field(default=1.0, exclude_if=lambda times: times == 1)
    """By which the values of the ensemble are multiplied."""


class Correlation(Frozen):
    """Two uncertain parameters that tend to be high together, or one high where the other is low."""

    between: Pair
    """The two parameters. Both are named under `uncertainties`, and neither is drawn between rival sources."""
    rank: Rank
    """Their rank correlation (Spearman's), between -1 and 1: 0.6 if both tend to be high together, -0.6 if one tends to
    be low where the other is high."""


class _Common(Frozen):
    leaksim: Literal[1]
    """The version of the file format, which is 1."""
    name: Identifier
    """A short name for tables and folders: small letters, digits and `_`."""
    title: Text
    """The scenario in one line."""
    description: Text | None = None
    """What is asked, and what the scenario assumes, in a few sentences."""
    references: tuple[ReferenceKey, ...] = ()
    """Keys of the bibliography on which the scenario rests; `leaksim sources` lists them."""
    period: Period
    """The months that are simulated."""
    channels: Channels = Channels()
    """Which ways around the measures are open; all of them unless switched off."""
    moves: tuple[Move, ...] = ()
    """Dated acts that the scenario takes as given."""
    levers: Levers = Levers()
    """What the sender does against leakage."""
    run: RunSettings = RunSettings()
    """How the simulation is run."""
    expect: tuple[Expectation, ...] = ()
    """What the author expects of the result; `leaksim check --run` verifies it."""


class Policy(Frozen):
    """A change to the scenario. What is written here takes precedence, as in a file that extends it."""

    # What a policy leaves out of a block stands in the scenario, so only both together can be checked.
    title: SkipValidation[Text | None] = None
    """The policy in one line; without it, its name in words."""
    description: SkipValidation[Text | None] = None
    """What the policy changes, and why."""
    references: SkipValidation[tuple[ReferenceKey, ...]] = ()
    """Keys of the bibliography, in place of those of the scenario."""
    measures: SkipValidation[tuple[Measure, ...]] = ()
    """The measures, in place of those of the scenario."""
    channels: SkipValidation[Channels] = Channels()
    """Which ways around the measures the policy opens or closes."""
    moves: SkipValidation[tuple[Move, ...]] = ()
    """Dated acts, in place of those of the scenario."""
    levers: SkipValidation[Levers] = Levers()
    """What the sender does besides what it does in the scenario, or at another level."""
    assumptions: Annotated[Mapping[ParameterId, Amount], SkipValidation] = {}
    """Parameters that have another value under the policy."""
    uncertainties: SkipValidation[WrittenUncertainties] = WrittenUncertainties()
    """Parameters that are drawn in another way under the policy."""
    correlations: SkipValidation[tuple[Correlation, ...]] = ()
    """Which of them do not vary independently, in place of those of the scenario."""
    expect: SkipValidation[tuple[Expectation, ...]] = ()
    """What the author expects of the policy; what the scenario expects is not asked of it."""


class ScenarioFile(_Common):
    """A scenario as it is written."""

    extends: Text | None = None
    """Another file to begin from, relative to this one. What is written here takes precedence."""
    measures: tuple[Measure, ...] = ()
    """The measures whose effect is asked: from the catalogue (`use: ...`) or written out."""
    assumptions: Mapping[ParameterId, Amount] = {}
    """Parameters that differ from the registry: `parameter: value`, with a unit if it is another one."""
    uncertainties: WrittenUncertainties = WrittenUncertainties()
    """Parameters that are not known exactly and are drawn anew for each draw."""
    correlations: tuple[Correlation, ...] = ()
    """Which of them do not vary independently of each other; pairs that are not named do."""
    policies: Mapping[Identifier, Policy] = {}
    """Changes to this scenario that `leaksim compare` sets beside it: `name:` and what is different."""


class Scenario(_Common):
    """A scenario ready to be simulated."""

    measures: tuple[Instrument, ...] = ()
    """The measures in full; those that the file wrote out have the issuer `scenario`."""
    assumptions: Mapping[str, float | str] = {}
    """Values by parameter id, in the unit of the registry."""
    uncertainties: Mapping[str, Uncertainty] = {}
    """Distributions by parameter id, in the unit of the registry."""
    correlations: tuple[Correlation, ...] = ()
    """Rank correlations between uncertain parameters; a parameter that is not drawn after all may be among them."""
    ensemble: str | None = Field(default=None, exclude_if=lambda digest: digest is None)
    """SHA-256 of the ensemble from which some of the uncertain parameters are drawn."""

    def value(self, parameter_id: str) -> float | str:
        """Return the value of a parameter: the assumption, else the default of the registry.

        Raises
        ------
        UnknownParameter
            When the registry has no such parameter.
        """
        default = load_registry().parameter(parameter_id).value
        return self.assumptions.get(parameter_id, default)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the content, the same whatever the comments, the key order and the file name."""
        content = self.model_dump(mode="json", by_alias=True)
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
