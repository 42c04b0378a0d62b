"""The watcher sees what people save, and nothing of what editors and builds write beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from slidegloss.serving.watch import changed, snapshot, until_all, until_next, with_states


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


def test_another_file_as_long_and_as_old_is_seen(tmp_path: Path) -> None:
    figure, other = tmp_path / "a.png", tmp_path / ".b.png"
    figure.write_bytes(b"one")
    before = snapshot([tmp_path])
    other.write_bytes(b"two")
    os.utime(other, ns=(figure.stat().st_atime_ns, figure.stat().st_mtime_ns))
    other.replace(figure)
    assert names(changed(before, snapshot([tmp_path]))) == ["a.png"]


def test_swap_backup_hidden_and_output_files_are_not_seen(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    before = snapshot([tmp_path], [tmp_path / "build"])
    (tmp_path / "node_modules").mkdir()
    for name in ("node_modules/a.md", "a.md~", ".a.md.swp", "4913", "#a.md#", "a.md.tmp", ".git", "build/page.html"):
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


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_folder_that_links_to_itself_is_not_looked_through_again_and_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert sorted(names(tuple(snapshot([tmp_path])))) == ["a.md", "again"]


def test_files_that_are_looked_at_anew_may_be_gone_or_come(tmp_path: Path) -> None:
    for name in ("same.md", "longer.md", "gone.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    before = snapshot([tmp_path])
    (tmp_path / "longer.md").write_text("longer", encoding="utf-8")
    (tmp_path / "gone.md").unlink()
    (tmp_path / "new.md").write_text("x", encoding="utf-8")
    after = with_states(before, [str(tmp_path / name) for name in ("longer.md", "gone.md", "new.md")])
    assert after == snapshot([tmp_path])
    assert names(changed(before, after)) == ["gone.md", "longer.md", "new.md"]


def test_looking_again_at_files_that_are_as_they_were_gives_the_same_snapshot(tmp_path: Path) -> None:
    (tmp_path / "same.md").write_text("x", encoding="utf-8")
    before = snapshot([tmp_path])
    again = with_states(before, [str(tmp_path / "same.md"), str(tmp_path / "never.md")])
    assert again is before
    assert changed(before, again) == ()


def test_looks_less_often_when_nobody_writes() -> None:
    """A minute after the last save a tenth of a processor becomes a fiftieth, and the file saved last is still seen soon."""
    assert until_all(took=0.1, idle=59) == 1.0
    assert until_all(took=0.1, idle=61) == 5.0
    assert until_all(took=0.0001, idle=61) == 0.25
    assert until_next(1, recent=True) < until_next(61, recent=True) == until_next(1, recent=False) <= 0.05
