"""Translates the site's own pages (home, guide): a text with an up-to-date translation is replaced by it.

Notes are different: there a translation stands beside its original, because the original is what the slide says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from slidegloss.decks.units import context_of
from slidegloss.editions.edition import Edition
from slidegloss.html.context import Translated
from slidegloss.model import Deck
from slidegloss.nodes import Block, Cell, FigureGrid, Footnote, Heading, Inline, ListBlock, Paragraph, Quote, Table


def in_language(deck: Deck, edition: Edition) -> Deck:
    """Return a page with every translated paragraph, heading, list item and cell in the edition's language.

    What has no translation, or one that its original has outgrown, stays in the original.
    """
    found = {
        source: translated
        for (context, source), translated in edition.translations.items()
        if context == context_of(deck, "")
    }
    if not found:
        return deck
    title = edition.titles.get(deck.title, deck.title)
    return replace(deck, title=title, lang=edition.lang, opening=_blocks(deck.opening, found))


def _blocks(blocks: tuple[Block, ...], found: Mapping[str, Translated]) -> tuple[Block, ...]:
    return tuple(_block(block, found) for block in blocks)


def _block(block: Block, found: Mapping[str, Translated]) -> Block:
    if isinstance(block, Paragraph | Heading):
        return block._replace(children=_leaf(block.children, block.source, found))
    if isinstance(block, ListBlock):
        return block._replace(items=tuple(_blocks(item, found) for item in block.items))
    if isinstance(block, Quote | Footnote):
        return block._replace(blocks=_blocks(block.blocks, found))
    if isinstance(block, Table):
        return block._replace(
            head=tuple(_cell(cell, found) for cell in block.head),
            rows=tuple(tuple(_cell(cell, found) for cell in row) for row in block.rows),
        )
    if isinstance(block, FigureGrid):
        return block._replace(rows=tuple(tuple(_cell(cell, found) for cell in row) for row in block.rows))
    return block


def _cell(cell: Cell, found: Mapping[str, Translated]) -> Cell:
    return cell._replace(children=_leaf(cell.children, cell.source, found))


def _leaf(children: tuple[Inline, ...], source: str, found: Mapping[str, Translated]) -> tuple[Inline, ...]:
    translated = found.get(source)
    if translated is None or translated.status != "current" or len(translated.blocks) != 1:
        return children
    only = translated.blocks[0]
    return only.children if isinstance(only, Paragraph) else children
