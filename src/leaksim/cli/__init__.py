"""The command ``leaksim``: one file per subcommand, imported only when it is called."""

import difflib
import os
import sys
from collections.abc import Sequence

from cyclopts import App, Parameter
from cyclopts.exceptions import CycloptsError, UnknownCommandError

from leaksim.errors import LeaksimError
from leaksim.version import __version__

COMMANDS = {
    "run": "Simulate scenarios and write their tables.",
    "check": "Say what is wrong with scenario files, and whether their results are as expected.",
    "compare": "Say what difference scenarios make, in the same random histories.",
    "attribute": "Say who leaked, whatever the order in which the channels open.",
    "sensitivity": "Say which uncertain parameters an outcome depends on, and how much.",
    "validate": "Hold the model against what was observed in 2016 and 2017.",
    "forecast": "Put on record what the model expects of 2018 and 2019.",
    "calibrate": "Find the parameters that let the model bring about what was observed in 2016 and 2017.",
    "diff": "Follow one random history under two scenarios: what first differs, how it spreads, and what moves.",
    "table": "Write tables for papers: LaTeX, Word, Markdown, HTML, CSV, Stata.",
    "figure": "Draw a figure for a paper, with its alternative text and its caption.",
    "report": "Write one page about a study that needs nothing else: results, figures, assumptions, sources.",
    "cite": "Say how to cite leaksim, and every source behind a scenario or a run.",
    "checklist": "Fill in what runs know of the STRESS-DES checklist for reports on simulations.",
    "explain": "Show where every value of a scenario comes from.",
    "schema": "Print the JSON Schema of scenario files, for editors.",
    "sources": "List what the numbers rest on: parameters, figures, measures and references.",
    "instruments": "Show measures as a timeline: proposed, adopted, in force, and what they order.",
    "reproduce": "Rebuild saved results from their scenarios and say whether they come out again.",
    "macros": "Write the numbers of runs as LaTeX commands, or as a list for Word and Markdown.",
    "check-paper": "Find numbers in a text that are not those of the runs any more.",
    "new": "Write a commented scenario file to start from.",
}

app = App(
    name="leaksim",
    help="How much sanctions pressure reaches its target, how much leaks, through whom, and how sure we are.",
    version=__version__,
    default_parameter=Parameter(negative=()),
    suppress_keyboard_interrupt=False,
    result_action="return_value",
)
for _name, _help in COMMANDS.items():
    _module = _name.replace("-", "_")
    app.command(f"leaksim.cli.{_module}:{_module}", name=_name, help=_help)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0: done. 1: the run or a check failed. 2: the input is wrong. 130: interrupted.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = app(words, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except UnknownCommandError as error:
        print(_unknown_command((error.unused_tokens or [""])[0]), file=sys.stderr)
        return 2
    except CycloptsError as error:
        print(f"leaksim: {error}", file=sys.stderr)
        return 2
    except LeaksimError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("leaksim: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not complain again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _unknown_command(word: str) -> str:
    # Cyclopts would import every command to find this out.
    nearest = difflib.get_close_matches(word, COMMANDS, n=1)
    hint = f"did you mean '{nearest[0]}'?" if nearest else f"the commands are {', '.join(COMMANDS)}"
    return f"leaksim: there is no command or option '{word}'; {hint}"
