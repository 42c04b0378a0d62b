"""A book in one language: catalogues, coverage, words."""
