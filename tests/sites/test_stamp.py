"""A build with nothing to do says what the last one said; any change of what it reads or wrote makes it build again."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from slidegloss.cli import main
from slidegloss.incremental import stamp

from .command import REPO, run

NOTE = "# A deck\n\nP1\n\n> ✅ a remark\n\n![](../../assets/gone.png)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "book"
    (root / "docs" / "notes").mkdir(parents=True)
    (root / "docs" / "notes" / "a.md").write_text(NOTE, encoding="utf-8")
    (root / "mkdocs.yml").write_text("site_name: Book\nextra: {slidegloss: {languages: [en]}}\n", encoding="utf-8")
    old = 1_500_000_000
    for path in root.rglob("*"):
        os.utime(path, (old, old))
    return root


def built(project: Path, *options: str, cold: bool = False) -> str:
    return run("build", project, *options, cwd=REPO, cold=cold).out


def settled(project: Path) -> str:
    """Build until it is known that nothing changes; files made just now are looked at twice."""
    first = again = built(project)
    for _ in range(20):
        again = built(project)
        if again.splitlines()[-1].startswith("Nothing has changed"):
            break
        time.sleep(0.2)
    assert again.splitlines()[-1].startswith("Nothing has changed")
    assert again.splitlines()[:-1] == first.splitlines()[:-1]
    return first


CHANGES: dict[str, Callable[[Path], object]] = {
    "edit": lambda root: (root / "docs/notes/a.md").write_text(NOTE + "\nmore\n", encoding="utf-8"),
    "add": lambda root: (root / "docs/notes/b.md").write_text("# B\n", encoding="utf-8"),
    "rename": lambda root: (root / "docs/notes/a.md").rename(root / "docs/notes/c.md"),
    "settings": lambda root: (root / "mkdocs.yml").write_text("site_name: Other\n", encoding="utf-8"),
    "output removed": lambda root: (root / "site/index.html").unlink(),
    "output edited": lambda root: (root / "site/404.html").write_text("x", encoding="utf-8"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(project: Path, change: str) -> None:
    built(project)
    assert built(project).splitlines()[-1].startswith("Nothing has changed")
    CHANGES[change](project)
    assert built(project).splitlines()[-1].startswith("Built")


def test_the_messages_are_said_again(project: Path) -> None:
    said = settled(project)
    assert "figure-missing" in said


def test_other_options_and_no_cache_build_again(project: Path) -> None:
    settled(project)
    assert "Built" in built(project, "--no-cache")
    assert "Built" in built(project, "-o", str(project / "elsewhere"))


def test_only_the_variables_that_the_settings_ask_for_count(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = project / "mkdocs.yml"
    config.write_text('site_name: !ENV [SG_NAME, Book]\nsite_url: !ENV [\n  SG_URL, ""]\n', encoding="utf-8")
    os.utime(config, (1_500_000_000, 1_500_000_000))
    settled(project)
    monkeypatch.setenv("SG_OTHER", "x")
    assert built(project).splitlines()[-1].startswith("Nothing has changed")
    monkeypatch.setenv("SG_URL", "https://h.example/")
    assert "Nothing has changed" not in built(project)
    assert "https://h.example/previews/en/index.png" in (project / "site/index.html").read_text(encoding="utf-8")


def test_settings_may_end_in_yaml(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "mkdocs.yml").rename(project / "mkdocs.yaml")
    text = "site_name: !ENV BOOK_NAME\nextra: {slidegloss: {languages: [en]}}\n"
    (project / "mkdocs.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("BOOK_NAME", "One")
    settled(project)
    assert list((project / "build/cache").glob("stamp.*.json"))
    monkeypatch.setenv("BOOK_NAME", "Two")
    assert built(project).splitlines()[-1].startswith("Built")
    assert "Two" in (project / "site/index.html").read_text(encoding="utf-8")


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_commit_in_a_linked_work_tree_is_seen(project: Path, tmp_path: Path) -> None:
    (project / ".gitignore").write_text("/build/\n/site/\n", encoding="utf-8")
    git(project, "init", "-q", ".")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "one")
    linked = tmp_path / "linked"
    git(project, "worktree", "add", "-q", str(linked))
    settled(linked)
    (linked / "docs/notes/a.md").write_text(NOTE + "\nP2\n\nnew\n", encoding="utf-8")
    settled(linked)
    assert "a.html#p2" not in (linked / "site/changes.html").read_text(encoding="utf-8")
    git(linked, "commit", "-qam", "two")
    assert built(linked).splitlines()[-1].startswith("Built")
    assert "a.html#p2" in (linked / "site/changes.html").read_text(encoding="utf-8")
    for change in (
        ("tag", "part/v1"),  # it names the state of all work trees
        ("tag", "part/v2"),
        ("rm", "-q", "--cached", ".gitignore"),  # what has changed since the commit is in the version, too
    ):
        settled(linked)
        git(project if change[0] == "tag" else linked, *change)
        assert built(linked).splitlines()[-1].startswith("Built"), change


def test_a_commit_is_seen_where_git_keeps_no_log(project: Path) -> None:
    (project / ".gitignore").write_text("/build/\n/site/\n", encoding="utf-8")
    git(project, "init", "-q", ".")
    git(project, "config", "core.logAllRefUpdates", "false")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "one")
    settled(project)
    git(project, "commit", "-q", "--allow-empty", "-m", "two")
    assert built(project).splitlines()[-1].startswith("Built")


def test_what_another_book_says_is_seen(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "docs" / "notes"
    other.mkdir(parents=True)
    (other / "n.md").write_text("# N\n\nP1\n", encoding="utf-8")
    books = "books: {'https://example.org/other': ../other}"
    settings = f"site_name: Book\nextra: {{slidegloss: {{languages: [en], {books}}}}}\n"
    (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
    (project / "docs/notes/a.md").write_text("# A\n\nhttps://example.org/other/n.html#p1\n", encoding="utf-8")
    assert "link-anchor" not in settled(project)
    (other / "n.md").write_text("# N\n\nP2\n", encoding="utf-8")
    assert "link-anchor" in built(project)
    settled(project)
    (tmp_path / "other/mkdocs.yml").write_text("site_name: Other\nextra: {slidegloss: {}}\n", encoding="utf-8")
    settled(project)
    run("build", tmp_path / "other", cwd=tmp_path)  # its site is not what we read
    assert (tmp_path / "other/site").is_dir()
    assert built(project).splitlines()[-1].startswith("Nothing has changed")


def test_folders_that_nobody_may_look_into_stop_no_build(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process, because tests may run as root, who may look into every folder."""
    shut = project / "docs/notes/shut"
    shut.mkdir()
    look = os.scandir

    def refuse(path: str | Path) -> object:
        if Path(path) == shut:
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert main(["build", str(project)]) == 1
    said = capsys.readouterr().out
    assert "docs/notes/shut: error[file-unreadable]: cannot be read: Permission denied" in said
    assert (project / "site/a.html").is_file()


def test_after_an_edit_was_built_there_is_nothing_to_do(project: Path) -> None:
    settled(project)
    note = project / "docs/notes/a.md"
    note.write_text(NOTE + "\nmore\n", encoding="utf-8")
    time.sleep(0.05)
    assert built(project, cold=True).splitlines()[-1].startswith("Built")
    assert built(project, cold=True).splitlines()[-1].startswith("Nothing has changed")
    (page,) = (project / "site").rglob("a.html")
    page.write_bytes(page.read_bytes() + b" ")
    assert built(project).splitlines()[-1].startswith("Built")


def test_what_changes_while_a_build_runs_is_found_by_the_next(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "cache"))
    site = project / "site"
    site.mkdir()
    leave = [site, project / "cache", project / "build"]
    time.sleep(0.05)
    asked, done = stamp.Asked(project, None, ()), stamp.Left(site, ())
    inputs = stamp.take(project, leave, [])
    stamp.remember(asked, inputs, done)
    assert stamp.recall(asked) == done
    (project / "docs/notes/a.md").write_text("other", encoding="utf-8")
    stamp.remember(asked, inputs, done._replace(record="name"))
    found = stamp.recall(asked)
    assert isinstance(found, stamp.Edited)
    assert found.files == ("docs/notes/a.md",)
