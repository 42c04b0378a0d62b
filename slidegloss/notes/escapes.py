"""Where text that a parser has read stands in its source, in which characters may be escaped or written as entities."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Final

from slidegloss.base.patterns import CHARACTER_REFERENCE, lazy
from slidegloss.notes.source import Places

_ENTITY = lazy(CHARACTER_REFERENCE)
_ESCAPED: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_MARK = lazy(r"([*=])(?=\1)")


def parted_marks(text: str, start: int, places: Places) -> Iterator[tuple[str, int]]:
    """Cut a text within each `**` and `==` that its author has escaped; in and out: with the byte it starts at.

    Whoever looks for these marks in one piece at a time finds only those that are meant.
    """
    begun = start
    start -= places.follows_backslash(start)
    line = places.line_from(start)
    done = read = at = 0
    for found in _MARK.finditer(text):
        here = in_source(text, read, found.start(), line, at)
        if here < 0:
            break
        read, at = found.start(), here
        if line.startswith(found[0] * 2, here):
            continue
        at = in_source(text, read, read + 1, line, here)
        read += 1
        yield text[done:read], begun
        done, begun = read, start + len(line[:at].encode())
    yield text[done:], begun


def in_source(text: str, at: int, end: int, line: str, here: int) -> int:
    """Return where in its line the end of a piece of text stands, of which the start stands `here`; -1 if not as it reads."""
    if line.startswith(text[at:end], here) and "\\" not in text[at:end]:
        return here + end - at
    while at < end:
        entity = _ENTITY.match(line, here)
        said = unescape(entity[0]) if entity else ""
        if line.startswith("\\", here) and line[here + 1 : here + 2] in _ESCAPED:
            here += 1
        if entity and said != entity[0] and text.startswith(said, at):
            at, here = at + len(said), entity.end()
        elif line.startswith(text[at], here):
            at, here = at + 1, here + 1
        else:
            return -1
    return here
