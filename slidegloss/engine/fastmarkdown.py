"""Renders our own generated Markdown exactly as Python-Markdown and MkDocs would, without running them.

A generated page is front matter, headings and blocks of HTML as `pymd` writes them, both such that
Python-Markdown passes them through. `read_page` reads exactly that shape and returns None for anything else (a project's
own template may write any Markdown), so that the caller can fall back on Python-Markdown. A test holds the two together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import CHARACTER_REFERENCE, lazy
from slidegloss.html.pymd import ESCAPABLE, OUTER, PLAIN, PLAIN_VALUE, Sound, end_of, risky


class TocEntry(NamedTuple):
    """A heading for the contents; `name` is HTML."""

    level: int
    id: str
    name: str


class FastPage(NamedTuple):
    """A page as MkDocs would have it after rendering."""

    meta: Mapping[str, object]
    content: str
    toc: tuple[TocEntry, ...]


_FRONT = re.compile(r"---\n((?:[a-z_]+: .*\n)+)---\n")
_BLANK_LINES = re.compile(r"\n*")
_AROUND = len("\n\n")
"""The blank lines on either side of a sound block."""
_UNPRINTABLE = re.compile(r"[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What a YAML reader does not take as it stands; NEL, LS and PS would be line ends."""
_HEADING = re.compile(r"(#{1,6}) (.+) \{#([^ {}\"]+)((?: \.[\w-]+)*)(?: data-toc-label=\"([^\"{}<>]*)\")?\}")
_OPENING = re.compile(rf"<({'|'.join(OUTER)})[ >]")
_HARMLESS = lazy(r"<(title|style)[^<>]*>[^<]*</\1>")
"""Elements of a drawing whose text is read differently from other text, where that makes no difference."""


def _characters(plain: frozenset[str]) -> str:
    return "".join(re.escape(char) for char in sorted(plain))


_REST = rf"[^\0-\x9f\u2028\u2029]++|{CHARACTER_REFERENCE}"
"""Text beyond ASCII: a class of what it is not, for one of 65,000 characters takes milliseconds to compile."""
_PLAIN = rf"[{_characters(PLAIN)}]*+"
_PLAIN_IN_VALUE = rf"[{_characters(PLAIN_VALUE)}]*+"
_VALUE = rf"\"(?>{_PLAIN_IN_VALUE}(?:(?:{_REST}){_PLAIN_IN_VALUE})*)\""
_TAG = rf"</?[A-Za-z][A-Za-z0-9-]*+(?: [A-Za-z][A-Za-z-]*+(?:={_VALUE})?)*/?>"
_INLINE = re.compile(rf"(?>{_PLAIN}(?:(?:{_REST}|{_TAG}){_PLAIN})*)")
_LABEL = re.compile(rf"(?>{_PLAIN}(?:(?:{_REST}){_PLAIN})*)")
_EMPHASIS = re.compile(rf"[{_characters(ESCAPABLE)}](?:(?<!_)|(?<![^\W_]_)|(?![^\W_]))")
"""What an id can hold that is more to Python-Markdown than a character."""


def read_page(source: str, permalink_title: str, sound: Iterable[Sound] = ()) -> FastPage | None:
    """Return a generated page as MkDocs renders it with our derived config, or None when it is not of our own shape.

    `permalink_title` is HTML-escaped. `sound` are blocks of the page, in their order, that are known to pass through
    unchanged and are not examined again.
    """
    head = _FRONT.match(source)
    meta = _meta(head[1]) if head else None
    if head is None or meta is None or not meta.get("title") or "\t" in source or "\r" in source:
        return None
    parts: list[str] = []
    toc: list[TocEntry] = []
    at, size = head.end(), len(source)
    ids: set[str] = set()
    known = iter(sound)
    expected = next(known, "")
    while True:
        at = _BLANK_LINES.match(source, at).end()  # type: ignore[union-attr]  # it matches anything
        if at == size:
            break
        if source[at] == "#":
            end = source.find("\n", at)
            line = source[at : end if end >= 0 else size]
            made = _heading(line)
            if made is None or made.entry.id in ids:
                return None
            ids.add(made.entry.id)
            parts.append(f'{made.start}" title="{permalink_title}">&para;</a></h{made.entry.level}>')
            if made.entry.level <= TOC_DEPTH:
                toc.append(made.entry)
            at += len(line)
            continue
        if expected and source.startswith(expected, at - _AROUND):
            parts += (expected[_AROUND:-_AROUND], "")
            at += len(expected) - 2 * _AROUND
            expected = next(known, "")
            continue
        block = _block(source, at)
        if block is None:
            return None
        end = at + len(block)
        # what is glued to a block is no longer of our shape
        if source[end : end + 2].strip("\n") or source[at - 2 : at] != "\n\n":
            return None
        parts += (block, "")
        at = end
    if parts and not parts[-1]:
        parts.pop()  # no blank line after the last block
    return FastPage(meta, "\n".join(parts), tuple(toc))


def _block(source: str, at: int) -> str | None:
    """Return the block that begins at an offset, if Python-Markdown leaves it as it is."""
    opening = _OPENING.match(source, at)
    end = end_of(opening[1], source, at) if opening else -1
    block = source[at:end]
    if end < 0 or "\x02" in block or (risky(block) and risky(_HARMLESS.sub("", block))):
        return None
    return block


_DECODE = json.JSONDecoder().decode
TOC_DEPTH = 4
"""`toc_depth` of the derived config: deeper headings are in no contents."""


def _meta(text: str) -> dict[str, object] | None:
    if _UNPRINTABLE.search(text):
        return None
    found: dict[str, object] = {}
    for line in text.splitlines():
        key, _, value = line.partition(": ")
        if key in found:
            return None
        try:
            found[key] = _DECODE(value)
        except ValueError:
            return None
        if not isinstance(found[key], str | bool) or "\\u" in value or "\\/" in value:
            return None
    return found


class _Heading(NamedTuple):
    """A heading up to the words of its link to itself, which are the edition's."""

    start: str
    entry: TocEntry


@lru_cache(maxsize=64)  # the pages of papers have most of theirs in common
def _heading(line: str) -> _Heading | None:
    found = _HEADING.fullmatch(line)
    if found is None:
        return None
    marks, inner, name, classes, label = found.groups()
    label = inner if label is None else label  # without a label the heading's text is it
    if _INLINE.fullmatch(inner) is None or _LABEL.fullmatch(label) is None or inner.strip() != inner:
        return None
    if "\\" in name or "&" in name or _EMPHASIS.search(name):
        return None
    level = len(marks)
    css = f' class="{classes[2:].replace(" .", " ")}"' if classes else ""
    start = f'<h{level}{css} id="{name}">{inner}<a class="headerlink" href="#{name}'
    return _Heading(start, TocEntry(level, name, " ".join(label.split())))
