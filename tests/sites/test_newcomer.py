"""A newcomer with an empty folder who does what README.md says, word by word; its commands are read from its code blocks."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from slidegloss.cli import main
from tests.sites.command import REPO, Run, article, run, write

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STARTS = ".venv/bin/python build.py "


def _blocks(language: str) -> list[str]:
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    return [text for name, text in BLOCK.findall(readme) if name == language]


def _commands() -> list[list[str]]:
    lines = [line for text in _blocks("sh") for line in text.splitlines()]
    return [shlex.split(line.removeprefix(STARTS), comments=True) for line in lines if line.startswith(STARTS)]


def _readme(starts: list[str], cwd: Path, cache: str = "") -> Run:
    (command,) = [
        one for one in _commands() if one[: len(starts)] == starts and ("--from" in one) == ("--from" in starts)
    ]
    return run(*command, cwd=cwd, cache=cache, cold=True)


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
    done = _readme(["build"], desk, cache=str(desk / "cache"))  # the first build that this user makes
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
        done = run(*command, cwd=desk, cold=True)
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


def test_the_project_is_served_packed_and_ready_to_deploy(desk: Path) -> None:
    """The last steps of README.md and the guide: look at it, pack it, and do what the workflow would do."""
    assert _readme(["new"], desk).code == 0
    with _serving(desk) as address:
        with urlopen(f"{address}first-deck.html", timeout=60) as answer:  # noqa: S310 - our own server
            assert "What attention computes" in answer.read().decode("utf-8")
        with urlopen(f"{address}zh/first-deck.html", timeout=60) as answer:  # noqa: S310 - our own server
            assert "注意力就是一次软查表" in answer.read().decode("utf-8")
    packed = run("offline", "my-notes", cwd=desk, cold=True)
    assert packed.code == 0, packed.out + packed.err
    (archive,) = (desk / "my-notes/dist").glob("*.zip")
    assert archive.name in packed.out
    assert any(name.endswith("first-deck.html") for name in zipfile.ZipFile(archive).namelist())
    workflow = yaml.safe_load((desk / "my-notes/.github/workflows/site.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["build"]["steps"]
    assert workflow["permissions"] == {"contents": "read"}, "notes of a pull request are built with no more than that"
    assert workflow["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    commands = [shlex.split(step["run"]) for step in steps if step.get("run", "").startswith("slidegloss ")]
    assert [command[1] for command in commands] == ["check", "build"]
    for command in commands:
        done = run(*command[1:], cwd=desk / "my-notes", cold=True)
        assert done.code == 0, done.out + done.err
    (published,) = (step["with"]["path"] for step in steps if "upload-pages" in step.get("uses", ""))
    assert (desk / "my-notes" / published / "index.html").is_file()


@pytest.mark.parametrize("command", [[], ["check"], ["translate"], ["papers", "list"], ["new", "made"]], ids=" ".join)
def test_in_a_clone_without_its_packages_one_sentence_says_what_to_do(command: list[str], tmp_path: Path) -> None:
    bare = _without_packages(tmp_path, command)
    assert (bare.returncode, bare.stdout) == (2, "")
    assert re.match(r"The Python package '\w+' is not installed. Run `make site`, or:\n", bare.stderr), bare.stderr


def test_in_a_clone_any_python_runs_commands_once_it_is_set_up(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".venv/bin/python": f'#!/bin/sh\nPYTHONPATH={REPO} exec {sys.executable} "$@"\n', "notes/a.md": "# A\n"},
    )
    (tmp_path / ".venv/bin/python").chmod(0o755)
    done = _without_packages(tmp_path, ["check", "notes"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "no problems\n", "")


def _without_packages(clone: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command of a clone with a Python that has no packages but its own."""
    (clone / "build.py").write_bytes((REPO / "build.py").read_bytes())
    for name in ("slidegloss", "templates"):
        (clone / name).symlink_to(REPO / name)
    return subprocess.run(
        [sys.executable, "-S", "build.py", *command],
        cwd=clone,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@contextmanager
def _serving(desk: Path) -> Iterator[str]:
    """Run the README's `serve` on a free port until the block ends; gives the address that it prints."""
    (words,) = [one for one in _commands() if one[0] == "serve"]
    process = subprocess.Popen(
        [sys.executable, REPO / "build.py", *words, "--addr", "127.0.0.1:0"],
        cwd=desk,
        env={**os.environ, "PYTHONPATH": str(REPO), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout
    try:
        said = next(line for line in process.stdout if line.startswith("Serving "))
        yield said.split()[1]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("command", [["build"], ["pages"], ["offline", "--release", "1"]])
def test_what_is_said_on_a_terminal_begins_on_an_empty_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """Progress is shown on the line that it leaves empty."""
    write(tmp_path, {"a.md": "# A\n\n[no](nowhere.md)\n"})
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.chdir(tmp_path)
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, screen)
    main([*command, str(tmp_path / "a.md")])
    shown, empty, said = screen.getvalue().rpartition("\r\x1b[K")
    assert "writing pages" in shown
    assert empty
    assert "link-missing" in said
