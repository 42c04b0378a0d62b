"""Joins what was read to a book: notes, papers, other books, catalogues → `Loaded`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.book.link import Book, link_book
from slidegloss.book.sibling import Sibling
from slidegloss.book.siblings import load_siblings
from slidegloss.config.project import Config
from slidegloss.decks.places import located
from slidegloss.decks.reading import Read
from slidegloss.decks.units import other_units
from slidegloss.editions.edition import Edition
from slidegloss.editions.localise import localise
from slidegloss.editions.translations import Translations, gather
from slidegloss.editions.words import Words
from slidegloss.model import Sources
from slidegloss.notes.deck import NoteOptions
from slidegloss.papers.load import load_papers
from slidegloss.papers.match import link_papers


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project, read and joined; no file has been written yet."""

    config: Config
    book: Book
    sources: Sources
    """Without what the notes say."""
    keys: Mapping[str, bytes]
    """Source path of a note → what stands for all that it says (`note_key`)."""
    options: NoteOptions
    translations: Translations
    diagnostics: tuple[Diagnostic, ...]
    siblings: tuple[Sibling, ...] = ()

    def edition(self, book: Book, words: Words) -> Edition:
        """Return a language's view of the book."""
        return localise(book, words, self.config.settings.languages, self.translations, self.options)


def join(
    notes: Sequence[Read],
    sources: Sources,
    keys: Mapping[str, bytes],
    config: Config,
    options: NoteOptions,
    problems: tuple[Diagnostic, ...],
) -> Loaded:
    """Join the notes of a project with everything else that it holds; `problems` were found before."""
    decks = tuple(note.deck for note in notes)
    in_notes = [problem for note in notes for problem in note.diagnostics]
    papers, found = load_papers(sources.papers)
    problems += found
    library, found = link_papers({deck.source_path: deck.citations for deck in decks}, papers)
    in_notes += found
    siblings, found = load_siblings(config)
    problems += found
    book, found = link_book([(note.deck, note.index) for note in notes], sources, library, config.settings, siblings)
    in_notes += found
    others = other_units(
        decks, {note.deck.source_path: note.index.headings for note in notes}, sources.nav, library.papers
    )
    translations, found = gather(
        lambda: (unit for note in notes for unit in note.units()),
        {note.deck.source_path: note.index.tally for note in notes},
        others,
        sources.catalogues,
        config.settings.languages,
    )
    problems += (*found, *located(in_notes, decks))
    return Loaded(config, book, sources, keys, options, translations, problems, siblings)
