"""What a run means: pressure, leakage, who leaked, prices and suppliers, with intervals."""
