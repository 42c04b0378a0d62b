"""Running text as one string, and back: find things in the string, then wrap the same words in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.nodes import (
    Cite,
    Emphasis,
    HardBreak,
    Inline,
    Link,
    Math,
    RawInline,
    SlideRef,
    SoftBreak,
    Strikethrough,
    Strong,
    Text,
)
from slidegloss.syntax.titles import in_dollars, put_back, sign_of

OBJECT = "\ufffc"
"""Stands for what cites nothing: an image, code, a remark, a formula that no title holds."""
_BR = lazy(r"<br\b", re.IGNORECASE)
_TAG = lazy(r"<(/?)([A-Za-z][\w-]*)[^>]*?(/?)>")
_VOID = frozenset({"br", "img", "hr", "wbr"})


class Anchor(NamedTuple):
    """A link in the string: where its words stand and where it leads."""

    start: int
    end: int
    dest: str


class Flat(NamedTuple):
    """Inline nodes as a string; every offset maps back to one place in the tree."""

    text: str
    links: tuple[Anchor, ...]
    tags: tuple[tuple[int, str], ...]
    """(offset, HTML tag) of the author's own tags, which take no room in the text."""
    strong: tuple[tuple[int, int], ...]
    """Where bold words stand."""
    italic: tuple[tuple[int, int], ...] = ()
    formulas: tuple[str, ...] = ()
    """TeX between dollars, for which characters stand in the text (`syntax/titles.py`)."""

    def written(self, words: str) -> str:
        """Return words of the text with its formulas where characters stand for them."""
        return put_back(words, self.formulas)


class _Builder:
    """Collects the pieces of one `Flat`."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.links: list[Anchor] = []
        self.tags: list[tuple[int, str]] = []
        self.strong: list[tuple[int, int]] = []
        self.italic: list[tuple[int, int]] = []
        self.formulas: list[str] = []

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def walk(self, children: Sequence[Inline]) -> None:
        for child in children:
            start = self.length
            if type(child) is Text:
                self.add(child.text)
            elif isinstance(child, (Emphasis, Strong, Strikethrough, Link, Cite)):
                self.walk(child.children)
                if isinstance(child, Strong):
                    self.strong.append((start, self.length))
                elif isinstance(child, Emphasis):
                    self.italic.append((start, self.length))
                elif isinstance(child, Link):
                    self.links.append(Anchor(start, self.length, child.dest))
            elif isinstance(child, RawInline) and not _BR.match(child.html):
                self.tags.append((start, child.html))
            elif type(child) is Math and (formula := in_dollars(child.tex)):
                self.add(sign_of(len(self.formulas)))
                self.formulas.append(formula)
            else:
                self.add(_words(child))


def _words(node: Inline) -> str:
    if isinstance(node, SlideRef):
        return node.text
    if isinstance(node, (SoftBreak, HardBreak, RawInline)):
        return "\n"
    return OBJECT


def flatten(children: Sequence[Inline]) -> Flat:
    """Turn inline nodes into a string; line breaks and `<br>` become newlines, formulas and images one character each."""
    if len(children) == 1 and isinstance(children[0], Text):  # as most are
        return Flat(children[0].text, (), (), ())
    builder = _Builder()
    builder.walk(children)
    return Flat(
        "".join(builder.parts),
        tuple(builder.links),
        tuple(builder.tags),
        tuple(builder.strong),
        tuple(builder.italic),
        tuple(builder.formulas),
    )


class _Cut(NamedTuple):
    """A place to cut; `early` puts tags that stand exactly here after the cut instead of before it."""

    at: int
    early: bool


class _Cutter:
    """Cuts a tree at offsets in one walk; formatting nodes that are cut through are repeated on both sides."""

    def __init__(self, cuts: Sequence[_Cut]) -> None:
        self.cuts = cuts
        self.next = 0
        self.position = 0

    def split(self, children: Sequence[Inline]) -> list[list[Inline]]:
        pieces: list[list[Inline]] = [[]]
        for child in children:
            if isinstance(child, Text):
                self._split_text(child, pieces)
            elif isinstance(child, (Emphasis, Strong, Strikethrough)):
                self._pass_cuts(pieces, takes_room=bool(child.children))
                inner = self.split(child.children)
                pieces[-1].append(child._replace(children=tuple(inner[0])))
                pieces.extend([child._replace(children=tuple(piece))] for piece in inner[1:])
            else:
                room = len(flatten((child,)).text)
                self._pass_cuts(pieces, takes_room=room > 0)
                pieces[-1].append(child)
                self.position += room
        return pieces

    def _pass_cuts(self, pieces: list[list[Inline]], *, takes_room: bool) -> None:
        while self.next < len(self.cuts):
            cut = self.cuts[self.next]
            if cut.at > self.position or (cut.at == self.position and not (takes_room or cut.early)):
                return
            pieces.append([])
            self.next += 1

    def _split_text(self, node: Text, pieces: list[list[Inline]]) -> None:
        done, end = 0, self.position + len(node.text)
        start = self.position
        self._pass_cuts(pieces, takes_room=bool(node.text))
        while self.next < len(self.cuts) and self.cuts[self.next].at < end:
            at = self.cuts[self.next].at - start
            if at > done:
                pieces[-1].append(Text(node.text[done:at]))
            done = at
            self.position = start + at
            pieces.append([])
            self.next += 1
        if done < len(node.text):
            pieces[-1].append(Text(node.text[done:]) if done else node)
        self.position = end


def _unmatched(tags: Sequence[str]) -> tuple[bool, bool]:
    """Say whether the tags close something opened before them, and open something not closed among them."""
    open_count, closes = 0, False
    for html in tags:
        match = _TAG.match(html)
        if match is None or match[3] or match[2].lower() in _VOID:
            continue
        if not match[1]:
            open_count += 1
        elif open_count:
            open_count -= 1
        else:
            closes = True
    return closes, open_count > 0


def whole_links(flat: Flat, start: int, end: int) -> tuple[int, int]:
    """Widen a range so that it cuts no link in two."""
    for link in flat.links:
        if link.start < end and link.end > start:
            start, end = min(start, link.start), max(end, link.end)
    return start, end


def _wrap_words(words: Text, ranges: Sequence[tuple[int, int, int]]) -> Iterator[Inline]:
    text = words.text
    done = 0
    for start, end, index in ranges:
        if start > done:
            yield Text(text[done:start])
        yield Cite(index, (Text(text[start:end]),) if end > start else ())
        done = end
    if done < len(text):
        yield Text(text[done:])


def wrap(children: Sequence[Inline], flat: Flat, ranges: Sequence[tuple[int, int, int]]) -> tuple[Inline, ...]:
    """Wrap each range of the flat text in `Cite`; in: (start, end, index) in order, apart, cutting no link."""
    if len(children) == 1 and type(children[0]) is Text:  # as in most leaves that cite
        return tuple(_wrap_words(children[0], ranges))
    cuts: list[_Cut] = []
    for start, end, _ in ranges:
        closes, opens = _unmatched([html for at, html in flat.tags if start < at < end])
        cuts += [_Cut(start, early=closes), _Cut(end, early=not opens)]
    cutter = _Cutter(cuts)
    pieces = cutter.split(children)
    pieces += [[] for _ in range(len(cuts) + 1 - len(pieces))]
    out: list[Inline] = list(pieces[0])
    for number, (_, _, index) in enumerate(ranges):
        out.append(Cite(index, tuple(pieces[2 * number + 1])))
        out += pieces[2 * number + 2]
    return tuple(out)
