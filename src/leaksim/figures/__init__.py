"""Figures for papers: what each shows, how it is drawn, and what is said of it in words."""
