"""The home page of an edition: the author's own introduction, numbers, and the decks as cards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from jinja2 import Environment

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import relative
from slidegloss.decks.history import Place
from slidegloss.decks.questions import PAGE as QUESTIONS
from slidegloss.editions.coverage import Coverage
from slidegloss.editions.edition import CHANGES, GALLERY, HOME, Edition
from slidegloss.html.context import esc
from slidegloss.html.pymd import heading_line, html_block
from slidegloss.model import Deck, NavItem
from slidegloss.notes.slugs import Slugger
from slidegloss.pages.changes import newest
from slidegloss.pages.deck import DeckPage
from slidegloss.pages.lookups import Lookups
from slidegloss.pages.page import Page, Rendered, front_matter, in_lang, lang_attr, page_title
from slidegloss.pages.paperindex import INDEX, timeline_block
from slidegloss.pages.preview import book_counts, deck_facts, site_description
from slidegloss.pages.slidecard import thumbnail
from slidegloss.papers.keys import paper_path
from slidegloss.syntax.anchors import anchors_of

if TYPE_CHECKING:
    from slidegloss.config.project import Config

NEWEST = 5
"""Changed slides on the home page."""
MANY_PAPERS = 40
"""With more papers the timeline is on their own page only."""
FEW_DECKS = 8
"""Up to this many decks are shown together, whatever parts they are in."""


class Group(NamedTuple):
    """The decks of one part of the book."""

    heading: str
    cards: str


class HomeView(NamedTuple):
    """The home page as the template shows it."""

    front: str
    heading: str
    opening: tuple[str, ...]
    resume: str
    """Where a returning reader goes on; empty and hidden until a script knows the place."""
    stats: str
    groups: tuple[Group, ...]
    newest_heading: str
    newest: str
    timeline_heading: str
    timeline: str


def render_home(edition: Edition, config: Config, templates: Environment, dates: Mapping[Place, datetime]) -> Rendered:
    """Render the home page of an edition; `dates` say when slides were last changed."""
    sink: list[Diagnostic] = []
    book, words = edition.book, edition.words
    home = next((deck for deck in book.decks if deck.role == "home"), None)
    opening: tuple[str, ...] = ()
    heading = page_title(esc(config.site_name), config.site_name)
    uses: Mapping[str, object] = {}
    # a README often has a heading of the same name: its author's links lead to that one
    ids = Slugger(tuple(anchors_of(home)) if home else ())
    if home is not None:
        page_of_home = DeckPage(Lookups(home, edition, config, sink))
        view = page_of_home.view("")
        heading, uses = view.heading, page_of_home.needs()
        opening = (*view.opening, *(part for slide in view.slides for part in (slide.heading, *slide.chunks)))
    timeline = _timeline(edition)
    if timeline:
        uses = {**uses, "papers": True}
    view_of_home = HomeView(
        front=front_matter(
            {"title": config.site_name, "kind": "home", "description": site_description(edition, config), **uses}
        ),
        heading=heading,
        opening=opening,
        stats=html_block(_stats(edition)),
        groups=tuple(_groups(edition, ids)),
        resume=html_block(_resume(edition)),
        newest_heading=heading_line(2, esc(words.get("newest")), ids.take("newest"), toc_label=words.get("newest")),
        newest=_newest(edition, dates),
        timeline_heading=heading_line(2, esc(words.get("papers")), ids.take("papers"), toc_label=words.get("papers")),
        timeline=timeline,
    )
    page = Page(HOME, templates.get_template("home.md.jinja").render(page=view_of_home))
    return Rendered((page,), tuple(sink))


def _resume(edition: Edition) -> str:
    """Return the hidden line to which home.js adds a link to the slide last read."""
    decks = {
        deck.site_path: edition.titles.get(deck.title, deck.title)
        for deck in edition.book.decks
        if edition.book.index[deck.source_path].slides
    }
    root = "../" if edition.prefix else "./"
    names, words = esc(json.dumps(decks, ensure_ascii=False)), esc(edition.words.get("continue_reading"))
    return f'<p class="sg-continue" hidden data-root="{root}" data-decks="{names}"><span>{words}</span> </p>'


def _newest(edition: Edition, dates: Mapping[Place, datetime]) -> str:
    items = "".join(f"<li>{link}</li>" for link in newest(edition, dates, HOME, NEWEST))
    if not items:
        return ""
    all_changes = f'<p><a href="{CHANGES}">{esc(edition.words.get("changes_all"))}</a></p>'
    return html_block(f'<div class="sg-newest"><ul class="sg-changes">{items}</ul>{all_changes}</div>')


def _timeline(edition: Edition) -> str:
    if not 0 < len(edition.book.library.papers) <= MANY_PAPERS:
        return ""
    page = edition.prefix + HOME
    index = f'<a href="{INDEX}">{esc(edition.words.get("papers_whole"))}</a>'
    return timeline_block(edition, lambda paper: relative(page, edition.prefix + paper_path(paper.key)), index)


def _stats(edition: Edition) -> str:
    """Return the numbers of the book, those of which there are lists as links to these."""
    book, words = edition.book, edition.words
    questions = book.open_questions(deck for deck in book.decks if deck.role == "note")
    counts = (
        *((key, count, "") for key, count in book_counts(book).items()),
        ("stat_questions", questions, QUESTIONS),
        ("stat_figures", len(book.figures), GALLERY),
        ("stat_papers", len(book.library.papers), INDEX),
    )
    items = ""
    for key, count, page in counts:
        if count:
            said = f"<strong>{count}</strong> <span>{esc(words.noun(key, count))}</span>"
            items += f'<li><a href="{page}">{said}</a></li>' if page else f"<li>{said}</li>"
    return f'<ul class="sg-stats" aria-label="{esc(words.get("numbers"))}">{items}</ul>'


def _groups(edition: Edition, ids: Slugger) -> Iterator[Group]:
    """Yield the parts of the navigation with their decks, in its order; loose decks come under one heading."""
    decks = {deck.site_path: deck for deck in edition.book.decks if deck.role == "note"}
    loose: list[NavItem] = []
    groups: list[tuple[str, str, list[NavItem]]] = []
    for item in edition.nav:
        below = [entry for entry in item.entries() if entry.site_path in decks]
        if item.children or item.is_part:
            groups.append((item.title, item.lang, below))
        else:
            loose += below
    if loose:
        groups.insert(0, (edition.words.get("decks"), edition.lang, loose))
    in_parts = len(decks) > FEW_DECKS
    if not in_parts:  # parts would only tear a small book apart
        all_of_them = [entry for item in edition.nav for entry in item.entries() if entry.site_path in decks]
        groups = [(edition.words.get("decks"), edition.lang, all_of_them)]
    coverage = edition.coverage.get(edition.lang, {})
    if not any(part.translated for part in coverage.values()):
        coverage = {}  # nobody has begun: the same nought on every card says nothing of any
    for number, (title, lang, below) in enumerate([group for group in groups if group[2]], 1):
        anchor = ids.take(f"part-{number}")
        cards = "".join(
            _card(decks[entry.site_path], edition, coverage, entry.title if in_parts else "") for entry in below
        )
        yield Group(
            heading_line(2, in_lang(esc(title), lang, edition), anchor, toc_label=title),
            html_block(f'<ul class="sg-decks">{cards}</ul>'),
        )


def _card(deck: Deck, edition: Edition, coverage: Mapping[str, Coverage], name: str) -> str:
    """Return the card of a deck; `name` is what it is called in its part of the navigation, empty outside of parts."""
    facts = deck_facts(deck, edition)
    part = coverage.get(deck.source_path)
    if part is not None and part.total:
        facts.append(edition.words.get("deck_translated", percent=part.percent))
    said = " ".join(f"<span>{esc(fact)}</span>" for fact in facts)
    title, lang = edition.title_of(deck)
    href = relative(edition.prefix + HOME, edition.prefix + deck.site_path)
    picture = thumbnail(edition.book.index[deck.source_path].pictures, deck, edition, HOME)
    image = (
        f'<img class="sg-deck__thumb" src="{picture}" alt="" loading="lazy" decoding="async">'
        if picture
        else '<span class="sg-deck__thumb sg-deck__thumb--none" aria-hidden="true"></span>'
    )
    list_of_facts = f'<span class="sg-deck__facts">{said}</span>' if said else ""
    return (
        f'<li class="sg-deck"><a class="sg-deck__link" href="{href}">{image}'
        f'<span class="sg-deck__title"{lang_attr(lang, edition)}>{esc(name or title)}</span></a>'
        f"{list_of_facts}</li>"
    )
