"""A slide as other pages show it: a link to it, a small figure, its annotations."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from itertools import islice, takewhile
from posixpath import dirname
from typing import TYPE_CHECKING

from slidegloss.base.urls import relative
from slidegloss.decks.pieces import Pieces
from slidegloss.editions.edition import Edition
from slidegloss.html.blocks import render_blocks
from slidegloss.html.context import esc
from slidegloss.model import Annotation, Deck, Slide
from slidegloss.nodes import Annotations, Span
from slidegloss.pages.lookups import Lookups
from slidegloss.pages.page import lang_attr
from slidegloss.pages.slidecard import slide_picture, slide_title
from slidegloss.papers.keys import paper_path

if TYPE_CHECKING:
    from slidegloss.config.project import Config

PAPERS = f"{dirname(paper_path('-'))}/-"
"""Stands for any page of a paper."""
_DECKS = 64
"""So many decks' snippets stay at hand."""


class Snippets:
    """The snippets of an edition. One serves all pages of a folder: a slide is shown for each of the papers it cites."""

    def __init__(self, edition: Edition, config: Config, pieces: Pieces | None = None) -> None:
        """With `pieces`, those of a deck's slides that cite papers are kept together, and nobody needs the deck's content."""
        self.edition, self.config = edition, config
        self._made: dict[tuple[str, str, str], str] = {}
        self._pages = frozenset(deck.site_path for deck in edition.book.decks)
        self._decks = edition.book.by_source()
        # these know nothing of this object: a circle would only be freed by a collector, which builds go without
        self._slides = lru_cache(maxsize=_DECKS)(partial(_slides, self._decks))
        self._kept = None
        if pieces is not None:
            self._kept = lru_cache(maxsize=_DECKS)(partial(_kept, self._decks, edition, config, pieces))

    def for_page(self, page: str, places: Iterable[tuple[str, str]]) -> list[str]:
        """Return the snippets for `page`, a path in the edition, of places: (source path, anchor of the slide).

        Without an anchor it is the opening of the note.
        """
        # addresses are the same for all pages of a folder, but for that of a place in the very page
        shown_on = page if page in self._pages else f"{dirname(page)}/-"
        if self._kept is not None and shown_on == PAPERS:
            return [self._kept(path)[anchor] for path, anchor in places]
        return [self._of(path, anchor, shown_on) for path, anchor in places]

    def _of(self, path: str, anchor: str, page: str) -> str:
        key = (path, anchor, page)
        if key not in self._made:
            slide = self._slides(path).get(anchor)
            self._made[key] = snippet(slide, Lookups(self._decks[path], self.edition, self.config, [], page))
        return self._made[key]


def _slides(decks: Mapping[str, Deck], path: str) -> Mapping[str, Slide]:
    return _by_anchor(decks[path])


def _kept(decks: Mapping[str, Deck], edition: Edition, config: Config, pieces: Pieces, path: str) -> Mapping[str, str]:
    return json.loads(cited_snippets(decks[path], edition, config, pieces))  # type: ignore[no-any-return]  # as made below


def cited_snippets(deck: Deck, edition: Edition, config: Config, pieces: Pieces) -> str:
    """Return the snippets of a deck that the pages of papers show, by the anchor of the slide, as JSON."""

    def make() -> str:
        keys = edition.book.library.cited.get(deck.source_path, ())
        shown = {citation.slide for citation, key in zip(deck.citations, keys, strict=True) if key}
        slides = _by_anchor(deck)
        look = Lookups(deck, edition, config, [], PAPERS)
        found = {anchor: snippet(slides.get(anchor), look) for anchor in sorted(shown)}
        return json.dumps(found, ensure_ascii=False)

    return pieces("snippets", deck, make)


def _by_anchor(deck: Deck) -> Mapping[str, Slide]:
    """Return a deck's slides by their anchor: a deck of thousands may cite a paper on each."""
    return {slide.anchor: slide for slide in deck.slides}


def snippet(slide: Slide | None, look: Lookups) -> str:
    """Return a slide (or a deck's opening) with its figure and annotations as HTML for the page of `look`."""
    deck, edition, page = look.deck, look.edition, look.path
    anchor = slide.anchor if slide else ""
    # annotations stand in the order of the text, so a slide's own are together, the first of them below its marker
    first = bisect_left(deck.annotations, slide.span.line, key=lambda note: note.span.line) if slide else 0
    own = takewhile(lambda note: note.slide == anchor, islice(deck.annotations, first, None))
    notes = tuple(note for note in own if note.place == "quote")
    picture = slide_picture("sg-snippet__thumb", deck, slide, edition, page)
    shown = f"{picture}{annotations_html(notes, slide, look)}"
    body = f'<div class="sg-snippet__body">{shown}</div>' if shown else ""
    return f'<article class="sg-snippet">{slide_link(deck, slide, edition, page)}{body}</article>'


def slide_link(deck: Deck, slide: Slide | None, edition: Edition, page: str) -> str:
    """Return the heading of a snippet: badge, slide title and deck, all one link."""
    target = relative(edition.prefix + page, edition.prefix + deck.site_path, slide.anchor if slide else "")
    title, title_lang = slide_title(deck, slide, edition)
    deck_title, deck_lang = edition.title_of(deck)
    badge = f'<span class="sg-badge">{esc(slide.label)}</span> ' if slide else ""
    lang = lang_attr(deck_lang, edition)
    if title:
        of = f'<span class="sg-snippet__deck"{lang}>{esc(deck_title)}</span>'
        name = f"<strong{lang_attr(title_lang, edition)}>{esc(title)}</strong> {of}"
    else:
        name = f"<strong{lang}>{esc(deck_title)}</strong>"
    return f'<p class="sg-snippet__head"><a href="{target}">{badge}{name}</a></p>'


def annotations_html(notes: tuple[Annotation, ...], slide: Slide | None, look: Lookups) -> str:
    """Return annotations as HTML for another page, without ids of their own; empty when there are none."""
    if not notes:
        return ""
    span = Span(notes[0].span.line, 1, notes[-1].span.end_line)
    return render_blocks((Annotations(notes, span),), look.context(slide))
