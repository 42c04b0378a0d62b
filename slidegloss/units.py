"""What a book has to translate: every text of its notes as a unit with a context, for one language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from slidegloss.model import Annotation, Deck
from slidegloss.nodes import (
    Annotations,
    Block,
    Cite,
    Code,
    Credit,
    FigureGrid,
    HardBreak,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Math,
    Paragraph,
    Quote,
    RawInline,
    Remark,
    SoftBreak,
    Table,
    Text,
)
from slidegloss.notes.language import detect
from slidegloss.tree import Nesting, deck_blocks, plain, walk_inlines

Kind = Literal["annotation", "title", "heading", "text", "cell", "alt", "summary"]
_LETTERS = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff\u3041-\u30ff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Unit:
    """A text to translate."""

    context: str
    """Deck and slide, such as `video/multimodal:p136`; the deck alone for its opening. gettext's msgctxt."""
    source: str
    """The author's CommonMark. gettext's msgid."""
    kind: str
    """What it is: a Kind, or the kind of an annotation (`note`, `question`, …)."""
    lang: str
    path: str
    line: int
    slide_title: str
    in_place: Mapping[str, str]
    """Translations that stand in the note: language → CommonMark."""


def context_of(deck: Deck, anchor: str) -> str:
    """Return the context of the texts on a slide, or of a deck's opening (empty anchor)."""
    name = deck.site_path.removesuffix(".html")
    return f"{name}:{anchor}" if anchor else name


def deck_units(deck: Deck) -> Iterator[Unit]:
    """Yield every translatable text of a deck, in the order of the text; each (context, source) once."""
    seen: set[tuple[str, str]] = set()
    titles = {
        slide.anchor: plain(slide.title.children).strip() if slide.title else slide.label for slide in deck.slides
    }
    for anchor, blocks in deck_blocks(deck):
        context = context_of(deck, anchor)
        for kind, source, lang, line, in_place in _texts(blocks, deck):
            if (context, source) in seen or not source.strip():
                continue
            seen.add((context, source))
            yield Unit(context, source, kind, lang, deck.source_path, line, titles.get(anchor, deck.title), in_place)


_Found = tuple[str, str, str, int, Mapping[str, str]]


def _texts(blocks: tuple[Block, ...], deck: Deck) -> Iterator[_Found]:
    for block in blocks:
        if isinstance(block, Heading):
            yield from _leaf("heading", block.children, block.source, block.span.line, deck)
        elif isinstance(block, Paragraph):
            yield from _leaf("text", block.children, block.source, block.span.line, deck)
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from _texts(item, deck)
        elif isinstance(block, Quote):
            yield from _texts(block.blocks, deck)
        elif isinstance(block, Table | FigureGrid):
            rows = (block.head, *block.rows) if isinstance(block, Table) else block.rows
            for row in rows:
                for cell in row:
                    yield from _leaf("cell", cell.children, cell.source, cell.span.line, deck)
        elif isinstance(block, Annotations):
            for annotation in block.items:
                yield _annotation(annotation)
        elif isinstance(block, Credit):
            continue  # a credit line stays as its owner wrote it


def _annotation(note: Annotation) -> _Found:
    in_place = {passage.lang: passage.source for passage in note.translations}
    return note.kind, note.original.source, note.original.lang, note.span.line, in_place


def _leaf(kind: str, children: tuple[Inline, ...], source: str, line: int, deck: Deck) -> Iterator[_Found]:
    if _has_words(children):
        yield kind, source, detect(source, "en" if deck.lang == "zh" else deck.lang), line, {}
    for node in walk_inlines(children):
        if isinstance(node, Image) and node.alt.strip():
            yield "alt", node.alt, detect(node.alt, "en" if deck.lang == "zh" else deck.lang), node.span.line, {}


def _has_words(children: tuple[Inline, ...]) -> bool:
    """Tell whether a leaf says anything that reads differently in another language.

    Formulas, figures, addresses, code and citations do not; a cell's remark is a unit of its own in its cell.
    """
    return any(_LETTERS.search(text) for text in _words(children))


def _words(children: tuple[Inline, ...]) -> Iterator[str]:
    for node in children:
        if isinstance(node, Text):
            yield node.text
        elif isinstance(node, Link) and node.bare:
            continue
        elif isinstance(node, Remark):
            yield node.annotation.original.source
        elif isinstance(node, Cite | Code | Image | Math | RawInline | SoftBreak | HardBreak):
            continue
        elif isinstance(node, Nesting):
            yield from _words(node.children)


def wanted(unit: Unit, lang: str) -> bool:
    """Tell whether an edition in `lang` needs a translation of this unit from a catalogue."""
    return unit.lang.partition("-")[0] != lang.partition("-")[0] and lang not in unit.in_place
