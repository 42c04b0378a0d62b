"""Everything that is printed: messages, progress, refusals. No other module prints."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import Self

from slidegloss.base.diagnostics import Diagnostic, Severity
from slidegloss.base.reports import by_code, count, format_text

OK, PROBLEMS, USAGE = 0, 1, 2
"""Exit codes: fine; problems in the notes (errors, with --strict warnings too); a command that makes no sense."""

STOPPED = 130
"""What shells expect of a program that Ctrl+C ended."""

PROGRAM = "build.py" if Path(sys.argv[0]).name == "build.py" else "slidegloss"
"""How the user called us: from a clone, or as the installed command."""

_MANY = 20
"""Messages beyond which a reader is helped by their number for each code."""


UNTOUCHED = "The last good site is untouched."
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


def say(text: str = "", *, now: bool = False) -> None:
    """Print a line of what a command has to say; `now`, when more may be long in coming."""
    write(f"{text}\n")
    if now:
        sys.stdout.flush()


def write(text: str) -> None:
    """Print text that has its line ends."""
    sys.stdout.write(text)


def complain(text: str) -> None:
    """Print a line beside what a command has to say."""
    sys.stderr.write(f"{text}\n")


def refuse(message: str, hint: str) -> int:
    """Say why a command makes no sense and what would; return its exit code."""
    complain(f"{PROGRAM}: {message}\n  {hint}")
    return USAGE


def tell_refused(error: OSError, *, makes_site: bool) -> bool:
    """Say what the machine has refused and what its user can do; False when it is nothing that a machine may refuse."""
    hint = _MACHINE.get(error.errno or 0)
    if hint is None:
        return False
    where = error.filename2 or error.filename or ("the site" if makes_site else "a file")
    refuse(f"cannot write {where}: {error.strerror}", hint + (_WHICH if makes_site and hint is _MAY_WRITE else ""))
    if makes_site:
        complain(f"  {UNTOUCHED}")
    return True


def tell_failure(engine: str, lang: str, log: str) -> None:
    """Print the log of an engine that could not build an edition."""
    complain(f"{engine} could not build the '{lang}' edition:\n{log}")


def tell(diagnostics: Sequence[Diagnostic], *, remarks: bool = True, always_count: bool = False) -> None:
    """Print problems and their number; a build leaves the remarks (severity info) to `check`, which is there for them."""
    diagnostics = as_called(diagnostics)
    told = [problem for problem in diagnostics if remarks or problem.severity is not Severity.INFO]
    if told:
        write(format_text(told))
    if diagnostics or always_count:
        left_out = len(diagnostics) - len(told)
        say(count(diagnostics) + (f"; `{PROGRAM} check` shows the remarks" if left_out else ""))
    if len(told) > _MANY:
        say(f"  {by_code(told)}")


def as_called(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """Return messages with hints that name the command as the user called it."""
    if PROGRAM == "build.py":
        return diagnostics
    return [replace(one, hint=one.hint.replace("build.py ", f"{PROGRAM} ")) for one in diagnostics]


def shown(path: Path) -> str:
    """Return a path as short as it can be named from here."""
    try:
        return str(path.relative_to(Path.cwd())) or "."
    except ValueError:
        return str(path)


def width() -> int:
    """Return how many columns there are, as `shutil.get_terminal_size`, which loads more than a small build."""
    with contextlib.suppress(KeyError, ValueError):
        if (told := int(os.environ["COLUMNS"])) > 0:
            return told
    with contextlib.suppress(AttributeError, ValueError, OSError):  # no stdout, a closed one, no terminal
        if found := os.get_terminal_size(sys.stdout.fileno()).columns:
            return found
    return 80


class Progress:
    """A line on a terminal that says what is going on; nothing elsewhere, so that logs stay readable."""

    _WORDS = {  # noqa: RUF012 - read only
        "figures": "converting figures",
        "render": "rendering pages",
        "write": "writing pages",
        "engine": "building the site",
        "publish": "checking and publishing",
        "pack": "packing",
    }

    def __init__(self, *, quiet: bool = False) -> None:
        """Take whether the user wants to see problems only."""
        self.on = sys.stderr.isatty() and not quiet

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Show a phase of a build, how much of it is done, and how much there is."""
        if phase == "wait":
            complain("Another build of this book is running; this one starts when it is done.")
        if not self.on or phase == "wait":
            return
        bar = ""
        if total > 1:
            filled = round(24 * done / total)
            bar = f" [{'#' * filled}{'.' * (24 - filled)}] {done}/{total}"
        sys.stderr.write(f"\r\x1b[K{self._WORDS.get(phase, phase)}{bar}")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the line empty."""
        if self.on:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def open_streams() -> None:
    """Escape characters that the terminal cannot encode, and open /dev/null for a closed stream (`>&-`)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # the place of the one that is closed: no file of ours shall get what others print
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def read_names_as_utf8() -> int:
    """Restart Python in UTF-8 mode where it takes file names for another encoding (an old locale such as `zh_CN.GBK`).

    Return 0 where there is nothing to do, and the exit code for a wrong usage where a restart does not help.
    """
    if sys.getfilesystemencoding() == "utf-8":
        return OK
    if sys.executable and os.environ.get("PYTHONUTF8") != "1":
        said = {"PYTHONIOENCODING": getattr(sys.stdout, "encoding", "utf-8")}  # what the terminal understands
        again = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, again, {**said, **os.environ, "PYTHONUTF8": "1"})  # noqa: S606 - as we were started
    message = f"this Python takes the names of files for {sys.getfilesystemencoding()}, not UTF-8"
    return refuse(message, "start it without -I, -E and -X utf8=0, or in a locale of UTF-8 (LC_ALL=C.UTF-8)")


def flush() -> None:
    """Flush the output; raises BrokenPipeError when its reader has gone (`build.py check | head`)."""
    sys.stdout.flush()


def hang_up() -> None:
    """Redirect what is left to /dev/null, so that Python can flush it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def leave(code: int) -> int:
    """Exit at once, without freeing memory object by object, which takes long for large books; everything is written by now.

    Returns only when the output has no reader any more.
    """
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
