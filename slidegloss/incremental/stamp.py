"""Decides, before anything heavy is imported, whether the inputs and outputs of the last build are unchanged.

Inputs are compared by path, size and times: the project's files and those of the books that it names, this package and its
templates, the installed packages, git's current commit (for dates of slides), parts of the environment, the options; and so
is the published site. The diagnostics of the build are stored too, and printed again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from slidegloss.base.diagnostics import Diagnostic, from_values, to_values
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.base.resources import package_dir, templates_dir, user_cache
from slidegloss.config.dirs import MKDOCS_NAMES
from slidegloss.write.files import write_built
from slidegloss.write.refusals import Refused

_FORMAT = 3
_ENV = lazy(r"!ENV[ \t]+(\[[^\]]*\]|\w+)")
_STATE = 4
"""Numbers that stand for a file's state, at the end of its line."""
_TICK = 20_000_000
"""Nanoseconds: a file changed this shortly before it was looked at may change again within the same tick of its clock."""


class Asked(NamedTuple):
    """What is to be built; each has a stamp of its own."""

    source: Path
    out: Path | None
    options: tuple[str, ...]
    """What stands for all options that a site depends on."""


class Inputs(NamedTuple):
    """The state of all inputs, taken before a build reads them."""

    root: Path
    leave: tuple[Path, ...]
    """Folders that builds write."""
    others: tuple[Path, ...]
    """What a build reads that lies outside the project (`dirs.other_books`)."""
    files: tuple[str, ...]
    """A line for each file and folder: its path and its state."""
    around: str
    """Stands for the options, the environment, what is installed."""
    history: str
    """Stands for the state of the git repository that the project lies in."""
    newest: int
    """Time of the newest change among them, in ns."""
    taken: int


class Left(NamedTuple):
    """The outcome of a build: what to print when nothing has changed since."""

    site: Path
    diagnostics: tuple[Diagnostic, ...]
    record: str = ""
    """By this name the build has left what it knew; empty when it has not."""
    output: Iterable[str] | None = None
    """A line for each file of the site, where they are known."""


class Edited(NamedTuple):
    """The last build, when only the content of some files, or git's history, has changed since."""

    files: tuple[str, ...]
    """The changed ones, relative to the project."""
    inputs: Inputs
    site: Path
    left: str
    """Stands for the files of the site as the last build left them; whether they still are, `as_left` finds out."""
    record: str
    """By this name the build has left what it knew."""


def take(root: Path, leave: Iterable[Path], options: Sequence[str], others: Iterable[Path] = ()) -> Inputs:
    """Return the state of everything that a build of the project at `root` reads.

    `leave` are folders that builds write; `others` are folders outside of the project.
    """
    leave, others = tuple(leave), tuple(others)
    taken = time.time_ns()
    files: list[str] = []
    newest = 0
    left = {str(path) for path in leave}
    for place in map(str, (root, package_dir(), templates_dir(), *others)):
        for line, changed in _states(place, left):
            files.append(line)
            newest = max(newest, changed)
    around, history = _digest((*_surroundings(root), *options)), _digest(_history(root))
    return Inputs(root, leave, others, tuple(files), around, history, newest, taken)


def recall(asked: Asked) -> Left | Edited | None:
    """Return the outcome of the last build if nothing has changed, `Edited` if only contents of files have, else None."""
    try:
        stamp = json.loads(_place(asked).read_text(encoding="utf-8"))
        if stamp["format"] != _FORMAT:
            return None
        site, root = Path(stamp["site"]), Path(stamp["root"])
        inputs = take(root, map(Path, stamp["leave"]), asked.options, map(Path, stamp["others"]))
        edited = _edited(stamp["files"], inputs.files) if inputs.around == stamp["around"] else None
        if edited is None:
            return None
        left = str(stamp["output"])
        if edited or inputs.history != stamp["history"]:
            names = tuple(Path(path).relative_to(root).as_posix() for path in edited)
            return Edited(names, inputs, site, left, str(stamp["record"])) if stamp["record"] else None
        if as_left(site, left) is None:
            return None
        return Left(site, tuple(from_values(values) for values in stamp["diagnostics"]))
    except (OSError, ValueError, KeyError, TypeError):  # no stamp, or not one of ours
        return None


def as_left(site: Path, left: str) -> tuple[str, ...] | None:
    """Return a line for each file of a site, as `Inputs.files`; None when it is not as it was left. Raises OSError."""
    lines = tuple(_lines(site))
    return lines if _digest(lines) == left else None


def site_files(site: Path, lines: Iterable[str]) -> Iterator[str]:
    """Yield the files of a site by their POSIX paths in it."""
    start = len(str(site)) + 1
    for line in lines:
        if not line.endswith("/"):  # a folder
            yield _path_of(line)[start:].replace(os.sep, "/")


def rewritten(site: Path, lines: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a site's files where nothing has been done since but to write those of these names."""
    changed = {str(site / name) for name in names}
    for line in lines:
        path = _path_of(line)
        yield _line(path, os.lstat(path)) if path in changed else line


def _edited(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...] | None:
    """Return the paths of the files whose state is another one; None when they are not the same files as before."""
    if len(before) != len(now):
        return None
    changed = [(one, other) for one, other in zip(before, now, strict=True) if one != other]
    paths = tuple(_path_of(other) for _, other in changed)
    return paths if all(_path_of(one) == path for (one, _), path in zip(changed, paths, strict=True)) else None


def _path_of(line: str) -> str:
    return line.rsplit(" ", _STATE)[0]


def remember(asked: Asked, inputs: Inputs, left: Left) -> None:
    """Store the outcome of a build, unless an input changed within the clock tick in which it was read.

    `inputs` were taken before the build, so what has changed while it ran is noticed by the next one.
    """
    if inputs.newest > inputs.taken - _TICK:
        return
    stamp = {
        "format": _FORMAT,
        "root": str(inputs.root),
        "leave": [str(path) for path in inputs.leave],
        "others": [str(path) for path in inputs.others],
        "files": inputs.files,
        "around": inputs.around,
        "history": inputs.history,
        "site": str(left.site),
        "output": _digest(_lines(left.site) if left.output is None else left.output),
        "diagnostics": [to_values(problem) for problem in left.diagnostics],
        "record": left.record,
    }
    with contextlib.suppress(OSError, Refused):  # the site is published; the next build does its work again
        write_built(_place(asked), json.dumps(stamp, ensure_ascii=True).encode())


def _place(asked: Asked) -> Path:
    """Return where the stamp lies: in the project's own `build/` when there is one to write in, else in the user's cache."""
    here, out = asked.source.resolve(), asked.out
    name = blake2b(
        "\0".join([str(here), str(out and out.absolute()), str(out or Path.cwd()), *asked.options]).encode()
    ).hexdigest()
    project = here / "build" / "cache"
    if os.access(project, os.W_OK) and any((here / name).is_file() for name in MKDOCS_NAMES):
        return project / f"stamp.{name[:16]}.json"
    return user_cache() / "stamps" / f"{name[:32]}.json"


def _lines(site: Path) -> Iterator[str]:
    return (line for line, _ in _states(str(site), set()))


def _states(folder: str, leave: set[str]) -> Iterator[tuple[str, int]]:
    """Yield a line for each file and folder below `folder`, and the time of its last change; links are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # gone by now, or nobody may look into it: then a build reads nothing there, either
        return
    for entry in entries:
        if entry.path in leave or entry.name in {".git", "__pycache__", "node_modules"}:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield f"{entry.path}/", 0
            yield from _states(entry.path, leave)
            continue
        try:
            state = entry.stat(follow_symlinks=False)
        except OSError:  # as above
            continue
        yield _line(entry.path, state), max(state.st_mtime_ns, state.st_ctime_ns)
        if entry.is_symlink():
            try:
                target = entry.stat()
            except OSError:  # it leads nowhere, or in a circle
                continue
            if entry.is_dir():
                yield from _states(os.path.realpath(entry.path), {*leave, entry.path, folder})
            else:
                yield f"-> {target.st_size} {target.st_mtime_ns} {target.st_ctime_ns}", target.st_ctime_ns


def _line(path: str, state: os.stat_result) -> str:
    return f"{path} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"


def _surroundings(root: Path) -> Iterator[str]:
    yield sys.version
    yield os.environ.get("SOURCE_DATE_EPOCH", "")
    for config in (root / name for name in MKDOCS_NAMES):
        if config.is_file():
            yield from _environment(config.read_text(encoding="utf-8", errors="replace"))
    for place in sys.path:  # installing or removing a package changes its folder
        yield f"{place} {_time(Path(place))}" if place.endswith(("site-packages", "dist-packages")) else place


def _history(root: Path) -> Iterator[str]:
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.exists():
            own, shared = _git_folders(git)
            yield from (f"{name} {_time(own / name)}" for name in ("HEAD", "logs/HEAD", "index"))
            # a repository may keep no log of where its branches were, and its branches and tags in one table
            names = (_branch(own), "packed-refs", "shallow", "reftable/tables.list")
            yield from (f"{name} {_time(shared / name)}" for name in names)
            yield from (line for line, _ in _states(str(shared / "refs" / "tags"), set()))
            break


def _branch(git: Path) -> str:
    """Return the name of the branch that is checked out; `HEAD` where there is none."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        says, _, name = (git / "HEAD").read_text(encoding="utf-8").partition(": ")
        return name.strip() if says == "ref" else "HEAD"
    return "HEAD"


def _git_folders(git: Path) -> tuple[Path, Path]:
    """Return the folder of what git knows of one work tree, and that of what all work trees of the repository share.

    Of a linked work tree, as of a submodule, `.git` is a file that names the first, and `commondir` there names the
    second (gitrepository-layout(5)).
    """
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if git.is_file():
            own = git.parent / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
            common = own / "commondir"
            return own, own / common.read_text(encoding="utf-8").strip() if common.is_file() else own
    return git, git


def _environment(settings: str) -> Iterator[str]:
    """Yield the variables that `!ENV` asks for; all there are, should it be written in a way that is not understood."""
    asked = _ENV.findall(settings)
    understood = len(asked) == settings.count("!ENV")
    names = {name for part in asked for name in re.findall(r"\w+", part)} if understood else os.environ
    yield from (f"{name}={os.environ.get(name)}" for name in sorted(names))


def _time(path: Path) -> str:
    try:
        state = path.stat()
    except OSError:
        return ""
    return f"{state.st_mtime_ns} {state.st_size}"


def _digest(lines: Iterable[str]) -> str:
    found = blake2b(digest_size=16)
    for line in lines:
        found.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return found.hexdigest()
