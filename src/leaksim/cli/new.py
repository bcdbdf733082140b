"""``leaksim new``: a commented scenario or study file to start from."""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from leaksim.cli.output import Json, print_json
from leaksim.errors import InputError
from leaksim.scenario.fields import is_identifier
from leaksim.scenario.loading import load_scenario
from leaksim.study.loading import load_study

SCHEMA = Path("schema", "scenario.schema.json")
STUDY_SCHEMA = Path("schema", "study.schema.json")
TEMPLATE = Path(__file__).with_name("new_scenario.yaml")
STUDY_TEMPLATE = Path(__file__).with_name("new_study.yaml")


class CannotStartError(InputError):
    """The file to be written exists, or its name is not possible."""


def new(
    name: str,
    /,
    *,
    out: Path | None = None,
    base: Annotated[Path | None, Parameter(name="--from")] = None,
    study: bool = False,
    json: Json = False,
) -> int:
    """Write a commented scenario file, or study file, to start from.

    Parameters
    ----------
    name
        The name of the scenario or study: small letters, digits and _.
    out
        The file to write; without it, NAME.yaml in the current folder. A file that exists is left alone.
    base
        A file that the scenario shall extend, or the scenario of a study.
    study
        Write a study file, for `leaksim sweep`; it needs `--from`.
    json
        Print the name of the file as JSON.
    """
    if not is_identifier(name):
        rule = "has to consist of small letters, digits and _, and begin with a letter"
        raise CannotStartError(f"'{name}' {rule}")
    out = out or Path(f"{name}.yaml")
    text = _study_starter(name, out, base) if study else _starter(name, out, base)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CannotStartError(f"{out} exists and is left as it is; choose another --out") from None
    except OSError as error:
        raise CannotStartError(f"{out} cannot be written: {error.strerror}") from None
    try:
        load_study(out) if study else load_scenario(out)
    except InputError:
        out.unlink()
        raise
    if json:
        print_json({"file": str(out), "study" if study else "scenario": name})
    else:
        print(f"{out} written; next: leaksim {'sweep' if study else 'check'} {out}")
    return 0


def _starter(name: str, out: Path, base: Path | None) -> str:
    text = TEMPLATE.read_text(encoding="utf-8").replace("my_scenario", name)
    text = text.replace(SCHEMA.as_posix(), _beside(out, SCHEMA))
    if base is None:
        return text
    # What the base says about period and measures shall hold until the author writes otherwise.
    kept, inherited = text.split("# --- period and measures ---\n")
    hidden = "".join(f"# {line}".rstrip() + "\n" for line in inherited.splitlines())
    relative = Path(os.path.relpath(base, out.parent)).as_posix()
    comment = "# Begin from another file; what is written here takes precedence."
    return f"{kept}{comment}\nextends: {relative}\n\n{hidden}"


def _study_starter(name: str, out: Path, scenario: Path | None) -> str:
    if scenario is None:
        raise CannotStartError("a study needs a scenario: name its file with --from")
    relative = Path(os.path.relpath(scenario, out.parent)).as_posix()
    text = STUDY_TEMPLATE.read_text(encoding="utf-8").replace("my_study", name).replace("my_scenario.yaml", relative)
    return text.replace(STUDY_SCHEMA.as_posix(), _beside(out, STUDY_SCHEMA))


def _beside(out: Path, schema: Path) -> str:
    """Return the way from the file to the nearest schema folder above it."""
    folder = out.resolve().parent
    for above in (folder, *folder.parents):
        if (above / schema).is_file():
            return Path(os.path.relpath(above / schema, folder)).as_posix()
    return schema.as_posix()
