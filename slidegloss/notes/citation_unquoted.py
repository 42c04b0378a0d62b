"""Titles in no quotes, on lines of their own: `Ho et al., Title, NeurIPS 2020` and books with their publishers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import LINE_YEAR, QUOTE, Finder, Found, label_end, lines_of, made, prefix_before
from slidegloss.notes.citation_when import PRESS_LAST, PUBLISHED, after_venue, when_after
from slidegloss.notes.citation_words import (
    CAPITAL,
    ET_AL,
    MONTH,
    VENUE_HERE,
    YEAR,
    When,
    all_names,
    authors_text,
    begins_sentence,
    clean,
    edition_off,
    ends_with_names,
    has_cjk,
    is_title_like,
    names_start,
    names_thing,
    venue_name,
)

_FAMILY_FIRST = r"[^\W\d_][\w.’'\-]*(?:\s[\w.’'\-]+){0,3},\s[^\W\d_][\w.’'\-]*(?:\s[^\W\d_][\w.’'\-]*){0,3}"
_SENTENCE_END = lazy(r"[.?!](?=\s)")
_LAST_PART = re.compile(r"[,.]\s{1,3}|，\s?")


def unquoted(finder: Finder) -> None:
    """Find `Ho et al., Title without quotes, NeurIPS 2020` and, in references, `Title without authors, ICLR 2022`."""
    text = finder.text
    if "Press" in text:
        _without_year(finder)
    for start, end in _unwrapped(text) if finder.dated else ():
        line = text[start:end].replace("\n", " ")
        if not finder.free(start, end) or len(line) > 700 or not LINE_YEAR.search(line):
            continue
        label = label_end(line)
        if has_cjk(line) and _has_han_title(line[label:]):
            continue
        cut, when = _cut_of_line(line, label)
        rest = _BEHIND.sub("", line[when.end :]).strip(' .,;)]"”。') if when else ""
        ends = len(rest) <= _SHORT_REST and not _GOES_ON.match(rest)
        found = _unquoted_line(finder, start, line[:cut], when, label) if when and ends else None
        if found:
            finder.add(found)


def _without_year(finder: Finder) -> None:
    """Find `Moreau and Tamm, Folding for All. MIT Press`: a book of two or more authors, and no year on its line."""
    for start, end in lines_of(finder.text):
        line = finder.text[start:end]
        press = PRESS_LAST.search(line) if finder.free(start, end) and not LINE_YEAR.search(line) else None
        lead = label_end(line) or len(line) - len(line.lstrip(" -•*\u00a0\t"))
        head = line[lead : press.start()] if press else ""
        found = _book(finder, start + lead, end, head, When(end, press["venue"], None)) if press else None
        if found and _JOINED.search(found.authors) and is_title_like(found.title):
            finder.add(found)


def _unwrapped(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of a text; a line without a year is one with the next if that begins with a venue."""
    for start, end in lines_of(text):
        if not LINE_YEAR.search(text, start, end) and VENUE_HERE.match(text, end + 1):
            newline = text.find("\n", end + 1)
            yield start, newline if newline >= 0 else len(text)
        else:
            yield start, end


def _has_han_title(line: str) -> bool:
    """Say whether a line has Chinese words that are no names in front of `等` or `et al.`."""
    et_al = ET_AL.search(line)
    return has_cjk(line[et_al.end() :]) or not all_names(line[: et_al.start()]) if et_al else has_cjk(line)


_ALONE = lazy(rf"(?:{MONTH}\s)?(?P<year>{YEAR})[\s.)]*\Z")


_OTHER_KEY = lazy(rf"{YEAR}[a-z]?\s?[;；\])）]|\bet\sal\b")
_GOES_ON = lazy(r"(?:is|are|was|were|has|have|had|shows?|took)\s")
"""How a sentence goes on behind what only looks like a citation."""
_BEHIND = lazy(r"\A[\s.]*\([A-Z][A-Za-z ,-]{2,40}\)|\[[^\[\]\n]{1,30}\]|https?://\S+")
"""What lists have behind a year: a prize, the words of links, an address."""
_SHORT_REST = 24
"""Characters behind the year of a line that cites nothing else."""


def _cut_of_line(line: str, start: int) -> tuple[int, When | None]:
    """Return the last comma of a line that venue and year follow, and these; for want of one that before its last year."""
    cut, lone = 0, None
    for comma in reversed(list(_LAST_PART.finditer(line, start))):
        at = comma.end()
        venue, book = VENUE_HERE.match(line, at), PUBLISHED.match(line, at)
        when = after_venue(line, venue.end(), venue["venue"]) if venue else None
        if book and not (when and when.year):
            when = When(book.end(), venue_name(book["venue"]), int(book["year"]))
        if when and when.year:
            return comma.start(), when
        alone = None if lone else _ALONE.match(line, at)
        if alone:
            cut, lone = comma.start(), When(alone.end("year"), "", int(alone["year"]))
    return cut, lone


def _unquoted_line(finder: Finder, offset: int, head: str, when: When, label: int) -> Found | None:
    lead = label or len(head) - len(head.lstrip(" -•*\u00a0\t"))
    et_al = ET_AL.search(head)
    if et_al:
        return _behind_et_al(finder, offset, head, when, lead, et_al)
    return _without_et_al(finder, offset, head, when, lead) if when.venue else None


def _without_et_al(finder: Finder, offset: int, head: str, when: When, lead: int) -> Found | None:
    start, end, head = offset + lead, offset + when.end, head[lead:]
    if PUBLISHED.match(f"{when.venue}, {when.year}"):
        return _book(finder, start, end, head, when)
    listing = _listed_with_colon(finder, start, end, head, when)
    if listing:
        return listing
    first, _, rest = head.partition(", ")
    if _OF_BIBTEX.fullmatch(head.strip(" .,")):
        return None
    if named := _names_behind(finder, start, head):
        return made(finder, start, end, named[0], named[1], when)
    of_person = all_names(first) and not names_thing(first)
    if of_person and not _INITIAL.match(rest) and len(rest.split()) >= 4 and len(first.split()) <= 5:
        return made(finder, start, end, clean(rest).strip(' ,."“”'), clean(first), when)
    title = clean(head)
    if "," in title and all_names(title.replace("&", "and")):  # `Rumelhart, Hinton & Williams, Nature 1986`
        return None
    if (
        is_title_like(title)
        and not begins_sentence(title)
        and 4 <= len(title.split()) <= 30
        and not re.search(r"[.;]\s", title)
    ):
        return made(finder, start, end, title.strip(' ,."“”'), "", when)
    return None


def _names_behind(finder: Finder, start: int, head: str) -> tuple[str, str] | None:
    """Read `Title, Ana Moreau and Bo Tamm`, `Title. Ana Moreau, Bo Tamm` and `[Title](…) – Ana Moreau`: title and authors."""
    marked = [*finder.flat.strong, *((link.start, link.end) for link in finder.links_in(start - 1, start + 1))]
    last = max((end for begin, end in marked if begin == start and end < start + len(head)), default=0)
    if last:
        title, names = head[: last - start], head[last - start :]
        return _title_and_names(title, names, 1)
    stops = [*_SENTENCE_END.finditer(head), *_DASH.finditer(head), *_OPENING.finditer(head)]
    for stop in sorted(stops, key=lambda match: match.start()):
        end = stop.start() if stop[0] == "." else stop.end()
        if named := _title_and_names(head[:end], head[stop.end() :], 1):
            return named
    commas = [match.start() for match in re.finditer(", ", head)]
    parted = (_title_and_names(head[:comma], head[comma:], 2) for comma in commas)
    return next(filter(None, parted), None)


def _title_and_names(title: str, names: str, fewest: int) -> tuple[str, str] | None:
    """Return a title and its authors where words are both: at least so many persons, each with a first name."""
    title, names = clean(title).strip(" ,.|(–—-"), clean(names).strip(" ,.|(–—-*")
    persons = _BETWEEN_PERSONS.split(names)
    if len(persons) < fewest or not all(" " in one and len(one.split()) <= _MOST_OF_PERSON for one in persons):
        return None
    if names_thing(names) or not all(map(all_names, persons)) or begins_sentence(title) or all_names(title):
        return None
    count = len(title.split())
    return (title, names) if is_title_like(title) and _FEWEST <= count <= _MOST and not _INNER.search(title) else None


_FEWEST, _MOST = 3, 30
"""Words of a title that its authors follow."""
_MOST_OF_PERSON = 4
_BETWEEN_PERSONS = lazy(r",?\s(?:and|&)\s|[,;]\s")
_DASH = lazy(r"\s[–—-]\s")
_OPENING = lazy(r"\s[(\[]")
_INNER = lazy(r"[.;]\s")


def _behind_et_al(finder: Finder, offset: int, head: str, when: When, lead: int, et_al: re.Match[str]) -> Found | None:
    """Read the title behind `Ho et al.,`, or the one in front of it."""
    names = names_start(head, lead, et_al.start())
    title = edition_off(clean(head[et_al.end() :]).strip(' ,.:，"“”'))
    begins = names == lead and title[:1].isupper()
    if names == et_al.start() or not (when.venue or begins):
        return None
    edition = None if when.venue else _EDITION_INSIDE.search(title)
    if edition:
        title, when = title[: edition.start()], when._replace(venue=edition["venue"])
    start, end, authors = offset + names, offset + when.end, authors_text(head[names : et_al.end()])
    if begins and PUBLISHED.match(f"{when.venue}, {when.year}"):
        return made(finder, start, end, title, authors, when)
    if len(title.split()) < 3 and not (begins and len(title.split()) == 2 and not _OF_WHOM.search(title)):
        return _title_first(offset + lead, end, head[lead : et_al.start()], when)
    if QUOTE.search(title) or _OTHER_KEY.search(title):  # the title stands in quotes, or in another citation
        return None
    return made(finder, start, end, title, authors, when, prefix_before(finder.text, start))


_OF_BIBTEX = lazy(rf"{_FAMILY_FIRST}(?:\sand\s{_FAMILY_FIRST}){{1,60}}(?:\sand\sothers)?")
"""Nothing but authors, as BibTeX lists them: `Moreau, Ana and Tamm, Bo C.`"""
_EDITION_INSIDE = lazy(
    r",\s(?:\d{1,2}(?:st|nd|rd|th)|Second|Third)\sed(?:ition|n)?\b\.?,\s(?P<venue>[A-Z][\w&’' ]{2,40})\Z"
)
"""Between a book and who published it."""
_INITIAL = lazy(rf"{CAPITAL}\.")
_OF_WHOM = lazy(
    r"\b(?:Universi|Univ|Institut|Colleg|School|Research|Labs?\b|Inc\b|Team|Group|Google|DeepMind|Meta\b|Microsoft|OpenAI|NVIDIA"
    r"|Nvidia|Stanford|Berkeley|MIT\b|CMU\b|Adobe|Figs?\b|Figure|Table|Slide|Chapter|Section|Appendix)|\d"
)
"""Where authors work, or a part of what they wrote: no title of two words."""
_WITH_INITIAL = lazy(rf"(?:\A|\s){CAPITAL}\.")


def _book(finder: Finder, start: int, end: int, head: str, when: When) -> Found | None:
    """Read `R. Moreau and B. Tamm, Folding for All, 2nd ed.` in front of a publisher: authors, commas, the title last.

    Where a name among the authors has initials, what has none begins the title.
    """
    parts = edition_off(head.strip(" ,.")).split(", ")
    last = len(parts) - 1
    if _WITH_INITIAL.search(parts[0]):
        last = next((number for number, part in enumerate(parts) if not _WITH_INITIAL.search(part)), last)
    elif joined := [number for number, part in enumerate(parts) if _JOINED.search(part)]:
        last = joined[0] + 1
    authors, title = ", ".join(parts[:last]), clean(", ".join(parts[last:])).strip(' ,."“”')
    alone = last == 1 and " " not in authors  # `Moreau, Folding for All, Springer, 2015`
    known = (
        last
        and all_names(authors)
        and (not alone or len(title.split()) > 2)
        and len(parts[0].split()) <= _MOST_OF_NAMES
    )
    if not known or not title[:1].isupper() or has_cjk(title) or _SENTENCE_END.search(title):
        return None
    return made(finder, start, end, title, authors_text(authors), when)


_JOINED = lazy(r"(?:\A|\s)(?:and|&)\s")
_MOST_OF_NAMES = 6
"""Words of one author, or of two with `and` between them."""


def _listed_with_colon(finder: Finder, start: int, end: int, head: str, when: When) -> Found | None:
    """Read `A. Author, B. Author: Title. ICML 2021`, as DBLP has it: two names and more in full, a colon behind the last."""
    listed, colon, title = head.partition(": ")
    names = listed.split(", ") if colon else []
    if len(names) < 2 or len(title.split()) < 3 or not all(" " in name and all_names(name) for name in names):
        return None
    stop = _SENTENCE_END.search(title)  # what was found in front of the year was the last part of a venue
    whole = when_after(finder.text, start + len(listed) + 2 + stop.end()) if stop else None
    if stop and whole and whole.year:
        title, end, when = title[: stop.end()], whole.end, whole
    return made(finder, start, end, clean(title).strip(' ,."“”'), clean(listed), when)


def _title_first(start: int, end: int, head: str, when: When) -> Found | None:
    """Read `Title without quotes, Ho` in front of `et al., NeurIPS 2020`; the title's last words pass for names."""
    title, comma, last = head.rpartition(", ")
    title = clean(title).strip(" .")
    if names := ends_with_names(title):
        title, last = title.removesuffix(names).rstrip(" -–—"), f"{names}, {last}"
    if not comma or not all_names(last) or all_names(title) or not is_title_like(title):
        return None
    return Found(start, end, title, f"{clean(last)} et al.", when.venue, when.year) if len(title.split()) >= 4 else None
