"""The search index: what the search worker of the theme reads.

An edition's index is `search/slides-1.js`, `slides-2.js` … Each is a script, so that it loads the same way over http and
from disk, and holds whole pages up to about `SHARD_BYTES`. It hands one object to the worker:

    kinds   the kinds of annotation that occur, each a string of words that `kind:` finds
    papers  the names of papers, a string of lines each
    pages   [location, title, deck]
    slides  [page, anchor, label, title, [paper …], [[kind, text, translation …] …], text]

where page, paper and kind are positions in the lists above. `search/search_index.json` and `.js` are what Material's
own script fetches on every page: a stub that names the shards, so that no page pays for the index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from slidegloss.model import Annotation, Deck, Passage
from slidegloss.nodes import (
    Annotations,
    Block,
    Cite,
    Code,
    CodeBlock,
    Credit,
    Emphasis,
    FigureGrid,
    HardBreak,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Paragraph,
    Quote,
    RawBlock,
    RawInline,
    Remark,
    SlideRef,
    SoftBreak,
    Strikethrough,
    Strong,
    Table,
    Text,
    Video,
)

SHARD_BYTES = 1_500_000
"""About half a megabyte on the wire: the first answers come while the other shards load."""

PAGE = "page"
SLIDE = "slide"

_HAN = r"\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_HAN_LINE_END = re.compile(rf"(?<=[{_HAN}])[^\S\n]*\n[^\S\n]*(?=[{_HAN}])")
_HIDDEN_HTML = re.compile(r"<!--.*?(?:-->|$)|<(script|style|template)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SearchDoc:
    """A piece of text with the address it is found under; all pieces with one address make one hit.

    `location` is a URL relative to the edition's root, the path percent-encoded as in a link. `kind` is `page` (an address
    without anchor; its title heads the hits of the page), `slide` (anything else that is shown as a hit of its own) or the
    kind of an annotation, several words when it is found by several (`question open`).
    """

    location: str
    title: str
    label: str
    """`P136`; empty for a section without a slide number."""
    deck: str
    """What `deck:` finds besides the page's address and title: its folder, its title in other languages."""
    kind: str
    text: str
    """Paragraphs as lines."""
    translations: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    """One entry per paper, its names (short name, title, key) as lines."""


# --- the index --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Hit:
    label: str = ""
    title: str = ""
    papers: list[str] = field(default_factory=list)
    annotations: list[tuple[str, ...]] = field(default_factory=list)
    """(kind, text, translation …)"""
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    title: str = ""
    deck: str = ""
    hits: dict[str, _Hit] = field(default_factory=dict)


def build_index(docs: Iterable[SearchDoc], lang: str, *, failed: str = "") -> dict[str, str]:
    """Return the files of an edition's search index: path relative to the edition's root → text.

    `failed` is what the reader is told when the index cannot be loaded, in the edition's language.
    """
    shards = [_shard(pages) for pages in _split(_collect(docs))]
    names = [f"search/slides-{number}.js" for number, _ in enumerate(shards, 1)]
    stub = _json(
        {
            "config": {
                "lang": [lang],
                "separator": r"\s+",
                # as the worker in assets/ sees them
                "shards": [f"../{name}" for name in names],
                "failed": failed or "The search index could not be loaded.",
            },
            "docs": [],
        }
    )
    files = {"search/search_index.json": stub, "search/search_index.js": f"var __index = {stub}"}
    files |= {name: f"slideglossIndex.push({shard})\n" for name, shard in zip(names, shards, strict=True)}
    return files


def _collect(docs: Iterable[SearchDoc]) -> dict[str, _Page]:
    pages: dict[str, _Page] = {}
    for doc in docs:
        location, _, anchor = doc.location.partition("#")
        page = pages.setdefault(location, _Page())
        page.deck = page.deck or doc.deck
        if doc.kind == PAGE:
            page.title = doc.title
        if doc.kind == PAGE and not (doc.title or doc.text or doc.papers):
            continue
        hit = page.hits.setdefault(anchor, _Hit())
        hit.papers += [paper for paper in doc.papers if paper not in hit.papers]
        if doc.kind in {PAGE, SLIDE}:
            hit.label, hit.title = hit.label or doc.label, hit.title or doc.title
            hit.text += [text for text in (doc.text, *doc.translations) if text]
        else:
            hit.annotations.append((doc.kind, doc.text, *doc.translations))
    return pages


def _split(pages: Mapping[str, _Page]) -> Iterator[dict[str, _Page]]:
    """Cut the pages into shards of about `SHARD_BYTES`; there is always at least one."""
    shard: dict[str, _Page] = {}
    size = 0
    for location, page in pages.items():
        weight = sum(_weight(hit) for hit in page.hits.values())
        if shard and size + weight > SHARD_BYTES:
            yield shard
            shard, size = {}, 0
        shard[location] = page
        size += weight
    yield shard


def _weight(hit: _Hit) -> int:
    texts = (hit.title, *hit.text, *(text for _, *texts in hit.annotations for text in texts))
    return 40 + sum(len(text.encode("utf-8", "replace")) for text in texts)


def _shard(pages: Mapping[str, _Page]) -> str:
    kinds: dict[str, int] = {}
    papers: dict[str, int] = {}
    slides: list[Any] = []
    for number, page in enumerate(pages.values()):
        for anchor, hit in page.hits.items():
            slides.append(
                [
                    number,
                    anchor,
                    hit.label,
                    _line(hit.title),
                    [papers.setdefault(_lines(paper), len(papers)) for paper in hit.papers],
                    [
                        [kinds.setdefault(kind, len(kinds)), *(_lines(text) for text in texts)]
                        for kind, *texts in hit.annotations
                    ],
                    _lines("\n".join(hit.text)),
                ]
            )
    heads = [[location, _line(page.title or location), _line(page.deck)] for location, page in pages.items()]
    return _json({"kinds": list(kinds), "papers": list(papers), "pages": heads, "slides": slides})


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # a surrogate on its own is no text and cannot be written as UTF-8
    return _SURROGATE.sub("\ufffd", text).replace("</", "<\\/")


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(line for part in text.split("\n") if (line := _line(part)))


# --- what a deck has to say -------------------------------------------------------------------------------------------


def deck_docs(
    deck: Deck, location: str, *, title: str = "", papers: Mapping[str, Sequence[str]] | None = None
) -> Iterator[SearchDoc]:
    """Yield what is found of a deck: its slides (of a plain note: its sections) and their annotations.

    `location` is the page's percent-encoded address in its edition, `title` its title there when it differs from the
    note's own, `papers` maps the anchor of a slide ("" for the opening) to the names of the papers it discusses; left
    out, the citations' own words are used.
    """
    names = papers if papers is not None else _cited(deck)
    annotations = {annotation.anchor: annotation for annotation in deck.annotations}
    heading = title or deck.title
    for number, (anchor, section_title, blocks) in enumerate(_sections(deck)):
        opening = number == 0
        address = f"{location}#{anchor}" if anchor else location
        yield SearchDoc(
            address,
            heading if opening else section_title,
            "",
            f"{deck.site_path.removesuffix('.html')} {deck.title}",
            PAGE if opening else SLIDE,
            block_text(blocks),
            papers=tuple(names.get("", ())) if opening else (),
        )
        yield from _annotation_docs(blocks, annotations, address)
    for slide in deck.slides:
        address = f"{location}#{slide.anchor}"
        slide_title = inline_text(slide.title.children) if slide.title else ""
        yield SearchDoc(
            address,
            slide_title,
            slide.label,
            "",
            SLIDE,
            block_text(slide.blocks),
            papers=tuple(names.get(slide.anchor, ())),
        )
        yield from _annotation_docs(slide.blocks, annotations, address)


def _cited(deck: Deck) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for citation in deck.citations:
        if name := "\n".join(part for part in (citation.short, citation.title) if part):
            names.setdefault(citation.slide, []).append(name)
    return names


def _sections(deck: Deck) -> Iterator[tuple[str, str, tuple[Block, ...]]]:
    """Cut a deck's opening at its headings → (anchor, title, blocks); the first has no anchor, it is the page itself."""
    anchor, title, start = "", "", 0
    for number, block in enumerate(deck.opening):
        if not isinstance(block, Heading):
            continue
        name = inline_text(block.children)
        if number == 0 and name == deck.title:
            start = 1
            continue
        yield anchor, title, deck.opening[start:number]
        anchor, title, start = block.anchor, name, number + 1
    yield anchor, title, deck.opening[start:]


def _annotation_docs(
    blocks: Sequence[Block], annotations: Mapping[str, Annotation], address: str
) -> Iterator[SearchDoc]:
    for found in _annotations(blocks):
        # an edition may know more translations than the note itself
        annotation = annotations.get(found.anchor, found)
        kind = annotation.kind
        if kind == "question":
            kind += " answered" if annotation.answered else " open"
        texts = [_passage(passage) for passage in (annotation.original, *annotation.translations)]
        yield SearchDoc(address, "", "", "", kind, texts[0], tuple(texts[1:]))
        for passage in (annotation.original, *annotation.translations):
            yield from _annotation_docs(passage.blocks, annotations, address)


def _passage(passage: Passage) -> str:
    return block_text(passage.blocks)


def _annotations(blocks: Sequence[Block]) -> Iterator[Annotation]:
    for block in blocks:
        match block:
            case Annotations():
                yield from block.items
            case ListBlock():
                for item in block.items:
                    yield from _annotations(item)
            case Quote() | Credit():
                yield from _annotations(block.blocks)
            case Heading() | Paragraph():
                yield from _remarks(block.children)
            case Table() | FigureGrid():
                for row in _rows(block):
                    for cell in row:
                        yield from _remarks(cell.children)


def _remarks(children: Sequence[Inline]) -> Iterator[Annotation]:
    for node in children:
        if isinstance(node, Remark):
            yield node.annotation
        elif isinstance(node, Emphasis | Strong | Strikethrough | Link | Cite):
            yield from _remarks(node.children)


# --- visible text -----------------------------------------------------------------------------------------------------


def block_text(blocks: Sequence[Block]) -> str:
    """Return what a reader sees of blocks, a paragraph a line: no formulas, no diagrams' sources, no annotations."""
    return "\n".join(line for block in blocks for line in _block_lines(block) if line)


def _block_lines(block: Block) -> Iterator[str]:  # noqa: C901 - one case per kind of block
    match block:
        case Heading() | Paragraph():
            yield inline_text(block.children)
        case ListBlock():
            for item in block.items:
                yield block_text(item)
        case Quote() | Credit():
            yield block_text(block.blocks)
        case Table() | FigureGrid():
            for row in _rows(block):
                yield " · ".join(text for cell in row if (text := inline_text(cell.children)))
        case CodeBlock():
            if block.info.split(maxsplit=1)[:1] != ["mermaid"]:
                yield block.text
        case RawBlock():
            yield html_text(block.html)
        case Video():
            yield block.title


def _rows(block: Table | FigureGrid) -> tuple[tuple[Any, ...], ...]:
    return (block.head, *block.rows) if isinstance(block, Table) else block.rows


def inline_text(children: Iterable[Inline]) -> str:
    """Return what a reader sees of inline nodes as one line, without formulas and annotations.

    A line that breaks between two Chinese characters is joined without a space: the break is the editor's, not the word's.
    """
    return _line(_HAN_LINE_END.sub("", _inline(children)))


def _inline(children: Iterable[Inline]) -> str:
    parts: list[str] = []
    for node in children:
        match node:
            case Text() | Code() | SlideRef():
                parts.append(node.text)
            case Emphasis() | Strong() | Strikethrough() | Link() | Cite():
                parts.append(_inline(node.children))
            case SoftBreak():
                parts.append("\n")
            case HardBreak():
                parts.append(" ")
            case Image():
                parts.append(f" {node.alt} ")
            case RawInline():
                parts.append(" " if node.html[:3].lower() == "<br" else "")
            case _:  # formulas, signs and annotations
                parts.append(" ")
    return "".join(parts)


def html_text(html: str) -> str:
    """Return the visible text of an author's HTML block."""
    return _line(unescape(_TAG.sub(" ", _HIDDEN_HTML.sub(" ", html))))
