"""The model held against what was observed: patterns, their computation, and the parameters that may be moved."""
