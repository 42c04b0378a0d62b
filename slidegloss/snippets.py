"""A slide as other pages show it: a link to it, a small figure, its annotations."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, takewhile

from slidegloss import html
from slidegloss.config import Config
from slidegloss.figures.locate import Found
from slidegloss.htmlcontext import esc, html_lang
from slidegloss.languages import same
from slidegloss.localise import Edition
from slidegloss.model import Annotation, Deck, Slide
from slidegloss.nodes import Annotations, Block, Image, Inline, Span
from slidegloss.notes.language import text_lang
from slidegloss.plaintext import plain_blocks
from slidegloss.render import PageRenderer
from slidegloss.tree import leaves, plain, walk_inlines
from slidegloss.units import context_of
from slidegloss.urls import relative


def slide_snippet(deck: Deck, slide: Slide | None, edition: Edition, config: Config, page: str) -> str:
    """Return a slide (or a deck's opening) with its figure and annotations as HTML for `page`, a path in the edition."""
    anchor = slide.anchor if slide else ""
    # annotations stand in the order of the text, so a slide's own are together, the first of them below its marker
    first = bisect_left(deck.annotations, slide.span.line, key=lambda note: note.span.line) if slide else 0
    own = takewhile(lambda note: note.slide == anchor, islice(deck.annotations, first, None))
    notes = tuple(note for note in own if note.place == "quote")
    annotations = annotations_html(notes, slide, deck, edition, config, page)
    thumbnail = slide_thumbnail(deck, slide, edition, page)
    picture = (
        f'<img class="sg-snippet__thumb" src="{thumbnail}" alt="" loading="lazy" decoding="async">' if thumbnail else ""
    )
    return (
        f'<article class="sg-snippet">{slide_link(deck, slide, edition, page)}'
        f'<div class="sg-snippet__body">{picture}{annotations}</div></article>'
    )


def slide_link(deck: Deck, slide: Slide | None, edition: Edition, page: str) -> str:
    """Return the heading of a snippet: badge, slide title and deck, all one link."""
    target = relative(edition.prefix + page, edition.prefix + deck.site_path, slide.anchor if slide else "")
    title, title_lang = slide_title(deck, slide, edition)
    deck_title, deck_lang = edition.title_of(deck)
    badge = f'<span class="sg-badge">{esc(slide.label)}</span> ' if slide else ""
    name = f"<strong{_lang(title_lang, edition)}>{esc(title)}</strong> " if title else ""
    return (
        f'<p class="sg-snippet__head"><a href="{target}">{badge}{name}'
        f'<span class="sg-snippet__deck"{_lang(deck_lang, edition)}>{esc(deck_title)}</span></a></p>'
    )


def slide_title(deck: Deck, slide: Slide | None, edition: Edition) -> tuple[str, str]:
    """Return a slide's title as the edition says it, and the language of that; empty without a title."""
    if slide is None or slide.title is None:
        return "", deck.lang
    translated = edition.translations.get((context_of(deck, slide.anchor), slide.title.source))
    if translated is not None:
        return plain_blocks(translated.blocks).strip(), edition.lang
    title = plain(slide.title.children).strip()
    return title, text_lang(title, deck.lang)


def _lang(lang: str, edition: Edition) -> str:
    return "" if same(lang, edition.lang) else f' lang="{html_lang(lang)}"'


def annotations_html(
    notes: tuple[Annotation, ...], slide: Slide | None, deck: Deck, edition: Edition, config: Config, page: str
) -> str:
    """Return annotations as HTML for another page, without ids of their own; empty when there are none."""
    if not notes:
        return ""
    context = PageRenderer(deck, edition, config, [], page).context(slide)
    span = Span(notes[0].span.line, 1, notes[-1].span.end_line)
    return html.render_blocks((Annotations(notes, span),), context)


def slide_thumbnail(deck: Deck, slide: Slide | None, edition: Edition, page: str) -> str:
    """Return the address of the smallest file of a slide's first figure, or nothing."""
    return thumbnail(_images(_Same(slide.blocks if slide else deck.opening)), deck, edition, page)


class _Same:
    """Blocks as a key: the very same ones, for comparing what they hold would take as long as looking through them."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self.blocks = blocks

    def __hash__(self) -> int:
        return id(self.blocks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.blocks is self.blocks


@lru_cache(maxsize=64)
def _images(slide: _Same) -> tuple[Image, ...]:
    """Return the figures of a slide, which may cite thousands of papers and is shown on the page of each."""
    found = (node for leaf in leaves(slide.blocks) for node in walk_inlines(leaf))
    return tuple(node for node in found if isinstance(node, Image))


def thumbnail(nodes: Iterable[Inline], deck: Deck, edition: Edition, page: str) -> str:
    """Return the address, for `page`, of the smallest file of the first figure among `nodes` of a deck, or nothing."""
    if not edition.book.figures:
        return ""
    for node in nodes:
        if isinstance(node, Image):
            found = edition.book.figure_sources.get((deck.source_path, node.dest))
            figure = edition.book.figures.get(found.source_path) if isinstance(found, Found) else None
            if figure and figure.kind in {"raster", "svg"}:
                file = figure.variants[0] if figure.variants else figure.original
                return relative(edition.prefix + page, file.site_path)
    return ""
