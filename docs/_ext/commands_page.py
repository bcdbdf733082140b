"""The page of commands, from the help of the command line."""

import re

from leaksim.cli import app

OPENING = """# Commands

What `leaksim COMMAND --help` says, for every command. Exit codes: 0 done, 1 a run or a check failed, 2 the input is
wrong, 130 interrupted.
"""


def commands() -> str:
    """Write the page of commands."""
    text = app.generate_docs(output_format="markdown")
    sections = re.split(r"^(?=## leaksim )", text, flags=re.MULTILINE)[1:]
    return "\n".join([OPENING, *(_readable(section) for section in sections)])


def _readable(section: str) -> str:
    section = re.sub(r"\*?\[default: False\]\*?", "", section)
    return section.replace("```console", "```text").rstrip() + "\n"
