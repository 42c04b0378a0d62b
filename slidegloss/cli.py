"""The command line: finds the command that was meant, runs it, and says in a sentence what a machine has refused."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from slidegloss import terminal
from slidegloss.arguments import COMMANDS, parser
from slidegloss.diagnostics import nearest
from slidegloss.terminal import leave

__all__ = ["leave", "main"]

_ENVIRONMENT = frozenset(
    {
        errno.ENOSPC,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.EMFILE,
        errno.ENOTDIR,
        errno.ENAMETOOLONG,
        getattr(errno, "EDQUOT", errno.ENOSPC),
    }
)
"""What a machine may refuse at any time; a message says so, for it is no fault of the program."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and (near := _misspelt(given[0])):
        return terminal.refuse(
            f"there is no command '{given[0]}', and no file or folder of that name", f"did you mean {near}?"
        )
    if not given or given[0] not in {*COMMANDS, "-h", "--help", "--version"}:
        given.insert(0, "build")  # `build.py SOURCE` builds
    options = parser().parse_args(given)
    terminal.open_streams()
    try:
        # its module is loaded only now: a build with nothing to do need not wait for what the others load
        run: Callable[[argparse.Namespace], int] = import_module(f"slidegloss.commands.{options.command}").run
        status = run(options)
        terminal.flush()
    except KeyboardInterrupt:
        terminal.complain("\nStopped. The last good site is untouched.")
        return terminal.STOPPED
    except BrokenPipeError:
        terminal.hang_up()
        return terminal.PROBLEMS
    except OSError as error:
        if error.errno not in _ENVIRONMENT:
            raise
        named = error.filename2 or error.filename
        where = f" {named}" if named else " the site"
        terminal.complain(
            f"{terminal.PROGRAM}: cannot write{where}: {error.strerror}\n  The last good site is untouched."
        )
        return terminal.PROBLEMS
    return status


def _misspelt(word: str) -> str:
    """Return the command that a first word was probably meant to be, when it is neither a command nor something to build."""
    if word in COMMANDS or word.startswith("-") or Path(word).exists():
        return ""
    return nearest(word, COMMANDS)
