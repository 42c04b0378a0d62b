"""The search index of a site: decks, papers and generated pages, in all languages, for each edition."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.decks.pieces import Pieces, anew
from slidegloss.decks.units import context_of
from slidegloss.editions.edition import Edition
from slidegloss.model import Deck, Paper
from slidegloss.nodes import Block
from slidegloss.papers.keys import paper_path
from slidegloss.papers.match import Library
from slidegloss.papers.timeline import name_of
from slidegloss.site.searchdocs import block_text, deck_docs
from slidegloss.site.searchindex import PAGE, SLIDE, IndexFiles, PageIndex, SearchDoc, page_indexes, page_text
from slidegloss.syntax.titles import readable

if TYPE_CHECKING:
    from slidegloss.config.project import Config
    from slidegloss.notes.deck import NoteOptions


class SiteSearch(NamedTuple):
    """The search indexes of all editions; `editions` are all there are.

    The notes say the same in every edition, and a reader may ask in any language: the editions differ only in the titles
    of pages.
    """

    editions: Sequence[Edition]
    options: NoteOptions
    kinds: _Kinds

    def of_deck(self, deck: Deck, pieces: Pieces) -> str:
        """Return what the index says of a deck; the files take it from the same pieces."""
        return _piece(deck, self.editions, self.kinds, pieces)

    def files(self, pieces: Pieces = anew) -> Iterator[tuple[str, bytes]]:
        """Yield the files of all indexes as (path in the site, content)."""
        if not self.editions:
            return
        book = self.editions[0].book
        indexes = [(edition, IndexFiles(edition.lang, edition.words.get("search_failed"))) for edition in self.editions]
        for edition, index in indexes:
            for page in page_indexes(_pages(edition)):
                yield from _below(edition, index.add(page_text(page).encode()))
        for deck in book.decks:  # one at a time, so that no more than a file of each edition is in memory
            said = _said(self.of_deck(deck, pieces), deck, self.editions)
            for edition, index in indexes:
                for text in said[edition.lang]:
                    yield from _below(edition, index.add(text))
        for page in page_indexes(_papers(book.library, self.options)):
            text = page_text(page).encode()
            for edition, index in indexes:
                yield from _below(edition, index.add(text))
        for edition, index in indexes:
            yield from _below(edition, index.end())


def _below(edition: Edition, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield files of an edition by their path in the site."""
    for path, data in files:
        yield f"{edition.prefix}{path}", data


def site_search(editions: Sequence[Edition], config: Config, options: NoteOptions) -> SiteSearch:
    """Return the search indexes of some editions, yet to be made."""
    return SiteSearch(editions, options, _Kinds(editions, config))


def deck_pages(deck: Deck, editions: Sequence[Edition], config: Config) -> Mapping[str, Sequence[bytes]]:
    """Return what the index says of one deck, a piece for each of its pages, by the language of the edition."""
    return _said(_piece(deck, editions, _Kinds(editions, config), anew), deck, editions)


def _said(piece: str, deck: Deck, editions: Sequence[Edition]) -> Mapping[str, Sequence[bytes]]:
    """Return a note's pages with its title in each edition; its titles in others are found as well."""
    names = {edition.lang: edition.title_of(deck)[0] for edition in editions}
    pages = [PageIndex(*page) for page in json.loads(piece)]
    others = tuple(names.values())
    by_title = {name: [page_text(page, name, others).encode() for page in pages] for name in dict.fromkeys(others)}
    return {lang: by_title[name] for lang, name in names.items()}


# --- notes ------------------------------------------------------------------------------------------------------------


def _piece(deck: Deck, editions: Sequence[Edition], kinds: _Kinds, pieces: Pieces) -> str:
    """Return what the index says of a deck's page, a list of `PageIndex` as JSON."""
    page = context_of(deck, "")
    speaking = [edition.translations for edition in editions if page in edition.translated]

    def translate(anchor: str, source: str) -> list[tuple[Block, ...]]:
        key = (context_of(deck, anchor), source)
        return [said[key].blocks for said in speaking if key in said]

    def make() -> str:
        papers = _names_by_slide(deck, editions[0].book.library)
        docs = deck_docs(deck, quote(deck.site_path), papers, translate if speaking else None)
        named = (doc if doc.kind in {PAGE, SLIDE} else doc._replace(kind=kinds.words(doc.kind)) for doc in docs)
        return json.dumps(list(page_indexes(named)), ensure_ascii=False)

    return pieces("search", deck, make)


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
        name = (
            _names(library.by_key[key])
            if key in library.by_key
            else readable(f"{citation.short}\n{citation.title}".strip())
        )
        if name and name not in found.setdefault(citation.slide, []):
            found[citation.slide].append(name)
    return found


def _names(paper: Paper) -> str:
    names = (paper.short, paper.title, paper.key, *paper.aliases)
    return "\n".join(dict.fromkeys(readable(name) for name in names if name))


def _papers(library: Library, options: NoteOptions) -> Iterator[SearchDoc]:
    from slidegloss.notes.deck import parse_passage  # noqa: PLC0415 - who asks for a deck's pages needs none of it

    for paper in library.papers:
        authors = ", ".join(paper.authors).replace(", et al.", " et al.")
        facts = ", ".join(part for part in (authors, f"{paper.venue} {paper.year or ''}".strip()) if part)
        summaries = tuple(block_text(parse_passage(text, options)) for text in paper.summary.values())
        terms = ", ".join((*paper.tags, *paper.guidance))
        yield SearchDoc(
            quote(paper_path(paper.key)),
            name_of(paper),
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
    for item in (entry for top in edition.nav for entry in top.entries()):
        if item.site_path and item.site_path not in taken:
            taken.add(item.site_path)
            yield SearchDoc(quote(item.site_path), item.title, "", "", PAGE)
