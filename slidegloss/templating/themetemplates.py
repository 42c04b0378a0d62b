"""How Jinja finds the theme's templates."""

from __future__ import annotations

import os
from pathlib import Path

import jinja2


class ThemeLoader(jinja2.FileSystemLoader):
    """A loader that does not list dot folders: MkDocs leaves them out one by one, and Material keeps 14,000 icons there."""

    def list_templates(self) -> list[str]:
        """Return the names of all templates, sorted."""
        found: set[str] = set()
        for root in self.searchpath:
            for folder, folders, names in os.walk(root):
                folders[:] = [name for name in folders if not name.startswith(".")]
                below = Path(folder).relative_to(root).as_posix()
                found.update(name if below == "." else f"{below}/{name}" for name in names)
        return sorted(found)
