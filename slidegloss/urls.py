"""Addresses inside the site: relative, percent-encoded, the same on a server and on `file://`."""

from __future__ import annotations

import posixpath
from urllib.parse import quote


def relative(page: str, target: str, fragment: str = "") -> str:
    """Return the address of `target` as written in `page`; both are paths from the site's root, POSIX, not encoded."""
    if target == page and fragment:
        return f"#{quote(fragment)}"
    path = posixpath.relpath(target, posixpath.dirname(page) or ".")
    return quote(path) + (f"#{quote(fragment)}" if fragment else "")
