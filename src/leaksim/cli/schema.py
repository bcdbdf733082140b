"""``leaksim schema``: the JSON Schemas of scenario and study files."""

import json as json_format
from pathlib import Path
from typing import Literal

from leaksim.cli.output import Json, print_json
from leaksim.scenario.json_schema import scenario_json_schema
from leaksim.study.json_schema import study_json_schema


def schema(*, of: Literal["scenario", "study"] = "scenario", out: Path | None = None, json: Json = False) -> int:
    """Print the JSON Schema of scenario files, or of study files, for editors.

    Parameters
    ----------
    of
        Files of which kind: `scenario`, or `study` for those of `leaksim sweep`.
    out
        Write it to this file instead; its folder is made if need be.
    json
        With `--out`, print the name of the file as JSON; the schema itself is JSON in any case.
    """
    document = scenario_json_schema() if of == "scenario" else study_json_schema()
    if out is None:
        print_json(document)
        return 0
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json_format.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if json:
        print_json({"file": str(out)})
    else:
        print(f"{out} written")
    return 0
