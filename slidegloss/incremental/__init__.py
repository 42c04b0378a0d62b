"""Builds after a small change: nothing to do, or only the pages that the change affects."""
