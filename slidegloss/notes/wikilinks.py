"""Obsidian's links and figures in running text: `[[note#Heading|words]]`, `![[figure.png|300]]`.

What stands between two brackets is much else as well: numbers of citations, attributes of C++, indexes, labels of links
that somebody has yet to fill in. All that stays text. Whether there is a note of the name, `book/link.py` finds out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slidegloss.base.endings import SHOWN
from slidegloss.base.patterns import lazy
from slidegloss.nodes import Image, Link, Span, Text
from slidegloss.notes.escapes import in_source
from slidegloss.notes.inlines import alt_and_width
from slidegloss.notes.maths import Masked
from slidegloss.notes.source import Places

_SHAPE = lazy(
    r"(?:(?P<embed>!)|(?<![A-Za-z0-9_)\]\[!]))\[\["
    r"(?P<target>[^\[\]|#^\n`<>{}\"=]*)(?P<heading>#[^\[\]|\n`]+)?(?:\|(?P<words>[^\[\]\n]*))?\]\](?![(\[\]])"
)
_BETWEEN = lazy(r"[ ,;:+\-\u2212–—]+")
_INDEX = lazy(r"[A-Za-z]|[a-z][0-9]|[0-9]{0,3}(?:\.[0-9]+)?")
"""Between signs all this alone, `1`, `3-5`, `12, 14`, `i, j`, is a citation by number, an index, a row of a matrix."""
_CITED = lazy(r"(?:\bet\.? al|等|,|，|&|\band\b|[与和])[^\n]{0,80}\b(?:19|20)\d\d[a-z]?\s*\Z")
"""`Ho et al., 2020`: a citation (`notes/citation_keys.py`), whose brackets are doubled in some notes."""
_NAMED = lazy(r"[^\W_]")
_NO_NOTES: Final = frozenset({
    "nodiscard", "deprecated", "fallthrough", "maybe_unused", "likely", "unlikely", "noreturn", "carries_dependency",
    "no_unique_address", "indeterminate",
    "toc", "_toc_",
    "link", "paper", "pdf", "arxiv", "project", "project page", "page", "website", "homepage", "code", "github", "demo",
    "video", "slides", "poster", "data", "dataset", "bibtex", "model", "blog", "supp",
    "论文", "链接", "代码", "项目", "主页", "视频", "数据",
})  # fmt: skip
"""Attributes of C++, the place for a table of contents, and what lists of papers call their links."""


def wikilinks(text: str, start: int, places: Places, masked: Masked) -> Iterator[str | Link | Image]:
    """Cut a text at its links and figures of Obsidian; in: the byte it starts at.

    Of a link, `dest` is `[[note#Heading]]`, with `!` in front where the note is to be embedded.
    """
    done = read = at = 0
    line = ""
    for found in _SHAPE.finditer(text):
        if masked.holds_formulas(found[0]) or not _may_lead(found):
            continue
        line = line or places.line_from(start)
        here = in_source(text, read, found.start(), line, at)
        if here < 0:
            break
        start += len(line[at:here].encode())
        read, at = found.start(), here
        # where a bracket is escaped, it is another in the source; in a table, there is a backslash in front of a bar
        if not line.startswith((found[0], found[0].replace("|", "\\|")), here):
            continue
        if found.start() > done:
            yield text[done : found.start()]
        yield _node(found, places.point(start))
        done = found.end()
    if done < len(text):
        yield text[done:]


def _may_lead(found: re.Match[str]) -> bool:
    """Tell whether a note, heading or file could be meant."""
    target, heading = found["target"], found["heading"]
    if target != target.strip() or "::" in target or "//" in target:
        return False
    if found["embed"] or heading:
        return _NAMED.search(target or heading or "") is not None
    return (
        _NAMED.search(target) is not None
        and target.casefold() not in _NO_NOTES
        and _CITED.search(target) is None
        and not all(_INDEX.fullmatch(part) for part in _BETWEEN.split(target))
    )


def _node(found: re.Match[str], span: Span) -> Link | Image:
    target, heading, words = found["target"], found["heading"] or "", found["words"] or ""
    if found["embed"] and target.rpartition(".")[2].lower() in SHOWN and "." in target:
        alt, width = alt_and_width(f"|{words}")
        return Image(target + heading, "", alt.removeprefix("|").strip(), span, width, by_name=True)
    shown = words.strip() or " > ".join(part.strip() for part in (target, *heading.split("#")) if part.strip())
    return Link(f"{found['embed'] or ''}[[{target}{heading}]]", "", (Text(shown),), span, written=found[0])
