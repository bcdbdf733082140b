"""From what is written to what is simulated: measures in full, quantities in the units of the registry."""

from collections import Counter
from collections.abc import Iterator

from pydantic import ValidationError

from leaksim.evidence.ensembles import load_ensemble
from leaksim.evidence.instruments import Instrument
from leaksim.evidence.registry import load_registry
from leaksim.scenario.combinations import combination_findings
from leaksim.scenario.correlations import correlation_findings
from leaksim.scenario.findings import Finding
from leaksim.scenario.measures import CatalogueMeasure, WrittenMeasure
from leaksim.scenario.parameters import assumptions_of, uncertainties_of
from leaksim.scenario.precision import precision_findings
from leaksim.scenario.schema import COMPARISONS, Scenario, ScenarioFile
from leaksim.scenario.validation import relevant


def resolve(file: ScenarioFile) -> tuple[Scenario | None, list[Finding]]:
    """Return the scenario, or ``None`` and the findings that stand against it."""
    measures, measure_findings = _measures_of(file)
    assumptions, assumption_findings = assumptions_of(file)
    uncertainties, uncertainty_findings = uncertainties_of(file, assumptions)
    refused = {finding.path[1] for finding in (*assumption_findings, *uncertainty_findings)}
    findings = [
        *measure_findings,
        *assumption_findings,
        *uncertainty_findings,
        *combination_findings(file, assumptions, uncertainties, refused),
        *correlation_findings(file, uncertainties),
        *precision_findings(file, uncertainties),
        *_period_findings(file),
        *_lever_findings(file),
        *_expectation_findings(file),
    ]
    if findings:
        return None, findings
    common = {name: getattr(file, name) for name in Scenario.model_fields if name in ScenarioFile.model_fields}
    parts = {"measures": measures, "assumptions": assumptions, "uncertainties": uncertainties}
    if any(each.distribution == "ensemble" for each in uncertainties.values()):
        parts["ensemble"] = load_ensemble(str(file.uncertainties.use)).digest
    return Scenario.model_validate(common | parts), []


def _measures_of(file: ScenarioFile) -> tuple[tuple[Instrument, ...], list[Finding]]:
    instruments = []
    findings = []
    for index, measure in enumerate(file.measures):
        path = ("measures", index)
        if isinstance(measure, CatalogueMeasure):
            instruments.append(load_registry().instruments[measure.use])
            continue
        try:
            instruments.append(_instrument(measure))
        except ValidationError as error:
            for detail in relevant(error):
                message = str(detail.get("ctx", {}).get("error", detail["msg"]))
                findings.append(Finding((*path, *detail["loc"]), message))
        if measure.id in load_registry().instruments:
            message = f"'{measure.id}' is a measure of the catalogue: `use` it, or choose another id"
            findings.append(Finding((*path, "id"), message))
    counts = Counter(_name_of(measure) for measure in file.measures)
    for index, measure in enumerate(file.measures):
        if counts[_name_of(measure)] > 1:
            findings.append(Finding(("measures", index), f"'{_name_of(measure)}' stands here more than once"))
    return tuple(instruments), findings


def _name_of(measure: CatalogueMeasure | WrittenMeasure) -> str:
    return measure.use if isinstance(measure, CatalogueMeasure) else measure.id


def _instrument(measure: WrittenMeasure) -> Instrument:
    """Return a written measure as an instrument; its own rules check the text as they do the catalogue's."""
    return Instrument.model_validate(measure.model_dump() | {"issuer": "scenario"})


def _period_findings(file: ScenarioFile) -> Iterator[Finding]:
    if file.period.start.day != 1:
        first = file.period.start.replace(day=1)
        yield Finding(("period", "start"), f"a period begins on the first day of a month, such as {first}")


def _lever_findings(file: ScenarioFile) -> Iterator[Finding]:
    for name in type(file.levers).model_fields:
        lever = getattr(file.levers, name)
        if lever is not None and lever.start and lever.until and lever.until < lever.start:
            message = f"{lever.until} is before its start, {lever.start}"
            yield Finding(("levers", name, "until"), message)


def _expectation_findings(file: ScenarioFile) -> Iterator[Finding]:
    for index, expectation in enumerate(file.expect):
        if not expectation.comparisons():
            message = f"it says nothing about {expectation.metric}"
            yield Finding(("expect", index), message, allowed=COMPARISONS)
        if expectation.between and expectation.between[0] > expectation.between[1]:
            yield Finding(("expect", index, "between"), "the smaller number has to come first")
