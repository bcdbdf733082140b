"""``leaksim schema``: the JSON Schema of scenario files."""

import json as json_format
from pathlib import Path

from leaksim.cli.output import Json, print_json
from leaksim.scenario.json_schema import scenario_json_schema


def schema(*, out: Path | None = None, json: Json = False) -> int:
    """Print the JSON Schema of scenario files, for editors.

    Parameters
    ----------
    out
        Write it to this file instead; its folder is made if need be.
    json
        With `--out`, print the name of the file as JSON; the schema itself is JSON in any case.
    """
    document = scenario_json_schema()
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
