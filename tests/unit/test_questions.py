"""Which questions a deck asks, which of them are answered, and by what."""

from __future__ import annotations

import re

import pytest

from slidegloss.decks.questions import questions_of
from slidegloss.editions.words import load_words
from slidegloss.model import NoteSource
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.pages import lookups
from slidegloss.pages.questions import render_questions, without_repeats
from slidegloss.pipeline.loading import load
from slidegloss.syntax.plaintext import plain_blocks
from slidegloss.templating.environment import environment


def parsed(text: str):
    return parse_deck(NoteSource("docs/notes/a.md", "a.html", text), NoteOptions())[0]


def shown(text: str) -> list[tuple[str, str, bool]]:
    return [
        (q.anchor, plain_blocks(q.annotation.original.blocks if q.annotation else q.item).strip(), q.answered)
        for q in questions_of(parsed(text))
    ]


def test_an_answer_is_what_follows_up_to_the_next_question():
    (first, second, third) = questions_of(
        parsed("P1\n\n> ✅ 前面。  \n> ❓ 甲？  \n> ✅ 乙。  \n> ✅ 丙。  \n> ❓ 戊？答：己。  \n> ❓ 丁？\n")
    )
    assert [note.original.source for note in first.answer] == ["乙。", "丙。"]
    assert [note.original.source for note in first.around] == ["前面。", "戊？答：己。", "丁？"]
    assert (second.answered, second.answer) == (True, ())
    assert (third.answered, third.answer) == (False, ())


def test_what_stands_around_several_questions_of_a_slide_is_shown_once_in_each_part_of_the_page():
    deck = parsed(
        "P1\n\n> ✅ 前面。  \n> ❓ 甲？  \n> ❓ 乙？  \n> ✅ 丙。  \n> ❓ 丁？  \n\nP2\n\n> ✅ 前面。  \n> ❓ 甲？\n"
    )
    seen = [
        (q.answered, [note.original.source for note in q.around], first)
        for q, first in without_repeats(questions_of(deck))
    ]
    assert seen == [
        (False, ["前面。", "丙。"], True),  # what answers the next question is news in this part
        (True, ["前面。"], True),
        (False, [], False),
        (False, ["前面。"], True),  # another slide's own
    ]


@pytest.mark.parametrize(
    "title", ["遗留问题", "Leftover questions", "Open Questions:", "3.2 未解决的问题", "remaining questions"]
)
def test_the_items_of_a_leftover_section_are_questions(title):
    deck = parsed(f"# A\n\n## {title}\n\n- Why?\n- How? A: so.\n\n### Deeper\n\n1. When?\n\n## Next\n\n- no question\n")
    found = questions_of(deck)
    assert [plain_blocks(q.item).strip() for q in found] == ["Why?", "How? A: so.", "When?"]
    assert [q.answered for q in found] == [False, True, False]
    assert {q.heading for q in found} == {title}
    assert sum(not question.answered for question in found) == 2


@pytest.mark.parametrize("title", ["Questions about open sets", "问题", "Results"])
def test_other_headings_announce_no_questions(title):
    assert shown(f"# A\n\n## {title}\n\n- Why?\n") == []


def test_a_slide_may_be_the_section_and_a_marked_item_counts_once():
    text = "P4\n\n## 遗留问题\n\n- 甲？\n- 乙\n  > ❓ 丙？\n\nP5\n\n- 丁\n"
    assert shown(text) == [("p4-a1", "丙？", False), ("p4", "甲？", False)]


def test_questions_in_tables_and_before_the_first_slide_count():
    found = shown("> ❓ 开头？\n\nP1\n\n| a | b |\n|--|--|\n| ✅ x | ❓ 表里？ |\n")
    assert [anchor for anchor, _, _ in found] == ["a1", "p1-a1"]


def test_a_question_names_the_nearest_heading_above_it():
    assert [q.heading for q in questions_of(parsed("# A\n\n## B\n\n> ❓ 一？\n\n## C\n\n> ❓ 二？\n"))] == ["B", "C"]


def test_the_page_says_in_plain_words_how_many_there_are(tmp_path):
    note = "# A\n\nP1\n\n## Why\n\n> ❓ one?\n\nP2\n\n> ❓ two?\n>\n> 答：yes\n"
    (tmp_path / "a.md").write_text(note, encoding="utf-8")
    loaded, _ = load(tmp_path)
    edition = loaded.edition(loaded.book, load_words("en", tmp_path)[0])
    text = render_questions(edition, loaded.config, environment(tmp_path)).pages[0].markdown
    assert 'description: "1 open and 1 answered questions from these notes."\n' in text
    assert '<p>1 open and 1 answered questions from these notes. <a href="#answered">Answered (1)</a></p>' in text
    assert '<a href="a.html#p1-a1"><span class="sg-badge">P1</span> <span>Why</span></a>' in text
    assert re.search(r'<a href="a.html#p2-a1"><span class="sg-badge">P2</span> ?</a>', text), "it has no title"


def test_a_deck_is_looked_through_once_for_all_of_its_questions(tmp_path, monkeypatch):
    (tmp_path / "a.md").write_text("# A\n\nP1\n\n" + "> ✅ 备注\n> ❓ 为什么？\n\n" * 9, encoding="utf-8")
    loaded, _ = load(tmp_path)
    asked = []
    monkeypatch.setattr(lookups, "worth_translating", lambda note: asked.append(note) or True)
    for lang in ("en", "zh"):
        edition = loaded.edition(loaded.book, load_words(lang, tmp_path)[0])
        render_questions(edition, loaded.config, environment(tmp_path))
    assert 0 < len(asked) <= 4 * 18


def test_the_figures_of_each_question_are_told_in_words(tmp_path):
    """Also where another question of the slide has shown the same figure: on this page they stand apart."""
    figure = "![](data:image/gif;base64,R0lGODlhAQABAAAAACw=)"
    asked = "".join(f"> ❓ 为什么 {number}？\n> {figure}\n\n" for number in range(3))
    (tmp_path / "a.md").write_text(f"# A\n\nP1\n## Flow\n\n{asked}", encoding="utf-8")
    loaded, _ = load(tmp_path)
    edition = loaded.edition(loaded.book, load_words("en", tmp_path)[0])
    text = render_questions(edition, loaded.config, environment(tmp_path)).pages[0].markdown
    assert re.findall(r'<img [^>]*?alt="([^"]*)"', text) == ["Figure on slide P1: Flow"] * 3
