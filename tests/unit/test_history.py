from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from slidegloss.decks.history import slide_dates, version_of
from slidegloss.model import NoteSource
from slidegloss.notes.deck import NoteOptions, parse_deck

NOTE = "# Title\n\nP1\n\nfirst\n\nP2\n\nsecond\n"


def deck(text: str, name: str = "笔记.md"):
    return parse_deck(NoteSource(name, name.replace(".md", ".html"), text), NoteOptions())[0]


@pytest.fixture
def commit(tmp_path: Path) -> Callable[[str, int], None]:
    def git(*arguments: str, when: int = 0) -> None:
        people = {f"GIT_{who}_{what}": "a@h.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        dates = {"GIT_AUTHOR_DATE": f"{when} +0000", "GIT_COMMITTER_DATE": f"{when} +0000"}
        env = {**os.environ, **people, **dates, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *arguments], cwd=tmp_path, env=env, check=True, capture_output=True)

    def commit(text: str, when: int) -> None:
        (tmp_path / "笔记.md").write_text(text, encoding="utf-8")
        git("add", ".")
        git("commit", "-m", "x", when=when)

    git("init")
    return commit


def test_a_slide_has_the_date_of_its_newest_line(tmp_path: Path, commit: Callable[[str, int], None]) -> None:
    commit(NOTE, 1_000_000_000)
    changed = NOTE.replace("second", "second, mended")
    commit(changed, 1_100_000_000)
    dates = slide_dates(tmp_path, [deck(changed)])
    assert {place: int(date.timestamp()) for place, date in dates.items()} == {
        ("笔记.md", "p1"): 1_000_000_000,
        ("笔记.md", "p2"): 1_100_000_000,
    }
    assert version_of(tmp_path)
    # what nobody has committed has no date, and makes no other date wrong
    later = f"new line\n\n{changed}\nP3\n\nthird\n"
    (tmp_path / "笔记.md").write_text(later, encoding="utf-8")
    assert [anchor for _, anchor in slide_dates(tmp_path, [deck(later)])] == ["p1", "p2"]
    assert version_of(tmp_path).endswith("-dirty")


def test_what_lies_beside_a_project_does_not_make_it_dirty(tmp_path: Path, commit: Callable[[str, int], None]) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "part/note.md").write_text(NOTE, encoding="utf-8")
    commit(NOTE, 1_000_000_000)
    (tmp_path / "笔记.md").write_text("changed", encoding="utf-8")
    assert not version_of(tmp_path / "part").endswith("-dirty")
    assert version_of(tmp_path).endswith("-dirty")


def test_git_is_not_asked_where_there_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.delenv("GIT_DIR", raising=False)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: asked.append(command) or subprocess.CompletedProcess([], 1)
    )
    assert slide_dates(tmp_path, [deck("# A\n")]) == {}
    assert asked == []
    (tmp_path / "book").mkdir()
    (tmp_path / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    slide_dates(tmp_path / "book", [deck("# A\n")])
    assert asked


def test_no_history_no_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert slide_dates(tmp_path, [deck(NOTE)]) == {}
    assert version_of(tmp_path) == ""
    monkeypatch.setenv("PATH", "")
    assert slide_dates(tmp_path, [deck(NOTE)]) == {}
