"""Options of the commands that run the model at sets of parameters."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

EnsembleOption = Annotated[
    str,
    Parameter(
        name="--ensemble",
        help="Where the sets of parameters come from: the name of a shipped ensemble; `priors` for draws from the "
        "range of every assumed parameter; or a CSV file with a column for each parameter and perhaps one called "
        "weight, in which parameters that it does not have keep their defaults.",
    ),
]
PointsOption = Annotated[
    int, Parameter(name="--points", validator=Number(gte=1, lte=100_000), help="Sets of parameters.")
]
HistoriesOption = Annotated[
    int,
    Parameter(name="--histories", validator=Number(gte=1, lte=512), help="Random histories that each set meets."),
]
SeedOption = Annotated[
    int,
    Parameter(name="--seed", validator=Number(gte=0, lt=2**63), help="The number that fixes all random draws."),
]
