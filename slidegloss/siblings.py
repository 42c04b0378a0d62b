"""The books that notes link to by absolute address: this one, and those of other projects (`books` in the settings)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from slidegloss.bookfile import BOOK_FILE, BookFile, describe, from_json
from slidegloss.config import Config, load_config
from slidegloss.deckindex import indexed
from slidegloss.decode import decode
from slidegloss.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.notes.annotations import make_signs
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.sources import discover

_PAGE = re.compile(r"(?:\.html?|\.md|\.markdown|/|^|/[^/.]*|^[^/.]+)$", re.IGNORECASE)
"""Addresses of pages; anything else is a file, of which a book does not tell."""
_MADE = frozenset({"404", "changes", "coverage", "figures", "papers", "print", "questions", "search", "toc"})
"""Pages that slidegloss or mdBook make; notes may link to them."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """A book that addresses may lead to."""

    prefix: str
    """What its addresses begin with, without scheme and final slash."""
    folder: str | None = None
    """For this book itself: the folder below the notes that holds the same pages, empty for all; else None."""
    title: str = ""
    pages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Page → anchors of a sibling; empty when nothing is known of it."""
    editions: tuple[str, ...] = ()
    """Folders of its further editions."""
    local: str = ""
    """Where its site lies beside ours, relative to the root of our site; empty for this book itself."""

    def place(self, url: str) -> tuple[tuple[str, ...], str] | None:
        """Return the pages that an address may mean, likeliest first, and its fragment; None when it is of no page here."""
        rest = _bare(url)
        if not rest.casefold().startswith(self.prefix.casefold()):
            return None
        rest = rest[len(self.prefix) :]
        if rest and rest[0] not in "/?#":
            return None
        path, _, fragment = rest.partition("#")
        path = unquote(path.partition("?")[0]).lstrip("/")
        edition, slash, inner = path.partition("/")
        if slash and edition in self.editions:
            path = inner
        if not _PAGE.search(path) or re.sub(r"\.html$", "", path) in _MADE or path.startswith("papers/"):
            return None
        return tuple(dict.fromkeys(_pages(posixpath.join(self.folder or "", path)))), unquote(fragment)


def _bare(url: str) -> str:
    return re.sub(r"^[A-Za-z]+:", "", url).removeprefix("//")


def _pages(path: str) -> Iterator[str]:
    stem = re.sub(r"\.(?:html?|md|markdown)$", "", path, flags=re.IGNORECASE)
    if not path or path.endswith("/"):
        yield from (f"{path}index.html", f"{path}readme.html")
        return
    yield f"{stem}.html"
    folder, name = posixpath.split(stem)
    if name.casefold() in {"readme", "index"}:
        yield from (posixpath.join(folder, "index.html"), posixpath.join(folder, "readme.html"))
    if stem == path:
        yield f"{stem}/index.html"


def load_siblings(config: Config) -> tuple[tuple[Sibling, ...], tuple[Diagnostic, ...]]:
    """Read what the settings' `books` name: folders of this book, other projects, or sites with their `slidegloss.json`.

    A book that is not there is no fault: its links stay as they are and are not checked. Longer prefixes come first.
    """
    found: list[Diagnostic] = []
    made = [_sibling(config, prefix, path, found) for prefix, path in config.settings.books.items()]
    return tuple(sorted(made, key=lambda book: (-len(book.prefix), book.prefix))), tuple(found)


def _sibling(config: Config, url: str, path: str, found: list[Diagnostic]) -> Sibling:
    prefix = _bare(url).rstrip("/")
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
    kinds = config.settings.annotations.items()
    options = NoteOptions(make_signs({kind.sign: name for name, kind in kinds}))
    decks = [parse_deck(note, options)[0] for note in sources.notes]
    return describe(indexed(decks), title=config.site_name, languages=config.settings.languages)
