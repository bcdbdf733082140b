"""A run on disk: tables and a manifest that says how they came about and whether they are whole."""
