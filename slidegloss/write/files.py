"""Writes single files: only if their content changes, atomically where other processes read them.

These functions are called for each file of a site, where `Path` would be felt: it parses what it is given.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from _thread import get_ident  # `threading` takes long to load, and is not needed where nothing has changed
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Literal

from slidegloss.write.refusals import NotOurs

Content = str | bytes | Path
"""What a file is to say; a path stands for what that file says, which is read when it is needed, and then let go."""


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where they are missing; an OSError says what is in the way."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # a file, or a link that leads nowhere
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename) from None
    except FileNotFoundError as error:
        raise _forbidden(error) from None


@contextlib.contextmanager
def folder_for(path: Path, *, trial: bool = False) -> Iterator[None]:
    """Make a folder for what follows; when that fails, or is a trial, take away again what was made and is empty."""
    missing = list(takewhile(lambda folder: not os.path.lexists(folder), (path, *path.parents)))
    done = False
    try:
        make_folder(path)
        yield
        done = not trial
    finally:
        for folder in () if done else missing:
            with contextlib.suppress(OSError):  # somebody else has put something there
                folder.rmdir()


def _forbidden(error: FileNotFoundError) -> PermissionError:
    """Return what /proc means when it finds no file of a name that is to be made, in a folder that is there."""
    return PermissionError(errno.EPERM, os.strerror(errno.EPERM), error.filename)


def write_if_changed(path: str, content: Content) -> bool:
    """Write a file, whole or not at all, unless it says this already; tell whether it was written. Raises NotOurs."""
    said = content.read_bytes() if isinstance(content, Path) else content
    data = said.encode() if isinstance(said, str) else said
    if _holds(path, data):
        return False
    folder, name = os.path.split(path)
    fresh = f"{folder}/.{name}.new"
    try:
        _write_new(fresh, data)
        os.replace(fresh, path)  # noqa: PTH105 - see above
    except OSError as error:
        with contextlib.suppress(OSError):  # a full disk, say, is no reason to leave things among people's own files
            os.unlink(fresh)  # noqa: PTH108
        if error.filename == fresh:
            error.filename = path
        raise
    return True


def _write_new(path: str, data: bytes) -> None:
    """Write a file in place of what a run left there that was stopped, or of a link, wherever that leads."""
    try:
        write_file(path, data, "xb")
    except FileExistsError:
        os.unlink(path)  # noqa: PTH108
        write_file(path, data, "xb")


def _holds(path: str, data: bytes) -> bool:
    """Tell whether a file holds these bytes; raises NotOurs for a folder of that name."""
    try:
        state = os.stat(path)  # noqa: PTH116 - see above
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISDIR(state.st_mode):
        raise NotOurs(Path(path).parent, Path(path).name)
    if state.st_size != len(data):
        return False
    with open(path, "rb") as file:  # noqa: PTH123 - see above
        return file.read() == data


def write_file(path: str, data: bytes, mode: Literal["wb", "xb", "ab"] = "wb") -> None:
    """Write a file, and make its folder where it is missing."""
    try:
        file = open(path, mode)  # noqa: PTH123, SIM115 - see above
    except (FileNotFoundError, NotADirectoryError):
        make_folder(Path(path).parent)
        try:
            file = open(path, mode)  # noqa: PTH123, SIM115
        except FileNotFoundError as error:
            raise _forbidden(error) from None
    try:
        with file:
            file.write(data)
    except OSError as error:
        error.filename = path  # that of a full disk names nothing
        raise


def write_built(path: Path | str, data: bytes) -> None:
    """Write a file of a folder that is ours alone (an engine's output, a cache) unless it holds these bytes already."""
    path = os.fspath(path)
    try:
        write_file(path, data, "xb")
    except FileExistsError:  # also a link, wherever it leads
        if _holds(path, data):
            return
        os.unlink(path)  # noqa: PTH108 - it may be linked into a published site
        write_file(path, data)


def append_built(path: str, data: bytes) -> None:
    """Add to a file of a folder that is ours alone, which only this process writes."""
    write_file(path, data, "ab")


def write_shared(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file of a cache atomically, for several builds may use it at the same time.

    Raises OSError, which names the file; nothing is left of it then. On Windows a file that another process has open stays
    as it is.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    try:
        write_file(os.fspath(fresh), data)
        if mode is not None:
            fresh.chmod(mode)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        if os.name == "nt" and isinstance(error, PermissionError) and path.exists():
            return
        error.filename = os.fspath(path)  # the other name is gone
        raise


_MOST = 16
"""Files that stay in a folder of a cache, those written last."""


def private_file(path: Path) -> None:
    """Make an empty file of a cache in a folder that only this user may look into, in place of what is there.

    The oldest files of the folder make room. Raises OSError, also when others may write the folder.
    """
    make_folder(path.parent.parent)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not is_private(path.parent):
        raise PermissionError(path.parent)
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for old in sorted(path.parent.iterdir(), key=lambda entry: -entry.lstat().st_mtime_ns)[_MOST:]:
        with contextlib.suppress(OSError):  # on Windows somebody may have it open
            old.unlink()


def keep_secret(path: Path, secret: bytes) -> bytes:
    """Keep a secret in a folder of its own that only this user may look into; return the one that is kept there then.

    Raises OSError, also when others may look into the folder.
    """
    make_folder(path.parent.parent)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_shared(path, secret, mode=0o600)
    kept = kept_secret(path)
    if not kept:
        raise PermissionError(path)
    return kept


def kept_secret(path: Path) -> bytes:
    """Return the secret that is kept at a path, nothing when there is none or others may know it; raises OSError."""
    if not (is_private(path.parent) and is_private(path)):
        return b""
    if hasattr(os, "getuid") and (path.parent.stat().st_mode | path.stat().st_mode) & 0o077:
        return b""
    return path.read_bytes()


def is_private(path: Path) -> bool:
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
