"""`slidegloss.json`, by which other books can check links to this one: its pages, slides, anchors and papers.

The format is our own. Fields are added, never renamed or removed, as long as `format` stays 1; readers skip what they do not
know. The models below are its JSON Schema, which every site publishes as `assets/schema/book.schema.json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from slidegloss import __version__
from slidegloss.decks.index import DeckIndex, Indexed
from slidegloss.model import Deck, Paper
from slidegloss.papers.keys import paper_path
from slidegloss.syntax.titles import readable

BOOK_FILE = "slidegloss.json"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class SlideEntry(_Entry):
    """A slide of a deck."""

    label: str = Field(description="As its badge shows it, `P136`.")
    anchor: str = Field(description="Its address on the page, without `#`.")
    title: str = Field(default="", description="Its heading as plain text; empty when it has none.")


class DeckEntry(_Entry):
    """A note and its page."""

    page: str = Field(description="Address of its page, from the root of an edition.")
    title: str = Field(description="Its title as plain text.")
    lang: str = Field(default="", description="The language it is written in.")
    slides: tuple[SlideEntry, ...] = Field(default=(), description="Its slides, in their order.")
    anchors: tuple[str, ...] = Field(
        default=(), description="All other places of the page: headings, remarks and figures, sorted."
    )


class PaperRow(_Entry):
    """A paper of the book."""

    key: str = Field(description="Its key in the book.")
    title: str = Field(description="Its title.")
    page: str = Field(description="Address of its page, from the root of an edition.")
    year: int | None = Field(default=None, description="When it appeared.")
    arxiv: str = Field(default="", description="Its number at arXiv.")
    doi: str = Field(default="", description="Its DOI.")


class BookFile(_Entry):
    """A book as other books see it."""

    format: Literal[1] = Field(description="Version of this format.")
    generator: str = Field(default="", description="Program that wrote the file, and its version.")
    title: str = Field(description="Name of the site.")
    version: str = Field(default="", description="What git calls the state of the notes; empty without git.")
    url: str = Field(default="", description="Where the site lives on the web.")
    languages: tuple[str, ...] = Field(
        default=(), description="Editions; the first is at the root, the others in folders named like the language."
    )
    decks: tuple[DeckEntry, ...] = Field(default=(), description="Notes and other pages, in the order of reading.")
    papers: tuple[PaperRow, ...] = Field(default=(), description="Papers, in the order of their list.")


def book_schema() -> dict[str, Any]:
    """Return the JSON Schema of the format."""
    schema = BookFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "slidegloss book"}


def describe(
    decks: Sequence[Indexed],
    papers: Sequence[Paper] = (),
    *,
    title: str,
    languages: Sequence[str],
    url: str = "",
    version: str = "",
) -> BookFile:
    """Return what other books may know of these notes and papers."""
    return BookFile(
        format=1,
        generator=f"slidegloss {__version__}",
        title=title,
        version=version,
        url=url,
        languages=tuple(languages),
        decks=tuple(_deck(deck, index) for deck, index in decks),
        papers=tuple(
            PaperRow(
                key=paper.key,
                title=readable(paper.title),
                page=paper_path(paper.key),
                year=paper.year,
                arxiv=paper.arxiv,
                doi=paper.doi,
            )
            for paper in papers
        ),
    )


def _deck(deck: Deck, index: DeckIndex) -> DeckEntry:
    slides = tuple(SlideEntry(label=slide.label, anchor=slide.anchor, title=slide.title) for slide in index.slides)
    others = index.anchors - {slide.anchor for slide in slides}
    return DeckEntry(
        page=deck.site_path, title=deck.title, lang=deck.lang, slides=slides, anchors=tuple(sorted(others))
    )


def to_json(book: BookFile) -> str:
    """Return the file's text: the same for the same book, one deck's lines apart from the next's."""
    return book.model_dump_json(indent=1) + "\n"


def from_json(text: str) -> BookFile | None:
    """Read a file of this format; None when it is none, or of a later format."""
    try:
        return BookFile.model_validate_json(text)
    except ValidationError:
        return None
