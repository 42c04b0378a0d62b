"""What files of a site say of others (`sitefacts.Facts`), as it goes from process to process and from build to build.

Facts are held as they are written, as JSON: those of a large site take many times as much memory as objects. A process that
makes a page has its HTML at hand, and notes what it says beside it (`Looks`), so that nobody reads the page again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.verification.sitefacts import Facts, scan
from slidegloss.write.files import append_built
from slidegloss.write.site import remove_strangers

_TO_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Look(NamedTuple):
    """What one file says."""

    facts: bytes
    """As JSON."""
    links: Sequence[str]
    """The addresses in it, without those that were found before by the same process in a file of its folder, and without
    those that lead elsewhere from each file."""
    suspect: bool
    """Whether something can be wrong in it whatever its `links` lead to."""


class Looker:
    """Makes facts into looks, for the files that one process reads or makes."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}
        """Folder → addresses in its files."""

    def look(self, facts: Facts, folder: str) -> Look:
        """Return what a file in a folder says."""
        seen = self._seen.setdefault(folder, set())
        links = facts.links - seen
        own = {link for link in links if link[0] in "#?/"}
        links -= own
        seen |= links
        return Look(encode(facts), sorted(links), bool(own or facts.external or facts.forbidden or facts.repeated))


class Looks:
    """Notes of several processes about the pages that they make, each in a file of its own."""

    def __init__(self, folder: Path) -> None:
        """`folder` is ours alone."""
        self._folder, self._looker = folder, Looker()

    def clear(self) -> None:
        """Begin anew."""
        remove_strangers(self._folder, ())
        self._looker = Looker()

    def note(self, path: str, html: bytes) -> None:
        """Note what a page says that was written to `path`."""
        look = self._looker.look(scan(html, "html"), path.rpartition("/")[0])
        line = (state_of(os.stat(path)).encode(), b"!" if look.suspect else b"", _bytes(look.links), look.facts)  # noqa: PTH116
        append_built(f"{self._folder}/{os.getpid()}", b"%b\t%b\t%b\t%b\n" % line)

    def take(self) -> Mapping[str, Look]:
        """Return what was noted, by the state of the file, and begin anew."""
        found: dict[str, Look] = {}
        for path in self._folder.glob("*"):
            for line in path.read_bytes().splitlines():
                state, suspect, links, facts = line.split(b"\t", 3)
                before = found.get(state.decode())  # a file that was made again and came out the same
                now = () if links == b"[]" else json.loads(links)
                found[state.decode()] = Look(facts, [*(before.links if before else ()), *now], bool(suspect))
        self.clear()
        return found


def state_of(state: os.stat_result) -> str:
    """Return what tells a file from all others and from what it was before, also where the site shares it."""
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ino}"


def encode(facts: Facts) -> bytes:
    """Return facts as JSON, in which no line ends: the ids, which most is asked for, and behind a tab all else."""
    others = (facts.repeated, sorted(facts.links), facts.external, facts.forbidden, facts.needs)
    return b"%b\t%b" % (_bytes(sorted(facts.ids)), _bytes(others))


def decode(text: bytes) -> Facts:
    """Return facts that were encoded."""
    repeated, links, external, forbidden, needs = json.loads(text.partition(b"\t")[2])
    return Facts(ids_in(text), tuple(repeated), frozenset(links), tuple(external), tuple(forbidden), tuple(needs))


def ids_in(text: bytes) -> frozenset[str]:
    """Return the ids of encoded facts, which takes less than to decode them all."""
    return frozenset(json.loads(text.partition(b"\t")[0]))


def needs_in(text: bytes) -> tuple[str, ...]:
    """Return the last of encoded facts, which few pages have: most need not be read for it."""
    return () if text.endswith(b",[]]") else decode(text).needs


def _bytes(values: object) -> bytes:
    return _TO_JSON.encode(values).encode("utf-8", "surrogatepass")
