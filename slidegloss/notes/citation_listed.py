"""Entries of reading lists: a title, and near it a link of which the words say no more than that a paper lies there."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import QUOTE, Finder, Found
from slidegloss.notes.citation_headings import NAMES_VENUE
from slidegloss.notes.citation_when import bracket_when
from slidegloss.notes.citation_words import (
    ET_AL,
    VENUE_HERE,
    YEAR,
    When,
    all_names,
    authors_text,
    bare_title,
    begins_sentence,
    clean,
    has_cjk,
    ids_of,
    is_paper_url,
    is_title_like,
    title_and_name,
    venue_name,
)
from slidegloss.notes.running_text import OBJECT, Anchor

_LABEL = re.compile(
    r"[\[\s`]*(?:paper(?:\s?link)?|full\spaper|pdf|arxiv|abs|openreview|doi|论文|论文链接|原文|原文链接)[\]\s`]*",
    re.IGNORECASE,
)
_BEFORE_LABEL = re.compile(r"[\s\[(（|:：,.\-–—]*\Z")
_OTHER_LABELS = lazy(r"(?:\s*\\?\[[^\[\]\n]{2,30}\]){1,4}\Z")
"""Links to notes and code between a title and its paper: `Title [notes] [arXiv]`."""
_LEAD = re.compile(r"[\s\-•*+#]*(?:\[?\d{1,3}[\].)]\s+)?")
_BRACKETS = lazy(r"\s*[(（\[［](?P<when>[^()（）\[\]\n]{4,60})[)）\]］]\Z")
_DATE = lazy(rf"(?P<year>{YEAR})(?:[-./]\d{{1,2}}){{0,2}}\Z")
_UNKNOWN_VENUE = lazy(rf"(?P<venue>[A-Z][\w&/+\- ]{{1,24}}?),?\s?(?P<year>{YEAR})\Z")
_ID = lazy(r"arXiv[\s:]{0,2}\d{4}\.\d{4,5}(?:v\d)?\Z", re.IGNORECASE)
_VENUE_BEHIND = lazy(r"[,.]\s+(?:in\s+)?(?P<when>[^,.\n]{3,60},?\s[^,.\s]{2,6})\Z", re.IGNORECASE)
_ET_AL_BEHIND = lazy(r"[,.]\s(?P<names>[^,\n]{2,60}\bet\sal\.?)\Z")
_BREAKS_OFF = lazy(
    r"\b(?:a|an|the|of|for|in|on|to|and|or|with|by|from|see|this|that|our|their|my|your|is|are)\Z", re.IGNORECASE
)
"""The last word of a phrase that the link goes on with: `the code of our [paper]`."""
_SENTENCE = lazy(r"[.;]\s|[.;:]\Z")
_LONGEST = 320
_FEWEST, _MOST = 4, 30
"""Words of a title that stands on the line of its link; one less does where a year is said."""
_LINES = 6
"""Lines from a title in bold to the link of its paper: authors, where it appeared, the link."""


def under_item(finder: Finder) -> None:
    """Find `Moreau, Ana and Tamm, Bo. *CVPR 2021*. [[pdf](…)]` in the list of an item that is a title in bold."""
    text, title = finder.text, finder.setting.item.strip(' ,."“”')
    line = text.find("\n")
    last = finder.link_behind(0) if line < 0 else min(line, finder.link_behind(0))
    head = _BEFORE_LABEL.sub("", text[:last])
    parts = ((part, _when(head[part.end() :])) for part in _PARTS.finditer(head))
    behind, when = next(((part, when) for part, when in parts if when), (None, None))
    if behind is None or when is None or not _FEWEST - 1 <= len(title.split()) <= _MOST or has_cjk(title):
        return
    names = head[: behind.start()].strip(" ,.")
    if not all_names(names.replace(" and others", " et al.")) or not finder.free(0, len(head)):
        return
    listed_apart = " and " in names and "," in names
    authors = authors_text(names) if not listed_apart else "; ".join(map(str.strip, names.split(" and ")))
    finder.add(Found(0, len(head), title, authors, when.venue, when.year, arxiv=when.arxiv))


_PARTS = lazy(r"[.,]\s+(?=[^.\n]{3,60}\Z)")
"""Where the last words of a line may begin."""


def listed(finder: Finder) -> None:
    """Find `Title (2015-11) [[arXiv](…)]` and, over some lines, `**Title**`, its authors, `ICML 2022. [[Paper](…)]`."""
    for link in finder.flat.links:
        if not finder.free(link.start, link.end) or not _LABEL.fullmatch(finder.text, link.start, link.end):
            continue
        is_paper = is_paper_url(link.dest)
        if is_paper and _belongs(finder, link):
            continue
        found = (_on_its_line(finder, link) if is_paper else None) or _lines_above(finder, link)
        found = found or (_line_above(finder, link) if is_paper else None)
        if found and finder.free(found.start, link.end):
            finder.add(found)
            finder.take(link.start, link.end)  # said with a title, it is no work of its own


def _belongs(finder: Finder, link: Anchor) -> bool:
    """Give the link to a title that was found on the line above, with nothing behind it."""
    for number, found in enumerate(finder.found):
        gap = finder.text[found.end : link.start] if found.end < link.start <= found.end + 8 else ""
        if found.title and not found.arxiv and "\n" in gap and _BEFORE_LABEL.fullmatch(gap):
            finder.found[number] = _with_ids(found, link)
            finder.take(link.start, link.end)  # said with a title, it is no work of its own
            return True
    return False


def _with_ids(found: Found, link: Anchor) -> Found:
    dest = link.dest.rstrip(",.;")
    arxiv, doi = ids_of(dest)
    venue = found.venue or ("arXiv" if arxiv else "")
    urls = (*found.urls, dest) if dest.startswith(("http://", "https://")) else found.urls
    return found._replace(urls=urls, arxiv=arxiv, doi=doi, venue=venue)


def _on_its_line(finder: Finder, link: Anchor) -> Found | None:
    """Read the title that a line begins with, and what stands between it and the link."""
    text = finder.text
    line = text.rfind("\n", 0, link.start) + 1
    if link.start - line > _LONGEST:
        return None
    start = line + len(_LEAD.match(text[line : link.start])[0])  # type: ignore[index]
    head, when = _parted(_BEFORE_LABEL.sub("", text[start : link.start]))
    others = None if when else _OTHER_LABELS.search(head)
    if others:
        head, when = _parted(_BEFORE_LABEL.sub("", head[: others.start()]))
    bold = next((end - start for begin, end in finder.flat.strong if begin == start and end <= link.start), 0)
    named = _ET_AL_BEHIND.search(head)
    authors = ""
    if named and all_names(named["names"]):
        head, authors = head[: named.start()], authors_text(named["names"])
    elif 0 < bold < len(head) and (rest := clean(head[bold:]).strip(" ,.")) and not _is_named(head, bold):
        if not all_names(rest := rest.strip("-–— ")):
            return None
        head, authors = head[:bold], rest
    words, short = title_and_name(head)
    title = clean(words).strip(' ,."“”')
    dated = when is not None and when.year is not None
    sure = dated or bold >= max(len(head.rstrip()), 1)
    if not _FEWEST - dated <= len(title.split()) <= _MOST or not _is_title(title, words, sure=sure):
        return None
    found = Found(start, start + len(head.rstrip()), title, authors, short=short)
    return _with_ids(found._replace(venue=when.venue, year=when.year) if when else found, link)


def _is_named(head: str, bold: int) -> bool:
    """Say whether bold words are a name in front of a title: `**CraneNet**: Folding Motion`, `**CraneNet:** Folding Motion`."""
    inside, behind = head[:bold].rstrip()[-1:] in _COLONS, head[bold:].lstrip()[:1] in _COLONS
    title = head[bold:].lstrip(" :：")
    return (inside or behind) and (title[:1].isupper() or title[:1].isdigit())


_COLONS = frozenset(":：")


def _parted(head: str) -> tuple[str, When | None]:
    """Part a title from where it appeared, behind it in brackets or behind a comma."""
    behind = _BRACKETS.search(head) or _VENUE_BEHIND.search(head)
    when = _when(behind["when"]) if behind else None
    return (head[: behind.start()], when) if behind and when else (head, None)


def _when(words: str) -> When | None:
    """Read `2015-11`, `NeurIPS 2024` or the short name of a venue that is not known here, with its year."""
    date = _DATE.match(words)
    if date:
        return When(0, "", int(date["year"]))
    if _ID.match(words):
        return When(0, "arXiv", None)
    known = bracket_when(words)
    named = None if known else _UNKNOWN_VENUE.match(words)
    return When(0, venue_name(named["venue"]), int(named["year"])) if named else known


def _is_title(title: str, words: str, *, sure: bool = False) -> bool:
    """Say whether words are a title; where it is `sure` that something has one, its capitals are no matter."""
    return (
        OBJECT not in words
        and "\n" not in words
        and not has_cjk(title)
        and (is_title_like(title) or (sure and title[:1].isupper() and not begins_sentence(title)))
        and not ("," in title and all_names(title))
        and not QUOTE.search(title)
        and not _SENTENCE.search(title)
        and not NAMES_VENUE.search(title)
        and not _BREAKS_OFF.search(title)
        and not ET_AL.search(title)
    )


def _lines_above(finder: Finder, link: Anchor) -> Found | None:
    """Read a line all in bold, a line of names below it, and a line with the link of the paper, maybe behind a venue."""
    text = finder.text
    bold = next((one for one in reversed(finder.flat.strong) if one[1] <= link.start), None)
    if bold is None or link.start - bold[1] > 2000:
        return None
    start, end = bold
    first = text.rfind("\n", 0, start) + 1
    behind, *below = text[end : link.start].split("\n")
    below = [clean(line) for line in below if line.strip()]  # `<br>` at the end of a line makes two of it
    if text[first:start].strip(" -•*+\t") or behind.strip(" .\\") or not 0 < len(below) <= _LINES:
        return None
    names, rest = below[0].strip(" .*"), below[1:]
    title = clean(text[start:end]).strip(' ,."“”')
    known = authors_text(_MARKS.sub("", names))
    when = next((one for one in map(_venue_line, rest) if one), None)
    if not when and not is_paper_url(link.dest):
        return None
    if not 2 <= len(title.split()) <= _MOST or has_cjk(title) or not all_names(known):
        return None
    found = Found(start, end, title, known)
    return _with_ids(found._replace(venue=when.venue, year=when.year) if when else found, link)


def _line_above(finder: Finder, link: Anchor) -> Found | None:
    """Read a line that is a title, below it `**[CVPR'24]**` and, there or below, the link of the paper."""
    text = finder.text
    first = text.find("\n", 0, link.start)
    lead = len(_LEAD.match(text)[0])  # type: ignore[index]
    words = bare_title(clean(text[lead:first])).strip(' ,."“”*') if 0 < first < _LONGEST else ""
    between = _SIGNS.sub(" ", text[first : link.start]).split() if words else []
    when = bracket_when(" ".join(between)) if 0 < len(between) <= _FEWEST else None
    if (
        when is None
        or not finder.free(lead, first)
        or not _FEWEST <= len(words.split()) <= _MOST
        or not _is_title(words, words)
    ):
        return None
    found = Found(lead, first, words, venue=when.venue, year=when.year)
    return _with_ids(found, link)


_SIGNS = lazy(r"[^\w'’&./\-]+")
_MARKS = lazy(r"[\d*†‡∗⋆§¶]+(?=\s*(?:,|\Z))")
"""What points from a name to where its owner works."""
_ACRONYM = lazy(r"[A-Z][A-Z0-9&-]{2,9},?\s")
_END = lazy(r"[\s.,|\[(]*\Z")


def _venue_line(line: str) -> When | None:
    """Read `ICML 2022.`, `Neural Computation 2011.` and a name in capitals that is not known, nothing else on their line."""
    words = _END.sub("", line).strip("[] ")
    return _when(words) if words and (_ACRONYM.match(words) or VENUE_HERE.match(words + "\n")) else None
