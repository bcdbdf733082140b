"""``leaksim explain``: where every value of a scenario comes from, and what a parameter rests on."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter as Option

from leaksim.cli.output import Json, print_json
from leaksim.cli.policies import about_policies, policy_of
from leaksim.errors import InputError
from leaksim.evidence.bibliography import plain_reference
from leaksim.evidence.ensembles import load_ensemble
from leaksim.evidence.instruments import Instrument
from leaksim.evidence.registry import Parameter, load_registry
from leaksim.report.columns import aligned
from leaksim.report.numbers import with_unit
from leaksim.report.traced import traced
from leaksim.scenario.loading import load
from leaksim.scenario.origins import Origin, origins_of
from leaksim.scenario.problems import Place, ScenarioProblems
from leaksim.scenario.schema import Scenario, ScenarioFile, Uncertainty

LONGEST_VALUE = 56


class ExplainUsageError(InputError):
    """The options do not fit together."""


def explain(
    file: Path,
    /,
    *parameters: str,
    policy: str | None = None,
    everything: Annotated[bool, Option(name="--all")] = False,
    outcome: str | None = None,
    item: str = "",
    runs: Path = Path("results"),
    json: Json = False,
) -> int:
    """Show where every value of a scenario comes from.

    Parameters
    ----------
    file
        A scenario file.
    parameters
        Ids of parameters; without any, the whole scenario is shown.
    policy
        Explain this policy of the file, instead of the scenario itself.
    everything
        Show every parameter of the registry, not only those the scenario changes, and what each field means.
    outcome
        Metric of a number of a saved run: show the number first, then the lines and sources on which it rests.
    item
        Item of the metric, where it has one.
    runs
        Folder that holds the saved run.
    json
        Print one JSON document.
    """
    loaded = load(file)
    if loaded.scenario is None or loaded.tree is None:
        raise ScenarioProblems(loaded.problems)
    if policy is None:
        scenario, tree = loaded.scenario, loaded.tree
    else:
        named = policy_of(loaded, policy, file)
        scenario, tree = named.scenario, named.tree
    if item and outcome is None:
        raise ExplainUsageError("--item belongs to a metric: name it with --outcome")
    found = None if outcome is None else traced(scenario, outcome, item, runs)
    origins = list(origins_of(scenario, tree))
    chosen = [load_registry().parameter(name) for name in parameters]
    shown = chosen or [
        parameter
        for name, parameter in load_registry().parameters.items()
        if everything or name in scenario.assumptions or name in scenario.uncertainties
    ]
    where, drawn_in = (
        {origin.path[1]: origin for origin in origins if origin.path[0] == section}
        for section in ("assumptions", "uncertainties")
    )
    if json:
        entries = [_as_json(parameter, scenario, where.get(parameter.id)) for parameter in shown]
        values = [] if chosen else [origin.as_json() for origin in origins]
        about = {"scenario": scenario.name, "file": str(file)}
        number = {"outcome": found.as_json()} if found else {}
        print_json(about | number | {"values": values, "parameters": entries})
        return 0
    if found:
        print(f"{found.number.words}\n{aligned(found.rows)}\n")
    if chosen:
        together = drawn_in.get("use")
        texts = (_in_full(one, scenario, where.get(one.id), drawn_in.get(one.id, together)) for one in chosen)
        print("\n\n".join(texts))
    else:
        print("\n\n".join(_overview(scenario, origins, everything)))
        print()
        print(_parameter_table(shown, scenario, where))
        if policy is None and loaded.policies:
            print(f"\n{about_policies(loaded, file)}")
    if found and not chosen:
        print(f"\n`leaksim explain {file} PARAMETER` has the sources of a parameter in full.")
    return 0


def _overview(scenario: Scenario, origins: Iterable[Origin], everything: bool) -> Iterable[str]:
    yield f"{scenario.name}: {scenario.title}"
    # What is a single value stands together in front; every block gets a heading of its own.
    in_front = sorted(origins, key=lambda origin: len(origin.path) > 1)
    for block, group in groupby(in_front, key=lambda origin: origin.path[0] if len(origin.path) > 1 else ""):
        if block in ("assumptions", "uncertainties"):
            continue
        rows = [
            (origin.name, _short(origin.value), _where(origin), origin.about if everything else "") for origin in group
        ]
        lines = [f"{block}: {ScenarioFile.model_fields[str(block)].description}"] if block else []
        lines.append(aligned(rows))
        if block == "measures":
            lines += [_instrument(instrument) for instrument in scenario.measures]
        yield "\n".join(lines)


def _instrument(instrument: Instrument) -> str:
    rows = []
    for provision in instrument.provisions:
        until = f" until {provision.until}" if provision.until else ""
        sources = ", ".join(provision.sources or instrument.sources)
        when = f"bites on {provision.bites_on}{until}"
        rows.append((provision.flow, "/".join(provision.binds), provision.limit, when, sources))
    return f"  {instrument.id}: {instrument.title}\n{aligned(rows, indent='    ')}"


def _parameter_table(shown: Iterable[Parameter], scenario: Scenario, where: dict[str | int, Origin]) -> str:
    rows = []
    for parameter in shown:
        origin = where.get(parameter.id)
        drawn = scenario.uncertainties.get(parameter.id)
        value = with_unit(scenario.value(parameter.id), parameter.unit)
        basis = f"grade {parameter.basis} {', '.join(parameter.figures or parameter.sources)}".rstrip()
        if origin is None:
            source = f"registry, {basis}"
        else:
            source = f"{_where(origin)}, instead of {with_unit(parameter.value, parameter.unit)} ({basis})"
        rows.append((parameter.id, value, f"{_drawn(drawn)}; {source}" if drawn else source))
    total = len(load_registry().parameters)
    changed = len(scenario.assumptions.keys() | scenario.uncertainties.keys())
    rest = f"parameters: {changed} of {total} set by the scenario, {total - changed} as in the registry"
    hint = "" if len(rows) == total else " (--all shows them)"
    return f"{rest}{hint}\n{aligned(rows)}".rstrip()


def _in_full(parameter: Parameter, scenario: Scenario, origin: Origin | None, drawn_in: Origin | None) -> str:
    default = with_unit(parameter.value, parameter.unit)
    rows = [
        ("value", with_unit(scenario.value(parameter.id), parameter.unit)),
        ("from", "the registry" if origin is None else f"{_where(origin)}, instead of {default}"),
    ]
    if drawn := scenario.uncertainties.get(parameter.id):
        rows.append(("varies", f"{_drawn(drawn)}; {_where(drawn_in)}" if drawn_in else _drawn(drawn)))
    if parameter.low is not None and parameter.high is not None:
        around = "" if parameter.mode is None else f" around {parameter.mode:g}"
        rows.append(
            (
                "prior" if parameter.ensemble else "range",
                f"{parameter.low:g} to {parameter.high:g}, {parameter.distribution}{around}",
            )
        )
    if parameter.choices:
        rows.append(("choices", ", ".join(parameter.choices)))
    rows.append(("grade", parameter.basis))
    rows += [("centre of", load_ensemble(parameter.ensemble).in_words(parameter.id))] if parameter.ensemble else []
    rows += [("because", parameter.reason)] if parameter.reason else []
    rows += [("note", parameter.note)] if parameter.note else []
    for name in parameter.figures:
        figure = load_registry().figures[name]
        rows.append(("figure", f"{name}: {figure.title}: {figure.value} {figure.unit} ({figure.period})"))
    for rival in parameter.rivals:
        note = f": {rival.note}" if rival.note else ""
        rows.append(("rival", f"{rival.name}: {with_unit(rival.value, parameter.unit)}{note}"))
    cited = {*parameter.sources, *(key for rival in parameter.rivals for key in rival.sources)}
    rows += [("source", f"[{key}] {plain_reference(key)}") for key in sorted(cited)]
    return f"{parameter.id}: {parameter.title}\n{aligned(rows)}"


def _as_json(parameter: Parameter, scenario: Scenario, origin: Origin | None) -> dict[str, object]:
    drawn = scenario.uncertainties.get(parameter.id)
    cited = {*parameter.sources, *(key for rival in parameter.rivals for key in rival.sources)}
    return {
        "id": parameter.id,
        "value": scenario.value(parameter.id),
        "origin": "registry" if origin is None else origin.kind,
        "place": None if origin is None or origin.place is None else str(origin.place),
        "uncertainty": drawn,
        "registry": parameter,
        "references": {key: plain_reference(key) for key in sorted(cited)},
    }


def _drawn(uncertainty: Uncertainty) -> str:
    if uncertainty.distribution == "ensemble":
        drawn = f"drawn with {load_ensemble(str(uncertainty.use)).in_words(str(uncertainty.column))}"
        return drawn if uncertainty.times == 1 else f"{drawn}, times {uncertainty.times:g}"
    if uncertainty.rivals:
        return f"drawn from {', '.join(uncertainty.rivals)}"
    mode = "" if uncertainty.mode is None else f" around {uncertainty.mode:g}"
    return f"drawn {uncertainty.distribution}, {uncertainty.low:g} to {uncertainty.high:g}{mode}"


def _where(origin: Origin) -> str:
    if origin.place is None:
        return "default"
    inherited = ", inherited" if origin.kind == "base" else ""
    replaced = origin.replaced
    before = f", replaces {_short(replaced.plain())} of {_line(replaced.place)}" if replaced else ""
    return f"{_line(origin.place)}{inherited}{before}"


def _line(place: Place) -> str:
    return f"{place.source.file.name}:{place.line}"


def _short(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    text = " ".join(", ".join(map(str, value)).split() if isinstance(value, list) else str(value).split())
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
