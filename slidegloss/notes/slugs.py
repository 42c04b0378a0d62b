"""Readable ids for headings, the same in every edition and close to mdBook's, so that old links keep working."""

from __future__ import annotations

import re

_DROPPED = re.compile(r"[^\w\s-]+")
_GAPS = re.compile(r"[\s_-]+")


def slug(text: str) -> str:
    """Return the id of a heading: lower case letters and digits of any script, words joined by single hyphens.

    The rule is mdBook's `id_from_content` (keep alphanumerics, white space becomes `-`, drop the rest), except that `_`
    counts as a word break and that hyphens do not pile up: ids with formulas in them stay readable.
    """
    joined = _GAPS.sub("-", _DROPPED.sub("", text))
    # letter by letter: a whole text in lower case would end a Greek word in another sigma
    return joined.replace("Σ", "σ").lower().strip("-")[:120].rstrip("-")


class Slugger:
    """Hands out ids that are unique in one page; slide anchors are reserved first."""

    def __init__(self, reserved: tuple[str, ...] = ()) -> None:
        self._taken = set(reserved)

    def take(self, text: str, fallback: str = "section") -> str:
        """Return a free id for a heading text and keep it."""
        base = slug(text) or fallback
        name = base
        count = 0
        while name in self._taken:
            count += 1
            name = f"{base}-{count}"
        self._taken.add(name)
        return name
