"""A book in one language: its catalogue, its coverage, its table of words."""
