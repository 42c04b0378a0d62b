"""Titles that are almost equal: OCR reads `Edigng` for `Editing`, people forget a plural."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.notes.citation_words import HAN, normal_title

_POSTINGS = 60
"""Words in more titles than this say little; they are left out of the search for candidates."""
_CANDIDATES = 8
_SURE, _WITH_AUTHOR = 94.0, 90.0
"""Likeness in percent that is enough on its own, and with the same first author."""


class Near(NamedTuple):
    """A known title that is almost the one asked for."""

    order: int
    title: str
    ratio: float


class _Known(NamedTuple):
    order: int
    title: str
    normal: str
    family: str
    numbers: tuple[str, ...]


def _words(title: str) -> set[str]:
    words = {word for word in map(normal_title, re.split(r"[\s\-:,./]+", title)) if len(word) > 2}
    han = "" if title.isascii() else "".join(HAN.findall(title))
    return words | {han[i : i + 2] for i in range(len(han) - 1)}


def _numbers(title: str) -> tuple[str, ...]:
    """Return what tells parts and versions apart: digits, `++`, and a Roman numeral at the end."""
    return tuple(re.findall(r"\d+|\+\+|\b[IVX]{1,4}\Z", title.strip()))


def families_agree(one: str, other: str) -> bool:
    """Say whether two family names may be one, given that OCR may have misread a letter."""
    a, b = normal_title(one), normal_title(other)
    return not a or not b or a == b or _ratio(a, b, 75) > 0


def _ratio(one: str, other: str, least: float) -> float:
    """Return the likeness of two texts in percent, 0 when it is below `least`."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - who only reads a library back need not load it

    return fuzz.ratio(one, other, score_cutoff=least)


class NearTitles:
    """Known titles by their words."""

    def __init__(self) -> None:
        self._known: list[_Known] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)

    def add(self, title: str, family: str, order: int) -> None:
        """Add a title of work number `order`, with the family name of its first author or nothing."""
        number = len(self._known)
        self._known.append(_Known(order, title, normal_title(title), family, _numbers(title)))
        for word in _words(title):
            self._by_word[word].append(number)

    def find(self, title: str, family: str) -> Near | None:
        """Return the known title that this one is a slip of, or None."""
        normal, numbers = normal_title(title), _numbers(title)
        if len(normal) < 12:
            return None
        shared: Counter[int] = Counter()
        for word in sorted(_words(title), key=lambda w: (len(self._by_word.get(w, ())), w))[:8]:
            postings = self._by_word.get(word, ())
            if len(postings) <= _POSTINGS:
                shared.update(postings)
        best: Near | None = None
        for number, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]:
            known = self._known[number]
            if known.numbers != numbers or not families_agree(family, known.family):
                continue
            same_author = bool(family and known.family)
            ratio = _ratio(normal, known.normal, _WITH_AUTHOR if same_author else _SURE)
            if ratio and (best is None or ratio > best.ratio):
                best = Near(known.order, known.title, ratio)
        return best
