"""Walks a project's folders in a fixed order; copes with links, loops, odd names and missing permissions."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.naming import matches, natural_key
from slidegloss.write.trees import MANIFEST

_NEVER = frozenset({"node_modules", "__pycache__", "venv"})
_OUTPUT = frozenset({"build", "site", "dist"})
_HIDDEN_BOOKS = frozenset({".gitbook", ".vuepress", ".vitepress"})
_SHOWN = frozenset({"assets", "public"})
"""Folders of those in which GitBook, VuePress and VitePress keep what pages show."""
_MAX_LINKS = 2
"""Folder links within folder links; more would let a few links multiply into thousands of paths."""


class FoundFile(NamedTuple):
    """A regular file: `path` is POSIX and relative to the project, `real` is what to open."""

    path: str
    real: Path


@dataclass(slots=True)
class Walker:
    """Reads folders of one project; collects what it has to report in `found`."""

    root: Path
    skip: Collection[str] = ()
    """Folders of output, relative to the project."""
    exclude: Collection[str] = ()
    """Globs of what the author leaves out."""
    found: list[Diagnostic] = field(default_factory=list)

    def files(self, folder: str, *, leave: Collection[str] = (), deep: bool = True) -> Iterator[FoundFile]:
        """Yield the files below `folder`, but not those in the folders `leave`; hidden ones do not count."""
        start = self.root if folder == "." else self.root / folder
        if not start.is_dir():
            return
        if not start.resolve().is_relative_to(self.root):
            self._outside(folder)
            return
        above = (start.resolve(),)
        yield from self._folder(start, "" if folder == "." else folder, above, frozenset(leave), 0 if deep else -1)

    def _folder(
        self, folder: Path, path: str, above: tuple[Path, ...], leave: frozenset[str], links: int
    ) -> Iterator[FoundFile]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: natural_key(entry.name))
        except OSError as error:
            self._unreadable(path or ".", error)
            return
        if path and any(entry.name == MANIFEST for entry in entries):  # a site or build tree among the notes is no note
            return
        for entry in entries:
            name = self._name(entry.name, path)
            here = f"{path}/{name}" if path else name
            hidden = name.startswith(".") and name not in _HIDDEN_BOOKS
            within = path.rpartition("/")[2] in _HIDDEN_BOOKS and name not in _SHOWN
            if hidden or within or name in _NEVER or here in leave or self._left_out(here):
                continue
            real = folder / entry.name
            kind = self._kind(entry, here)
            if kind == "file":
                yield FoundFile(here, real)
            elif kind == "folder" and links >= 0:
                target = real.resolve()
                if target in above:
                    message = f"this symbolic link leads back to {target.relative_to(self.root).as_posix()}"
                    self.found.append(diagnostic(Code.SYMLINK_LOOP, here, message=message, hint="delete the link"))
                elif links + entry.is_symlink() <= _MAX_LINKS:
                    yield from self._folder(real, here, (*above, target), leave, links + entry.is_symlink())

    def _left_out(self, path: str) -> bool:
        return path in _OUTPUT or path in self.skip or any(matches(path, pattern) for pattern in self.exclude)

    def _kind(self, entry: os.DirEntry[str], path: str) -> str:
        """Tell files from folders through links; anything else is reported or is no concern of ours."""
        try:
            if entry.is_symlink() and not Path(entry.path).resolve(strict=True).is_relative_to(self.root):
                self._outside(path)
                return ""
            mode = entry.stat().st_mode
        except (OSError, RuntimeError) as error:
            # Python 3.11 and 3.12 say RuntimeError for a link to itself, later ones OSError
            self._unreadable(path, error)
            return ""
        if stat.S_ISDIR(mode):
            return "folder"
        if stat.S_ISREG(mode):
            return "file"
        message = "not a regular file; it was not read"
        self.found.append(diagnostic(Code.FILE_UNREADABLE, path, message=message))
        return ""

    def _name(self, name: str, folder: str) -> str:
        """Read a name that is not UTF-8 (unpacked from an archive made on Chinese Windows, as a rule) as GB18030."""
        if not any("\udc80" <= char <= "\udcff" for char in name):
            return name
        clean = os.fsencode(name).decode("gb18030", "replace")
        path = f"{folder}/{clean}" if folder else clean
        message = "the name of this file is not valid UTF-8; it was read as GB18030"
        self.found.append(diagnostic(Code.NAME_ENCODING, path, message=message, hint="rename the file"))
        return clean

    def _unreadable(self, path: str, error: OSError | RuntimeError) -> None:
        reason = (error.strerror if isinstance(error, OSError) else "") or "a loop of symbolic links"
        self.found.append(diagnostic(Code.FILE_UNREADABLE, path, message=f"cannot be read: {reason}"))

    def _outside(self, path: str) -> None:
        hint = "copy what it leads to into the project"
        self.found.append(diagnostic(Code.SYMLINK_OUTSIDE, path, hint=hint))

    def read(self, file: FoundFile) -> bytes | None:
        """Return the bytes of a file, or None with a report."""
        try:
            return file.real.read_bytes()
        except OSError as error:
            self._unreadable(file.path, error)
            return None
