"""Which parameters of the model agree with what was observed: history matching, then approximate Bayesian computation."""
