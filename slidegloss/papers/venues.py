"""Venues by their names: which are the same one, and which are no publication yet."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_words import normal_title, venue_name

_PREPRINTS = frozenset({"arxiv", "preprint", "openreview", "corr", "ssrn", "biorxiv", "medrxiv", "chemrxiv", ""})
_ACRONYM = lazy(r"[A-Z]{3,}")
_SMALL_WORDS = frozenset(["of", "the", "on", "and", "in", "for", "to", "a"])


_JOURNALS = lazy(
    r"journal|transactions|trans\.|letters|(?<!open)review|magazine|nature|science|pnas|\bT?PAMI\b|IJCV|\bTOG\b|\bTIP\b"
    r"|TVCG|TMLR|JMLR|\bCGF\b|forum|neural computation|surveys|annals|学报|杂志",
    re.IGNORECASE,
)


def is_journal(venue: str) -> bool:
    """Say whether a venue looks like a journal; others are taken for conferences."""
    return _JOURNALS.search(venue) is not None


def is_preprint(venue: str) -> bool:
    """Say whether a venue is a preprint server or unknown, which a published venue overrules."""
    return normal_title(venue) in _PREPRINTS


def same_venue(one: str, other: str) -> bool:
    """Say whether two names mean one venue: but for spelling and words left out, or as an abbreviation of the other."""
    if normal_title(one) == normal_title(other) or normal_title(venue_name(one)) == normal_title(venue_name(other)):
        return True
    a, b = ({word for word in map(normal_title, venue.replace("(", " ").split()) if word} for venue in (one, other))
    return (bool(a) and bool(b) and (a <= b or b <= a)) or _abbreviates(one, other) or _abbreviates(other, one)


def _abbreviates(short: str, venue: str) -> bool:
    """Say whether a name such as `JMLR`, `IEEE TPAMI` or `CACM` is made of the initials of a venue in full.

    Words of capitals count as they are; notes write the short name, exporters of BibTeX the long one.
    """
    acronym = short.rpartition(" ")[2].replace("-", "")
    words = [word for word in re.findall(r"[^\W\d_]+", venue_name(venue)) if len(word) > 1]
    if len(words) < 3 or not _ACRONYM.fullmatch(acronym):
        return False
    initials = [
        "".join(word if word.isupper() else word[0].upper() for word in chosen)
        for chosen in (words, [word for word in words if word not in _SMALL_WORDS])
    ]
    return any(acronym in letters for letters in initials)
