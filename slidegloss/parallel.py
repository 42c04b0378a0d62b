"""Work on all cores: one function over many items in forked processes, which share what is already in memory."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import BinaryIO, Generic, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_TICKETS = 4000
"""Pieces of work at the most that are handed out one by one; so many tickets fit into a pipe."""


class WorkerError(RuntimeError):
    """A worker failed: a bug, shown with the traceback of the worker."""


def cores(jobs: int = 0) -> int:
    """Return how many processes to use: `jobs`, or as many as this process may run on at a time."""
    if jobs:
        return jobs
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def can_fork() -> bool:
    """Tell whether processes can be forked: not on Windows, not safely on macOS, and not beside other threads."""
    return sys.platform == "linux" and threading.active_count() == 1


def run_parts(work: Callable[[Sequence[Item]], Result], items: Sequence[Item], jobs: int = 0) -> list[Result]:
    """Call `work` once for each of up to `jobs` parts of `items` (every n-th item), at the same time; results in order.

    Results must be picklable; this process takes the first part itself. Without fork, one part holds everything.
    """
    count = min(cores(jobs), len(items)) if can_fork() else 1
    if count < 2:
        return [work(items)]
    children = [_start(work, items[number::count]) for number in range(1, count)]
    results: list[Result] = []
    try:
        results.append(work(items[::count]))
        results += [_collect(pipe) for _, pipe in children]
    finally:
        for pid, pipe in children:
            pipe.close()
            os.waitpid(pid, 0)
    return results


def map_items(function: Callable[[Item], Result], items: Sequence[Item], jobs: int = 0) -> list[Result]:
    """Return `[function(item) for item in items]`, worked out on all cores: each takes the next item when it is done."""
    count = min(cores(jobs), len(items)) if can_fork() else 1
    if count < 2:
        return [function(item) for item in items]
    size = -(-len(items) // _TICKETS)
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as tickets:
        with os.fdopen(writing, "wb") as pipe:  # closed before there is a second process: the last ticket is the end
            pipe.write(b"".join(start.to_bytes(4, "little") for start in range(0, len(items), size)))

        def work(_: Sequence[int]) -> list[tuple[int, list[Result]]]:
            done = []
            while ticket := tickets.read(4):  # a read of a pipe is not torn apart by another
                start = int.from_bytes(ticket, "little")
                done.append((start, [function(item) for item in items[start : start + size]]))
            return done

        parts = [piece for part in run_parts(work, range(count), jobs) for piece in part]
    return [result for _, piece in sorted(parts, key=lambda piece: piece[0]) for result in piece]


class Ahead(Generic[Item, Result]):
    """A process that loads what its work takes, while this one has other things to do, and then waits to be asked.

    It is asked once or not at all, and gone at the end of the `with` block.
    """

    def __init__(self, load: Callable[[], Callable[[Item], Result]]) -> None:
        """`load` is called in the new process and returns what does the work."""
        reading, writing = os.pipe()

        def wait(_: Sequence[Item]) -> Result:
            os.close(writing)
            work = load()
            with os.fdopen(reading, "rb") as pipe:
                return work(pickle.load(pipe))  # noqa: S301 - written by our own process

        self._pid, self._answer = _start(wait, ())
        os.close(reading)
        self._question = os.fdopen(writing, "wb")

    def ask(self, item: Item) -> Result:
        """Have the work done."""
        with contextlib.suppress(BrokenPipeError), self._question:  # it could not be loaded, and says so
            pickle.dump(item, self._question, protocol=pickle.HIGHEST_PROTOCOL)
        return _collect(self._answer)

    def __enter__(self) -> Self:
        """Return the process."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, if it still waits."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._answer.close()
        with contextlib.suppress(OSError):  # it may be gone, with something left to be said to it
            self._question.close()


def _start(work: Callable[[Sequence[Item]], Result], part: Sequence[Item]) -> tuple[int, BinaryIO]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, os.fdopen(reading, "rb")
    status = 1
    try:
        os.close(reading)
        answer: tuple[bool, object]
        try:
            answer = (True, work(part))
        except OSError as error:  # a full disk and the like: the parent can say it better than a traceback
            answer = (False, error)
        except BaseException:  # noqa: BLE001 - passed on to the parent, which raises it
            import traceback  # noqa: PLC0415 - for bugs only

            answer = (False, traceback.format_exc())
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's clean-up may run here


def _collect(pipe: BinaryIO) -> Result:  # type: ignore[type-var]  # what the worker's function returns
    try:
        fine, value = pickle.load(pipe)  # noqa: S301 - written by our own process
    except EOFError:
        message = "a worker process ended before it was done (was it killed, or out of memory?)"
        raise WorkerError(message) from None
    if isinstance(value, OSError) and not fine:
        raise value
    if not fine:
        raise WorkerError(value)
    return value  # type: ignore[no-any-return]
