"""Work of earlier builds that need not be done again: pieces by key, in one database of the user's own cache.

Parsed notes are kept as pickles, and a pickle can do whatever the user can. So the file is never a project's (its `build/`
may come with a repository that somebody else made): it lies in the user's cache, in a folder that only this user may
write, and is not read when that folder is anyone else's, or inside the project. What is damaged is worked out again.

Small pieces are read all at once. Bulky ones (`bulk`) are read when somebody asks, also by forked processes, each of which
opens the file for itself: SQLite's connections must not be carried over.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import weakref
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

from slidegloss.base.resources import package_dir, templates_dir, user_cache
from slidegloss.write.files import folder_for, is_private, private_file

_FORMAT = 2
_SUM = 4
"""Bytes of the checksum before each piece. It tells damage, not intent: whoever may write the file may do anything."""
_TABLES = ("piece", "bulk")


def digest(*parts: str | bytes) -> bytes:
    """Return 32 bytes that stand for all parts in their order."""
    whole: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole += len(data).to_bytes(8, "little"), data
    return blake2b(b"".join(whole), digest_size=32).digest()


class Kept:
    """What was worked out before, and what is worked out now; only what this build asked for or added stays."""

    def __init__(self, path: Path | None, salt: bytes, *, read: bool = True, few: bool = False) -> None:
        """`path` is the file (None: nothing outlives this build), `salt` what every piece depends on.

        Who asks for a `few` pieces has them read one by one, and can only add to the file.
        """
        self.path, self.salt, self.few = path, salt, few
        self._stored: dict[bytes, bytes] = {}
        """What was read, with its checksums."""
        self._filed: dict[str, set[bytes]] = {table: set() for table in _TABLES}
        """Table → keys that are in the file."""
        self._earlier: dict[bytes, bytes] = {}
        self._now: dict[bytes, bytes] = {}
        self._bulk: dict[bytes, bytes | None] = {}
        """Key → the piece, or None where it lies in the file."""
        self._alive: tuple[dict[bytes, object], dict[bytes, object]] = ({}, {})
        self._opened: tuple[int, sqlite3.Connection] | None = None
        self._mine = False
        """Whether the file is there and ours to use."""
        if path is not None and read and is_private(path.parent) and is_private(path):
            with contextlib.suppress(sqlite3.Error):
                database = self._connection()
                if not few:
                    self._stored = dict(database.execute("SELECT key, value FROM piece"))
                    self._filed["piece"] = set(self._stored)
                    self._filed["bulk"] = {key for (key,) in database.execute("SELECT key FROM bulk")}
                self._mine = True

    def renew(self) -> None:
        """Begin the next build of the same project in the same process."""
        self._earlier, self._now = self._now, {}
        self._bulk = {key: data for key, data in self._bulk.items() if data is not None}
        self._alive = (self._alive[1], {})

    def key(self, *parts: str | bytes) -> bytes:
        """Return the key of a piece of work that depends on these parts."""
        return digest(self.salt, *parts)

    # --- small pieces -------------------------------------------------------------------------------------------------

    def get(self, key: bytes) -> bytes | None:
        """Return a piece, which will be kept on."""
        found = self._now.get(key)
        if found is None:
            found = self._earlier.get(key) or _whole(self._stored.get(key))
            if found is None and self.few:
                found = self._row("piece", key)
                if found is not None:
                    self._filed["piece"].add(key)
            if found is not None:
                self._now[key] = found
        return found

    def put(self, key: bytes, data: bytes) -> None:
        """Keep a piece."""
        self._now[key] = data
        self._filed["piece"].discard(key)

    def alive(self, key: bytes) -> object | None:
        """Return what an earlier build of this process has made of a piece."""
        return self._alive[1].get(key) or self._alive[0].get(key)

    def keep_alive(self, key: bytes, made: object) -> None:
        """Keep what was made of a piece for the next build of this process, too."""
        self._alive[1][key] = made

    # --- bulky pieces -------------------------------------------------------------------------------------------------

    def has_bulk(self, key: bytes) -> bool:
        """Tell whether there is a bulky piece, which will then be kept on."""
        if key not in self._bulk and (key in self._filed["bulk"] or (self.few and self._row("bulk", key) is not None)):
            self._bulk[key] = None
        return key in self._bulk

    def bulk(self, key: bytes) -> bytes | None:
        """Return a bulky piece; None when it cannot be read (any more)."""
        return self._bulk.get(key) or self._row("bulk", key)

    def put_bulk(self, pieces: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep bulky pieces: in the file at once, where there is one, so that they take no memory."""
        pieces = list(pieces)
        if pieces and not self.file_bulk(pieces):
            self._bulk |= dict(pieces)

    def ready(self) -> bool:
        """See to it that there is a file, so that processes forked from this one can put pieces there; tell if there is."""
        with contextlib.suppress(OSError, sqlite3.Error):
            self._ours()
        return self._mine

    def file_bulk(self, pieces: Sequence[tuple[bytes, bytes]]) -> bool:
        """Put bulky pieces into the file; tell whether that was possible.

        A process forked from the one that keeps them tells that one their keys (`filed`).
        """
        try:
            with self._ours() as database:
                _insert(database, "bulk", pieces)
        except (OSError, sqlite3.Error):
            return False
        self.filed(key for key, _ in pieces)
        return True

    def filed(self, keys: Iterable[bytes]) -> None:
        """Take note of bulky pieces that lie in the file."""
        for key in keys:
            self._filed["bulk"].add(key)
            self._bulk[key] = None

    # --- the file -----------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write what is kept, where it is not what was read, and forget the rest.

        A cache that cannot be written is no reason to fail.
        """
        filed = self._filed
        fresh = [(key, data) for key, data in self._now.items() if key not in filed["piece"]]
        gone = {"piece": filed["piece"] - self._now.keys(), "bulk": filed["bulk"] - self._bulk.keys()}
        if self.few:
            gone = {}
        self._stored = {}
        if self.path is None or not (fresh or any(gone.values())):
            return
        with contextlib.suppress(OSError, sqlite3.Error):
            with self._ours() as database:
                _insert(database, "piece", fresh)
                for table, keys in gone.items():
                    database.executemany(f"DELETE FROM {table} WHERE key = ?", ((key,) for key in keys))  # noqa: S608
            filed["piece"] = set(self._now)
            filed["bulk"] -= gone.get("bulk", set())

    def _row(self, table: str, key: bytes) -> bytes | None:
        """Return what the file holds for a key."""
        if not self._mine:
            return None
        with contextlib.suppress(sqlite3.Error):
            row = self._connection().execute(f"SELECT value FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608 - one of two names
            return _whole(row[0]) if row else None
        return None

    def _ours(self) -> sqlite3.Connection:
        """Return the connection for writing, to a new file where there is none that we have read."""
        if self.path is None:
            raise FileNotFoundError
        if not self._mine:
            if self._opened is not None:
                _close(*self._opened)
                self._opened = None
            private_file(self.path)
            self._mine = True
        return self._connection()

    def _connection(self) -> sqlite3.Connection:
        pid = os.getpid()
        if self._opened is None or self._opened[0] != pid:
            self._opened = (pid, _open(str(self.path)))
            # it also holds the connection for a process that is forked from this one: to close it is not that one's to do
            weakref.finalize(self, _close, *self._opened)
        return self._opened[1]


def _close(pid: int, database: sqlite3.Connection) -> None:
    """Close a connection, if this is the process that opened it; from 3.13 on, Python warns of those left open."""
    if os.getpid() == pid:
        database.close()


def _open(path: str) -> sqlite3.Connection:
    # who looks for garbage may do so, and close it, in any thread
    database = sqlite3.connect(path, timeout=10, check_same_thread=False)
    try:
        database.execute("PRAGMA synchronous = OFF")  # what a power cut destroys is worked out again
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version not in {0, _FORMAT}:
            raise sqlite3.DatabaseError
        if version == 0:
            with database:
                for table in _TABLES:
                    database.execute(f"CREATE TABLE {table} (key BLOB PRIMARY KEY, value BLOB)")
                database.execute(f"PRAGMA user_version = {_FORMAT}")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _insert(database: sqlite3.Connection, table: str, pieces: Iterable[tuple[bytes, bytes]]) -> None:
    rows = ((key, _sum(data) + data) for key, data in pieces)
    database.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", rows)  # noqa: S608 - one of two names


def _sum(data: bytes) -> bytes:
    return crc32(data).to_bytes(_SUM, "little")


def _whole(stored: object) -> bytes | None:
    """Return a stored piece without its checksum; None when it is damaged."""
    if not isinstance(stored, bytes):
        return None
    data = stored[_SUM:]
    return data if stored[:_SUM] == _sum(data) else None


def vendor_cache(build: Path) -> Path:
    """Return where what is the same for every project of this user is kept: the maths font takes seconds to make.

    It is below `build` where the user's cache cannot be written.
    """
    shared = user_cache() / "vendor"
    with contextlib.suppress(OSError), folder_for(shared):
        if os.access(shared, os.W_OK):
            return shared
    return build / "cache"


def place(root: Path, only: str, cache: Path) -> Path | None:
    """Return the file for the project at `root` below the user's cache folder; None when it would lie in the project."""
    path = cache / "kept" / f"{digest(str(root), only).hex()[:24]}.db"
    return None if path.resolve().is_relative_to(root) else path


def few_of(root: Path) -> Kept:
    """Return what is kept of the project at `root` for who asks for a few pieces.

    The salt comes with the first (`incremental/lead.py`).
    """
    return Kept(place(root, "", user_cache()), b"", few=True)


def program() -> str:
    """Return what stands for this very program: its files, its templates and the packages it runs with, by their states."""
    states = [sys.version]
    for folder in (package_dir(), templates_dir() / "pages", templates_dir() / "strings"):
        states += _states(str(folder))
    for name in sys.path:  # installing another version of a package changes its folder
        if name.endswith(("site-packages", "dist-packages")):
            with contextlib.suppress(OSError):
                states.append(f"{name} {Path(name).stat().st_mtime_ns}")
    return "\n".join(states)


def own_templates(root: Path) -> str:
    """Return what stands for the templates and words of the project at `root`; those of the theme make no Markdown."""
    folders = (root / "templates" / name for name in ("pages", "strings"))
    return "\n".join(line for folder in folders if folder.is_dir() for line in _states(str(folder)))


def _states(folder: str, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield a line for each file below a folder; links are followed, but not in circles."""
    real = os.path.realpath(folder)
    if real in above:
        return
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _states(entry.path, (*above, real))
        else:
            with contextlib.suppress(OSError):
                state = entry.stat()
                yield f"{entry.path} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
