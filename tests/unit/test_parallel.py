"""Work in other processes; in one of its own, because the processes that tests run in have threads, beside which none is forked."""

import subprocess
import sys

import pytest

BEGIN = "import os\nfrom slidegloss.base import parallel\nfrom slidegloss.base.parallel import WorkerError, beside\n"


def printed(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
def test_work_is_done_beside_in_one_other_process() -> None:
    program = """
with beside(2) as begin:
    first, second = begin(os.getpid), begin(os.getppid)
    print(first() != os.getpid(), second() == os.getpid(), begin(os.getpid)() == first())
"""
    assert printed(program) == ["True True True"]


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
def test_results_may_be_left_and_asked_for_in_any_order() -> None:
    program = """
with beside(2) as begin:
    begin(abs, -1)
    second, third = begin(abs, -2), begin(abs, -3)
    print(third(), second(), second())
"""
    assert printed(program) == ["3 2 2"]


def test_where_one_process_is_wanted_it_is_done_in_this_one() -> None:
    program = "with beside(1) as begin:\n    print(begin(os.getpid)() == os.getpid())"
    assert printed(program) == ["True"]


def test_where_nothing_can_be_forked_it_is_done_in_this_one() -> None:
    program = (
        "parallel.can_fork = lambda: False\nwith beside(2) as begin:\n    print(begin(os.getpid)() == os.getpid())"
    )
    assert printed(program) == ["True"]


def test_a_bug_there_is_told_here() -> None:
    program = "try:\n    with beside(2) as begin:\n        begin(divmod, 1, 0)()\n"
    program += "except (WorkerError, ZeroDivisionError) as bug:\n    print('ZeroDivisionError' in repr(bug))"
    assert printed(program) == ["True"]


def test_what_a_machine_refuses_there_is_told_here() -> None:
    program = "try:\n    with beside(2) as begin:\n        begin(os.listdir, 'nowhere')()\n"
    program += "except FileNotFoundError as refused:\n    print(refused.filename)"
    assert printed(program) == ["nowhere"]


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
def test_that_the_other_was_killed_is_said_and_not_waited_for() -> None:
    program = """
with beside(2) as begin:
    gone = begin(os._exit, 9)
    for ask in (gone, lambda: begin(len, "x" * 10**7)()):
        try:
            ask()
        except WorkerError as error:
            print("ended" in str(error))
"""
    assert printed(program) == ["True", "True"]


def test_who_needs_no_result_leaves_no_process_behind() -> None:
    program = "with beside(2) as begin:\n    begin(bytes, 10**7)\ntry:\n    os.wait()\n"
    program += "except ChildProcessError:\n    print('none')"
    assert printed(program) == ["none"]
