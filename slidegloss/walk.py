"""Going through trees: blocks, leaves, inlines, and the visible text of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from slidegloss.model import Annotation, Deck
from slidegloss.nodes import (
    Annotations,
    Block,
    Cite,
    Code,
    Credit,
    Emphasis,
    FigureGrid,
    HardBreak,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Mark,
    Math,
    Paragraph,
    Quote,
    RawInline,
    Remark,
    SlideRef,
    SoftBreak,
    Strikethrough,
    Strong,
    Table,
    Text,
)


def deck_blocks(deck: Deck) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield (slide anchor, its blocks) in the order of the text, slide titles included; the opening's anchor is empty."""
    yield "", deck.opening
    for slide in deck.slides:
        yield slide.anchor, ((slide.title, *slide.blocks) if slide.title else slide.blocks)


def deck_inlines(deck: Deck) -> Iterator[Inline]:
    """Yield every inline node of a deck, outer ones first, in the order of the text."""
    for _, blocks in deck_blocks(deck):
        for children in leaves(blocks):
            yield from walk_inlines(children)


def walk_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block, outer ones first, those inside lists, quotes and annotations too."""
    for block in blocks:
        yield block
        if isinstance(block, ListBlock):
            for item in block.items:
                yield from walk_blocks(item)
        elif isinstance(block, Quote | Credit):
            yield from walk_blocks(block.blocks)
        elif isinstance(block, Annotations):
            for annotation in block.items:
                yield from _annotation_blocks(annotation)


def _annotation_blocks(annotation: Annotation) -> Iterator[Block]:
    for passage in (annotation.original, *annotation.translations):
        yield from walk_blocks(passage.blocks)


def leaves(blocks: Iterable[Block]) -> Iterator[tuple[Inline, ...]]:
    """Yield the inline nodes of every heading, paragraph and table cell, in the order of the text."""
    for block in walk_blocks(blocks):
        if isinstance(block, Heading | Paragraph):
            yield block.children
        elif isinstance(block, Table | FigureGrid):
            head = block.head if isinstance(block, Table) else ()
            for row in (head, *block.rows):
                yield from (cell.children for cell in row)


def walk_inlines(children: Sequence[Inline]) -> Iterator[Inline]:
    """Yield every inline node, outer ones first, in the order of the text; those of a remark in place too."""
    for node in children:
        yield node
        if isinstance(node, Emphasis | Strong | Strikethrough | Link | Cite):
            yield from walk_inlines(node.children)
        elif isinstance(node, Remark):
            for inner in leaves(_annotation_blocks(node.annotation)):
                yield from walk_inlines(inner)


def map_inlines(children: Sequence[Inline], change: Callable[[Inline], Inline]) -> tuple[Inline, ...]:
    """Apply `change` to every inline node, inner nodes first."""
    out: list[Inline] = []
    for node in children:
        if isinstance(node, Emphasis | Strong | Strikethrough | Link | Cite):
            node = node._replace(children=map_inlines(node.children, change))  # noqa: PLW2901
        out.append(change(node))
    return tuple(out)


def plain(children: Sequence[Inline]) -> str:
    """Return the visible text of inline nodes; a formula counts as its TeX, an image as its alt text."""
    parts: list[str] = []
    for node in children:
        if isinstance(node, Text | Code):
            parts.append(node.text)
        elif isinstance(node, Emphasis | Strong | Strikethrough | Link | Cite):
            parts.append(plain(node.children))
        elif isinstance(node, Math):
            parts.append(node.tex)
        elif isinstance(node, SoftBreak | HardBreak):
            parts.append(" ")
        elif isinstance(node, Image):
            parts.append(node.alt)
        elif isinstance(node, SlideRef):
            parts.append(node.text)
        elif isinstance(node, Remark):
            parts.append(node.annotation.original.source)
        elif isinstance(node, Mark):
            parts.append(node.sign)
        elif isinstance(node, RawInline):
            continue
    return "".join(parts)
