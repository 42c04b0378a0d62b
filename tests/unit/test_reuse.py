"""Which pages stay: a page's key tells everything that it says, and nothing that it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slidegloss.config.project import Config, load_config
from slidegloss.editions.edition import Edition
from slidegloss.editions.words import load_words
from slidegloss.kept.store import Kept
from slidegloss.model import Deck, Figure, FigureFile
from slidegloss.pipeline.loading import load_notes
from slidegloss.pipeline.reuse import BookKeys, KeptPieces, PageKeys

NOTES = {
    "a.md": "# A\n\nP1\n\n![far](https://example.org/x.png)\n\n[there](b.md#p1)\n",
    "b.md": "# B\n\nP1\n## Title\n\nText.\n",
    "c.md": "# C\n\nP1\n\nText.\n",
}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    for name, text in NOTES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    config, _ = load_config(tmp_path)
    assert config is not None
    return config


@pytest.fixture
def edition(config: Config) -> Edition:
    loaded, _ = load_notes(config, ())
    assert loaded is not None
    return loaded.edition(loaded.book, load_words("en")[0])


def keys(edition: Edition, config: Config, **notes: bytes) -> PageKeys:
    known = {name: notes.get(name[0], name.encode()) for name in NOTES}
    return PageKeys(edition, config, Kept(None, b""), BookKeys(edition.book, known))


def deck(edition: Edition, name: str) -> Deck:
    return edition.book.by_source()[name]


def test_a_page_depends_on_its_note_and_on_those_whose_slides_it_shows(edition: Edition, config: Config) -> None:
    before, after = keys(edition, config), keys(edition, config, b=b"changed")
    changed = {name for name in NOTES if before.deck(deck(edition, name)) != after.deck(deck(edition, name))}
    assert changed == {"a.md", "b.md"}


def test_a_figure_that_another_host_gives_at_last_makes_its_page_anew(edition: Edition, config: Config) -> None:
    file = FigureFile("figures/x.webp", 10, 10, 99)
    figure = Figure("https://example.org/x.png", "raster", "image/png", 10, 10, (), file)
    later = replace(edition, book=replace(edition.book, figures={figure.source_path: figure}))
    assert keys(edition, config).deck(deck(edition, "a.md")) != keys(later, config).deck(deck(later, "a.md"))
    assert keys(edition, config).deck(deck(edition, "b.md")) == keys(later, config).deck(deck(later, "b.md"))


def test_a_piece_is_made_once_for_as_long_as_its_deck_says_the_same(edition: Edition, config: Config) -> None:
    kept = Kept(None, b"")
    made: list[str] = []

    def piece(of: PageKeys) -> str:
        pieces = KeptPieces(kept, [of])
        text = pieces("name", deck(edition, "c.md"), lambda: made.append("") or f"piece {len(made)} \ud800")
        pieces.keep(pieces.made, pieces.used)
        return text

    assert [piece(keys(edition, config)), piece(keys(edition, config)), piece(keys(edition, config, b=b"changed"))] == [
        "piece 1 \ud800"
    ] * 3
    assert piece(keys(edition, config, c=b"changed")) == "piece 2 \ud800"
