"""Every message has an example that gives it, with its place: `invalid/<code>/`, and what is printed for it in `said.txt`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from slidegloss.base.diagnostics import Code, Diagnostic
from slidegloss.base.reports import format_text
from slidegloss.figures.batch import inspect
from slidegloss.figures.settings import FigureSettings
from slidegloss.pipeline import offline
from slidegloss.pipeline.phases import check
from slidegloss.sources import discover as sources
from slidegloss.verification.verify import verify

FOLDER = Path(__file__).parent / "invalid"
SAID = "said.txt"


def _link(folder: Path, name: str, target: str) -> None:
    (folder / "lamps.md").write_text("# Lamps\n", encoding="utf-8")
    (folder / name).symlink_to(target)


def _large(folder: Path) -> None:
    (folder / "lamps.md").write_text("# Lamps\n\n" + "bright " * 1000, encoding="utf-8")


def _odd_name(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/lamp\xff.md")).write_text("# Lamps\n", encoding="utf-8")
    (folder / "other.md").write_text("# Others\n", encoding="utf-8")


MADE: dict[Code, tuple[Callable[[Path], None], str]] = {
    # a file that may not be read, odd names and links do not survive a checkout on every system; nobody wants 20 MB
    Code.FILE_UNREADABLE: (lambda folder: _link(folder, "self.md", "self.md"), "self.md: error[file-unreadable]: "),
    Code.NAME_ENCODING: (_odd_name, "lamp"),
    Code.NOTE_LARGE: (_large, "lamps.md: error[note-large]: "),
    Code.SYMLINK_LOOP: (lambda folder: _link(folder, "back", "."), "back: warning[symlink-loop]: "),
    Code.SYMLINK_OUTSIDE: (
        lambda folder: _link(folder, "out.md", "/etc/hostname"),
        "out.md: warning[symlink-outside]: ",
    ),
}
ELSEWHERE = {
    **dict.fromkeys((Code.LINK_GONE, Code.LINK_MOVED, Code.LINK_UNCHECKED), "they need a server: test_remotelinks.py"),
    Code.FIGURE_OUTSIDE: "links out of the project are left out before figures are read: test_figure_outside below",
    Code.OFFLINE_LARGE: "a page of 25 MB is not worth keeping: test_offline_large below makes one with a smaller limit",
}


def found_in(code: Code, folder: Path) -> tuple[Diagnostic, ...]:
    """Run what gives the message: a check of the notes, or of a built site."""
    if code.slug.startswith("site-"):
        return verify(folder)
    if code is Code.SOURCE_MISSING:
        return check(folder / "read-me.txt")
    return check(folder)


@pytest.mark.parametrize("code", [code for code in Code if code not in (*MADE, *ELSEWHERE)], ids=lambda code: code.slug)
def test_each_code_has_an_example(code: Code, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    folder = FOLDER / code.slug
    assert folder.is_dir(), f"add a book that gives this message: {folder}"
    monkeypatch.chdir(folder)
    found = [problem for problem in found_in(code, Path()) if problem.code_name == code.slug]
    said = format_text(found)
    if request.config.getoption("--update-goldens"):
        (folder / SAID).write_text(said, encoding="utf-8")
    assert said
    assert said == (folder / SAID).read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="names and links of every kind")
@pytest.mark.parametrize("code", list(MADE), ids=lambda code: code.slug)
def test_codes_that_files_under_version_control_cannot_give(
    code: Code, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, said = MADE[code]
    monkeypatch.setattr(sources, "LARGEST", 5000)
    make(tmp_path)
    lines = format_text(problem for problem in check(tmp_path) if problem.code_name == code.slug).splitlines()
    assert [line for line in lines if line.startswith(said)], lines


def test_offline_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "MAIL_LIMIT", 50)
    (tmp_path / "a.html").write_text("<html><body>" + "lamp " * 30 + "</body></html>", encoding="utf-8")
    _, found = offline.single_file(tmp_path, "a.html")
    assert [problem.code_name for problem in found] == ["offline-large"]


@pytest.mark.skipif(sys.platform != "linux", reason="links")
def test_figure_outside(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "lamp.png").write_bytes(b"")
    (tmp_path / "book" / "lamp.png").symlink_to("../lamp.png")
    found = inspect(["lamp.png"], tmp_path / "book", FigureSettings(), 1)
    assert [(problem.path, problem.code_name) for problem in found] == [("lamp.png", "figure-outside")]


def test_no_example_is_orphaned() -> None:
    slugs = {code.slug for code in Code}
    assert {folder.name for folder in FOLDER.iterdir()} <= slugs
    assert {code.slug for code in Code if (FOLDER / code.slug).is_dir()} == slugs - {
        code.slug for code in (*MADE, *ELSEWHERE)
    }
