"""The record that a build leaves for amendments: everything it knew of the book except the decks' content.

It is stored in the build cache (`kept/store.py`) under a name that the build's stamp holds (`incremental/stamp.py`). What
amendments changed since is a second, small piece, so that the first, which grows with the book, is written only once.
"""

from __future__ import annotations

import copyreg
import os
import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.frozen import as_call
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.book.link import Book, Target
from slidegloss.book.sibling import Sibling
from slidegloss.config.dirs import user_theme
from slidegloss.decks.history import Place, version_of
from slidegloss.decks.index import DeckIndex
from slidegloss.editions.coverage import Coverage
from slidegloss.editions.edition import Edition
from slidegloss.figures.locate import Embedded, Found, Missing, Remote
from slidegloss.incremental.lead import Lead, keys_of, lead_key
from slidegloss.kept.notes import Calls, Head, Lost, dumps, needed_content, needed_head, tuple_as_call
from slidegloss.kept.store import Kept
from slidegloss.model import Content, DeckHead, NavItem, NoteSource, Paper, Sources, deck_name, distant_deck
from slidegloss.papers.match import Backlink
from slidegloss.pipeline.reuse import by_note

if TYPE_CHECKING:
    from slidegloss.config.project import Config
    from slidegloss.pipeline.built import Built, Memory

_T = TypeVar("_T")


class OfNote(NamedTuple):
    """The entries of one note in the tables of a `Book`."""

    key: bytes
    """Stands for the note as it was parsed (`reading.note_key`)."""
    targets: Mapping[str, Target]
    slide_targets: Mapping[str, Target]
    figure_sources: Mapping[str, Found | Remote | Embedded | Missing]
    coverage: Mapping[str, Coverage]
    """Language → how much of the note reads in it."""


class Record(NamedTuple):
    """Everything that a build knew, for amendments."""

    salt: bytes
    """`Kept.salt` of its pieces."""
    config: Config
    sources: Sources
    """Without what the notes say."""
    siblings: tuple[Sibling, ...]
    editions: tuple[Edition, ...]
    """All of the site; they share their book."""
    keys: Mapping[str, bytes]
    folder: Path
    """Where the pages lie."""
    site: Path
    dates: Mapping[Place, datetime]
    version: str
    said: tuple[Diagnostic, ...]
    verified: tuple[Diagnostic, ...]

    @property
    def book(self) -> Book:
        """The book that all editions show."""
        return self.editions[0].book


class Changes(NamedTuple):
    """What amendments have changed since the record was written."""

    first: str
    """The name of the record."""
    notes: Mapping[str, OfNote]
    dates: Mapping[Place, datetime]
    version: str
    said: tuple[Diagnostic, ...]


class _Snapshot:
    """The values of settings without their class: pydantic takes longer to load than the pages to make."""

    def __init__(self, said: str, values: Mapping[str, object]) -> None:
        self.__dict__.update(values)
        self._said = said

    def __repr__(self) -> str:
        """Say what the original says: keys of pieces depend on it."""
        return self._said


def _snapshot(value: object) -> Any:  # noqa: ANN401 - stands for whatever it was
    names = getattr(type(value), "model_fields", None) or (
        [field.name for field in fields(value)] if is_dataclass(value) and not isinstance(value, type) else None
    )
    if names is not None:
        return _Snapshot(repr(value), {name: _snapshot(getattr(value, name)) for name in names})
    if isinstance(value, Mapping):
        return {key: _snapshot(item) for key, item in value.items()}
    return tuple(map(_snapshot, value)) if isinstance(value, list | tuple) else value


def leave(memory: Memory, built: Built) -> str:
    """Store the record of a build; return its name, empty where amendments are not possible.

    That is so for a book with catalogues (any word may be part of a text to translate), for a single note, for notes that
    include others, and for a project with theme templates (they may read any page from any other).
    """
    last, kept = memory.last, memory.kept
    if last is None or kept is None or kept.path is None or built.site is None:
        return ""
    loaded = last.loaded
    translated = any(catalogue.entries or catalogue.obsolete for catalogue in loaded.translations.catalogues.values())
    joined = any(note.pieces for note in loaded.sources.notes)
    if translated or joined or loaded.config.only or user_theme(loaded.config) is not None:
        return ""
    book = last.editions[0].book
    record = Record(
        salt=kept.salt,
        config=_snapshot(loaded.config),
        sources=loaded.sources._replace(papers=(), catalogues={}),
        siblings=loaded.siblings,
        editions=tuple(replace(edition, book=_NO_BOOK) for edition in last.editions),
        keys=loaded.keys,
        folder=last.folder,
        site=built.site,
        dates=last.dates,
        version=version_of(loaded.config.root),
        said=built.said,
        verified=built.verified,
    )
    names = tuple(map(deck_name, book.decks))
    by_path = {note.source_path: note for note in loaded.sources.notes}
    lead = Lead(kept.salt, loaded.options, loaded.config.settings.languages, by_path)
    name = os.urandom(16)
    whole = (record, names, replace(book, decks=(), index={}))
    kept.put_bulk([(name, dumps(whole, _CALLS)), (lead_key(name), dumps(lead, _CALLS))])
    return name.hex()


_CALLS: Calls = {
    **copyreg.dispatch_table,  # settings hold patterns
    **{cls: tuple_as_call(cls) for cls in (Backlink, Coverage, NavItem, NoteSource, Target)},
    **{cls: as_call(cls) for cls in (Diagnostic, Paper)},
}


_NO_BOOK = Book((), (), {}, {}, {}, library=None, index={})  # type: ignore[arg-type]  # stands for one while it is pickled


def find(name: str, kept: Kept) -> tuple[Record, Changes]:
    """Return a record with its later changes applied, and these changes; raises Lost."""
    first, second = keys_of(name)
    data, more = kept.bulk(first), kept.bulk(second) if second else b""
    if data is None or more is None:
        raise Lost
    # These pickles, too, are ours: see kept/store.py.
    record, names, book = pickle.loads(data)  # noqa: S301
    changes = Changes(first.hex(), {}, record.dates, record.version, record.said)
    if more:
        changes = pickle.loads(more)  # noqa: S301
    kept.salt = record.salt
    keys = {**record.keys, **{path: note.key for path, note in changes.notes.items()}}

    notes = _Notes(keys, kept)
    book = replace(
        _with_notes(book, changes.notes),
        decks=tuple(
            distant_deck(deck, partial(notes.head, deck.source_path), partial(notes.content, deck.source_path))
            for deck in names
        ),
        index=notes,
    )
    editions = tuple(replace(_with_coverage(edition, changes.notes), book=book) for edition in record.editions)
    return record._replace(
        editions=editions,
        keys=keys,
        dates=changes.dates,
        version=changes.version,
        said=changes.said,
    ), changes


class _Notes(Mapping[str, DeckIndex]):
    """The indexes of the notes of a record, each read from the cache when it is first used."""

    def __init__(self, keys: Mapping[str, bytes], kept: Kept) -> None:
        self.keys_of, self.kept = keys, kept
        self.known: dict[str, Head] = {}

    def _known(self, path: str) -> Head:
        if path not in self.known:
            self.known[path] = needed_head(self.keys_of[path], self.kept)
        return self.known[path]

    def __getitem__(self, path: str) -> DeckIndex:
        return self._known(path)[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys_of)

    def __len__(self) -> int:
        return len(self.keys_of)

    def head(self, path: str) -> DeckHead:
        return self._known(path)[0]

    def content(self, path: str) -> Content:
        return needed_content(self.keys_of[path], self.kept)


def change(changes: Changes, kept: Kept) -> str:
    """Store the changes of a record; return the name of both."""
    second = os.urandom(16)
    kept.put_bulk([(second, dumps(changes, _CALLS))])
    return f"{changes.first}+{second.hex()}"


def of_notes(paths: Iterable[str], record: Record) -> Mapping[str, OfNote]:
    """Return what a record says of some notes."""
    book = record.book
    targets, slides, figures = map(by_note, (book.targets, book.slide_targets, book.figure_sources))
    return {
        path: OfNote(
            record.keys[path],
            dict(targets.get(path, ())),
            dict(slides.get(path, ())),
            dict(figures.get(path, ())),
            {lang: parts[path] for lang, parts in record.editions[0].coverage.items() if path in parts},
        )
        for path in paths
    }


def _with_coverage(edition: Edition, notes: Mapping[str, OfNote]) -> Edition:
    """Return the edition with how much of some notes reads in each language."""
    if not notes:
        return edition
    coverage = {
        lang: {**parts, **{path: note.coverage[lang] for path, note in notes.items() if lang in note.coverage}}
        for lang, parts in edition.coverage.items()
    }
    return replace(edition, coverage=coverage)


def _with_notes(book: Book, notes: Mapping[str, OfNote]) -> Book:
    if not notes:
        return book

    own = notes.items()
    return replace(
        book,
        targets=_joined(book.targets, {path: note.targets for path, note in own}),
        slide_targets=_joined(book.slide_targets, {path: note.slide_targets for path, note in own}),
        figure_sources=_joined(book.figure_sources, {path: note.figure_sources for path, note in own}),
    )


def _joined(table: Mapping[tuple[str, str], _T], own: Mapping[str, Mapping[str, _T]]) -> Mapping[tuple[str, str], _T]:
    """Return a table of a book with what some notes have in it now."""
    others = {place: value for place, value in table.items() if place[0] not in own}
    return others | {(path, name): value for path, values in own.items() for name, value in values.items()}
