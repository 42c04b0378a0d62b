"""What Windows lacks or forbids: names that no file may have, processes that fork, hard links."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PureWindowsPath

import pytest

from slidegloss.base import parallel
from slidegloss.base.naming import address, fold
from slidegloss.config.settings import inside_project
from slidegloss.write.site import Part, assemble

DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


@pytest.mark.parametrize(
    "note",
    [
        "aux.md",
        "CON.md",
        "con/x.md",
        "com1.txt.md",
        "Nul./b.md",
        "a /b .md",
        "x..md",
        " .md",
        "a:b?.md",
        "b|c/<d>.md",
        "l\\n.md",
    ],
)
def test_every_page_can_be_a_file_on_windows(note: str) -> None:
    page = address(note)
    path = PureWindowsPath(page)
    assert path.as_posix() == page
    assert not path.drive
    for part in path.parts:
        assert part == part.rstrip(". ")
        assert part.partition(".")[0].lower() not in DEVICES
        assert not set(part) & set('<>:"/\\|?*')


def test_names_that_differ_in_case_are_one_file() -> None:
    assert fold(address("Lamp.md")) == fold(address("lamp.md"))


@pytest.mark.parametrize(("written", "path"), [("docs\\notes", "docs/notes"), (".\\notes\\", "notes")])
def test_settings_may_be_written_with_backslashes(written: str, path: str) -> None:
    assert inside_project(written) == path


@pytest.mark.parametrize("written", ["C:\\notes", "c:notes", "\\\\server\\share", "..\\other"])
def test_paths_of_windows_that_leave_the_project(written: str) -> None:
    with pytest.raises(ValueError, match="absolute|leaves"):
        inside_project(written)


def test_without_fork_one_process_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(os, "fork", raising=False)
    assert parallel.run_parts(list, [1, 2, 3], jobs=4) == [[1, 2, 3]]


def test_without_hard_links_files_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "html").mkdir()
    (tmp_path / "html/a.html").write_text("lamp", encoding="utf-8")
    parts = [Part(tmp_path / "html", link=True)]
    assemble(tmp_path / "site", parts)
    assert (tmp_path / "site/a.html").read_text(encoding="utf-8") == "lamp"
