"""Finished files, held against each other."""
