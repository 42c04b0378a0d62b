"""The shapes in which notes cite works, found in one piece of running text.

Every pattern is linear: quantifiers are bounded and the walk over names goes one token at a time.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from slidegloss.notes.citation_words import (
    ARXIV_ID,
    ARXIV_MENTION,
    DOI,
    ET_AL,
    HAS_CJK,
    MONTHS,
    VENUE_HERE,
    YEAR,
    YEAR_HERE,
    When,
    all_names,
    authors_text,
    clean,
    ids_of,
    is_name,
    is_paper_url,
    is_title_like,
    names_start,
    short_year,
    trim_doi,
    venue_name,
    word_count,
)
from slidegloss.notes.running_text import OBJECT, Flat

PRETEST = re.compile(rf"[\"“”„《]|et\s{{0,2}}\.?\s?all?\b|等|{YEAR}|arxiv|doi|https?:|10\.\d{{4}}", re.IGNORECASE)
"""Text without any of these cites nothing; the dear patterns are not tried on it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A citation at `start:end` of the flat text."""

    start: int
    end: int
    title: str = ""
    authors: str = ""
    venue: str = ""
    year: int | None = None
    short: str = ""
    urls: tuple[str, ...] = ()
    arxiv: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the place of a text says about citations in it."""

    heading: str = ""
    """The words of the heading above, the title of a paper described by labelled lines."""
    is_heading: bool = False
    is_reference: bool = False
    """The text is a 🔎 annotation."""
    in_cell: bool = False


@dataclass(slots=True)
class _Finder:
    """The state of one search: the text and the ranges already taken."""

    flat: Flat
    setting: Setting
    found: list[Found] = field(default_factory=list)
    taken: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.taken = bytearray(len(self.flat.text) + 1)

    @property
    def text(self) -> str:
        return self.flat.text

    def free(self, start: int, end: int) -> bool:
        return self.taken.find(1, start, end) < 0

    def add(self, found: Found) -> None:
        if found.end > found.start and self.free(found.start, found.end):
            self.found.append(found)
            self.taken[found.start : found.end] = b"\1" * (found.end - found.start)


# --- what follows a title ---------------------------------------------------------------------------------------------

_SKIP = re.compile(r"[ \t\u00a0,.;，。、]{0,6}\n?[ \t\u00a0]{0,4}\(?")
_LEAD = re.compile(
    r"(?:(?:to be released|to appear|accepted|published|presented|appeared|in press|in|at|by|to|for)\s+){1,3}", re.IGNORECASE
)
_FILLER = re.compile(
    r"(?P<between>[^\n\"“”„;。，" + OBJECT + r"]{0,130}?)(?<![0-9:.])(?P<year>" + YEAR + r")[a-z]?(?![0-9A-Za-z.:]\d|[0-9])"
)
_AFTER_YEAR = re.compile(r"\s(?:Workshops?|Tutorials?|Oral|Spotlight|Highlight|Best Paper(?: Award)?)\b")
_HAN_VENUE = re.compile(
    rf"(?P<venue>[\u4e00-\u9fff]{{1,16}}(?:学报|会议|大会|期刊|大学|杂志|通讯|进展))[\s,，]{{0,3}}[(（]?(?P<year>{YEAR})?(?:\s?年)?[)）]?"
)
_VENUE_WORD = re.compile(
    r"(?:[A-Z0-9(][\w\-.:/&’'()+]{0,40}|of|on|and|in|the|for|its|their|with|to|vol\.?|no\.?|pages?|pp\.?|e-?prints?|preprint|&|[\d–\-:()]+)[,.]?\Z"
)


def _when(text: str, at: int) -> When | None:
    """Read `venue year`, `venue`, `year`, `in venue, Month year` after the end of a title."""
    skip = _SKIP.match(text, at)
    here = skip.end() if skip else at
    crossed = "\n" in text[at:here]
    lead = _LEAD.match(text, here)
    if lead:
        here = lead.end()
    venue = VENUE_HERE.match(text, here)
    if venue:
        return _after_venue(text, venue.end(), venue["venue"])
    year = YEAR_HERE.match(text, here)
    if year:
        return When(year.end(), "", int(year["year"]))
    han = None if crossed else _HAN_VENUE.match(text, here)
    if han:
        return When(han.end(), clean(han["venue"]), int(han["year"]) if han["year"] else None)
    filler = None if crossed else _FILLER.match(text, here)
    if filler and 1 < len(filler["between"].strip(" ,.(")) and not HAS_CJK.search(filler["between"]):
        words = filler["between"].strip(" ,.(").split()
        if words[0][0].isupper() and all(map(_VENUE_WORD.match, words)) and len(words) <= 14:
            return When(filler.end(), venue_name(" ".join(words)), int(filler["year"]))
    return None


def _after_venue(text: str, at: int, venue: str) -> When:
    arxiv = ""
    end = at
    mention = re.compile(r"[\s,:(]{0,3}(?:arXiv\s?[:：]\s?)?(?:abs/)?", re.IGNORECASE).match(text, at)
    if mention and "xiv" in venue.lower():
        identifier = ARXIV_ID.match(text, mention.end())
        if identifier:
            arxiv, end = identifier["id"], identifier.end()
    short = short_year(text, end)
    if short and not YEAR_HERE.match(text, end):
        return When(short[1], venue_name(venue), short[0], arxiv)
    filler = _FILLER.match(text, end)
    if filler and not HAS_CJK.search(filler["between"]) and not re.search(r"\.\s[A-Z][a-z]+\s[a-z]|et al", filler["between"]):
        end = filler.end()
        after = _AFTER_YEAR.match(text, end)
        return When(after.end() if after else end, venue_name(venue), int(filler["year"]), arxiv)
    return When(end, venue_name(venue), None, arxiv)


_CLOSE = re.compile(r"[ \t\u00a0]{0,3}[)\]]")


def _finish(text: str, start: int, end: int) -> int:
    """Take in the closing bracket that was opened inside, and the full stop that ends the line."""
    words = text[start:end]
    close = _CLOSE.match(text, end)
    if close and words.count("(") + words.count("[") > words.count(")") + words.count("]"):
        end = close.end()
    stop = re.compile(r"[ \t\u00a0]{0,3}\.(?=[ \t\u00a0]{0,20}(?:\n|\Z))").match(text, end)
    return stop.end() if stop else end


# --- “Title” ----------------------------------------------------------------------------------------------------------

_QUOTES = re.compile("[\"“”„‟″＂«»《》]|(?<=[\\s,.:])[‘'](?=\\S)|[’'](?=[\\s,.])")
_OPENERS = frozenset("\"“”„‟″＂«《‘'")
_PAIRS = {"《": "》", "«": "»", "‘": "’'", "'": "'’"}
_LEFT_STOP = re.compile(r"(?<!\bal)(?<![A-Z])[.;!?]\s|[。；！？，、：]|\n")
_PREFIX = re.compile(r"(?:\A|\n)[\s\-•*]{0,6}(?:\[\d{1,3}\]\s?)?(?P<short>[^\n:：\"“”]{2,40})[:：]\s{0,3}\Z")


class _Left:
    """What stands before an opening quote: a list of authors, or nothing of use."""

    __slots__ = ("authors", "sure", "start")

    def __init__(self, start: int, authors: str, *, sure: bool) -> None:
        self.start = start
        self.authors = authors
        self.sure = sure


def _authors_before(text: str, floor: int, quote: int) -> _Left | None:
    """Find the authors in front of an opening quote, not before `floor`."""
    floor = max(floor, quote - 3000)
    left = text[floor:quote].rstrip(" \t\u00a0,.:，：\n")
    et_al = None
    for match in ET_AL.finditer(left, max(0, len(left) - 12)):
        et_al = match
    if et_al and et_al.end() >= len(left):
        start = names_start(text, floor, floor + et_al.start())
        if start < floor + et_al.start():
            return _Left(start, authors_text(text[start : floor + et_al.end()]), sure=True)
        return None
    if text[floor:quote].endswith(("\n",)) or "\n" in text[floor + len(left) : quote]:
        return None
    begin = 0
    for stop in _LEFT_STOP.finditer(left, max(0, len(left) - 400)):
        begin = stop.end()
    if begin == 0 and len(left) > 400:
        return None
    segment = re.sub(r"\A[\s\-•*]*(?:\[\d{1,3}\]|\d{1,3}\.)?\s*", "", left[begin:])
    colon = segment.rfind(": ")
    if colon >= 0:
        segment = segment[colon + 2 :]
    segment = re.sub(r"\A(?:see|See|cf\.|From|from|Video from|Image from|Credit)\s+", "", segment).lstrip()
    if HAS_CJK.search(segment) and not re.search("[,，:：]", text[floor + len(left) : quote]):
        # 他说“…” is a sentence, 王小明，“…” an author
        return None
    if segment and len(segment) < 2000 and all_names(segment):
        return _Left(floor + len(left) - len(segment), clean(segment), sure=False)
    return None


def _prefix(text: str, start: int) -> str:
    """Read the short name in `Imagen: Saharia et al., …`."""
    match = _PREFIX.search(text, max(0, start - 60), start)
    if match is None or start - match.start("short") > 60:
        return ""
    short = clean(match["short"])
    return short if len(short.split()) <= 5 and not HAS_CJK.search(short) else ""


def _title_end(text: str, opening: re.Match[str], marks: list[re.Match[str]], index: int) -> tuple[int, When | None] | None:
    """Find the closing quote: the first one that venue or year follow, else the first one."""
    partner = _PAIRS.get(opening[0])
    first: int | None = None
    for mark in marks[index + 1 : index + 7]:
        inside = text[opening.end() : mark.start()]
        if len(inside) > 320 or inside.count("\n") > 2 or (first is not None and "\n" in text[first : mark.start()]):
            break
        if partner and mark[0] not in partner:
            continue
        when = _when(text, mark.end())
        if when and len(inside.strip()) > 3:
            return mark.end(), when
        if first is None and (mark[0] != "“" or opening[0] == "“"):
            first = mark.end()
    return (first, None) if first is not None else None


_TAIL_AUTHORS = re.compile(
    r"[\s,.]{0,4}(?:by\s)?(?P<authors>[^\n\"“”()\[\]" + OBJECT + r"]{2,200}?)[\s,.]{0,3}[(\[](?P<year>" + YEAR + r")[a-z]?[)\]]"
)
_HEAD = re.compile(r"[(（](?P<authors>[^()\n]{2,60}?\bet\.?\s{0,2}all?\.?|[^()\n]{2,60})[)）]")


def _quoted(finder: _Finder) -> None:
    text = finder.text
    marks = list(_QUOTES.finditer(text))
    floor = 0
    for index, mark in enumerate(marks):
        if mark[0] not in _OPENERS or mark.start() < floor:
            continue
        left = _authors_before(text, floor, mark.start())
        if left is None and (mark[0] in "‘'" or (mark[0] in '"”' and re.match(r"[\w.,!?)]", text[mark.start() - 1 : mark.start()]))):
            # a quote mark that hangs on a word closes something
            continue
        ended = _title_end(text, mark, marks, index)
        if ended is None:
            continue
        close, when = ended
        title = clean(text[mark.end() : close - 1]).strip(" ,.;，。")
        found = _judge(finder, left, mark.start(), close, title, when)
        if found:
            finder.add(found)
            floor = found.end


def _judge(finder: _Finder, left: _Left | None, quote: int, close: int, title: str, when: When | None) -> Found | None:
    """Decide whether a quoted phrase is a title, and put the citation together."""
    text = finder.text
    words = word_count(title)
    if not title or (words < 2 and not when):
        return None
    if left:
        inner_comma = text[close - 2 : close - 1] in {",", "."}
        if not when and not (left.sure and words >= 3) and not (inner_comma and words >= 3 and len(left.authors.split()) >= 2):
            return None
        end = when.end if when else close
        return _made(finder, left.start, end, title, left.authors, when, _prefix(text, left.start))
    tail = _TAIL_AUTHORS.match(text, close)
    if tail and all_names(tail["authors"]):
        return _made(finder, quote, tail.end(), title, authors_text(tail["authors"]), When(tail.end(), "", int(tail["year"])))
    if when is None or re.search("”[^“]*“", text[quote + 1 : close - 1]):
        return None
    line = text.rfind("\n", 0, quote)
    head = _cell_head(finder, max(line, 0)) if finder.setting.in_cell else None
    if head:
        return _made(finder, quote, when.end, title, head[1], when, head[0])
    if when.year and (is_title_like(title) or finder.setting.is_reference) and words >= 3:
        alone = not text[line + 1 : quote].strip(" -•*\t")
        if alone or finder.setting.is_reference or when.venue:
            return _made(finder, quote, when.end, title, "", when)
    return None


def _cell_head(finder: _Finder, before: int) -> tuple[str, str] | None:
    """Read `**AADiff** (Lee et al.)` on the first lines of a cell: (short name, authors)."""
    text = finder.text[:before] if before else finder.text[:200]
    for match in _HEAD.finditer(text[:400]):
        authors = authors_text(match["authors"])
        if ET_AL.search(authors) or (all_names(authors) and len(authors.split()) <= 6):
            short = clean(text[text.rfind("\n", 0, match.start()) + 1 : match.start()])
            return short, authors
    return None


def _made(  # noqa: PLR0913 - the parts of a citation
    finder: _Finder, start: int, end: int, title: str, authors: str, when: When | None, short: str = ""
) -> Found:
    end = _finish(finder.text, start, end)
    return Found(
        start, end, title, authors, when.venue if when else "", when.year if when else None, short, arxiv=when.arxiv if when else ""
    )


# --- whole lines ------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[ \t\u00a0]*\[(?P<number>\d{1,3})\][ \t\u00a0]+")
_DOT = re.compile(r"(?<![\s.(][A-Z])(?<!\A[A-Z])(?<!\bet al)(?<!\b(?:Jr|Sr|St))(?:\.\s+(?=[\"“A-Z0-9\[(a-z])|\?\s+(?=[\"“A-Z0-9\[(]))")
_LINE_YEAR = re.compile(r"(?<![0-9.:/\-–])(" + YEAR + r")[a-z]?(?![0-9]|\.\d|[–\-]\d)")
_ACM = re.compile(r"[.,]?\s*\(?(?P<year>" + YEAR + r")[a-z]?\)?[.,]\s+")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > 12:
            yield start, end
        start = end + 1


def _bibliography(finder: _Finder) -> None:
    """Find `[12] Authors. Title. *Venue*, 2023. 9`, `Authors. 2003. *Title*. Venue` and the like, one to a line."""
    for start, end in _lines(finder.text):
        number = _NUMBER.match(finder.text, start, end)
        begin = number.end() if number else start + len(re.match(r"[\s\-•*]*", finder.text[start:end])[0])  # type: ignore[index]
        if not finder.free(start, end):
            continue
        found = _entry(finder, start if number else begin, begin, end, numbered=number is not None)
        if found:
            finder.add(found)


def _entry(finder: _Finder, start: int, begin: int, end: int, *, numbered: bool) -> Found | None:
    line = finder.text[begin:end]
    if len(line) > 6000 and not numbered:
        line = line[:6000]
    years = list(_LINE_YEAR.finditer(line))
    arxiv = ARXIV_MENTION.search(line)
    if not years and not arxiv and not (numbered and "http" in line):
        return None
    acm = next((m for m in _ACM.finditer(line) if all_names(line[: m.start()]) and not _DOT.search(line, 0, m.start())), None) if years else None
    if acm and acm.start() > 2:
        rest, authors, year = acm.end(), line[: acm.start()], int(acm["year"])
    else:
        dot = _author_dot(line, numbered=numbered)
        if dot is None:
            return None
        rest, authors, year = dot[1], line[: dot[0]], int(years[-1][1]) if years else None
    title_end = _DOT.search(line, rest) or re.compile(r"[.,]?\s(?=https?://)|,\s(?=" + YEAR + r"|arXiv)|\.?\s*\Z").search(line, rest)
    comma_year = re.compile(r",\s(?:[A-Z][a-z]{2,8}\s)?(?=" + YEAR + r"\b)").search(line, rest)
    if title_end is None:
        return None
    stop = min(title_end.start(), comma_year.start() if comma_year else len(line))
    if line[stop : stop + 1] == "?":
        stop += 1
    title = clean(line[rest:stop]).strip(" ,.“”\"")
    if "://" in title:
        title, authors = clean(authors).strip(" ,."), ""
    words = len(title.split())
    if words > 40 or words < (1 if numbered else 3) or (not numbered and HAS_CJK.search(title)):
        return None
    last = years[-1].end() if years else len(line.rstrip())
    if arxiv:
        last = max(last, arxiv.end())
    venue = line[stop : years[-1].start()] if years and years[-1].start() > stop else line[stop:last]
    if acm and not numbered:
        last = len(line.rstrip())
        venue = line[stop:last]
    venue = re.split(r",\s(?:pages?|vol|pp|no)\b|\.\sSpringer|\shttps?:|https?:|\(", clean(venue).strip(" .,"), maxsplit=1)[0]
    venue = re.sub(r"\A(?:In:?|in)\s+|(?:[,.\s]+(?:[A-Z][a-z]{2,8})?\s*)\Z", "", venue)
    if not numbered and not venue and not arxiv and not acm:
        return None
    venue = re.sub(r"[,\s]+\d+(?:\([\d–-]+\))?(?::[\d–-]+)?\Z", "", venue)
    finish = _finish(finder.text, start, begin + last)
    return Found(
        start, finish, title, _list_of(authors), venue_name(venue), year, arxiv=arxiv["id"] if arxiv else ""
    )


def _list_of(authors: str) -> str:
    """Return the authors of an entry without the stop that ends them; the stop of an initial stays."""
    authors = authors_text(authors.rstrip(" ,."))
    return authors + "." if re.search(r"(?:\A|[\s.])[A-Z]\Z", authors) else authors


def _author_dot(line: str, *, numbered: bool) -> tuple[int, int] | None:
    """Find the full stop that ends the authors; return its (start, end)."""
    et_al = re.search(r"\bet al\.\s+(?=[A-Z0-9\"“])", line[:3000])
    for dot in _DOT.finditer(line):
        if et_al and et_al.end() <= dot.start():
            break
        authors = line[: dot.start()]
        if all_names(authors) and (len(authors.split()) > 1 or numbered):
            many = bool(re.search(r",|\band\b|&", authors))
            return (dot.start(), dot.end()) if many or numbered or len(authors.split()) <= 4 else None
        if numbered and len(authors.split()) <= 4 and authors[:1].isupper():
            return dot.start(), dot.end()
        if dot.start() > 3000 or not numbered:
            break
        if len(authors.split()) > 8:
            break
    if et_al and all_names(line[: et_al.start()]):
        return et_al.end() - 1, et_al.end()
    return None


_UNQUOTED = re.compile(r"(?:et\.?\s{0,2}all?\b\.?|\b[A-Z][\w\-’]{1,30})\s?,\s*[\"“”]?(?P<title>[^\n\"“”" + OBJECT + r"]{12,240}?)[,.]?[\"“”]?,?\s+(?=[A-Za-z])")
_LAST_PART = re.compile(r"[,.]\s{1,3}")


def _unquoted(finder: _Finder) -> None:
    """Find `Ho et al., Title without quotes, NeurIPS 2020` and, in references, `Title without authors, ICLR 2022`."""
    text = finder.text
    for start, end in _lines(text):
        line = text[start:end]
        if not finder.free(start, end) or len(line) > 700 or not _LINE_YEAR.search(line) or HAS_CJK.search(line):
            continue
        for comma in reversed(list(_LAST_PART.finditer(line))):
            venue = VENUE_HERE.match(line, comma.end())
            when = _after_venue(line, venue.end(), venue["venue"]) if venue else None
            if when is None or not when.year:
                continue
            rest = line[when.end :].strip(" .,;)]\"”")
            found = _unquoted_line(finder, start, line[: comma.start()], when) if len(rest) <= 24 else None
            if found:
                finder.add(found)
            break


def _unquoted_line(finder: _Finder, offset: int, head: str, when: When) -> Found | None:
    lead = len(head) - len(head.lstrip(" -•*\u00a0\t"))
    et_al = ET_AL.search(head)
    if et_al:
        names = names_start(head, 0, et_al.start())
        rest = head[et_al.end() :]
        title = clean(rest).strip(" ,.:\"“”")
        if names == et_al.start() or len(title.split()) < 3:
            return None
        return _made(finder, offset + names, offset + when.end, title, authors_text(head[names : et_al.end()]), when, _prefix(finder.text, offset + names))
    parts = head[lead:].split(", ", 1)
    if len(parts) == 2 and all_names(parts[0]) and len(parts[1].split()) >= 4 and len(parts[0].split()) <= 5:
        return _made(finder, offset + lead, offset + when.end, clean(parts[1]).strip(" ,.\"“”"), clean(parts[0]), when)
    title = clean(head)
    if is_title_like(title) and 4 <= len(title.split()) <= 30 and not re.search(r"[.;]\s", title):
        return _made(finder, offset + lead, offset + when.end, title.strip(" ,.\"“”"), "", when)
    return None


# --- headings and labelled lines --------------------------------------------------------------------------------------

_IN_BRACKETS = re.compile(r"\A(?P<title>[^\n]{2,240}?)\s*[(（\[【](?P<when>[^()（）\[\]\n]{3,60})[)）\]】][\s.]*\Z")


def _with_venue(finder: _Finder) -> None:
    """Find `Title (SIGGRAPH 2021)` as a heading, a whole list item or a whole reference."""
    for start, end in _lines(finder.text):
        line = finder.text[start:end]
        match = _IN_BRACKETS.match(line) if len(line) < 320 else None
        if match is None or not finder.free(start, end):
            continue
        when = _bracket_when(match["when"])
        if when is None:
            continue
        lead = len(re.match(r"[\s\-•*#\d.]*", match["title"])[0])  # type: ignore[index]
        title = clean(match["title"][lead:]).strip(" ,.“”\"《》*")
        if not title or title == OBJECT or HAS_CJK.search(title):
            continue
        words = len(title.split())
        if not finder.setting.is_heading and not (words >= 4 and is_title_like(title)):
            continue
        short = title if words <= 2 and ":" not in title else ""
        finder.add(replace(_made(finder, start + lead, start + match.end("when") + 1, "" if short else title, "", when), short=short))


def _bracket_when(text: str) -> When | None:
    """Read `SIGGRAPH 2021` or `ACM TOG, 2021, Oral` and nothing else."""
    venue = VENUE_HERE.match(text.strip() + "\n")
    if venue is None:
        return None
    when = _after_venue(text.strip(), venue.end(), venue["venue"])
    rest = text.strip()[when.end :].strip(" ,.;")
    return when if when.year and len(rest.split()) <= 2 else None


_LABEL = re.compile(
    r"(?:\A|(?<=\n))[\s\-•*]{0,6}(?P<label>论文信息|论文|发表于|发表|会议|期刊|出处|Paper|Venue|Published|Publication|Reference|Source|Title|题目|标题"
    r"|Link|链接|论文链接|DOI|arXiv|Authors?|作者)\s?[:：][ \t]*(?P<rest>[^\n]{4,500})",
    re.IGNORECASE,
)


def _labelled(finder: _Finder) -> None:
    """Find `**论文信息**: CVPR 2024, X et al.`; the title is the heading above."""
    for match in _LABEL.finditer(finder.text):
        rest, at = match["rest"], match.start("rest")
        if not finder.free(at, match.end()) or match["label"].casefold() in {"author", "authors", "作者", "link", "链接", "doi", "arxiv"}:
            continue
        venue = next((v for v in (VENUE_HERE.match(rest, m.start()) for m in re.finditer(r"\b(?=[A-Za-z])", rest[:200])) if v), None)
        if venue is None:
            continue
        when = _after_venue(rest, venue.end(), venue["venue"])
        if when.year is None:
            continue
        et_al = ET_AL.search(rest)
        names = names_start(rest, 0, et_al.start()) if et_al else 0
        authors = authors_text(rest[names : et_al.end()]) if et_al and names < et_al.start() else ""
        start = min(venue.start(), names) if authors else venue.start()
        end = max(when.end, et_al.end()) if authors and et_al else when.end
        title = finder.setting.heading
        finder.add(replace(_made(finder, at + start, at + end, title, authors, when), end=at + end))


# --- short keys -------------------------------------------------------------------------------------------------------

_YEARS = rf"{YEAR}[a-z]?(?:\s?[,，/&]\s?(?:{YEAR}[a-z]?|[a-z](?![\w])))*"
_BRACKETED = re.compile(rf"[(（\[【](?P<body>[^()（）\[\]【】\n]{{2,300}}?\b{YEAR}[a-z]?(?:,\s?[a-z])?)[)）\]】]")
_KEY = re.compile(rf"(?P<lead>(?:see\s|e\.g\.,?\s|cf\.\s|also\s|by\s|from\s)*)(?P<authors>[^\d;]{{2,120}}?)[\s,.]{{1,3}}(?P<years>{_YEARS})\Z")
_NARRATIVE = re.compile(
    rf"(?P<etal>\bet\.?\s{{0,2}}all?\b\.?|(?<=[a-z])et al\b\.?|等人?)[\s,]{{0,3}}[(（\[]?(?P<years>{_YEARS})[)）\]]?(?![\d])"
)
_YEAR_TOKEN = re.compile(rf"{YEAR}[a-z]?")
_PAIR = re.compile(rf"(?P<two>\b[A-Z][\w’'\-]{{1,30}}\s(?:and|&)\s[A-Z][\w’'\-]{{1,30}}),?\s[(\[](?P<years>{_YEARS})[)\]]")


def _short_keys(finder: _Finder) -> None:
    """Find `[Liu et al. 2010, 2015]`, `(Ho et al., 2022; Song and Ermon 2019)`, `Ho et al. (2022)`; one work per year."""
    text = finder.text
    for match in _BRACKETED.finditer(text):
        at = match.start("body")
        for part in re.finditer(r"[^;；]+", match["body"]):
            words = part[0].strip()
            key = _KEY.match(words)
            if key and _is_key(key["authors"], square=match[0][0] in "[【", comma="," in words[key.end("authors") : key.start("years")]):
                start = at + part.start() + part[0].index(words)
                _one_per_year(finder, start + key.start("authors"), authors_text(key["authors"]), start + key.start("years"), key["years"])
    for match in _NARRATIVE.finditer(text):
        start = names_start(text, max(0, match.start() - 200), match.start())
        if start < match.start():
            authors = authors_text(text[start : match.end("etal")])
            _one_per_year(finder, start, authors, match.start("years"), match["years"], end=match.end())
    for match in _PAIR.finditer(text):
        if all_names(match["two"]):
            _one_per_year(finder, match.start(), match["two"], match.start("years"), match["years"], end=match.end())


def _is_key(authors: str, *, square: bool, comma: bool) -> bool:
    if not all_names(authors):
        return False
    if ET_AL.search(authors) or re.search(r"\sand\s|&", authors):
        return True
    one = authors.strip(" ,")
    return (square or comma) and len(one.split()) <= 2 and one[:1].isupper() and len(one) > 2 and is_name(one.split()[-1]) and not one.isupper() and not MONTHS.match(one)


def _one_per_year(finder: _Finder, start: int, authors: str, at: int, years: str, end: int = 0) -> None:  # noqa: PLR0913
    tokens = list(_YEAR_TOKEN.finditer(years))
    short = _short_before(finder, start) if finder.setting.is_heading else ""
    for number, token in enumerate(tokens):
        begin = start if number == 0 else at + token.start()
        stop = at + token.end()
        if number == len(tokens) - 1 and end and (")" in finder.text[stop:end] or "]" in finder.text[stop:end] or "）" in finder.text[stop:end]):
            stop = end
        finder.add(Found(begin, stop, authors=authors, year=int(token[0][:4]), short=short))


def _short_before(finder: _Finder, start: int) -> str:
    """Read the name in the heading `ControlVideo (Zhang et al. 2023)`."""
    head = clean(finder.text[:start]).rstrip(" ([（【")
    return head if 0 < len(head.split()) <= 4 and not HAS_CJK.search(head) else ""


_NAMED_VENUE = re.compile(r"[A-Z][\w’'\-]{1,30}(?:\set\sal\.?)?,?\s+(?:in\s+)?(?=[A-Z])")


def _authors_and_venue(finder: _Finder) -> None:
    """Find `Song and Ermon, NeurIPS, 2019`, `Song et al., ICLR 2021` and `Vincent, in Neural Computation, 2011`."""
    text = finder.text
    floor = 0
    for match in _NAMED_VENUE.finditer(text):
        if match.start() < floor:
            continue
        venue = VENUE_HERE.match(text, match.end())
        if venue is None:
            in_words = re.compile(r"(?P<venue>(?:[A-Z][\w\-]+|of|and|on|the|their|for|in)(?:\s(?:[A-Z][\w\-]+|of|and|on|the|their|for|in)){1,8}),\s" + YEAR).match(text, match.end())
            venue = in_words if in_words and re.search(r"\sin\s+\Z", match[0]) else None
        if venue is None:
            continue
        when = _after_venue(text, venue.end("venue"), venue["venue"])
        if when.year is None or when.end - venue.end("venue") > 8:
            continue
        names_end = match.end() - len(re.search(r"[\s,]*(?:\sin)?\s*\Z", match[0])[0])  # type: ignore[index]
        et_al = ET_AL.search(text, match.start(), names_end)
        start = names_start(text, floor, et_al.start() if et_al else names_end)
        authors = authors_text(text[start:names_end])
        if start < names_end and all_names(authors) and len(authors.split()) <= 8 and ("," in match[0] or et_al or " and " in authors):
            finder.add(Found(start, when.end, authors=authors, venue=when.venue, year=when.year, arxiv=when.arxiv))
            floor = when.end


# --- addresses --------------------------------------------------------------------------------------------------------


def _addresses(finder: _Finder) -> None:
    """Find arXiv ids, DOIs and links to papers that stand on their own."""
    text = finder.text
    for link in finder.flat.links:
        dest = link.dest.rstrip(",.;")
        if link.end > link.start and is_paper_url(dest):
            arxiv, doi = ids_of(dest)
            words = clean(text[link.start : link.end])
            title = words if is_title_like(words) and len(words.split()) >= 3 and "http" not in words else ""
            finder.add(Found(link.start, link.end, title, urls=(dest,), arxiv=arxiv, doi=doi, venue="arXiv" if arxiv else ""))
    for match in ARXIV_MENTION.finditer(text):
        finder.add(Found(match.start(), match.end(), venue="arXiv", arxiv=match["id"]))
    inside = bytearray(len(text) + 1)
    for link in finder.flat.links:
        inside[link.start : link.end] = b"\1" * (link.end - link.start)
    for match in DOI.finditer(text):
        doi = trim_doi(match["doi"])
        if not inside[match.start()]:
            finder.add(Found(match.start(), match.start("doi") + len(doi), doi=doi))


def _title_and_number(finder: _Finder) -> None:
    """Find `🔎 *Title of a work [65]*`: a reference that points into a numbered list."""
    if not finder.setting.is_reference:
        return
    for start, end in _lines(finder.text):
        match = re.compile(r"\s*(?P<title>[^\n\[\]]{10,240}?)\s*\[\d{1,3}\][\s.]*\Z").match(finder.text[start:end])
        if match and finder.free(start, end) and len(match["title"].split()) >= 3 and not HAS_CJK.search(match["title"]):
            title = clean(match["title"])
            if is_title_like(title) or title[0].isupper():
                at = start + match.start("title")
                finder.add(Found(at, start + len(finder.text[start:end].rstrip()), title))


_STEPS: tuple[Callable[[_Finder], None], ...] = (
    _quoted,
    _bibliography,
    _unquoted,
    _with_venue,
    _labelled,
    _title_and_number,
    _authors_and_venue,
    _short_keys,
)
_LINK_WORDS = re.compile(r"link|paper|pdf|arxiv|project(?: page)?|page|code|github|demo|video|论文|链接|代码|项目|主页|\[?\d+\]?", re.IGNORECASE)


def _with_links(finder: _Finder) -> list[Found]:
    """Give each citation the links that stand in it or right behind it on its line."""
    text, out = finder.text, []
    ordered = sorted(finder.found, key=lambda f: f.start)
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
            if not inside and not (behind and (is_paper_url(link.dest) or _LINK_WORDS.fullmatch(text[link.start : link.end].strip(" []()")))):
                continue
            dest = link.dest.rstrip(",.;")
            if dest not in urls and dest.startswith(("http://", "https://")):
                urls.append(dest)
            ids = ids_of(dest)
            arxiv, doi = arxiv or ids[0], doi or ids[1]
            if inside:
                start, end = min(start, link.start), max(end, link.end)
            elif is_paper_url(link.dest):
                end = link.end
        out.append(replace(found, start=start, end=end, urls=tuple(urls), arxiv=arxiv, doi=doi))
    return out


def find_citations(flat: Flat, setting: Setting) -> list[Found]:
    """Return the citations in a piece of running text, in order and apart from each other.

    In: the flat text and what is known of its place. The ranges never cut a link in two.
    """
    if PRETEST.search(flat.text) is None and not flat.links and not setting.is_reference:
        return []
    finder = _Finder(flat, setting)
    for step in _STEPS:
        step(finder)
    finder.found = _with_links(finder)
    _addresses(finder)
    out: list[Found] = []
    for found in sorted(finder.found, key=lambda f: (f.start, -f.end)):
        if not out or found.start >= out[-1].end:
            out.append(found)
    return out
