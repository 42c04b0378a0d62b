"""Tags in an author's HTML: where they are, what they say, which blocks they hold together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape

from slidegloss.base.patterns import lazy
from slidegloss.model import Deck
from slidegloss.nodes import Block, RawBlock, RawInline, Span
from slidegloss.syntax import rawtags as tags
from slidegloss.syntax.anchors import anchors_of
from slidegloss.syntax.tree import all_blocks, deck_inlines

TAG = lazy(
    r"<(/?)([A-Za-z][A-Za-z0-9:-]*+)"
    r"((?>(?:\s++[^\s\"'<>/=]++(?>(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?))*))\s*+(/?)>"
)
_ATTR = lazy(r"([^\s\"'<>/=]++)(?>(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=<>`]++)))?)")
MEDIA_FILE = lazy(r"(?i)\.(?:mp4|webm|ogv|mov|m4v|mp3|ogg|wav|m4a)(?:[?#].*)?$")
_ID = re.compile(r"(?!__|sg-|md-)[^\s\"'<>&%]{1,100}")
"""An id that cannot be taken for one of the theme's or ours."""
_CODE = re.compile(r"(?i)<(?:script|style)\b")
DEEPEST = 100
"""Open tags beyond this are not opened any more: no slide needs them, and parsers recurse."""


def attributes(text: str) -> dict[str, str | None]:
    """Return the attributes of a tag, decoded; None for one without a value. The first of two equal names wins."""
    found: dict[str, str | None] = {}
    for match in _ATTR.finditer(text):
        values = [value for value in match.groups()[1:] if value is not None]
        found.setdefault(match[1].lower(), unescape(values[0]) if values else None)
    return found


def position(html: str, offset: int, start: Span) -> Span:
    """Return the place in the note of an offset in HTML that starts at `start`."""
    lines = html.count("\n", 0, offset)
    col = offset - html.rfind("\n", 0, offset) if lines else start.col + offset
    return Span(start.line + lines, col, start.end_line)


def raw_addresses(node: RawBlock | RawInline) -> Iterator[tuple[str, Span, bool]]:
    """Yield (address, place, is a figure) of all that an author's HTML points to, for linking before rendering."""
    if "=" not in node.html:  # no attribute has a value: as in `<u>`, `<br>` and most others
        return
    for match in TAG.finditer(without_comments(node.html)):
        name, attrs = match[2].lower(), attributes(match[3])
        if match[1]:
            continue
        if name == "a" and attrs.get("href"):
            yield attrs["href"] or "", node.span, False
        elif name in tags.MEDIA_TAGS and (src := (attrs.get("src") or "").strip()):
            yield src, node.span, name != "iframe" or MEDIA_FILE.search(src) is not None
        elif name in {"embed", "object", "form"}:
            address = attrs.get("src") or attrs.get("data") or attrs.get("action")
            if address:
                yield address, node.span, False


def raw_anchors(deck: Deck) -> frozenset[str]:
    """Return the ids that the author's HTML gives and that stay: `id` on tags that are kept, `name` on `<a>`.

    One that is given twice, or that the page has for a slide, annotation, heading or footnote, names no place of its own.
    """
    nodes = (*deck_inlines(deck), *all_blocks(deck))
    return given_ids(node for node in nodes if isinstance(node, (RawBlock, RawInline))) - anchors_of(deck)


def given_ids(html: Iterable[RawBlock | RawInline]) -> frozenset[str]:
    """Return the ids that all the HTML of a page gives once and that stay, be they the page's own as well or not."""
    nodes = tuple(html)
    if any(_CODE.search(node.html) for node in nodes):
        return frozenset()  # what stands in a script or style sheet is no tag, and removed
    given = Counter(name for node in nodes for name in _ids(node.html))
    return frozenset(name for name, times in given.items() if times == 1)


def _ids(html: str) -> Iterator[str]:
    if "=" not in html:
        return
    for match in TAG.finditer(without_comments(html)):
        kind = match[2].lower()
        if match[1] or not (kind in tags.BLOCK_TAGS or kind in tags.INLINE_TAGS):
            continue
        attrs = attributes(match[3])
        name = attrs.get("id") or (attrs.get("name") if kind == "a" else "") or ""
        if _ID.fullmatch(name):
            yield name


def without_comments(html: str) -> str:
    """Return HTML without its comments."""
    out, at, last = [], 0, html.rfind("-->") - 1
    while 0 <= (start := html.find("<!--", at)) < last:
        out.append(html[at:start])
        at = html.find("-->", start + 2) + 3
    return "".join((*out, html[at:]))


def raw_runs(blocks: tuple[Block, ...]) -> tuple[tuple[int, int], ...]:
    """Return the runs of blocks (first, last) that have to be cleaned together, in order and apart from each other.

    A run goes from an HTML block that opens a tag to the HTML block that closes it; an HTML block whose tags are not
    closed by another one is a run by itself, so that a forgotten end tag reaches no further than its own block.
    """
    runs: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for index, block in enumerate(blocks):
        if not isinstance(block, RawBlock):
            continue
        first = index
        for match in TAG.finditer(without_comments(block.html)):
            name = match[2].lower()
            if name in tags.VOID_TAGS or name not in tags.KNOWN_TAGS:
                continue
            if not match[1]:
                stack.append((name, index))
                continue
            for i in range(len(stack) - 1, max(-1, len(stack) - DEEPEST), -1):
                if stack[i][0] == name:
                    first = min(first, stack[i][1])
                    del stack[i:]
                    break
        while runs and runs[-1][1] >= first:
            first = min(first, runs.pop()[0])
        runs.append((first, index))
    return tuple(runs)
