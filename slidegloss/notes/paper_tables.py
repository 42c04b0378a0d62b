"""Rows of tables that keep papers by hand (`ID|Year|Name|Note|Tags|Link`, or with Chinese columns), read as data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_finder import Found
from slidegloss.notes.citation_when import bracket_when
from slidegloss.notes.citation_words import YEAR, arxiv_year, clean, has_cjk, ids_of, is_title_like, venue_name
from slidegloss.notes.running_text import Flat

_YEAR = lazy(rf"(?<!\d)(?P<year>{YEAR})(?!\d)")
_IS_LINK = lazy(r"\s*\[?(?:link|pdf|paper|arxiv|html|论文|链接)\]?\s*", re.IGNORECASE)
_NOTHING_SAID = frozenset({"", "-", "—", "–", "/", "?", "？", "无", "未知"})
_NOTHING = Flat("", (), (), ())


def _cell(row: Sequence[Flat], column: int | None) -> Flat:
    return row[column] if column is not None and column < len(row) else _NOTHING


def _split_name(name: str) -> tuple[str, str]:
    """Tell a title from a short name: (title, short)."""
    head = re.match(r"(?P<short>[\w][\w\-+.²³ ]{1,24}): \S", name)
    words = len(name.split())
    if name.startswith(("http://", "https://")) or not name:
        return "", ""
    sentence = re.match(r"(?P<short>[A-Z0-9][\w\-+.]{1,24}), an?\s", name)
    if sentence or re.match(r"(?:the|an?)\s", name) or (words > 18 and not is_title_like(name)):
        # a remark that went into the wrong column names at most the method
        return "", sentence["short"] if sentence else ""
    if words <= 2 and not has_cjk(name):
        return "", name
    return name, head["short"] if head and len(head["short"].split()) <= 3 else ""


def _short_name(words: str) -> str:
    """Return the words of a cell where they can be what a method is called, else nothing."""
    is_name = 0 < len(words.split()) <= _MOST_OF_SHORT and not has_cjk(words) and words not in _NOTHING_SAID
    return words if is_name else ""


_MOST_OF_SHORT = 3


def link_column(cells: Sequence[Flat], columns: dict[str, int]) -> int | None:
    """Return where a row links to its paper: its `Link` column, or where cells are missing, the last that is but a link."""
    column = columns.get("link")
    if column is None or _cell(cells, column).links:
        return column
    return next(
        (at for at in range(len(cells) - 1, -1, -1) if cells[at].links and _IS_LINK.fullmatch(cells[at].text)), column
    )


def read_row(cells: Sequence[Flat], columns: dict[str, int]) -> Found | None:
    """Return the paper that a row is about, found in the cell that names it; None when it names no paper.

    Short and over-long rows are fine; what a row does not say is empty.
    """
    name = _cell(cells, columns["name"])
    text = clean(name.text)
    if text.casefold() in {"", "-", "—", "–", "/", "无"}:
        return None
    date = clean(_cell(cells, columns.get("year", columns.get("venue"))).text)
    year = _YEAR.search(date)
    links = tuple(link.dest for cell in cells for link in cell.links)
    cited = [
        ids_of(link.dest)
        for column in (columns["name"], link_column(cells, columns))
        for link in _cell(cells, column).links
    ]
    title, short = _split_name(text)
    if title and not short:
        short = _short_name(clean(_cell(cells, columns.get("short")).text.split("\n")[0].strip(" `")))
    if not (title or short or any(map(any, cited))):
        return None
    number_in_list = clean(_cell(cells, columns.get("id")).text).strip("[]")
    if not title and year is None and not links and number_in_list in _NOTHING_SAID:
        return None  # a word or two and nothing to find a work by: `Motion Graph` is a method
    if year is None and has_cjk(title) and not any(map(any, cited)) and date not in _NOTHING_SAID:
        return None  # cells that slipped a column: what stands under `Name` is no name, under `Year` no year
    venue = clean(_cell(cells, columns.get("venue")).text)
    in_venue = _YEAR.search(venue)  # the year of `CVPR 2022`, whatever day a preprint had
    when = None if "year" not in columns and year else bracket_when(venue)  # CVPR'23
    if when or in_venue or "year" not in columns:
        venue = when.venue if when else venue_name(_YEAR.sub("", venue).strip(" ,.()'’"))
    venue = "" if venue in _NOTHING_SAID else venue
    dated = when.year if when else int(in_venue["year"]) if in_venue else int(year["year"]) if year else None
    arxiv = next((a for a, _ in cited if a), "")
    posted = arxiv_year(arxiv)
    if posted and dated and not venue and dated > posted + 1:
        dated = posted  # when it was read: `时间` says that, too
    words = name.text.rstrip(" \n\ufffc")
    return Found(
        len(words) - len(words.lstrip()),
        len(words),
        title,
        clean(_cell(cells, columns.get("authors")).text),
        venue,
        dated,
        short,
        tuple(dict.fromkeys(links)),
        arxiv,
        next((d for _, d in cited if d), ""),
    )
