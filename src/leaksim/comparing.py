"""Compare scenarios in Python: run them in the same random worlds and say how they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from leaksim.engine.executor import Jobs
from leaksim.outcomes.comparison import ComparisonError, Lanes, comparison_table, worlds_table
from leaksim.plan import plan
from leaksim.scenario.fields import nearest
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import Loaded, load
from leaksim.scenario.policies import different_fields
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.schema import Period, Scenario
from leaksim.simulation import Result, simulate_many
from leaksim.store.blocks import BlockStore

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.robustness import Robustness


@dataclass(frozen=True, repr=False)
class Comparison:
    """How scenarios differ from one of them, the reference."""

    table: pd.DataFrame
    """Levels, differences and ranks as a tidy table, with the columns of
    `leaksim.outcomes.comparison.COMPARISON_COLUMNS`."""
    scenarios: tuple[Scenario, ...]
    """As they were run: all with the same replications, draws and seed."""
    reference: str
    """Name of the scenario from which differences are taken."""
    same: dict[str, str]
    """Why a scenario differs from the reference in no output at all, by its name."""
    worlds: pd.DataFrame
    """Every outcome in every world: `scenario`, `metric`, `item`, `world`, `value`. A world is a draw of the uncertain
    parameters; without any, a random history."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Why a scenario of a folder was not compared, by its name."""

    def robustness(self, on: str = "pressure.realised", *, threshold: float | str | None = None) -> Robustness:
        """Judge the scenarios by criteria of decision under deep uncertainty, over all worlds.

        Parameters
        ----------
        on
            The outcome: less of a leakage or of reserves is better, more of everything else.
        threshold
            What a scenario has to reach, as a number or with a unit, for the domain criterion.

        Raises
        ------
        ConditionError
            When the outcome or the threshold cannot be read, or the outcome has no meaning in some world.
        """
        from leaksim.discovery.conditions import outcome_of
        from leaksim.robustness import robustness_of

        headline, base = outcome_of("robustness", on), self.scenarios[0]
        rows = self.worlds[(self.worlds["metric"] == headline.metric) & (self.worlds["item"] == headline.item)]
        outcomes = {
            each.name: rows.loc[rows["scenario"] == each.name, "value"].to_numpy(dtype="float64")
            for each in self.scenarios
        }
        return robustness_of(
            outcomes,
            {each.name: each.title for each in self.scenarios},
            on,
            threshold,
            replications=int(self.table["replications"].iloc[0]),
            are_draws=bool((self.table["draws"] > 1).any()),
            seed=base.run.seed,
        )

    def __repr__(self) -> str:
        from leaksim.report.comparison import plain_text

        return plain_text(self)

    def _repr_html_(self) -> str:
        from leaksim.report.comparison import html

        return html(self)


@dataclass(frozen=True)
class Candidate:
    """A scenario that may be compared."""

    scenario: Scenario
    policy: str = ""
    """The name of the policy in its file, where it is one."""
    in_folder: bool = False
    """Nobody has named it: it lies in a folder that is compared as far as possible."""


def compare(
    scenarios: Iterable[Scenario | str | Path] | Scenario | str | Path,
    *,
    reference: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run scenarios in the same random worlds and say how they differ.

    Parameters
    ----------
    scenarios
        Scenarios, files or folders. A file stands for its scenario and its policies, a folder for all files in it
        that have the period of the reference.
    reference
        Name of the scenario, or of the policy, from which differences are taken; the first scenario if not given.
    replications, seed
        Override the `run` section of the reference, which otherwise holds for all; but all its replications are run,
        whatever its `half_width`.
    jobs
        Who works, as in `simulate`; the result does not depend on it.
    store
        A folder in which blocks are kept as they are done, so that what was interrupted goes on from there.
    progress
        Called with (blocks done, blocks in all) after every block.

    Returns
    -------
    Comparison
        With the table of differences.

    Raises
    ------
    ComparisonError
        For fewer than two scenarios, two of one name, another period, or a reference that is not among them.
    """
    listed = [scenarios] if isinstance(scenarios, str | Path | Scenario) else scenarios
    return compare_candidates(
        [candidate for each in listed for candidate in _candidates(each)],
        reference=reference,
        replications=replications,
        seed=seed,
        jobs=jobs,
        store=store,
        progress=progress,
    )


def compare_candidates(
    candidates: Sequence[Candidate],
    *,
    reference: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: Jobs = 1,
    store: BlockStore | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Compare scenarios of which it is known where they come from; see `compare`."""
    base = _reference(candidates, reference)
    left_out = _of_other_periods(candidates, base)
    chosen = [each.scenario for each in candidates if each.scenario.name not in left_out]
    prepared = run_alike(chosen, base, replications, seed)
    months = base.period.months
    lanes: dict[str, Lanes] = {}
    outputs: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    unread: dict[str, frozenset[str]] = {}
    results = simulate_many(prepared, jobs=jobs, store=store, progress=progress)
    with closing(results):
        for result in results:
            name = result.plan.scenario.name
            lanes[name] = Lanes(name, result.replications, result.plan.draws, months / 12)
            outputs[name] = _outputs(result)
            unread[name] = frozenset(result.unread)
    same = {
        each.name: why_the_same(each, base, unread[each.name] | unread[base.name])
        for each in chosen
        if each is not base and all(map(_equal, outputs[each.name], outputs[base.name]))
    }
    in_order = [lanes[each.name] for each in chosen]
    table = comparison_table(in_order, base.name)
    return Comparison(table, tuple(prepared), base.name, same, worlds_table(in_order), left_out)


def candidates_of(loaded: Loaded, *, in_folder: bool) -> Iterator[Candidate]:
    """Yield the scenario of a valid file, then its policies."""
    if loaded.scenario is not None:
        yield Candidate(loaded.scenario, in_folder=in_folder)
    for name, policy in loaded.policies.items():
        yield Candidate(policy.scenario, name, in_folder)


def _candidates(given: Scenario | str | Path) -> Iterator[Candidate]:
    if isinstance(given, Scenario):
        yield Candidate(given)
        return
    for file in scenario_files([given]):
        loaded = load(file)
        if loaded.scenario is None:
            raise ScenarioProblems(loaded.problems)
        yield from candidates_of(loaded, in_folder=Path(given).is_dir())


def _reference(candidates: Sequence[Candidate], wanted: str | None) -> Scenario:
    names = [each.scenario.name for each in candidates]
    if len(names) < 2:
        alone = f"; {names[0]} has no policies" if names else ""
        raise ComparisonError(f"a comparison needs at least two scenarios, or one with policies{alone}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ComparisonError(f"two scenarios are called {', '.join(twice)}; give each a name of its own")
    if wanted is None:
        return candidates[0].scenario
    # The short name of a policy will do where only one policy has it.
    called = [each.scenario for each in candidates if each.scenario.name == wanted]
    called = called or [each.scenario for each in candidates if each.policy == wanted]
    if len(called) == 1:
        return called[0]
    if called:
        raise ComparisonError(f"'{wanted}' may be {' or '.join(each.name for each in called)}: write the whole name")
    alike = nearest(wanted, [*names, *(each.policy for each in candidates if each.policy)])
    hint = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(names)}"
    raise ComparisonError(f"the reference '{wanted}' is not among the scenarios; {hint}")


def refuse_other_periods(scenarios: Sequence[Scenario], base: Scenario) -> None:
    """Raise a `ComparisonError` that names the scenarios of another period than the reference."""
    _of_other_periods([Candidate(each) for each in scenarios], base)


def _of_other_periods(candidates: Sequence[Candidate], base: Scenario) -> dict[str, str]:
    """Return why scenarios of a folder cannot be compared, by their names; refuse those that were named."""
    others = {each.scenario.name: each for each in candidates if each.scenario.period != base.period}
    if not others:
        return {}
    told = {name: _months(each.scenario.period) for name, each in others.items()}
    if any(not each.in_folder for each in others.values()) or len(candidates) - len(others) < 2:
        listed = "; ".join(f"{name} has {months}" for name, months in told.items())
        raise ComparisonError(
            f"only scenarios of the same period can be compared. {base.name} has {_months(base.period)}; {listed}. "
            "Leave out what does not belong, or give all the same `period`"
        )
    return {name: f"it has {months}, the reference {_months(base.period)}" for name, months in told.items()}


def _months(period: Period) -> str:
    return f"{period.months} months from {period.start}"


def run_alike(
    scenarios: Sequence[Scenario], base: Scenario, replications: int | None, seed: int | None
) -> list[Scenario]:
    """Give all scenarios the seed, the lanes and the draws of the reference, unless other numbers are given."""
    run = base.run.model_copy(
        update={
            "replications": base.run.replications if replications is None else replications,
            "seed": base.run.seed if seed is None else seed,
            "half_width": None,  # runs of different length would not be paired
        }
    )
    alike = [each.model_copy(update={"run": run}) for each in scenarios]
    # Without uncertain parameters the number of draws means nothing to a scenario, but it has to have as many lanes.
    lanes = max(plan(each).lanes for each in alike)
    certain = run.model_copy(update={"replications": lanes, "draws": None})
    return [each if each.uncertainties else each.model_copy(update={"run": certain}) for each in alike]


def _outputs(result: Result) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what came of a scenario, in every lane and in all, whatever the number of draws."""
    table = result.table
    in_all = table.loc[table["interval"] == "replication", ["metric", "item", "estimate"]]
    return result.replications.drop(columns="draw"), in_all.reset_index(drop=True)


def _equal(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.equals(other)


def why_the_same(scenario: Scenario, base: Scenario, unread: frozenset[str], where: str = "these histories") -> str:
    """Say why a scenario comes out as the reference does.

    Parameters
    ----------
    unread
        Parameters that nothing in either has read.
    where
        What was looked at.
    """
    other = different_fields(scenario, base)
    if not other:
        return "both ask for the same"
    values = _different_values(scenario, base)
    if set(other) <= {"assumptions", "uncertainties"}:
        if not values:
            return "their values are the same"
        if values <= unread:
            return f"nothing reads {', '.join(sorted(values))}"
    what = [name for name in other if name not in ("assumptions", "uncertainties")] + sorted(values)
    return f"they differ in {', '.join(what)}, but nothing came of it in {where}"


def _different_values(scenario: Scenario, base: Scenario) -> set[str]:
    return {
        name
        for each in (scenario, base)
        for name in (*each.assumptions, *each.uncertainties)
        if scenario.uncertainties.get(name) != base.uncertainties.get(name)
        or (name not in scenario.uncertainties and scenario.value(name) != base.value(name))
    }
