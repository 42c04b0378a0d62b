"""What search finds of a whole site: every deck, paper and page, in all languages, from whichever edition it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from slidegloss.config import Config
from slidegloss.localise import Edition
from slidegloss.model import Deck, NavItem, Paper
from slidegloss.nodes import Block
from slidegloss.notes.deck import NoteOptions, parse_passage
from slidegloss.papers.match import Library
from slidegloss.papers.timeline import label_of
from slidegloss.render import paper_path
from slidegloss.search import PAGE, SLIDE, SearchDoc, build_index
from slidegloss.searchdocs import block_text, deck_docs
from slidegloss.units import context_of


def search_files(editions: Sequence[Edition], config: Config, options: NoteOptions) -> Mapping[str, str]:
    """Return the search indexes of all editions, by path in the site; `editions` are all there are, built or not.

    The notes say the same in every edition, and a reader may ask in any language: the editions differ only in the names
    of pages that slidegloss makes itself.
    """
    if not editions:
        return {}
    common = [*_notes(editions, config), *_papers(editions[0].book.library, options)]
    titles = {
        quote(deck.site_path): {edition.lang: edition.title_of(deck)[0] for edition in editions}
        for deck in editions[0].book.decks
    }
    files: dict[str, str] = {}
    for edition in editions:
        docs = [*_pages(edition), *(_titled(doc, titles, edition.lang) for doc in common)]
        index = build_index(docs, edition.lang, failed=edition.words.get("search_failed"))
        files |= {f"{edition.prefix}{path}": text for path, text in index.items()}
    return files


def _titled(doc: SearchDoc, titles: Mapping[str, Mapping[str, str]], lang: str) -> SearchDoc:
    """Give a note's page its title in the edition; its titles in others are found as well."""
    if doc.kind != PAGE or doc.location not in titles:
        return doc
    named = titles[doc.location]
    others = tuple(dict.fromkeys(title for title in (doc.title, *named.values()) if title != named[lang]))
    deck = " ".join((doc.deck, *named.values()))
    return replace(doc, title=named[lang], deck=deck, translations=(*doc.translations, *others))


# --- notes ------------------------------------------------------------------------------------------------------------


def _notes(editions: Sequence[Edition], config: Config) -> Iterator[SearchDoc]:
    kinds = _Kinds(editions, config)
    for deck in editions[0].book.decks:

        def translate(anchor: str, source: str, deck: Deck = deck) -> list[tuple[Block, ...]]:
            key = (context_of(deck, anchor), source)
            return [edition.translations[key].blocks for edition in editions if key in edition.translations]

        papers = _names_by_slide(deck, editions[0].book.library)
        for doc in deck_docs(deck, quote(deck.site_path), papers=papers, translate=translate):
            yield doc if doc.kind in {PAGE, SLIDE} else replace(doc, kind=kinds.words(doc.kind))


class _Kinds:
    """The words that find a kind of annotation: its name and what each edition calls it."""

    def __init__(self, editions: Sequence[Edition], config: Config) -> None:
        self.tables = [edition.words.table for edition in editions]
        self.labels = {name: tuple(kind.label.values()) for name, kind in config.settings.annotations.items()}
        self.known: dict[str, str] = {}

    def words(self, kind: str) -> str:
        if kind not in self.known:
            found = dict.fromkeys(word for name in kind.split() for word in self._names(name))
            self.known[kind] = " ".join(found)
        return self.known[kind]

    def _names(self, name: str) -> Iterator[str]:
        yield name
        for label in self.labels.get(name, ()):
            yield from label.split()
        for table in self.tables:
            for key in (f"note_kind_{name}", f"note_{name}", f"search_kind_{name}"):
                yield from table.get(key, "").split()


# --- papers -----------------------------------------------------------------------------------------------------------


def _names_by_slide(deck: Deck, library: Library) -> Mapping[str, Sequence[str]]:
    """Return the names of the papers each slide discusses; what was not recognised goes by the citation's own words."""
    found: dict[str, list[str]] = {}
    keys = library.cited.get(deck.source_path, ())
    for number, citation in enumerate(deck.citations):
        key = keys[number] if number < len(keys) else ""
        name = _names(library.by_key[key]) if key in library.by_key else f"{citation.short}\n{citation.title}".strip()
        if name and name not in found.setdefault(citation.slide, []):
            found[citation.slide].append(name)
    return found


def _names(paper: Paper) -> str:
    return "\n".join(dict.fromkeys(name for name in (paper.short, paper.title, paper.key, *paper.aliases) if name))


def _papers(library: Library, options: NoteOptions) -> Iterator[SearchDoc]:
    for paper in library.papers:
        facts = ", ".join(part for part in (*paper.authors, paper.venue, str(paper.year or "")) if part)
        summaries = tuple(block_text(parse_passage(text, options)) for text in paper.summary.values())
        terms = ", ".join((*paper.tags, *paper.guidance))
        yield SearchDoc(
            quote(paper_path(paper.key)),
            label_of(paper),
            "",
            "papers",
            PAGE,
            "\n".join(part for part in (facts, terms) if part),
            summaries,
            (_names(paper),),
        )


# --- pages that slidegloss makes --------------------------------------------------------------------------------------


def _pages(edition: Edition) -> Iterator[SearchDoc]:
    """Yield the generated pages of the navigation by their titles; what they list is found where it comes from."""
    taken = {deck.site_path for deck in edition.book.decks}
    for item in _items(edition.nav):
        if item.site_path and item.site_path not in taken:
            taken.add(item.site_path)
            yield SearchDoc(quote(item.site_path), item.title, "", "", PAGE, "")


def _items(nav: Sequence[NavItem]) -> Iterator[NavItem]:
    for item in nav:
        yield item
        yield from _items(item.children)
