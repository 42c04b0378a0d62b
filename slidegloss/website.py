"""What the web edition has beside its pages: a feed in each edition, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from slidegloss.config import Config
from slidegloss.feed import Entry, atom, robots
from slidegloss.history import Place
from slidegloss.htmlcontext import clip
from slidegloss.localise import Edition
from slidegloss.searchdocs import block_text, inline_text

FEED = "feed.xml"


def website_files(editions: Sequence[Edition], config: Config, dates: Mapping[Place, datetime]) -> Mapping[str, str]:
    """Return the feeds and robots.txt by path in the site; no feed where nobody knows when anything changed."""
    files = {"robots.txt": robots(config.site_url, [edition.prefix for edition in editions])}
    if not dates:
        return files
    for edition in editions:
        files[edition.prefix + FEED] = atom(
            _entries(edition, dates),
            site_url=config.site_url and config.site_url.rstrip("/") + "/" + edition.prefix,
            path=FEED,
            title=config.site_name,
            author=", ".join(config.authors),
            lang=edition.words.tag,
        )
    return files


def _entries(edition: Edition, dates: Mapping[Place, datetime]) -> Iterator[Entry]:
    for deck in edition.book.decks:
        page = quote(deck.site_path)
        if (changed := dates.get((deck.source_path, ""))) is not None:
            yield Entry(page, deck.title, changed, clip(block_text(deck.opening), 300), deck.lang)
        for slide in deck.slides:
            if (changed := dates.get((deck.source_path, slide.anchor))) is not None:
                name = inline_text(slide.title.children) if slide.title else ""
                title = " · ".join(part for part in (deck.title, slide.label, name) if part)
                text = clip(block_text(slide.blocks), 300)
                yield Entry(f"{page}#{quote(slide.anchor)}", title, changed, text, deck.lang)
