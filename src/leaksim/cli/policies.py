"""What commands say about the policies of a file, and how they find one."""

from collections.abc import Sequence
from pathlib import Path

from leaksim.errors import InputError
from leaksim.scenario.fields import nearest
from leaksim.scenario.files import scenario_files
from leaksim.scenario.loading import Loaded, LoadedPolicy, load, load_scenario
from leaksim.scenario.problems import ScenarioProblems
from leaksim.scenario.schema import Scenario


class PolicyError(InputError):
    """A policy that is asked for is not there."""


def about_policies(loaded: Loaded, file: Path) -> str:
    """Name the policies of a file, and say what can be done with them."""
    names = ", ".join(loaded.policies)
    kind = "policy" if len(loaded.policies) == 1 else "policies"
    example = next(iter(loaded.policies))
    return (
        f"{file} has {len(loaded.policies)} {kind}: {names}.\n"
        f"  leaksim compare {file}\n"
        f"  leaksim run {file} --policy {example}"
    )


def policy_of(loaded: Loaded, name: str, file: Path) -> LoadedPolicy:
    """Return the policy of a name.

    Raises
    ------
    PolicyError
        When the file has no policy of that name.
    """
    if name in loaded.policies:
        return loaded.policies[name]
    alike = nearest(name, loaded.policies)
    there = f"there are {', '.join(loaded.policies)}" if loaded.policies else "it has none"
    hint = f"did you mean {' or '.join(alike)}?" if alike else there
    raise PolicyError(f"{file} has no policy called '{name}'; {hint}")


def scenario_or_policy(loaded: Loaded, name: str, file: Path, *, quiet: bool) -> Scenario:
    """Return the scenario of another file, or, where there is no such file, the policy of that name.

    Raises
    ------
    PolicyError
        When there is neither.
    """
    from leaksim.cli.run import load_files

    if not Path(name).exists():
        return policy_of(loaded, name, file).scenario
    (other,) = load_files([Path(name)], quiet=quiet, verbose=False).values()
    assert other.scenario is not None  # load_files refuses what is not valid
    return other.scenario


def scenarios_in(paths: Sequence[Path], policy: str | None) -> list[Scenario]:
    """Return the scenarios of files and folders, or one policy of one file.

    Raises
    ------
    PolicyError
        When a policy is asked of several files, or the file has none of that name.
    ScenarioProblems
        When a file is wrong.
    """
    files = scenario_files(paths) if paths else []
    if policy is None:
        return [load_scenario(file) for file in files]
    if len(files) != 1:
        raise PolicyError(f"--policy goes with one scenario file, not with {len(files)}")
    (file,) = files
    loaded = load(file)
    if loaded.scenario is None:
        raise ScenarioProblems(loaded.problems)
    return [policy_of(loaded, policy, file).scenario]
