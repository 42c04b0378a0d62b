"""What a link preview or a search engine shows of a deck: its first words and its first figure."""

from __future__ import annotations

from itertools import islice
from urllib.parse import quote

from slidegloss.figures.locate import Found
from slidegloss.htmlcontext import clip
from slidegloss.link import Book
from slidegloss.model import Deck
from slidegloss.nodes import Block, Image, Math, Paragraph
from slidegloss.plaintext import plain_text
from slidegloss.tree import deck_blocks, deck_inlines

SMALLEST = 200
"""Pixels; link previews leave out narrower pictures."""


def description(deck: Deck) -> str:
    """Return the first words of a note; paragraphs with formulas say little without them and are passed over."""
    texts = (text for _, blocks in deck_blocks(deck) for block in blocks if (text := _prose(block)))
    return clip(" ".join(islice(texts, 3)), 200)


def picture(deck: Deck, book: Book) -> str:
    """Return the encoded site path of the first raster figure of a note, or nothing."""
    for node in deck_inlines(deck):
        if isinstance(node, Image):
            found = book.figure_sources.get((deck.source_path, node.dest))
            figure = book.figures.get(found.source_path) if isinstance(found, Found) else None
            if figure is not None and figure.kind == "raster" and figure.width >= SMALLEST:
                return quote((figure.variants[-1] if figure.variants else figure.original).site_path)
    return ""


def _prose(block: Block) -> str:
    if not isinstance(block, Paragraph) or any(isinstance(node, Math) for node in block.children):
        return ""
    return plain_text(block.children)
