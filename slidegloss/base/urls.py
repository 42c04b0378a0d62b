"""Addresses inside the site: relative, percent-encoded, the same on a server and on `file://`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "doi"})
"""Schemes that can run no code and read no local file; an author's link may have them."""
FILES = "files/"
"""Where a site has the files of the project that notes link to."""
_ODD = frozenset({"", ".", ".."})
"""Parts that a path has before it is brought to its simplest form."""


_UNRESERVED = re.compile(r"[A-Za-z0-9_.~/-]*")


def _quoted(text: str) -> str:
    # nearly all paths and anchors are plain, and `quote` takes ten times as long to find that out
    return text if _UNRESERVED.fullmatch(text) else quote(text)


@lru_cache(maxsize=1 << 10)  # a page asks for the same addresses again, others seldom do
def relative(page: str, target: str, fragment: str = "") -> str:
    """Return the address of `target` as written in `page`; both are paths from the site's root, POSIX, not encoded."""
    if target == page and fragment:
        return f"#{_quoted(fragment)}"
    here, there = page.split("/")[:-1], target.split("/")
    if not _ODD.isdisjoint(here) or not _ODD.isdisjoint(there):
        path = posixpath.relpath(target, posixpath.dirname(page) or ".")
        return _quoted(path) + (f"#{_quoted(fragment)}" if fragment else "")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    path = "/".join([".."] * (len(here) - shared) + there[shared:]) or "."
    return _quoted(path) + (f"#{_quoted(fragment)}" if fragment else "")


def edition_prefix(lang: str, languages: Sequence[str]) -> str:
    """Return where an edition lies in the site: the first at the root (an empty prefix), others at `<lang>/`."""
    return "" if lang == languages[0] else f"{lang}/"


def markdown_path(site_path: str) -> str:
    """Return the path of a page's Markdown in its edition."""
    return f"{site_path.removesuffix('.html')}.md"
