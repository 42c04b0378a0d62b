"""Slide markers: where one slide ends and the next begins.

A marker is found on source lines, before block parsing: right after a quote, CommonMark would swallow it as a lazy
continuation of the quote. Fences and formulas are already out of the way (see `lines.py` and `maths.py`).
"""

from __future__ import annotations

import re
import unicodedata

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy

_LETTER = "[A-Za-z\u24b6-\u24cf]"
_ALONE = re.compile(
    rf"[ \t\u00a0]{{0,3}}(?:笔记[ ]?|slide[ ]|page[ ])?[Pp](?P<number>\d{{1,4}})[ \t\u00a0]*(?P<suffix>{_LETTER})?"
    r"[ \t\u00a0]*[:：]?[ \t\u00a0]*$"
)
_PAGE = (
    r"(?:[Pp\uff30\uff50](?:[.．][ ]?|[ \u3000])?(?P<p>\d{1,4})|第[ ]?(?P<di>\d{1,4})[ ]?[页頁]"
    r"|(?:[Ss]lide|SLIDE|[Pp]age|PAGE|幻灯片)[ ]?#?(?P<slide>\d{1,4}))"
)
_OTHERWISE = lazy(
    rf"[ \t\u00a0]{{0,3}}(?:{_PAGE}[ \t\u00a0]*[:：.。、]?|\*\*{_PAGE.replace('?P<', '?P<bold_')}[:：]?\*\*[:：]?"
    rf"|__{_PAGE.replace('?P<', '?P<under_')}[:：]?__[:：]?|(?:【|\[){_PAGE.replace('?P<', '?P<in_')}(?:】|\]))"
    r"[ \t\u00a0\u3000]*$"
)
"""Ways to write a page number alone on a line that could also end a sentence which began on the line before."""
_BEGINS_BLOCK = lazy(r"[ \t\u00a0]*(?:$|[>#!|<]|(?:[-*_=][ \t]*){3,}$|`{3}|~{3})")
"""A line after which such a number belongs to no sentence."""
_FIRST = frozenset(" \t\u00a0笔spP第幻SＰｐ*_【[")
"""What a marker that stands alone begins with."""
_NAMES = frozenset("Pp第SsＰｐ幻")
"""What a page number begins with that is not one of `_ALONE`."""
_IN_HEADING = re.compile(rf" {{0,3}}#{{1,6}}[ \t].*\[[Pp](?P<number>\d{{1,4}})(?P<suffix>{_LETTER})?\][ \t]*#*[ \t]*$")
_HEADS = lazy(
    rf"(?P<hashes> {{0,3}}#{{1,6}}[ \t]+)(?P<prefix>(?P<bold>\*\*)?{_PAGE}"
    r"(?(bold)[:：]?\*\*[:：]?)(?:[ \t\u3000]*(?:[:：、|–—]|-(?=[ \t]))|[.．](?=[ \t\u3000]|$)|(?=[ \t\u3000#]|$)))"
    r"(?P<title>.*)$"
)
"""A heading that begins with a page number."""
_IN_CELL = re.compile(r"[ \t]*\|[ \t]*P(?P<number>\d{1,4})(?P<suffix>[A-Za-z\u24b6-\u24cf])?[ \t]*\|")
_RULE = lazy(r"-{3,}[ \t]*")
_LIKE = lazy(
    r"[ \t\u00a0]{0,3}(?:\*\*)?(?:[Pp\uff30\uff50][.．]?[ ]?\d{1,4}|第[ ]?\d{1,4}[ ]?[页頁])"
    r"(?:[ ]?[-–—~～至到][ ]?[Pp]?\d{1,4}[页頁]?)?(?:\*\*)?[ ]?(?:$|[:：、（(–—-])"
)


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
    heading: str = ""
    """The first line without the page number at its beginning, where it is a heading with one."""


class _Marker(NamedTuple):
    label: str
    number: int
    alone: bool
    heading: str = ""


def split(lines: list[str], fenced: list[bool], *, ruled: bool = False) -> tuple[Segment, ...]:
    """Cut the lines of a note into its opening (always first, maybe empty) and its slides.

    `lines` have formulas masked; `fenced` says which lines are code; where the note is `ruled`, a line `---` begins the
    next slide, unless there are numbers of slides. Repeated labels get anchors `p136-2`, `p136-3`.
    """
    found: list[tuple[int, _Marker]] = []
    heads: list[int] = []
    for index in [
        index for index, line in enumerate(lines) if line and (line[0] in _FIRST or "#" in line or "|" in line)
    ]:
        line = lines[index]
        if fenced[index] or len(line) > 400:
            continue
        marker = _marker(line, lines[index - 1] if index else "")
        if marker:
            found.append((index, marker))
        elif "#" in line[:4] and _is_numbered(line):
            heads.append(index)
    if heads and not found:
        found = _in_headings(lines, heads)
    if ruled and not found:
        found = _between_rules(lines, fenced)
    starts = [*(start for start, _ in found), len(lines)]
    segments = [Segment("", 0, "", 0, 0, starts[0])]
    seen: dict[str, int] = {}
    for (index, (label, number, alone, heading)), end in zip(found, starts[1:], strict=True):
        base = label.lower()
        seen[base] = seen.get(base, 0) + 1
        anchor = base if seen[base] == 1 else f"{base}-{seen[base]}"
        segments.append(Segment(label, number, anchor, index, index + 1 if alone else index, end, heading))
    return tuple(segments)


def is_marker(line: str) -> bool:
    """Tell whether a line is a slide marker that stands alone."""
    return bool(line) and line[0] in _FIRST and _ALONE.match(line) is not None


def unread(
    lines: list[str], fenced: list[bool], origin: list[int], path: str, segments: tuple[Segment, ...]
) -> tuple[Diagnostic, ...]:
    """Return a message where lines begin like a slide and begin none, such as `P14: title` and `P15-17`; one a note.

    So do headings with the number of a slide that is not there, where the note has its slides written otherwise.
    """
    found = [
        index
        for index, line in enumerate(lines)
        if line
        and line[0] in _FIRST
        and not fenced[index]
        and _is_numbered(line)
        and (match := _LIKE.match(line)) is not None
        and _marker(line, lines[index - 1] if index else "") is None
        and (index == 0 or _BEGINS_BLOCK.match(lines[index - 1]) is not None)
    ]
    found = sorted({*found, *_headings_beside(lines, fenced, {segment.number for segment in segments[1:]})})
    if not found:
        return ()
    match = _LIKE.match(lines[found[0]])
    begins = match[0].strip(" \t\u00a0*:：、（(–—-") if match else lines[found[0]].strip()[:40]
    more = f", as do {len(found) - 1} more lines of this note" if len(found) > 2 else ""
    more = ", as does 1 more line of this note" if len(found) == 2 else more
    number = re.search(r"\d+", begins)
    return (
        diagnostic(
            Code.MARKER_LIKE,
            path,
            origin[found[0]],
            1,
            f"this line begins like a slide ({begins}) and begins none{more}",
            f"a slide begins with its number alone on a line:  P{int(number[0]) if number else 1}",
        ),
    )


def _between_rules(lines: list[str], fenced: list[bool]) -> list[tuple[int, _Marker]]:
    """Return the markers of a note that was written for Marp: slides have rules between them, and no numbers."""
    rules = [
        index
        for index, line in enumerate(lines)
        if line[:1] == "-" and not fenced[index] and _RULE.fullmatch(line) and not lines[index - 1].strip()
    ]
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if not rules or rules[0] < first:
        return []
    # where a rule comes first, the first slide is empty, as Marp has it: it stands on the line above, the last of the head
    empty = rules[0] == first
    begins = [(first - empty, _Marker("P1", 1, alone=empty))]
    return begins + [(index, _Marker(f"P{number}", number, alone=True)) for number, index in enumerate(rules, 2)]


def _headings_beside(lines: list[str], fenced: list[bool], slides: set[int]) -> list[int]:
    """Return the lines of headings that begin with a number which none of a note's slides has."""
    heads = [
        (index, match)
        for index, line in enumerate(lines if slides else ())
        if "#" in line[:4] and not fenced[index] and _is_numbered(line) and (match := _HEADS.match(line)) is not None
    ]
    beside = [(index, match) for index, match in heads if _label(match)[1] not in slides]
    # one alone may be about something that is called P5, but nothing else is called slide 5
    sure = len({_label(match)[1] for _, match in beside}) > 1 or any(match["p"] is None for _, match in beside)
    return [index for index, _ in beside] if sure else []


def _in_headings(lines: list[str], heads: list[int]) -> list[tuple[int, _Marker]]:
    """Return the markers of a note that has them at the beginning of its headings, and nowhere else.

    One such heading may be about something that is called P5; two with different numbers are slides.
    """
    found: list[tuple[int, _Marker]] = []
    for index in heads:
        match = _HEADS.match(lines[index])
        if match is not None:
            label, number = _label(match)
            hashes, prefix, title = match["hashes"], match["prefix"], match["title"]
            # as long as before, so that columns stay what they are
            heading = f"{hashes}{' ' * len(prefix)}{title}" if title.strip(" \t\u3000#") else ""
            found.append((index, _Marker(label, number, not heading, heading)))
    return found if len({marker.number for _, marker in found}) > 1 else []


def _marker(line: str, before: str) -> _Marker | None:
    """Return the marker on a line."""
    if line[0] in _FIRST:
        match = _ALONE.match(line)
        if match is None and len(line) < 40 and _is_numbered(line) and (match := _OTHERWISE.match(line)) is not None:
            match = match if _BEGINS_BLOCK.match(before) else None
        if match is not None:
            return _Marker(*_label(match), alone=True)
    if "#" in line and "[" in line and (match := _IN_HEADING.match(line)) is not None:
        return _Marker(*_label(match), alone=False)
    # only a table's first row can open a slide: a marker further down would tear the table
    if "|" in line and "|" not in before and (match := _IN_CELL.match(line)) is not None:
        return _Marker(*_label(match), alone=False)
    return None


def _is_numbered(line: str) -> bool:
    """Tell whether a line may begin with a page number: most do not, and need none of the long patterns."""
    words = line.lstrip(" \t\u00a0*_【[#")[:12]
    return bool(words) and words[0] in _NAMES and any(map(str.isdigit, words))


def _label(match: re.Match[str]) -> tuple[str, int]:
    said = match.groupdict()
    suffix = unicodedata.normalize("NFKC", said.get("suffix") or "").upper()
    number = int(said.get("number") or next(value for value in said.values() if value and value.isdigit()))
    return f"P{number}{suffix}", number
