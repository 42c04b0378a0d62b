"""Dates of the last change of slides, from `git blame`; empty without git."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from slidegloss.base.patterns import lazy
from slidegloss.model import Deck, line_in

_LINE = lazy(r"([0-9a-f]{40,64}) \d+ (\d+)")
_UNCOMMITTED = re.compile(r"0+")
_COMMITS = 1000
"""As far back as changed notes are looked for."""

Place = tuple[str, str]
"""(source path of a note, anchor of a slide or "" for the note itself)."""


_WANTED = 50
"""Slides of which the dates are wanted: the newest ones."""


def slide_dates(root: Path, decks: Sequence[Deck]) -> Mapping[Place, datetime]:
    """Return when slides (of a plain note: when the note) were last changed, of all that may be among the 50 newest.

    What is not committed, and in a shallow clone what is older than the clone, has no date: two builds agree.
    """
    known = {deck.source_path: deck for deck in decks}
    changed = [(path, when) for path, when in _changed_files(root).items() if path in known]
    shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == "true" if changed else False
    found: dict[Place, datetime] = {}
    for path, when in sorted(changed, key=lambda entry: (-entry[1], entry[0])):
        newer = sum(moment.timestamp() > when for moment in found.values())
        if newer >= _WANTED or len(found) >= 20 * _WANTED:
            break  # no line of this note, nor of those after it, is newer than what we have
        lines = _line_dates(root, path, shallow=shallow)
        for anchor, first, last in _parts(known[path]):
            if dates := [date for line, date in lines.items() if first <= line <= last]:
                found[path, anchor] = datetime.fromtimestamp(max(dates), UTC)
    return found


def version_of(root: Path) -> str:
    """Return what git calls the state of a project (`v1.2-3-gabc123`); empty without git.

    It is dirty when there are changes in the project itself: what else lies in its repository is not looked at by builds.
    """
    if not _git(root, "log", "-1", "--format=%h", "--", ".").strip():
        return ""
    name = _git(root, "describe", "--tags", "--always").strip()
    # `describe --dirty` would also write the index anew, which tells builds that there is something to do
    return f"{name}-dirty" if name and _git(root, "status", "--porcelain", "-uno", "--", ".") else name


def _parts(deck: Deck) -> Iterator[tuple[str, int, int]]:
    """Yield (anchor, first line, last line) of what can be new in a deck."""
    if not deck.slides:
        yield "", 1, 1 << 30
    for slide in deck.slides:
        first, last = (line_in(deck.pieces, deck.source_path, line) for line in (slide.span.line, slide.span.end_line))
        yield slide.anchor, first, last


def _changed_files(root: Path) -> dict[str, int]:
    """Return path → time of its last commit, of the files below `root`."""
    log = _git(root, "log", "-n", str(_COMMITS), "--format=%x01%ct", "--name-only", "--relative", "--", ".")
    found: dict[str, int] = {}
    for commit in log.split("\x01")[1:]:
        time, *paths = commit.splitlines()
        for path in paths:
            if path:
                found.setdefault(path, int(time))
    return found


def _line_dates(root: Path, path: str, *, shallow: bool) -> dict[int, int]:
    """Return line → time of the commit that wrote it."""
    # without --root, the first commit of a history is a boundary too; only a shallow one does not know better
    blame = _git(root, "blame", "--porcelain", *([] if shallow else ["--root"]), "--", path)
    commits: dict[str, int] = {}
    dates: dict[int, int] = {}
    commit, boundary, line_of = "", set[str](), dict[int, str]()
    for line in blame.split("\n"):
        if line.startswith("\t"):
            continue
        if head := _LINE.match(line):
            commit = head[1]
            line_of[int(head[2])] = commit
        elif line.startswith("committer-time "):
            commits[commit] = int(line.split(" ")[1])
        elif line == "boundary":
            boundary.add(commit)
    for number, sha in line_of.items():
        if sha in commits and sha not in boundary and not _UNCOMMITTED.fullmatch(sha):
            dates[number] = commits[sha]
    return dates


def _git(root: Path, *arguments: str) -> str:
    """Return what git says; nothing when there is no git, no repository, or one it does not trust."""
    here = root.resolve()
    if "GIT_DIR" not in os.environ and not any((folder / ".git").exists() for folder in (here, *here.parents)):
        return ""  # as git would say, in the time that starting it takes
    import subprocess  # noqa: PLC0415 - see above

    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, paths after `--`
            ["git", "-c", "core.quotePath=false", *arguments],  # noqa: S607 - the git of the user's PATH
            cwd=root,
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
