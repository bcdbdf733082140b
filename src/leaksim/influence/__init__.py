"""Which uncertain parameters an outcome depends on, and how much."""
