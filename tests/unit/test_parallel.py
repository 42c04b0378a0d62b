"""Work in other processes; in one of its own, because the processes that tests run in have threads, beside which none is forked."""

import subprocess
import sys

import pytest

BEGIN = "import os\nfrom slidegloss import parallel\nfrom slidegloss.parallel import WorkerError, beside\n"


def printed(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
def test_work_is_done_beside_in_a_process_of_its_own() -> None:
    program = "with beside(os.getpid, 2) as result:\n    print(result() != os.getpid())"
    assert printed(program) == ["True"]


def test_where_one_process_is_wanted_it_is_done_in_this_one() -> None:
    program = "with beside(os.getpid, 1) as result:\n    print(result() == os.getpid())"
    assert printed(program) == ["True"]


def test_where_nothing_can_be_forked_it_is_done_in_this_one() -> None:
    program = (
        "parallel.can_fork = lambda: False\nwith beside(os.getpid, 2) as result:\n    print(result() == os.getpid())"
    )
    assert printed(program) == ["True"]


def test_a_bug_there_is_told_here() -> None:
    program = "try:\n    with beside(lambda: 1 // 0, 2) as result:\n        result()\n"
    program += "except (WorkerError, ZeroDivisionError) as bug:\n    print('ZeroDivisionError' in repr(bug))"
    assert printed(program) == ["True"]


def test_who_needs_no_result_leaves_no_process_behind() -> None:
    program = "with beside(lambda: 'x' * 10**7, 2) as result:\n    pass\ntry:\n    os.wait()\n"
    program += "except ChildProcessError:\n    print('none')"
    assert printed(program) == ["none"]
