"""What the searches for citations share: the text, the ranges already taken, and how a find is put together."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_words import YEAR, When, clean, has_cjk
from slidegloss.notes.running_text import Anchor, Flat

_GAPS = ("", r"\.", r"\s", r"\s\.", r"\.\s", r"\s\.\s", r"\s\s", r"\s\s\.", r"\s\s\.\s", r"\s\s\s")
"""What may stand between the words of `et al`: `\\s{0,2}\\.?\\s?`, for what is looked at backwards has a fixed length."""
_HINTS = {
    '"“”„《等': "",
    "1": r"(?:9\d\d|0\.\d{4}|[5-8]\d\d\)\.)",  # a year, a DOI, (1859).
    "2": r"0[0-4]\d",
    "'’": r"(?<=[A-Za-z ].)\d\d(?!\d)",  # NeurIPS'20
    "Ll": rf"(?<=[Aa].)(?:{'|'.join(rf'(?<=[Ee][Tt]{gap}[Aa][Ll])' for gap in _GAPS)})[Ll]?\b",
    "Xx": r"(?<=[Aa][Rr].)[Iiİı][Vv]",
    "[": r"\d{4}\.\d{4}",  # what arXiv writes before a title
    "+": r"\s?['’‘]?\d\d",  # Ho+20
    "Dd": r"[Oo][Iiİı]",
    "P": r"ress(?!\w)",
    ":": r"(?:(?<=[Hh][Tt][Tt][Pp]:)|(?<=[Hh][Tt][Tt][Pp][Ssſ]:))",
}
"""Characters → what stands behind and before them. It runs over every text, and `re` is quick only where each branch of a
pattern starts with a plain character; the rarer the character, the better."""
PRETEST = re.compile("|".join(f"{re.escape(char)}{around}" for chars, around in _HINTS.items() for char in chars))
"""Text without any of these cites nothing; the dear patterns are not tried on it."""


class Found(NamedTuple):
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
    key: str = ""
    certain: bool = False


class Setting(NamedTuple):
    """What the place of a text says about citations in it."""

    heading: str = ""
    """The words of the heading above, the title of a paper described by labelled lines."""
    is_heading: bool = False
    is_reference: bool = False
    """The text is a 🔎 annotation."""
    in_cell: bool = False
    item: str = ""
    """The bold words that are all of a list's item above: the title of what the list in it tells of."""
    described: bool = False
    """The lines are the facts of the paper that the heading names: each of them is about it."""


_GAP = bytes(4)
"""No find has fewer characters: the shortest are a lone year, and the name of a venue with `23` behind it."""
_LINK_START, _LINK_END = attrgetter("start"), attrgetter("end")
_TWO_DIGITS = re.compile(r"[0-4'’‘](?:(?<=\d)\d|[5-9]\d)")


@dataclass(slots=True)
class Finder:
    """The state of one search: the text and the ranges already taken."""

    flat: Flat
    setting: Setting
    text: str = field(init=False)
    """The flat text."""
    found: list[Found] = field(default_factory=list)
    taken: bytearray = field(init=False)
    dated: bool = field(init=False)
    """Whether the text may hold a year, be it `'23`."""

    def __post_init__(self) -> None:
        self.text = self.flat.text
        self.taken = bytearray(len(self.text) + 1)
        self.dated = _TWO_DIGITS.search(self.text) is not None

    def free(self, start: int, end: int) -> bool:
        """Say whether no find overlaps a range."""
        return self.taken.find(1, start, end) < 0

    def link_behind(self, at: int) -> int:
        """Return where the next link starts that starts behind a place; the end of the text if none does."""
        near = bisect_right(self.flat.links, at, key=_LINK_START)
        return self.flat.links[near].start if near < len(self.flat.links) else len(self.text)

    def links_in(self, start: int, end: int) -> Sequence[Anchor]:
        """Return the links that start behind one place and before another."""
        links = self.flat.links
        return links[bisect_right(links, start, key=_LINK_START) : bisect_left(links, end, key=_LINK_START)]

    def link_before(self, at: int) -> Anchor | None:
        """Return the last link that ends before a place."""
        near = bisect_right(self.flat.links, at, key=_LINK_END)
        return self.flat.links[near - 1] if near else None

    def full(self) -> bool:
        """Say whether what is left between the finds is too short to cite anything more."""
        return self.taken.find(_GAP, 0, len(self.text)) < 0

    def add(self, found: Found) -> None:
        """Keep a find unless an earlier one has its place."""
        if found.end > found.start and self.free(found.start, found.end):
            self.found.append(found)
            self.take(found.start, found.end)

    def take(self, start: int, end: int) -> None:
        """Let nothing else be found in a range: it belongs to a find, or is one."""
        self.taken[start:end] = b"\1" * (end - start)


# what stands before the year is looked at behind it: so `re` looks for the first digit ahead of trying the pattern
LINE_YEAR = re.compile(r"(" + YEAR + r")(?<![0-9.:/\-–].{4})[a-z]?(?![0-9]|\.\d|[–\-]\d)")
_PREFIX = lazy(r"(?:\A|\n)[\s\-•*]{0,6}(?:\[\d{1,3}\]\s?)?(?P<short>[^\n:：\"“”]{2,40})[:：]\s{0,3}\Z")


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each line that is long enough to cite something."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > 12:
            yield start, end
        start = end + 1


def prefix_before(text: str, start: int) -> str:
    """Read the short name in `Imagen: Saharia et al., …`."""
    match = _PREFIX.search(text, max(0, start - 60), start)
    if match is None or start - match.start("short") > 60:
        return ""
    short = clean(match["short"])
    if LABEL_IN_FRONT.match(short + ":"):
        return ""
    return short if len(short.split()) <= 5 and not has_cjk(short) else ""


_OF_SOURCE = (
    r"(?:Further\s)?(?:Paper|Title|References?|Refs?|Sources?|Credits?|Readings?|Citation|Cited from|Based on|Adapted from|From|See)"
    r"|(?:Image|Figure|Fig|Video|Photo|Picture|Slide|Table|Diagram)s?\.?(?:\s(?:sources?|credits?|courtesy|from|adapted from|taken from))?"
    r"|(?:图片|图|配图|插图|视频|资料|素材|内容|数据|引用|参考|论文|文章|原文|相关|本文|推荐)?"
    r"(?:来源|来自|出处|出自|引自|摘自|改编自|参考|参见|文献|资料|论文|文章|阅读|题目|标题|引用|原文|图源)(?:来源|题目|标题|名称|文献)?"
    r"[\d一二三四五六七八九十]{0,2}"
)
LABEL_IN_FRONT = lazy(rf"[\s\-•*(（]{{0,6}}(?P<label>{_OF_SOURCE})\s?[:：]\s{{0,3}}", re.IGNORECASE)
"""What says of the rest of a line that it cites: `Source: …`, `图片来源：…`."""


def label_end(line: str) -> int:
    """Return where the label in front of a citation ends, 0 where there is none."""
    label = LABEL_IN_FRONT.match(line) if ":" in line or "：" in line else None
    return label.end() if label else 0


QUOTE = re.compile('["“”]')
_CLOSE = re.compile(r"[ \t\u00a0]{0,3}[)\]）］】]")
_OPENED = re.compile(r"[(\[（［【]")
_CLOSED = re.compile(r"[)\]）］】]")
_STOP = lazy(r"[ \t\u00a0]{0,3}\.(?=[ \t\u00a0]{0,20}(?:\n|\Z))")


def finish(text: str, start: int, end: int) -> int:
    """Take in the closing bracket that was opened inside, and the full stop that ends the line."""
    words = text[start:end]
    close = _CLOSE.match(text, end)
    if close and len(_OPENED.findall(words)) > len(_CLOSED.findall(words)):
        end = close.end()
    stop = _STOP.match(text, end)
    return stop.end() if stop else end


def made(  # noqa: PLR0913, PLR0917 - the parts of a citation
    finder: Finder, start: int, end: int, title: str, authors: str, when: When | None, short: str = ""
) -> Found:
    """Put a find together; what ends its line or closes its bracket is taken in."""
    end = finish(finder.text, start, end)
    return Found(
        start,
        end,
        title,
        authors,
        when.venue if when else "",
        when.year if when else None,
        short,
        arxiv=when.arxiv if when else "",
    )
