from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from slidegloss.write import site as site_folders
from slidegloss.write.files import write_built
from slidegloss.write.lock import LOCK, locked
from slidegloss.write.refusals import Locked, NotOurs, OutsideRootError
from slidegloss.write.site import Clash, Part, assemble, publish
from slidegloss.write.trees import MANIFEST, Tree, announce, read_manifest, write_page, write_tree


def tree(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name not in {MANIFEST, LOCK}
    }


def test_only_changed_files_are_written(tmp_path):
    write_tree(tmp_path, {"a.md": "one", "deck/b.md": "two"})
    before = (tmp_path / "a.md").stat().st_mtime_ns
    os.utime(tmp_path / "a.md", ns=(before - 10**9, before - 10**9))
    write_tree(tmp_path, {"a.md": "one", "deck/b.md": "二"})
    assert (tmp_path / "a.md").stat().st_mtime_ns == before - 10**9
    assert tree(tmp_path) == {"a.md": "one", "deck/b.md": "二"}


def test_stale_files_of_ours_go_and_those_of_others_stay(tmp_path):
    write_tree(tmp_path, {"old/deep/a.md": "1", "b.md": "2"})
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    write_tree(tmp_path, {"b.md": "2"})
    assert tree(tmp_path) == {"b.md": "2", "mine.txt": "keep"}
    assert not (tmp_path / "old").exists()


def test_a_file_may_become_a_folder(tmp_path):
    write_tree(tmp_path, {"a": "1"})
    write_tree(tmp_path, {"a/b": "2"})
    assert tree(tmp_path) == {"a/b": "2"}


@pytest.mark.parametrize("name", ["../a", "/etc/a", "x/../../a", "a\\b", "C:/a", "", ".", "a\0b", "a\nb"])
def test_no_path_leaves_the_root(tmp_path, name):
    root = tmp_path / "root"
    with pytest.raises(OutsideRootError):
        write_tree(root, {"fine.md": "1", name: "2"})
    assert tree(tmp_path) == {}


def test_links_are_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "target")
    for name in ("folder/a", "file"):
        with pytest.raises(OutsideRootError):
            write_tree(root, {name: "x"})
    assert list(outside.iterdir()) == []


def test_a_forged_manifest_deletes_nothing_outside(tmp_path):
    (tmp_path / "precious").write_text("x", encoding="utf-8")
    root = tmp_path / "root"
    write_tree(root, {"a": "1"})
    with (root / MANIFEST).open("a", encoding="utf-8") as handle:
        handle.write("../precious\n")
    write_tree(root, {"a": "1"})
    assert (tmp_path / "precious").exists()


def site(root: Path, **pages: str) -> Path:
    root.mkdir(parents=True)
    for name, text in pages.items():
        (root / f"{name}.html").write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("atomic", [True, False])
def test_publish_replaces_the_whole_site(tmp_path, monkeypatch, atomic):
    if not atomic:
        monkeypatch.setattr(site_folders, "_exchange", lambda *_: False)
    target = tmp_path / "www" / "site"
    publish(site(tmp_path / "s1", index="1", gone="x"), target)
    (target / ".DS_Store").touch()
    publish(site(tmp_path / "s2", index="2"), target)
    assert tree(target) == {"index.html": "2"}
    assert [path.name for path in target.parent.iterdir()] == ["site"]
    assert target.stat().st_mode & 0o777 == 0o755


def test_publish_refuses_a_folder_of_someone_else(tmp_path):
    target = site(tmp_path / "home", thesis="ten years of work")
    with pytest.raises(NotOurs) as caught:
        publish(site(tmp_path / "s", index="1"), target)
    assert caught.value.path == "thesis.html"
    assert tree(target) == {"thesis.html": "ten years of work"}


def test_publish_refuses_a_site_with_a_foreign_file(tmp_path):
    target = tmp_path / "site"
    publish(site(tmp_path / "s1", index="1"), target)
    (target / "CNAME").write_text("notes.example.org", encoding="utf-8")
    with pytest.raises(NotOurs) as caught:
        publish(site(tmp_path / "s2", index="2"), target)
    assert caught.value.path == "CNAME"
    assert tree(target)["index.html"] == "1"


def test_publish_refuses_a_file_and_takes_an_empty_folder(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    staging = site(tmp_path / "s", index="1")
    with pytest.raises(NotOurs):
        publish(staging, tmp_path / "file")
    (tmp_path / "empty").mkdir()
    publish(staging, tmp_path / "empty")
    assert tree(tmp_path / "empty") == {"index.html": "1"}


def test_the_old_site_survives_a_failing_swap(tmp_path, monkeypatch):
    target = tmp_path / "site"
    publish(site(tmp_path / "s1", index="1"), target)
    monkeypatch.setattr(site_folders, "_exchange", lambda *_: False)
    rename = Path.rename

    def failing(self, other):
        if self.name == ".site.new":
            raise PermissionError
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(PermissionError):
        publish(site(tmp_path / "s2", index="2"), target)
    assert tree(target) == {"index.html": "1"}


def test_a_run_stopped_between_the_renames_is_mended(tmp_path):
    target = tmp_path / "site"
    publish(site(tmp_path / "s1", index="1"), target)
    target.rename(tmp_path / ".site.old")
    with pytest.raises(FileNotFoundError):
        publish(tmp_path / "no-such-staging", target)
    assert tree(target) == {"index.html": "1"}


def test_publish_never_swallows_its_own_staging(tmp_path):
    staging = site(tmp_path / "site" / "staging", index="1")
    with pytest.raises(ValueError, match="holds the other"):
        publish(staging, tmp_path / "site")
    assert tree(staging) == {"index.html": "1"}


def test_assemble_places_editions_and_shared_files(tmp_path):
    english, chinese = site(tmp_path / "en", index="en"), site(tmp_path / "zh", index="zh")
    (english / "bundle.js.map").write_text("{}", encoding="utf-8")
    shared = site(tmp_path / "shared", figure="f")
    assemble(tmp_path / "stage", [Part(english), Part(chinese, "zh/"), Part(shared, link=True)])
    assert tree(tmp_path / "stage") == {"figure.html": "f", "index.html": "en", "zh/index.html": "zh"}


def test_assemble_reports_two_sources_for_one_file(tmp_path):
    one, other = site(tmp_path / "one", index="1"), site(tmp_path / "other", index="2")
    with pytest.raises(Clash) as caught:
        assemble(tmp_path / "stage", [Part(one), Part(other)])
    assert caught.value.path == "index.html"


def test_a_second_build_waits_and_says_so(tmp_path):
    script = (
        "import sys; from pathlib import Path; from slidegloss.write.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n  print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        other.stdout.readline()
        said: list[str] = []
        with pytest.raises(Locked), locked(tmp_path, wait=0, on_wait=lambda: said.append("waiting")):
            pass
        with locked(tmp_path, wait=30, on_wait=other.stdin.close):
            said.append("got it")
    assert said == ["got it"]


def test_staging_on_another_file_system(tmp_path, monkeypatch):
    staging = site(tmp_path / "s", index="1")
    rename = Path.rename

    def no_crossing(self, other):
        if self.name == "s":
            raise OSError(18, "cross-device link")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", no_crossing)
    publish(staging, tmp_path / "site")
    assert tree(tmp_path / "site") == {"index.html": "1"}
    assert not staging.exists()
    shutil.rmtree(tmp_path / "site")


def test_pages_are_announced_written_one_by_one_and_stay(tmp_path: Path) -> None:
    write_tree(tmp_path, {"en/Old.md": "1", "en/gone.md": "2"})
    announce(tmp_path, ["en/old.md", "en/new.md"])
    # a file that is now called the same but for its case goes first: on some disks the two are one
    assert not (tmp_path / "en" / "Old.md").exists()
    assert {"en/old.md", "en/new.md", "en/gone.md"} <= read_manifest(tmp_path)
    write_page(tmp_path, "en/old.md", "one")
    write_page(tmp_path, "en/new.md", b"two")
    write_tree(tmp_path, {"en/old.md": None, "en/new.md": None, "other": "3"})
    assert not (tmp_path / "en" / "gone.md").exists()
    assert (tmp_path / "en" / "old.md").read_text(encoding="utf-8") == "one"
    assert (tmp_path / "en" / "new.md").read_text(encoding="utf-8") == "two"
    with pytest.raises(OutsideRootError):
        write_page(tmp_path, "../outside.md", "x")


def test_many_pages_are_written_new_changed_and_not_at_all(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "root"
    (root / "en").mkdir(parents=True)
    (root / "en" / "link.md").symlink_to(outside / "target")
    (root / "away").symlink_to(outside)
    pages = Tree(root)
    assert pages.write_page("en/deep/a.md", "one") == (str(root.resolve() / "en" / "deep" / "a.md"), True)
    os.utime(root / "en/deep/a.md", ns=(1, 1))
    assert pages.write_page("en/deep/a.md", b"one")[1] is False
    assert (root / "en/deep/a.md").stat().st_mtime_ns == 1, "what says this already is not written"
    pages.write_page("en/deep/a.md", "two")
    assert (root / "en/deep/a.md").read_text(encoding="utf-8") == "two"
    for name in ("en/link.md", "away/a.md", "../outside/a.md"):
        with pytest.raises(OutsideRootError):
            pages.write_page(name, "x")
    assert list(outside.iterdir()) == []


def test_what_was_built_is_replaced_and_a_site_that_shares_it_keeps_its_own(tmp_path: Path) -> None:
    built, site, other = tmp_path / "html" / "a.html", tmp_path / "site.html", tmp_path / "other.html"
    write_built(built, b"one")
    os.link(built, site)
    os.utime(built, ns=(1, 1))
    write_built(built, b"one")
    assert built.stat().st_mtime_ns == 1
    write_built(built, b"two")
    assert (built.read_bytes(), site.read_bytes()) == (b"two", b"one")
    for target in (site, other):  # the second does not exist
        built.unlink()
        built.symlink_to(target)
        write_built(built, b"three")
        assert not built.is_symlink()
        assert built.read_bytes() == b"three"
    assert site.read_bytes() == b"one"
    assert not other.exists()
    with pytest.raises(NotOurs):
        write_built(built.parent, b"four")
