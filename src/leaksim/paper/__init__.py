"""Numbers in the text of a paper: written so that they can be found again, and checked against the runs."""
