"""`Edition`: a book in one language, the input of all page modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slidegloss.base.urls import edition_prefix
from slidegloss.book.link import Book
from slidegloss.editions.coverage import Coverage
from slidegloss.editions.words import Words
from slidegloss.figures.locate import Found
from slidegloss.html.context import Translated
from slidegloss.model import Deck, NavItem, told_apart
from slidegloss.notes.language import text_lang

CHANGES = "changes.html"
"""The site path of the page of changes."""

HOME = "index.html"
"""The site path of the home page."""
GALLERY = "figures.html"
"""The site path of the gallery of figures."""
COVERAGE = "coverage.html"
"""The site path of the page of translations."""


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
    coverage: Mapping[str, Mapping[str, Coverage]] = field(default_factory=dict)
    """Language → source path of a note → how much of it reads in that language."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Title of a page or section → its translation."""
    translated: frozenset[str] = frozenset()
    """The contexts that have translations, and the pages they are on."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Page → what its title is told apart by from those of other pages; those alone that need it."""

    @property
    def lang(self) -> str:
        """The edition's language."""
        return self.words.lang

    def title_of(self, deck: Deck) -> tuple[str, str]:
        """Return a note's title as this edition says it, told apart from its neighbours', and the language of that."""
        translated = self.titles.get(deck.title)
        said, lang = (translated, self.lang) if translated else (deck.title, text_lang(deck.title, deck.lang))
        return told_apart(said, self.names.get(deck.site_path, "")), lang

    @property
    def prefix(self) -> str:
        """The edition's folder in the site: empty for the first language, else `zh/`."""
        return edition_prefix(self.lang, self.languages)


def has_figures(book: Book) -> bool:
    """Tell whether a book shows any figure that lies in the project."""
    return any(isinstance(found, Found) for found in book.figure_sources.values())
