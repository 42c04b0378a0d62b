"""Addresses inside the site: relative, percent-encoded, the same on a server and on `file://`."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from urllib.parse import quote

_ODD = frozenset({"", ".", ".."})
"""Parts that a path has before it is brought to its simplest form."""


@lru_cache(maxsize=1 << 15)
def relative(page: str, target: str, fragment: str = "") -> str:
    """Return the address of `target` as written in `page`; both are paths from the site's root, POSIX, not encoded."""
    if target == page and fragment:
        return f"#{quote(fragment)}"
    here, there = page.split("/")[:-1], target.split("/")
    if not _ODD.isdisjoint(here) or not _ODD.isdisjoint(there):
        path = posixpath.relpath(target, posixpath.dirname(page) or ".")
        return quote(path) + (f"#{quote(fragment)}" if fragment else "")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    path = "/".join([".."] * (len(here) - shared) + there[shared:]) or "."
    return quote(path) + (f"#{quote(fragment)}" if fragment else "")
