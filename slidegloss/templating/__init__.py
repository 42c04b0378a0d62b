"""Jinja2 environments for our templates and a project's: loading, sandbox, compiled-template cache."""
