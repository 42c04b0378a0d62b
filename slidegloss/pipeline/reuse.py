"""Cache keys of pages: a page of the last build stays if nothing that it shows has changed.

The page of a note depends on the note and on what it looks up in its edition; a paper's page depends on the paper and on the
notes that discuss it. The Markdown lies in `build/`; its size and times tell whether it is the file that we wrote.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slidegloss.base.diagnostics import Diagnostic, from_values, to_values
from slidegloss.book.link import Book
from slidegloss.decks.units import paper_context
from slidegloss.editions.edition import Edition
from slidegloss.kept.store import Kept, digest
from slidegloss.model import Deck, Paper

if TYPE_CHECKING:
    from slidegloss.config.project import Config


class BookKeys:
    """Digests of notes and papers, as far as they are the same in all editions."""

    def __init__(self, book: Book, notes: Mapping[str, bytes]) -> None:
        """`notes` are the digests of the notes by source path."""
        self.book, self.notes = book, notes
        self._targets = by_note(book.targets)
        self._slide_targets = by_note(book.slide_targets)
        self._figures = by_note(book.figure_sources)
        self.pages = {deck.site_path: deck.source_path for deck in book.decks}
        self._decks: dict[str, bytes] = {}
        self._papers: dict[str, bytes] = {}

    def deck(self, path: str) -> bytes:
        """Return the digest of a note and of all that it looks up, except the slides that it links to (`linked`)."""
        if path not in self._decks:
            cited = self.book.library.cited.get(path, ())
            said = (self._targets.get(path), self._slide_targets.get(path), self._shown(path), cited)
            papers = [self.paper(key) for key in dict.fromkeys(cited) if key]
            self._decks[path] = digest(self.notes[path], repr(said), *papers)
        return self._decks[path]

    def linked(self, deck: Deck) -> Sequence[str]:
        """Return the other pages of decks whose slides a deck links to."""
        links = (*self._targets.get(deck.source_path, ()), *self._slide_targets.get(deck.source_path, ()))
        found = {target.path for _, target in links if target.kind == "page" and target.fragment}
        return sorted(page for page in found - {deck.site_path} if page in self.pages)

    def close(self, page: str) -> bytes:
        """Return the digest of what cards of the slides of a deck show (`slidecard.slide_card`)."""
        path = self.pages[page]
        return digest(self.notes.get(path, b""), repr(self._shown(path)))

    def paper(self, key: str) -> bytes:
        """Return the digest of a paper."""
        if key not in self._papers:
            self._papers[key] = digest(repr(self.book.library.by_key[key]))
        return self._papers[key]

    def discussed(self, paper: Paper, close: Sequence[str]) -> bytes:
        """Return the digest of a paper, its figure, its backlinks, and the papers `close` to it."""
        found = self.book.figure_sources.get((paper.source_path, paper.figure)) if paper.figure else None
        said = (self.book.library.backlinks.get(paper.key, ()), close, found, self.book.figure_of(found))
        return digest(self.paper(paper.key), repr(said), *map(self.paper, close))

    def _shown(self, path: str) -> Sequence[object]:
        return [(dest, found, self.book.figure_of(found)) for dest, found in self._figures.get(path, ())]


class PageKeys:
    """The keys of an edition's pages."""

    def __init__(self, edition: Edition, config: Config, kept: Kept, shared: BookKeys) -> None:
        """`shared` is what the editions have in common."""
        self.edition, self.kept, self.shared = edition, kept, shared
        words = edition.words
        table = json.dumps(dict(words.table), sort_keys=True)
        self.base = kept.key("edition", words.lang, repr(edition.languages), table, repr(config))
        names = {deck.site_path.removesuffix(".html") for deck in edition.book.decks}
        self.translations: dict[str, list[object]] = defaultdict(list)
        for (context, source), said in edition.translations.items():
            # by each name that a look-up for one page may go by
            for name in {context, context.partition(":")[0], context.rpartition(":")[0]}:
                if name in names or name == context:
                    self.translations[name].append((context, source, said))
        self.decks: dict[str, bytes] = {}

    def deck(self, deck: Deck) -> bytes:
        """Return the digest of all that the pages of the edition show of a deck."""
        path = deck.source_path
        if path not in self.decks:
            edition = self.edition
            said = (
                self._translated(deck.site_path),
                edition.titles.get(deck.title),
                edition.names.get(deck.site_path),
                edition.coverage.get(edition.lang, {}).get(path),
            )
            close = [
                part
                for page in self.shared.linked(deck)
                for part in (self.shared.close(page), repr(self._translated(page)))
            ]
            self.decks[path] = digest(self.base, self.shared.deck(path), repr(said), *close)
        return self.decks[path]

    def paper(self, paper: Paper, close: Sequence[str], decks: Mapping[str, Deck]) -> bytes:
        """Return the digest of a paper's page; `close` are the related papers it names."""
        links = self.edition.book.library.backlinks.get(paper.key, ())
        of_decks = [self.deck(decks[link.source_path]) for link in links if link.source_path in decks]
        said = repr(self.translations.get(paper_context(paper.key)))
        return digest(b"paper", self.base, self.shared.discussed(paper, close), said, *of_decks)

    def _translated(self, page: str) -> Sequence[object] | None:
        return self.translations.get(page.removesuffix(".html"))


def by_note(found: Mapping[tuple[str, str], Any]) -> Mapping[str, list[tuple[str, Any]]]:
    """Return what a table of a book holds of each note: (name, value) in the order of the names."""
    grouped: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for (path, name), value in found.items():
        grouped[path].append((name, value))
    for values in grouped.values():
        values.sort(key=lambda item: item[0])
    return grouped


_LONG = 2000
"""Bytes from which a piece is kept where it takes no memory."""


class KeptPieces:
    """Pieces (`pieces.Pieces`) that are kept for as long as the decks say the same in all of some editions."""

    def __init__(self, kept: Kept, keys: Sequence[PageKeys]) -> None:
        """`keys` are those of the editions that the pieces depend on."""
        self.kept, self.keys = kept, keys
        self.made: dict[bytes, bytes] = {}
        self.used: set[bytes] = set()

    def __call__(self, name: str, deck: Deck, make: Callable[[], str]) -> str:
        """Return a piece as it is kept, or make it."""
        if deck.role != "note":
            return make()  # a page in one language looks at everything
        key = digest(name, *(keys.deck(deck) for keys in self.keys))
        found = self.made.get(key) or self.kept.get(key) or (self.kept.bulk(key) if self.kept.has_bulk(key) else None)
        if found is not None:
            self.used.add(key)
            return found.decode("utf-8", "surrogatepass")
        text = make()
        self.made[key] = text.encode("utf-8", "surrogatepass")
        return text

    def file(self) -> list[bytes]:
        """Write the long ones of the pieces made so far to the cache file; return their keys.

        The process that keeps them is told of these (`Kept.filed`), while all others are still to be handed to it.
        """
        long = [(key, data) for key, data in self.made.items() if len(data) > _LONG]
        if not long or not self.kept.file_bulk(long):
            return []
        for key, _ in long:
            del self.made[key]
        return [key for key, _ in long]

    def keep(self, made: Mapping[bytes, bytes], used: Iterable[bytes]) -> None:
        """Keep what was made, and what was used, here or in another process."""
        self.kept.put_bulk((key, data) for key, data in made.items() if len(data) > _LONG)
        for key, data in made.items():
            if len(data) <= _LONG:
                self.kept.put(key, data)
        for key in used:
            if self.kept.get(key) is None:
                self.kept.has_bulk(key)


def old_page(key: bytes, path: Path | str, kept: Kept) -> tuple[Diagnostic, ...] | None:
    """Return what was found in the page of this key, when the file at `path` still is what was written for it."""
    known = kept.get(key)
    if known is None or not (state := file_state(path)):
        return None
    written, _, found = known.partition(b"\n")
    if written.decode() != state:
        return None
    return tuple(from_values(values) for values in json.loads(found or b"[]"))


def keep_page(key: bytes, state: str, diagnostics: Sequence[Diagnostic], kept: Kept) -> None:
    """Remember the state of the file written for a key, and what was found on the way."""
    said = [to_values(problem) for problem in diagnostics]
    kept.put(key, f"{state}\n{json.dumps(said) if said else ''}".encode())


def file_state(path: Path | str) -> str:
    """Return what tells whether a file is the one it was: its size and times; empty when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked for thousands of files, whose names are at hand
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
