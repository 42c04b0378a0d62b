"""Entries of a bibliography, one to a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import LINE_YEAR, Finder, Found, finish, label_end, lines_of
from slidegloss.notes.citation_when import PRESS_LAST
from slidegloss.notes.citation_words import (
    CAPITAL,
    DOI,
    EARLIER_YEAR,
    EARLY_YEAR,
    ET_AL,
    KNOWN_WORD,
    LABEL,
    MONTH,
    PUBLISHER,
    VENUE_HERE,
    YEAR,
    all_names,
    arxiv_mentions,
    authors_text,
    clean,
    edition_off,
    has_cjk,
    keeps_number,
    label_year,
    trim_doi,
    venue_name,
    word_count,
)
from slidegloss.syntax.titles import SIGNS

_NUMBER = re.compile(rf"[ \t\u00a0]*\[(?:\d{{1,3}}|(?P<label>{LABEL}))\][ \t\u00a0]+")
"""In front of an entry; a label is one where the entry is of its year."""
_IN_BRACKETS = lazy(r"\[(?P<entry>[^\[\]\n]{30,})\][\s.]*\Z")
_BULLET = re.compile(r"[\s\-•*]*(?:[(（]\d{1,3}[)）]\s*)?")
# what stands before the stop is looked at behind it: so `re` looks for the stop ahead of trying the pattern
_DOT = lazy(
    rf"[.?](?<![\s.(\-]{CAPITAL}.)(?<!\A{CAPITAL}.)(?<!\bet al.)(?<!\b(?:Jr|Sr|St).)"
    rf"(?:(?<=\.)\s+(?=[\"“A-Z0-9\[(a-z{SIGNS}])|\s+(?=[\"“A-Z0-9\[({SIGNS}]))"
)
_FAMILY = r"(?:[a-z]{2,3}\s){0,2}[^\W\d_a-z][\w’'\-]{1,30}(?:\s[^\W\d_a-z][\w’'\-]{1,30}){0,2}"
_DOTTED = rf"{_FAMILY},\s{CAPITAL}(?:\.[\s\-]?{CAPITAL}){{0,3}}\."
_BARE = rf"{_FAMILY}\s{CAPITAL}{{1,3}}"
_BARE_DOTTED = rf"{_FAMILY}\s{CAPITAL}{{1,3}}\."
_FAMILIES_FIRST = lazy(
    rf"(?P<names>{_DOTTED}(?:(?:,\s|,?\s(?:&|and)\s){_DOTTED}){{0,60}}(?:,?\set\sal\.)?|{_BARE_DOTTED}(?:,\s{_BARE_DOTTED}){{1,60}}|{_BARE}(?:,\s{_BARE}){{0,60}}\.):?\s+(?=[A-Z0-9\"“{SIGNS}])"
)
"""Authors as `Moreau, A., Tamm, B. C.`, with a colon in Springer's lists, or `Moreau A, Tamm BC.`: here it is plain which full stop ends them."""
_INITIALS = lazy(rf"(?<=[^\s,])\s{CAPITAL}{{1,3}}(?=[,.])")
"""Those of `Moreau AN` may spell a word that is no name."""
_KIND = lazy(r"\[(?:[A-Z]{1,2}|[A-Z]{1,2}/OL)\](?=[\s./,，]|\Z)")
"""What a work is, behind its title in GB/T 7714, the Chinese standard: `[J]`, `[C]//`, `[EB/OL]`."""
_THESIS = "[D]"
_HAN_DOT = lazy(r"[.．。]\s*(?=[^\s\d])")
_LAST_STOP = lazy(r"[.,]?\s(?=https?://)|,\s(?=" + YEAR + r"|arXiv)|\.?\s*\Z")
_COMMA_YEAR = lazy(r",\s(?:[A-Z][a-z]{2,8}\s)?(?=" + YEAR + r"\b|" + EARLY_YEAR + r"\.?\s*\Z)")
_IN_QUOTES = lazy(
    r"[“\"‘'](?P<title>(?<=[“\"])[^“”\"]{3,320}(?=[”\"])|(?<=[‘'])[^“”\"]{3,320}?(?=[’'][,.]))[”\"’'](?!:)[.,]?"
)
"""A title behind its year, as `Moreau, Ana. 2019. “Paper Cranes.” *Journal* 9 (7)` (Chicago's author-date style) has it, and
`Moreau, A. (2019) ‘Paper Cranes’, *Journal*, 9(7)` (Harvard's).
"""
_TO_PUBLISHER = lazy(r"\.\s(?<=[a-z\d)]{3}..)")
"""Where the publisher begins behind a book or a journal, which no short word ends."""
_BOOK = lazy(r"(?:[A-Z][\w.\- ]{1,30}(?:, [A-Z]{2,3})?: )?(?:[A-Z][\w&’'\-]{0,20}\s){0,4}?" + PUBLISHER + r"\b")
"""The publisher right behind a title, with its town in front or without."""
_JOURNAL = lazy(r"(?:[A-Z][\w&]{0,20}\.?\s){1,6}[A-Z]?\d{1,4}(?:\s?\(\d{1,3}\))?[,:]\s?[A-Z]?\d")
"""A journal, its volume and a page right behind a title: `Mach. Learn. 20, 273`."""
_HAN_PLACE = lazy(
    r"[^\s,，.。]{2,24}(?:学报|会议|大会|期刊|大学|杂志|通讯|进展|出版社|論文誌|学会誌|学院|研究院|报|社|志)(?:[\s,，.。(（]|\Z)"
)
"""Where works in Chinese and Japanese appear, behind their titles."""
_DATED_INSIDE = lazy(rf"\({YEAR}\)")
_BEHIND_VENUE = lazy(
    r"[.．]\s?[^\W\d_a-zA-Z]{2,4}\s?[:：]|[,.]\s[A-Z]\d\d-\d{4}\b|[,.]\s(?:pages?|vol|pp|no)\b|\.\s\d+\s?[–-]|\.\sSpringer|\shttps?:|https?:|\("
)
_AROUND_VENUE = lazy(rf"\A(?:In:?|in)\s+|\A发表[于在]\s*|(?:[,.\s]+(?:{MONTH})?\s*)\Z")
_VOLUME = lazy(
    r"[,\s]+\d+(?:\s?\([\d–-]+\))?(?:[:,]\s?[A-Za-z]?[\d–-]+)?(?:, Article \w+)?\Z|, (?:Volume|Vol\.|Article)(?: \w+)?\Z"
)
_TOWN = lazy(r"\A[^\W\d_a-zA-Z]{2,4}\s?[:：]\s?")
"""The town of a publisher: `北京: `."""
_VOLUME_BEHIND = lazy(r";\s?\d+(?:\s?\([\d–-]+\))?(?::\s?[\w–-]+)?")
"""Behind the year in Vancouver style: `2017;30(2):1–9.`"""
_EARLY_LAST = lazy(r"(?<=, )(" + EARLY_YEAR + r")(?=\.?\s{0,9}\Z)")
_EARLY_FRONT = lazy(rf"(?<=\()({EARLIER_YEAR})(?=\)\.\s)")
_LISTED = lazy(r"\b[A-Z]\.|,|\band\b|&")
"""What a list of authors has, and a name with a stop behind it in running text has not."""
_STOPS = lazy(r"[^\w,‘’'\-][ \t\u00a0]*\n|\n[ \t\u00a0]*(?:[^\w‘’']|\d{1,3}[.)])")
"""A line that ends, or one that begins, as no line inside an entry does."""
_LONGEST_PASTED = 800
_MAY_BE_ACM = lazy(YEAR + r"[a-z]?(?:\)?[.,]|\))\s|\(" + EARLIER_YEAR + r"\)\.")
"""Found quickly, for it starts with the figures of the year."""
_ACM = lazy(
    rf"[.,]?\s*(?:\(?(?:{MONTH}\s)?(?P<year>{YEAR})[a-z]?(?:,\s{MONTH}(?:\s\d{{1,2}})?)?(?:\)?[.,]\s+|\)\s+(?=[“\"‘']))"
    rf"|\((?P<early>{EARLIER_YEAR})\)\.\s+)"
)
"""The year behind the authors, with the month that APA gives of pages on the web; one before 1950 in brackets only."""


def bibliography(finder: Finder) -> None:
    """Find `[12] Authors. Title. *Venue*, 2023. 9`, `Authors. 2003. *Title*. Venue` and the like, one to a line."""
    # no year, no arXiv id, no address, no publisher
    if not finder.dated and not any(sign in finder.text for sign in (":", "http", "Press")):
        return
    for start, end in _entries_of(finder.text):
        number = _NUMBER.match(finder.text, start, end)
        if number and number["label"] and str(label_year(number["label"])) not in finder.text[number.end() : end]:
            number = None
        begin = number.end() if number else _BULLET.match(finder.text, start, end).end()  # type: ignore[union-attr]
        begin += 0 if number else label_end(finder.text[begin:end]) or _behind_han(finder.text[begin:end])
        stop = end
        if finder.text[begin : begin + 1] == "[" and (inside := _IN_BRACKETS.match(finder.text, begin, end)):
            begin, stop = inside.span("entry")
        if not finder.free(start, end):
            continue
        found = _entry(finder, start if number else begin, begin, stop, numbered=number is not None)
        if found:
            finder.add(_venue_in_front(found))


def _behind_han(line: str) -> int:
    """Return where an entry begins that has some words in Chinese in front, what the work is good for; 0 where none does."""
    words = None if line.isascii() else _HAN_IN_FRONT.match(line)
    if words is None or words.end() > _LONGEST_LEAD:
        return 0
    rest = line[words.end() :].lstrip(" ：:，,。)）\u00a0\t")
    return len(line) - len(rest) if rest[:1].isupper() else 0


_HAN_IN_FRONT = lazy(r".*[\u3400-\u9fff]", re.DOTALL)
_LONGEST_LEAD = 60
"""Characters of such words; beyond that it is a text that may end in names and a year."""


def _venue_in_front(found: Found) -> Found:
    """Take the venue off the front of a title: `Moreau 2022, arXiv, Paper Cranes in Motion`."""
    first, comma, title = found.title.partition(", ")
    if not comma or found.venue not in {"", venue_name(first)} or not KNOWN_WORD.match(first) or len(title.split()) < 3:
        return found
    return found._replace(title=title, venue=venue_name(first))


def _entries_of(text: str) -> Iterable[tuple[int, int]]:
    """Return the lines of a text; one line if it is an entry pasted with its line ends, which fall between words."""
    whole = text.rstrip()
    if "\n" in whole and len(whole) < _LONGEST_PASTED and not _STOPS.search(whole):
        return ((0, len(whole)),)
    return lines_of(text)


_LONGEST = 6000
"""Characters of a line without a number that are looked at."""


def _entry(finder: Finder, start: int, begin: int, end: int, *, numbered: bool) -> Found | None:
    """Read an entry whose authors start at `begin`; it starts at `start`, in front of its number where it is `numbered`."""
    line = finder.text[begin : end if numbered else min(end, begin + _LONGEST)].replace("\n", " ")
    years = list(LINE_YEAR.finditer(line)) or list(_EARLY_LAST.finditer(line)) or list(_EARLY_FRONT.finditer(line))
    arxiv = next(arxiv_mentions(line), None)
    press = None if years or arxiv or "Press" not in line else PRESS_LAST.search(line)
    if not years and not arxiv and not press and not (numbered and "http" in line):
        return None
    kind = _KIND.search(line) if "]" in line else None
    front = _front(line, years, numbered=numbered, of_kind=kind is not None)
    ended = _title_end(line, front.end, years[-1].start() if years else -1) if front else None
    if front is None or ended is None:
        return None
    if years and int(years[-1][1]) < 1950 and not numbered and not _LISTED.search(front.authors):
        return None
    stop, behind = ended
    year = front.year
    kind = _KIND.search(line, front.end) if kind else None
    if kind:
        stop, years = kind.start(), [found for found in years if found.start() > kind.end()][:1]
        year = int(years[0][1]) if years else None
    quoted = _IN_QUOTES.match(line, front.end) if front.dated else None
    if quoted:
        stop = quoted.end()
    title, authors = _bare(quoted["title"] if quoted else line[front.end : stop]), front.authors
    if "://" in title:
        title, authors = clean(authors).strip(" ,."), ""
    words = word_count(title)
    sure = numbered or kind or quoted or (front.dated and VENUE_HERE.match(line, behind))
    title = edition_off(title)
    shortest = _shortest(title, authors, line[behind:], sure=bool(sure), free=not numbered and not kind)
    if not shortest <= words <= _MOST or title.startswith("and "):  # the rest of the authors
        return None
    last = len(line.rstrip())
    venue_end = last
    if numbered or not front.dated:  # else the year is in front, and the venue goes on to the end of the line
        stop = kind.end() if kind else stop
        last = max(years[-1].end() if years else last, arxiv.end() if arxiv else 0)
        venue_end = years[-1].start() if years and years[-1].start() > stop else last
    venue = line[stop:venue_end]
    venue = _venue(_TO_PUBLISHER.split(venue, maxsplit=1)[0] if quoted else venue)
    if not numbered and not venue and not arxiv and not front.dated and authors.count(",") < 2:
        return None
    if kind and kind[0] == _THESIS and venue:
        venue = f"学位论文，{venue}" if has_cjk(venue) else f"Thesis, {venue}"
    volume = _VOLUME_BEHIND.match(line, last)
    whole = finish(finder.text, start, begin + (volume.end() if volume else last))
    identifier = DOI.search(line, front.end, whole - begin) if "10." in line else None
    return Found(
        start,
        whole,
        title,
        _list_of(authors),
        venue_name(venue),
        year,
        arxiv=arxiv["id"] if arxiv else "",
        doi=trim_doi(identifier["doi"]) if identifier else "",
    )


class _Front(NamedTuple):
    """What stands in front of a title."""

    authors: str
    end: int
    year: int | None
    dated: bool
    """Whether the year stands there, as in the styles of ACM and Chicago."""


def _is_list(words: str) -> bool:
    """Say whether words are authors; `Theorem (Moreau` is none, nor what the year in its bracket is of."""
    return words.count("(") == words.count(")") and all_names(words)


def _front(line: str, years: list[re.Match[str]], *, numbered: bool, of_kind: bool) -> _Front | None:
    """Find the authors, and the year where it stands behind them; without one it is the line's last."""
    dated = None
    if _MAY_BE_ACM.search(line):
        found = (m for m in _ACM.finditer(line) if not _DOT.search(line, 0, m.start()) and _is_list(line[: m.start()]))
        dated = next(found, None)
    if dated and dated.start() > 2:
        return _Front(line[: dated.start()], dated.end(), int(dated["year"] or dated["early"]), dated=True)
    dot = _author_dot(line, numbered=numbered) or (_han_dot(line) if of_kind or has_cjk(line[:1]) else None)
    if dot is None:
        return None
    return _Front(line[: dot[0]], dot[1], int(years[-1][1]) if years else None, dated=dated is not None)


def _title_end(line: str, start: int, year: int) -> tuple[int, int] | None:
    """Return where the title ends that starts at a place, and where what follows begins; the line's last year is at `year`."""
    end = _DOT.search(line, start)
    # behind a title that a Chinese list of references leaves in English, too
    if end is None and (has_cjk(line[start : start + 4]) or "。" in line):
        end = _HAN_DOT.search(line, start)
    end = end or _LAST_STOP.search(line, start)
    if end is None:
        return None
    if line[end.start() : end.start() + 1] == "?" and not VENUE_HERE.match(
        line, end.end()
    ):  # `Are They Equal? A Study. NeurIPS`
        second = _DOT.search(line, end.end())
        if second and VENUE_HERE.match(line, second.end()):
            end = second
    comma_year = _COMMA_YEAR.search(line, start)
    stop = min(end.start(), comma_year.start() if comma_year else len(line))
    if line[stop : stop + 1] == "?":
        stop += 1
    return _venue_comma(line, start, stop, year), end.end()


_MOST = 40
"""Words of a title."""


def _shortest(title: str, authors: str, behind: str, *, sure: bool, free: bool) -> int:
    """Return how many words a title must have to be one; `free`: neither a number nor a mark says that it is."""
    if free and _DATED_INSIDE.search(title):  # AlexNet (2012), VGG (2014)
        return _MOST + 1
    if free and has_cjk(title):
        return 1 if has_cjk(authors[:1]) and (_HAN_PLACE.match(behind) or VENUE_HERE.match(behind)) else _MOST + 1
    placed = _BOOK.match(behind) or VENUE_HERE.match(behind) or _JOURNAL.match(behind)
    return 1 if sure or (_LISTED.search(authors) and placed) else 3


def _bare(title: str) -> str:
    """Return a title without what ends it, and without quotes that stand around the whole of it."""
    title = clean(title).strip(" ,.")
    inside = title[1:-1]
    whole = title[:1] in '“"' and title[-1:] in '”"' and not any(mark in inside for mark in '“”"')
    if whole or title.count('"') % 2 or title.count("“") != title.count("”"):
        return title.strip(' ,.“”"')
    return title


def _venue(behind: str) -> str:
    """Return the venue in what stands behind a title."""
    words = _BEHIND_VENUE.split(clean(behind).strip(" .,，．。/"), maxsplit=1)[0]
    words = _AROUND_VENUE.sub("", words)
    return words if keeps_number(words) else edition_off(_TOWN.sub("", _VOLUME.sub("", words)))


def _list_of(authors: str) -> str:
    """Return the authors of an entry without the stop that ends them; the stop of an initial stays."""
    authors = authors_text(authors.rstrip(" ,."))
    return authors + "." if re.search(rf"(?:\A|[\s.]){CAPITAL}\Z", authors) else authors


_TURNED = lazy(rf"[^\W\d_a-z][\w’'\-]{{1,30}}, {CAPITAL}[\w’'\-]{{1,20}} {CAPITAL}\.\s(?=[A-Z])")
"""`Moreau, Ana B. `: one author as Chicago and MLA have it, whose initial ends with the stop."""
_ET_AL_DOT = lazy(rf"\bet al\.\s+(?=[A-Z0-9\"“{SIGNS}])")


def _author_dot(line: str, *, numbered: bool) -> tuple[int, int] | None:
    """Find the full stop that ends the authors; return its (start, end)."""
    families = _FAMILIES_FIRST.match(line)
    if families and all_names(_INITIALS.sub("", families["names"])) and not _goes_on(line, families):
        return families.end("names") - 1, families.end()
    turned = _TURNED.match(line)
    stop = _DOT.search(line, turned.end()) if turned else None
    if turned and stop and not all_names(line[turned.end() : stop.start()]) and all_names(turned[0]):
        return turned.end() - 2, turned.end()
    et_al = _ET_AL_DOT.search(line[:3000]) if "et al." in line else None
    for dot in _DOT.finditer(line):
        if et_al and et_al.end() <= dot.start():
            break
        authors = line[: dot.start()]
        inside = ET_AL.search(authors)
        if inside and inside.end() < len(authors):  # `Abbott et al., Phys. Rev. Lett.` has no title
            break
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


def _venue_comma(line: str, start: int, end: int, year: int) -> int:
    """Return where a title from `start` ends that a year follows: at a comma with a known venue behind it, or at `end`."""
    if year < end or line[end:year].strip(" ,."):  # the year stands in front, or a venue between title and year
        return end
    commas = (comma for comma in re.finditer(r", ", line[start:end]) if VENUE_HERE.match(line, start + comma.end()))
    first = next(commas, None)
    return start + first.start() if first else end


_FAMILY_BEHIND = lazy(r"[^\W\d_a-z][\w’'\-]{1,30}, [A-Z]")
"""Behind `Christopher M.`: a name in one word, and a title or another name."""


def _goes_on(line: str, families: re.Match[str]) -> bool:
    """Tell `William F. Whitney, Jacob Varley, and Ana Lee. Title.` from `Whitney W. Title.`: names follow the initial.

    DBLP ends the names with a colon.
    """
    if "," not in families["names"] and _FAMILY_BEHIND.match(line, families.end()):
        return True
    stop = _DOT.search(line, families.end()) if "," not in families["names"] else None
    following = line[families.end() : stop.start()] if stop else ""
    names, colon, _ = following.partition(": ")
    if colon and " " in names.partition(", ")[2] and all_names(names):
        return True
    return "," in following and all_names(following)


def _han_dot(line: str) -> tuple[int, int] | None:
    """Find the full stop behind Chinese authors."""
    dot = _HAN_DOT.search(line)
    return (dot.start(), dot.end()) if dot and all_names(line[: dot.start()]) else None
