"""A plain scan of slide notes, apart from the program: which slides hold these words?

It reads Markdown line by line with regular expressions, knows nothing of trees, and is the measure for the search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from html import unescape

HAN = "\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
MARKER = re.compile(r"^ {0,3}[Pp](\d+) ?([A-Za-z])?\s*$")
NOT_SHOWN = (
    r"(?s)<!--.*?-->",
    r"(?ms)^```mermaid.*?^```",
    r"(?s)\\\\\(.*?\\\\\)|\\\\\[.*?\\\\\]|\$\$.*?\$\$|\\\(.*?\\\)|\$[^$\n]+\$|\\begin\{(\w+\*?)\}.*?\\end\{\1\}",
    r"(?<=\])\((?:[^()\s]|\([^()]*\))*\)",  # addresses of links and figures
    r"(?s)<(?!br)/?[a-zA-Z][^<>]*>",
)
Slide = tuple[str, str]
"""(page, label of the slide or "" for what stands before the first)."""


def slides(note: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (label, sections): what a slide shows, as written; before the first slide one text for each heading."""
    note = unescape(note.replace("\r\n", "\n"))
    for hidden in NOT_SHOWN:
        note = re.sub(hidden, " ", note)
    label, lines, seen = "", [], dict[str, int]()
    for line in [*note.split("\n"), "P0"]:
        if not (marker := MARKER.match(line)):
            lines.append(line)
            continue
        yield label, (["\n".join(lines)] if label else sections(lines))
        name, lines = f"p{marker[1]}{(marker[2] or '').lower()}", []
        seen[name] = seen.get(name, 0) + 1
        label = name if seen[name] == 1 else f"{name}-{seen[name]}"


def sections(lines: list[str]) -> list[str]:
    return re.split(r"(?m)^(?=#{1,6} )", "\n".join(lines))


def fold(text: str) -> str:
    text = re.sub(r"(?m)^ {0,3}(?:> ?)+", "", text)
    text = re.sub(r"[*`\\]|~~|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])", "", text)
    text = re.sub(rf"(?<=[{HAN}])[ \t]*\n[ \t]*(?=[{HAN}])", "", text)
    text = unicodedata.normalize("NFKC", text).casefold().replace("ς", "σ")
    return re.sub(r"\s+", " ", re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", "", text))


def holds(text: str, term: str) -> bool:
    """Chinese is found anywhere, other words from their start."""
    start = rf"(?<![^\W{HAN}])" if term[0].isascii() else ""
    return re.search(start + re.escape(term), text) is not None


def scan(notes: Mapping[str, str], *terms: str) -> set[Slide]:
    """Return the slides that hold all terms; of a plain note, and of what stands before the first slide, the page."""
    return {
        (page, label)
        for page, note in notes.items()
        for label, parts in slides(note)
        if any(all(holds(fold(part), term) for term in terms) for part in parts)
    }


def questions(notes: Mapping[str, str]) -> set[Slide]:
    """Return the slides with a line that starts with a question mark sign."""
    return {
        (page, label)
        for page, note in notes.items()
        for label, parts in slides(note)
        if any(re.search(r"(?m)(?:^|\|)[ >*]*❓", part) for part in parts)
    }
