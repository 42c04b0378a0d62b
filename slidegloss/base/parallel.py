"""Multiprocessing by fork: map a function over items on all cores, or run functions in one other process."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any, BinaryIO, NoReturn, Protocol, TypeVar

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
    """Call `work` on up to `jobs` parts of `items` (every n-th item) in parallel; return the results in order.

    Results must be picklable. This process takes the first part itself; without fork, it takes all items as one part.
    """
    count = min(cores(jobs), len(items)) if can_fork() else 1
    if count < 2:
        return [work(items)]
    with ExitStack() as others:
        parts = [partial(work, items[number::count]) for number in range(1, count)]
        answers = [others.enter_context(_forked(partial(_tell, part))) for part in parts]
        return [work(items[::count]), *(_result(_told(answer)) for answer in answers)]


def map_items(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int = 0,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Result]:
    """Return `[function(item) for item in items]`, computed on all cores; each process takes the next item when it is free.

    `meanwhile` is called in this process once the others have started.
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


class Begin(Protocol):
    """Gives work to another process."""

    def __call__(self, function: Callable[..., Result], /, *arguments: Any) -> Callable[[], Result]:  # noqa: ANN401 - the function's
        """Have `function(*arguments)` done; what is returned waits for the result."""


@contextmanager
def beside(jobs: int = 0) -> Iterator[Begin]:
    """Run functions in one other process, one after the other, while this process goes on.

    Yields `begin(function, *arguments)`, which returns a function that waits for the result. Functions are pickled by name,
    arguments and results by value. Without fork, or with one job, the function runs here when its result is asked for.
    """
    if cores(jobs) < 2 or not can_fork():
        yield partial
        return
    asking, asked = os.pipe()
    with _forked(partial(_answer_all, asking, asked)) as answers:
        os.close(asking)
        questions = os.fdopen(asked, "wb")
        try:
            yield _Other(questions, answers).begin
        finally:
            with suppress(BrokenPipeError):
                questions.close()


class _Other:
    """Another process that does what it is told."""

    def __init__(self, questions: BinaryIO, answers: BinaryIO) -> None:
        self.questions, self.answers = questions, answers
        self.begun = 0
        self.told: list[_Answer] = []

    def begin(self, function: Callable[..., Result], *arguments: object) -> Callable[[], Result]:
        number, self.begun = self.begun, self.begun + 1
        with suppress(BrokenPipeError):  # it is gone: who asks for the result is told
            pickle.dump((function, arguments), self.questions, protocol=pickle.HIGHEST_PROTOCOL)
            self.questions.flush()
        return partial(self.result, number)

    def result(self, number: int) -> Any:  # noqa: ANN401 - what the function returns
        while len(self.told) <= number:
            self.told.append(_told(self.answers))
        return _result(self.told[number])


def _answer_all(asking: int, asked: int, answers: BinaryIO) -> None:
    """Do what this process is told, until nobody is there to tell it anything."""
    os.close(asked)
    with os.fdopen(asking, "rb") as questions:
        while True:
            try:
                function, arguments = pickle.load(questions)  # noqa: S301 - written by our own process
            except EOFError:
                return
            _tell(partial(function, *arguments), answers)


@contextmanager
def _forked(work: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """Do `work` in a process that is gone afterwards; what it writes is read from what is yielded."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _be_forked(work, reading, writing)
    os.close(writing)
    pipe = os.fdopen(reading, "rb")
    try:
        yield pipe
    finally:
        pipe.close()
        os.waitpid(pid, 0)


def _be_forked(work: Callable[[BinaryIO], None], reading: int, writing: int) -> NoReturn:
    """Do the work of a forked process, and end it."""
    status = 1
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            work(pipe)
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's clean-up may run here


_Answer = tuple[bool, Any]
"""Whether all went well, and what the work came to: the result, an OSError, or the traceback of a bug."""


def _tell(work: Callable[[], object], pipe: BinaryIO) -> None:
    """Do work and tell who has forked this process what it came to."""
    answer: _Answer
    try:
        answer = (True, work())
    except OSError as error:  # a full disk and the like: the parent can say it better than a traceback
        answer = (False, error)
    except BaseException:  # noqa: BLE001 - passed on to the parent, which raises it
        import traceback  # noqa: PLC0415 - for bugs only

        answer = (False, traceback.format_exc())
    pickle.dump(answer, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _told(pipe: BinaryIO) -> _Answer:
    try:
        answer: _Answer = pickle.load(pipe)  # noqa: S301 - written by our own process
    except EOFError:
        message = "a worker process ended before it was done (was it killed, or out of memory?)"
        raise WorkerError(message) from None
    return answer


def _result(answer: _Answer) -> Any:  # noqa: ANN401 - what the worker's function returns
    fine, value = answer
    if fine:
        return value
    raise value if isinstance(value, OSError) else WorkerError(value)
