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


_IN_BRACKETS = lazy(r"\(([A-Z][\w&/-]*[A-Z][\w&/-]*)(?:[ '\u2019]*\d{2,4})?\)[ .]*$")
_SHORT = {
    "computer vision and pattern recognition": "CVPR",
    "european conference on computer vision": "ECCV",
    "winter conference on applications of computer vision": "WACV",
    "british machine vision conference": "BMVC",
    "international conference on computer vision": "ICCV",
    "neural information processing systems": "NeurIPS",
    "international conference on learning representations": "ICLR",
    "international conference on machine learning": "ICML",
    "aaai conference on artificial intelligence": "AAAI",
    "international joint conference on artificial intelligence": "IJCAI",
    "international joint conferences on artificial intelligence": "IJCAI",
    "empirical methods in natural language processing": "EMNLP",
    "north american chapter of the association for computational linguistics": "NAACL",
    "annual meeting of the association for computational linguistics": "ACL",
    "knowledge discovery and data mining": "KDD",
    "transactions on pattern analysis and machine intelligence": "TPAMI",
    "international journal of computer vision": "IJCV",
    "journal of machine learning research": "JMLR",
    "transactions on machine learning research": "TMLR",
    "acm transactions on graphics": "TOG",
    "international conference on robotics and automation": "ICRA",
    "intelligent robots and systems": "IROS",
    "acoustics, speech and signal processing": "ICASSP",
    "acoustics, speech, and signal processing": "ICASSP",
}
"""What is part of the full names of venues, and what everybody calls them."""


def short_name(venue: str) -> str:
    """Return what a venue is called where there is little room, and its volumes of all years alike."""
    if len(venue) < 16:
        return venue
    if found := _IN_BRACKETS.search(venue):
        return found[1]
    low = venue.casefold()
    # workshops are other venues than what they are held at
    known = "" if "workshop" in low else next((short for name, short in _SHORT.items() if name in low), "")
    return known or venue_name(venue) or venue


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
    if normal_title(short_name(one)) == normal_title(short_name(other)):
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
