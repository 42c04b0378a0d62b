"""Renders the syntax tree of author text to HTML."""
