"""Page templates are compiled once for a user, and not taken from where others may have put them."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegloss.templating.environment import compile_ours, environment


class Compiled(Exception):  # noqa: N818 - it reads as a fact
    """A template was compiled."""


def compiles(monkeypatch: pytest.MonkeyPatch, root: Path | None = None, *, kept: bool = True) -> bool:
    """Tell whether a fresh environment has to compile a page template."""

    def refuse(*_: object, **__: object) -> None:
        raise Compiled

    made = environment(root, kept=kept)
    monkeypatch.setattr(made, "compile", refuse)
    try:
        made.get_template("deck.md.jinja")
    except Compiled:
        return True
    return False


def test_page_templates_are_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiles(monkeypatch)
    compile_ours(environment())
    assert not compiles(monkeypatch)
    assert compiles(monkeypatch, kept=False)


def test_compiled_templates_that_others_may_write_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    compile_ours(environment())
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    kept.chmod(0o666)
    assert compiles(monkeypatch)


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slidegloss").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    compile_ours(environment())
    assert compiles(monkeypatch)


def test_templates_of_a_project_are_left_until_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    own = tmp_path / "templates" / "pages"
    own.mkdir(parents=True)
    (own / "questions.md.jinja").write_text("{% if %}", encoding="utf-8")
    compile_ours(environment(tmp_path))
    assert not (tmp_path / "cache").exists()
