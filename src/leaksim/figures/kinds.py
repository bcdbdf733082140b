"""The kinds of figures: which options go with each, and the way from what is asked for to its sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.figures.sheet import FigureError, Sheet
from leaksim.figures.sources import (
    Asked,
    Settings,
    is_run,
    is_table,
    one_scenario,
    one_subject,
    only_source,
    read_table,
    refuse_run_settings,
    scenarios_of,
    subject_of,
)
from leaksim.model.dimensions import PRODUCTS
from leaksim.scenario.fields import nearest
from leaksim.scenario.schema import Scenario
from leaksim.simulation import Result
from leaksim.sweeping import Sweep

if TYPE_CHECKING:
    import pandas as pd


def sheet_for(asked: Asked) -> Sheet:
    """Make the sheet that is asked for.

    Raises
    ------
    FigureError
        When the kind is unknown, an option does not go with it, or a source does not have what it needs.
    """
    if asked.kind not in KINDS:
        alike = nearest(asked.kind, tuple(KINDS))
        hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(KINDS)}"
        raise FigureError(f"there is no figure '{asked.kind}'; {hint}")
    make, options = KINDS[asked.kind]
    given = [field.name for field in fields(Settings) if getattr(asked.settings, field.name) is not None]
    useless = [name for name in given if name not in options and name not in ("replications", "seed")]
    if useless:
        raise FigureError(f"{asked.kind} has no option {', '.join(useless)}; it has {', '.join(options) or 'none'}")
    return make(asked)


def _fan(asked: Asked) -> Sheet:
    from leaksim.figures.fan import fan

    if len(asked.sources) == 2:
        return _compared_fan(asked)
    if asked.settings.reference is not None:
        raise FigureError("a reference goes with two scenarios")
    return fan(one_subject(asked))


def _compared_fan(asked: Asked) -> Sheet:
    from leaksim.engine.calendar import Calendar
    from leaksim.figures.compared_fan import compared_fan, compared_fan_data
    from leaksim.paired_runs import observe_all, paired_plans

    reference, ours = _reference_first(scenarios_of(asked.sources), asked.settings.reference)
    if reference.period != ours.period:
        raise FigureError(f"{reference.name} and {ours.name} have different periods; give both the same `period`")
    settings = asked.settings
    plans = paired_plans([reference, ours], replications=settings.replications, seed=settings.seed)
    of_reference, of_ours = observe_all(plans, monthly=True, jobs=asked.jobs, progress=asked.progress)
    months = Calendar(ours.period.start, ours.period.months).labels
    realised = [observed.monthly["pressure"][:, -1] for observed in (of_ours, of_reference)]
    data = compared_fan_data(months, *realised)
    titles = {"scenario": ours.title, "reference": reference.title}
    return compared_fan(data, titles, plans[0].lanes, max(each.draws for each in plans), plans[0].seed)


def _waterfall(asked: Asked) -> Sheet:
    from leaksim.figures.waterfall import waterfall

    return waterfall(one_subject(asked))


def _suppliers(asked: Asked) -> Sheet:
    from leaksim.figures.suppliers import suppliers

    return suppliers(one_subject(asked), _product(asked, "jet_fuel"))


def _monitor(asked: Asked) -> Sheet:
    from leaksim.figures.monitor import monitor

    return monitor(one_subject(asked), _product(asked, "motor_fuel"))


def _timeline(asked: Asked) -> Sheet:
    from leaksim.evidence.registry import load_registry
    from leaksim.figures.instruments import instruments

    if not asked.sources:
        return instruments("The measures of the catalogue", tuple(load_registry().instruments.values()))
    source = only_source(asked)
    if isinstance(source, Result) or is_run(source):
        subject = subject_of(source, asked)
        return instruments(subject.title, subject.measures, proposed_holds=subject.proposed_holds)
    scenario = one_scenario(source)  # its measures are known without a run
    return instruments(scenario.title, scenario.measures, proposed_holds=not scenario.channels.un_dilution)


def _differences(asked: Asked) -> Sheet:
    from leaksim.figures.comparisons import comparison_of
    from leaksim.figures.differences import differences

    table, titles, made = comparison_of(asked)
    metric = asked.settings.metric or "pressure.realised"
    return differences(table, titles, metric, asked.settings.item or "", made)


def _tornado(asked: Asked) -> Sheet:
    from leaksim.figures.tornado import tornado
    from leaksim.one_at_a_time import one_at_a_time

    source, settings = only_source(asked), asked.settings
    top = 12 if settings.top is None else settings.top
    if top < 1:
        raise FigureError(f"top is how many parameters are shown, at least 1, not {top}")
    if is_table(source):
        table = read_table(source)
        title, made = _title_of(table), ""
        if table["metric"].str.startswith("sensitivity.").any():
            return _indices(asked, table, title, top)
    else:
        scenario = one_scenario(source)
        table = one_at_a_time(
            scenario,
            replications=settings.replications,
            seed=settings.seed,
            jobs=asked.jobs,
            progress=asked.progress,
        )
        seed = scenario.run.seed if settings.seed is None else settings.seed
        title, made = scenario.title, f", scenario {scenario.name}, seed {seed}"
    return tornado(table, title, settings.metric or "leakage.value", top, made)


def _indices(asked: Asked, table: pd.DataFrame, title: str, top: int) -> Sheet:
    from leaksim.figures.indices import indices

    if asked.settings.metric is not None:
        raise FigureError("the table speaks of one outcome; choose another with leaksim sensitivity --on")
    return indices(table, title, top)


def _heat_map(asked: Asked) -> Sheet:
    from leaksim.figures.heat_map import heat_map
    from leaksim.sweeping import sweep

    source, settings = only_source(asked), asked.settings
    if is_table(source):
        refuse_run_settings(asked, source)
        table, titles, made = read_table(source), {}, ""
    else:
        if isinstance(source, Sweep):
            refuse_run_settings(asked, source)
            found = source
        elif isinstance(source, str | Path):
            found = sweep(
                source,
                replications=settings.replications,
                seed=settings.seed,
                jobs=asked.jobs,
                progress=asked.progress,
            )
        else:
            raise FigureError(f"heat-map is drawn from a study, not from a {type(source).__name__}")
        if found.failed is not None:
            raise found.failed
        table, titles = found.table, {each.name: each.title for each in found.study.scenarios}
        made = f", seed {found.seed}"
    return heat_map(table, titles, settings.metric or "leakage.value", settings.item or "", settings.level, made)


def _title_of(table: pd.DataFrame) -> str:
    name = str(table["scenario"].iloc[0]).replace("_", " ")
    return name[:1].upper() + name[1:]


KINDS: Mapping[str, tuple[Callable[[Asked], Sheet], tuple[str, ...]]] = {
    "fan": (_fan, ("reference",)),
    "waterfall": (_waterfall, ()),
    "differences": (_differences, ("metric", "item", "reference")),
    "tornado": (_tornado, ("metric", "top")),
    "heat-map": (_heat_map, ("metric", "item", "level")),
    "suppliers": (_suppliers, ("product",)),
    "timeline": (_timeline, ()),
    "monitor": (_monitor, ("product",)),
}
"""Kinds of figures, how each is made, and the options that go with it beside those of runs."""


def _product(asked: Asked, usual: str) -> str:
    product = usual if asked.settings.product is None else asked.settings.product
    if product not in PRODUCTS:
        alike = nearest(product, PRODUCTS)
        hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(PRODUCTS)}"
        raise FigureError(f"there is no product '{product}'; {hint}")
    return product


def _reference_first(scenarios: list[Scenario], wanted: str | None) -> tuple[Scenario, Scenario]:
    if len(scenarios) != 2:
        raise FigureError(f"fan compares two scenarios, not {len(scenarios)}")
    names = [each.name for each in scenarios]
    if names[0] == names[1]:
        raise FigureError(f"both scenarios are called {names[0]}; give each a name of its own")
    if wanted is not None and wanted not in names:
        raise FigureError(f"the reference '{wanted}' is not among the scenarios; there are {', '.join(names)}")
    one, other = scenarios
    return (other, one) if wanted == other.name else (one, other)
