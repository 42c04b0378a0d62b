"""Slide markers: where one slide ends and the next begins.

A marker is found on source lines, before block parsing: right after a quote, CommonMark would swallow it as a lazy
continuation of the quote. Fences and formulas are already out of the way (see `lines.py` and `maths.py`).
"""

from __future__ import annotations

import re
import unicodedata

from slidegloss.base.namedtuples import NamedTuple

_LETTER = "[A-Za-z\u24b6-\u24cf]"
_ALONE = re.compile(
    rf"[ \t\u00a0]{{0,3}}(?:笔记[ ]?|slide[ ]|page[ ])?[Pp](?P<number>\d{{1,4}})[ \t\u00a0]*(?P<suffix>{_LETTER})?"
    r"[ \t\u00a0]*[:：]?[ \t\u00a0]*$"
)
_FIRST = frozenset(" \t\u00a0笔spP")
"""What a marker that stands alone begins with."""
_IN_HEADING = re.compile(rf" {{0,3}}#{{1,6}}[ \t].*\[[Pp](?P<number>\d{{1,4}})(?P<suffix>{_LETTER})?\][ \t]*#*[ \t]*$")
_IN_CELL = re.compile(rf"[ \t]*\|[ \t]*P(?P<number>\d{{1,4}})(?P<suffix>{_LETTER})?[ \t]*\|")


class Segment(NamedTuple):
    """The lines of one slide, or of the opening (label is empty)."""

    label: str
    number: int
    anchor: str
    marker_line: int
    """Index of the marker's line, 0-based; for the opening the first line."""
    first: int
    """Index of the first content line; a marker that is a heading or a table row belongs to the content."""
    end: int
    """Index after the last line."""


def split(lines: list[str], fenced: list[bool]) -> tuple[Segment, ...]:
    """Cut the lines of a note into its opening (always first, maybe empty) and its slides.

    `lines` have formulas masked; `fenced` says which lines are code. Repeated labels get anchors `p136-2`, `p136-3`.
    """
    found: list[tuple[int, str, int, bool]] = []
    for index in [
        index for index, line in enumerate(lines) if line and (line[0] in _FIRST or "#" in line or "|" in line)
    ]:
        line = lines[index]
        if fenced[index] or len(line) > 400:
            continue
        marker = _marker(line, lines[index - 1] if index else "")
        if marker:
            found.append((index, *marker))
    starts = [*(start for start, *_ in found), len(lines)]
    segments = [Segment("", 0, "", 0, 0, starts[0])]
    seen: dict[str, int] = {}
    for (index, label, number, alone), end in zip(found, starts[1:], strict=True):
        base = label.lower()
        seen[base] = seen.get(base, 0) + 1
        anchor = base if seen[base] == 1 else f"{base}-{seen[base]}"
        segments.append(Segment(label, number, anchor, index, index + 1 if alone else index, end))
    return tuple(segments)


def is_marker(line: str) -> bool:
    """Tell whether a line is a slide marker that stands alone."""
    return bool(line) and line[0] in _FIRST and _ALONE.match(line) is not None


def _marker(line: str, before: str) -> tuple[str, int, bool] | None:
    """Return (label, number, stands alone) of the marker on a line."""
    if line[0] in _FIRST and (match := _ALONE.match(line)) is not None:
        return *_label(match), True
    if "#" in line and "[" in line and (match := _IN_HEADING.match(line)) is not None:
        return *_label(match), False
    # only a table's first row can open a slide: a marker further down would tear the table
    if "|" in line and "|" not in before and (match := _IN_CELL.match(line)) is not None:
        return *_label(match), False
    return None


def _label(match: re.Match[str]) -> tuple[str, int]:
    suffix = unicodedata.normalize("NFKC", match["suffix"] or "").upper()
    number = int(match["number"])
    return f"P{number}{suffix}", number
