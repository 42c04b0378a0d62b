"""`new` makes projects that build clean; nothing that exists is overwritten; old addresses of a moved book answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegloss.cli import main
from slidegloss.scaffold import new_project, requirement


def test_a_new_project_builds_strictly_and_passes_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "my-notes"
    assert main(["new", str(project)]) == 0
    assert main(["build", str(project), "--strict"]) == 0, capsys.readouterr().out
    assert main(["check", str(project), "--strict"]) == 0
    assert "My notes" in (project / "site" / "index.html").read_text(encoding="utf-8")
    deck = (project / "site" / "zh" / "first-deck.html").read_text(encoding="utf-8")
    assert "soft table look-up" in deck


def test_new_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mkdocs.yml").write_text("mine", encoding="utf-8")
    assert main(["new", str(tmp_path)]) == 2
    assert "mkdocs.yml exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mkdocs.yml"]
    assert (tmp_path / "mkdocs.yml").read_text(encoding="utf-8") == "mine"


def test_a_moved_book_keeps_its_notes_and_its_addresses(tmp_path: Path) -> None:
    book = tmp_path / "book"
    (book / "src" / "part").mkdir(parents=True)
    (book / "book.toml").write_text('[book]\ntitle = "Moved"\nauthors = ["A. Uthor"]\n', encoding="utf-8")
    notes = {
        "SUMMARY.md": "# Summary\n\n- [Start](README.md)\n- [First](part/first.md)\n",
        "README.md": "# Start\n",
        "part/first.md": "P1\n## Slide\n\n![](gone.png)\n\nOther et al., “A Work that Exists,” Venue 2020.\n",
    }
    for name, text in notes.items():
        (book / "src" / name).write_text(text, encoding="utf-8")
    moved = tmp_path / "moved"
    assert main(["new", str(moved), "--from", str(book)]) == 0
    for name, text in notes.items():
        assert (moved / "docs" / "notes" / name).read_text(encoding="utf-8") == text
    assert "figure-missing" in (moved / "MOVED.md").read_text(encoding="utf-8")
    assert "A Work that Exists" in (moved / "docs" / "papers" / "cited.yml").read_text(encoding="utf-8")
    assert main(["build", str(moved)]) == 0
    for address in ("index.html", "part/first.html", "print.html"):
        assert (moved / "site" / address).is_file(), address


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        (
            '{"url": "https://me:secret@example.org/team/slidegloss.git", "vcs_info": {"vcs": "git", "commit_id": "abc123"}}',
            "slidegloss @ git+https://example.org/team/slidegloss.git@abc123",
        ),
        ('{"url": "file:///home/me/slidegloss", "dir_info": {}}', "./wheels/"),
        ('{"url": "ssh://git@example.org/slidegloss.git", "vcs_info": {"commit_id": "abc123"}}', "./wheels/"),
        (None, "./wheels/"),
    ],
)
def test_a_workflow_gets_slidegloss_from_where_it_can_be_had(origin: str | None, line: str) -> None:
    assert requirement(origin).startswith(line)


def test_nothing_that_new_writes_asks_a_registry_for_our_name() -> None:
    """Whoever takes the name there would run in the workflow of every book."""
    files = new_project("Notes")
    assert "pip install -r requirements.txt" in files[".github/workflows/site.yml"]
    assert not [name for name, text in files.items() if "pip install slidegloss" in text or "{requirement}" in text]
