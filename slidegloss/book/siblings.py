"""Loads the books of the setting `books`: this one, and those of other projects."""

from __future__ import annotations

import posixpath
from pathlib import Path

from slidegloss.base.decode import decode
from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.book.bookfile import BOOK_FILE, BookFile, describe, from_json
from slidegloss.book.sibling import Sibling, without_scheme
from slidegloss.config.project import Config, load_config
from slidegloss.decks.index import indexed
from slidegloss.notes.deck import note_options, parse_deck
from slidegloss.sources.discover import discover


def load_siblings(config: Config) -> tuple[tuple[Sibling, ...], tuple[Diagnostic, ...]]:
    """Read what the settings' `books` name: folders of this book, other projects, or sites with their `slidegloss.json`.

    A book that is not there is no fault: its links stay as they are and are not checked. Longer prefixes come first.
    """
    found: list[Diagnostic] = []
    made = [_sibling(config, prefix, path, found) for prefix, path in config.settings.books.items()]
    return tuple(sorted(made, key=lambda book: (-len(book.prefix), book.prefix))), tuple(found)


def _sibling(config: Config, url: str, path: str, found: list[Diagnostic]) -> Sibling:
    prefix = without_scheme(url).rstrip("/")
    if path == "." or (not path.startswith("..") and (config.root / config.settings.notes / path).is_dir()):
        editions = config.settings.languages[1:]
        return Sibling(prefix, "" if path == "." else path, config.site_name, editions=editions)
    place = config.root / path
    folder = place.parent if place.is_file() else place
    site = posixpath.dirname(path) if place.is_file() else path
    if not (folder / BOOK_FILE).is_file():
        site = posixpath.join(path, "site")
    local = posixpath.relpath(site, "site")
    book = _read(folder)
    if book is None:
        message = f"books: there is no book in {path}; links to {url} are not checked"
        hint = f"name a project, or a folder with the {BOOK_FILE} of its site"
        found.append(diagnostic(Code.BOOK_MISSING, config.config_path, message=message, hint=hint))
        return Sibling(prefix, local=local)
    pages = {deck.page: frozenset([*deck.anchors, *(slide.anchor for slide in deck.slides)]) for deck in book.decks}
    return Sibling(prefix, None, book.title, pages, book.languages[1:], local)


def _read(folder: Path) -> BookFile | None:
    """Return the book in a folder: a published site's own words, else what the notes there say now."""
    try:
        return from_json(decode((folder / BOOK_FILE).read_bytes(), BOOK_FILE)[0].text)
    except OSError:  # no site: a project, then
        config, _problems = load_config(folder)
    if config is None:
        return None
    sources, _problems = discover(config)  # its faults are told where it is built
    if not sources.notes:
        return None
    options = note_options(config.settings)
    decks = [parse_deck(note, options)[0] for note in sources.notes]
    return describe(indexed(decks), title=config.site_name, languages=config.settings.languages)
