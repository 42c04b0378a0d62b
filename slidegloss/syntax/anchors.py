"""The places of a deck's page that links may name: slides, annotations, headings, footnotes, figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.model import Deck, Slide
from slidegloss.nodes import (
    Annotations,
    Block,
    Credit,
    FigureGrid,
    Footnote,
    HardBreak,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Paragraph,
    Quote,
    RawInline,
    SoftBreak,
    Text,
    Video,
)
from slidegloss.syntax.tree import all_blocks

FigureNode = Image | Link | RawInline | Video
"""A figure as an author writes it: an image, one that is a link, an `<img>`, a video."""


class FigurePlace(NamedTuple):
    """A figure that stands for itself, not in a line of text, and can be linked to."""

    anchor: str
    """`p136-f1`: the slide's anchor, and which of its figures it is, in the order of the text."""
    slide: Slide
    node: FigureNode


def anchors_of(deck: Deck) -> frozenset[str]:
    """Return every id that a link may name on a deck's page, but for those in the author's HTML."""
    return anchors_among(deck, all_blocks(deck))


def anchors_among(deck: Deck, blocks: Iterable[Block]) -> frozenset[str]:
    """Return what `anchors_of` returns, for a caller that has the deck's blocks at hand (`tree.all_blocks`)."""
    written = _written(deck, blocks)
    return written | {place.anchor for place in _places(deck, written)}


def _written(deck: Deck, blocks: Iterable[Block]) -> frozenset[str]:
    names = {slide.anchor for slide in deck.slides} | {note.anchor for note in deck.annotations}
    names |= {block.anchor for block in blocks if isinstance(block, (Heading, Footnote))}
    return frozenset(names - {""})


def figure_places(deck: Deck) -> tuple[FigurePlace, ...]:
    """Return the figures of a deck's slides with their anchors; one whose anchor a heading has taken is left out."""
    return _places(deck, _written(deck, all_blocks(deck)))


def _places(deck: Deck, taken: frozenset[str]) -> tuple[FigurePlace, ...]:
    places = []
    for slide in deck.slides:
        figures: list[FigureNode] = []
        _gather_figures(slide.blocks, figures)
        for number, node in enumerate(figures, 1):
            anchor = f"{slide.anchor}-f{number}"
            if anchor not in taken:
                places.append(FigurePlace(anchor, slide, node))
    return tuple(places)


def _gather_figures(blocks: Sequence[Block], out: list[FigureNode]) -> None:
    """Gather the figures that stand for themselves, as the pages show them; translations may show one of them again."""
    for block in blocks:
        if isinstance(block, Paragraph):
            out += only_images(block.children)
        elif isinstance(block, FigureGrid):
            for row in block.rows:
                for cell in row:
                    for node in cell.children:
                        out += only_images((node,))
        elif isinstance(block, Video):
            out.append(block)
        elif isinstance(block, ListBlock):
            for item in block.items:
                _gather_figures(item, out)
        elif isinstance(block, (Quote, Footnote, Credit)):
            _gather_figures(block.blocks, out)
        elif isinstance(block, Annotations):
            for note in block.items:
                _gather_figures(note.original.blocks, out)


def only_images(children: Sequence[Inline]) -> list[Image | Link | RawInline]:
    """Return the images of a paragraph that holds nothing else, an image in a link counting as one; else nothing."""
    found: list[Image | Link | RawInline] = []
    if children and type(children[0]) is Text and children[0].text.strip():
        return found  # most paragraphs start with words
    for node in children:
        match node:
            case Image() | Link(children=(Image(),)):
                found.append(node)
            case SoftBreak() | HardBreak():
                pass
            case Text(text=text) if not text.strip():
                pass
            case RawInline(html=html) if html[:4].lower() in {"<img", "<br>", "<br/", "<br "}:
                if html[:4].lower() == "<img":
                    found.append(node)
            case _:
                return []
    return found
