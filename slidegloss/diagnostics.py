"""What slidegloss has to say to an author: codes, places, hints, and how they are printed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum


class Severity(Enum):
    """How bad a problem is; only errors make a plain run fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(Enum):
    """Every message slidegloss can give. The value is (name as printed, default severity, what it means).

    The message reference of the site is made from this table, and every code has a failing example in the tests.
    """

    # keep grouped by subject and sorted inside a group
    NO_NOTES = ("no-notes", Severity.ERROR, "The folder holds no Markdown file.")

    def __init__(self, slug: str, severity: Severity, meaning: str) -> None:
        """Unpack the value so that members read `Code.NO_NOTES.slug`."""
        self.slug = slug
        self.severity = severity
        self.meaning = meaning


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One message: where, what, and how to mend it.

    `path` is POSIX and relative to the folder the user named; `line` and `col` are 1-based, 0 when the message concerns
    the whole file.
    """

    path: str
    line: int
    col: int
    code_name: str
    message: str
    hint: str
    severity: Severity


def diagnostic(  # noqa: PLR0913 - a message has this many parts
    code: Code, path: str, line: int = 0, col: int = 0, message: str = "", hint: str = ""
) -> Diagnostic:
    """Make a diagnostic of `code` at its default severity; settings may change that later."""
    return Diagnostic(path, line, col, code.slug, message or code.meaning, hint, code.severity)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that `name` was most likely meant to be, or an empty string."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""
