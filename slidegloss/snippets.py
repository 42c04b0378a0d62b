"""A slide as other pages show it: a link to it, a small figure, its annotations."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice, takewhile
from posixpath import dirname
from typing import TYPE_CHECKING

from slidegloss import html
from slidegloss.htmlcontext import esc, html_lang
from slidegloss.languages import same
from slidegloss.localise import Edition
from slidegloss.model import Annotation, Deck, Slide
from slidegloss.nodes import Annotations, Span
from slidegloss.render import PageRenderer
from slidegloss.slidecard import slide_thumbnail, slide_title
from slidegloss.urls import relative

if TYPE_CHECKING:
    from slidegloss.config import Config


class Snippets:
    """The snippets of an edition. One serves all pages of a folder: a slide is shown for each of the papers it cites."""

    def __init__(self, edition: Edition, config: Config) -> None:
        self.edition, self.config = edition, config
        self._made: dict[tuple[str, str, str], str] = {}
        book = edition.book
        links = (*book.targets.values(), *book.slide_targets.values())
        self._linked = {target.path for target in links if target.fragment} | {deck.site_path for deck in book.decks}

    def of(self, deck: Deck, slide: Slide | None, page: str) -> str:
        """Return the snippet of a slide (or a deck's opening) for `page`, a path in the edition."""
        # addresses are the same for all pages of a folder, but for that of a place in the very page
        shown_on = page if page in self._linked else f"{dirname(page)}/-"
        key = (deck.source_path, slide.anchor if slide else "", shown_on)
        if key not in self._made:
            self._made[key] = snippet(deck, slide, self.edition, self.config, shown_on)
        return self._made[key]


def snippet(deck: Deck, slide: Slide | None, edition: Edition, config: Config, page: str) -> str:
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
