"""Where the files that come with slidegloss lie: in a clone beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path


def templates_dir() -> Path:
    """Return the folder that holds `pages/`, `partials/`, `strings/` and `theme/`.

    A clone keeps it at the repository's top so that it is easy to find and edit; a wheel carries a copy in the package.
    """
    package = Path(__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def theme_dir() -> Path:
    """Return the folder of the theme overrides, laid over Material's own templates."""
    return templates_dir() / "theme"
