"""One build at a time in a folder."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

LOCK = ".slidegloss.lock"


class Locked(Exception):  # noqa: N818 - it reads as a fact, and the command line shows it as a message
    """Another build works in the same folder and did not finish in time."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(f"another build is working in {folder}")
        self.folder = folder


@contextlib.contextmanager
def locked(folder: Path, wait: float = 120.0, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold `folder` for this process; wait up to `wait` seconds for another build, after calling `on_wait` once.

    Raises Locked when the other build does not finish in time. The lock dies with its process, so a crash leaves none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    with (folder / LOCK).open("a+b") as handle:
        waiting = False
        while not _try_lock(handle.fileno()):
            if time.monotonic() >= deadline:
                raise Locked(folder)
            if not waiting:
                on_wait()
                waiting = True
            time.sleep(0.05)
        try:
            yield
        finally:
            _unlock(handle.fileno())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int) -> bool:
        os.lseek(fd, 0, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(fd: int) -> None:
        os.lseek(fd, 0, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_UN)
