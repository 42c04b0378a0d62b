"""`new`: a project to start from, or an mdBook project moved over."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from slidegloss import terminal
from slidegloss.authoring.scaffold import absent, missing_wheel, move_book, new_project, project_name
from slidegloss.commands.project import loaded
from slidegloss.write.beside import write_new
from slidegloss.write.refusals import NotOurs


def run(options: argparse.Namespace) -> int:
    """Write a project's files and say what comes next."""
    folder: Path = options.folder.absolute()
    report = ""
    files: Mapping[str, str | Path]
    if options.book:
        project = loaded(options.book)
        if project is None:
            return terminal.PROBLEMS
        from slidegloss.pipeline.bookcheck import check_book  # noqa: PLC0415 - to start from nothing need not load it

        moved = move_book(project, check_book(project))
        files, report = moved.files, moved.report
    else:
        files = new_project(options.name or project_name(options.folder))
    files, kept = absent(folder, files)
    try:
        written = write_new(options.folder, files)
    except NotOurs as error:
        taken = terminal.shown(folder / error.path)
        return terminal.refuse(
            f"{taken} exists already; nothing was written", "choose another folder, or move that file away"
        )
    terminal.say(f"Wrote {len(written)} files to {terminal.shown(folder)}")
    if kept:
        terminal.say(f"Left as they are, for you have them already: {', '.join(kept)}")
    if ".gitignore" in kept:
        terminal.say("Let your .gitignore name what is generated: /build/ /site/ /dist/")
    if report:
        terminal.say(f"What was moved and what was broken before: {terminal.shown(folder / 'MOVED.md')}")
    _say_what_is_next(folder)
    return terminal.OK


def _say_what_is_next(folder: Path) -> None:
    where = quoted(terminal.shown(folder))
    terminal.say(f"Next:\n  {_called()} serve {where}    shows the site while you write")
    terminal.say(f"  {_called()} build {where}    builds it into {terminal.shown(folder / 'site')}")
    if wheel := missing_wheel(folder):
        wheels = quoted(terminal.shown(folder / "wheels"))
        terminal.say(
            f"Before you deploy: requirements.txt names {wheel.path}, which is not there yet. This makes it; commit it:"
        )
        terminal.say(f"  {_python()} -m pip wheel --no-deps -w {wheels} {quoted(wheel.source)}")


def _called() -> str:
    """Return how to call this program again from here, to be pasted."""
    return terminal.PROGRAM if terminal.PROGRAM == "slidegloss" else f"{_python()} {quoted(sys.argv[0])}"


def _python() -> str:
    return quoted(terminal.shown(Path(sys.executable)))


def quoted(word: str) -> str:
    """Return a word as a shell takes it for one; most need no quotes, and Windows knows double ones only."""
    if re.fullmatch(r"[\w~][\w@%+=:,./\\~-]*" if os.name == "nt" else r"[\w~./][\w@%+=:,./~-]*", word):
        return word
    return f'"{word}"' if os.name == "nt" else shlex.quote(word)
