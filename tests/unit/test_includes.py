"""What mdBook's `{{#include …}}` stands for is put in its place, and every place of it is known."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slidegloss.model import line_in, place_in
from slidegloss.notes.includes import Refusal, Whole, has_includes, with_includes

LAMP = "fn lamp() {\n    // ANCHOR: bulb\n    glow();\n    // ANCHOR: wire\n    hum();\n    // ANCHOR_END: bulb\n}\n"
FILES = {
    "src/part.md": "## Part\n\nOf {{#include deep/inner.txt}}, and on\n",
    "src/deep/inner.txt": "the inside\nof it {{#include ../lamp.rs:3}}\n",
    "src/lamp.rs": LAMP,
    "src/head.md": "---\ntitle: Head\n---\nbelow\n",
    "src/loop.md": "a {{#include again.md}}\n",
    "src/again.md": "b {{#include loop.md}}\n",
    "src/fence.txt": "```\ncode\n```\n",
    "src/empty.md": "",
}


SNIPPETS = {
    "inc/abbr.md": "*[HTML]: words\n",
    "docs/inc/more.py": "# --8<-- [start:glow]\nglow()\n# --8<-- [end:glow]\nhum()\n",
    "src/_part.qmd": "---\ntitle: x\n---\npart\n",
    "top.md": "one\ntwo\nthree\n",
}


@pytest.mark.parametrize(
    ("command", "stands_for"),
    [
        ('--8<-- "inc/abbr.md"', "*[HTML]: words"),
        ("```py\n--8<-- 'inc/more.py:glow'\n```", "```py\nglow()\n```"),
        ('--8<-- "inc/more.py"', "glow()\nhum()"),
        ('- x\n\n  --8<-- "top.md:2"', "- x\n\n  two\n  three"),
        ('--8<-- "top.md:1:2"', "one\ntwo"),
        ("{{< include _part.qmd >}}", "\n\n\npart"),
        ("{{< include /top.md >}}", "one\ntwo\nthree"),
        ("<!--@include: ../top.md{2,}-->", "two\nthree"),
        ("<!-- @include: @/inc/more.py -->", "glow()\nhum()"),
        ("> {{< include ../top.md >}}", "> one\n> two\n> three"),
    ],
)
def test_what_commands_of_others_stand_for(command: str, stands_for: str) -> None:
    done = whole(f"above\n\n{command}\n\nbelow\n", SNIPPETS)
    assert (done.text, done.problems) == (f"above\n\n{stands_for}\n\nbelow\n", ())


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ('--8<-- "gone.md"', "no gone.md; it is shown as text"),
        ('--8<-- "https://example.org/x.md"', "it names no file"),
        ("{{< include _gone.qmd >}}", "no src/_gone.qmd; it is shown as text"),
        ("<!--@include: ./gone.md-->", "no src/gone.md; nothing is shown"),
    ],
)
def test_what_commands_of_others_cannot_bring_is_told(command: str, why: str) -> None:
    done = whole(f"above\n\n  {command}\n", SNIPPETS)
    (problem,) = done.problems
    assert (problem.code_name, problem.line, problem.col) == ("foreign-command", 3, 3)
    assert why in problem.message
    assert done.text == f"above\n\n  {command}\n"


@pytest.mark.parametrize("text", [";--8<-- 'top.md'", "see {{< include top.md >}} here", "--8<--\ntop.md\n--8<--"])
def test_what_is_no_command_of_others_is_left_alone(text: str) -> None:
    assert whole(text, SNIPPETS) == Whole(text, (), frozenset(), frozenset(), ())


def whole(text: str, files: Mapping[str, str] = FILES, most: int = 10_000) -> Whole:
    return with_includes(text, "src/note.md", lambda path: files.get(path) or Refusal(f"no {path}"), most)


@pytest.mark.parametrize(
    ("command", "stands_for"),
    [
        ("{{#include lamp.rs:1}}", "fn lamp() {"),
        ("{{#include lamp.rs:5:}}", "    hum();\n    // ANCHOR_END: bulb\n}"),
        ("{{#include lamp.rs::1}}", "fn lamp() {"),
        ("{{#include lamp.rs:6:99}}", "    // ANCHOR_END: bulb\n}"),
        ("{{ #include  lamp.rs:bulb }}", "    glow();\n    hum();"),
        ("{{#rustdoc_include lamp.rs:wire}}", "    hum();\n}"),
        ("{{#include lamp.rs:}}", LAMP.removesuffix("\n")),
        ("{{#include fence.txt}}", "```\ncode\n```"),
        ("{{#include head.md}}", "\n\n\nbelow"),
        ("{{#include part.md}}", "## Part\n\nOf the inside\nof it     glow();, and on"),
        ("{{#playground lamp.rs:3 editable}}", "```rust,editable\n    glow();\n```"),
        ("{{#playpen fence.txt}}", "````rust\n```\ncode\n```\n````"),
        ("\\{{#include lamp.rs}}", "\\{{#include lamp.rs}}"),
        ("`{{#include lamp.rs}}` is how", "`{{#include lamp.rs}}` is how"),
        ("```\nwrite {{#include lamp.rs}}\n```", "```\nwrite {{#include lamp.rs}}\n```"),
        ("```\n{{#include lamp.rs:3}}\n```", "```\n    glow();\n```"),
        ("> - {{#include lamp.rs:1:2}}", "> - fn lamp() {\n    // ANCHOR: bulb"),
        (">  {{#include lamp.rs:1:2}}", ">  fn lamp() {\n>      // ANCHOR: bulb"),
    ],
)
def test_what_a_command_stands_for(command: str, stands_for: str) -> None:
    done = whole(f"above\n\n{command}\n\nbelow\n")
    assert done.text == f"above\n\n{stands_for}\n\nbelow\n"
    assert done.problems == ()


@pytest.mark.parametrize(
    ("command", "why", "hint"),
    [
        ("{{#include gone.md}}", "no src/gone.md", ""),
        ("{{#include ../../up.md}}", "no ../up.md", ""),
        ("{{#include}}", "names no file", "part.md"),
        ("{{#include note.md}}", "src/note.md would include itself", "take one"),
        ("{{#include lamp.rs:blub}}", "no lines between ANCHOR: blub", "did you mean bulb?"),
        ("{{#include lamp.rs:8:9}}", "has 7 lines", "count"),
        ("{{#include lamp.rs:99999999999999999999}}", "no lines between", ""),
    ],
)
def test_what_cannot_be_had_stays_and_is_told(command: str, why: str, hint: str) -> None:
    text = f"above\n  x {command}\n"
    done = whole(text)
    (problem,) = done.problems
    assert (done.text, problem.path, problem.line, problem.col) == (text, "src/note.md", 2, 5)
    assert why in problem.message
    assert hint in problem.hint


def test_a_loop_ends_where_it_closes() -> None:
    done = whole("{{#include loop.md}}")
    assert done.text == "a b {{#include loop.md}}"
    assert [(one.path, one.line, one.col) for one in done.problems] == [("src/again.md", 1, 3)]


def test_files_that_bring_each_other_many_times_end_somewhere() -> None:
    doubled = {f"src/{n}.md": f"{{{{#include {n + 1}.md}}}}\n\n{{{{#include {n + 1}.md}}}}\n" for n in range(30)}
    done = whole("{{#include 0.md}}", doubled)
    assert len(done.text) < 20_000
    assert any("too large" in one.message for one in done.problems) or any(
        "more than 10" in one.message for one in done.problems
    )


def test_every_character_is_where_its_place_says() -> None:
    files = {**FILES, "src/quoted.md": "first\nsecond {{#include lamp.rs:bulb}} end\n\nlast\n"}
    note = (
        "# Note\n\nÉ {{#include part.md}} tail\n> {{#include quoted.md}}\nafter {{#include lamp.rs:3}}"
        "{{#include lamp.rs:5}} x\n\n{{#include gone.md}} y\n"
    )
    done = whole(note, files)
    sources = {name: text.split("\n") for name, text in {**files, "src/note.md": note}.items()}
    put_in_front = 0
    for row, line in enumerate(done.text.split("\n"), 1):
        for col, char in enumerate(line, 1):
            path, of_line, of_col = place_in(done.pieces, "src/note.md", row, col)
            there = sources[path][of_line - 1]
            if of_col > len(there) or there[of_col - 1] != char:
                put_in_front += 1
                assert char in "> "
    assert put_in_front < 12
    assert place_in(done.pieces, "src/note.md", 0, 0) == ("src/note.md", 0, 0)
    assert place_in((), "a.md", 7, 3) == ("a.md", 7, 3)


def test_the_line_of_a_note_in_which_something_is_included() -> None:
    done = whole("one\n{{#include lamp.rs}}\nthree\nfour\n")
    lines = [line_in(done.pieces, "src/note.md", row) for row in range(1, 11)]
    assert lines == [1, 2, 2, 2, 2, 2, 2, 2, 3, 4]


def test_which_notes_may_include() -> None:
    assert has_includes("x {{#include a.md}}")
    assert not has_includes("x {{includes}} \\{{#include a.md}}")


def test_a_note_that_is_nothing_but_a_command() -> None:
    done = whole("{{#include part.md}}")
    assert place_in(done.pieces, "src/note.md", 3, 1) == ("src/part.md", 3, 1)
    assert whole("{{#include gone.md}}").pieces == ()


def test_the_line_of_what_stands_beside_a_playground_or_above_all() -> None:
    done = whole("one\n{{#playground lamp.rs}}\nthree\n")
    assert done.text == f"one\n```rust\n{LAMP}```\nthree\n"
    rows = range(1, done.text.count("\n") + 1)
    assert [line_in(done.pieces, "src/note.md", row) for row in rows] == [1, *[2] * 9, 3]
    assert place_in(done.pieces, "src/note.md", 3, 4) == ("src/lamp.rs", 1, 4)
    assert place_in(done.pieces, "src/note.md", 10, 1)[:2] == ("src/note.md", 2)
    first = whole("{{#include part.md}}\nlast\n")
    assert [line_in(first.pieces, "src/note.md", row) for row in (1, 3, 5)] == [1, 1, 2]
    assert line_in((), "a.md", 7) == 7


_WORDS = (
    *(
        "{{#include part.md}}",
        "{{#include lamp.rs:bulb}}",
        "{{#playground lamp.rs}}",
        '--8<-- "src/fence.txt"',
        "> ",
        "- ",
    ),
    *(
        "{{< include deep/inner.txt >}}",
        "\n",
        "\n\n",
        "```\n",
        "P3\n",
        "## h\n",
        "é ",
        "    ",
        "\\{{#include lamp.rs}}",
        "`",
    ),
)


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=20).map("".join))
def test_places_are_those_of_lines_that_are_there(note: str) -> None:
    done = whole(note)
    lengths = {name: text.count("\n") + 1 for name, text in {**FILES, "src/note.md": note}.items()}
    for row in range(1, done.text.count("\n") + 2):
        path, line, _ = place_in(done.pieces, "src/note.md", row)
        assert 1 <= line <= lengths[path]
        assert 1 <= line_in(done.pieces, "src/note.md", row) <= lengths["src/note.md"]
