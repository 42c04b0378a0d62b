"""Labelled lines under a heading that tell of the paper it names: `**Authors**: …`, `**会议**：…`, `论文链接: …`.

Notes on one paper each begin with them. They are read only where they say who wrote it and where it appeared: who signs
a page of a course says `作者` and a date as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Citation
from slidegloss.nodes import Block, Heading, ListBlock, Paragraph, Quote
from slidegloss.notes.citation_finder import Found
from slidegloss.notes.citation_when import after_venue
from slidegloss.notes.citation_words import (
    ARXIV_ID,
    DOI,
    ET_AL,
    VENUE_HERE,
    YEAR,
    When,
    all_names,
    clean,
    has_cjk,
    ids_of,
    is_paper_url,
    is_title_like,
    normal_title,
    trim_doi,
    venue_name,
)
from slidegloss.notes.running_text import Flat, flatten

_LABELS = {
    "title": "title|paper title|题目|标题|论文题目|论文标题|论文名称|论文名|文章标题|文章题目|英文标题|英文题目|原文标题|题名",
    "authors": "author|authors|paper authors|作者|论文作者|文章作者|作者列表|作者/机构|authors/affiliations",
    "venue": "venue|conference|journal|publication|published|published in|published at|conference/journal|journal/conference"
    "|会议|期刊|会议/期刊|期刊/会议|会议名称|期刊名称|论文会议|论文期刊|发表刊物|发表会议|发表期刊|发表刊物/会议|发表会议/期刊|发表期刊/会议|刊物|发表于|发表在|发表",
    "source": "source|出处|来源|论文出处|论文来源|文章来源|收录于|收录",
    "year": "year|date|published date|publication date|publication year|release date|年份|发表年份|发表时间|发表日期|发布时间"
    "|发布日期|出版年份|时间|日期|年",
    "paper": "paper|论文|文章|原文",
    "link": "link|links|url|pdf|paper pdf|pdf link|paper link|paper url|arxiv|arxiv id|arxiv 编号|arxiv编号|arxiv 链接|arxiv链接|doi|论文链接|论文地址"
    "|论文网址|论文下载|论文原文|文章链接|文章地址|原文链接|原文地址|链接|地址",
}
_OF_PAPER = re.compile("论文|原文|文章")
"""In the label of a link: what is above it is a paper's title, and not a matter's name."""
_ROLE = {word: role for role, words in _LABELS.items() for word in words.split("|")}
_LINE = lazy(r"[ \t\u00a0\-•*+]{0,6}(?P<label>[^\n:：]{2,24}?)[ \t*_]{0,3}[:：][ \t\u00a0*_]{0,4}(?P<value>[^\n]*)")
_WORTH = re.compile(  # without sets: `re` looks for first characters ahead of trying the pattern
    "Author|author|作者|Title|title|题目|标题|论文名|会议|期刊|发表"
    "|Venue|venue|Conference|conference|Journal|journal|Publi|publi"
)
"""What facts about a paper do not go without."""
_FIRST = 3
"""Paragraphs under a heading among which its facts begin: a figure or a sentence may stand before them."""
_ASIDE_LENGTH = 200
"""Characters of a line with another label between facts, such as where authors work; beyond that it is an essay."""
MOST_BLOCKS = 16
"""Blocks under a heading that are looked at, and paragraphs in them."""
_ASIDE = lazy(r"\([^()]{0,80}\)|（[^（）]{0,80}）|[\d*†‡∗⋆§¶#]{1,4}(?=[\s,，、;；]|\Z)")
"""An affiliation behind a name, and what points to one."""
_BETWEEN = lazy(r"\s*[,，、;；]\s*(?:and\s|&\s)?|\s(?:and|&)\s")
_NAMED = lazy(
    r"(?!(?:lecture|chapter|part|section|lesson|week|day|unit|module|topic|stage|step|case|task|appendix|session)\b)"
    r"[A-Za-z0-9][\w+\-.·]{1,30}(?:\s[\w+\-.·]{1,20}){0,2}: \S+\s\S+\s\S",
    re.IGNORECASE,
)
"""A title as papers of methods have it: their name, a colon, what they are."""
_METHOD = lazy(
    r"(?!(?:FAQ|TODO|README|PDF|TL;DR)\Z)(?:[A-Za-z][\w+\-.]{0,20}\s){0,2}(?=\S*[A-Za-z])"
    r"[A-Z][\w+\-.^]{0,20}[A-Z\d][\w+\-.^]{0,20}(?:\s[A-Z][\w+\-.]{0,20}){0,2}",
    re.ASCII,
)
"""What a method is called, as all of a heading: `DDPM`, `Mask R-CNN`, `GPT-4`."""
_SIGNS_ONLY = lazy(r"[^\w]*\Z")
_QUOTED = lazy(r"\s*[《“\"].+[》”\"]\s*\Z")
_IN_BRACKETS = r"[\[【(（][^\[\]【】()（）]{1,40}[\])】）]\s*"
_BRACKETS_FIRST = lazy(_IN_BRACKETS)
_NUMBERED = lazy(rf"\d[\d.、)]*\s+|\d{{1,3}}[.、)](?=[A-Z])|{_IN_BRACKETS}")
_OF_NOTES = lazy(
    r"[\s\-—|:：_]{0,8}(?:论文|文献|精读|阅读|学习|读书|解读|笔记|总结|报告|分享|导读|详解|速读|研读){1,4}\Z"
)
"""What a note calls itself behind the title of the paper that it is about."""
_BRACKET_BEHIND = lazy(r"\s{0,3}[\[【(（][^\[\]【】()（）]{1,60}[\])】）]\Z")
_YEAR = lazy(rf"(?<!\d)(?P<year>{YEAR})(?!\d)|['’‘](?P<two>\d\d)(?!\d)")
_VOLUME = lazy(r"[,.;]\s*(?:vol|no|pp?|issue|article)\b\.?\s*[\w–-].*\Z|,\s*第?\s*\d+\s*[卷期].*\Z", re.IGNORECASE)
_NO_VENUE = frozenset({"", "-", "n/a", "na", "none", "tbd", "unknown", "无", "未知", "未发表"})


class _Fact(NamedTuple):
    """A labelled line, or a link on a line of links: its role, its value, where that stands in the leaf with this number."""

    label: str
    role: str
    value: str
    leaf: int
    start: int
    end: int


class PaperFacts(NamedTuple):
    """What labelled lines say of the paper that a heading names."""

    work: Found
    """Its places are those of the value that cites the work where nothing else in `cites` does."""
    leaves: tuple[Paragraph, ...]
    cites: Paragraph | None
    """None: the heading itself does."""
    heading: str

    def about(self, leaf: Paragraph, found: Sequence[Found]) -> list[Found]:
        """Return the finds of one of the leaves: those without a title of their own are of this work."""
        names = {"", normal_title(self.work.title), normal_title(self.heading)}
        out = [self._filled(one) if normal_title(one.title) in names else one for one in found]
        here = leaf is self.cites and not any(
            one.title == self.work.title and one.short == self.work.short for one in out
        )
        if here and not any(one.start < self.work.end and one.end > self.work.start for one in out):
            out = sorted([*out, self.work])
        return out

    def _filled(self, found: Found) -> Found:
        work = self.work
        return found._replace(
            title=work.title,
            authors=work.authors or found.authors,
            venue=work.venue or found.venue,
            year=work.year or found.year,
            short=work.short,
            arxiv=found.arxiv or work.arxiv,
            doi=found.doi or work.doi,
        )


def facts_under(heading: str, blocks: Sequence[Block], *, is_page: bool, said: Citation | None) -> PaperFacts | None:
    """Read the facts of a paper in the blocks that follow its heading; None where they tell of none.

    They are one run of paragraphs or list items of which each line has a label, be it one that says nothing here, or is
    nothing but links. In: whether the heading is that of the whole page, and what it cites itself.
    """
    below = takewhile(lambda block: type(block) is not Heading, blocks[:MOST_BLOCKS])
    leaves = [leaf for block in below for leaf in _leaves(block)][:MOST_BLOCKS]
    worth = any(_WORTH.search(leaf.source) for leaf in leaves)
    if not (worth or any("://" in leaf.source for leaf in leaves[:_FIRST])):
        return None
    facts: list[_Fact] = []
    told: list[Paragraph] = []
    flats: dict[int, Flat] = {}
    for number, leaf in enumerate(leaves):
        flat = flatten(leaf.children)
        read = _read(number, flat)
        if any(fact.role for fact in read):
            facts += read
            told.append(leaf)
            flats[number] = flat
        elif not (told and read and len(flat.text) <= _ASIDE_LENGTH) and (told or number + 1 >= _FIRST):
            break
    found = _work(heading, facts, flats, said) if worth else None
    found = found or (_only_link(heading, facts, flats, is_page=is_page, said=said) if facts else None)
    if found is None:
        return None
    work, cites = found
    return PaperFacts(work, tuple(told), leaves[cites] if cites is not None else None, heading)


_Told = tuple[Found, int | None]
"""A work, and the number of the leaf that cites it, None where the heading does."""


def _only_link(
    heading: str, facts: Sequence[_Fact], flats: dict[int, Flat], *, is_page: bool, said: Citation | None
) -> _Told | None:
    """Read `论文地址：…`, or `[paper](…) | [code](…)`, right under a heading that names the paper, or its method."""
    roles = {"paper", "link"}
    fact = next((one for one in facts if one.leaf == min(flats) and one.role in roles and _dests(one, flats)), None)
    ids = {ids_of(dest) for one in facts for dest in _dests(one, flats)} - {("", "")}
    if fact is None or len({arxiv for arxiv, _ in ids if arxiv}) > 1 or len({doi for _, doi in ids if doi}) > 1:
        return None
    title, short = (said.title, said.short) if said else _called(heading, fact, is_page=is_page)
    if not title and not short:
        return None
    dest = _dests(fact, flats)[0]
    arxiv, doi = ids_of(dest)
    dated = _BRACKET_BEHIND.search(heading)
    year = said.year if said else _year(dated[0]) if dated else None
    authors, venue = (said.authors, said.venue) if said else ("", "")
    return Found(fact.start, fact.end, title, authors, venue, year, short, (dest,), arxiv, doi), fact.leaf


def _dests(fact: _Fact, flats: dict[int, Flat]) -> list[str]:
    """Return the addresses of papers in a fact."""
    links = flats[fact.leaf].links
    return [link.dest for link in links if fact.start <= link.start < fact.end and is_paper_url(link.dest)]


def _called(heading: str, link: _Fact, *, is_page: bool) -> tuple[str, str]:
    """Return the title that a heading over the link to a paper is, or what it calls the method; empty where it is neither."""
    title = _title(heading)
    sure = _NAMED.match(title) or _QUOTED.match(heading)
    if title and (
        sure or (len(title.split()) >= _FEWEST and (_OF_PAPER.search(link.label) or (is_page and is_title_like(title))))
    ):
        return title, ""
    words = clean(_BRACKET_BEHIND.sub("", _NUMBERED.sub("", heading, count=1) if _NUMBERED.match(heading) else heading))
    return "", words if _METHOD.fullmatch(words) and not VENUE_HERE.match(words + "\n") else ""


_FEWEST = 4
"""Words of a heading that is the title of a paper, and no more than a link says so."""


def _leaves(block: Block) -> Iterator[Paragraph]:
    if type(block) is Paragraph:
        yield block
    elif isinstance(block, ListBlock):
        for item in block.items:
            yield from (inner for inner in item if type(inner) is Paragraph)
    elif isinstance(block, Quote):
        for inner in block.blocks:
            yield from _leaves(inner)


def _read(number: int, flat: Flat) -> list[_Fact]:
    """Return the lines of a leaf, each with its role, empty where it is none here; none if one has no label and no links."""
    facts: list[_Fact] = []
    at = 0
    for line in flat.text.split("\n"):
        match = _LINE.match(line)
        if match:
            label, value = clean(match["label"]).strip("*_ []【】").casefold(), match["value"].rstrip(" \t\u00a0*_")
            start = at + match.start("value")
            facts.append(_Fact(label, _ROLE.get(label, ""), value, number, start, start + len(value)))
        elif line.strip():
            links = _only_links(flat, at, at + len(line))
            if not links:
                return []
            facts += [link._replace(leaf=number) for link in links]
        at += len(line) + 1
    return facts


def _only_links(flat: Flat, start: int, end: int) -> list[_Fact]:
    """Return the links of a line that is nothing else, such as `[paper](…) | [code](…)`; else none."""
    facts: list[_Fact] = []
    at = start
    for link in flat.links:
        if start <= link.start < end:
            words = flat.text[link.start : link.end]
            label = clean(words).strip("[] ").casefold()
            facts.append(_Fact(label, _ROLE.get(label, ""), words, 0, link.start, link.end))
            if not _SIGNS_ONLY.match(flat.text[at : link.start]):
                return []
            at = link.end
    return facts if facts and _SIGNS_ONLY.match(flat.text[at:end]) else []


def _work(heading: str, facts: Sequence[_Fact], flats: dict[int, Flat], said: Citation | None) -> _Told | None:
    by_role: dict[str, _Fact] = {}
    for fact in facts:
        if fact.role and fact.value.strip():
            by_role.setdefault(fact.role, fact)
    named = by_role.get("title") or by_role.get("paper")
    title = flats[named.leaf].written(_title(named.value)) if named else ""
    if not title:
        named, title = None, said.title if said and said.title else _title(heading)
    if not title or not (named or "authors" in by_role or "venue" in by_role):
        return None
    urls, arxiv, doi = [], "", ""
    address: _Fact | None = None
    for fact in (one for one in facts if one.role in {"link", "paper", "title"}):
        here = _dests(fact, flats)
        ids = [ids_of(dest) for dest in here]
        mention = ARXIV_ID.search(fact.value) if "xiv" in fact.value.lower() or fact.role == "link" else None
        written = DOI.search(fact.value)
        if here or mention or written:
            address = address or fact
            urls += here
            arxiv = arxiv or next((one for one, _ in ids if one), "") or (mention["id"] if mention else "")
            doi = doi or next((two for _, two in ids if two), "") or (trim_doi(written["doi"]) if written else "")
    venue, year = _venue(by_role["venue"].value) if "venue" in by_role else ("", None)
    if not venue and "source" in by_role and VENUE_HERE.match(clean(by_role["source"].value) + "\n"):
        by_role["venue"] = by_role["source"]
        venue, year = _venue(by_role["source"].value)
    if "year" in by_role:
        published = _published(by_role["year"].value) if not venue else None
        venue, year = (published.venue, published.year) if published else (venue, year or _year(by_role["year"].value))
    if said and not named:
        venue, year = venue or said.venue, year if venue else said.year or year
    persons = by_role["authors"].value if "authors" in by_role else ""
    authors = _authors(persons)
    # an overview of a conference has a title, a venue and no authors; of a paper it is enough to know where to read it
    if not address and not (venue and (authors or all_names(_ASIDE.sub("", persons)))):
        return None
    # where nobody says who wrote it, a year and an address tell a paper from a conference
    if not named and "authors" not in by_role and not (venue and year and address):
        return None
    place = named or address or by_role.get("venue")
    start, end, leaf = (place.start, place.end, place.leaf) if place else (0, 0, None)
    return Found(start, end, title, authors, venue, year, "", tuple(dict.fromkeys(urls)), arxiv, doi), leaf


def named_by(heading: str) -> str:
    """Return what the heading of a note on one paper names, without a date or a venue in brackets in front of it."""
    front = _BRACKETS_FIRST.match(heading)
    return heading[front.end() :] if front and front.end() < len(heading) else heading


def _title(words: str) -> str:
    """Return the title of a paper without numbers in front and brackets around; nothing where words are no title."""
    title = _OF_NOTES.sub("", clean(words)).strip(" *_.“”\"'《》")
    title = _BRACKET_BEHIND.sub("", _NUMBERED.sub("", title, count=1) if _NUMBERED.match(title) else title)
    count = len(title.split())
    if has_cjk(title) or "://" in title or not 3 <= count <= 40:
        return ""
    return title if is_title_like(title) or (title[:1].isupper() and count >= 5) else ""


_PERSON = lazy(r"[A-Z][a-zà-ž'’-]+(?:\s[A-Z]\.)?\s[A-Z][a-zà-ž'’-]+")
"""A name, whatever its words mean elsewhere: the author has said that it is one."""


def _authors(words: str) -> str:
    """Return a list of authors; nothing where names stand side by side and none can be told from the next."""
    bare = _ASIDE.sub("", words)
    et_al = ET_AL.search(bare)
    names = [
        name for part in _BETWEEN.split(bare[: et_al.start()] if et_al else bare) if (name := clean(part).strip(" .*"))
    ]
    if not names or not all(len(name.split()) <= 4 and (all_names(name) or _PERSON.fullmatch(name)) for name in names):
        return ""
    return ", ".join(names) + (" et al." if et_al else "")


def _published(words: str) -> When | None:
    """Return where and when a paper was published after it was a preprint: `2024年6月（arXiv），CVPR 2025 录用`."""
    for word in re.finditer(r"\b[A-Z]", words):
        known = VENUE_HERE.match(words + "\n", word.start())
        when = after_venue(words, known.end("venue"), known["venue"]) if known else None
        if when and when.year and when.venue != "arXiv":
            return when
    return None


def _venue(words: str) -> tuple[str, int | None]:
    """Return venue and year of the line that names a venue: the author has said that it is one."""
    text = _VOLUME.sub("", clean(words.replace("，", ", "))).strip(' *_.,“”"')
    if text.casefold() in _NO_VENUE or len(text) > 160:
        return "", None
    known = VENUE_HERE.match(text + "\n")
    when = after_venue(text, known.end("venue"), known["venue"]) if known else None
    year = when.year if when and when.year else _year(text)
    if when and when.venue:
        return when.venue, year
    name = _YEAR.sub("", text).strip(" ,，.()（）·|/")
    return (venue_name(name), year) if 0 < len(name) <= 80 and "://" not in name else ("", year)


def _year(words: str) -> int | None:
    match = _YEAR.search(words)
    if match is None:
        return None
    return int(match["year"]) if match["year"] else 2000 + int(match["two"])
