"""Work on all cores: one function over many items in forked processes, which share what is already in memory."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import BinaryIO, NoReturn, TypeVar

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
    with ExitStack() as others:
        parts = [others.enter_context(_forked(partial(work, items[number::count]))) for number in range(1, count)]
        return [work(items[::count]), *(collect() for collect in parts)]


def map_items(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int = 0,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Result]:
    """Return `[function(item) for item in items]`, worked out on all cores: each takes the next item when it is done.

    `meanwhile` is done in this process while the others have begun: what must happen here, and can happen now.
    """
    count = min(cores(jobs), len(items)) if can_fork() else 1
    if count < 2:
        meanwhile()
        return [function(item) for item in items]
    here = os.getpid()
    size = -(-len(items) // _TICKETS)
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as tickets:
        with os.fdopen(writing, "wb") as pipe:  # closed before there is a second process: the last ticket is the end
            pipe.write(b"".join(start.to_bytes(4, "little") for start in range(0, len(items), size)))

        def work(_: Sequence[int]) -> list[tuple[int, list[Result]]]:
            done = []
            if os.getpid() == here:
                meanwhile()
            while ticket := tickets.read(4):  # a read of a pipe is not torn apart by another
                start = int.from_bytes(ticket, "little")
                done.append((start, [function(item) for item in items[start : start + size]]))
            return done

        parts = [piece for part in run_parts(work, range(count), jobs) for piece in part]
    return [result for _, piece in sorted(parts, key=lambda piece: piece[0]) for result in piece]


@contextmanager
def beside(work: Callable[[], Result], jobs: int = 0) -> Iterator[Callable[[], Result]]:
    """Do `work` in another process, while this one goes on; what is yielded waits for its result.

    Without fork, or where only one process may be used, the work is done when somebody asks for it.
    """
    if cores(jobs) < 2 or not can_fork():
        yield work
        return
    with _forked(work) as collect:
        yield collect


@contextmanager
def _forked(work: Callable[[], Result]) -> Iterator[Callable[[], Result]]:
    """Do `work` in a process that is gone afterwards; what is yielded waits for its result."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _answer(work, reading, writing)
    os.close(writing)
    pipe = os.fdopen(reading, "rb")
    try:
        yield partial(_collect, pipe)
    finally:
        pipe.close()
        os.waitpid(pid, 0)


def _answer(work: Callable[[], object], reading: int, writing: int) -> NoReturn:
    """End this process with what the work comes to, told to the one that it was forked from."""
    status = 1
    try:
        os.close(reading)
        answer: tuple[bool, object]
        try:
            answer = (True, work())
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
