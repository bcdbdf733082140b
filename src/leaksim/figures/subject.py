"""What a figure is drawn from: a run, just made or read from disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leaksim.engine.calendar import Calendar
from leaksim.evidence.instruments import Instrument
from leaksim.report.outcomes import PARAMETER, REPLICATION

if TYPE_CHECKING:
    import pandas as pd

    from leaksim.simulation import Result
    from leaksim.store.runs import SavedRun


@dataclass(frozen=True)
class Subject:
    """A run, of whatever origin."""

    name: str
    title: str
    months: tuple[str, ...]
    """Such as ``2017-06``."""
    lanes: int
    """Random histories."""
    draws: int
    """Parameter draws over which they are spread; 1 without uncertain parameters."""
    seed: int
    table: pd.DataFrame
    monthly: pd.DataFrame
    bands: pd.DataFrame
    measures: tuple[Instrument, ...]
    """Whose effect was asked."""
    proposed_holds: bool
    """Whether measures hold as they were proposed, since the scenario closes the channel `un_dilution`."""
    replications: pd.DataFrame
    """Totals of every lane."""
    facts: Any
    """What has to be the same for two runs to be paired, by what is said of a run where it is not."""

    @property
    def is_uncertain(self) -> bool:
        """Whether parameters were drawn."""
        return self.draws > 1

    def series(self, name: str, arm: str) -> pd.DataFrame:
        """Return the monthly means of a series in one arm with their intervals.

        Returns
        -------
        pandas.DataFrame
            By month: `mean`, `replication_low`, `replication_high`, `parameter_low`, `parameter_high`, `unit`. Without
            uncertain parameters the columns of that interval hold no number.
        """
        import pandas as pd

        rows = self.monthly[
            (self.monthly["metric"] == f"monthly.{name}") & self.monthly["item"].str.startswith(f"{arm}/")
        ]
        rows = rows.assign(month=rows["item"].str.removeprefix(f"{arm}/"))
        by_kind = {kind: of_kind.set_index("month") for kind, of_kind in rows.groupby("interval")}
        means = by_kind[REPLICATION]
        columns = {"mean": means["estimate"]}
        for kind in (REPLICATION, PARAMETER):
            bounds = by_kind.get(kind)
            for end in ("low", "high"):
                columns[f"{kind}_{end}"] = (
                    pd.Series(float("nan"), means.index) if bounds is None else bounds[end].reindex(means.index)
                )
        return pd.DataFrame({**columns, "unit": means["unit"]}).reindex(self.months)

    def quantiles(self, name: str, arm: str) -> pd.DataFrame:
        """Return mean and quantiles over the histories of a monthly series, by month."""
        rows = self.bands[(self.bands["series"] == name) & (self.bands["arm"] == arm)]
        return rows.set_index("month").drop(columns=["arm", "series"]).reindex(self.months)


def of_result(result: Result) -> Subject:
    """Take a run that has just been made."""
    from leaksim.store.manifest import common_facts

    plan, scenario = result.plan, result.plan.scenario
    return Subject(
        name=scenario.name,
        title=scenario.title,
        months=Calendar(scenario.period.start, scenario.period.months).labels,
        lanes=plan.lanes,
        draws=plan.draws,
        seed=plan.seed,
        table=result.table,
        monthly=result.monthly,
        bands=result.bands,
        measures=scenario.measures,
        proposed_holds=not scenario.channels.un_dilution,
        replications=result.replications,
        facts=_facts(common_facts(), deterministic=plan.deterministic),
    )


def of_saved(run: SavedRun) -> Subject:
    """Take a run that was read from disk."""
    about, how = run.manifest["scenario"], run.manifest["run"]
    return Subject(
        name=about["name"],
        title=about["title"],
        months=tuple(run.bands["month"].unique()),
        lanes=how["replications"],
        draws=how["draws"],
        seed=how["seed"],
        table=run.table,
        monthly=run.monthly,
        bands=run.bands,
        measures=tuple(map(Instrument.model_validate, about["content"]["measures"])),
        proposed_holds=not about["content"]["channels"]["un_dilution"],
        replications=run.replications,
        facts=_facts(run.manifest, deterministic=how["deterministic"]),
    )


def _facts(manifest: Any, *, deterministic: bool) -> dict[str, object]:
    return {
        "another version of leaksim": manifest["software"]["leaksim"],
        "other evidence": manifest["evidence"],
        "other random streams": manifest["streams"],
        "another mode, deterministic or not": deterministic,
    }
