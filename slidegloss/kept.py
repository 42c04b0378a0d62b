"""Work of earlier builds that need not be done again: pieces by key, in one file of the user's own cache.

Parsed notes are kept as pickles, and a pickle can do whatever the user can. So the file is never a project's (its `build/`
may come with a repository that somebody else made): it lies in the user's cache, in a folder that only this user may
write, and is not read when that folder is anyone else's, or inside the project. What is damaged is worked out again.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import stat
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from slidegloss.resources import templates_dir
from slidegloss.write import write_private

_HEAD = b"slidegloss kept 1\n"
_SUM = 32
"""Bytes of the checksum behind the head."""


def digest(*parts: str | bytes) -> bytes:
    """Return 32 bytes that stand for all parts in their order."""
    found = blake2b(digest_size=32)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "little"))
        found.update(data)
    return found.digest()


class Kept:
    """What was worked out before, and what is worked out now; only what this build asked for or added stays."""

    def __init__(self, path: Path | None, salt: bytes, *, read: bool = True) -> None:
        """`path` is the file (None: nothing is kept), `salt` what every piece depends on: the program and the settings."""
        self.path, self.salt = path, salt
        self._before = _read(path) if path is not None and read else {}
        self._now: dict[bytes, bytes] = {}

    def key(self, *parts: str | bytes) -> bytes:
        """Return the key of a piece of work that depends on these parts."""
        return digest(self.salt, *parts)

    def get(self, key: bytes) -> bytes | None:
        """Return a piece, which will be kept on."""
        found = self._now.get(key) or self._before.get(key)
        if found is not None:
            self._now[key] = found
        return found

    def put(self, key: bytes, data: bytes) -> None:
        """Keep a piece."""
        self._now[key] = data

    def write(self) -> None:
        """Write what is kept, if it is not what was read, and hold it no longer.

        A cache that cannot be written is no reason to fail.
        """
        before, now, self._before, self._now = self._before, self._now, {}, {}
        if self.path is None or now.keys() == before.keys():
            return
        data = marshal.dumps(now)
        with contextlib.suppress(OSError):
            write_private(self.path, b"".join((_HEAD, digest(data), data)))


def place(root: Path, only: str, cache: Path) -> Path | None:
    """Return the file for the project at `root` below the user's cache folder; None when it would lie in the project."""
    path = cache / "kept" / f"{digest(str(root), only).hex()[:24]}.bin"
    return None if path.resolve().is_relative_to(root) else path


def program() -> str:
    """Return what stands for this very program: its files, its templates and the packages it runs with, by their states."""
    states = [sys.version]
    for folder in (Path(__file__).parent, templates_dir() / "pages", templates_dir() / "strings"):
        states += _states(str(folder))
    for name in sys.path:  # installing another version of a package changes its folder
        if name.endswith(("site-packages", "dist-packages")):
            with contextlib.suppress(OSError):
                states.append(f"{name} {Path(name).stat().st_mtime_ns}")
    return "\n".join(states)


def folder_state(folder: Path) -> str:
    """Return what stands for all files below a folder, empty when there is none."""
    return "\n".join(_states(str(folder))) if folder.is_dir() else ""


def _states(folder: str, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield a line for each file below a folder; links are followed, but not in circles."""
    real = os.path.realpath(folder)
    if real in above:
        return
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name not in {"__pycache__", "theme"}:
                yield from _states(entry.path, (*above, real))
        else:
            with contextlib.suppress(OSError):
                state = entry.stat()
                yield f"{entry.path} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"


def _read(path: Path) -> dict[bytes, bytes]:
    if not (_is_private(path.parent) and _is_private(path)):
        return {}
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    start = len(_HEAD) + _SUM
    if not data.startswith(_HEAD) or digest(body := data[start:]) != data[len(_HEAD) : start]:
        return {}
    found = marshal.loads(body)  # noqa: S302 - a file that only this user may write, whole by its checksum
    return found if isinstance(found, dict) else {}


def _is_private(path: Path) -> bool:
    """Tell whether only this user may change what is at a path."""
    try:
        state = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(state.st_mode):
        return False
    if not hasattr(os, "getuid"):  # Windows: a user's profile is private
        return True
    return state.st_uid == os.getuid() and not state.st_mode & 0o022
