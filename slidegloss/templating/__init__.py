"""Jinja templates, ours and a project's: compiled, kept, put together."""
