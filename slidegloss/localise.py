"""One language's view of a book: its words, and what a text reads in this language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slidegloss.catalog import Catalogue
from slidegloss.htmlcontext import Translated
from slidegloss.link import Book
from slidegloss.notes.deck import NoteOptions, parse_passage
from slidegloss.words import Words


@dataclass(frozen=True, slots=True)
class Edition:
    """A book in one language."""

    book: Book
    words: Words
    languages: tuple[str, ...]
    """All languages of the site; the first has its edition at the site's root."""
    translations: Mapping[tuple[str, str], Translated] = field(default_factory=dict)
    """(context such as `video/multimodal:p136`, source text) → its translation."""

    @property
    def lang(self) -> str:
        """The edition's language."""
        return self.words.lang

    @property
    def prefix(self) -> str:
        """The edition's folder in the site: empty for the first language, else `zh/`."""
        return "" if self.lang == self.languages[0] else f"{self.lang}/"


def localise(
    book: Book, words: Words, languages: tuple[str, ...], catalogue: Catalogue, options: NoteOptions
) -> Edition:
    """Return the edition of `book` in the language of `words`, with the translations of its catalogue."""
    translations = {
        key: Translated(
            parse_passage(entry.text, options), catalogue.lang, "fuzzy" if entry.fuzzy else "current"
        )
        for key, entry in catalogue.lookup().items()
    }
    return Edition(book, words, languages, translations)
