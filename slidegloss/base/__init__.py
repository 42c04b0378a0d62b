"""Utilities that know nothing of slides: text, diagnostics, file names, languages, processes."""
