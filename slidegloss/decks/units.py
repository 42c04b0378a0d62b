"""Extracts the translatable texts of a book as units, each with its gettext context."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from slidegloss.base.languages import find, same
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Annotation, Deck, NavItem, Paper
from slidegloss.nodes import (
    Annotations,
    Block,
    Cell,
    Cite,
    FigureGrid,
    Footnote,
    Heading,
    Image,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Remark,
    Table,
    Text,
)
from slidegloss.notes.language import says_something, text_lang
from slidegloss.syntax.titles import readable
from slidegloss.syntax.tree import deck_blocks, leaves, plain, spoken, walk_inlines

Kind = Literal["annotation", "title", "heading", "text", "cell", "alt", "summary"]
NAVIGATION = "navigation"
"""Context of the titles that only the navigation knows."""
_WORD = lazy(r"[\w'’]+")
Headings = Mapping[str, Mapping[str, tuple[str, str]]]
"""Source path of a note → plain text of a heading → context and source of the first that says it."""


class Unit(NamedTuple):
    """A text to translate."""

    context: str
    """Deck and slide, such as `video/multimodal:p136`; the deck alone for its opening. gettext's msgctxt."""
    source: str
    """The author's CommonMark. gettext's msgid."""
    kind: str
    """What it is: a Kind, or the kind of an annotation (`note`, `question`, …)."""
    lang: str
    path: str
    line: int
    slide_title: str
    in_place: Mapping[str, str]
    """Translations that stand in the note: language → CommonMark."""
    place: str = ""
    """The file and line in which an author finds it, where these are others: its note includes them."""

    @property
    def where(self) -> str:
        """The file and line in which an author finds it."""
        return self.place or (f"{self.path}:{self.line}" if self.path and self.line else self.path)


def context_of(deck: Deck, anchor: str) -> str:
    """Return the context of the texts on a slide, or of a deck's opening (empty anchor)."""
    name = deck.site_path.removesuffix(".html")
    return f"{name}:{anchor}" if anchor else name


def paper_context(key: str) -> str:
    """Return the context of a paper's summary."""
    return f"paper:{key}"


def other_units(
    decks: Sequence[Deck], headings: Headings, nav: Iterable[NavItem], papers: Iterable[Paper] = ()
) -> tuple[Unit, ...]:
    """Return the texts of a book that stand in no note: the navigation's own titles and the papers' summaries."""
    return (*_titles(decks, headings, nav), *_summaries(papers))


def deck_units(deck: Deck) -> Iterator[Unit]:
    """Yield every translatable text of a deck, in the order of the text; each (context, source) once."""
    seen: set[tuple[str, str]] = set()
    titles = {
        slide.anchor: plain(slide.title.children).strip() if slide.title else slide.label for slide in deck.slides
    }
    for anchor, blocks in deck_blocks(deck):
        context = context_of(deck, anchor)
        found: list[_Found] = []
        _texts(blocks, deck, found)
        for kind, source, lang, line, in_place in found:
            if (context, source) in seen or not source.strip():
                continue
            seen.add((context, source))
            yield Unit(context, source, kind, lang, deck.source_path, line, titles.get(anchor, deck.title), in_place)


_Found = tuple[str, str, str, int, Mapping[str, str]]


def _texts(blocks: tuple[Block, ...], deck: Deck, out: list[_Found]) -> None:
    for block in blocks:
        if type(block) is Paragraph:
            _leaf("text", block, deck, out)
        elif type(block) is Heading:
            _leaf("heading", block, deck, out)
        elif type(block) is Annotations:
            for annotation in block.items:
                out += _annotation(annotation)
        elif isinstance(block, ListBlock):
            for item in block.items:
                _texts(item, deck, out)
        elif isinstance(block, (Quote, Footnote)):
            _texts(block.blocks, deck, out)
        elif isinstance(block, (Table, FigureGrid)):
            rows = (block.head, *block.rows) if isinstance(block, Table) else block.rows
            for row in rows:
                cited = frozenset([word for cell in row for word in _cited(cell.children)])
                for cell in row:
                    _leaf("cell", cell, deck, out, cited)
        # a credit line stays as its owner wrote it; code, formulas and an author's HTML are the same in every language


def _annotation(note: Annotation) -> Iterator[_Found]:
    if worth_translating(note):
        in_place = {passage.lang: passage.source for passage in note.translations}
        yield note.kind, note.original.source, note.original.lang, note.span.line, in_place


def worth_translating(note: Annotation) -> bool:
    """Tell whether an annotation says anything in words: one that only cites, links or calculates does not."""
    blocks = note.original.blocks
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):  # as most do
        return speaks(blocks[0].children)
    return any(speaks(children) for children in leaves(blocks))


def speaks(children: tuple[Inline, ...]) -> bool:
    """Tell whether a leaf says something in words; the name of a work beside its citation is no words."""
    words = spoken(children)
    return says_something(words) and _beside_citations(words, _cited(children))


def _beside_citations(words: str, cited: Container[str]) -> bool:
    """Tell whether words that say something still do so without those of the citations beside them."""
    return not cited or says_something(_WORD.sub(lambda word: "" if word[0].lower() in cited else word[0], words))


def _cited(children: tuple[Inline, ...]) -> frozenset[str]:
    only_text = len(children) == 1 and isinstance(children[0], Text)  # as most: it need not be walked through
    return frozenset() if only_text else _cited_among(walk_inlines(children))


def _cited_among(nodes: Iterable[Inline]) -> frozenset[str]:
    cites = [node for node in nodes if type(node) is Cite]
    return frozenset([word for cite in cites for word in _WORD.findall(plain(cite.children).lower())])


def _leaf(
    kind: str, leaf: Paragraph | Heading | Cell, deck: Deck, out: list[_Found], cited: frozenset[str] = frozenset()
) -> None:
    children = leaf.children
    if len(children) == 1 and isinstance(children[0], Text):  # as in most: it need not be walked through
        words, inner = children[0].text, tuple[Inline, ...]()
    else:
        words, inner = spoken(children), tuple(walk_inlines(children))
    if says_something(words) and _beside_citations(words, cited or _cited_among(inner)):
        out.append((kind, leaf.source, text_lang(words, deck.lang), leaf.span.line, {}))
    for node in inner:
        if type(node) is Image:
            if says_something(node.alt):
                out.append(("alt", node.alt, text_lang(node.alt, deck.lang), node.span.line, {}))
        elif type(node) is Remark:
            out += _annotation(node.annotation)


def _titles(decks: Sequence[Deck], headings: Headings, nav: Iterable[NavItem]) -> Iterator[Unit]:
    """Yield the titles of pages and sections that are no heading of their note."""
    by_page = {deck.site_path: deck for deck in decks}
    done: set[str] = set()
    for title, page in (*_entries(nav), *((deck.title, deck.site_path) for deck in decks)):
        deck = by_page.get(page)
        if not title or title in done or not says_something(title) or (deck and title in headings[deck.source_path]):
            continue
        done.add(title)
        lang = text_lang(title, deck.lang if deck else "en")
        path, line = (deck.source_path, 1) if deck else ("", 0)
        yield Unit(NAVIGATION, title, "title", lang, path, line, "", {})


def _entries(items: Iterable[NavItem]) -> Iterator[tuple[str, str]]:
    for item in items:
        if not item.key:
            yield item.title, item.site_path or _first_page(item.children)
        yield from _entries(item.children)


def _first_page(items: Iterable[NavItem]) -> str:
    """Return the first page at or below some entries; empty when there is none."""
    for item in items:
        if page := ("" if item.key else item.site_path) or _first_page(item.children):
            return page
    return ""


def _summaries(papers: Iterable[Paper]) -> Iterator[Unit]:
    for paper in papers:
        if paper.summary:
            lang, text = next(iter(paper.summary.items()))
            others = {other: words for other, words in paper.summary.items() if other != lang}
            path, line = paper.source_path, paper.line
            yield Unit(
                paper_context(paper.key), text.strip(), "summary", lang, path, line, readable(paper.title), others
            )


def in_place(unit: Unit, lang: str) -> str:
    """Return the translation into `lang` that stands in the note itself, or nothing."""
    return unit.in_place.get(find(lang, unit.in_place), "")


def foreign(unit: Unit, lang: str) -> bool:
    """Tell whether readers of an edition in `lang` need a translation of this unit."""
    return not same(unit.lang, lang)


def wanted(unit: Unit, lang: str) -> bool:
    """Tell whether an edition in `lang` needs a translation of this unit from a catalogue."""
    return foreign(unit, lang) and not in_place(unit, lang)
