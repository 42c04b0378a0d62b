"""The entry point of the command line: dispatches to a module of `commands/`, and turns OS errors into messages."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    terminal.open_streams()
    if arguments is None and (refused := terminal.read_names_as_utf8()):
        return refused
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and (near := _misspelt(given[0])):
        return terminal.refuse(
            f"there is no command '{given[0]}', and no file or folder of that name", f"did you mean {near}?"
        )
    if not given or given[0] not in {*COMMANDS, "-h", "--help", "--version"}:
        given.insert(0, "build")  # `build.py SOURCE` builds
    options = parser(*given[:1] if given[0] in COMMANDS else ()).parse_args(given)
    makes_site = options.command in _MAKES_SITES
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look for some in each installed package
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
        terminal.complain(f"\nStopped. {terminal.UNTOUCHED}" if makes_site else "\nStopped.")
        return terminal.STOPPED
    except BrokenPipeError:
        terminal.hang_up()
        return terminal.PROBLEMS
    except (Refused, UnknownLanguage) as error:
        return terminal.refuse(str(error), error.hint)
    except OSError as error:
        if not terminal.tell_refused(error, makes_site=makes_site):
            raise
        return terminal.PROBLEMS
    return status


def _misspelt(word: str) -> str:
    """Return the command that a first word was probably meant to be, when it is neither a command nor something to build."""
    if word in COMMANDS or word.startswith("-") or os.path.lexists(word):
        return ""
    return nearest(word, COMMANDS)
