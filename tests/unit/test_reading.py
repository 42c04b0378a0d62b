"""Notes that were parsed before come out of what is kept: the same decks, without parsing, also where some is damaged."""

from __future__ import annotations

import pickle
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from slidegloss import model, nodes
from slidegloss.decks import reading
from slidegloss.decks.reading import Read, Reading, read_notes
from slidegloss.kept.store import Kept
from slidegloss.model import NoteSource
from slidegloss.notes.deck import NoteOptions

HOW = Reading(NoteOptions(), ("en", "zh"))
NOTES = (
    NoteSource("a.md", "a.html", "# A\n\nP1\n## One\n\n> ❓ 为什么 \\\\(x\\\\)？\n> en: Why?\n\n![w](w.png)\n\nP1\n"),
    NoteSource("b.md", "b.html", "# B\n\nText, see P1 and [a](a.md#one).\n"),
)


def read(path: Path, notes: tuple[NoteSource, ...] = NOTES) -> tuple[Read, ...]:
    kept = Kept(path, b"salt")
    found = read_notes(notes, HOW, kept, 1)
    kept.write()
    return found


def said(found: tuple[Read, ...]) -> list[object]:
    return [(one.deck, one.index, one.diagnostics, one.units()) for one in found]


def test_what_is_kept_is_what_was_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept" / "book.db"
    parsed = [reading.read_note(note, HOW) for note in NOTES]
    first = read(path)
    assert said(first) == said(tuple(parsed))
    # the repeat of P1, and the formula that the translation in the note has lost
    assert [problem.code_name for problem in first[0].diagnostics] == ["marker-repeat", "translation-formula"]
    monkeypatch.setattr(reading, "parse_deck", lambda *_: pytest.fail("it was parsed again"))
    again = read(path)
    assert said(again) == said(first)
    assert repr(again[0].deck) == repr(parsed[0].deck)


def test_only_the_note_that_changed_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept" / "book.db"
    read(path)
    parsed: list[str] = []
    parse = reading.parse_deck
    monkeypatch.setattr(reading, "parse_deck", lambda note, options: parsed.append(note.text) or parse(note, options))
    changed = NoteSource("b.md", "b.html", "# B\n\nAnother text.\n")
    assert read(path, (NOTES[0], changed))[1].deck.opening
    assert parsed == [changed.text]


@pytest.mark.parametrize("damage", ["UPDATE bulk SET value = x'00'", "DELETE FROM bulk"])
def test_a_damaged_content_is_parsed_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "kept" / "book.db"
    first = said(read(path))
    kept = Kept(path, b"salt")
    found = read_notes(NOTES, HOW, kept, 1)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(damage)
    assert said(found) == first


def test_what_is_lost_is_read_again_from_the_notes_file_unless_that_says_something_else(tmp_path: Path) -> None:
    path, root = tmp_path / "kept" / "book.db", tmp_path / "notes"
    root.mkdir()
    for note in NOTES:
        (root / note.source_path).write_text(note.text, encoding="utf-8")
    first = said(read(path))
    found = read_notes(NOTES, HOW._replace(root=root), Kept(path, b"salt"), 1)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM bulk")
    assert said(found) == first
    (root / NOTES[0].source_path).write_text("# Another\n", encoding="utf-8")
    model._content.cache_clear()
    with pytest.raises(OSError, match="it was changed while the site was built"):
        said(found)


def test_a_whole_deck_keeps_its_nodes_while_others_are_read(tmp_path: Path) -> None:
    read(tmp_path / "kept" / "book.db")
    deck = read(tmp_path / "kept" / "book.db")[0].deck
    held, node = deck.whole(), deck.whole().slides[0].blocks[0]
    model._content.cache_clear()  # as after a look at many other decks
    assert held == deck
    assert held.slides[0].blocks[0] is node
    assert deck.slides[0].blocks[0] is not node
    assert held.whole() is held


def test_a_deck_has_no_other_attributes(tmp_path: Path) -> None:
    read(tmp_path / "kept" / "book.db")
    deck = read(tmp_path / "kept" / "book.db")[0].deck
    with pytest.raises(AttributeError):
        deck.closing  # type: ignore[attr-defined]  # noqa: B018 - asking for it is the test


def test_every_kind_of_node_is_kept_as_a_call_of_its_class() -> None:
    kinds = {kind for kind in vars(nodes).values() if isinstance(kind, type) and hasattr(kind, "_fields")}
    assert set(nodes.NODES) == kinds


def test_dataclasses_are_pickled_as_calls_with_or_without_our_pickler() -> None:
    read = reading.read_note(NOTES[0], HOW)
    for value in (read.diagnostics, read.deck.annotations, read.deck.slides, read.deck.front):
        assert pickle.loads(pickle.dumps(value)) == pickle.loads(reading.dumps(value, reading._CALLS)) == value  # noqa: S301


def test_the_first_notes_are_not_read_back_the_others_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_HELD", 1)
    path = tmp_path / "kept" / "book.db"
    parsed = said(tuple(reading.read_note(note, HOW) for note in NOTES))
    found = read(path)
    loads = pickle.loads
    counted: list[bytes] = []
    monkeypatch.setattr(pickle, "loads", lambda data: counted.append(data) or loads(data))
    assert found[0].deck.opening
    assert not counted
    assert found[1].deck.opening
    assert len(counted) == 1
    assert said(found) == parsed
