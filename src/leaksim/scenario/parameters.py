"""Values of parameters as a scenario gives them, checked against the registry."""

from typing import Literal

from leaksim.evidence.ensembles import load_ensemble
from leaksim.evidence.registry import Parameter, load_registry
from leaksim.scenario.fields import describe, in_unit, refusal, shown
from leaksim.scenario.findings import Finding
from leaksim.scenario.schema import ScenarioFile, Uncertainty, WrittenUncertainty


def assumptions_of(file: ScenarioFile) -> tuple[dict[str, float | str], list[Finding]]:
    """Return the assumed values in the units of the registry, and what is wrong with the others."""
    values: dict[str, float | str] = {}
    findings = []
    for name, written in file.assumptions.items():
        try:
            values[name] = value_of(load_registry().parameter(name), written)
        except ValueError as error:
            findings.append(Finding.of(("assumptions", name), error))
    return values, findings


_NOT_DRAWN = WrittenUncertainty(use="assumption")


def uncertainties_of(
    file: ScenarioFile, assumptions: dict[str, float | str]
) -> tuple[dict[str, Uncertainty], list[Finding]]:
    """Return the distributions in the units of the registry, and what is wrong with the others."""
    distributions: dict[str, Uncertainty] = {}
    findings = []
    by_parameter = file.uncertainties.by_parameter
    if file.uncertainties.use is not None:
        distributions.update(_from_ensemble(file.uncertainties.use, but={*assumptions, *by_parameter}))
    for name, written in by_parameter.items():
        if written == _NOT_DRAWN:
            continue
        parameter = load_registry().parameter(name)
        try:
            if written.use == "ensemble":
                distributions[name] = _multiplied(parameter, written, file.uncertainties.use)
            else:
                distributions[name] = _uncertainty(parameter, written, assumptions.get(name))
        except ValueError as error:
            findings.append(Finding.of(("uncertainties", name), error))
    return distributions, findings


def _from_ensemble(name: str, but: set[str]) -> dict[str, Uncertainty]:
    ensemble = load_ensemble(name)
    ranges = {parameter: ensemble.range(parameter) for parameter in ensemble.columns if parameter not in but}
    return {
        parameter: Uncertainty(distribution="ensemble", low=low, high=high, use=name, column=parameter)
        for parameter, (low, high) in ranges.items()
    }


def _multiplied(parameter: Parameter, written: WrittenUncertainty, ensemble: str | None) -> Uncertainty:
    if ensemble is None or parameter.id not in load_ensemble(ensemble).columns:
        raise refusal(f"{parameter.id} is drawn with no ensemble here")
    if written != WrittenUncertainty(use="ensemble", times=written.times):
        raise refusal("`use: ensemble` goes with `times` and nothing else")
    times = written.times or 1.0
    low, high = (float(value_of(parameter, times * end)) for end in load_ensemble(ensemble).range(parameter.id))
    return Uncertainty(distribution="ensemble", low=low, high=high, use=ensemble, column=parameter.id, times=times)


def value_of(parameter: Parameter, written: float | str) -> float | str:
    """Read a value of a parameter.

    Raises
    ------
    ValueError
        When the unit measures something else, or the value is impossible.
    """
    if parameter.choices:
        if written not in parameter.choices:
            raise refusal(f"wanted one of the choices, found {describe(written)}", written, parameter.choices)
        return written
    value = in_unit(written, parameter.unit)
    if not parameter.limits.allow(value):
        unit = f" {parameter.unit}" if parameter.limits.lowest and parameter.unit != "1" else ""
        raise refusal(f"{shown(written)} is impossible: {parameter.id} is {parameter.limits}{unit}")
    if parameter.structural and value % 1 != 0:
        raise refusal(f"{shown(written)} is impossible: {parameter.id} is a whole number")
    return value


def outside_supported_range(parameter: Parameter, value: float | str) -> bool:
    """Say whether ``value`` lies outside the range that the sources support."""
    if isinstance(value, str) or parameter.low is None or parameter.high is None:
        return False
    return not parameter.low <= value <= parameter.high


def _uncertainty(parameter: Parameter, written: WrittenUncertainty, assumed: float | str | None) -> Uncertainty:
    central = parameter.value if assumed is None else assumed
    if parameter.structural or isinstance(central, str):
        raise refusal(
            f"{parameter.id} has one value for a whole scenario: set it under assumptions, "
            "and write one scenario for each value to compare"
        )
    own = any(field is not None for field in (written.distribution, written.low, written.high, written.mode))
    if own + (written.use is not None) + (written.rivals is not None) != 1:
        raise refusal("wanted one of `distribution` with `low` and `high`, `use`, or `rivals`")
    if written.times is not None and written.use != "registry":
        raise refusal("`times` goes with `use: registry` or `use: ensemble`")
    if written.rivals is not None:
        return _choice(parameter, written.rivals)
    if own:
        return _distribution(parameter, written, central)
    if parameter.low is None or parameter.high is None or parameter.distribution in ("fixed", "choice"):
        own_words = "write `distribution`, `low` and `high`"
        raise refusal(f"the registry gives no range for {parameter.id}: {own_words}")
    times = 1.0 if written.times is None else written.times
    mode = float(parameter.likeliest) if assumed is None else central
    form = {
        "distribution": parameter.distribution,
        "mode": times * mode if parameter.distribution == "triangular" else None,
    }
    ends = {"low": times * parameter.low, "high": times * parameter.high}
    return _distribution(parameter, written.model_copy(update={**form, **ends}), central)


def _choice(parameter: Parameter, names: tuple[str, ...]) -> Uncertainty:
    known = {rival.name: rival.value for rival in parameter.rivals}
    if not known:
        raise refusal(f"the registry knows no rival values for {parameter.id}")
    wanted = tuple(known) if names == ("all",) else names
    for name in wanted:
        if name not in known:
            raise refusal(f"{parameter.id} has no rival called '{name}'", name, known)
    if not wanted or len(set(wanted)) < len(wanted):
        raise refusal("wanted each rival once", allowed=known)
    values = tuple(known[name] for name in wanted)
    return Uncertainty(distribution="choice", low=min(values), high=max(values), values=values, rivals=wanted)


def _registry_use(written: WrittenUncertainty) -> Literal["registry"] | None:
    return "registry" if written.use == "registry" else None


def _distribution(parameter: Parameter, written: WrittenUncertainty, central: float) -> Uncertainty:
    if written.distribution is None or written.low is None or written.high is None:
        raise refusal("`distribution`, `low` and `high` belong together")
    low, high = (float(value_of(parameter, bound)) for bound in (written.low, written.high))
    if not low < high:
        raise refusal(f"low ({shown(written.low)}) has to be smaller than high ({shown(written.high)})")
    if written.distribution == "loguniform" and low <= 0:
        raise refusal("a loguniform distribution needs low above 0")
    mode = None
    if written.distribution == "triangular":
        mode = central if written.mode is None else float(value_of(parameter, written.mode))
        if not low <= mode <= high:
            raise refusal(f"the likeliest value, {mode:g}, has to lie between low and high")
    elif written.mode is not None:
        raise refusal("only a triangular distribution has a mode")
    return Uncertainty(distribution=written.distribution, low=low, high=high, mode=mode, use=_registry_use(written))
