"""A second, plain implementation of the model, lane by lane and arm by arm, to hold the lane engine against.

It follows the equations of ``docs/background/odd.md`` with plain floats and lists. It shares with leaksim only the
scenario, the parameter values and the random draws. Where the engine is clever, this is slow and obvious: provisions
are looked up day by day, prices found by bisection, offers taken one by one.
"""
