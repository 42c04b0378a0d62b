"""Renders the page of an edited note before the rest of the book is built, for `serve`.

The page needs only the note, and of the other notes what the last build knew of them, so it is ready in a fraction of the
time of a build. Effects on other pages wait for the build. Where the page itself may be affected by more, there is no glance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from slidegloss.base.decode import decode
from slidegloss.base.urls import markdown_path
from slidegloss.book.link import relink
from slidegloss.decks.reading import Reading, read_note
from slidegloss.editions.coverage import recounted
from slidegloss.engine.mkdocsbuild import show_page
from slidegloss.figures.locate import Found
from slidegloss.model import Deck
from slidegloss.notes.includes import has_includes
from slidegloss.pages.deck import render_deck
from slidegloss.pages.lookups import shared_deck
from slidegloss.papers.match import same_citations
from slidegloss.pipeline.built import Last
from slidegloss.templating.environment import TemplateFault
from slidegloss.write.trees import write_page


def glance(source_path: str, last: Last) -> tuple[Deck, Mapping[str, bytes]] | None:
    """Return the deck of a changed note and its pages by their path in the site; None when only a build can tell them."""
    config, book = last.loaded.config, last.loaded.book
    note = next((note for note in last.loaded.sources.notes if note.source_path == source_path), None)
    old = book.by_source().get(source_path)
    if note is None or old is None or old.role != "note" or not (config.root / source_path).is_file():
        return None
    decoded, problems = decode((config.root / source_path).read_bytes(), source_path)
    if has_includes(decoded.text):
        return None
    read = read_note(note._replace(text=decoded.text), Reading(last.loaded.options, config.settings.languages))
    deck = read.deck
    if problems or deck.title != old.title or not same_citations(deck.citations, old.citations):
        return None
    shown = last.editions[0].book
    linked, _ = relink(shown, [(deck, read.index)], last.loaded.sources, config.settings, last.loaded.siblings)
    figures = (linked.figure_sources[source_path, one.dest] for one in read.index.addresses if one.is_figure)
    if any(isinstance(found, Found) and found.source_path not in shown.figures for found in figures):
        return None  # it has to be converted first
    coverage = recounted(last.editions[0].coverage, source_path, shown.index[source_path].tally, read.index.tally)
    pages: dict[str, bytes] = {}
    shared = shared_deck(deck, len(last.editions))
    for edition in last.editions:
        edited = replace(edition, book=linked, coverage=coverage)
        try:
            rendered = render_deck(deck, edited, config, last.templates, shared)
        except TemplateFault:
            return None
        for page in rendered.pages:
            path = markdown_path(page.site_path)
            write_page(last.folder, f"{edition.lang}/{path}", page.markdown)
            html = show_page(last.folder, edition.lang, path)
            if html is None:
                return None
            pages[f"{edition.prefix}{page.site_path}"] = html
    return deck, pages
