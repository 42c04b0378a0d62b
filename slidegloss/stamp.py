"""Decides that a build has nothing to do, before anything heavy is imported: nothing it reads or wrote has changed.

Everything a build depends on is compared by path, size, and the times of its last change: the project's files, this
package and its templates, the installed packages, git's current commit (dates of the slides), some of the environment,
the options; and the published site itself. What a build said is kept too, and said again.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from slidegloss.diagnostics import Diagnostic, Severity
from slidegloss.resources import templates_dir
from slidegloss.write import write_built

_FORMAT = 1
_ENV = re.compile(r"!ENV[ \t]+(\[[^\]]*\]|\w+)")
_TICK = 20_000_000
"""Nanoseconds: a file changed this shortly before it was looked at may change again within the same tick of its clock."""


class Inputs(NamedTuple):
    """What a build is about to read, taken before it reads it."""

    digest: str
    newest: int
    """Time of the newest change among them, in ns."""
    taken: int


class Recalled(NamedTuple):
    """How the build ended that need not be done again."""

    site: Path
    diagnostics: tuple[Diagnostic, ...]


def take(root: Path, leave: Iterable[Path], options: Sequence[str]) -> Inputs:
    """Look at everything that a build of the project at `root` may read; `leave` are folders that builds write."""
    taken = time.time_ns()
    found = blake2b(digest_size=16)
    newest = 0
    left = {str(path) for path in leave}
    package = Path(__file__).parent
    roots = [str(root), *(str(path) for path in (package, templates_dir()) if not path.is_relative_to(root))]
    for place in roots:
        for line, changed in _states(place, left):
            found.update(line.encode("utf-8", "surrogateescape"))
            newest = max(newest, changed)
    for line in (*_surroundings(root), *options):
        found.update(f"{line}\n".encode("utf-8", "surrogateescape"))
    return Inputs(found.hexdigest(), newest, taken)


def recall(source: Path, out: Path | None, options: Sequence[str]) -> Recalled | None:
    """Return how the last build of `source` ended, when another one would end the same; None when it must be done."""
    try:
        stamp = json.loads(_place(source, out, options).read_text(encoding="utf-8"))
        if stamp["format"] != _FORMAT:
            return None
        site, root = Path(stamp["site"]), Path(stamp["root"])
        if take(root, [Path(path) for path in stamp["leave"]], options).digest != stamp["inputs"]:
            return None
        if _output(site) != stamp["output"]:
            return None
        return Recalled(site, tuple(_diagnostic(values) for values in stamp["diagnostics"]))
    except (OSError, ValueError, KeyError, TypeError):  # no stamp, or not one of ours
        return None


def remember(  # noqa: PLR0913 - what a stamp holds
    source: Path,
    out: Path | None,
    options: Sequence[str],
    *,
    root: Path,
    leave: Sequence[Path],
    inputs: Inputs,
    built: Recalled,
) -> None:
    """Keep how a build ended, unless its inputs may have changed while it ran."""
    if inputs.newest > inputs.taken - _TICK or take(root, leave, options).digest != inputs.digest:
        return
    stamp = {
        "format": _FORMAT,
        "root": str(root),
        "leave": [str(path) for path in leave],
        "inputs": inputs.digest,
        "site": str(built.site),
        "output": _output(built.site),
        "diagnostics": [{**asdict(problem), "severity": problem.severity.value} for problem in built.diagnostics],
    }
    write_built(_place(source, out, options), json.dumps(stamp, ensure_ascii=True).encode())


def _diagnostic(values: dict[str, Any]) -> Diagnostic:
    return Diagnostic(**{**values, "severity": Severity(values["severity"])})


def _place(source: Path, out: Path | None, options: Sequence[str]) -> Path:
    """Return where the stamp lies: in the project's own `build/` when there is one, else in the user's cache."""
    here = source.resolve()
    name = blake2b(
        "\0".join([str(here), str(out and out.absolute()), str(out or Path.cwd()), *options]).encode()
    ).hexdigest()
    project = here / "build" / "cache"
    if project.is_dir() and (here / "mkdocs.yml").is_file():
        return project / f"stamp.{name[:16]}.json"
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "slidegloss" / "stamps" / f"{name[:32]}.json"


def _states(folder: str, leave: set[str]) -> Iterator[tuple[str, int]]:
    """Yield a line for each file and folder below `folder`, and the time of its last change; links are not followed."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.path in leave or entry.name in {".git", "__pycache__", "node_modules"}:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield f"{entry.path}/\n", 0
            yield from _states(entry.path, leave)
            continue
        state = entry.stat(follow_symlinks=False)
        line = f"{entry.path} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}\n"
        yield line, max(state.st_mtime_ns, state.st_ctime_ns)
        if entry.is_symlink():
            try:
                target = entry.stat()
            except OSError:  # it leads nowhere, or in a circle
                continue
            if entry.is_dir():
                yield from _states(os.path.realpath(entry.path), {*leave, entry.path, folder})
            else:
                yield f"{target.st_size} {target.st_mtime_ns} {target.st_ctime_ns}\n", target.st_ctime_ns


def _surroundings(root: Path) -> Iterator[str]:
    yield sys.version
    yield os.environ.get("SOURCE_DATE_EPOCH", "")
    config = root / "mkdocs.yml"
    if config.is_file():
        yield from _environment(config.read_text(encoding="utf-8", errors="replace"))
    for place in sys.path:  # installing or removing a package changes its folder
        yield f"{place} {_time(Path(place))}" if place.endswith(("site-packages", "dist-packages")) else place
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.exists():
            yield from (
                f"{name} {_time(git / name)}" for name in ("HEAD", "logs/HEAD", "index", "packed-refs", "shallow")
            )
            break


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


def _output(site: Path) -> str:
    found = blake2b(digest_size=16)
    for line, _ in _states(str(site), set()):
        found.update(line.encode("utf-8", "surrogateescape"))
    return found.hexdigest()
