"""In which worlds something happens: boxes of parameter values, switching points, and what is robust."""
