"""What an author wrote as a figure's path, and which file it means."""

from __future__ import annotations

import pytest

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.figures.locate import Embedded, Found, Missing, Remote, build_index, explain, locate

NOTE = "src/video/motion.md"
FILES = (
    "src/assets/08-136.png",
    "src/assets/08-137.png",
    "src/assets/two words.png",
    "src/assets/flow (1).PNG",
    "src/assets/光流.png",
    "src/assets/caf\u00e9.png",
    "src/video/near.svg",
    "src/video/50%.png",
    "other/near.svg",
    "other/twice.png",
    "src/assets/sub/twice.png",
    "data/only-here.png",
)
INDEX = build_index(FILES, ("src/assets", "data"), "src")


@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("docs/img/a.png", "docs/part/one.md"),
        ("docs/part/img/a.png", "docs/part/one.md"),
        ("static/img/a.png", "content/posts/one.md"),
        ("docs/.vuepress/public/img/a.png", "docs/part/one.md"),
        ("public/img/a.png", "one.md"),
    ],
)
def test_a_slash_in_front_begins_at_the_root_of_whichever_site_holds_the_note(path: str, note: str) -> None:
    index = build_index((path, "elsewhere/a.png"), ("assets",))
    assert locate("/img/a.png", note, index) == Found(path, "root")
    assert isinstance(locate("img/a.png", "other/one.md", index), Missing)


@pytest.mark.parametrize(
    ("dest", "expected"),
    [
        ("near.svg", Found("src/video/near.svg")),
        ("./near.svg", Found("src/video/near.svg")),
        (" ../assets/08-136.png ", Found("src/assets/08-136.png")),
        ("../assets/two words.png", Found("src/assets/two words.png")),
        ("50%.png", Found("src/video/50%.png")),
        ("../assets/two%20words.png", Found("src/assets/two words.png", "decoded")),
        ("../assets/flow%20%281%29.PNG", Found("src/assets/flow (1).PNG", "decoded")),
        ("../assets/%E5%85%89%E6%B5%81.png", Found("src/assets/光流.png", "decoded")),
        ("../assets/08-136.png?v=2#top", Found("src/assets/08-136.png", "decoded")),
        ("..\\assets\\08-136.png", Found("src/assets/08-136.png", "decoded")),
        ("/assets/08-136.png", Found("src/assets/08-136.png", "root")),
        ("/src/assets/08-136.png", Found("src/assets/08-136.png", "root")),
        ("data/only-here.png", Found("data/only-here.png", "root")),
        ("../assets/flow (1).png", Found("src/assets/flow (1).PNG", "case")),
        ("../Assets/08-136.png", Found("src/assets/08-136.png", "case")),
        ("../assets/cafe\u0301.png", Found("src/assets/caf\u00e9.png", "decoded")),
        (".../assets/08-136.png", Found("src/assets/08-136.png", "depth")),
        ("../../assets/08-136.png", Found("src/assets/08-136.png", "depth")),
        ("assets/08-136.png", Found("src/assets/08-136.png", "root")),
        ("pictures/only-here.png", Found("data/only-here.png", "depth")),
        ("sub/twice.png", Found("src/assets/sub/twice.png", "depth")),
        ("https://example.org/a.png", Remote("https://example.org/a.png")),
        ("//example.org/a.png", Remote("//example.org/a.png")),
        ("data:image/png;base64,AA==", Embedded("data:image/png;base64,AA==")),
    ],
)
def test_a_path_leads_to_its_file(dest, expected):
    assert locate(dest, NOTE, INDEX) == expected


@pytest.mark.parametrize(
    ("dest", "reason", "nearest", "hint"),
    [
        ("", "empty", "", "assets/name.png"),
        ("../assets/08-316.png", "typo", "src/assets/08-136.png", "did you mean ../assets/08-136.png?"),
        ("../assets/08-138.png", "absent", "", "add it to the assets folder"),
        ("../assets/two", "space", "src/assets/two words.png", "write ../assets/two%20words.png"),
        ("../assets/08-136.jpg", "extension", "src/assets/08-136.png", "did you mean ../assets/08-136.png?"),
        ("../../../08-136.png", "outside", "src/assets/08-136.png", "did you mean ../assets/08-136.png?"),
        ("../../../../etc/passwd", "outside", "", "copy the file"),
        ("%2e%2e/%2e%2e/%2e%2e/etc/passwd", "absent", "", "add it"),
        ("C:\\Users\\me\\08-136.png", "machine-path", "src/assets/08-136.png", "one machine only"),
        ("file:///home/me/08-136.png", "machine-path", "src/assets/08-136.png", "one machine only"),
        ("/Users/me/shot.png", "machine-path", "", "copy the file"),
        ("javascript:alert(1)", "scheme", "", "assets folder"),
    ],
)
def test_a_missing_figure_says_why_and_what_to_write(dest, reason, nearest, hint):
    found = locate(dest, NOTE, INDEX)
    assert isinstance(found, Missing)
    assert (found.reason, found.nearest) == (reason, nearest)
    assert hint in found.hint


def test_two_files_of_one_name_are_not_guessed_between():
    index = build_index(("a/x.png", "b/x.png"))
    found = locate("c/x.png", "note.md", index)
    assert isinstance(found, Missing)
    assert found.reason == "ambiguous"
    assert "a/x.png, b/x.png" in found.hint


def test_files_that_differ_in_case_only_stay_apart():
    index = build_index(("assets/A.png", "assets/a.png"))
    assert locate("assets/a.png", "n.md", index) == Found("assets/a.png")
    assert locate("assets/A.png", "n.md", index) == Found("assets/A.png")


@pytest.mark.parametrize(
    ("dest", "code", "words"),
    [
        ("near.svg", "", ""),
        ("../assets/two%20words.png", "", ""),
        ("../assets/cafe\u0301.png", "", ""),
        ("../assets/08-316.png", "figure-missing", "../assets/08-316.png not found"),
        ("../Assets/08-136.png", "figure-misplaced", "upper and lower case"),
        (".../assets/08-136.png", "figure-misplaced", "wrong folder"),
        ("../../../x.png", "figure-missing", "out of the project"),
        ("https://example.org/a.png", "figure-remote", "another host"),
    ],
)
def test_an_author_hears_about_it_at_the_place(dest, code, words):
    said = explain(locate(dest, NOTE, INDEX), dest, NOTE, 31, 4)
    if not code:
        assert said is None
        return
    assert isinstance(said, Diagnostic)
    assert (said.path, said.line, said.col, said.code_name) == (NOTE, 31, 4, code)
    assert words in said.message
