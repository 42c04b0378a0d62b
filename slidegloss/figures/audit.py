"""Diagnostics about figures that need the whole book: unused ones, and those on the wrong slide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.endings import PICTURES
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.nodes import Span


class Placed(NamedTuple):
    """A figure where a note shows it."""

    source_path: str
    """The figure's."""
    label: str
    """The slide's badge, such as `P136`."""
    number: int
    """The slide's number."""
    span: Span


def unused(assets: Iterable[str], used: Iterable[str]) -> tuple[Diagnostic, ...]:
    """Report the pictures that no note refers to."""
    referenced = frozenset(used)
    return tuple(
        diagnostic(Code.FIGURE_UNUSED, path, hint="delete it, or show it in a note")
        for path in sorted(assets)
        if path not in referenced and path.rpartition(".")[2].lower() in PICTURES
    )


def wrong_pages(note_path: str, placed: Iterable[Placed]) -> tuple[Diagnostic, ...]:
    """Report figures whose name carries another number than their slide (decks with `figure_pages: true`)."""
    problems = []
    for source_path, label, number, span in placed:
        pages = page_numbers(source_path)
        if pages and number not in pages:
            name = PurePosixPath(source_path).name
            message = f"{name} stands on {label}, but its name says P{pages[0]}"
            hint = "show the right figure, or rename it"
            problems.append(diagnostic(Code.FIGURE_PAGE, note_path, span.line, span.col, message, hint))
    return tuple(problems)


def page_numbers(source_path: str) -> tuple[int, ...]:
    """Return the slide numbers that a figure's name may mean, likeliest first; none if it does not look like one.

    `08-136.png` and `08-136-2.png` (chapter, page, part), `136.png`, `p136-1.png`; not `a1b2c3.png` or a date.
    """
    stem = PurePosixPath(source_path).stem
    match = re.fullmatch(r"(?:[a-z]+[-_ ]?)?(\d{1,4})((?:[-_]\d{1,4}){0,2})[a-z]?", stem, re.IGNORECASE)
    if match is None:
        return ()
    groups = [match[1], *re.findall(r"\d+", match[2])]
    if len(groups) == 1:
        return (int(groups[0]),)
    if len(groups) == 3 or groups[0].startswith("0"):
        return (int(groups[1]),)
    return int(groups[1]), int(groups[0])
