"""A process that has loaded the program and forks one for each command: most of a command's time goes into loading.

Each command runs as `python build.py …` does: in a process of its own, without threads, with its own folder, environment and
streams. Only what is loaded is there before. What is about loading itself has to start Python (`command.run(…, cold=True)`).
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
LIMIT = 300
"""Seconds after which a command is ended."""


class Warm:
    """Forks commands out of a process that is started with the first of them."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, arguments: list[str], folder: Path, environment: dict[str, str], out: Path, err: Path) -> int:
        """Run a command whose streams go into two files; returns its exit code, negative for a signal."""
        if self._process is None:
            more = {"PYTHONPATH": str(REPO), "PYTHONUTF8": "1"}
            command = [sys.executable, __file__]
            self._process = subprocess.Popen(
                command, cwd=REPO, env=os.environ | more, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
            atexit.register(self._close)
        task = [arguments, str(folder), environment, str(out), str(err)]
        asked, answer = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answer is not None
        asked.write(json.dumps(task).encode() + b"\n")
        assert select.select([answer], [], [], LIMIT + 60)[0], f"no end of {arguments}"
        said = answer.readline()
        assert said, f"the process that runs commands has ended with {self._process.poll()}"
        return int(said)

    def _close(self) -> None:
        """End the process, which nobody asks any more."""
        assert self._process is not None
        self._process.communicate()


def _load() -> None:
    """Import all that a command may need, and look at none of it."""
    import importlib  # noqa: PLC0415 - of the process alone
    import pkgutil  # noqa: PLC0415

    import slidegloss  # noqa: PLC0415

    for found in pkgutil.walk_packages(slidegloss.__path__, "slidegloss."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def _become(task: list[Any]) -> int:
    """Be the command from now on."""
    import build  # noqa: PLC0415 - build.py, which is no package

    arguments, folder, environment, out, err = task
    signal.alarm(LIMIT)
    for name, number in ((os.devnull, 0), (out, 1), (err, 2)):
        opened = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = [str(REPO / "build.py"), *arguments]
    return build.start()


def _serve() -> None:
    """Fork a process for each line of the standard input; print how it ended."""
    sys.argv[0] = str(REPO / "build.py")  # the program asks how it was called
    answers = os.dup(1)
    os.set_inheritable(answers, False)  # noqa: FBT003
    os.dup2(2, 1)
    _load()
    while line := sys.stdin.buffer.readline():
        child = os.fork()
        if not child:
            os.close(answers)
            try:
                code = _become(json.loads(line))
            except SystemExit as end:  # of a command line that makes no sense
                code = end.code if isinstance(end.code, int) else 1
            except BaseException:  # noqa: BLE001 - as Python does at the end of a program
                import traceback  # noqa: PLC0415

                traceback.print_exc()
                code = 1
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(answers, f"{ended}\n".encode())


if __name__ == "__main__":
    _serve()
