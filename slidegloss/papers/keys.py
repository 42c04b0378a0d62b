"""Citation keys of papers: generated, made unique, and turned into addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from slidegloss.notes.citation_words import first_family, has_cjk

_SKIP = frozenset({
    "a", "an", "the", "on", "of", "in", "for", "to", "and", "with", "towards", "toward", "from", "by", "at", "is",
    "are",
})  # fmt: skip


def _ascii(text: str) -> str:
    """Fold accents away; letters of other scripts stay."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return "".join(c for c in decomposed if c.isalnum()).casefold()


def in_order(given: str, family: str) -> str:
    """Return a name as its bearer writes it: `Jane Doe`, and with the family first and no space `王小明`."""
    if has_cjk(given) and has_cjk(family):
        return f"{family}{given}"
    return f"{given} {family}".strip()


_NO_TEX = str.maketrans("", "", "$^{}\\")
"""`$M^3$IT` is one word."""


def paper_key(authors: Sequence[str] | str, year: int | None, title: str, short: str = "") -> str:
    """Return `chen2023motion`: family name of the first author, year, first word of the title that says something."""
    family = first_family(authors if isinstance(authors, str) else authors[0] if authors else "")
    said = (title or short).translate(_NO_TEX)
    words = [w for w in re.findall(r"[^\W_]+", said) if w.casefold() not in _SKIP]
    return (_ascii(family) + (str(year) if year else "") + (_ascii(words[0])[:24] if words else "")) or "paper"


@lru_cache(maxsize=1 << 12)  # asked for with every link to a paper
def key_slug(key: str) -> str:
    """Return a key as it stands in addresses of pages: letters, digits, dots and dashes."""
    return re.sub(r"[^\w.\-]+", "-", key).strip("-.").lower() or "paper"


def paper_path(key: str) -> str:
    """Return the site path of a paper's page."""
    return f"papers/{key_slug(key)}.html"


class KeySet:
    """Keys that are taken; two keys that would share a page (`Chen2023`, `chen2023`) count as one."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._slugs = {key_slug(key) for key in keys}
        self.last_number: dict[str, int] = {}
        """The number that was last put behind a key, so that a thousand papers of one name are not counted through each time."""

    def __contains__(self, key: object) -> bool:
        return key_slug(str(key)) in self._slugs

    def add(self, key: str) -> None:
        """Take a key."""
        self._slugs.add(key_slug(key))


def free_key(key: str, taken: KeySet) -> str:
    """Return the key, or the key with the first letter behind it that is free: `b` to `z`, then `-27` and so on."""
    if key not in taken:
        return key
    for letter in "bcdefghijklmnopqrstuvwxyz":
        if key + letter not in taken:
            return key + letter
    number = taken.last_number.get(key, 27)
    while f"{key}-{number}" in taken:
        number += 1
    taken.last_number[key] = number
    return f"{key}-{number}"
