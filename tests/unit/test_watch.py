"""The watcher sees what people save, and nothing of what editors and builds write beside it."""

from __future__ import annotations

from pathlib import Path

from slidegloss.serving.watch import changed, snapshot


def names(paths: tuple[str, ...]) -> list[str]:
    return [Path(path).name for path in paths]


def test_a_saved_a_new_and_a_deleted_file_are_seen(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for name in ("a.md", "b.md"):
        (tmp_path / "notes" / name).write_text("x", encoding="utf-8")
    before = snapshot([tmp_path])
    (tmp_path / "notes" / "a.md").write_text("longer", encoding="utf-8")
    (tmp_path / "notes" / "b.md").unlink()
    (tmp_path / "notes" / "c.md").write_text("x", encoding="utf-8")
    assert names(changed(before, snapshot([tmp_path]))) == ["a.md", "b.md", "c.md"]


def test_swap_backup_hidden_and_output_files_are_not_seen(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    before = snapshot([tmp_path], [tmp_path / "build"])
    for name in ("a.md~", ".a.md.swp", "4913", "#a.md#", "a.md.tmp", ".git", "build/page.html"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert changed(before, snapshot([tmp_path], [tmp_path / "build"])) == ()


def test_a_folder_that_vanishes_and_comes_back_is_seen_both_times(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("x", encoding="utf-8")
    full = snapshot([tmp_path])
    (notes / "a.md").rename(tmp_path / "kept")
    notes.rmdir()
    gone = snapshot([tmp_path])
    assert "a.md" in names(changed(full, gone))
    notes.mkdir()
    (tmp_path / "kept").rename(notes / "a.md")
    assert "a.md" in names(changed(gone, snapshot([tmp_path])))
