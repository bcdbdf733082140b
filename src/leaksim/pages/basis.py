"""What the numbers rest on: assumptions with their grades, sources, and how the run was made."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from leaksim.evidence.bibliography import plain_reference
from leaksim.pages.markup import facts
from leaksim.pages.study import Case, Study
from leaksim.pages.tables import Tables
from leaksim.report.citations import rests_on
from leaksim.report.software import software_reference
from leaksim.tables.html import reference_id
from leaksim.tables.layout import ParameterLayout
from leaksim.tables.making import lay_out
from leaksim.tables.model import Group, Row, Table
from leaksim.tables.reading import built_in_file, read_layout

_ASSUMED = "Assumed: no source fixes the value, and what was observed in 2016 and 2017 hardly speaks of it"
_SOURCED = "With a source, calibrated, or set by the scenario"

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;)]")


def reference_numbers(study: Study) -> dict[str, int]:
    """Give a number to every reference on which a study rests, by key."""
    keys = {row.key for case in study.cases for row in rests_on(case.scenario).references}
    return {key: number for number, key in enumerate(sorted(keys), start=1)}


def assumptions(study: Study, tables: Tables) -> str:
    """Write the parameters of the reference, those that are assumed first."""
    case = study.reference
    layout = read_layout(built_in_file("parameters"))
    assert isinstance(layout, ParameterLayout)
    table = _by_grade(lay_out(layout.model_copy(update={"which": "all"}), [case.for_tables]), case)
    chosen = {*case.scenario.uncertainties, *case.scenario.assumptions}
    varied = _part(table, "parameters", "Parameters that are drawn or set", chosen, inside=True)
    fixed = _part(table, "fixed_parameters", "Parameters at the value of the registry", chosen, inside=False)
    assumed = sum(row.is_assumed for row in rests_on(case.scenario).parameters)
    every = len(rests_on(case.scenario).parameters)
    of_others = "" if len(study.cases) == 1 else " They are those of the reference; the others differ as said above."
    said = (
        f"<p>Of the {every} parameters {assumed} are assumed: no source fixes them, and what was "
        f"observed in 2016 and 2017 hardly speaks of them. Read the intervals, not the points.{of_others}</p>\n"
    )
    shown = tables.part(varied) if varied.groups else ""
    more = tables.part(fixed) if fixed.groups else ""
    return f"{said}{shown}<details><summary>The parameters that are not varied</summary>\n{more}</details>\n"


def _by_grade(table: Table, case: Case) -> Table:
    assumed = {row.id for row in rests_on(case.scenario).parameters if row.is_assumed}
    rows = [row for _, row in table.rows]
    groups = (
        Group(_ASSUMED, tuple(row for row in rows if _id(row) in assumed)),
        Group(_SOURCED, tuple(row for row in rows if _id(row) not in assumed)),
    )
    return replace(table, groups=groups)


def _part(table: Table, name: str, title: str, chosen: set[str], *, inside: bool) -> Table:
    groups = (
        replace(group, rows=tuple(row for row in group.rows if (_id(row) in chosen) == inside))
        for group in table.groups
    )
    kept = tuple(group for group in groups if group.rows)
    return replace(table, name=name, title=title, label=f"tab:{name}", groups=kept)


def _id(row: Row) -> str:
    origin = row.cells[0].origin
    assert origin is not None
    return origin.item


def sources(numbering: Mapping[str, int]) -> str:
    """List the references, with links to those that have an address."""
    lines = (
        f'<li id="{reference_id(number)}">{_linked(plain_reference(key))} <code>{escape(key)}</code></li>\n'
        for key, number in numbering.items()
    )
    return f"<p>How to cite leaksim: {_linked(software_reference())}</p>\n<ol>\n{''.join(lines)}</ol>\n"


def _linked(reference: str) -> str:
    parts, done = [], 0
    for found in _ADDRESS.finditer(reference):
        parts += [escape(reference[done : found.start()]), f'<a href="{escape(found[0])}">{escape(found[0])}</a>']
        done = found.end()
    return "".join([*parts, escape(reference[done:])])


def making(study: Study) -> str:
    """Say with what the runs were made, and how to make them again."""
    commands = "\n".join(_commands(study))
    software = list(dict.fromkeys(tuple(_software(case.manifest)) for case in study.cases))
    parts = [facts(each) for each in software]
    parts += [f"<h3>{escape(case.scenario.title)}</h3>\n{facts(_run(case.manifest))}" for case in study.cases]
    return (
        "<p>With the same version of leaksim, in the folder of the scenario files, these commands give the same "
        "numbers:</p>\n"
        f'<pre tabindex="0"><code>{escape(commands)}</code></pre>\n{"".join(parts)}'
        "<p>This page carries its numbers, the scenarios and these facts as JSON, in the element "
        "<code>leaksim-results</code>.</p>\n"
    )


def _commands(study: Study) -> Iterator[str]:
    runs = [case.manifest for case in study.cases]
    revisions = {git["revision"] for run in runs if (git := run["software"]["git"])}
    if len(revisions) == 1:
        yield f"git checkout {revisions.pop()}"
    if study.from_files:
        yield _one_command(study)
        return
    for case in study.cases:
        about, how = case.manifest["scenario"], case.manifest["run"]
        file = about["file"] or f"{about['name']}.yaml"
        stem = file.rpartition(".")[0]
        policy = f" --policy {about['name'].removeprefix(f'{stem}_')}" if about["name"].startswith(f"{stem}_") else ""
        yield f"leaksim run {shlex.quote(file)}{policy} --replications {_replications(case, how)} --seed {how['seed']}"
    folders = " ".join(f"results/{case.scenario.name}" for case in study.cases)
    yield f"leaksim report {folders} --out study.html"


def _one_command(study: Study) -> str:
    """Write the command for a page whose runs were made for it."""
    base = study.reference
    how = base.manifest["run"]
    files = dict.fromkeys(shlex.quote(case.manifest["scenario"]["file"]) for case in study.cases)
    chosen = f" --reference {base.scenario.name}" if len(study.cases) > 1 else ""
    numbers = f"--replications {_replications(base, how)} --seed {how['seed']}"
    return f"leaksim report {' '.join(files)}{chosen} {numbers} --out study.html"


def _replications(case: Case, how: Mapping[str, Any]) -> int:
    """Return the number that gives as many lanes: some scenarios count the lanes of each draw."""
    each_draw = case.scenario.uncertainties and case.scenario.run.draws is not None
    return int(how["replications"]) // (int(how["draws"]) if each_draw else 1)


def _software(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    software = dict(manifest["software"])
    git = software.pop("git")
    state = (
        "" if git is None else f"{git['revision']}{', with changes that are not committed' if git['modified'] else ''}"
    )
    version = software.pop("leaksim")
    libraries = ", ".join(f"{name} {number}" for name, number in software.items())
    return [
        ("leaksim", version),
        ("Git revision", state),
        ("Software", libraries),
        ("Evidence (SHA-256)", manifest["evidence"]),
        ("Random numbers", manifest["streams"]),
    ]


def _run(manifest: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    about, how = manifest["scenario"], manifest["run"]
    precision = how["precision"]
    wanted = "" if precision is None else f"{precision['half_width']:g} for {precision['on']}"
    return [
        ("Scenario", about["name"]),
        ("File", about["file"] or ""),
        ("Content (SHA-256)", about["digest"]),
        ("Seed", str(how["seed"])),
        ("Random histories", f"{how['replications']:,}"),
        ("Draws of parameters", f"{how['draws']:,}"),
        ("Months", str(how["months"])),
        ("Without chance", "yes: every random draw is replaced by its mean" if how["deterministic"] else ""),
        ("Half-width wanted", wanted),
        ("Set but never read", ", ".join(how["unread"])),
    ]
