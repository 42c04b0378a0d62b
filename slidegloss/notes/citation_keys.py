"""Short keys: `[Liu et al. 2010, 2015]`, `Ho et al. (2022)`, `Song and Ermon, NeurIPS, 2019`."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import Finder, Found, label_end, lines_of
from slidegloss.notes.citation_when import after_venue
from slidegloss.notes.citation_words import (
    EARLY_YEAR,
    ET_AL,
    MONTHS,
    VENUE_HERE,
    YEAR,
    When,
    all_names,
    authors_text,
    clean,
    has_cjk,
    is_name,
    is_title_like,
    label_year,
    names_start,
    names_thing,
    venue_name,
)
from slidegloss.notes.running_text import Anchor

_YEARS = rf"{YEAR}[a-z]?(?:\s?[,，/&]\s?(?:{YEAR}[a-z]?|[a-z](?![\w])))*"
_BRACKETED = re.compile(
    rf"[(（\[【［](?P<body>[^()（）\[\]【】［］\n]{{2,300}}?\b{YEAR}[a-z]?(?:,\s?[a-z])?)[)）\]】］]"
)
_KEY = lazy(
    rf"(?P<lead>(?:see\s|e\.g\.,?\s|cf\.\s|also\s|by\s|from\s)*)(?P<authors>[^\d;]{{2,120}}?)[\s,.，]{{1,3}}(?P<years>{_YEARS})\Z"
)
_TITLED = lazy(
    rf"[\[【［](?P<authors>[^\d\[\]【】［］\n]{{2,120}}?)[\s,]{{1,3}}(?P<year>{YEAR})(?:\s?[–—]\s?|\s-\s)(?P<title>[^\[\]【】［］\n]{{8,200}})[\]】］]"
)
_TITLED_LINK = lazy(
    rf"(?P<authors>[^\d\n:：]{{2,120}}?)[\s,]{{1,3}}\(?(?P<year>{YEAR})\)?(?:\s?[–—:：]\s?|\s-\s)(?P<title>[^\n]{{8,200}})"
)
_FIRMS = frozenset({
    "adobe", "alibaba", "amazon", "anthropic", "apple", "baidu", "bilibili", "bytedance", "deepmind", "deepseek", "disney",
    "facebook", "github", "google", "huawei", "intel", "kaggle", "meta", "microsoft", "nvidia", "openai", "runway", "tencent",
    "ubisoft", "wikipedia", "youtube",
})  # fmt: skip
"""Who made something in a year, `(Google, 2020)`, says no more of a work than that."""
_NARRATIVE = lazy(
    rf"(?P<etal>\bet\.?\s{{0,2}}all?\b\.?|(?<=[a-z])et al\b\.?|等人?)[\s,]{{0,3}}[(（\[]?(?P<years>{_YEARS})[)）\]]?(?![\d])"
)
_COMMA = lazy(r"[ \t\u00a0]?[,，—–\-][ \t\u00a0]?")
_PART = re.compile(r"[^;；]+")
_YEAR_TOKEN = re.compile(rf"{YEAR}[a-z]?")
_SHORT_YEARS = lazy(
    r"(?P<family>[A-Z][\w’'\-]{1,30})(?:\s?\+\s?|,?\set\.?\sal\.?,?\s)"
    rf"(?:(?P<year>{YEAR})|['’‘]?(?P<two>\d\d))[a-z]?(?=\s?[,;\])）］】])"
)
"""`Ho+20` and `Ho et al. 20`, in brackets."""
_SQUARE = lazy(r"[\[［【(（](?P<body>[^\[\]［］【】()（）\n]{4,200})[\]］】)）]")
_PAIR = lazy(
    rf"(?P<two>[A-Z](?<=\b.)[\w’'\-]{{1,30}}(?:,\s[A-Z][\w’'\-]{{1,30}}){{0,6}},?\s(?:and|&)\s[A-Z][\w’'\-]{{1,30}}),?\s[(\[](?P<years>{_YEARS})[)\]]"
)


def short_keys(finder: Finder) -> None:
    """Find `[Liu et al. 2010, 2015]`, `(Ho et al., 2022; Song and Ermon 2019)`, `Ho et al. (2022)`; one work per year."""
    if not finder.dated:
        return
    whole_years = _YEAR_TOKEN.search(finder.text) is not None
    if whole_years:
        _titled_keys(finder)
        _linked_keys(finder)
        _bracketed_keys(finder)
    _short_years(finder)
    if whole_years:
        _narrative_keys(finder)
        _pairs(finder)


def _titled_keys(finder: Finder) -> None:
    """Find keys with a title behind the year: `[Witkin and Kass 1988 – Spacetime constraints]`."""
    text = finder.text
    for match in _TITLED.finditer(text) if "–" in text or "—" in text or " - " in text else ():
        title = clean(match["title"]).strip(" .,")
        if all_names(match["authors"]) and not has_cjk(title):
            authors = authors_text(match["authors"])
            finder.add(Found(match.start("authors"), match.end("title"), title, authors, year=int(match["year"])))


def _linked_keys(finder: Finder) -> None:
    """Find keys with a title behind the year that are the words of a link."""
    for link in finder.flat.links:
        match = _TITLED_LINK.fullmatch(finder.text, link.start, link.end)
        title = clean(match["title"]).strip(" .,") if match else ""
        if match and len(title.split()) > 1 and all_names(match["authors"]) and not has_cjk(title):
            authors = authors_text(match["authors"])
            finder.add(Found(link.start, link.end, title, authors, year=int(match["year"])))


def _bracketed_keys(finder: Finder) -> None:
    """Find the keys in brackets: `(Ho et al., 2022; Song and Ermon 2019)`."""
    for match in _BRACKETED.finditer(finder.text):
        for start, key in _keys_of(match):
            begin, years = start + key.start("authors"), start + key.start("years")
            _one_per_year(finder, begin, authors_text(key["authors"]), years, key["years"])


def _narrative_keys(finder: Finder) -> None:
    """Find `Ho et al. (2022)` in a sentence, and behind a title that is a link at the start of a line."""
    text = finder.text
    for match in _NARRATIVE.finditer(text) if "et" in text or "等" in text else ():
        link = _title_before(finder, match.start())
        start = names_start(text, max(link.end if link else 0, match.start() - 200), match.start())
        if start >= match.start():
            continue
        authors = authors_text(text[start : match.end("etal")])
        if link and len(match["years"]) <= 5 and _begins_line(finder, link, start):
            title = clean(text[link.start : link.end])
            finder.add(Found(link.start, match.end(), title, authors, year=int(match["years"][:4])))
        else:
            _one_per_year(finder, start, authors, match.start("years"), match["years"], end=match.end())


def _pairs(finder: Finder) -> None:
    """Find `Song and Ermon (2019)` in a sentence, with more names in front or without."""
    text = finder.text
    for match in _PAIR.finditer(text) if "and" in text or "&" in text else ():
        two = _without_adverb(match["two"])
        if all_names(two) and not _ACRONYMS.search(two) and not _elsewhere(two) and not names_thing(two):
            start = match.end("two") - len(two)
            _one_per_year(finder, start, two, match.start("years"), match["years"], end=match.end())


_ACRONYMS = lazy(r"\b[A-Z0-9]{2,}\b(?!-[a-z])|\b(?!(?:Mac|Mc|De|Del|Di|Du|La|Le|Van|Von|Fitz|O)[A-Z])[A-Z][a-z]+[A-Z]")
"""Methods (`ResNet and VGG (2015)`), which people are not called."""
_JOINED = re.compile(r",\s(?:and|&)\s|\s&\s")
_ADVERB = lazy(
    r"(?:[A-Z][a-z]*ly|Later|Moreover|Furthermore|Further|Thus|Hence|Here|Then|Next|Instead|Indeed|Today|Now|Still|Yet|Again"
    r"|Earlier|Afterwards?|Meanwhile|Nevertheless|Nonetheless|Therefore|Conversely|Besides|First|Second|Third|Last|In|[A-Z][a-z]*ing),\s"
)


def _without_adverb(names: str) -> str:
    """Return the names of a list in prose: what a sentence begins with is none; two with a plain `and` are all there are."""
    adverb = _ADVERB.match(names)
    names = names[adverb.end() :] if adverb else names
    return names if _JOINED.search(names) else names.rpartition(", ")[2]


def _short_years(finder: Finder) -> None:
    """Find `[Ho+20, Song+21]`, `(Vaswani+ 2017)`, `[Ho et al. 20]` and `Ho et al. '20`.

    In round brackets two figures without an apostrophe may be a page.
    """
    text = finder.text
    if "+" not in text and "et" not in text:
        return
    for bracket in _SQUARE.finditer(text):
        for match in _SHORT_YEARS.finditer(text, bracket.start(), bracket.end()):
            round_page = match["two"] and text[bracket.start()] in "(（" and "+" not in match[0] and "'" not in match[0]
            if not round_page and is_name(match["family"]) and not _ACRONYMS.search(match["family"]):
                _short_year(finder, match)
    for match in _ET_AL_SHORT.finditer(text) if "'" in text or "’" in text else ():
        if is_name(match["family"]):
            _short_year(finder, match)


_ET_AL_SHORT = lazy(r"(?P<family>[A-Z][\w’'\-]{1,30}),?\set\.?\sal\.?,?\s['’‘](?P<year>(?!))?(?P<two>\d\d)(?![\d\w])")


def _short_year(finder: Finder, match: re.Match[str]) -> None:
    """Keep a key whose year has two figures, or four behind a `+`."""
    year = label_year(match["year"] or match["two"])
    finder.add(Found(match.start(), match.end(), authors=f"{match['family']} et al.", year=year))


def _title_before(finder: Finder, at: int) -> Anchor | None:
    """Return the link a little before a place if its words are a title, not names."""
    link = finder.link_before(at)
    title = clean(finder.text[link.start : link.end]) if link and at - link.end < 200 else ""
    return link if is_title_like(title) and not all_names(title) else None


def _begins_line(finder: Finder, link: Anchor, names: int) -> bool:
    """Say whether a line begins with the link, and the names follow: `[Title](…), Kim et al., 2021`."""
    lead = "\n" * (link.start < 10) + finder.text[max(0, link.start - 10) : link.start]
    _, newline, bullet = lead.rpartition("\n")
    return bool(newline) and not bullet.strip(" -•*\t\u00a0") and bool(_COMMA.fullmatch(finder.text, link.end, names))


def _keys_of(bracket: re.Match[str]) -> list[tuple[int, re.Match[str]]]:
    """Return the keys in a bracket, each with where its part of the bracket starts in the text.

    In round ones, a name and a year with nothing between them, `(Li & Wang, 2019; Chen 2020)`, are a key beside another.
    """
    keys = []
    for part in _PART.finditer(bracket["body"]):
        words = part[0].strip()
        key = _KEY.match(words)
        if key:
            comma = "," in words[key.end("authors") : key.start("years")]
            keys.append((bracket.start("body") + part.start() + part[0].index(words), key, comma))
    square = bracket[0][0] in "[【［"
    square = square or any(_is_key(key["authors"], square=False, comma=comma) for _, key, comma in keys)
    return [(start, key) for start, key, comma in keys if _is_key(key["authors"], square=square, comma=comma)]


def _is_key(authors: str, *, square: bool, comma: bool) -> bool:
    """Say whether words in front of a year in brackets are its authors.

    One name alone is, in square brackets or where a comma parts it from the year (`comma`), unless the word is a place, a
    firm, a month or a thing: a year stands behind these, too.
    """
    if not all_names(authors):
        return False
    if ET_AL.search(authors):
        return authors[0].isascii() or "等" not in authors  # 图像等 are no persons
    if re.search(r"\sand\s|&|\s[和与]\s", authors):
        return True
    one = authors.strip(" ,")
    families = one.split(", ")
    if square and len(families) > 2 and len(families) == len(one.split()) and not any(map(str.isupper, families)):
        return True  # [LeCun, Bottou, Bengio, Haffner 1998]
    if len(families) == 2 and not comma and _are_families(families):
        return True
    one = _PARTICLE.sub("", one)
    return (
        (square or comma)
        and not names_thing(one)
        and not _elsewhere(one)
        and len(one.split()) <= 2
        and one[:1].isupper()
        and len(one) > 2
        and is_name(one.split()[-1])
        and not one.isupper()
        and not MONTHS.match(one)
    )


def _elsewhere(words: str) -> bool:
    """Say whether one of some words is a firm, a town or a day."""
    return not (_FIRMS | _PLACES).isdisjoint(words.casefold().replace(",", " ").split())


def _are_families(words: list[str]) -> bool:
    """Say whether the words of `(Li, Wang 2019)` are two persons, not a town and its country."""
    return all(
        " " not in word
        and len(word) > 1
        and not word.isupper()
        and not names_thing(word)
        and not MONTHS.match(word)
        and not _ACRONYMS.search(word)
        and not _elsewhere(word)
        for word in words
    )


_PLACES = frozenset({
    "america", "amsterdam", "argentina", "australia", "austria", "autumn", "barcelona", "beijing", "belgium", "berlin",
    "boston", "brazil", "britain", "cambridge", "canada", "chile", "china", "copenhagen", "denmark", "egypt",
    "elsevier", "england", "estonia", "europe", "fall", "finland", "france", "friday", "geneva", "germany", "greece",
    "hawaii", "honolulu", "hungary", "iceland", "india", "indonesia", "iran", "ireland", "israel", "italy", "japan",
    "kenya", "korea", "kyoto", "lisbon", "london", "madrid", "malaysia", "melbourne", "mexico", "milan", "monday",
    "montreal", "munich", "nature", "netherlands", "norway", "oxford", "paris", "poland", "portugal", "prague",
    "romania", "rome", "russia", "rwanda", "saturday", "science", "scotland", "seattle", "seoul", "shanghai",
    "shenzhen", "singapore", "slovenia", "spain", "spring", "springer", "stockholm", "summer", "sunday", "sweden",
    "switzerland", "sydney", "taiwan", "thailand", "thursday", "tokyo", "toronto", "tuesday", "turkey", "ukraine",
    "vancouver", "venice", "vienna", "vietnam", "wales", "wednesday", "wiley", "winter", "zurich",
})  # fmt: skip
"""Where conferences are held, who prints books, and when: in brackets, too, a year stands behind them."""
_PARTICLE = lazy(r"\A(?:v[ao]n|de|di|da|del|ten|ter|zu)\s(?:de[rnm]?\s|la\s)?(?=[A-Z])")


def _one_per_year(finder: Finder, start: int, authors: str, at: int, years: str, end: int = 0) -> None:
    """Keep a work for each of the years, which stand at `at`: the first with the authors in front, who start at `start`.

    The last one ends at `end` if that closes a bracket.
    """
    tokens = list(_YEAR_TOKEN.finditer(years))
    short = _short_before(finder, start) if finder.setting.is_heading else ""
    for number, token in enumerate(tokens):
        begin = start if number == 0 else at + token.start()
        stop = at + token.end()
        if number == len(tokens) - 1 and not set(")]）").isdisjoint(finder.text[stop:end]):
            stop = end
        finder.add(Found(begin, stop, authors=authors, year=int(token[0][:4]), short=short))


def _short_before(finder: Finder, start: int) -> str:
    """Read the name in the heading `ControlVideo (Zhang et al. 2023)`."""
    head = clean(finder.text[:start]).rstrip(" ([（【［") if start < 300 else ""
    return head if 0 < len(head.split()) <= 4 and not has_cjk(head) else ""


_BEHIND_NAMES = lazy(r"[\s,]*(?:\sin)?\s*\Z")
_IN = re.compile(r"\sin\s+\Z")
_IN_WORDS = lazy(
    r"(?P<venue>(?:[A-Z][\w\-]+|of|and|on|the|their|for|in)(?:\s(?:[A-Z][\w\-]+|of|and|on|the|their|for|in)){1,8}),\s"
    + YEAR
)
_IN_PHRASE = lazy(r"(?:\A|\s)(?:[A-Z][\w’'\-]{0,20}|on|of|for|with|about|the|an?|us(?:e|ing))\s\Z")
"""A capital on the word in front of a name, or a small word: the name is the end of a title or a matter, `All About Cranes, in CVPR 2021`."""


def _keys_in_order(text: str) -> list[re.Match[str]]:
    """Return where authors end that a venue may follow, in Latin letters and in Chinese, in the order of the text."""
    return sorted((*_NAMED_VENUE.finditer(text), *_HAN_KEY.finditer(text)), key=lambda match: match.start())


_NAMED_VENUE = re.compile(
    r"[A-Z][\w’'\-]{1,30}(?:\set\sal\.?)?,?\s+(?:in\s+)?(?=[A-Z]|(?:ar[Xx]|bioRx|medRx|chemRx)iv\b)"
)


_HAN_KEY = lazy(r"等人?[，,]\s?(?=[A-Z])")
_VOLUME = lazy(
    r"(?P<venue>[A-Z][A-Za-z&]{0,20}\.?(?:\s[A-Z][A-Za-z&]{0,20}\.?){0,6},?\s)(?P<volume>[A-Z]?\d{1,4}(?:\s?\(\d{1,3}\))?[,:]\s?[A-Z]?\d{1,7}"
    rf"(?:\s?[–-]\s?[A-Z]?\d{{1,7}})?),?\s\((?P<year>{YEAR}|{EARLY_YEAR})\)"
)
"""`Phys. Rev. Lett. 116, 061102 (2016)`: a journal, its volume and a page, in physics without a title in front."""


def volumes(finder: Finder) -> None:
    """Find `Abbott et al., Phys. Rev. Lett. 116, 061102 (2016)`, with a title behind the authors or without."""
    text = finder.text
    for start, end in lines_of(text) if "(" in text else ():
        if not finder.free(start, end):
            continue
        lead = label_end(text[start:end])
        volume = _VOLUME.search(text, start + lead, end)
        head = text[start + lead : volume.start()] if volume else ""
        if volume is None or not head.endswith(", ") or "\n" in volume["venue"]:
            continue
        head = head[:-2]
        skip = len(_ENTRY.match(head)[0])  # type: ignore[index]
        head = _FOR_WHOM.sub("", head[skip:])
        et_al = ET_AL.search(head)
        authors, title = (head[: et_al.end()], head[et_al.end() :]) if et_al else (head, "")
        if not et_al and not _SEVERAL.search(head):
            continue
        title = clean(title).strip(' ,."“”')
        if not all_names(authors) or (title and (len(title.split()) < _FEWEST or not title[0].isupper())):
            continue
        if ET_AL.search(title) or _YEAR_TOKEN.search(title):
            continue
        venue = venue_name(volume["venue"].strip(" ,"))
        at = start + lead + skip
        finder.add(Found(at, volume.end(), title, authors_text(authors), venue, int(volume["year"])))


_ENTRY = lazy(r"(?:[\s\-•*]*(?:\[\d{1,3}\]|\d{1,3}\.)?\s*)?")
_SEVERAL = lazy(r"(?:\A|\s)[A-Z]\.|\s(?:and|&)\s|\sCollaboration\Z")
_FOR_WHOM = lazy(r"(?<=et al\.)\s\([^()]{2,60}\)")
_FEWEST = 3


def authors_and_venue(finder: Finder) -> None:
    """Find `Song and Ermon, NeurIPS, 2019`, `Song et al., ICLR 2021` and `Vincent, in Neural Computation, 2011`."""
    text = finder.text
    if not finder.dated:
        return
    floor = 0
    for match in _NAMED_VENUE.finditer(text) if "等" not in text else _keys_in_order(text):
        if match.start() >= floor and (found := _before_venue(finder, floor, match)):
            finder.add(found)
            floor = found.end


def _before_venue(finder: Finder, floor: int, match: re.Match[str]) -> Found | None:
    """Read what ends with a venue behind a name, `match`, and begins at `floor` or later."""
    text = finder.text
    when = _venue_behind(text, match)
    if when is None:
        return None
    names_end = match.end() - len(_BEHIND_NAMES.search(match[0])[0])  # type: ignore[index]
    et_al = ET_AL.search(text, match.start(), names_end)
    start = names_start(text, floor, et_al.start() if et_al else names_end)
    authors = authors_text(text[start:names_end])
    if _NO_WORK.search(authors):
        return None
    one = authors.removeprefix("al., ")
    if not et_al and " " not in one and (_CAMEL.match(one) or _elsewhere(one)):
        return _method_behind(finder, floor, text.rindex(one, start, names_end), one, when)
    title, authors = _thing_in_front(authors)
    if " " in title and (
        _BULLET.fullmatch(text, text.rfind("\n", 0, start) + 1, start) is None or not _ENDS.match(text, when.end)
    ):
        start, title = text.index(authors, start) if authors else names_end, ""
    if title and not authors:
        return Found(start, when.end, title, "", when.venue, when.year, arxiv=when.arxiv)
    if (
        start < names_end
        and all_names(authors)
        and len(authors.split()) <= 8
        and not authors.startswith("al.")
        and (et_al or not names_thing(authors))
        and (et_al or not _IN_PHRASE.search(text, max(start - 24, 0), start))
        and ("," in match[0] or et_al or " and " in authors)
        and ("\n" not in match[0] or et_al or " and " in authors)
    ):
        title, short = (title, "") if " " in title else ("", title)
        return Found(start, when.end, title, authors, when.venue, when.year, short, arxiv=when.arxiv)
    return None


def _venue_behind(text: str, match: re.Match[str]) -> When | None:
    """Read the venue right behind a name, with its year close to it."""
    venue = VENUE_HERE.match(text, match.end())
    if venue is None and _IN.search(match[0]):
        venue = _IN_WORDS.match(text, match.end())
    if venue is None:
        return None
    when = after_venue(text, venue.end("venue"), venue["venue"])
    farthest = 24 if venue["venue"].endswith("xiv") else 8
    return when if when.year is not None and when.end - venue.end("venue") <= farthest else None


def _method_behind(finder: Finder, floor: int, at: int, method: str, when: When) -> Found | None:
    """Read `He et al., ResNet, ICCV 2017`: who made a method, its name, where and when; `at` is where the name stands."""
    et_al = _ET_AL_COMMA.search(finder.text[:at], floor)
    start = names_start(finder.text, floor, et_al.start()) if et_al else at
    if et_al is None or start >= et_al.start():
        return None
    authors = authors_text(finder.text[start : et_al.end()])
    short = method if _CAMEL.match(method) and method.casefold() not in _FIRMS else ""
    return Found(start, when.end, "", authors, when.venue, when.year, short, arxiv=when.arxiv)


_ET_AL_COMMA = lazy(r"\bet\sal\.?,\s\Z")


def _thing_in_front(words: str) -> tuple[str, str]:
    """Part `Segment Anything, Kirillov et al.` and `Dean & Ghemawat, MapReduce` in title and authors: both read like names."""
    first, *others = words.split(", ")
    if " " in first and not ET_AL.search(first) and (names_thing(first) or _ACRONYMS.search(first)):
        return first, ", ".join(others)
    if others and " " not in others[-1] and _CAMEL.search(others[-1]):
        return others[-1], ", ".join((first, *others[:-1]))
    return "", words


_CAMEL = lazy(r"\A(?!(?:Mac|Mc|De|Del|Di|Du|La|Le|Van|Von|Fitz|O)[A-Z])(?:[A-Z][a-z]+[A-Z]|[A-Z]{3})")
_NO_WORK = lazy(
    r"\b(?:awards?|challenge|competition|course|demo|finalist|keynote|oral|poster|presentation|panel|session|spotlight|talk|track"
    r"|tutorial|workshops?)\b",
    re.IGNORECASE,
)
"""What is held or given at a conference."""
_BULLET = lazy(r"[\s\-•*]*")
_ENDS = lazy(r"[\s.)]*(?:\n|\Z)")
