"""Verifies a site of which most was verified before: only files that changed are read, on all cores.

What each file said is kept in one file: a line of JSON about the whole, then a line for each file, its state (size, time of
the last change, inode), what it says (`looks.encode`), and its path, with tabs between. It is held as it is
written, for the facts of a large site as objects would take many times as much memory. Lines of unchanged files are neither
read nor written anew. When nothing was wrong, the site holds the same files as before and no changed file has
lost an id, only the links of changed files can be wrong now; otherwise all are followed again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from html import escape
from itertools import chain
from pathlib import Path
from posixpath import dirname
from urllib.parse import quote

from slidegloss.base.checksum import sealed, unsealed
from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.parallel import run_parts
from slidegloss.verification import looks as facts_file
from slidegloss.verification import sitefacts, verify
from slidegloss.verification.looks import Look, Looker, Looks, decode, ids_in, needs_in, state_of
from slidegloss.verification.sitefacts import Facts, facts_of, kind_of, scan
from slidegloss.verification.verify import bytes_in, report, suspects
from slidegloss.write.files import write_built


class Verified(NamedTuple):
    """What is wrong with a site, and what its pages need a policy to allow (`Facts.needs`)."""

    diagnostics: tuple[Diagnostic, ...]
    needs: frozenset[str]


_READERS = tuple(Path(str(module.__file__)) for module in (sitefacts, facts_file, verify))
"""The code that reads and judges: another version may see something else in the same file."""
_FEW = 24
"""Files that one process has read before another one is made."""
_GROUP = 32
"""Files with like paths that one process reads one after the other."""


class _Kept(NamedTuple):
    """What an earlier look at the site found."""

    whole: Mapping[str, object]
    lines: Mapping[str, tuple[str, bytes]]
    """Path → (state, facts as they are written)."""


class _Files(Mapping[str, Facts]):
    """The facts of the files of a site, read when they are asked for."""

    def __init__(self, paths: Collection[str], read: Callable[[str], Facts]) -> None:
        self.paths, self.read = paths, cache(read)

    def __getitem__(self, path: str) -> Facts:
        return self.read(path)

    def __contains__(self, path: object) -> bool:
        return path in self.paths

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def verify_again(
    site: Path, cache: Path, *, base_path: str = "/", jobs: int = 0, looks: Looks | None = None
) -> Verified:
    """Do what `verify.verify` does for a whole site; `cache` is where what its files say is kept from build to build.

    `looks` are what this build has noted of pages that it has made.
    """
    states = dict(_states(str(site)))
    kept = _read(cache)
    checked = [path for path in sorted(states) if kind_of(path)]
    changed = [path for path in checked if kept.lines.get(path, ("",))[0] != states[path]]
    fresh = _noted(looks, states)
    fresh |= _look(site, [path for path in changed if path not in fresh], jobs)
    lines = {path: (states[path], fresh[path].facts) if path in fresh else kept.lines[path] for path in checked}
    whole: dict[str, object] = {
        "code": _code(),
        "base": base_path,
        "files": blake2b("\n".join(sorted(states)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
    }
    same = kept.whole == {**whole, "fine": True} and all(
        path in kept.lines and ids_in(kept.lines[path][1]) <= ids_in(look.facts) for path, look in fresh.items()
    )
    suspect = _suspects(fresh, states.keys(), lines)
    wanted = [path for path in (changed if same else checked) if path not in fresh or path in suspect]
    files = _Files(lines, lambda path: decode(lines[path][1]))
    found = report(bytes_in(site), states.keys(), files, base_path, wanted)
    if fresh or kept.whole != {**whole, "fine": not found}:
        text = [json.dumps({**whole, "fine": not found}).encode()]
        text += (b"%b\t%b\t%b" % (state.encode(), facts, _bytes(path)) for path, (state, facts) in lines.items())
        write_built(cache, sealed(b"\n".join(text)))
    return Verified(found, frozenset(need for _, facts in lines.values() for need in needs_in(facts)))


def _noted(looks: Looks | None, states: Mapping[str, str]) -> dict[str, Look]:
    """Return what was noted of files of the site, by path.

    Each note leaves out what those before it have said. So when one is of a file that is not here, none of them counts.
    """
    known = looks.take() if looks is not None else {}
    found = {path: known[state] for path, state in states.items() if state in known}
    return found if len(found) == len(known) else {}


def _look(site: Path, paths: Sequence[str], jobs: int) -> dict[str, Look]:
    """Read files; those whose paths end alike, pages of one deck or paper in all editions, in the same process."""

    def look(groups: Sequence[Sequence[str]]) -> dict[str, Look]:
        looker = Looker()
        return {path: looker.look(facts_of(site, path), dirname(path)) for path in chain.from_iterable(groups)}

    alike = sorted(paths, key=lambda path: path[::-1])
    groups = [alike[at : at + _GROUP] for at in range(0, len(alike), _GROUP)]
    parts = run_parts(look, groups, jobs if len(paths) > _FEW else 1)
    return {path: found for part in parts for path, found in part.items()}


def _suspects(
    fresh: Mapping[str, Look], paths: Collection[str], lines: Mapping[str, tuple[str, bytes]]
) -> frozenset[str]:
    """Return those of the files in which something can be wrong."""
    links: dict[str, list[str]] = {}
    for path, look in fresh.items():
        links.setdefault(dirname(path), []).extend(look.links)
    folders = suspects(links, paths, lambda path: ids_in(lines[path][1]))
    return frozenset(path for path, look in fresh.items() if look.suspect or dirname(path) in folders)


def _code() -> str:
    return blake2b(b"".join(path.read_bytes() for path in _READERS), digest_size=8).hexdigest()


def still_fine(site: Path, paths: frozenset[str], changed: Mapping[str, bytes], base_path: str, *, fine: bool) -> bool:
    """Tell whether all that was found in a site, or that it is `fine`, will hold when some of its files change.

    `paths` are all of its files, `changed` the new content of some. When in doubt it may not hold.
    """
    before = {path: facts_of(site, path) for path in changed}
    after = {path: scan(data, kind_of(path)) for path, data in changed.items()}
    differs = [path for path in changed if before[path] != after[path]]
    if not differs:
        return True
    if not fine or any(before[path].needs != after[path].needs for path in differs):
        return False
    if _is_linked({path: before[path].ids - after[path].ids for path in differs}, site, paths - changed.keys()):
        return False
    known = frozenset(path for path in paths if kind_of(path))
    now = _Files(known, lambda path: after[path] if path in after else facts_of(site, path))
    return not report(bytes_in(site), paths, now, base_path, differs)


def _is_linked(gone: Mapping[str, Collection[str]], site: Path, stay: Collection[str]) -> bool:
    """Tell whether any of the files that stay may link to places (path → ids) that are gone."""
    wanted = {
        form
        for path, ids in gone.items()
        for name in ids
        for link in (f"{path.rpartition('/')[2]}#{name}",)
        for form in (link, quote(link, safe="#"), escape(link))
    }
    if not wanted:
        return False
    looked_for = re.compile(b"|".join(re.escape(form.encode("utf-8", "replace")) for form in sorted(wanted)))
    return any(looked_for.search((site / path).read_bytes()) for path in stay if path.endswith(".html"))


def _states(folder: str, below: str = "") -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _states(entry.path, f"{below}{entry.name}/")
            else:
                yield f"{below}{entry.name}", state_of(entry.stat())


def _read(cache: Path) -> _Kept:
    """Read what is kept; what another version of the program kept, or something else, or a damaged disk, is nothing."""
    try:
        head, *lines = unsealed(cache.read_bytes()).split(b"\n")
        whole = json.loads(head)
        found: dict[str, tuple[str, bytes]] = {}
        for line in lines:
            state, ids, others, path = line.split(b"\t", 3)
            found[path.decode("utf-8", "surrogatepass")] = (state.decode(), b"%b\t%b" % (ids, others))
    except (OSError, ValueError):
        return _Kept({}, {})
    return _Kept(whole, found) if isinstance(whole, dict) and whole.get("code") == _code() else _Kept({}, {})


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
