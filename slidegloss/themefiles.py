"""The files of the theme: ours, and over them those that a project brings."""

from __future__ import annotations

from pathlib import Path

from slidegloss.lean import lean
from slidegloss.patterns import lazy
from slidegloss.resources import theme_dir

_OURS = "theme/"
"""Where templates of a project find ours, also those that theirs take the place of."""
_EXTENDS = lazy(r"""(?<=\{%)([+-]?\s*extends\s+)(["'])([^"']+)\2""")


def theme_files(user_dir: Path | None = None) -> dict[str, bytes]:
    """Return the files of `build/theme/`: our overrides, and over them those of the user's own `theme.custom_dir`.

    Theirs that extend Material's `base.html`, as its documentation says, extend our `main.html`, which does so, too; one
    that extends its own name means ours of this name.
    """
    folder = theme_dir()
    ours = {name: lean(name, data) for name, data in _read(folder).items() if not name.startswith("licenses/")}
    theirs = _read(user_dir) if user_dir else {}
    templates = {name: data for name, data in theirs.items() if name.endswith(".html")}
    if not templates:
        return ours | theirs
    kept = {f"{_OURS}{name}": data for name, data in ours.items() if name.endswith(".html")}
    return ours | kept | theirs | {name: _on_ours(name, data) for name, data in templates.items()}


def _on_ours(name: str, template: bytes) -> bytes:
    ours = {"base.html": f"{_OURS}main.html", name: f"{_OURS}{name}"}
    text = template.decode("utf-8", errors="surrogateescape")
    chained = _EXTENDS.sub(lambda said: f"{said[1]}{said[2]}{ours.get(said[3], said[3])}{said[2]}", text)
    return chained.encode("utf-8", errors="surrogateescape")


def _read(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.resolve().is_relative_to(folder.resolve())
    }
