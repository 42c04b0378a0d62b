"""What a link preview (Open Graph) shows of a page: description, facts and picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.book.link import Book
from slidegloss.decks.pieces import Pieces, anew
from slidegloss.decks.units import context_of
from slidegloss.editions.edition import HOME, Edition
from slidegloss.html.context import clip
from slidegloss.model import Deck, FigureFile
from slidegloss.nodes import Block, Math, Paragraph
from slidegloss.syntax.plaintext import plain_blocks, plain_text
from slidegloss.syntax.tree import deck_blocks

if TYPE_CHECKING:
    from slidegloss.config.project import Config

FOLDER = "previews"
"""Where the cards lie in the site; the offline edition leaves them out."""
SMALLEST = 200
"""Pixels; narrower pictures are signs and logos, which say little of a note."""
ENOUGH = 80
"""Characters; a shorter first paragraph is followed by the next."""


class Card(NamedTuple):
    """What is drawn for a page; texts are plain."""

    title: str
    above: str
    """The name of the site; on the site's own card its authors."""
    words: str
    """The first words of the page."""
    facts: str
    """`43 slides · 28 annotations`."""
    badge: str
    """The first slide and the last: `P136 – P178`."""
    picture: str = ""
    """Site path of a raster file."""


def description(deck: Deck, edition: Edition) -> str:
    """Return the first words of a note, translated where they are.

    Paragraphs with formulas say little without them and are passed over.
    """
    said = ""
    for anchor, blocks in deck_blocks(deck):
        for block in blocks:
            said = f"{said} {_prose(block, context_of(deck, anchor), edition)}".strip()
            if len(said) >= ENOUGH:
                return clip(said, 200)
    return clip(said, 200)


def picture(deck: Deck, book: Book, width: int = 600) -> str:
    """Return the site path of the first raster figure of a note, in the form nearest above `width` pixels, or nothing."""
    for dest in book.index[deck.source_path].pictures:
        figure = book.own_figure(deck.source_path, dest)
        if figure is not None and figure.kind == "raster" and figure.width >= SMALLEST:
            return _nearest(figure.variants or (figure.original,), width).site_path
    return ""


def _nearest(files: Sequence[FigureFile], width: int) -> FigureFile:
    return next((file for file in files if file.width >= width), files[-1])


def card_path(edition: Edition, site_path: str = HOME) -> str:
    """Return where the card of a page lies in the site; all pages without one of their own share the home page's."""
    return f"{FOLDER}/{edition.lang}/{site_path.removesuffix('.html')}.png"


def cards(
    edition: Edition, config: Config, pieces: Pieces = anew, decks: Iterable[Deck] | None = None
) -> Mapping[str, Card]:
    """Return the cards of an edition (or of some `decks` and the whole) by their path in the site.

    There are none for a site without an address.

    A preview is fetched by another server, which needs the whole address of the picture.
    """
    if not config.site_url:
        return {}
    found = {card_path(edition): _site_card(edition, config)}
    for deck in edition.book.decks if decks is None else decks:
        if deck.role != "home":
            found[card_path(edition, deck.site_path)] = _deck_card(deck, edition, config, pieces)
    return found


def site_description(edition: Edition, config: Config) -> str:
    """Return what the book is: as its settings say it, else the first words of its home page, else its numbers."""
    home = next((deck for deck in edition.book.decks if deck.role == "home"), None)
    return config.description or (description(home, edition) if home else "") or _site_facts(edition)


def _site_card(edition: Edition, config: Config) -> Card:
    said, facts = site_description(edition, config), _site_facts(edition)
    return Card(config.site_name, ", ".join(config.authors), "" if said == facts else said, facts, "")


def book_counts(book: Book) -> dict[str, int]:
    """Return how many decks, slides and annotations a book has, by the key of their word."""
    indexes = [book.index[deck.source_path] for deck in book.decks if deck.role == "note"]
    return {
        "stat_decks": len(indexes),
        "stat_slides": sum(len(index.slides) for index in indexes),
        "stat_annotations": sum(index.annotations for index in indexes),
    }


def _site_facts(edition: Edition) -> str:
    counts = book_counts(edition.book) | {"stat_papers": len(edition.book.library.papers)}
    return " · ".join(f"{count} {edition.words.noun(key, count)}" for key, count in counts.items() if count)


def deck_facts(deck: Deck, edition: Edition) -> list[str]:
    """Return how many slides, annotations and open questions a deck has, in the edition's words; noughts are left out."""
    index = edition.book.index[deck.source_path]
    counts = {
        "deck_slides": len(index.slides),
        "deck_annotations": index.annotations,
        "deck_questions": edition.book.open_questions([deck]),
    }
    return [edition.words.count(key, count) for key, count in counts.items() if count]


def _deck_card(deck: Deck, edition: Edition, config: Config, pieces: Pieces) -> Card:
    index = edition.book.index[deck.source_path]
    return Card(
        title=edition.title_of(deck)[0],
        above=config.site_name,
        words=preview_words(deck, edition, pieces),
        facts=" · ".join(deck_facts(deck, edition)),
        badge=" – ".join(dict.fromkeys(slide.label for slide in (*index.slides[:1], *index.slides[-1:]))),
        picture=picture(deck, edition.book),
    )


def preview_words(deck: Deck, edition: Edition, pieces: Pieces) -> str:
    """Return the first words of a note as its card shows them."""
    return pieces("preview", deck, lambda: description(deck, edition))


def _prose(block: Block, context: str, edition: Edition) -> str:
    if not isinstance(block, Paragraph) or any(isinstance(node, Math) for node in block.children):
        return ""
    translated = edition.translations.get((context, block.source))
    if translated is not None and translated.status == "current":
        return plain_blocks(translated.blocks)
    return plain_text(block.children)
