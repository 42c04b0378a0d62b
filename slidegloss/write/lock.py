"""A lock file for a folder: one build at a time."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from slidegloss.write.files import make_folder
from slidegloss.write.refusals import Locked
from slidegloss.write.trees import refuse_links

LOCK = ".slidegloss.lock"


@contextlib.contextmanager
def locked(
    folder: Path, wait: float = 120.0, on_wait: Callable[[], None] = lambda: None, ours: Collection[str] = ()
) -> Iterator[None]:
    """Hold `folder` for this process; wait up to `wait` seconds for another build, after calling `on_wait` once.

    `ours` are the parts of it that nobody else writes. Raises OutsideRootError for a symbolic link in them, and Locked
    when the other build does not finish in time. The lock dies with its process, so a crash leaves none.
    """
    make_folder(folder)
    refuse_links(folder, (LOCK,))
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
            refuse_links(folder, ours)
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
