"""How Jinja finds the theme's templates, and where it keeps them compiled."""

from __future__ import annotations

import marshal
import os
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

from slidegloss.write import write_shared


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


class CompiledTemplates(jinja2.BytecodeCache):
    """All compiled templates in one file: the same for every project of a user, but for templates of its own."""

    _KEPT = 400
    """Templates kept; a build needs some fifty."""

    def __init__(self, path: Path, look: str = "") -> None:
        """`look` stands for other templates that the compiled form of each depends on."""
        self.path = path
        self.look = look
        self.changed = False
        try:
            found = marshal.loads(path.read_bytes())  # noqa: S302 - the compiled templates themselves are no safer
        except (OSError, ValueError, EOFError, TypeError):
            found = {}
        self.known: dict[str, bytes] = found if isinstance(found, dict) else {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - wherever it lies
        """Return the template's name: what it says is told apart by its hash."""
        return f"{name} {self.look}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja the compiled template, when this very text was compiled before."""
        if data := self.known.get(f"{bucket.checksum} {bucket.key}"):
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Take a template that Jinja has compiled."""
        self.known[f"{bucket.checksum} {bucket.key}"] = bucket.bytecode_to_string()
        self.changed = True

    def write(self) -> None:
        """Keep what was compiled since it was read."""
        if self.changed:
            write_shared(self.path, marshal.dumps(dict(list(self.known.items())[-self._KEPT :])))
            self.changed = False
