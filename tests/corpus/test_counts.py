"""What slidegloss finds in the corpus, against counts that simple patterns over the sources give."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from slidegloss.figures.locate import Found, Missing
from slidegloss.model import Deck
from slidegloss.nodes import Image, Math
from slidegloss.pipeline.joining import Loaded
from slidegloss.pipeline.loading import load
from slidegloss.syntax.mathml import convert
from slidegloss.syntax.tree import deck_inlines

from .normalise import _ENTITY, _LITERAL, KINDS, formulas
from .pages import notes

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def book(corpus: Path) -> Loaded:
    loaded, problems = load(corpus)
    assert loaded is not None, problems
    return loaded


@pytest.fixture(scope="module")
def decks(book: Loaded) -> tuple[Deck, ...]:
    return book.book.decks


def _matches(pattern: str, corpus: Path) -> list[re.Match[str]]:
    return [
        found for text in notes(corpus).values() for found in re.finditer(pattern, text, re.MULTILINE | re.IGNORECASE)
    ]


def test_slides(corpus: Path, decks: tuple[Deck, ...]) -> None:
    assert len(decks) == 51
    markers = _matches(r"^[ \t]*p\d{1,4}[ \t]*$", corpus)
    assert sum(len(deck.slides) for deck in decks) == len(markers) == 483


def test_annotations_by_kind_and_place(corpus: Path, decks: tuple[Deck, ...]) -> None:
    found = Counter((note.place, note.kind) for deck in decks for note in deck.annotations)
    sign = f"(?P<sign>{_LITERAL}|{_ENTITY})"
    wanted: Counter[tuple[str, str]] = Counter()
    for line in _matches(rf"^[ \t]*(?P<quote>>)?[ \t>]*(?:\*\*)?{sign}", corpus):
        wanted["quote" if line["quote"] else "paragraph", KINDS[unescape(line["sign"])[0]]] += 1
    for row in _matches(rf"(?<=^\|).*{sign}.*$", corpus):
        for cell in re.finditer(rf"(?:\||<br>|^)[ \t]*{sign}[ \t]*(?=[^|\s<])", row[0], re.IGNORECASE):
            wanted["cell", KINDS[unescape(cell["sign"])[0]]] += 1
    assert found == wanted
    by_kind = Counter(kind for _, kind in found.elements())
    assert by_kind == {"note": 548, "reference": 90, "question": 62, "idea": 1, "caution": 1}
    assert Counter(place for place, _ in found.elements()) == {"quote": 666, "paragraph": 24, "cell": 12}


def test_formulas_are_all_found_and_converted(corpus: Path, decks: tuple[Deck, ...]) -> None:
    per_page = {deck.source_path: [one for one in deck_inlines(deck) if isinstance(one, Math)] for deck in decks}
    wanted = {f"src/{path}": len(formulas(text)[1]) for path, text in notes(corpus).items()}
    assert {path: len(found) for path, found in per_page.items()} == wanted
    everything = [(path, one) for path, found in per_page.items() for one in found]
    assert len(everything) == 514
    failed = [one.source for path, one in everything if not convert(one, path)[0].startswith("<math")]
    assert len(failed) <= 0.005 * len(everything), failed


def test_figures(corpus: Path, book: Loaded, decks: tuple[Deck, ...]) -> None:
    written = Counter(
        (f"src/{path}", unquote(next(filter(None, found.groups()))).strip())
        for path, text in notes(corpus).items()
        for found in re.finditer(r"!\[[^\]]*\]\(<?([^)>]+)>?\)|<(?:img|iframe)\b[^>]*\bsrc=[\"']([^\"']+)", text)
    )
    pictures = Counter(
        (deck.source_path, unquote(one.dest)) for deck in decks for one in deck_inlines(deck) if isinstance(one, Image)
    )
    assert not pictures - written
    places = book.book.figure_sources
    assert {(path, unquote(dest)) for path, dest in places} == set(written)
    exists = {key for key in written if (corpus / key[0]).parent.joinpath(key[1]).resolve().is_file()}
    assert {(path, unquote(dest)) for (path, dest), one in places.items() if isinstance(one, Found)} == exists
    kinds = Counter(type(place) for place in places.values())
    assert (written.total(), pictures.total(), kinds) == (549, 526, {Found: 103, Missing: 444})
