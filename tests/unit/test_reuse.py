"""Which pages stay: a page's key tells everything that it says, and nothing that it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slidegloss.kept import Kept
from slidegloss.localise import Edition
from slidegloss.model import Deck, Figure, FigureFile
from slidegloss.pipeline import load
from slidegloss.reuse import KeptPieces, PageKeys
from slidegloss.words import load_words

NOTES = {
    "a.md": "# A\n\nP1\n\n![far](https://example.org/x.png)\n\n[there](b.md#p1)\n",
    "b.md": "# B\n\nP1\n## Title\n\nText.\n",
    "c.md": "# C\n\nP1\n\nText.\n",
}


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    for name, text in NOTES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded, _ = load(tmp_path)
    assert loaded is not None
    return loaded.edition(loaded.book, load_words("en")[0])


def keys(edition: Edition, **notes: bytes) -> PageKeys:
    known = {name: notes.get(name[0], name.encode()) for name in NOTES}
    loaded, _ = load(Path())
    assert loaded is not None
    return PageKeys(edition, loaded.config, Kept(None, b""), known)


def deck(edition: Edition, name: str) -> Deck:
    return edition.book.by_source()[name]


def test_a_page_depends_on_its_note_and_on_those_whose_slides_it_shows(edition: Edition) -> None:
    before, after = keys(edition), keys(edition, b=b"changed")
    changed = {name for name in NOTES if before.deck(deck(edition, name)) != after.deck(deck(edition, name))}
    assert changed == {"a.md", "b.md"}


def test_a_figure_that_another_host_gives_at_last_makes_its_page_anew(edition: Edition) -> None:
    file = FigureFile("figures/x.webp", 10, 10, 99)
    figure = Figure("https://example.org/x.png", "raster", "image/png", 10, 10, (), file)
    later = replace(edition, book=replace(edition.book, figures={figure.source_path: figure}))
    assert keys(edition).deck(deck(edition, "a.md")) != keys(later).deck(deck(later, "a.md"))
    assert keys(edition).deck(deck(edition, "b.md")) == keys(later).deck(deck(later, "b.md"))


def test_a_piece_is_made_once_for_as_long_as_its_deck_says_the_same(edition: Edition) -> None:
    kept = Kept(None, b"")
    made: list[str] = []

    def piece(of: PageKeys) -> str:
        pieces = KeptPieces(kept, [of])
        text = pieces("name", deck(edition, "c.md"), lambda: made.append("") or f"piece {len(made)} \ud800")
        pieces.keep(pieces.made, pieces.used)
        return text

    assert [piece(keys(edition)), piece(keys(edition)), piece(keys(edition, b=b"changed"))] == ["piece 1 \ud800"] * 3
    assert piece(keys(edition, c=b"changed")) == "piece 2 \ud800"
