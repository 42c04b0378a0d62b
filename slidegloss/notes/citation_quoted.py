"""Titles in quotes: `Chen et al., “Title,” arXiv 2023.` and cells with the authors on another line."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import Finder, Found, made, prefix_before
from slidegloss.notes.citation_when import early_year, named_when, when_after
from slidegloss.notes.citation_words import (
    ET_AL,
    VENUE_HERE,
    YEAR,
    When,
    all_names,
    authors_text,
    clean,
    edition_off,
    has_cjk,
    is_title_like,
    last_et_al,
    names_start,
    names_thing,
    word_count,
)
from slidegloss.notes.running_text import OBJECT

# one set in front: `re` looks for its characters ahead of trying the pattern
_QUOTES = re.compile("[\"“”„‟″＂«»《》‘’'](?:(?<![‘’'])|(?<=[\\s,.:][‘'])(?=\\S)|(?<=[’'])(?=[\\s,.]))")
_OPENERS = frozenset("\"“”„‟″＂«《‘'")
_PAIRS = {"《": "》", "«": "»", "‘": "’'", "'": "'’"}
# one set in front here as well
_LEFT_STOP = re.compile(r"[.;!?。；！？，、：\n](?:(?<=[。；！？，、：\n])|(?<!\bal.)(?<![A-Z].)\s)")
_NUMBER = re.compile(r"\A[\s\-•*]*(?:\[\d{1,3}\]|\d{1,3}\.)?\s*")
_COMMA = re.compile("[,，:：]")
_HANGS_ON = re.compile(r"[\w.,!?)]")
_OF_TITLE = lazy(r"(?:论文|原文|文章|文献|题目|标题|出处|来源|参考|参考文献|参考论文|相关论文|综述|书籍?|作者)\s?")
"""What labels the title behind it, and is nobody's name."""
_LEAD = re.compile(
    r"\A(?:(?:see|See|cf\.|From|from|Video from|Image from|Credit)\s+|(?:参见|参考|详见|另见|转引自|引自|摘自|出自|见)(?=\S))"
)


def _without(start: re.Pattern[str], text: str) -> str:
    """Cut a start off a text; `sub` would try the pattern at every character."""
    found = start.match(text)
    return text[found.end() :] if found else text


class _Left:
    """What stands before an opening quote: a list of authors, or nothing of use."""

    __slots__ = ("authors", "start", "sure")

    def __init__(self, start: int, authors: str, *, sure: bool) -> None:
        self.start = start
        self.authors = authors
        self.sure = sure


def _authors_before(finder: Finder, floor: int, quote: int) -> _Left | None:
    """Find the authors in front of an opening quote, not before `floor`."""
    text = finder.text
    floor = max(floor, quote - 3000)
    left = text[floor:quote].rstrip(" \t\u00a0,.:，：\n")
    near = max(0, len(left) - 12)
    et_al = last_et_al(left, near)
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
    segment = _without(_NUMBER, left[begin:])
    colon = segment.rfind(": ")
    if colon >= 0:
        segment = segment[colon + 2 :]
    segment = _without(_LEAD, segment).lstrip()
    if _OF_TITLE.fullmatch(segment):  # 论文：《Title》
        return None
    if has_cjk(segment) and not _COMMA.search(text, floor + len(left), quote):
        # 他说“…” is a sentence, 王小明，“…” an author
        return None
    if segment and len(segment) < 2000 and all_names(segment):
        has_colon = _COLON.search(text, floor + len(left), quote) is not None
        if has_colon and not _are_persons(finder, segment, floor + len(left), quote):
            return None
        start = _lines_before(text, floor, floor + len(left) - len(segment))
        return _Left(start, clean(text[start : floor + len(left)]), sure=False)
    return None


def _lines_before(text: str, floor: int, start: int) -> int:
    """Return where a list of authors begins of which a line begins at `start`: lines in front of it may end in a comma."""
    while text[max(start - 2, floor) : start] in {",\n", "，\n", "、\n"}:
        line = max(text.rfind("\n", floor, start - 2) + 1, floor)
        names = _without(_NUMBER, re.split("[:：]", text[line : start - 1])[-1])
        if not all_names(names):
            break
        start -= 1 + len(names)
    return start


_COLON = re.compile("[:：]")
_LIST = lazy(r"[,，、&]|\sand\s|(?:\A|\s)[A-Z]\.")
_METHOD = lazy(r"[A-Z][a-z]*[A-Z0-9]|\d|\A\S{1,30}\Z")


def _are_persons(finder: Finder, words: str, end: int, quote: int) -> bool:
    """Say whether words in front of a colon and a title are who wrote it, and not what it is about: `**Deep Cranes:** “…”`.

    A word alone is where it is spelt like a family name, or where the title begins with the name of what it is about.
    """
    if has_cjk(words) or _LIST.search(words):
        return True
    bold = any(start <= end - len(words) and end <= stop for start, stop in finder.flat.strong)
    if _FAMILY.fullmatch(words) and not bold and not names_thing(words):
        return (
            _FAMILIES_OF_MANY.fullmatch(words) is not None
            or _LIKE_FAMILIES.search(words) is not None
            or _OWN_NAME.match(finder.text, quote + 1) is not None
        )
    return not bold and not names_thing(words) and not _METHOD.search(words)


_FAMILY = lazy(r"[A-ZÀ-Ž][a-zß-ž]+")
_OWN_NAME = lazy(r"[A-Z][\w+\-]*[A-Z0-9][\w+\-]*:\s\S")
"""What begins a title that says itself what its method is called: `“CraneNet: Folding in Motion”`."""
_LIKE_FAMILIES = lazy(
    r"(?<=..)(?:eaux?|sson|nsen|mann|stein|berg|meyer|maier|ovi[cć]|[nrtlksd]ova?|sk[iy]|wicz|enko|poulos|idis|escu|"
    r"[dngl]ez|moto|mura|yama|gawa|[ntdrbhpw]son)\Z"
)
_FAMILIES_OF_MANY = lazy(
    r"Bai|Cai|Cao|Chang|Chen|Cheng|Cho|Choi|Cui|Deng|Ding|Dong|Fan|Fang|Feng|Gao|Gu|Guo|Han|He|"
    r"Hong|Hou|Hu|Huang|Jiang|Jin|Jung|Kang|Kim|Lee|Li|Liang|Liao|Lim|Lin|Liu|Lu|Luo|Ma|Meng|"
    r"Nguyen|Pan|Park|Patel|Peng|Qian|Qin|Ren|Shao|Shen|Shi|Singh|Smith|Song|Su|Sun|Tan|Tang|"
    r"Tian|Tran|Wang|Wei|Wen|Wu|Xiao|Xie|Xu|Xue|Yan|Yang|Yao|Ye|Yi|Yu|Yuan|Zeng|Zhang|Zhao|"
    r"Zheng|Zhong|Zhou|Zhu|Zou"
)
"""Family names that many authors of papers share, and that look like words."""


def _title_end(
    text: str, opening: re.Match[str], marks: list[re.Match[str]], index: int, *, authored: bool
) -> tuple[int, When | None] | None:
    """Find the closing quote: the first one that venue or year follow, else the first one."""
    partner = _PAIRS.get(opening[0])
    first: int | None = None
    for mark in marks[index + 1 : index + 7]:
        inside = text[opening.end() : mark.start()]
        if len(inside) > 320 or inside.count("\n") > 2 or (first is not None and "\n" in text[first : mark.start()]):
            break
        if partner and mark[0] not in partner:
            continue
        if partner == "》" and first is not None:  # what follows is another title, or the name of a journal
            break
        when = when_after(text, mark.end())
        if authored and word_count(inside) > 1 and (when is None or not (when.year or when.arxiv)):
            when = early_year(text, mark.end()) or when
        if when and len(inside.strip()) > 3:
            return mark.end(), when
        if first is None and (mark[0] != "“" or opening[0] == "“"):
            first = mark.end()
    return (first, None) if first is not None else None


_TAIL_AUTHORS = re.compile(
    r"[\s,.]{0,4}(?:by\s)?(?P<authors>[^\n\"“”()\[\]"
    + OBJECT
    + r"]{2,200}?)[\s,.]{0,3}[(\[](?P<year>"
    + YEAR
    + r")[a-z]?[)\]]"
)
_TAIL_KEY = lazy(r"[\s,]{0,3}[(（\[](?P<key>[^()（）\[\]\n]{4,160})[)）\]]")
_TAIL_ET_AL = lazy(
    r"[\s,，.]{0,4}(?:by\s)?(?P<authors>[^\n\"“”()\[\];" + OBJECT + r"]{2,120}?(?:\bet\.?\s{0,2}al\b\.?|\s?等人?))"
)
_KEY_BEFORE = lazy(r"[(（\[【［](?P<authors>[^()（）\d\n]{2,120}?)[\s,，]{1,3}(?P<year>" + YEAR + r")[)）\]】］]\s?\Z")
_FAMILIES = lazy(r"[^\W\d_a-z][\w’'\-]{1,30}(?:\s(?:and|&)\s[^\W\d_a-z][\w’'\-]{1,30})?")
_ACRONYM = lazy(r"[A-Z].?[A-Z]")
_HEAD = lazy(r"[(（](?P<authors>[^()\n]{2,60}?\bet\.?\s{0,2}all?\.?|[^()\n]{2,60})[)）]")


def quoted(finder: Finder) -> None:
    """Find titles in quotes with authors before or behind them, and a venue or a year."""
    text = finder.text
    marks = list(_QUOTES.finditer(text))
    floor = 0
    for index, mark in enumerate(marks):
        if mark[0] not in _OPENERS or mark.start() < floor:
            continue
        left = _authors_before(finder, floor, mark.start())
        if left is None and (
            mark[0] in "‘'" or (mark[0] in '"”' and mark.start() and _HANGS_ON.match(text, mark.start() - 1))
        ):
            # a quote mark that hangs on a word closes something
            continue
        ended = _title_end(text, mark, marks, index, authored=left is not None)
        if ended is None:
            continue
        close, when = ended
        title = edition_off(clean(text[mark.end() : close - 1]).strip(" ,.;，。"))
        found = _judge(finder, left, mark.start(), close, title, when)
        if found:
            finder.add(found)
            floor = found.end


def _judge(finder: Finder, left: _Left | None, quote: int, close: int, title: str, when: When | None) -> Found | None:
    """Decide whether a quoted phrase is a title, and put the citation together."""
    text = finder.text
    words = word_count(title)
    if not title or (words < 2 and not when):
        return None
    left = left or _key_before(text, quote, when)
    if left:
        inner_comma = text[close - 2 : close - 1] in {",", "."}
        if (
            not when
            and not (left.sure and words >= 3)
            and not (inner_comma and words >= 3 and len(left.authors.split()) >= 2 and text[quote - 2] not in ":：")
        ):
            return None
        end = when.end if when else close
        return made(finder, left.start, end, title, left.authors, when, prefix_before(text, left.start))
    tail = _TAIL_AUTHORS.match(text, close)
    if tail and all_names(tail["authors"]):
        return made(
            finder, quote, tail.end(), title, authors_text(tail["authors"]), When(tail.end(), "", int(tail["year"]))
        )
    behind = _named_behind(text, close, title) if words >= 3 or (words > 1 and text[quote] == "《") else None
    if behind:
        authors, dated = behind
        return made(finder, quote, dated.end, title, authors, dated)
    if when is None or re.search("”[^“]*“", text[quote + 1 : close - 1]):
        return None
    line = text.rfind("\n", 0, quote)
    head = _cell_head(finder, max(line, 0)) if finder.setting.in_cell else None
    if head:
        return made(finder, quote, when.end, title, head[1], when, head[0])
    if when.year and (is_title_like(title) or finder.setting.is_reference) and words >= 3:
        alone = not text[line + 1 : quote].strip(" -•*\t") or bool(prefix_before(text, quote))
        if alone or finder.setting.is_reference or when.venue:
            families = _families_behind(text, close, when) or _listed_behind(when)
            when = when._replace(venue="") if families else when
            return made(finder, quote, when.end, title, families, when, prefix_before(text, quote))
    return None


def _named_behind(text: str, close: int, title: str) -> tuple[str, When] | None:
    """Return authors and year behind a title: `(Ho et al., 2020)`, or `Ho et al., NeurIPS 2020`."""
    key = _TAIL_KEY.match(text, close) if is_title_like(title) else None
    named = named_when(key["key"]) if key else None
    if key and named:
        return named[0], named[1]._replace(end=key.end())
    behind = _TAIL_ET_AL.match(text, close)
    dated = when_after(text, behind.end()) if behind and not has_cjk(title) else None
    named_here = behind and dated and dated.year and all_names(behind["authors"])
    return (authors_text(behind["authors"]), dated) if behind and dated and named_here else None


def _listed_behind(when: When) -> str:
    """Return the authors in `“Title”, Hinton, Vinyals, Dean, 2015`: three names are no venue."""
    names = when.venue.split(", ")
    return when.venue if len(names) > 2 and not VENUE_HERE.match(when.venue) and all_names(when.venue) else ""


def _families_behind(text: str, close: int, when: When) -> str:
    """Return the authors in `《Title》Bishop 2006`: no comma parts them from the title, and no venue is spelt like them."""
    named = (
        _FAMILIES.fullmatch(when.venue)
        and text[close - 2] not in ",.，。"
        and text[close : when.end].lstrip(" (（").startswith(when.venue)
        and not _ACRONYM.search(when.venue)
        and not VENUE_HERE.match(when.venue + "\n")
        and all_names(when.venue)
    )
    return when.venue if named else ""


def _key_before(text: str, quote: int, when: When | None) -> _Left | None:
    """Find the authors in `（Kim et al., 1995）“Title”（SOSP 1995）`: the year is said twice."""
    key = _KEY_BEFORE.search(text[max(0, quote - 140) : quote]) if when and when.year else None
    if key is None or when is None or int(key["year"]) != when.year or not all_names(key["authors"]):
        return None
    return _Left(quote - len(key[0]), authors_text(key["authors"]), sure=False)


def _cell_head(finder: Finder, before: int) -> tuple[str, str] | None:
    """Read `**AADiff** (Lee et al.)` on the first lines of a cell: (short name, authors)."""
    text = finder.text[:before] if before else finder.text[:200]
    for match in _HEAD.finditer(text[:400]):
        authors = authors_text(match["authors"])
        if ET_AL.search(authors) or (all_names(authors) and len(authors.split()) <= 6):
            short = clean(text[text.rfind("\n", 0, match.start()) + 1 : match.start()])
            return short, authors
    return None
