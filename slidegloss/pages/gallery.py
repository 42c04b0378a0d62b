"""The gallery: every figure of the book by deck, each leading to its slide."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from jinja2 import Environment

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import relative
from slidegloss.book.link import Book
from slidegloss.decks.pieces import Pieces, anew
from slidegloss.editions.edition import GALLERY, Edition, has_figures
from slidegloss.html.context import clip, esc
from slidegloss.html.pymd import heading_line, html_block
from slidegloss.model import Deck, Figure, FigureFile, Slide
from slidegloss.nodes import (
    Block,
    FigureGrid,
    Heading,
    Image,
    Inline,
    Link,
    Paragraph,
    RawBlock,
    RawInline,
    Table,
    Video,
)
from slidegloss.pages.alttext import TITLE_LENGTH
from slidegloss.pages.page import Page, Rendered, front_matter, in_lang, lang_attr, page_title
from slidegloss.pages.slidecard import slide_title
from slidegloss.syntax.anchors import figure_places
from slidegloss.syntax.rawtokens import raw_addresses
from slidegloss.syntax.tree import leaves, walk_blocks, walk_inlines

FOLDED_FROM = 200
"""With this many figures the decks are folded, so that a browser lays out and loads only what is opened."""
_THUMBNAIL = 300
"""Pixels; the narrowest file at least this wide is the thumbnail."""


class Shown(NamedTuple):
    """A figure where a deck shows it first; `slide` is None in the opening."""

    slide: Slide | None
    figure: Figure
    anchor: str
    """Of the figure where it stands for itself, else of its slide; empty in the opening."""


class GroupView(NamedTuple):
    """A deck's figures."""

    heading: str
    figures: str


class GalleryView(NamedTuple):
    """The gallery as the template shows it."""

    front: str
    heading: str
    intro: str
    groups: tuple[GroupView, ...]


def render_gallery(edition: Edition, templates: Environment, pieces: Pieces = anew) -> Rendered:
    """Render the gallery of an edition; no page when no note shows a figure."""
    if not has_figures(edition.book):
        return Rendered(())
    groups = [(deck, shown) for deck in edition.book.decks if (shown := gallery_thumbs(deck, edition, pieces))]
    words = edition.words
    title = words.get("gallery")
    total = len({path for _, shown in groups for path, _ in shown})
    shown_in_all = sum(len(shown) for _, shown in groups)
    folded = shown_in_all >= FOLDED_FROM
    says = "gallery_intro" if shown_in_all == total else "gallery_intro_shared"
    intro = words.count(says, len(groups), count=words.count("gallery_figures", total), decks=len(groups))
    view = GalleryView(
        front=front_matter({"title": title, "description": intro, "kind": "figures", "figures": True}),
        heading=page_title(esc(title), title),
        intro=html_block(f"<p>{esc(intro)}</p>"),
        groups=tuple(_group(at, deck, shown, edition, folded=folded) for at, (deck, shown) in enumerate(groups, 1)),
    )
    return Rendered((Page(GALLERY, templates.get_template("figures.md.jinja").render(page=view)),))


def shown_figures(deck: Deck, book: Book) -> Iterator[Shown]:
    """Yield the figures of a deck in the order of its text, each picture once."""
    seen: set[str] = set()
    anchors: dict[tuple[str, str], str] = {}
    for place in figure_places(deck):
        for dest in _sources(place.node.children[0] if isinstance(place.node, Link) else place.node):
            anchors.setdefault((place.slide.anchor, dest), place.anchor)
    for slide, blocks in ((None, deck.opening), *((slide, slide.blocks) for slide in deck.slides)):
        title = (slide.title,) if slide is not None and slide.title else ()
        for dest in _addresses((*title, *blocks)):
            figure = book.figure_of(book.figure_sources.get((deck.source_path, dest)))
            if figure is None or figure.kind == "other" or figure.mime.startswith("audio/"):
                continue
            if figure.original.site_path not in seen:
                seen.add(figure.original.site_path)
                anchor = anchors.get((slide.anchor, dest), slide.anchor) if slide else ""
                yield Shown(slide, figure, anchor)


def _addresses(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield what blocks show as figures and videos, in the order of the text."""
    for block in walk_blocks(blocks):
        if isinstance(block, Video):
            yield block.src
        elif isinstance(block, RawBlock):
            yield from (dest for dest, _, is_figure in raw_addresses(block) if is_figure)
        elif isinstance(block, Paragraph | Heading | Table | FigureGrid):
            for leaf in leaves((block,)):
                for node in walk_inlines(leaf):
                    yield from _sources(node)


def _sources(node: Inline | Video) -> Iterator[str]:
    """Yield the addresses of the figures that a node itself shows."""
    if isinstance(node, Video):
        yield node.src
    elif isinstance(node, Image):
        yield node.dest
    elif isinstance(node, RawInline):
        yield from (dest for dest, _, is_figure in raw_addresses(node) if is_figure)


def gallery_thumbs(deck: Deck, edition: Edition, pieces: Pieces) -> Sequence[tuple[str, str]]:
    """Return (site path, HTML) of each figure of a deck."""
    if not any(address.is_figure for address in edition.book.index[deck.source_path].addresses):
        return ()

    def make() -> str:
        shown = shown_figures(deck, edition.book)
        return json.dumps([(one.figure.original.site_path, _card(one, deck, edition)) for one in shown])

    return json.loads(pieces("gallery", deck, make))  # type: ignore[no-any-return]  # what `make` has made


def _group(at: int, deck: Deck, shown: Sequence[tuple[str, str]], edition: Edition, *, folded: bool) -> GroupView:
    title, lang = edition.title_of(deck)
    count = esc(edition.words.count("gallery_figures", len(shown)))
    cards = "\n".join(card for _, card in shown)
    state = "" if folded else " open"
    return GroupView(
        heading_line(2, in_lang(esc(title), lang, edition), f"deck-{at}", toc_label=title),
        html_block(
            f'<details class="sg-gallery"{state}><summary>{count}</summary>\n<ul class="sg-thumbs">\n{cards}\n</ul>\n</details>'
        ),
    )


def _card(one: Shown, deck: Deck, edition: Edition) -> str:
    page = edition.prefix + GALLERY
    href = relative(page, edition.prefix + deck.site_path, one.anchor)
    title, title_lang = slide_title(deck, one.slide, edition) if one.slide else edition.title_of(deck)
    label = ": ".join(filter(None, (one.slide.label if one.slide else "", clip(title, TITLE_LENGTH))))
    lang = lang_attr(title_lang, edition) if title else ""
    file = _thumbnail(one.figure)
    src = relative(page, file.site_path)
    size = f' width="{file.width}" height="{file.height}"' if file.width and file.height else ""
    if one.figure.kind == "video":
        word = esc(edition.words.get("video"))
        picture = f'<span class="sg-thumb__video" aria-hidden="true">▶</span><span class="sg-sr">{word}: </span>'
    else:  # the words beside it say what it is, so the picture itself is decoration
        picture = f'<img src="{src}" alt=""{size} loading="lazy" decoding="async">'
    return f'<li class="sg-thumb"><a href="{href}">{picture}<span class="sg-thumb__name"{lang}>{esc(label)}</span></a></li>'


def _thumbnail(figure: Figure) -> FigureFile:
    return next((file for file in figure.variants if file.width >= _THUMBNAIL), figure.original)
