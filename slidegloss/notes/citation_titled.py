"""Lines with the title in front, in no quotes: authors and the year behind it, or the number that arXiv gave it."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import LINE_YEAR, Finder, Found, label_end, lines_of
from slidegloss.notes.citation_when import named_when
from slidegloss.notes.citation_words import (
    ARXIV_ID,
    ET_AL,
    YEAR,
    When,
    all_names,
    arxiv_mentions,
    authors_text,
    clean,
    edition_off,
    ends_with_names,
    has_cjk,
    is_name,
    is_title_like,
    last_et_al,
)
from slidegloss.notes.running_text import OBJECT

_LONGEST = 400
_FEWEST = 3
"""Words of a title that a comma, a dash or a stop parts from its authors."""
_FEWEST_BEFORE_BRACKETS = 5
"""Words of a title before `(Ho et al., NeurIPS 2020)`: what a slide says in fewer, it says of its own."""
_BULLET = re.compile(r"[\s\-•*#]*")
_IN_BRACKETS = lazy(r"\s*[(（\[](?P<key>[^()（）\[\]\n]{4,160})[)）\]][\s.。]*\Z")
_KEY_FIRST = lazy(r"[\[【［](?P<key>[^\[\]【】［］\n]{4,160})[\]】］]\s*[:：\-–—]?\s*(?P<title>\S[^\n]*)")
_BEHIND = re.compile(r"(?:[,.;，:]|\s[–—-])\s|\s?[—–]\s?|[?!]\s")
_SENTENCE = lazy(r"[.;]\s")
_NAMED = lazy(r"[A-Z0-9][\w+\-]{1,30}: \S")


def titled(finder: Finder) -> None:
    """Find `Title, Ho et al. 2020`, `Title – Ho et al. (2020)`, `Source: Title (Ho et al., 2020)`, `[2006.11239] Title`."""
    text = finder.text
    for start, end in lines_of(text):
        if end - start > _LONGEST or not finder.free(start, end):
            continue
        line = text[start:end]
        label = label_end(line)
        lead = label or _BULLET.match(line).end()  # type: ignore[union-attr]
        found = _numbered(line, lead) or (_in_chinese(line, lead) if "，" in line and has_cjk(line) else None)
        if not found and ("et" in line or "等" in line) and LINE_YEAR.search(line):
            here = start + lead
            apart = any(first == here for first, _ in finder.flat.italic)
            apart = apart or any(link.start == here and link.end < end for link in finder.flat.links)
            found = _authors_behind(line, lead, labelled=label > 0, apart=apart)
        if found:
            finder.add(found._replace(start=start + found.start, end=start + found.end))


def _is_title(title: str, fewest: int) -> bool:
    return (
        len(title.split()) >= fewest
        and is_title_like(title)
        and OBJECT not in title
        and not has_cjk(title)
        and not ET_AL.search(title)
        and not LINE_YEAR.search(title)
        and not any(mark in title for mark in '[]“”"')
    )


def _authors_behind(line: str, lead: int, *, labelled: bool, apart: bool) -> Found | None:
    """Read a line that ends with its authors, `et al.`, and when; `apart`: its first words are a link, or in italics."""
    first = _KEY_FIRST.match(line, lead)
    known = named_when(first["key"]) if first else None
    if first and known:
        title = clean(first["title"]).strip(" .,")
        return _found(line, lead, title, known) if _is_title(title, _FEWEST) and not _SENTENCE.search(title) else None
    bracket = _IN_BRACKETS.search(line, lead)
    known = named_when(bracket["key"]) if bracket else None
    if bracket and known:
        title = clean(line[lead : bracket.start()]).strip(" ,.")
        fewest = _FEWEST if labelled else _FEWEST_BEFORE_BRACKETS - apart
        # a slide's own words, too, stand before `(Ho et al., 2020)`; those of a paper have a label, a venue or a name in front
        sure = labelled or apart or known[1].venue or (_NAMED.match(title) and ET_AL.search(bracket["key"]))
        if (
            sure
            and _is_title(title, fewest)
            and not all_names(title.replace(":", " :"))
            and not _SENTENCE.search(title)
        ):
            return _found(line, lead, title, known)
        return None
    et_al = last_et_al(line, lead)
    if et_al is None:
        return None
    for cut in reversed(list(_BEHIND.finditer(line, lead, et_al.start()))):
        known = named_when(re.sub(r"[()（）]", " ", line[cut.end() :]).rstrip(" ."))
        if known is None or len(known[0].split()) > _MOST_OF_NAMES:
            return None
        title = clean(line[lead : cut.end() if cut[0][0] in "?!" else cut.start()]).strip(" ,.*")
        if _is_title(title, _FEWEST) and not _SENTENCE.search(title) and not ends_with_names(title):
            return _found(line, lead, title, known)
        if not all_names(line[lead : cut.start()].rpartition(",")[2]):
            return None
    return None


_MOST_OF_NAMES = 8
"""Words of the authors that are named."""


def _found(line: str, lead: int, title: str, known: tuple[str, When]) -> Found:
    authors, when = known
    return Found(lead, len(line.rstrip()), edition_off(title), authors, when.venue, when.year, arxiv=when.arxiv)


_HAN_COMMA = re.compile(r"[，,]\s*")
_HAN_PUBLISHER = re.compile(r"\S{2,16}(?:出版社|学报|杂志|期刊)")
_HAN_YEAR = re.compile(rf"(?P<year>{YEAR})(?:\s?年)?(?:版|第\s?\d{{1,3}}\s?期)?[\s.。]*")
_SHORTEST_IN_HAN = 4


def _in_chinese(line: str, lead: int) -> Found | None:
    """Read `王小明，纸鹤的折法，某某出版社，2020`: authors, title, publisher and year."""
    *names, title, place, last = ["", "", "", *_HAN_COMMA.split(line[lead:].strip())]
    year = _HAN_YEAR.fullmatch(last)
    title = edition_off(title.strip())
    authors = "，".join(filter(None, names))
    if year is None or not _HAN_PUBLISHER.fullmatch(place) or not authors or not all_names(authors):
        return None
    if len(title) < _SHORTEST_IN_HAN or not has_cjk(title) or any(mark in title for mark in "。；：《》“”"):
        return None
    return Found(lead, len(line.rstrip()), title, authors, place, int(year["year"]))


_ID_FIRST = lazy(
    r"[\[(（【](?:arXiv:)?(?P<id>(?!..(?:00|1[3-9]|[2-8]))\d{4}\.\d{4,5})(?:v\d{1,2})?[\])）】]\s*(?P<title>\S[^\n]*)",
    re.IGNORECASE,
)
_TO_ID = lazy(r"\s*[.,:]?\s*[(（\[]?\Z")
_FROM_ID = lazy(rf"(?:\s?\[[a-z\-]{{2,10}}(?:\.[A-Z]{{2}})?\])?[\s,]*(?:\(?(?P<year>{YEAR})\)?)?[)）\]]?[\s.]*\Z")


def _numbered(line: str, lead: int) -> Found | None:
    """Read `[2006.11239] Title`, as arXiv titles its pages, and `Title. arXiv:2006.11239`, with who made it in front."""
    first = _ID_FIRST.match(line, lead) if line.startswith(("[", "(", "（", "【"), lead) else None
    if first:
        title = clean(first["title"]).strip(" .")
        if len(title.split()) >= 2 and OBJECT not in title and not has_cjk(title) and not ARXIV_ID.search(title):
            return Found(lead, len(line.rstrip()), title, venue="arXiv", arxiv=first["id"])
        return None
    mention = next(arxiv_mentions(line), None)
    behind = _FROM_ID.match(line, mention.end()) if mention and mention.start() > lead else None
    if mention is None or behind is None:
        return None
    before = _TO_ID.search(line, lead, mention.start())
    title = clean(line[lead : before.start() if before else mention.start()])
    maker, stop, rest = title.partition(". ")
    authors = ""
    if stop and len(maker.split()) <= _FEWEST and all(map(is_name, maker.split())) and not LINE_YEAR.search(maker):
        title, authors = rest, authors_text(maker)
    if not _is_title(title, _FEWEST) or _SENTENCE.search(title) or (all_names(title) and "," in title):
        return None
    year = int(behind["year"]) if behind["year"] else None
    return Found(lead, len(line.rstrip()), title, authors, "arXiv", year, arxiv=mention["id"])
