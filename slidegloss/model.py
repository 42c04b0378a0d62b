"""The data model: one immutable type for each stage of a build; ARCHITECTURE.md says who makes which.

Paths: `source_path` is POSIX, relative to the project's root, as an author would name the file; `site_path` is POSIX,
relative to the edition's root in the site (`video/multimodal.html`). The two never share a name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from slidegloss.base.frozen import Frozen
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.nodes import Block, Heading, Span

# --- sources/: what lies on the disk ----------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A piece of a note's text that was read from one place; it ends where the next begins."""

    line: int
    col: int
    """Where it begins in the note's text."""
    path: str
    of_line: int
    of_col: int
    """Where that stands in which file."""


def place_in(pieces: Sequence[Piece], path: str, line: int, col: int = 1) -> tuple[str, int, int]:
    """Return the file, line and column of a place in the text of the note at `path`, which `pieces` make up."""
    if not pieces or not line:
        return path, line, col
    piece = pieces[max(bisect_right(pieces, (line, max(col, 1)), key=lambda one: (one.line, one.col)) - 1, 0)]
    below = line - piece.line
    return piece.path, piece.of_line + below, col if below or not col else col - piece.col + piece.of_col


def line_in(pieces: Sequence[Piece], path: str, line: int) -> int:
    """Return the line of the file `path` in which something stands, or is included."""
    if not pieces:
        return line
    at = bisect_right(pieces, line, key=lambda one: one.line) - 1
    end, found = line, 0
    while at >= 0:
        piece = pieces[at]
        if piece.path == path:
            found = max(found, piece.of_line + end - piece.line)
            if piece.of_line < found or end > piece.line:
                break  # no piece above reaches further
        end = piece.line
        at -= 1
    return max(found, 1)


class NoteSource(NamedTuple):
    """One Markdown file, decoded: line ends are LF, no BOM, no NUL."""

    source_path: str
    site_path: str
    text: str
    nav_title: str = ""
    """The title SUMMARY.md gives it; it wins over the first heading."""
    role: Literal["note", "page", "home"] = "note"
    """`page` comes from the pages folder (guide and the like); `home` is a README or index whose text opens the site."""
    pieces: tuple[Piece, ...] = ()
    """What the text was put together of where the note includes other files; else none."""


class NavItem(NamedTuple):
    """An entry of the navigation: a page, a section with children, or a draft (no page, no children)."""

    title: str
    site_path: str = ""
    children: tuple[NavItem, ...] = ()
    is_part: bool = False
    """A part heading of SUMMARY.md (`# Part`), shown as a section."""
    key: str = ""
    """A title that belongs to the chrome, to be said in the edition's language: `unlisted`; `title` is its English."""
    name: str = ""
    """The name of its file in plain words, to be said behind the title, where an entry beside it has the same title."""
    lang: str = ""
    """What the title is written in, once it is an edition's."""

    def entries(self) -> Iterator[NavItem]:
        """Yield this entry and all below it, in the order of the navigation."""
        yield self
        for child in self.children:
            yield from child.entries()


def told_apart(title: str, name: str) -> str:
    """Return a title, in whatever language, with the file's name where it takes that."""
    return f"{title} · {name}" if name else title


class Sources(NamedTuple):
    """Everything read from the disk but figures' bytes: the input of the pure stages."""

    root: Path
    notes: tuple[NoteSource, ...]
    nav: tuple[NavItem, ...]
    assets: tuple[str, ...]
    """All non-Markdown files a note may refer to, POSIX, relative to root."""
    papers: tuple[tuple[str, str], ...] = ()
    """(source_path, text) of each paper file."""
    catalogues: Mapping[str, tuple[str, bytes]] = {}
    """Language → (source_path, bytes) of its PO file."""
    included: tuple[str, ...] = ()
    """Files of which notes include the text, or some of it."""


# --- notes/: what a note says -----------------------------------------------------------------------------------------


Place = Literal["quote", "paragraph", "cell"]
"""Where an annotation stands: in a quote, in a paragraph that starts with a sign, or in a table cell."""


class Passage(NamedTuple):
    """A text in one language: the author's CommonMark and what it parses to."""

    lang: str
    source: str
    blocks: tuple[Block, ...]
    span: Span


class Annotation(NamedTuple):
    """A remark, question, reference … on a slide."""

    kind: str
    """A key of `notes.annotations.KINDS` or of the settings' own kinds."""
    anchor: str
    """Unique in its page and stable: `p141-a4` is the fourth annotation of slide p141, `a2` the second of the opening."""
    slide: str
    """Anchor of the slide it is on; empty in the opening."""
    original: Passage
    translations: tuple[Passage, ...]
    """Written in place (`> en: …`)."""
    answered: bool
    """For questions: an answer follows in the same quote."""
    place: Place
    span: Span


class Citation(NamedTuple):
    """A work that a note cites, as recognised in its text; fields that the text does not give are empty."""

    title: str
    authors: str
    venue: str
    year: int | None
    short: str
    urls: tuple[str, ...]
    arxiv: str
    doi: str
    text: str
    """What the author wrote, as plain text."""
    slide: str
    span: Span
    key: str = ""
    """What the note calls the work where that is the key of a paper, which it may not be: `ho2020` of `@ho2020`."""
    certain: bool = False
    """Nothing but a key can be meant: `[@ho2020]`."""


class Slide(NamedTuple):
    """One slide: what stands between its marker and the next."""

    label: str
    """As shown on the badge: `P136`, `P15A`."""
    number: int
    anchor: str
    """`p136`; a repeat in the same file is `p136-2`."""
    title: Heading | None
    """The heading right after the marker; not repeated in `blocks`."""
    blocks: tuple[Block, ...]
    span: Span


class Macro(NamedTuple):
    """The definition of a TeX command by an author."""

    body: str
    """TeX with `#1` to `#9` for its arguments."""
    arguments: int = 0
    default: str | None = None
    """What the first argument is where it is left out, if it may be."""


class SummaryEntry(NamedTuple):
    """An entry or a part heading of a table of contents; `target` is the address as written, empty for a draft."""

    title: str
    target: str
    line: int
    col: int
    children: tuple[SummaryEntry, ...] = ()
    is_part: bool = False


class Contents(NamedTuple):
    """What another program's file says of a book: its order, and what it is called."""

    path: str = ""
    entries: tuple[SummaryEntry, ...] = ()
    title: str = ""
    skip: tuple[str, ...] = ()
    """Folders that the program writes."""


class FrontMatter(NamedTuple):
    """The YAML head of a note. Unknown keys are reported, not lost."""

    title: str = ""
    lang: str = ""
    slides: str = ""
    source: str = ""
    figure_pages: bool = False
    aliases: tuple[str, ...] = ()
    """Other names by which `[[…]]` finds the note."""
    marp: bool = False
    """Whether the note is a deck of Marp: its slides have rules between them."""


class Content(NamedTuple):
    """The part of a deck that takes much memory and that few stages look at."""

    opening: tuple[Block, ...]
    slides: tuple[Slide, ...]
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """One note file, parsed. Without markers it has no slides and all its content is the opening.

    A deck that was parsed before (`kept_deck`) reads its content from where it is kept, when somebody asks for it; one of
    another time (`distant_deck`) also the rest of its head.
    """

    source_path: str
    site_path: str
    title: str
    lang: str
    """The note's own main language, found from its script unless the front matter says it."""
    front: FrontMatter
    opening: tuple[Block, ...]
    slides: tuple[Slide, ...]
    annotations: tuple[Annotation, ...]
    """All of them, in the order of the text; the same objects that stand in the blocks."""
    citations: tuple[Citation, ...]
    role: Literal["note", "page", "home"]
    macros: tuple[tuple[str, Macro], ...] = ()
    """Commands of TeX that its formulas define."""
    pieces: tuple[Piece, ...] = ()
    """As of its `NoteSource`: lines of spans are those of the text that was put together."""
    _read: Callable[[], Content] | None = field(default=None, init=False, repr=False, compare=False)
    _head: Callable[[], DeckHead] | None = field(default=None, init=False, repr=False, compare=False)

    def place(self, line: int, col: int = 1) -> tuple[str, int, int]:
        """Return the file, line and column in which an author finds what a span of the deck says."""
        return place_in(self.pieces, self.source_path, line, col)

    def whole(self) -> Deck:
        """Return the deck with its content in memory, so that its nodes keep their identity."""
        return self if self._read is None else replace(self)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Return a part that is kept elsewhere: Python asks here for attributes that are not set."""
            if name in Content._fields and self._read is not None:
                return getattr(_content(self._read), name)
            if name in DeckHead._fields and self._head is not None:
                return getattr(self._head(), name)
            raise AttributeError(name)


@lru_cache(maxsize=8)
def _content(read: Callable[[], Content]) -> Content:
    """Read a content; those looked at last stay (some 75 kB each), for pages look at their decks again and again."""
    return read()


class DeckName(NamedTuple):
    """What a deck is called: all that most of a book wants to know of it."""

    source_path: str
    site_path: str
    title: str
    lang: str
    role: Literal["note", "page", "home"]


class DeckHead(NamedTuple):
    """A deck but for its content."""

    name: DeckName
    front: FrontMatter
    citations: tuple[Citation, ...]
    macros: tuple[tuple[str, Macro], ...]
    pieces: tuple[Piece, ...]


_OWN = DeckHead._fields[1:]


def deck_head(deck: Deck) -> DeckHead:
    """Return what `kept_deck` makes the deck again of, but for its content."""
    return DeckHead(deck_name(deck), deck.front, deck.citations, deck.macros, deck.pieces)


def deck_name(deck: Deck) -> DeckName:
    """Return what a deck is called."""
    return DeckName(deck.source_path, deck.site_path, deck.title, deck.lang, deck.role)


def deck_content(deck: Deck) -> Content:
    """Return a deck's content."""
    return Content(deck.opening, deck.slides, deck.annotations)


def kept_deck(head: DeckHead, read: Callable[[], Content]) -> Deck:
    """Return a deck whose content is read when it is asked for."""
    return _deck(**head.name._asdict(), **dict(zip(_OWN, head[1:], strict=True)), _read=read, _head=None)


def distant_deck(name: DeckName, head: Callable[[], DeckHead], read: Callable[[], Content]) -> Deck:
    """Return a deck of which all but its name is read when it is asked for."""
    return _deck(**name._asdict(), _read=read, _head=head)


def _deck(**parts: object) -> Deck:
    deck = object.__new__(Deck)
    for name, value in parts.items():
        object.__setattr__(deck, name, value)
    return deck


# --- papers/ ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper(Frozen):
    """A described work. Field names shared with CSL and BibTeX keep their meaning."""

    key: str
    title: str
    short: str = ""
    authors: tuple[str, ...] = ()
    """`Given Family`, in order."""
    venue: str = ""
    year: int | None = None
    arxiv: str = ""
    doi: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()
    figure: str = ""
    summary: Mapping[str, str] = field(default_factory=dict)
    """Language → CommonMark."""
    aliases: tuple[str, ...] = ()
    bibtex: Mapping[str, str] = field(default_factory=dict)
    """What bibliographies say beside, by BibTeX's names: volume, pages, publisher; `entry` is the kind of entry."""
    stub: bool = False
    """Made from what citations say, not described by anyone."""
    source_path: str = ""
    line: int = 0


# --- figures/ --------------------------------------------------------------------------------------------------------


class FigureFile(NamedTuple):
    """One file of a figure in the site."""

    site_path: str
    """Relative to the site's root (not the edition's): `figures/1f3a….webp`."""
    width: int
    height: int
    bytes: int


class Figure(NamedTuple):
    """A figure that exists: its site files from narrow to wide; `kind` is from the bytes, never from the name."""

    source_path: str
    kind: Literal["raster", "svg", "gif", "video", "other"]
    mime: str
    width: int
    """Pixels of the original, 0 when it has none (a video)."""
    height: int
    variants: tuple[FigureFile, ...]
    original: FigureFile
    transparent: bool = False
