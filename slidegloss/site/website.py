"""The feed of each edition, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from slidegloss.base.languages import html_lang
from slidegloss.decks.history import Place
from slidegloss.decks.units import context_of
from slidegloss.editions.edition import Edition
from slidegloss.html.context import clip
from slidegloss.model import Deck
from slidegloss.nodes import Block, Heading, Paragraph
from slidegloss.site.feed import Entry, atom, robots
from slidegloss.site.searchdocs import block_text

if TYPE_CHECKING:
    from slidegloss.config.project import Config

FEED = "feed.xml"


def website_files(editions: Sequence[Edition], config: Config, dates: Mapping[Place, datetime]) -> Mapping[str, str]:
    """Return the feeds and robots.txt by path in the site; without `dates` there is no feed."""
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
    dated = {path for path, _ in dates}
    for deck in edition.book.decks:
        if deck.source_path not in dated:
            continue
        page = quote(deck.site_path)
        name, lang = edition.title_of(deck)
        if (changed := dates.get((deck.source_path, ""))) is not None:
            yield Entry(page, name, changed, _text(deck, "", deck.opening, edition), html_lang(lang))
        for slide in deck.slides:
            if (changed := dates.get((deck.source_path, slide.anchor))) is not None:
                heading = _text(deck, slide.anchor, (slide.title,), edition) if slide.title else ""
                title = " · ".join(part for part in (name, slide.label, heading) if part)
                text = _text(deck, slide.anchor, slide.blocks, edition)
                yield Entry(f"{page}#{quote(slide.anchor)}", title, changed, text, html_lang(lang))


def _text(deck: Deck, anchor: str, blocks: Sequence[Block], edition: Edition) -> str:
    """Return the first words of blocks, in the edition's language where it has them; the page's title is not repeated."""
    said = []
    for block in blocks:
        if isinstance(block, Heading) and block_text((block,)) == deck.title:
            continue
        key = (context_of(deck, anchor), block.source) if isinstance(block, Heading | Paragraph) else None
        translated = edition.translations.get(key) if key else None
        if translated is not None and translated.status == "current":
            said.append(block_text(translated.blocks))
        else:
            said.append(block_text((block,)))
    return clip("\n".join(part for part in said if part), 300)
