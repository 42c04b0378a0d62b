"""The page of changes: new and edited slides by day, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from jinja2 import Environment

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.decks.history import Place
from slidegloss.editions.edition import CHANGES, Edition
from slidegloss.html.context import esc
from slidegloss.html.pymd import heading_line, html_block
from slidegloss.model import Deck, Slide
from slidegloss.pages.page import Page, Rendered, front_matter, page_title
from slidegloss.pages.snippets import slide_link

SHOWN = 60
"""Changes on the page; what is older is in the notes' own history."""


class DayView(NamedTuple):
    """The changes of one day."""

    heading: str
    slides: str


class ChangesView(NamedTuple):
    """The page as the template shows it."""

    front: str
    heading: str
    intro: str
    days: tuple[DayView, ...]


def render_changes(edition: Edition, templates: Environment, dates: Mapping[Place, datetime]) -> Rendered:
    """Render the page of changes; without `dates` there is none."""
    if not dates:
        return Rendered(())
    words = edition.words
    title = words.get("changes")
    intro = words.get("changes_intro")
    view = ChangesView(
        front=front_matter({"title": title, "description": intro, "kind": "changes", "papers": True}),
        heading=page_title(esc(title), title),
        intro=html_block(f'<p>{esc(intro)} <a href="feed.xml">{esc(words.get("feed"))}</a></p>'),
        days=tuple(_days(edition, dates)),
    )
    return Rendered((Page(CHANGES, templates.get_template("changes.md.jinja").render(page=view)),))


def newest(edition: Edition, dates: Mapping[Place, datetime], page: str, count: int) -> tuple[str, ...]:
    """Return the newest slides as links for a page of the edition, at most `count`."""
    return tuple(slide_link(deck, slide, edition, page) for _, deck, slide in _newest_first(edition, dates)[:count])


def _days(edition: Edition, dates: Mapping[Place, datetime]) -> Iterator[DayView]:
    by_day: dict[str, list[str]] = {}
    for moment, deck, slide in _newest_first(edition, dates)[:SHOWN]:
        link = slide_link(deck, slide, edition, CHANGES)
        by_day.setdefault(moment.date().isoformat(), []).append(f"<li>{link}</li>")
    from babel.dates import format_date  # noqa: PLC0415 - few books have dates, and it takes long to load

    locale = edition.words.tag.replace("-", "_")
    for day, links in by_day.items():
        shown = format_date(datetime.fromisoformat(day), "long", locale=locale)
        yield DayView(
            heading_line(2, f'<time datetime="{day}">{esc(shown)}</time>', f"d{day}", toc_label=shown),
            html_block(f'<ul class="sg-changes">{"".join(links)}</ul>'),
        )


def _newest_first(edition: Edition, dates: Mapping[Place, datetime]) -> list[tuple[datetime, Deck, Slide | None]]:
    """Return dated slides, newest first and in the order of the book within one moment; guide pages do not count."""
    found: list[tuple[datetime, Deck, Slide | None]] = []
    dated = {path for path, _ in dates}
    for deck in edition.book.decks:
        if deck.role != "note" or deck.source_path not in dated:
            continue
        places: tuple[Slide | None, ...] = deck.slides or (None,)
        for slide in places:
            moment = dates.get((deck.source_path, slide.anchor if slide else ""))
            if moment is not None:
                found.append((moment, deck, slide))
    return sorted(found, key=lambda entry: -entry[0].timestamp())
