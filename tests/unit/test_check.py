"""Odd orders of slides are remarked where they stand."""

from __future__ import annotations

from slidegloss.decks.check import check_decks
from slidegloss.model import NoteSource
from slidegloss.notes.deck import NoteOptions, parse_deck


def messages(text: str) -> list[tuple[str, int]]:
    deck, _ = parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())
    return [(problem.code_name, problem.line) for problem in check_decks([deck])]


def test_a_deck_in_order_is_fine_wherever_it_starts() -> None:
    assert messages("P136\n\nP137\n\nP138\n") == []


def test_gaps_repeats_and_backward_jumps_are_told_apart() -> None:
    assert messages("P1\n\nP4\n\nP4\n\nP2\n\nP5\n") == [
        ("marker-gap", 3),
        ("marker-repeat", 5),
        ("marker-back", 7),
    ]


def test_a_jump_back_is_told_once_not_for_each_slide_behind_it() -> None:
    assert messages("P41\n\nP2\n\nP4\n\nP5\n\nP3\n\nP42\n") == [("marker-back", 3), ("marker-back", 9)]
    assert messages("P22\n\nP23\n\nP22\n\nP14\n\nP16\n\nP24\n") == [("marker-repeat", 5), ("marker-back", 7)]


def test_a_question_is_not_answered_by_the_next_question() -> None:
    deck, _ = parse_deck(
        NoteSource(
            "a.md", "a.html", "P1\n> ❓ 第一问？\n> ❓ 第二问？答：这是第二问的。\n> ❓ 第三问？\n> 💡 答：在这里。\n"
        ),
        NoteOptions(),
    )
    assert [note.answered for note in deck.annotations if note.kind == "question"] == [False, True, True]
