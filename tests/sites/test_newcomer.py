"""A newcomer with an empty folder who does what README.md says, word by word; its commands are read from its code blocks."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.sites.command import REPO, Run, article, run, write

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STARTS = ".venv/bin/python build.py "


def _blocks(language: str) -> list[str]:
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    return [text for name, text in BLOCK.findall(readme) if name == language]


def _commands() -> list[list[str]]:
    lines = [line for text in _blocks("sh") for line in text.splitlines()]
    return [shlex.split(line.removeprefix(STARTS), comments=True) for line in lines if line.startswith(STARTS)]


def _readme(starts: list[str], cwd: Path) -> Run:
    (command,) = [
        one for one in _commands() if one[: len(starts)] == starts and ("--from" in one) == ("--from" in starts)
    ]
    return run(*command, cwd=cwd)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder with notes and a book where the README's examples have them."""
    note = "P1\n## First light\n\n> ✅ 先开灯。\n"
    write(tmp_path / "path/to/notes", {"light.md": note})
    book = {"book.toml": '[book]\ntitle = "Lamps"\n', "src/SUMMARY.md": "- [Light](light.md)\n", "src/light.md": note}
    write(tmp_path / "path/to/book", book)
    return tmp_path


def test_every_target_of_make_that_the_readme_names_exists() -> None:
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"^make (\w+)", "".join(_blocks("sh")), re.MULTILINE)
    assert named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_a_folder_of_notes_becomes_a_site_with_the_readmes_command(desk: Path) -> None:
    done = _readme(["build"], desk)
    assert done.code == 0, done.out + done.err
    assert "my-site/index.html" in done.out, "it says what to open"
    assert "先开灯" in article(desk / "my-site" / "light.html").text_content()


def test_a_project_grows_by_the_readmes_slide_a_paper_and_a_translation(desk: Path) -> None:
    done = _readme(["new"], desk)
    assert done.code == 0, done.err
    assert "build my-notes" in done.out, "it says what to do next"
    (slide,) = _blocks("markdown")
    figure = (desk / "my-notes/assets/attention.svg").read_text(encoding="utf-8")
    paper = "- key: chen2023mcdiff\n  title: Motion-Conditioned Diffusion Model for Controllable Video Synthesis\n  short: MCDiff\n"
    added = {"docs/notes/strokes.md": slide, "docs/notes/assets/mcdiff.svg": figure, "docs/papers/mine.yml": paper}
    write(desk / "my-notes", dict(added))
    for command in (["translate", "my-notes"], ["check", "my-notes", "--strict"], ["build", "my-notes", "--strict"]):
        done = run(*command, cwd=desk)
        assert done.code == 0, done.out + done.err
    page = article(desk / "my-notes/site/strokes.html")
    assert "Complete the flow first, then paint the frames." in page.text_content()
    assert page.xpath("//img[@alt='strokes and a start frame become a video']")
    assert (desk / "my-notes/site/papers/chen2023mcdiff.html").is_file()
    assert "误差会不会累积" in (desk / "my-notes/docs/translations/en.po").read_text(encoding="utf-8")


def test_a_book_is_moved_with_the_readmes_command(desk: Path) -> None:
    done = _readme(["new", "my-notes", "--from"], desk)
    assert done.code == 0, done.err
    assert "MOVED.md" in done.out
    assert (desk / "my-notes/docs/notes/light.md").read_bytes() == (desk / "path/to/book/src/light.md").read_bytes()
