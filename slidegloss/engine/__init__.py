"""Markdown pages → HTML pages, by MkDocs or another engine."""
