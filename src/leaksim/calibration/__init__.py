"""Which parameters agree with what was observed: history matching, then approximate Bayesian computation."""
