"""Work on all cores: one function over many items in forked processes, which share what is already in memory."""

from __future__ import annotations

import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import BinaryIO, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


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
    """Return `[function(item) for item in items]`, worked out on all cores."""
    parts = run_parts(lambda part: [function(item) for item in part], items, jobs)
    results: list[Result | None] = [None] * len(items)
    for number, part in enumerate(parts):
        results[number :: len(parts)] = part
    return results  # type: ignore[return-value]  # every place has been filled


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
