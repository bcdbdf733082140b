"""Every metric of a sensitivity analysis is defined in the docs."""

import re
from pathlib import Path

from leaksim.influence import designs, estimating
from leaksim.sensitivities import OUTCOME, SENSITIVITY_COLUMNS

DEFINITIONS = Path(__file__).parents[2] / "docs" / "background" / "outcomes.md"


def test_every_metric_is_defined_in_the_docs() -> None:
    text = DEFINITIONS.read_text(encoding="utf-8")
    defined = set(re.findall(r"^\| `([a-z_.]+)` \|", text, flags=re.MULTILINE))
    metrics = {OUTCOME, estimating.RANK, estimating.STABILITY, designs.DISTANCE}
    metrics |= {designs.FIRST, designs.TOTAL, designs.SECOND, designs.EFFECT, designs.SIGNED, designs.SPREAD}
    assert metrics <= defined
    assert ", ".join(SENSITIVITY_COLUMNS[-4:]) in text
