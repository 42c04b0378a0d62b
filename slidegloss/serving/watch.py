"""Polls the files of a project for changes, which works on every system and on network drives."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

State = tuple[int, int, int]
"""Size, and the times in ns when a file was written, and when anything else about it was changed.

A figure may be replaced by another that is as long and has the same first time: archives and `cp -p` keep that.
"""
Snapshot = Mapping[str, State]
"""Path → state."""

_SKIPPED = frozenset({"node_modules", "__pycache__", "venv"})
_EDITORS_OWN = re.compile(r".*~|\.?#.*|.*\.sw[a-z]|.*\.tmp|.*\.bak|4913|.*___jb_\w+___")
"""Swap, backup and probe files that editors put beside the file they save."""

_LOOK = 0.05
"""Seconds between two looks at all files, at least."""
_LOOK_AGAIN = 0.01
"""Seconds between two looks at the files saved last: most often they are the next to be saved, and these few cost nothing."""
_CALM = 60.0
"""Seconds after a save until nobody is thought to be writing; from then on, waiting is to spare the battery."""


def snapshot(roots: Sequence[Path], leave: Collection[Path] = ()) -> Snapshot:
    """Return the state of all files below `roots`, but for hidden ones, editors' own and the folders in `leave`.

    A folder that vanishes while it is read is simply not there.
    """
    left = {path.resolve() for path in leave}
    return {path: state for root in roots for path, state in _files(root, left)}


def _state(found: os.stat_result) -> State:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _files(folder: Path, leave: Collection[Path]) -> Iterator[tuple[str, State]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in _SKIPPED or _EDITORS_OWN.fullmatch(entry.name):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                if Path(entry.path).resolve() not in leave:
                    yield from _files(Path(entry.path), leave)
            else:
                yield entry.path, _state(entry.stat())
        except OSError:
            continue


def until_next(idle: float, *, recent: bool) -> float:
    """Return the seconds to wait before looking at anything; `idle` are those since a save, `recent` is whether there was one."""
    return _LOOK_AGAIN if recent and idle < _CALM else _LOOK


def until_all(took: float, idle: float) -> float:
    """Return the seconds to wait before looking at all files again, which took `took` seconds, `idle` seconds after a save."""
    share = max(_LOOK, 10 * took)
    return share if idle < _CALM else 5 * share


def with_states(before: Snapshot, paths: Collection[str]) -> Snapshot:
    """Return a snapshot with the current states of some files, without looking at the others; `before` if they have not changed."""
    now = {path: state for path in paths if (state := _state_now(path)) is not None}
    if all(before.get(path) == now.get(path) for path in paths):
        return before
    return {path: state for path, state in before.items() if path not in paths} | now


def _state_now(path: str) -> State | None:
    with contextlib.suppress(OSError):
        return _state(os.stat(path))  # noqa: PTH116 - a hundred times a second
    return None


def changed(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """Return the paths that are new, gone or different, sorted."""
    if before is after:
        return ()
    return tuple(sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)))
