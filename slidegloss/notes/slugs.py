"""Readable ids for headings, the same in every edition and close to mdBook's, so that old links keep working."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy

_DROPPED = re.compile(r"[^\w\s-]")


def slug(text: str) -> str:
    """Return the id of a heading: lower case letters and digits of any script, words joined by single hyphens.

    The rule is mdBook's `id_from_content` (keep alphanumerics, white space becomes `-`, drop the rest), except that `_`
    counts as a word break and that hyphens do not pile up: ids with formulas in them stay readable.
    """
    joined = "-".join(_DROPPED.sub("", text).replace("_", " ").replace("-", " ").split())
    # letter by letter: a whole text in lower case would end a Greek word in another sigma
    return joined.replace("Σ", "σ").lower()[:120].rstrip("-")


_IN_BRACES = lazy(r"[ \t\u00a0]*\{:?(?P<list>[^{}\n]{2,200})\}[ \t]*\Z")
_DOCSIFY = lazy(r"[ \t\u00a0]*\{docsify-ignore(?:-all)?\}[ \t]*\Z|[ \t\u00a0]+:id=(?P<id>[\w-]{1,80})[ \t]*\Z")
_ATTRIBUTE = lazy(r"[#.][\w:.-]+|[A-Za-z][\w-]*=\S+")


def given_id(heading: str) -> tuple[int, str] | None:
    """Read `{#id}` or `{#id .class}` behind a heading, as mdBook, MkDocs, Pandoc and kramdown have it, or what docsify has.

    Returns where its words end, and the id, empty where only classes are given. Other words in braces are the author's.
    """
    if docsify := _DOCSIFY.search(heading):
        return docsify.start(), slug(docsify["id"] or "")
    found = _IN_BRACES.search(heading) if heading.endswith("}") else None
    given = found["list"].split() if found else []
    if found is None or not given or not all(map(_ATTRIBUTE.fullmatch, given)):
        return None
    names = [one[1:] for one in given if one[0] == "#"]
    return (found.start(), slug(names[0]) if names else "") if names or given[0][0] == "." else None


class Slugger:
    """Hands out ids that are unique in one page; slide anchors are reserved first."""

    def __init__(self, reserved: tuple[str, ...] = ()) -> None:
        self._taken = set(reserved)

    def take(self, text: str, fallback: str = "section") -> str:
        """Return a free id for a heading text and keep it."""
        return self.free(slug(text) or fallback)

    def free(self, base: str) -> str:
        """Return an id, or the first free one that begins with it, and keep it."""
        name = base
        count = 0
        while name in self._taken:
            count += 1
            name = f"{base}-{count}"
        self._taken.add(name)
        return name
