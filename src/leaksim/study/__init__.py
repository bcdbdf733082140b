"""Many runs of the same histories: over grids and samples of parameters, levers and scenarios."""
