"""The command line: finds the command that was meant, runs it, and says in a sentence what a machine has refused."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from slidegloss import terminal
from slidegloss.arguments import COMMANDS, parser
from slidegloss.base.diagnostics import nearest
from slidegloss.config.options import UnknownLanguage
from slidegloss.terminal import leave
from slidegloss.write.refusals import Refused

__all__ = ["leave", "main"]

_MAKES_SITES = frozenset({"build", "offline", "pages", "serve"})
"""Commands that work on a site; of the others, none is told about."""
_UNTOUCHED = "The last good site is untouched."
_MAY_WRITE = "choose a folder that you may write"
_WHICH = ": -o says where the site goes, XDG_CACHE_HOME where the cache is"
_ROOM = "make room on that disk, then try again"
_MACHINE: Mapping[int, str] = {
    errno.ENOSPC: _ROOM,
    getattr(errno, "EDQUOT", errno.ENOSPC): _ROOM,
    errno.EFBIG: _ROOM,
    errno.EROFS: _MAY_WRITE,
    errno.EACCES: _MAY_WRITE,
    errno.EPERM: _MAY_WRITE,
    errno.ENOTDIR: "a file or a broken link is where a folder has to be: move it away, or choose another folder",
    errno.EISDIR: "a folder is where a file has to be: move it away, or choose another folder",
    errno.ELOOP: "a symbolic link leads to itself: remove it, or choose another folder",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: "let this program open more files (ulimit -n), or try again with fewer processes (-j 1)",
    errno.EIO: "have that disk looked at",
    errno.EBUSY: "try again when nobody writes there",
}
"""What a machine may refuse at any time, for it is no fault of the program → what its user can do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    terminal.open_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and (near := _misspelt(given[0])):
        return terminal.refuse(
            f"there is no command '{given[0]}', and no file or folder of that name", f"did you mean {near}?"
        )
    if not given or given[0] not in {*COMMANDS, "-h", "--help", "--version"}:
        given.insert(0, "build")  # `build.py SOURCE` builds
    options = parser(*given[:1] if given[0] in COMMANDS else ()).parse_args(given)
    makes_site = options.command in _MAKES_SITES
    if options.command == "serve":
        gc.enable()
    else:
        gc.disable()  # trees of notes hold no cycles, and looking for some takes a fifth of the time
    try:
        # its module is loaded only now: a build with nothing to do need not wait for what the others load
        run: Callable[[argparse.Namespace], int] = import_module(f"slidegloss.commands.{options.command}").run
        status = run(options)
        terminal.flush()
    except KeyboardInterrupt:
        terminal.complain(f"\nStopped. {_UNTOUCHED}" if makes_site else "\nStopped.")
        return terminal.STOPPED
    except BrokenPipeError:
        terminal.hang_up()
        return terminal.PROBLEMS
    except (Refused, UnknownLanguage) as error:
        return terminal.refuse(str(error), error.hint)
    except OSError as error:
        hint = _MACHINE.get(error.errno or 0)
        if hint is None:
            raise
        where = error.filename2 or error.filename or ("the site" if makes_site else "a file")
        terminal.refuse(
            f"cannot write {where}: {error.strerror}", hint + (_WHICH if makes_site and hint is _MAY_WRITE else "")
        )
        if makes_site:
            terminal.complain(f"  {_UNTOUCHED}")
        return terminal.PROBLEMS
    return status


def _misspelt(word: str) -> str:
    """Return the command that a first word was probably meant to be, when it is neither a command nor something to build."""
    if word in COMMANDS or word.startswith("-") or os.path.lexists(word):
        return ""
    return nearest(word, COMMANDS)
