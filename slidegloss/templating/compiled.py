"""How Jinja loads the theme's templates, and where it keeps templates compiled: in the user's own cache, for all projects.

Compiled code does whatever is in it, so a file that others may write is not read.
"""

from __future__ import annotations

import contextlib
import marshal
import os
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from slidegloss.base.checksum import sealed, unsealed
from slidegloss.write.files import is_private, write_shared


class CompiledTemplates(BytecodeCache):
    """All compiled templates in one file: the same for every project of a user, but for templates of its own."""

    _KEPT = 400
    """Templates kept; a build needs some fifty."""

    def __init__(self, path: Path, look: str = "") -> None:
        """`look` stands for other templates that the compiled form of each depends on."""
        self.path = path
        self.look = look
        self.changed = False
        try:
            # damaged bytes would end the process: marshal does not look what it reads
            found = marshal.loads(unsealed(path.read_bytes())) if is_private(path) else {}  # noqa: S302 - see above
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
        """Keep what was compiled since it was read, where there is room: without it, the next build takes longer."""
        if self.changed:
            with contextlib.suppress(OSError):
                data = marshal.dumps(dict(list(self.known.items())[-self._KEPT :]))
                write_shared(self.path, sealed(data), mode=0o600)
            self.changed = False


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
