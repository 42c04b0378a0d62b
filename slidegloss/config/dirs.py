"""The folders of a project: work folder, output folder, theme overrides; and the names of its settings file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.base.resources import templates_dir, user_cache

if TYPE_CHECKING:
    from slidegloss.config.project import Config


MKDOCS_NAMES = ("mkdocs.yml", "mkdocs.yaml")
"""What MkDocs' settings may be called; the first that there is counts."""
STAGING = "staging"
"""Part of the work folder in which a site is put together before it is published."""


def work_dir(config: Config) -> Path:
    """Return the folder for what a build makes on its way: `build/` of a project, a cache folder for foreign notes.

    A book or folder that is not a slidegloss project stays as it is: nothing is written into it.
    """
    if config.kind in {"slidegloss", "mkdocs"} and os.access(config.root, os.W_OK):
        return config.root / "build"
    name = sha256(f"{config.root}/{config.only}".encode()).hexdigest()[:12]
    return user_cache() / f"{config.root.name or 'root'}-{name}"


def own_parts(languages: Iterable[str]) -> tuple[str, ...]:
    """Return the parts of the work folder in which a build removes whatever it does not know."""
    return ("cache", "html", "shared", "theme", STAGING, *languages)


def default_out(config: Config) -> Path:
    """Return where the site goes without `-o`: `site/` of a project, `<name>-site` here for foreign notes."""
    if config.kind in {"slidegloss", "mkdocs"}:
        return config.root / "site"
    return Path.cwd() / f"{Path(config.only).stem if config.only else config.root.name}-site"


def output_folders(config: Config, out: Path) -> tuple[Path, ...]:
    """Return the folders that builds write, into `out` or elsewhere: what changes in them is no change of a project."""
    others = [book / name for book in other_books(config) for name in ("build", "site", "dist")]
    return (work_dir(config), out, config.root / "site", config.root / "dist", *others)


def other_books(config: Config) -> tuple[Path, ...]:
    """Return what a build reads outside of its project: the folders of the books that the settings name."""
    places = [config.root / path for path in config.settings.books.values() if path.startswith("..")]
    folders = [place.parent if place.is_file() else place for place in places]
    return tuple(sorted({Path(os.path.normpath(folder)) for folder in folders}))


def user_theme(config: Config) -> Path | None:
    """Return the project's own theme overrides: `templates/theme/` or the `custom_dir` of its mkdocs.yml."""
    return project_theme(config.root, config.mkdocs.get("theme"))


def project_theme(root: Path, theme: object) -> Path | None:
    """Return the same from what mkdocs.yml says of its `theme`."""
    named = theme.get("custom_dir") if isinstance(theme, Mapping) else None
    folder = root / (named if isinstance(named, str) else "templates/theme")
    inside = folder.is_dir() and folder.resolve().is_relative_to(root)
    return folder if inside and folder.resolve() != (templates_dir() / "theme").resolve() else None
