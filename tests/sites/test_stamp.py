"""A build with nothing to do says what the last one said; any change of what it reads or wrote makes it build again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

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
    first = built(project)
    again = built(project)
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
