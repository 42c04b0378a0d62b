"""Whole lines that cite: unquoted titles, headings with a venue, labelled lines, titles with a number."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import Finder, Found, label_end, lines_of, made
from slidegloss.notes.citation_when import after_venue, bracket_when
from slidegloss.notes.citation_words import (
    DOI,
    ET_AL,
    VENUE_HERE,
    When,
    all_names,
    arxiv_mentions,
    authors_text,
    begins_sentence,
    clean,
    has_cjk,
    ids_of,
    is_paper_url,
    is_title_like,
    names_start,
    title_and_name,
    trim_doi,
)
from slidegloss.notes.running_text import OBJECT, Anchor

_IN_BRACKETS = lazy(r"\A(?P<title>[^\n]{2,240}?)\s*[(（\[【［](?P<when>[^()（）\[\]\n]{3,60})[)）\]】］][\s.]*\Z")

_BRACKETS_FIRST = lazy(
    r"\A(?P<lead>[\s\-•*#\d.]*)[\[【［(（](?P<when>[^()（）\[\]【】［］\n]{3,60})[\]】］)）]\s*(?:[:：\-–—]\s*)?(?P<title>[^\s:：\-–—])"
)
_MORE_THAN_A_TITLE = lazy(r"[.;]\s|\bet al\b")
_CLOSED = re.compile(r"[)）\]】］][\s.]*\Z")


def with_venue(finder: Finder) -> None:
    """Find `Title (SIGGRAPH 2021)` and `【SIGGRAPH 2021】Title` as a heading, a whole list item or a whole reference."""
    is_heading = finder.setting.is_heading
    for start, end in lines_of(finder.text) if finder.dated else ():
        line = finder.text[start:end]
        if len(line) >= 320 or not finder.free(start, end):
            continue
        if is_heading and _beside_mark(finder, start, line):
            continue
        head = _OF_NOTES.sub("", line) if is_heading else finder.text[start : _links_off(finder, start, end)]
        behind = _IN_BRACKETS.match(head) if _CLOSED.search(head) else None
        when = bracket_when(behind["when"]) if behind else None
        if behind and when:
            lead = len(re.match(r"[\s\-•*#\d.]*", behind["title"])[0])  # type: ignore[index]
            lead += label_end(behind["title"][lead:])
            at = start + lead
            title = _linked_title(finder, at, start + behind.end("title")) or behind["title"][lead:]
            if (link := finder.link_behind(at)) < start + behind.end("title"):  # to the paper, in front of its venue
                title = finder.text[at:link].rstrip(" \t\u00a0.,|[(") or title
            labelled = label_end(behind["title"]) > 0
            _titled(finder, start + lead, start + behind.end("when") + 1, title, when, labelled=labelled)
            continue
        before = _BRACKETS_FIRST.match(line)
        when = bracket_when(before["when"]) if before else None
        if before and when:
            _behind_brackets(finder, start + before.end("lead"), start + before.start("title"), end, when)


def _beside_mark(finder: Finder, start: int, line: str) -> bool:
    """Find `Title | CVPR 2020` and `CVPR 2020: Title`, as all of a heading; return whether it is one of them."""
    mark = _VENUE_LAST.match(line) or _VENUE_FIRST.match(line)
    when = bracket_when(mark["when"]) if mark else None
    title = clean(mark["title"]) if mark else ""
    if (
        not mark
        or not when
        or len(title.split()) < _FEWEST_PLAIN
        or not is_title_like(title)
        or _OF_MEETING.search(title)
    ):
        return False
    _titled(finder, start + min(mark.start("title"), mark.start("when")), start + len(line.rstrip()), title, when)
    return True


def _links_off(finder: Finder, start: int, end: int) -> int:
    """Return where a line ends in front of the links that it ends with: to the code, to the page of the project."""
    for link in reversed(finder.links_in(start, end)):
        if link.start < end and _SIGNS.fullmatch(finder.text, link.end, end):
            end = link.start
    return start + len(finder.text[start:end].rstrip(" \t\u00a0[(|,.·•-" + OBJECT))


_OF_MEETING = lazy(
    r"\b(?:papers|proceedings|highlights?|trends|notes|recap|reports?|summar(?:y|ies)|schedule|program|reading list|talks?|keynotes?"
    r"|tutorials?|workshops?|posters?|demos?|awards?|sessions?|submissions?|statistics)\b",
    re.IGNORECASE,
)
"""What a heading is about that has a conference beside it, and is no paper."""
_SIGNS = lazy(rf"[\s\[\](){{}}|,.·•{OBJECT}-]*")
_VENUE_LAST = lazy(r"[#\s\d.]*(?P<title>[^\n|｜]{8,240}?)\s*(?:[|｜]|\s[–—-]\s)\s*(?P<when>[^\n|｜]{4,40}?)\s*\Z")
_VENUE_FIRST = lazy(
    r"[#\s\d.]*?(?P<when>[^\n|｜:：]{4,40}?)\s*(?:[|｜:：]|\s[–—-]\s)\s*(?P<title>[^\n|｜]{8,240}?)\s*\Z"
)
_OF_NOTES = lazy(r"\s*(?:论文|文献|精读|阅读|学习|读书|解读|笔记|总结|分享|导读|详解|速读|研读){1,4}\s*\Z")


def _behind_brackets(finder: Finder, start: int, at: int, end: int, when: When) -> None:
    """Read the title at `at`, behind brackets that say where it appeared and before the end of its line.

    Where it is bold with them, `— *Moreau et al.*` behind it is who wrote it; behind a short name it is the title.
    """
    bold = next((stop for begin, stop in finder.flat.strong if begin <= start and at < stop <= end), 0)
    dash = _TO_ITALIC.match(finder.text, bold, end) if bold else None
    aside = next((one for one in finder.flat.italic if dash and one[0] == dash.end()), None)
    # links behind the title, as lists of papers have them: to the file, to the code
    title = finder.text[at : min(bold or end, finder.link_behind(at))].rstrip(" \t\u00a0.,|[(")
    words = clean(finder.text[aside[0] : aside[1]]) if aside else ""
    if _MORE_THAN_A_TITLE.search(title):
        return
    if aside and len(title.split()) <= _MOST_OF_SHORT < len(words.split()):
        _titled(finder, start, aside[1], words, when, first=True)
    elif aside and all_names(words):
        _titled(finder, start, aside[1], title, when, first=True, behind=authors_text(words))
    else:
        _titled(finder, start, at + len(title), title, when, first=True)


_MOST_OF_SHORT = 2
_TO_ITALIC = lazy(r"\s?[–—-]\s?|\s?[:：]\s?")


_DASH = re.compile(r"\s?[:：–—]|\s-\s")
NAMES_VENUE = lazy(
    r"\A(?:In\s)?(?:Proceedings|Proc\.|Advances in|IEEE|ACM)\b|\A(?:Conference|Venue|Journal|会议|期刊)\s*[:：]"
    r"|\b(?:Conference|Symposium|Workshop|Transactions) on\b"
)
"""What stands in front of a venue's short name in brackets is its long name: `… Conference on Computer Vision (ICCV 2023)`."""


def _linked_title(finder: Finder, start: int, end: int) -> str:
    """Return the words of the link in `[Title](…) - what it is about`, as lists of papers have it."""
    link = next((link for link in finder.flat.links if link.start == start and link.end < end), None)
    return finder.text[start : link.end] if link and _DASH.match(finder.text, link.end, end) else ""


def _titled(  # noqa: PLR0913 - the parts of a line
    finder: Finder,
    start: int,
    end: int,
    words: str,
    when: When,
    *,
    labelled: bool = False,
    first: bool = False,
    behind: str = "",
) -> None:
    """Keep a title that has venue and year in brackets, and authors in front of it or `behind`.

    What brackets stand in front of (`first`) need not have the capitals of a title: they say that it is one.
    """
    authors = behind
    if (et_al := ET_AL.search(words)) and all_names(words[: et_al.start()]):
        authors, words = authors_text(words[: et_al.end()]), words[et_al.end() :].strip(" ,.:—–-")
    title = clean(words).strip(' ,.“”"《》*')
    title, name = title_and_name(title)
    if not title or title == OBJECT or has_cjk(title):
        return
    count = len(title.split())
    fewest = 2 if labelled else 3 if authors else 4
    plain = first and count >= _FEWEST_PLAIN and title[0].isupper()
    plain = plain and not begins_sentence(title) and not _HELD.search(title)
    if not finder.setting.is_heading and not (count >= fewest and (plain or is_title_like(title))):
        return
    if NAMES_VENUE.search(title):
        return
    short = title if count <= 2 and ":" not in title and not labelled else ""
    finder.add(made(finder, start, end, "" if short else title, authors, when)._replace(short=short or name))


_FEWEST_PLAIN = 4
_HELD = lazy(
    r"\b(?:oral|talks?|keynote|slides|tutorial|workshop|poster|demo|award|session|lecture|exam)\b", re.IGNORECASE
)
"""What is held at a conference, or in a term."""


_LABEL = re.compile(
    r"(?:\A|(?<=\n))[\s\-•*]{0,6}(?P<label>论文信息|论文|发表于|发表|会议|期刊|出处|Paper|Venue|Published|Publication|Reference|Source|Title|题目|标题"
    r"|Link|链接|论文链接|DOI|arXiv|Authors?|作者)(?:\s?(?:编号|号|ID|No\.?))?\s?[:：][ \t]*(?P<rest>[^\n]{4,500})",
    re.IGNORECASE,
)
ABOUT_PAPER = lazy(
    r"(?:\d[\d.]*\s*)?(?:(?:基本|论文|文章|文献|出版|引用)(?:基本)?信息|(?:basic |paper |bibliographic |publication )?info(?:rmation)?"
    r"|metadata)\s*[:：]?",
    re.IGNORECASE,
)
"""A heading over the facts of a paper that an earlier heading names."""


def labelled(finder: Finder) -> None:
    """Find `**论文信息**: CVPR 2024, X et al.`; the title is the heading above.

    Where the section is known to be about the paper of a heading, its arXiv id, DOI and link are, too.
    """
    may_be = (finder.dated or finder.setting.described) and (":" in finder.text or "：" in finder.text)
    for match in _LABEL.finditer(finder.text) if may_be else ():
        label, at = match["label"].casefold(), match.start("rest")
        if not finder.free(at, match.end()) or label in {"author", "authors", "作者"}:
            continue
        if label not in {"doi", "arxiv", "link", "链接", "论文链接"}:
            _paper_behind(finder, label, at, match["rest"])
        elif finder.setting.described:
            _address_of_heading(finder, at, match.end())


def _paper_behind(finder: Finder, label: str, at: int, rest: str) -> None:
    """Find the paper that the rest of a line, which starts at `at`, names behind a label, or whose venue and year it says."""
    places = (VENUE_HERE.match(rest, word.start()) for word in re.finditer(r"\b(?=[A-Za-z])", rest[:200]))
    venue = next(filter(None, places), None)
    when = after_venue(rest, venue.end(), venue["venue"]) if venue else None
    if venue is None or when is None or when.year is None:
        return
    et_al = ET_AL.search(rest)
    names = names_start(rest, 0, et_al.start()) if et_al else 0
    authors = authors_text(rest[names : et_al.end()]) if et_al and names < et_al.start() else ""
    start = min(venue.start(), names) if authors else venue.start()
    end = max(when.end, et_al.end()) if authors and et_al else when.end
    linked = _linked_paper(finder, at, at + venue.start())
    if linked:  # `Paper: [Title](…) (ECCV 2020)` names its paper itself
        start, title = linked.start - at, clean(finder.text[linked.start : linked.end])
    elif title := _title_on_line(rest[: venue.start()]):
        start = 0
    else:
        title = finder.setting.heading
        if label in _OF_ANYTHING and len(title.split()) < _FEWEST:
            # what a slide called Motivation is taken from is not its name
            title, end = "", when.end
            if not authors:
                return
    finder.add(made(finder, at + start, at + end, title, authors, when)._replace(end=at + end))


_OF_ANYTHING = frozenset(
    {"source", "reference", "出处", "paper", "论文", "title", "题目", "标题", "published", "publication"}
)
"""Labels of what one slide cites, as well as of what a note is about."""
_FEWEST = 3
"""Words of a heading that is the title of a paper."""


def _title_on_line(words: str) -> str:
    """Return the title between a label and a venue: `论文：Attention Is All You Need, `."""
    words = clean(words).strip(' ,.，。([（“”"《》')
    et_al = ET_AL.search(words)
    title = words[et_al.end() :].strip(' ,.，。:：“”"《》') if et_al and all_names(words[: et_al.start()]) else words
    is_title = len(title.split()) >= _FEWEST and is_title_like(title) and not ET_AL.search(title)
    return title if is_title else ""


def _linked_paper(finder: Finder, start: int, end: int) -> Anchor | None:
    """Return the link that stands at `start` and ends before `end` if its words are the title of the paper it leads to."""
    link = next((link for link in finder.flat.links if link.start == start and link.end <= end), None)
    words = clean(finder.text[link.start : link.end]) if link and is_paper_url(link.dest) else ""
    return link if len(words.split()) >= 3 and is_title_like(words) else None


def _address_of_heading(finder: Finder, start: int, end: int) -> None:
    """Give the paper of the heading the arXiv id, the DOI or the link to a paper that a labelled line begins with.

    Where it can be read says nothing of where it appeared.
    """
    link = next((link for link in finder.flat.links if link.start == start and is_paper_url(link.dest)), None)
    if link:
        arxiv_id, name = ids_of(link.dest)
        finder.add(Found(start, link.end, finder.setting.heading, urls=(link.dest,), arxiv=arxiv_id, doi=name))
        return
    arxiv = next(arxiv_mentions(finder.text[start:end]), None)
    doi = DOI.match(finder.text, start, end)
    if arxiv and arxiv.start() == 0:
        finder.add(Found(start, start + arxiv.end(), finder.setting.heading, arxiv=arxiv["id"]))
    elif doi:
        name = trim_doi(doi["doi"])
        finder.add(Found(start, doi.start("doi") + len(name), finder.setting.heading, doi=name))


_NUMBER_BEHIND = lazy(r"\s*(?P<title>[^\n\[\]]{10,240}?)\s*\[\d{1,3}\][\s.]*\Z")


def title_and_number(finder: Finder) -> None:
    """Find `🔎 *Title of a work [65]*`: a reference that points into a numbered list."""
    if not finder.setting.is_reference:
        return
    for start, end in lines_of(finder.text):
        match = _NUMBER_BEHIND.match(finder.text[start:end]) if "]" in finder.text[start:end] else None
        if match and finder.free(start, end) and len(match["title"].split()) >= 3 and not has_cjk(match["title"]):
            title = clean(match["title"])
            if is_title_like(title) or title[0].isupper():
                at = start + match.start("title")
                finder.add(Found(at, start + len(finder.text[start:end].rstrip()), title))
