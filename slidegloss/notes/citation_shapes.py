"""The shapes in which notes cite works, found in one piece of running text.

Every pattern is linear: quantifiers are bounded and the walk over names goes one token at a time.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from operator import attrgetter, itemgetter

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import PRETEST, Finder, Found, Setting, finish
from slidegloss.notes.citation_headings import labelled, title_and_number, with_venue
from slidegloss.notes.citation_keys import authors_and_venue, short_keys, volumes
from slidegloss.notes.citation_lines import bibliography
from slidegloss.notes.citation_listed import listed, under_item
from slidegloss.notes.citation_quoted import quoted
from slidegloss.notes.citation_titled import titled
from slidegloss.notes.citation_unquoted import unquoted
from slidegloss.notes.citation_when import bracket_when
from slidegloss.notes.citation_words import (
    DOI,
    KNOWN_WORD,
    YEAR,
    When,
    arxiv_mentions,
    clean,
    ids_of,
    is_paper_url,
    is_title_like,
    trim_doi,
)
from slidegloss.notes.running_text import OBJECT, Anchor, Flat

_PAGES = r"(?:\b(?:vol|no|pp?|pages?|art(?:icle)?|arXiv)\b|[\d\s.,;:，。；：()（）\[\]–-]){0,60}"
_TO_ID = lazy(
    rf"(?:[ \t\u00a0.,;，。；]{{0,3}}|[.,;:，](?=\s?\S){_PAGES}[.,;]\s)[(（\[]?(?:doi\s?[:：]?\s?)?", re.IGNORECASE
)
"""From a citation to its id, with volume and pages between: `, 2016, pp. 770–778, doi: 10.…`."""
_LONGEST_TO_ID = 70


def _belongs(finder: Finder, titled: dict[int, int], at: int, behind: int, *, arxiv: str = "", doi: str = "") -> bool:
    """Give an id at `at:behind` to the citation in front of it, `“Title,” ICLR 2014 (arXiv:1312.6114)`; False: there is none.

    `titled` is where citations with a title end, and their numbers.
    """
    for end in range(at, at - _LONGEST_TO_ID, -1):
        if end in titled:
            found = finder.found[titled[end]]
            if (found.arxiv if arxiv else found.doi) or not _TO_ID.fullmatch(finder.text, end, at):
                return False
            finder.found[titled[end]] = found._replace(arxiv=found.arxiv or arxiv, doi=found.doi or doi)
            titled[behind] = titled[end]  # another id may follow this one
            return True
    return False


def _addresses(finder: Finder) -> None:
    """Find arXiv ids, DOIs and links to papers that stand on their own."""
    text = finder.text
    for link in finder.flat.links:
        dest = link.dest.rstrip(",.;")
        if link.end > link.start and is_paper_url(dest):
            if finder.found and _given_to_entry(finder, link, dest):
                continue
            arxiv, doi = ids_of(dest)
            words, when = _with_when(clean(text[link.start : link.end]))
            title = words if is_title_like(words) and len(words.split()) >= 3 and "http" not in words else ""
            title = "" if _LIBRARY.fullmatch(title) else title
            dated = _DATED.match(title)
            year = int(dated["year"]) if dated else None
            title = _ENTRY_NUMBER.sub("", title[dated.end() :] if dated else title, count=1)
            when = when or (_when_beside(finder, link) if title else None)
            venue, year = (when.venue, when.year) if when else ("arXiv" if arxiv else "", year)
            short = words if not title and _METHOD.fullmatch(words) and not KNOWN_WORD.match(words) else ""
            found = Found(link.start, link.end, title, "", venue, year, short, (dest,), arxiv, doi)
            if title or arxiv or doi or words.strip(OBJECT + " "):  # what a badge leads to has an id, or is none
                finder.add(found)
    titled = {found.end: number for number, found in enumerate(finder.found) if found.title}
    ids = [Found(match.start(), match.end(), venue="arXiv", arxiv=match["id"]) for match in arxiv_mentions(text)]
    if "10." in text:
        inside = bytearray(len(text) + 1)
        for link in finder.flat.links:
            inside[link.start : link.end] = b"\1" * (link.end - link.start)
        for match in DOI.finditer(text):
            doi = trim_doi(match["doi"])
            if not inside[match.start()]:
                ids.append(Found(match.start(), match.start("doi") + len(doi), doi=doi))
    for found in sorted(ids):
        if not _belongs(finder, titled, found.start, found.end, arxiv=found.arxiv, doi=found.doi):
            finder.add(found)


def _with_when(words: str) -> tuple[str, When | None]:
    """Part where a work appeared, in brackets at the end of a link, from what it is called there."""
    behind = _WHEN_BEHIND.search(words)
    when = bracket_when(behind["when"]) if behind else None
    return (words[: behind.start()], when) if behind and when else (words, None)


def _when_beside(finder: Finder, link: Anchor) -> When | None:
    """Read where a work appeared in front of the link of its title or behind it, on its line: `[Title](…) | CVPR 2020`."""
    text = finder.text
    before = text[text.rfind("\n", 0, link.start) + 1 : link.start]
    behind = text[link.end : finder.link_behind(link.end - 1)].partition("\n")[0]
    return bracket_when(behind.strip(_BESIDE)) or bracket_when(before.strip(_BESIDE))


_WHEN_BEHIND = lazy(r"\s?[(（\[【](?P<when>[^()（）\[\]【】]{4,60})[)）\]】]\Z")
_BESIDE = " \t\u00a0|,.:：•*()[]（）【】–—-" + OBJECT


def _given_to_entry(finder: Finder, link: Anchor, dest: str) -> bool:
    """Give a link that says no more than what lies there to the work in front of it; return whether it has been given.

    Between them there are only such links and signs.
    """
    words = finder.text[link.start : link.end].strip(" []()`\n" + OBJECT)
    if words and not _LINK_WORDS.fullmatch(words) and not _OTHER_WORDS.fullmatch(words):
        return False
    before = [(found.end, number) for number, found in enumerate(finder.found) if found.end <= link.start]
    if not before:
        return False
    number = max(before, key=itemgetter(0))[1]
    found = finder.found[number]
    if not found.title or link.start - found.end > _LONGEST_OF_LINKS:
        return False
    arxiv, doi = ids_of(dest)
    if (arxiv and found.arxiv and arxiv != found.arxiv) or (doi and found.doi and doi != found.doi):
        return False
    at, between = found.end, []
    for other in finder.flat.links:
        if at <= other.start and other.end <= link.start:
            between.append(finder.text[at : other.start])
            at = other.end
    between.append(finder.text[at : link.start])
    if not _SIGNS.fullmatch(_ASIDE.sub("", "".join(between))):
        return False
    urls = found.urls if dest in found.urls else (*found.urls, dest)
    finder.found[number] = found._replace(urls=urls, arxiv=found.arxiv or arxiv, doi=found.doi or doi)
    finder.take(link.start, link.end)  # an id in its words is no work of its own
    return True


_ASIDE = lazy(r"\([^()\n]{3,60}\)|\[[^\[\]\n]{3,40}\]")
"""Where a work appeared, or a prize, behind its title."""
_LONGEST_OF_LINKS = 400
_SIGNS = lazy(rf"[\s\[\](){{}}|,.;:·•/&+★☆⭐{OBJECT}–—-]*")
_OTHER_WORDS = lazy(
    r"(?:full |conference |journal |workshop )?(?:paper|version|pdf|html|abs|abstract|openreview|doi|ar[xX]iv(?:\s?v\d)?|acm|ieee|cvf|pmlr|springer)"
    r"(?:\s?(?:link|page|version|\d))?|arXiv:\d{4}\.\d{4,5}|(?:[A-Z]{2,8}|NeurIPS|CoRL)(?:\s?(?:19|20)\d\d)?",
    re.IGNORECASE,
)
"""Further words of a link that say where a paper lies."""
_ENTRY_NUMBER = lazy(r"\A(?:\d{1,3}[.)、]|\[\d{1,3}\])\s*(?=\S+\s+\S)")
_METHOD = lazy(r"(?!(?:PDF|DOI|ACM|IEEE|CVF|HTML|PPT|BLOG)\Z)[A-Z][\w+.\-]*(?:[A-Z][\w+.\-]*|\d[\w+.\-]*)", re.ASCII)
"""What a method is called, as the words of a link to its paper: `[CraneNet](…)`."""
_DATED = lazy(rf"\[(?P<year>{YEAR})\]\s+(?=\S+\s\S)")
"""A year in front of a title, as lists in the order of time have it."""
_LIBRARY = lazy(
    r"(?:the\s)?(?:ACM (?:Digital )?Library|ACM DL|IEEE Xplore Digital Library|CVF Open Access)", re.IGNORECASE
)
"""Words of a link that name who keeps a paper."""
_STEPS: tuple[Callable[[Finder], None], ...] = (
    quoted,
    titled,
    volumes,
    bibliography,
    unquoted,
    with_venue,
    labelled,
    title_and_number,
    listed,
    authors_and_venue,
    short_keys,
)
_LINK_WORDS = lazy(
    r"link|paper|pdf|arxiv|project(?: page)?|page|code|github|demo|video|论文|链接|代码|项目|主页|\[?\d+\]?",
    re.IGNORECASE,
)


def _with_links(finder: Finder) -> list[Found]:
    """Give each citation the links that stand in it or right behind it on its line."""
    text, out = finder.text, []
    ordered = sorted(finder.found, key=attrgetter("start"))
    if not finder.flat.links:
        return ordered
    links = sorted(finder.flat.links)
    starts = [link.start for link in links]
    for number, found in enumerate(ordered):
        limit = ordered[number + 1].start if number + 1 < len(ordered) else len(text)
        newline = text.find("\n", found.end)
        limit = min(limit, newline if newline >= 0 else len(text))
        near = bisect_left(starts, found.start)
        start, end, urls, arxiv, doi = found.start, found.end, list(found.urls), found.arxiv, found.doi
        for link in links[max(near - 1, 0) : bisect_left(starts, limit + 1)]:
            inside = link.start < found.end and link.end > found.start
            gap = text[end : link.start] if link.start >= end else ""
            behind = not inside and end <= link.start < limit and len(gap.strip(" ,.;:()[]|")) == 0 and len(gap) < 8
            if not inside and not (
                behind
                and (is_paper_url(link.dest) or _LINK_WORDS.fullmatch(text[link.start : link.end].strip(" []()")))
            ):
                continue
            dest = link.dest.rstrip(",.;")
            if dest not in urls and dest.startswith(("http://", "https://")):
                urls.append(dest)
            ids = ids_of(dest)
            arxiv, doi = arxiv or ids[0], doi or ids[1]
            if inside:
                start, end = min(start, link.start), max(end, link.end)
            elif is_paper_url(link.dest):
                end = finish(text, start, link.end)
        out.append(found._replace(start=start, end=end, urls=tuple(urls), arxiv=arxiv, doi=doi))
    return out


def find_citations(flat: Flat, setting: Setting) -> list[Found]:
    """Return the citations in a piece of running text, in order and apart from each other.

    In: the flat text and what is known of its place. The ranges never cut a link in two.
    """
    if PRETEST.search(flat.text) is None and not flat.links and not setting.is_reference:
        return []
    finder = Finder(flat, setting)
    if setting.item and finder.dated:
        under_item(finder)
    for step in _STEPS:
        step(finder)
        if finder.found and finder.full():  # most often a title in quotes with all around it
            break
    finder.found = _with_links(finder)
    _addresses(finder)
    out: list[Found] = []
    for found in sorted(finder.found, key=lambda f: (f.start, -f.end)):
        if not out or found.start >= out[-1].end:
            out.append(found)
    return out
