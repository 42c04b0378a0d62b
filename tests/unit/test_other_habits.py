"""Habits of other programs and people: how slides are numbered, which headings links name, where lines end."""

from slidegloss.config.settings import Settings
from slidegloss.model import NoteSource
from slidegloss.nodes import Annotations, Credit, HardBreak, Math, Paragraph, SoftBreak
from slidegloss.notes.deck import NoteOptions, note_options, parse_deck
from slidegloss.syntax.anchors import anchors_of
from slidegloss.syntax.tree import deck_inlines

IN_HEADINGS = "## P1 Why $x$\n\nwords\n\n## P2: Words {#given}\n\n## P3\n\nwords\n"


def test_a_heading_that_begins_with_its_page_number_is_found_by_all_of_its_words() -> None:
    deck, problems = parse_deck(NoteSource("a.md", "a.html", IN_HEADINGS), NoteOptions())
    assert not problems
    assert [slide.label for slide in deck.slides] == ["P1", "P2", "P3"]
    assert {"p1", "p1-why-x", "p2", "given", "p3"} <= anchors_of(deck)
    assert [slide.title.source if slide.title else None for slide in deck.slides] == ["Why $x$", "Words", None]


def test_lines_that_begin_like_slides_are_told_once_a_note() -> None:
    text = "# Talk\n\nP4：一\n\nwords\nP5：in a paragraph\n\n> ✅ yes\nP6-7\n"
    _, problems = parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())
    assert [(one.code_name, one.line, "1 more line" in one.message) for one in problems] == [("marker-like", 3, True)]
    _, problems = parse_deck(NoteSource("a.md", "a.html", "P1\n\n见P2，P3-5。\n\nP4 is short\n"), NoteOptions())
    assert not problems


def test_lines_are_kept_where_the_settings_say_so() -> None:
    text = "1、一\n2、二\n\n> ✅ 三\n> 四\n"
    for kept, kind in ((False, SoftBreak), (True, HardBreak)):
        deck, _ = parse_deck(NoteSource("a.md", "a.html", text), note_options(Settings(line_breaks=kept)))
        breaks = [node for node in deck_inlines(deck) if isinstance(node, SoftBreak | HardBreak)]
        assert [type(node) for node in breaks] == [kind, kind]


def test_slides_of_two_kinds_in_one_note_are_told() -> None:
    def said(text: str) -> list[tuple[int, str]]:
        _, problems = parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())
        return [(one.line, one.message) for one in problems]

    assert said("P12\n\none\n\n## Slide 13\n\ntwo\n\n## Slide 14: more\n") == [
        (5, "this line begins like a slide (## Slide 13) and begins none, as does 1 more line of this note")
    ]
    assert not said("P12\n\n## Slide 12\n\nP13\n\n## P13: what P13 shows\n"), "the heading names its slide"
    assert not said("P12\n\n## P5 and its heirs\n"), "one that is called P5"


DECK = "---\nmarp: true\n---\n\n<!-- _class: lead -->\n# Lamps\n\n---\n\n## Oil\n\n```\n\n---\n```\n\n---\n\nno heading\n---\n"


def test_slides_of_marp_have_rules_between_them() -> None:
    def slides(text: str) -> list[tuple[str, int, str]]:
        deck, problems = parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())
        assert not problems
        return [(one.label, one.span.line, one.title.source if one.title else "") for one in deck.slides]

    assert slides(DECK) == [("P1", 5, "Lamps"), ("P2", 8, "Oil"), ("P3", 17, "no heading")]
    assert slides(DECK.replace("marp: true", "title: Lamps")) == []
    assert slides(f"{DECK}\nP7\n") == [("P7", 22, "")], "numbers of slides say more"
    # Marp has nothing on the slide in front of the rule
    ruled = [("P1", 3, ""), ("P2", 4, "Oil"), ("P3", 8, "")]
    assert slides("---\nmarp: true\n---\n---\n\n## Oil\n\n---\n\nno heading\n") == ruled


def test_a_directive_of_maths_of_myst_is_a_formula() -> None:
    text = "```{math}\n:label: light\n\na = \\frac{b}{c}\n```\n"
    deck, problems = parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())
    assert not problems
    (formula,) = (node for node in deck_inlines(deck) if isinstance(node, Math))
    assert (formula.tex, formula.display, formula.span.line) == ("a = \\frac{b}{c}", True, 4)


def test_a_box_of_myst_is_a_remark_in_a_note_without_any_other_box() -> None:
    deck, _ = parse_deck(NoteSource("a.md", "a.html", "# Lamps\n\n```{note}\nwords\n```\n"), NoteOptions())
    (box,) = (block for block in deck.opening if isinstance(block, Annotations))
    assert [one.kind for one in box.items] == ["note"]


def test_a_note_that_says_only_where_it_is_from_has_that_as_its_text() -> None:
    line = "本文出自某处，转载请注明。\n"
    alone, _ = parse_deck(NoteSource("a.md", "a.html", line), NoteOptions())
    under, _ = parse_deck(NoteSource("a.md", "a.html", f"words\n\n{line}"), NoteOptions())
    assert [type(block) for block in alone.opening] == [Paragraph]
    assert [type(block) for block in under.opening] == [Paragraph, Credit]


def test_a_comment_right_behind_code_is_one_and_code_is_none() -> None:
    def told(text: str) -> list[tuple[int, int]]:
        found = parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())[1]
        return [(one.line, one.col) for one in found if one.code_name == "comment-shown"]

    assert told("`lamp`%%later%%\n") == [(1, 7)]
    assert told("`lamp %%later%%`\n") == []


def test_attributes_that_code_speaks_of_are_no_commands() -> None:
    text = "# A\n\nWrite `## Title {#id}` or `{.loud}` like that.\n\n`code` and {.loud} words\n"
    _, problems = parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())
    assert [(one.line, one.col, one.code_name) for one in problems] == [(5, 12, "foreign-command")]
