"""One language's view of a book: its words, and what a text reads in this language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from slidegloss.catalog import Catalogue
from slidegloss.htmlcontext import Translated
from slidegloss.link import Book
from slidegloss.model import NavItem
from slidegloss.notes.deck import NoteOptions, parse_passage
from slidegloss.words import Words

HOME = "index.html"
"""The site path of the home page."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A book in one language."""

    book: Book
    words: Words
    languages: tuple[str, ...]
    """All languages of the site; the first has its edition at the site's root."""
    nav: tuple[NavItem, ...] = ()
    """The navigation in the edition's words; the home page comes first when the author did not place it."""
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
    nav = tuple(_in_words(item, words) for item in book.nav)
    if not any(HOME in _paths(item) for item in nav):
        nav = (NavItem(words.get("home"), HOME), *nav)
    if book.library.papers:
        nav = (*nav, NavItem(words.get("papers"), "papers.html"))
    return Edition(book, words, languages, nav, translations)


def _in_words(item: NavItem, words: Words) -> NavItem:
    title = words.get(item.key) if item.key else item.title
    return replace(item, title=title, children=tuple(_in_words(child, words) for child in item.children))


def _paths(item: NavItem) -> Iterator[str]:
    yield item.site_path
    for child in item.children:
        yield from _paths(child)
