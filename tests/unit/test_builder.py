"""The development server's builds run in a process of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from slidegloss.base.parallel import WorkerError, can_fork
from slidegloss.model import Content, NoteSource, deck_head, kept_deck
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.pipeline.phases import Built, Options
from slidegloss.serving import builder
from slidegloss.serving.builder import Builder, edited_place
from slidegloss.write.refusals import Locked, NotOurs, OutsideRootError, Refused


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(tmp_path / "out")


def test_builds_follow_each_other_in_another_process(
    tmp_path: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "build", lambda *_, **__: Built(None, (), tmp_path / str(os.getpid())))
    made = Builder(tmp_path, options)
    first, second = made.build(), made.build()
    made.stop()
    assert first.site == second.site
    assert (first.site == tmp_path / str(os.getpid())) is not can_fork()


def _fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the builder fork although the runner of tests has threads; they have nothing to do with it."""
    if sys.platform != "linux":
        pytest.skip("builds run in this process")
    monkeypatch.setattr(builder, "can_fork", lambda: True)


def test_a_bug_in_a_build_is_raised_with_its_traceback_and_a_full_disk_as_such(
    tmp_path: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fork(monkeypatch)

    def fail(*_: object, **__: object) -> Built:
        if (tmp_path / "full").exists():
            raise OSError(28, "No space left on device")
        return {}["no such key"]

    monkeypatch.setattr(builder, "build", fail)
    made = Builder(tmp_path, options)
    with pytest.raises(WorkerError, match="no such key"):
        made.build()
    (tmp_path / "full").touch()
    with pytest.raises(OSError, match="No space"):
        made.build()
    made.stop()


@pytest.mark.parametrize(
    "why", [NotOurs(Path("site"), "x"), OutsideRootError("en/a.md"), Locked(Path("build"))], ids=repr
)
def test_a_refusal_comes_out_of_the_process_as_it_is(
    tmp_path: Path, options: Options, monkeypatch: pytest.MonkeyPatch, why: Refused
) -> None:
    _fork(monkeypatch)

    def refuse(*_: object, **__: object) -> Built:
        raise why

    monkeypatch.setattr(builder, "build", refuse)
    made = Builder(tmp_path, options)
    with pytest.raises(type(why)) as caught:
        made.build()
    made.stop()
    assert (str(caught.value), caught.value.hint) == (str(why), why.hint)


def test_a_language_that_the_settings_do_not_list_any_more_is_said(tmp_path: Path, options: Options) -> None:
    (tmp_path / "a.md").write_text("# A\n", encoding="utf-8")
    made = Builder(tmp_path, options._replace(languages=("fr",)))
    built = made.build()
    made.stop()
    assert built.site is None
    assert [(one.code_name, one.message) for one in built.diagnostics] == [
        ("config-value", "the settings list no language 'fr'; they list en, zh")
    ]


def test_what_another_build_has_cleared_is_no_fault() -> None:
    """The decks of the build before are compared with those of this one, and may be kept no longer."""

    def gone() -> Content:
        raise OSError(16, "it was changed while the site was built")

    deck = parse_deck(NoteSource("a.md", "a.html", "# A\n\nP1\n\none\n"), NoteOptions())[0]
    assert edited_place([kept_deck(deck_head(deck), gone)], [deck]) == ("a.html", "")


def test_a_process_that_was_killed_is_said(tmp_path: Path, options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    _fork(monkeypatch)
    monkeypatch.setattr(builder, "build", lambda *_, **__: os._exit(1))
    made = Builder(tmp_path, options)
    with pytest.raises(WorkerError, match="out of memory"):
        made.build()
    made.stop()
