"""One page per study: a file of HTML that needs nothing else."""
