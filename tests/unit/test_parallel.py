"""A process that loads ahead does its work when it is asked, and is gone afterwards, asked or not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from slidegloss.parallel import Ahead, WorkerError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


def _adder() -> Callable[[int], tuple[int, int]]:
    loaded_in = os.getpid()
    return lambda number: (number + 1, loaded_in)


def _gone(process: Ahead[int, tuple[int, int]]) -> bool:
    try:
        os.kill(process._pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_answers_from_another_process() -> None:
    with Ahead(_adder) as process:
        number, pid = process.ask(1)
    assert number == 2
    assert pid != os.getpid()
    assert _gone(process)


def test_who_is_not_asked_is_not_waited_for() -> None:
    started = time.monotonic()
    with Ahead(lambda: time.sleep(60) or _adder()) as process:  # type: ignore[func-returns-value]
        pass
    assert time.monotonic() - started < 30
    assert _gone(process)


def test_what_goes_wrong_is_told() -> None:
    def broken() -> Callable[[int], int]:
        raise LookupError("a part is missing")

    with Ahead(broken) as process, pytest.raises(WorkerError, match="a part is missing"):
        process.ask(1)

    def full(_: int) -> int:
        raise OSError(28, "No space left on device")

    with Ahead(lambda: full) as process, pytest.raises(OSError, match="No space"):
        process.ask(1)
