"""Paths outside of projects: the package, its templates, the cache folder of the user."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


@cache
def package_dir() -> Path:
    """Return the folder of the package itself."""
    return Path(__file__).resolve().parent.parent


@cache
def templates_dir() -> Path:
    """Return the folder that holds `pages/`, `partials/`, `strings/` and `theme/`.

    A clone keeps it at the repository's top so that it is easy to find and edit; a wheel carries a copy in the package.
    """
    inside = package_dir() / "templates"
    return inside if inside.is_dir() else package_dir().parent / "templates"


def theme_dir() -> Path:
    """Return the folder of the theme overrides, laid over Material's own templates."""
    return templates_dir() / "theme"


@cache
def theme_folders() -> tuple[Path, ...]:
    """Return where the theme's files lie that a project need not bring: our overrides, and Material without importing it."""
    from importlib.util import find_spec  # noqa: PLC0415 - most builds need not know

    material = find_spec("material")
    found = material.submodule_search_locations if material else None
    return (theme_dir(), *(Path(folder) / "templates" for folder in found or ()))


def user_cache() -> Path:
    """Return the cache folder of the user.

    A relative XDG_CACHE_HOME is ignored, as the XDG Base Directory Specification says: it would lie in the current project,
    and the cache holds code that is run. A user without a home gets a folder that cannot be created.
    """
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if named.is_absolute():
        return named / "slidegloss"
    try:
        return Path.home() / ".cache" / "slidegloss"
    except RuntimeError:
        return Path("/dev/null/slidegloss")
