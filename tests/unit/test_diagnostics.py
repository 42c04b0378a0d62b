import json

import pytest

from slidegloss.base.diagnostics import Code, Severity, diagnostic, in_order, nearest
from slidegloss.base.naming import matches
from slidegloss.base.reports import count, format_github, format_json, format_text
from slidegloss.config.settings import Ignore, Settings
from slidegloss.config.severity import adjusted


def one(*, path="docs/notes/a.md", line=31, col=1, message="no bullet", hint="write one", code=Code.SUMMARY_LINE):
    return diagnostic(code, path, line, col, message, hint)


def test_a_message_reads_like_a_compiler_message():
    assert format_text([one()]) == "docs/notes/a.md:31:1: warning[summary-line]: no bullet (write one)\n"


def test_a_message_about_a_whole_file_has_no_line():
    assert format_text([one(line=0, col=0, hint="")]) == "docs/notes/a.md: warning[summary-line]: no bullet\n"


def test_a_message_about_nothing_in_particular_has_no_path():
    assert format_text([diagnostic(Code.NO_NOTES, "")]).startswith("error[no-notes]: ")


def test_messages_are_sorted_by_place_and_said_once():
    items = [one(line=10), one(path="a.md"), one(line=2), one(line=2), one(line=10, col=5)]
    assert [(d.path, d.line, d.col) for d in in_order(items)] == [
        ("a.md", 31, 1),
        ("docs/notes/a.md", 2, 1),
        ("docs/notes/a.md", 10, 1),
        ("docs/notes/a.md", 10, 5),
    ]


def test_names_cannot_steer_the_terminal():
    text = format_text([one(path="a\x1b[31m\n.md", message="名字 \udcff ✅")])
    assert "\x1b" not in text
    assert text.count("\n") == 1
    assert "名字 \\udcff ✅" in text


def test_json_has_a_version_counts_and_all_fields():
    data = json.loads(format_json([one(message="坏\udcff"), one(code=Code.NO_NOTES)]))
    assert data["version"] == 1
    assert data["counts"] == {"error": 1, "warning": 1, "info": 0}
    assert data["messages"][1] == {
        "path": "docs/notes/a.md",
        "line": 31,
        "col": 1,
        "code": "summary-line",
        "severity": "warning",
        "message": "坏\\udcff",
        "hint": "write one",
    }


def test_github_commands_are_escaped():
    text = format_github([one(path="a,b:c.md", message="100%\nsure", hint="")])
    assert text == "::warning file=a%2Cb%3Ac.md,line=31,col=1,title=summary-line::100%25%0Asure\n"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], "no problems"),
        ([Code.NO_NOTES], "1 error"),
        ([Code.SUMMARY_LINE, Code.SUMMARY_CASE, Code.NO_NOTES, Code.NOTE_EMPTY], "1 error, 2 warnings, 1 remark"),
    ],
)
def test_the_count(codes, expected):
    assert count([one(code=code) for code in codes]) == expected


def test_authors_decide_how_bad_a_message_is():
    found = [one(), one(code=Code.NO_NOTES), one(code=Code.NOTE_EMPTY)]
    settings = Settings(severity={"summary-line": "error", "no-notes": "off"})
    assert {(d.code_name, d.severity) for d in adjusted(found, settings)} == {
        ("summary-line", Severity.ERROR),
        ("note-empty", Severity.INFO),
    }


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (Ignore(code="summary-line", path="docs/**"), 1),
        (Ignore(path="docs/notes"), 0),
        (Ignore(code="no-notes"), 1),
        (Ignore(path="notes/*"), 2),
        (Ignore(path="docs/*/a.md"), 0),
    ],
)
def test_messages_can_be_ignored_by_code_and_path(rule, kept):
    assert len(adjusted([one(), one(code=Code.NO_NOTES)], Settings(ignore=[rule]))) == kept


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("a/b/c.md", "a/**", True),
        ("a/b/c.md", "a/*", True),
        ("a/b.md", "*.md", False),
        ("b.md", "**/*.md", True),
        ("a/b.md", "**/*.md", True),
        ("a/b[1].md", "a/b[1].md", True),
        ("a/bc.md", "a/b", False),
        ("x/a/b.md", "a/**", False),
    ],
)
def test_globs(path, pattern, fits):
    assert matches(path, pattern) is fits


def test_the_nearest_name():
    assert nearest("08-316.png", ["08-136.png", "cat.gif"]) == "08-136.png"
    assert nearest("quite-different", ["a", "b"]) == ""


def test_every_code_has_a_name_of_its_own_and_a_meaning():
    slugs = [code.slug for code in Code]
    assert len(set(slugs)) == len(slugs)
    assert all(code.meaning.endswith(".") for code in Code)
