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
"""Stands for any page of a paper: addresses are the same for all pages of a folder."""
_DECKS = 64
"""So many decks' snippets stay at hand."""


class Snippets:
    """The snippets of an edition as the pages of papers show them: those of a deck are made together, once."""

    def __init__(self, edition: Edition, config: Config, pieces: Pieces) -> None:
        self.edition, self.config = edition, config
        # it knows nothing of this object: a circle would only be freed by a collector, which builds go without
        self._kept = lru_cache(maxsize=_DECKS)(partial(_kept, edition.book.by_source(), edition, config, pieces))

    def of(self, places: Iterable[tuple[str, str]]) -> list[str]:
        """Return the snippets of places: (source path, anchor of the slide, empty for the opening of the note)."""
        return [self._kept(path)[anchor] for path, anchor in places]


def _kept(decks: Mapping[str, Deck], edition: Edition, config: Config, pieces: Pieces, path: str) -> Mapping[str, str]:
    return json.loads(cited_snippets(decks[path], edition, config, pieces))  # type: ignore[no-any-return]  # as made below


def cited_snippets(deck: Deck, edition: Edition, config: Config, pieces: Pieces) -> str:
    """Return the snippets of a deck that the pages of papers show, by the anchor of the slide, as JSON."""

    def make() -> str:
        keys = edition.book.library.cited.get(deck.source_path, ())
        shown = {citation.slide for citation, key in zip(deck.citations, keys, strict=True) if key}
        slides = {slide.anchor: slide for slide in deck.slides}
        look = Lookups(deck, edition, config, [], PAPERS)
        found = {anchor: snippet(slides.get(anchor), look) for anchor in sorted(shown)}
        return json.dumps(found, ensure_ascii=False)

    return pieces("snippets", deck, make)


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
