"""Verifies a site of which most was verified before: only files that changed are read, on all cores.

What each file said is kept in one file: a line of JSON about the whole, then a line for each file, its state (size, time of
the last change, inode), what it says (`verify.Facts`) as JSON, and its path, with tabs between. Lines of unchanged files
are neither read nor written anew. When nothing was wrong, the site holds the same files as before and no changed file has
lost an id, only the links of changed files can be wrong now; otherwise all are followed again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from slidegloss import verify as verifying
from slidegloss.diagnostics import Diagnostic
from slidegloss.parallel import map_items
from slidegloss.verify import Facts, facts_of, kind_of, report, scan
from slidegloss.write import write_built


class Verified(NamedTuple):
    """What is wrong with a site, and what its pages need a policy to allow (`verify.Facts.needs`)."""

    diagnostics: tuple[Diagnostic, ...]
    needs: frozenset[str]


_FEW = 24
"""Files that one process has read before another one is made."""


class _Kept(NamedTuple):
    """What an earlier look at the site found."""

    whole: Mapping[str, object]
    lines: Mapping[str, tuple[str, str]]
    """Path → (state, facts as JSON)."""


class _Files(Mapping[str, Facts]):
    """The facts of all files, taken out of their JSON when asked for."""

    def __init__(self, lines: Mapping[str, tuple[str, str]], fresh: Mapping[str, Facts]) -> None:
        self.lines = lines
        self.read = dict(fresh)

    def __getitem__(self, path: str) -> Facts:
        if path not in self.read:
            self.read[path] = _facts(self.lines[path][1])
        return self.read[path]

    def __contains__(self, path: object) -> bool:
        return path in self.lines

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


def verify_again(site: Path, cache: Path, *, base_path: str = "/", jobs: int = 0) -> Verified:
    """Do what `verify.verify` does for a whole site; `cache` is where what its files say is kept from build to build."""
    states = dict(_states(str(site)))
    kept = _read(cache)
    checked = [path for path in sorted(states) if kind_of(path)]
    changed = [path for path in checked if kept.lines.get(path, ("",))[0] != states[path]]
    many = len(changed) > _FEW
    fresh = dict(zip(changed, map_items(lambda path: facts_of(site, path), changed, jobs if many else 1), strict=True))
    lines = {path: (states[path], _json(fresh[path])) if path in fresh else kept.lines[path] for path in checked}
    whole: dict[str, object] = {
        "code": blake2b(Path(verifying.__file__).read_bytes(), digest_size=8).hexdigest(),
        "base": base_path,
        "files": blake2b("\n".join(sorted(states)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
    }
    same = kept.whole == {**whole, "fine": True} and all(
        path in kept.lines and _facts(kept.lines[path][1]).ids <= facts.ids for path, facts in fresh.items()
    )
    found = report(site, states.keys(), _Files(lines, fresh), base_path, changed if same else checked)
    if fresh or kept.whole != {**whole, "fine": not found}:
        text = [json.dumps({**whole, "fine": not found})]
        text += (f"{state}\t{facts}\t{path}" for path, (state, facts) in lines.items())
        write_built(cache, "\n".join(text).encode("utf-8", "surrogatepass"))
    return Verified(found, frozenset(need for _, text in lines.values() for need in _needs(text)))


class _Now(Mapping[str, Facts]):
    """The facts of a site of which some files are to change, read when asked for."""

    def __init__(self, site: Path, paths: Collection[str], changed: Mapping[str, bytes]) -> None:
        self.site, self.paths, self.changed = site, paths, changed
        self.read: dict[str, Facts] = {}

    def __getitem__(self, path: str) -> Facts:
        if path not in self.read:
            data = self.changed.get(path)
            self.read[path] = facts_of(self.site, path) if data is None else scan(data, kind_of(path))
        return self.read[path]

    def __contains__(self, path: object) -> bool:
        return path in self.paths and bool(kind_of(str(path)))

    def __iter__(self) -> Iterator[str]:
        return (path for path in self.paths if kind_of(path))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def still_fine(site: Path, paths: Collection[str], changed: Mapping[str, bytes], base_path: str, *, fine: bool) -> bool:
    """Tell whether all that was found in a site, or that it is `fine`, will hold when some of its files change.

    `paths` are all of its files, `changed` the new content of some. When in doubt it may not hold.
    """
    now = _Now(site, paths, changed)
    differs = [path for path in changed if facts_of(site, path) != now[path]]
    if not differs:
        return True
    if not fine or any(facts_of(site, path).needs != now[path].needs for path in differs):
        return False
    gone = {path: facts_of(site, path).ids - now[path].ids for path in differs}
    return not _links_to(gone, now) and not report(site, paths, now, base_path, differs)


def _links_to(gone: Mapping[str, Collection[str]], now: _Now) -> bool:
    """Tell whether any page that stays may link to places (path → ids) that are gone."""
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
    pages = (path for path in now.paths if path.endswith(".html") and path not in now.changed)
    return any(looked_for.search((now.site / path).read_bytes()) for path in pages)


def _states(folder: str, below: str = "") -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _states(entry.path, f"{below}{entry.name}/")
            else:
                state = entry.stat()
                yield f"{below}{entry.name}", f"{state.st_size} {state.st_mtime_ns} {state.st_ino}"


def _read(cache: Path) -> _Kept:
    """Read what is kept; what another version of the program kept, or something else, is nothing."""
    try:
        head, *lines = cache.read_bytes().decode("utf-8", "surrogatepass").split("\n")
        whole = json.loads(head)
        found: dict[str, tuple[str, str]] = {}
        for line in lines:
            state, facts, path = line.split("\t", 2)
            found[path] = (state, facts)
    except (OSError, ValueError):
        return _Kept({}, {})
    code = blake2b(Path(verifying.__file__).read_bytes(), digest_size=8).hexdigest()
    return _Kept(whole, found) if isinstance(whole, dict) and whole.get("code") == code else _Kept({}, {})


def _json(facts: Facts) -> str:
    values: Sequence[object] = (
        sorted(facts.ids),
        facts.repeated,
        sorted(facts.links),
        facts.external,
        facts.forbidden,
        facts.needs,
    )
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _facts(text: str) -> Facts:
    ids, repeated, links, external, forbidden, needs = json.loads(text)
    return Facts(frozenset(ids), tuple(repeated), frozenset(links), tuple(external), tuple(forbidden), tuple(needs))


def _needs(text: str) -> tuple[str, ...]:
    """Return the last of the facts, which few pages have: most need not be read for it."""
    return () if text.endswith(",[]]") else _facts(text).needs
