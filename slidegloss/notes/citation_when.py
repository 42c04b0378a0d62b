"""Venue and year behind a title, in all the ways notes write them."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_words import (
    ARXIV_ID,
    EARLY_YEAR,
    MONTH,
    PUBLISHER,
    VENUE_HERE,
    YEAR,
    YEAR_HERE,
    When,
    all_names,
    authors_text,
    clean,
    has_cjk,
    last_et_al,
    short_year,
    venue_name,
)
from slidegloss.notes.running_text import OBJECT

_SKIP = re.compile(r"[ \t\u00a0,.;，。、]{0,6}\n?[ \t\u00a0]{0,4}[(（]?")
_LEAD = re.compile(
    r"(?:(?:to be released|to appear|accepted|published|presented|appeared|in press|in|at|by|to|for)\s+){1,3}",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?P<between>，?[^\n\"“”„;。，"
    + OBJECT
    + r"]{0,130}?)(?<![0-9:.])(?P<year>"
    + YEAR
    + r")[a-z]?(?![0-9A-Za-z.:]\d|[0-9])"
)
_EARLY = lazy(
    r"(?P<between>[^\n\"“”„;。"
    + OBJECT
    + r"]{0,130}?)(?<=[\s(（,，])(?<!p\.\s)(?<!page\s)(?<!pages\s)(?<!ol\.\s)(?<!no\.\s)"
    r"(?P<year>" + EARLY_YEAR + r")(?=[)）]?(?:[.;，。]?\s{0,20}(?:\n|\Z)|[.,]\s[A-Za-z]|[)）]))"
)
_BOOK = lazy(
    r"(?P<venue>[^\n\"“”„.;。，"
    + OBJECT
    + r"]{3,100}\.\s(?:[A-Z][\w&’'\-]{0,20}\s){0,4}?"
    + PUBLISHER
    + r"),\s(?P<year>"
    + YEAR
    + r")(?!\w)"
)
"""The book and its publisher behind a title that a stop ends in its quotes."""
PUBLISHED = lazy(r"(?P<venue>(?:[A-Z][\w&’'.\-]{0,20}\s){0,4}?" + PUBLISHER + r"),?\s?\(?(?P<year>" + YEAR + r")(?!\w)")
"""A publisher and the year behind a comma."""
PRESS_LAST = lazy(r"(?<=[.,]\s)(?P<venue>(?:The\s)?[A-Z][\w&’'\-]{1,20}\s(?:[A-Z][\w&’'\-]{1,20}\s){0,2}Press)[.\s]*\Z")
"""A publisher at the end of a line that says no year."""
_AFTER_YEAR = lazy(r"\s(?:Workshops?|Tutorials?|Oral|Spotlight|Highlight|Best Paper(?: Award)?)\b")
_HAN_VENUE = lazy(
    rf"(?P<venue>[\u4e00-\u9fff]{{1,16}}(?:学报|会议|大会|期刊|大学|杂志|通讯|进展|出版社))[\s,，]{{0,3}}[(（]?(?P<year>{YEAR})?(?:\s?年)?[)）]?"
)
_HAN_JOURNAL = lazy(
    rf"(?:载于?|刊于?|发表于|见)?《(?P<venue>[^《》\n]{{2,30}})》[\s,，]{{0,2}}[(（]?(?P<year>{YEAR})(?:\s?年)?(?:第?\s?\d{{1,3}}\s?期)?[)）]?"
)
"""A journal as law and the humanities have it in Chinese: `，载《法学研究》2015年第3期`."""
_VENUE_WORD = lazy(
    r"(?:[A-Z0-9(][\w\-.:/&’'()+]{0,40}|of|on|and|in|the|for|its|their|with|to|vol\.?|no\.?|pages?|pp\.?|e-?prints?|preprint|&|[\d–\-:()]+)[,.]?\Z"
)


_BEFORE_ID = lazy(r"[\s,:(]{0,3}(?:arXiv\s?[:：]\s?)?(?:abs/)?", re.IGNORECASE)
_NEW_SENTENCE = lazy(r"\.\s[A-Z][a-z]+\s[a-z]|et al")


def when_after(text: str, at: int) -> When | None:
    """Read `venue year`, `venue`, `year`, `in venue, Month year` after the end of a title."""
    skip = _SKIP.match(text, at)
    here = skip.end() if skip else at
    crossed = "\n" in text[at:here]
    lead = _LEAD.match(text, here)
    if lead:
        here = lead.end()
    venue = VENUE_HERE.match(text, here)
    if venue:
        return after_venue(text, venue.end(), venue["venue"])
    year = YEAR_HERE.match(text, here)
    if year:
        return When(year.end(), "", int(year["year"]))
    journal = None if crossed or text[here : here + 1] not in "载刊发《见" else _HAN_JOURNAL.match(text, here)
    if journal:
        return When(journal.end(), clean(journal["venue"]), int(journal["year"]))
    han = None if crossed or not _is_han(text[here : here + 1]) else _HAN_VENUE.match(text, here)
    if han:
        return When(han.end(), clean(han["venue"]), int(han["year"]) if han["year"] else None)
    book = _BOOK.match(text, here) if text[at - 2 : at - 1] == "." and not crossed else None
    if book and not has_cjk(book["venue"]):
        return When(book.end(), venue_name(book["venue"]), int(book["year"]))
    filler = None if crossed else _FILLER.match(text, here)
    if filler and len(filler["between"].strip(" ,.(")) > 1 and not has_cjk(filler["between"]):
        words = filler["between"].strip(" ,.(").split()
        if words[0][0].isupper() and all(map(_VENUE_WORD.match, words)) and len(words) <= 14:
            return When(filler.end(), venue_name(" ".join(words)), int(filler["year"]))
    return None


def early_year(text: str, at: int) -> When | None:
    """Read `venue, 1948` or `(1948)` behind the end of a title whose authors are known."""
    early = _EARLY.match(text, at)
    if early is None or (text[at - 2] not in ",.，。" and not early["between"].strip()):
        return None
    words = early["between"].strip(" ,.(（，").removeprefix("in ").split()
    if len(words) > 14 or not all(map(_VENUE_WORD.match, words)) or (words and not words[0][0].isupper()):
        return None
    return When(early.end(), venue_name(" ".join(words)), int(early["year"]))


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


_POSTED = lazy(rf"[\s:]{{1,2}}(?P<year>{YEAR})\.\d\d\.\d\d\.\d{{6,8}}(?:v\d)?(?!\d)")
"""The number that bioRxiv and medRxiv give begins with the day on which a preprint was posted."""


def after_venue(text: str, at: int, venue: str) -> When:
    """Read the arXiv id and the year behind a venue that ends at `at`."""
    arxiv = ""
    end = at
    posted = _POSTED.match(text, at) if venue.endswith(("Rxiv", "rxiv")) else None
    if posted:
        return When(posted.end(), venue_name(venue), int(posted["year"]))
    mention = _BEFORE_ID.match(text, at) if "xiv" in venue.lower() else None
    if mention:
        identifier = ARXIV_ID.match(text, mention.end())
        if identifier:
            arxiv, end = identifier["id"], identifier.end()
    short = short_year(text, end)
    if short and not YEAR_HERE.match(text, end):
        return When(short[1], venue_name(venue), short[0], arxiv)
    filler = _FILLER.match(text, end)
    if filler and not has_cjk(filler["between"]) and not _NEW_SENTENCE.search(filler["between"]):
        end = filler.end()
        after = _AFTER_YEAR.match(text, end)
        return When(after.end() if after else end, venue_name(venue), int(filler["year"]), arxiv)
    return When(end, venue_name(venue), None, arxiv)


_YEAR_FIRST = lazy(rf"(?P<year>{YEAR})[\s,./\-]{{1,2}}(?P<venue>[A-Za-z][^\d]*)\Z")
_OF_WHOM = lazy(r"\s?@\s?[A-Za-z][\w&. -]{1,30}\Z")
"""Where a work comes from, behind where it appeared: `2020 ICML@OpenAI`."""
_WITH_MONTH = lazy(r"(?<=['’‘]\d\d)\.\d{1,2}(?=\s|\Z)|(?<=\s(?:19|20)\d\d)[./-]\d{1,2}(?:[./-]\d{1,2})?(?=\s|\Z)")
"""The month behind a year: `arXiv'24.12`, `arXiv 2024-12-03`."""


def bracket_when(text: str) -> When | None:
    """Read `SIGGRAPH 2021`, `2021 SIGGRAPH` or `ACM TOG, 2021, Oral` and nothing else."""
    text = text.strip()
    if "@" in text:
        text = _OF_WHOM.sub("", text)
    text = _WITH_MONTH.sub("", text)
    early = _YEAR_FIRST.match(text)
    if early:
        text = f"{early['venue']} {early['year']}"
    venue = VENUE_HERE.match(text + "\n")
    if venue is None:
        return None
    when = after_venue(text, venue.end(), venue["venue"])
    rest = text[when.end :].strip(" ,.;")
    return when if when.year and len(rest.split()) <= 2 else None


_LONE_YEAR = lazy(rf"[,，]?\s?(?:{MONTH}\s)?(?P<year>{YEAR})[a-z]?\Z")


def named_when(text: str) -> tuple[str, When] | None:
    """Read `Ho et al., NeurIPS 2020`, `Ho et al., 2020` or `Song and Ermon, 2019` and nothing else: authors, and when."""
    et_al = last_et_al(text)
    lone = _LONE_YEAR.search(text)
    end = et_al.end() if et_al else lone.start() if lone else 0
    authors, rest = text[:end], text[end:].strip(" ,，.")
    if not end or len(authors) > _LONGEST_KEY or not all_names(authors):
        return None
    when = When(len(text), "", int(lone["year"])) if lone and lone.start() <= end + 2 else bracket_when(rest)
    return (authors_text(authors), when) if when and when.year else None


_LONGEST_KEY = 120
"""Characters of the authors in a key."""
