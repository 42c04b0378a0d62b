"""`DeckIndex`: what the rest of the book needs to know of a deck, so that its content need not be loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.decks.questions import questions_of
from slidegloss.decks.units import Unit, context_of, deck_units
from slidegloss.model import Deck
from slidegloss.nodes import (
    CodeBlock,
    Footnote,
    FootnoteRef,
    Heading,
    Image,
    Link,
    Math,
    RawBlock,
    RawInline,
    SlideRef,
    Text,
    Video,
)
from slidegloss.syntax.anchors import anchors_among
from slidegloss.syntax.rawtokens import given_ids, raw_addresses
from slidegloss.syntax.tree import all_blocks, deck_blocks, is_diagram, plain, walk_inlines, walked_leaves


class Address(NamedTuple):
    """An address as the author wrote it, and its place."""

    dest: str
    line: int
    col: int
    is_figure: bool
    by_name: bool = False
    """The name of a figure's file, wherever it lies."""


class SlideHead(NamedTuple):
    """A slide without what stands on it."""

    label: str
    anchor: str
    title: str
    """As plain text."""


class DeckIndex(NamedTuple):
    """What other stages need to know of a deck: link targets, link sources, counts."""

    slides: tuple[SlideHead, ...]
    annotations: int
    """How many there are."""
    asked: tuple[bool, ...]
    """For each of its questions whether it is answered."""
    addresses: tuple[Address, ...]
    labels: frozenset[str]
    """Labels of slides that its text refers to."""
    anchors: frozenset[str]
    """Every id a link may name on its page."""
    headings: Mapping[str, tuple[str, str]]
    """Plain text of a heading → context and source of the first that says it."""
    pictures: tuple[str, ...]
    """Addresses of its images in their order, each once."""
    needs: frozenset[str]
    """Which optional assets its page needs: `maths`, `mermaid`."""
    tally: Mapping[tuple[str, tuple[str, ...]], int]
    """(Language of a text, languages it is translated into in the note) → how many such texts there are to translate."""


_INLINES = frozenset({FootnoteRef, Image, Link, Math, RawInline, SlideRef})
_BLOCKS = frozenset({CodeBlock, Footnote, Heading, RawBlock, Video})
"""What an index is made of; the far greater part of a deck is something else."""


def index_deck(deck: Deck, units: Iterable[Unit] | None = None) -> DeckIndex:
    """Return the index of a deck; `units` are its `deck_units`, computed here unless given."""
    everything = all_blocks(deck)
    inlines = [
        node
        for leaf in walked_leaves(everything)
        if len(leaf) != 1 or type(leaf[0]) is not Text  # most leaves hold nothing but words
        for node in walk_inlines(leaf)
        if type(node) in _INLINES
    ]
    blocks = [block for block in everything if type(block) in _BLOCKS]
    html = [node for node in (*inlines, *blocks) if isinstance(node, (RawInline, RawBlock))]
    return DeckIndex(
        slides=tuple(
            SlideHead(slide.label, slide.anchor, " ".join(plain(slide.title.children).split()) if slide.title else "")
            for slide in deck.slides
        ),
        annotations=len(deck.annotations),
        asked=tuple(question.answered for question in questions_of(deck)),
        addresses=tuple(_addresses(inlines, blocks)),
        labels=frozenset(node.label for node in inlines if isinstance(node, SlideRef)),
        anchors=anchors_among(deck, blocks) | given_ids(html),
        headings=_headings(deck),
        pictures=tuple(dict.fromkeys(node.dest for node in inlines if isinstance(node, Image))),
        needs=frozenset(_needs(inlines, blocks)),
        tally=Counter([(unit.lang, tuple(unit.in_place)) for unit in (deck_units(deck) if units is None else units)]),
    )


Indexed = tuple[Deck, DeckIndex]
"""A deck and its index."""


def indexed(decks: Iterable[Deck]) -> tuple[Indexed, ...]:
    """Return decks with their indexes."""
    return tuple((deck, index_deck(deck)) for deck in decks)


def _addresses(inlines: Iterable[object], blocks: Iterable[object]) -> Iterator[Address]:
    for node in inlines:
        if type(node) is Link:
            yield Address(node.dest, node.span.line, node.span.col, is_figure=False)
        elif type(node) is Image:
            yield Address(node.dest, node.span.line, node.span.col, is_figure=True, by_name=node.by_name)
        elif type(node) is RawInline:
            yield from _raw(node)
        elif type(node) is FootnoteRef:
            yield Address(f"#{node.anchor}", 1, 1, is_figure=False)
    for block in blocks:
        if isinstance(block, Video):
            yield Address(block.src, block.span.line, block.span.col, is_figure=True)
        elif isinstance(block, RawBlock):
            yield from _raw(block)


def _raw(node: RawInline | RawBlock) -> Iterator[Address]:
    for dest, span, is_figure in raw_addresses(node):
        yield Address(dest, span.line, span.col, is_figure)


def _headings(deck: Deck) -> Mapping[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for anchor, blocks in deck_blocks(deck):
        for block in blocks:
            if type(block) is Heading and (words := plain(block.children).strip()) not in found:
                found[words] = (context_of(deck, anchor), block.source)
    return found


def _needs(inlines: Iterable[object], blocks: Iterable[object]) -> Iterator[str]:
    if Math in map(type, inlines):
        yield "maths"
    if any(isinstance(block, CodeBlock) and is_diagram(block) for block in blocks):
        yield "mermaid"
