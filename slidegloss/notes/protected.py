"""Parts of a note in which no formula can stand: code, comments, addresses, HTML tags.

CommonMark itself is asked for them. A formula in the source may mislead it (`[x](y)` in a formula looks like a link), so
only code and comments are *hard*; the *soft* rest gives way to a formula that began before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pyromark

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
_TAG = lazy(r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]*>", re.DOTALL)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_OPAQUE = lazy(r"\s*<(?:script|style|pre|textarea)\b", re.IGNORECASE)
# `re` looks for `://` ahead of trying the pattern, which is rarer than a letter
_URL = re.compile(r"://(?:(?<=https://)|(?<=http://)|(?<=ftp://))[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


class Region(NamedTuple):
    """A stretch of text, in character offsets."""

    start: int
    end: int


class _Marked(NamedTuple):
    """What CommonMark says of a text, in byte offsets."""

    hard: list[tuple[int, int]]
    soft: list[tuple[int, int]]
    html: list[tuple[int, int]]
    fences: list[int]


def _read(text: str) -> _Marked:
    hard, soft, html, fences = found = _Marked([], [], [], [])
    open_links: list[tuple[int, bool]] = []
    last_end = 0
    event: Any
    # no `match`: it would try its patterns one by one on the many events that are none of these
    for event, place in pyromark.events_with_range(text, options=_OPTIONS, merge_text=True):
        end = place["end"]
        if type(event) is str or "Text" in event:
            pass
        elif "Start" in event:
            tag = event["Start"]
            start = place["start"]
            if tag == "HtmlBlock":
                html.append((start, end))
            elif "CodeBlock" in tag:
                if "Fenced" in tag["CodeBlock"]:
                    hard.append((start, end))
                    fences.append(start)
                else:
                    soft.append((start, end))
            elif "Link" in tag or "Image" in tag:
                link = tag.get("Link") or tag["Image"]
                open_links.append((start, link["link_type"] in {"Autolink", "Email"}))
                end = start + 1
        elif "End" in event:
            if open_links and event["End"] in ("Link", "Image"):
                link_start, whole = open_links.pop()
                soft.append((link_start if whole else max(last_end, link_start), end))
        elif "Code" in event:
            hard.append((place["start"], end))
        elif "InlineHtml" in event:
            (hard if event["InlineHtml"].startswith("<!") else soft).append((place["start"], end))
        last_end = end
    return found


def protected_regions(text: str) -> tuple[list[Region], list[Region], list[int]]:
    """Return the hard regions, the soft regions (both sorted) and the offsets at which fenced code starts."""
    hard, soft, html, fences = _read(text)
    chars = _to_chars(text, [hard, soft, html], fences)
    hard_regions = [Region(chars[a], chars[b]) for a, b in hard]
    soft_regions = [Region(chars[a], chars[b]) for a, b in soft]
    for a, b in html:
        _html_block(text, chars[a], chars[b], hard_regions, soft_regions)
    soft_regions.extend(Region(_scheme(text, match.start()), match.end()) for match in _URL.finditer(text))
    return sorted(hard_regions), sorted(soft_regions), [chars[a] for a in fences]


def _code_and_comments(text: str) -> list[tuple[int, int]]:
    """Return where code and comments stand, in bytes and in order."""
    data = text.encode()
    hidden: list[tuple[int, int]] = []
    event: Any
    for event, place in pyromark.events_with_range(text, options=_OPTIONS):
        start, end = place["start"], place["end"]
        if type(event) is str:
            continue
        if "Code" in event or "CodeBlock" in event.get("Start", ()) or event.get("InlineHtml", "").startswith("<!"):
            hidden.append((start, end))
        elif event.get("Start") == "HtmlBlock":
            hidden += [comment.span() for comment in _COMMENT.finditer(data, start, end)]
    return hidden


class Met(NamedTuple):
    """Something found in a text."""

    found: re.Match[str]
    row: int
    """Lines above its own."""
    hidden: bool
    """Whether it begins in code or a comment."""
    ends_hidden: bool
    """Whether it ends there."""


def met(text: str, finds: Sequence[re.Match[str]]) -> Iterator[Met]:
    """Tell of what was found in a text, from its start to its end, whether code and comments hold it."""
    hidden = _code_and_comments(text) if finds else []
    starts = [start for start, _ in hidden]

    def holds(place: int) -> bool:
        index = bisect_right(starts, place) - 1
        return index >= 0 and place < hidden[index][1]

    row = offset = done = 0
    for found in finds:
        row += text.count("\n", done, found.start())
        offset += len(text[done : found.start()].encode())
        done = found.start()
        yield Met(found, row, holds(offset), holds(offset + len(found[0].encode()) - 1))


def _scheme(text: str, end: int) -> int:
    """Return where the scheme of an address starts that ends here."""
    return end - next(len(name) for name in ("https", "http", "ftp") if text.endswith(name, 0, end))


def _html_block(text: str, start: int, end: int, hard: list[Region], soft: list[Region]) -> None:
    if _OPAQUE.match(text, start, end):
        hard.append(Region(start, end))
        return
    for match in _TAG.finditer(text, start, end):
        (hard if match[0].startswith("<!") else soft).append(Region(*match.span()))


def _to_chars(text: str, groups: Iterable[list[tuple[int, int]]], single: list[int]) -> dict[int, int]:
    """Return the character offset of each UTF-8 byte offset, in one pass over the text."""
    wanted = sorted({0, *single, *(edge for group in groups for pair in group for edge in pair)})
    if text.isascii():
        return {offset: offset for offset in wanted}
    data = text.encode()
    chars = {0: 0}
    count = 0
    for before, offset in pairwise(wanted):
        count += len(data[before:offset].decode(errors="replace"))
        chars[offset] = count
    return chars
