"""What is kept between builds: found again, given up when damaged, never taken from anyone else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from slidegloss.base.diagnostics import Code, diagnostic
from slidegloss.base.parallel import run_parts
from slidegloss.kept.store import Kept, own_templates, place
from slidegloss.pipeline.reuse import file_state, keep_page, old_page

KEY_PARTS = ("note", "a.md", "text")


def filled(path: Path) -> bytes:
    kept = Kept(path, b"salt")
    key = kept.key(*KEY_PARTS)
    kept.put(key, b"work")
    kept.write()
    return key


def test_work_is_found_again_under_the_same_key_only(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "book.db"
    key = filled(path)
    later = Kept(path, b"salt")
    assert later.get(later.key(*KEY_PARTS)) == b"work"
    assert later.get(later.key("note", "a.md", "other text")) is None
    assert later.key("ab", "c") != later.key("a", "bc")
    assert Kept(path, b"other settings").key(*KEY_PARTS) != key
    assert Kept(path, b"salt", read=False).get(key) is None


def test_bulky_work_is_found_again_while_builds_ask_for_it(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "book.db"
    kept = Kept(path, b"salt")
    kept.put_bulk([(b"one", b"1" * 9000), (b"two", b"2" * 9000)])
    assert kept.bulk(b"one") == b"1" * 9000
    kept.write()
    later = Kept(path, b"salt")
    assert later.has_bulk(b"one")
    assert not later.has_bulk(b"three")
    assert later.bulk(b"one") == b"1" * 9000
    later.write()
    last = Kept(path, b"salt")
    assert (last.has_bulk(b"one"), last.has_bulk(b"two")) == (True, False)
    path.write_bytes(path.read_bytes().replace(b"111", b"110"))
    assert Kept(path, b"salt").bulk(b"one") is None


def test_what_another_process_has_put_into_the_file_is_found_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "book.db"
    kept = Kept(path, b"salt")
    assert kept.ready()

    def put(names: Sequence[bytes]) -> list[bytes]:
        assert kept.file_bulk([(name, name * 9000) for name in names])
        return list(names)

    names = [b"one", b"two", b"six"]
    for done in run_parts(put, names, jobs=3):
        kept.filed(done)
    assert [kept.bulk(name) for name in names] == [name * 9000 for name in names]
    kept.write()
    assert all(Kept(path, b"salt").has_bulk(name) for name in names)
    assert not Kept(None, b"salt").ready()
    assert not Kept(None, b"salt").file_bulk([(b"one", b"1")])


def test_without_a_file_work_is_kept_for_the_build(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file in the way", encoding="utf-8")
    for path in (None, tmp_path / "kept" / "book.db"):
        kept = Kept(path, b"salt")
        kept.put_bulk([(b"one", b"1")])
        assert (kept.has_bulk(b"one"), kept.bulk(b"one"), kept.bulk(b"two")) == (True, b"1", None)
        kept.write()


def test_what_a_build_did_not_ask_for_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "book.db"
    key = filled(path)
    later = Kept(path, b"salt")
    later.put(b"new", b"other")
    later.write()
    assert Kept(path, b"salt").get(key) is None
    assert Kept(path, b"salt").get(b"new") == b"other"


@pytest.mark.parametrize("damage", [b"", b"something else entirely"])
def test_a_damaged_file_is_as_if_there_were_none(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "kept" / "book.db"
    key = filled(path)
    path.write_bytes(damage)
    assert Kept(path, b"salt").get(key) is None


def test_a_changed_byte_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "book.db"
    key = filled(path)
    data = path.read_bytes()
    assert data.count(b"work") == 1
    path.write_bytes(data.replace(b"work", b"fork"))
    assert Kept(path, b"salt").get(key) is None


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_file_that_others_may_write_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "book.db"
    key = filled(path)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.parent.chmod(0o777)
    assert Kept(path, b"salt").get(key) is None
    path.parent.chmod(0o700)
    path.chmod(0o666)
    assert Kept(path, b"salt").get(key) is None
    path.chmod(0o600)
    assert Kept(path, b"salt").get(key) == b"work"


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights there")
def test_a_link_to_a_file_is_not_followed(tmp_path: Path) -> None:
    key = filled(tmp_path / "theirs" / "book.db")
    folder = tmp_path / "kept"
    folder.mkdir(mode=0o700)
    (folder / "book.db").symlink_to(tmp_path / "theirs" / "book.db")
    assert Kept(folder / "book.db", b"salt").get(key) is None


def test_nothing_is_kept_inside_the_project(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "book"
    assert place(root, "", root / ".cache" / "slidegloss") is None
    outside = place(root, "", tmp_path / "cache")
    assert outside is not None
    assert outside != place(root, "one.md", tmp_path / "cache")


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file in the way", encoding="utf-8")
    filled(tmp_path / "kept" / "book.db")
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "a file in the way"


def test_old_files_make_room(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    for number in range(20):
        filled(folder / f"{number}.db")
        os.utime(folder / f"{number}.db", ns=(number, number))
    assert len(list(folder.iterdir())) == 16
    assert (folder / "19.db").is_file()
    assert not (folder / "1.db").exists()


@pytest.mark.parametrize("name", ["pages/a.jinja", "pages/theme/b.jinja", "strings/en.yml"])
def test_a_change_of_templates_of_ones_own_is_told(tmp_path: Path, name: str) -> None:
    before = own_templates(tmp_path)
    path = tmp_path / "templates" / name
    path.parent.mkdir(parents=True)
    path.write_text("one", encoding="utf-8")
    assert own_templates(tmp_path) != before == ""


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights there")
def test_templates_are_looked_for_through_links(tmp_path: Path) -> None:
    mine, folder = tmp_path / "mine", tmp_path / "templates"
    mine.mkdir()
    folder.mkdir()
    (folder / "pages").symlink_to(mine)
    (mine / "round").symlink_to(folder)
    before = own_templates(tmp_path)
    (mine / "deck.md.jinja").write_text("one", encoding="utf-8")
    assert own_templates(tmp_path) != before


def test_a_page_stays_with_its_messages_while_its_file_is_what_was_written(tmp_path: Path) -> None:
    kept = Kept(None, b"salt")
    page = tmp_path / "a.md"
    page.write_bytes(b"# A page")
    said = (diagnostic(Code.FIGURE_MISSING, "a.md", 3, 1),)
    keep_page(b"key", file_state(page), said, kept)
    assert old_page(b"key", page, kept) == said
    keep_page(b"quiet", file_state(page), (), kept)
    assert old_page(b"quiet", page, kept) == ()
    assert old_page(b"other", page, kept) is None
    page.write_bytes(b"# Another page")
    assert old_page(b"key", page, kept) is None
    page.unlink()
    assert old_page(b"key", page, kept) is None
