from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from slidegloss.base.diagnostics import Code, diagnostic
from slidegloss.cli import main


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    folder = tmp_path / "Group notes"
    folder.mkdir()
    (folder / "fields.md").write_text("# Fields\n\nP1\n\n## Why\n\nwords\n\n> ✅ 因为\n", encoding="utf-8")
    return folder


def test_the_same_notes_make_the_same_archive_and_an_edit_makes_another(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archives = []
    note = (book / "fields.md").read_text(encoding="utf-8")
    for name, words in (("one", "words"), ("two", "words"), ("three", "words of another edition")):
        (book / "fields.md").write_text(note.replace("words", words), encoding="utf-8")
        assert main(["offline", str(book), "-o", str(tmp_path / name)]) == 0
        archives.append(next((tmp_path / name).glob("*.zip")))
    assert archives[0].name == archives[1].name
    assert archives[0].name != archives[2].name
    assert archives[0].read_bytes() == archives[1].read_bytes()
    said = capsys.readouterr().out
    assert re.search(rf"\d\.\d MB  .*{re.escape(archives[0].name)}", said)
    with zipfile.ZipFile(archives[0]) as held:
        names = {name.partition("/")[2] for name in held.namelist()}
    assert {"index.html", "zh/fields.html", "search/slides-1.js", "README.txt"} <= names
    assert not [name for name in names if re.search(r"robots\.txt|sitemap|404|\.map$|lunr", name)]


def test_one_file_per_deck(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "dist"
    assert main(["offline", str(book), "-o", str(out), "--single-file", "--lang", "zh", "--release", "2"]) == 0
    page = out / "Group-notes-2/zh/fields.html"
    assert "因为" in page.read_text(encoding="utf-8")
    assert "fields.html" in capsys.readouterr().out
    assert [path.name for path in out.rglob("*.html")] == ["fields.html"]


def test_an_archive_holds_all_editions(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["offline", str(book), "--lang", "zh"]) == 2
    assert "--lang goes with --single-file" in capsys.readouterr().err


def test_a_site_with_faults_is_not_packed(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = diagnostic(Code.SITE_BROKEN_LINK, "index.html", 1, 1, "x leads nowhere")
    monkeypatch.setattr("slidegloss.pipeline.offline.verify", lambda *_, **__: (fault,))
    assert main(["offline", str(book), "-o", str(tmp_path / "dist")]) == 1
    assert not (tmp_path / "dist").exists()
    assert "Nothing was packed" in capsys.readouterr().out
