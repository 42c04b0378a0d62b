"""A slide's title and thumbnail, as links to it show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

from slidegloss.base.urls import relative
from slidegloss.book.link import Book, Target
from slidegloss.decks.units import context_of
from slidegloss.editions.edition import Edition
from slidegloss.html.context import SlideCard, esc
from slidegloss.model import Deck, FigureFile, Slide
from slidegloss.nodes import Block, Image
from slidegloss.notes.language import text_lang
from slidegloss.syntax.plaintext import plain_blocks
from slidegloss.syntax.tree import leaves, plain, walk_inlines

_T = TypeVar("_T")


class Same(Generic[_T]):
    """A thing as a key: the very same one, for comparing what it holds would take as long as looking through it."""

    def __init__(self, thing: _T) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.thing is self.thing


def slide_card(target: Target | None, edition: Edition, page: str) -> SlideCard | None:
    """Return what `page`, a path in the edition, shows of a slide that it links to; None when that is no slide elsewhere."""
    if target is None or target.kind != "page" or target.path == page or not target.fragment:
        return None
    deck = _decks(Same(edition.book)).get(target.path)
    slide = None if deck is None else next((one for one in deck.slides if one.anchor == target.fragment), None)
    if deck is None or slide is None:
        return None
    return SlideCard(slide.label, slide_title(deck, slide, edition)[0], slide_thumbnail(deck, slide, edition, page))


@lru_cache(maxsize=1)
def _decks(book: Same[Book]) -> Mapping[str, Deck]:
    """Return the decks of a book by the path of their page."""
    return {deck.site_path: deck for deck in book.thing.decks}


def slide_title(deck: Deck, slide: Slide | None, edition: Edition) -> tuple[str, str]:
    """Return a slide's title as the edition says it, and the language of that; empty without a title."""
    if slide is None or slide.title is None:
        return "", deck.lang
    translated = edition.translations.get((context_of(deck, slide.anchor), slide.title.source))
    if translated is not None:
        return plain_blocks(translated.blocks).strip(), edition.lang
    title = plain(slide.title.children).strip()
    return title, text_lang(title, deck.lang)


def slide_thumbnail(deck: Deck, slide: Slide | None, edition: Edition, page: str) -> str:
    """Return the address of the smallest file of a slide's first figure, or nothing."""
    return _address(_file_of(deck, slide, edition), edition, page)


@lru_cache(maxsize=64)
def _pictures(slide: Same[tuple[Block, ...]]) -> tuple[str, ...]:
    """Return the images of a slide, which may cite thousands of papers and is shown on the page of each."""
    found = (node for leaf in leaves(slide.thing) for node in walk_inlines(leaf))
    return tuple(node.dest for node in found if isinstance(node, Image))


def slide_picture(css: str, deck: Deck, slide: Slide | None, edition: Edition, page: str) -> str:
    """Return the smallest file of a slide's first figure as an image that keeps its room while it loads, or nothing."""
    file = _file_of(deck, slide, edition)
    if file is None:
        return ""
    size = f' width="{file.width}" height="{file.height}"' if file.width and file.height else ""
    address = esc(_address(file, edition, page))
    return f'<img class="{css}" src="{address}"{size} alt="" loading="lazy" decoding="async">'


def thumbnail(pictures: Iterable[str], deck: Deck, edition: Edition, page: str) -> str:
    """Return the address, for `page`, of the smallest file of the first figure among some images of a deck, or nothing."""
    return _address(_smallest(pictures, deck, edition), edition, page)


def _address(file: FigureFile | None, edition: Edition, page: str) -> str:
    return relative(edition.prefix + page, file.site_path) if file else ""


def _file_of(deck: Deck, slide: Slide | None, edition: Edition) -> FigureFile | None:
    if not edition.book.figures:  # so that nobody looks through a slide for nothing
        return None
    return _smallest(_pictures(Same(slide.blocks if slide else deck.opening)), deck, edition)


def _smallest(pictures: Iterable[str], deck: Deck, edition: Edition) -> FigureFile | None:
    for dest in pictures:
        figure = edition.book.own_figure(deck.source_path, dest)
        if figure and figure.kind in {"raster", "svg"}:
            return figure.variants[0] if figure.variants else figure.original
    return None
