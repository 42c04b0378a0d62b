"""Fuzzy matching of titles, for typos and OCR errors such as `Edigng` for `Editing`."""

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
    """Return what tells parts and versions apart: digits, `++`, a Roman numeral that ends something, what follows `Part`."""
    return tuple(re.findall(r"\d+|\+\+|\b[IVX]{1,4}(?=\Z|\s?[:.–—-])|(?<=\b[Pp]art\s)\w+", title.strip()))


def same_numbers(one: str, other: str) -> bool:
    """Say whether two titles are of the same part and version."""
    return _numbers(one) == _numbers(other)


_OTHER_SENSE = re.compile(
    r"(?:un|non|anti|semi|self|multi|inter|intra|hyper|super|sub|over|under|pre|post|re|de|co|in|im)-?"
)
_TYPO = 60.0
"""Likeness in percent that a word has with its misspelling."""


def _says_other(one: str, other: str) -> bool:
    """Say whether two titles differ by a word that is no slip of the other: `Image` and `Video`, or `Un` in front."""
    a, b = (re.split(r"[\s\-‐–]+", title.casefold()) for title in (one, other))
    if len(a) != len(b):
        return False
    for left, right in zip(a, b, strict=True):
        short, long = sorted((left, right), key=len)
        if left == right or len(short) < 4:
            continue
        if (long.endswith(short) and _OTHER_SENSE.fullmatch(long[: -len(short)])) or not _ratio(left, right, _TYPO):
            return True
    return False


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
            if known.numbers != numbers or not families_agree(family, known.family) or _says_other(title, known.title):
                continue
            same_author = bool(family and known.family)
            ratio = _ratio(normal, known.normal, _WITH_AUTHOR if same_author else _SURE)
            if ratio and (best is None or ratio > best.ratio):
                best = Near(known.order, known.title, ratio)
        return best
