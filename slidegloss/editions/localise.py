"""Makes the edition of a language: `Book`, words, translations → `Edition`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from slidegloss.book.link import Book
from slidegloss.decks.questions import PAGE
from slidegloss.decks.units import NAVIGATION, context_of
from slidegloss.editions.coverage import summed
from slidegloss.editions.edition import COVERAGE, GALLERY, HOME, Edition, has_figures
from slidegloss.editions.words import Words
from slidegloss.html.context import Translated
from slidegloss.model import Deck, NavItem, told_apart
from slidegloss.notes.annotations import unsigned
from slidegloss.notes.citations import cite_translation
from slidegloss.notes.deck import NoteOptions, parse_passage
from slidegloss.notes.language import text_lang
from slidegloss.syntax.plaintext import plain_blocks

if TYPE_CHECKING:
    from slidegloss.editions.pofile import Entry
    from slidegloss.editions.translations import Translations


def localise(
    book: Book, words: Words, languages: tuple[str, ...], stored: Translations, options: NoteOptions
) -> Edition:
    """Return the edition of `book` in the language of `words`, with the translations of its catalogue."""
    decks = {context_of(deck, ""): deck for deck in book.decks}
    translations = {
        key: _parsed(
            entry, decks.get(entry.context) or decks.get(entry.context.rpartition(":")[0]), words.lang, options
        )
        for key, entry in stored.catalogues[words.lang].lookup().items()
    }
    titles = _titles(book, translations)
    tongues = {deck.site_path: deck.lang for deck in book.decks}
    nav = tuple(_in_words(item, words, titles, tongues) for item in book.nav)
    if not any(entry.site_path == HOME for item in nav for entry in item.entries()):
        nav = (NavItem(words.get("home"), HOME, lang=words.lang), *nav)
    if book.library.papers:
        nav = (*nav, NavItem(words.get("papers"), "papers.html", lang=words.lang))
    if has_figures(book):
        nav = (*nav, NavItem(words.get("gallery"), GALLERY, lang=words.lang))
    asked = [answered for deck in book.decks for answered in book.index[deck.source_path].asked]
    if asked:
        waiting = asked.count(False)
        title = words.get("questions_nav", count=waiting) if waiting else words.get("questions")
        nav = (*nav, NavItem(title, PAGE, lang=words.lang))
    coverage = stored.coverage()
    if any(summed(parts.values()).total for parts in coverage.values()):
        nav = (*nav, NavItem(words.get("coverage"), COVERAGE, lang=words.lang))
    translated = frozenset(name for context, _ in translations for name in _with_outer(context))
    names = _names(nav)
    return Edition(book, words, languages, nav, translations, coverage, titles, translated, names)


def _with_outer(context: str) -> Iterator[str]:
    """Yield a context and what stands before each of its colons: a slide's page."""
    while context:
        yield context
        context = context.rpartition(":")[0]


def _parsed(entry: Entry, deck: Deck | None, lang: str, options: NoteOptions) -> Translated:
    if deck is not None and deck.macros:
        options = replace(options, macros=(*options.macros, *deck.macros))
    text = unsigned(entry.text, options.signs)
    blocks = parse_passage(entry.text if unsigned(entry.source, options.signs) != entry.source else text, options)
    if deck is not None and deck.citations:
        blocks = cite_translation(blocks, deck.citations)
    return Translated(blocks, lang, "fuzzy" if entry.fuzzy else "current")


def _titles(book: Book, translations: Mapping[tuple[str, str], Translated]) -> Mapping[str, str]:
    """Return the titles of pages and sections that have a translation; a stale one is better than none."""
    said = {source: translated for (context, source), translated in translations.items() if context == NAVIGATION}
    for deck in book.decks:
        place = book.index[deck.source_path].headings.get(deck.title)
        if place is not None and place in translations:
            said[deck.title] = translations[place]
    return {title: plain_blocks(translated.blocks).strip() for title, translated in said.items()}


def _names(nav: Sequence[NavItem]) -> Mapping[str, str]:
    """Return what is said behind titles in lists of the whole book, where sections do not tell notes apart.

    It is the file's name, as in the navigation, and the section's title if others have a page of that title, too.
    """
    places = [(entry, section) for item in nav for entry, section in _in_sections(item, "")]
    same = Counter(entry.title for entry, _ in places)
    found = {
        entry.site_path: " · ".join(
            filter(None, (entry.name, section if same[entry.title] > 1 and section != entry.title else ""))
        )
        for entry, section in places
    }
    return {page: name for page, name in found.items() if name}


def _in_sections(item: NavItem, section: str) -> Iterator[tuple[NavItem, str]]:
    """Yield each page's entry with the title of the section it is in."""
    if item.site_path:
        yield item, section
    for child in item.children:
        yield from _in_sections(child, item.title)


def _in_words(item: NavItem, words: Words, titles: Mapping[str, str], tongues: Mapping[str, str]) -> NavItem:
    """Return an entry in an edition's words; `tongues` has the language of each page."""
    children = tuple(_in_words(child, words, titles, tongues) for child in item.children)
    translated = words.get(item.key) if item.key else titles.get(item.title)
    if translated:
        title, lang = translated, words.lang
    else:
        page = next((entry.site_path for entry in item.entries() if entry.site_path), "")
        title, lang = item.title, text_lang(item.title, tongues.get(page, words.lang))
    return item._replace(title=told_apart(title, item.name), children=children, lang=lang)
