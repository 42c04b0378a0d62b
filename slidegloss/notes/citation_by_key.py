"""Citations by the key of a paper, as Pandoc and Quarto have them: `[@ho2020, p. 3]`, `[see @a; @b]`, `@ho2020 shows`.

Names of people, too, have an @ in front. So only in brackets that begin with one is a key for certain; elsewhere it is
one if a paper has it (`papers/match.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import Found
from slidegloss.notes.running_text import Anchor, Flat

_BRACKETS = lazy(r"\[[^\[\]]{2,600}\]")
_CERTAIN = lazy(r"\[\s*-?@")
_KEY = lazy(
    r"(?<![\w.+@/])-?@(?:\{(?P<braced>[^{}\s@]{1,200})\}"
    r"|(?P<key>\w(?:[\w:.#$%&+?<>~/-]{0,200}\w)?))"
)
_BARE = lazy(
    r"(?<![\w.+@/])@(?P<key>[A-Za-z0-9_\u00c0-\u024f](?:[A-Za-z0-9_\u00c0-\u024f:.#$%&+?~/-]{0,200}[A-Za-z0-9_\u00c0-\u024f])?)"
)
_CROSS_REFERENCE = lazy(r"(?:fig|tbl|tab|eq|sec|lst|thm|lem|def|exm|cor|prp|exr|alg|nte|tip|wrn|imp|cau)[-:]")
"""What keys of figures, tables and sections begin with in Quarto and pandoc-crossref."""
_START, _END = attrgetter("start"), attrgetter("end")


def with_keys(flat: Flat, source: str, finds: Sequence[Found]) -> list[Found]:
    """Return the citations of a text with those by key; of two in one place, the one by key."""
    escaped = "\\@" in source
    keyed = [found for found in _keyed(flat) if not (escaped and f"\\@{found.key}" in source)]
    others = [one for one in finds if not _overlap(keyed, one.start, one.end)]
    return sorted((*others, *keyed), key=_START)


def _keyed(flat: Flat) -> Iterator[Found]:
    text = flat.text
    done = 0
    for brackets in _BRACKETS.finditer(text) if "[" in text else ():
        start, end = brackets.span()
        if "@" not in brackets[0] or not _CERTAIN.match(brackets[0]) or _overlap(flat.links, start, end):
            continue
        keys = list(_KEY.finditer(text, start, end))
        if len(keys) < brackets[0].count(";") + 1:
            continue
        yield from _bare(flat, done, start)
        done = end
        for match in keys:
            key = match["braced"] or match["key"]
            place = (start, end) if len(keys) == 1 else match.span()
            yield Found(*place, key=key, certain=not _CROSS_REFERENCE.match(key))
    yield from _bare(flat, done, len(text))


def _bare(flat: Flat, start: int, end: int) -> Iterator[Found]:
    for match in _BARE.finditer(flat.text, start, end):
        if not _overlap(flat.links, *match.span()):
            yield Found(match.start(), match.end(), key=match["key"])


def _overlap(places: Sequence[Found | Anchor], start: int, end: int) -> bool:
    """Tell whether one of some places, which are in order and apart, reaches into a range."""
    near = bisect_right(places, start, key=_END)
    return near < len(places) and places[near].start < end
