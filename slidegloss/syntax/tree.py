"""Going through syntax trees: every block and inline of a note, in the order of its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from slidegloss.model import Deck
from slidegloss.nodes import (
    Annotations,
    Block,
    Cite,
    Code,
    CodeBlock,
    Credit,
    Emphasis,
    FigureGrid,
    Footnote,
    FootnoteRef,
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
    RawBlock,
    RawInline,
    Remark,
    Rule,
    SlideRef,
    SoftBreak,
    Strikethrough,
    Strong,
    Table,
    Text,
    Video,
)

Nesting = (Emphasis, Strong, Strikethrough, Link, Cite)
"""A tuple: `isinstance` reads it faster than a union, and this runs over every node of a book."""
_FLAT = frozenset({Paragraph, Heading, Table, FigureGrid, CodeBlock, RawBlock, Rule, Video})
"""Blocks that hold no blocks."""
_WORDS = frozenset({Text, Code, SoftBreak, HardBreak, Math, Image, RawInline, SlideRef, FootnoteRef, Mark})
"""Inlines that hold no inlines."""


def walk_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    """Return every block, outer ones first, also those inside annotations, lists and quotes."""
    out: list[Block] = []  # a list, not nested generators: each node would pass through all of them
    _gather_blocks(blocks, out)
    return iter(out)


def _gather_blocks(blocks: Sequence[Block], out: list[Block]) -> None:
    for block in blocks:
        out.append(block)
        if type(block) in _FLAT:  # most are
            continue
        if isinstance(block, ListBlock):
            for item in block.items:
                _gather_blocks(item, out)
        elif isinstance(block, (Quote, Footnote, Credit)):
            _gather_blocks(block.blocks, out)
        elif isinstance(block, Annotations):
            for annotation in block.items:
                for passage in (annotation.original, *annotation.translations):
                    _gather_blocks(passage.blocks, out)


def leaves(blocks: Sequence[Block]) -> Iterator[tuple[Inline, ...]]:
    """Yield the inline content of every leaf (paragraph, heading, cell), in the order of the text."""
    return walked_leaves(walk_blocks(blocks))


def walked_leaves(blocks: Iterable[Block]) -> Iterator[tuple[Inline, ...]]:
    """Yield the inline content of those blocks that are leaves; `blocks` are all that `walk_blocks` finds."""
    for block in blocks:
        if isinstance(block, (Paragraph, Heading)):
            yield block.children
        elif isinstance(block, (Table, FigureGrid)):
            rows = (block.head, *block.rows) if isinstance(block, Table) else block.rows
            for row in rows:
                for cell in row:
                    yield cell.children


def walk_inlines(children: Sequence[Inline]) -> Iterator[Inline]:
    """Return every inline node, outer ones first; the content of annotations in cells as well."""
    if _WORDS.issuperset(map(type, children)):  # most leaves hold nothing else
        return iter(children)
    out: list[Inline] = []  # a list, as above
    _gather(children, out)
    return iter(out)


def _gather(children: Sequence[Inline], out: list[Inline]) -> None:
    for node in children:
        out.append(node)
        if type(node) in _WORDS:
            continue
        if isinstance(node, Nesting):
            _gather(node.children, out)
        elif isinstance(node, Remark):
            for leaf in leaves(node.annotation.original.blocks):
                _gather(leaf, out)


def holds_image(children: Sequence[Inline]) -> bool:
    """Tell whether a figure stands among inline nodes, or inside one of them."""
    return any(
        isinstance(node, Image) or (isinstance(node, RawInline) and node.html[:4].lower() == "<img")
        for node in walk_inlines(children)
    )


def deck_blocks(deck: Deck) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield (slide anchor, blocks) of the opening (anchor "") and of each slide, titles included."""
    yield "", deck.opening
    for slide in deck.slides:
        yield slide.anchor, ((slide.title, *slide.blocks) if slide.title else slide.blocks)


def all_blocks(deck: Deck) -> list[Block]:
    """Return every block of a deck, titles of slides included, in the order of the text."""
    out: list[Block] = []
    for _, blocks in deck_blocks(deck):
        _gather_blocks(blocks, out)
    return out


def deck_inlines(deck: Deck) -> Iterator[Inline]:
    """Yield every inline node of a deck."""
    for leaf in walked_leaves(all_blocks(deck)):
        yield from walk_inlines(leaf)


def spoken(children: Iterable[Inline]) -> str:
    """Return the words that read differently in another language.

    Formulas, figures, code, addresses and citations do not; a remark in a cell or sentence speaks for itself.
    """
    parts: list[str] = []
    for node in children:
        if type(node) is Text:
            parts.append(node.text)
        elif isinstance(node, (SoftBreak, HardBreak, Cite)) or (isinstance(node, Link) and node.bare):
            parts.append(" ")
        elif isinstance(node, Nesting):
            parts.append(spoken(node.children))
    return "".join(parts)


def plain(children: Iterable[Inline]) -> str:
    """Return the visible text of inline nodes; a formula counts as its TeX, an image as its alt text."""
    parts: list[str] = []
    for node in children:
        if isinstance(node, (Text, Code, SlideRef)):
            parts.append(node.text)
        elif isinstance(node, Nesting):
            parts.append(plain(node.children))
        elif isinstance(node, Math):
            parts.append(node.tex)
        elif isinstance(node, (SoftBreak, HardBreak)):
            parts.append(" ")
        elif isinstance(node, Image):
            parts.append(node.alt)
        elif isinstance(node, Remark):
            parts.append(node.annotation.original.source)
        elif isinstance(node, Mark):
            parts.append(node.sign)
    return "".join(parts)


def code_language(info: str) -> str:
    """Return the language that a fence's info string names: its first word, without braces, dot and options."""
    words = info.replace(",", " ").split()
    return words[0].strip("{}").lstrip(".").removeprefix("language-").lower() if words else ""


def is_diagram(block: CodeBlock) -> bool:
    """Tell whether a block of code is a diagram that mermaid draws."""
    return "mermaid" in block.info.lower() and code_language(block.info) == "mermaid"
