"""Files that notes include: read where they lie in the project, and nowhere else."""

from __future__ import annotations

import contextlib
import os
import posixpath

from slidegloss.base.decode import LARGEST, decode
from slidegloss.base.diagnostics import Code, nearest
from slidegloss.notes.includes import Refusal
from slidegloss.sources.folders import Walker


class Included:
    """Gives the text of a file of the project, once read, by its path from the project's folder."""

    def __init__(self, walker: Walker) -> None:
        """Read with the eyes of `walker`, which also collects what is odd about a file's encoding."""
        self._walker = walker
        self._known: dict[str, str | Refusal] = {}

    def __call__(self, path: str) -> str | Refusal:
        """Return a file's text, or why it cannot be had."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> str | Refusal:
        root = self._walker.root
        outside = Refusal(f"{path} lies outside of the project", "copy the file into the project")
        if path.startswith(("/", "../")) or path == ".." or "\0" in path:
            return outside
        if any(part.startswith(".") for part in path.split("/")):
            return Refusal(f"{path} is a hidden file", "rename the file")
        real = root / path
        try:
            if not real.resolve().is_relative_to(root.resolve()):
                return outside
            if not real.is_file():
                return Refusal(f"{path} is not there" if not real.exists() else f"{path} is no file", self._hint(path))
            if real.stat().st_size > LARGEST:
                return Refusal(f"{path} is larger than {LARGEST / 1e6:g} MB", "include a smaller file")
            data = real.read_bytes()
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, in Python 3.11 and 3.12
            reason = error.strerror if isinstance(error, OSError) else "a loop of symbolic links"
            return Refusal(f"{path} cannot be read: {reason}")
        decoded, found = decode(data, path)
        if any(problem.code_name == Code.NOTE_NUL.slug for problem in found):
            return Refusal(f"{path} holds no text", "include a text file")
        self._walker.found += found
        return decoded.text

    def _hint(self, path: str) -> str:
        """Return which file beside it may be meant."""
        folder, name = posixpath.split(path)
        beside: list[str] = []
        with contextlib.suppress(OSError):
            beside = [entry.name for entry in os.scandir(self._walker.root / folder) if entry.is_file()]
        near = nearest(name, beside)
        return (
            f"did you mean {posixpath.join(folder, near)}?" if near else "paths are relative to the file that includes"
        )
