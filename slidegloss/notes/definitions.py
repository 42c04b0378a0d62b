"""Where a text holds lists of definitions as PHP Markdown Extra and Pandoc have them: a term, below it `: what it means`.

The parser knows them, but takes every line with a colon in front for one (`:smile:`, the caption of a table, a colon that
came to stand there), and with it the lines above. So it is asked only where each of a text's colons says that.
"""

from __future__ import annotations

from slidegloss.base.patterns import lazy
from slidegloss.notes.lines import fenced_lines

_MEANS = lazy(r" {0,3}:[ \t]+(?=\S)")
_COLON = lazy(r"[ \t]{0,3}:")
_TERM = lazy(r" {0,3}(?!\d{1,9}[.)][ \t])(?:[^\W_]|[*_`\"“‘《「(（])[^\n]*[^\W_][^\n]*|[^\W_]")
_INSIDE = lazy(r"(?: {2,}|\t)[ \t]*\S")


def holds_definitions(text: str) -> bool:
    """Tell whether a text holds lists of definitions, and no line that only looks like a part of one."""
    lines = text.split("\n")
    fenced = fenced_lines(lines)
    found = False
    for index, line in enumerate(lines):
        if ":" not in line or fenced[index] or not _COLON.match(line):
            continue
        if not _MEANS.match(line) or not _has_term(lines, fenced, index):
            return False
        found = True
    return found


def _has_term(lines: list[str], fenced: list[bool], index: int) -> bool:
    """Tell whether a term of one line stands above a definition, perhaps with others between."""
    at = index - 1
    if at >= 0 and not lines[at].strip():
        at -= 1
    if at < 0 or fenced[at]:
        return False
    if _MEANS.match(lines[at]) or _INSIDE.match(lines[at]):
        return at < index - 1 or _follows(lines, at)
    # the parser takes a term right below a definition for a part of it
    return _TERM.fullmatch(lines[at]) is not None and not (at and lines[at - 1].strip())


def _follows(lines: list[str], at: int) -> bool:
    """Tell whether a line belongs to a definition above it or is one."""
    while at >= 0 and _INSIDE.match(lines[at]):
        at -= 1
    return at >= 0 and _MEANS.match(lines[at]) is not None
