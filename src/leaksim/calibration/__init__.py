"""The model held against what was observed: patterns, their computation, and which parameters agree with them.

Parameters are found by history matching, then by approximate Bayesian computation.
"""
