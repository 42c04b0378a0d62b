"""Names of files and pages: natural order, addresses in the site, globs, and plain titles."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from slidegloss.base.patterns import lazy

_UNSAFE = re.compile(r'[#?%:*"<>|\\/\x00-\x1f\x7f]')
_WINDOWS_DEVICE = lazy(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
_INDEX = re.compile(r"(?i)(readme|index)$")
_MAX_BYTES = 200
"""File systems allow 255 bytes for a name; a suffix and a number must still fit."""

_NUMBER = lazy(r"(?<=第)([〇零一二三四五六七八九十百]+)|(\d+)")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}


def natural_key(path: str) -> tuple[object, ...]:
    """Return a key that sorts paths as people do: `2` before `10`, `第二章` before `第十章`, an index before all else."""
    parts = []
    for part in path.split("/"):
        folded = unicodedata.normalize("NFC", part).casefold()
        pieces: list[tuple[int, int, str]] = []
        end = 0
        for hit in _NUMBER.finditer(folded):
            pieces.append((1, 0, folded[end : hit.start()]))
            pieces.append((0, _chinese_number(hit[1]) if hit[1] else int(hit[2]), ""))
            end = hit.end()
        pieces.append((1, 0, folded[end:]))
        parts.append((not is_index(part), tuple(piece for piece in pieces if piece != (1, 0, ""))))
    return (tuple(parts), path)


def _chinese_number(text: str) -> int:
    """Read a numeral below a thousand: `十二` is 12, `一百零五` is 105."""
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[char]
    return total + digit


def is_index(name: str) -> bool:
    """Tell whether a file is the page of its folder (`README.md`, `index.md`, in any case), as for mdBook."""
    return _INDEX.match(name.rpartition(".")[0] or name) is not None


def address(path: str) -> str:
    """Return the page of a note, relative to the edition's root: `a/b.md` → `a/b.html`, `a/README.md` → `a/index.html`.

    Unicode stays; characters that break URLs or Windows become `-`.
    """
    *folders, name = path.split("/")
    stem = "index" if is_index(name) else _segment(name.rpartition(".")[0])
    return "/".join([*(_segment(folder) for folder in folders), f"{stem}.html"])


def _segment(name: str) -> str:
    clean = _UNSAFE.sub("-", unicodedata.normalize("NFC", name)).lstrip()
    clean = re.sub(r"[. ]+$", lambda hit: "-" * len(hit[0]), clean)
    clean = _WINDOWS_DEVICE.sub(lambda hit: f"{hit[0]}-", clean, count=1) if _WINDOWS_DEVICE.match(clean) else clean
    return clean.encode("utf-8", "replace")[:_MAX_BYTES].decode("utf-8", "ignore") or "-"


def composed(path: str) -> str:
    """Return a path in Unicode NFC; file names from a Mac may be in NFD."""
    return unicodedata.normalize("NFC", path)


def is_plain(path: str) -> bool:
    """Tell whether a path means the same to all: Windows and browsers take a backslash for a slash."""
    return "\\" not in path and "\n" not in path and "\0" not in path


def fold(path: str) -> str:
    """Return a path in NFC and case-folded: two paths that a case-insensitive file system would confuse are equal."""
    return composed(path).casefold()


def matches(path: str, pattern: str) -> bool:
    """Tell whether a POSIX path fits a glob: `*` and `?` stop at a slash, `**` does not; a folder holds all below it."""
    return _glob(pattern).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    """Translate a glob; `PurePath.match` learns `**` only in Python 3.13."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = re.sub(
        r"\*\*/|\*\*|\*|\?|[^*?]+",
        lambda hit: parts.get(hit[0]) or re.escape(hit[0]),
        pattern.removeprefix("./").rstrip("/"),
    )
    return re.compile(f"{body}(?:/.*)?", re.DOTALL)


def numbered(path: str, taken: Iterable[str]) -> str:
    """Return `a/b-2.html` for `a/b.html`, or the next number that is free; `taken` holds folded paths."""
    used = set(taken)
    stem, dot, suffix = path.rpartition(".")
    number = 2
    while fold(f"{stem}-{number}{dot}{suffix}") in used:
        number += 1
    return f"{stem}-{number}{dot}{suffix}"


def plain_name(name: str) -> str:
    """Return the name of a folder or file as a title: a capital where the author wrote none, hyphens as spaces.

    The number that Notion puts behind each name is cut off.
    """
    name = re.sub(r"(?<=\S) [0-9a-f]{32}\Z", "", name)
    words = name if " " in name else name.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:] if words.islower() else words


def plain_title(markdown: str) -> str:
    """Return the text of a one-line title without emphasis, code marks, links, escapes and entities."""
    # an escaped character is out of reach of the other rules while it stands in the private use area
    text = re.sub(r"\\([!-/:-@\[-`{-~])", lambda hit: chr(0xE000 + ord(hit[1])), markdown)
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
    text = re.sub(r"(\*\*|__|~~|`+)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<!\w)([*_])(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    text = re.sub("[\ue021-\ue07e]", lambda hit: chr(ord(hit[0]) - 0xE000), text)
    return " ".join(html.unescape(text).split())


_OF_SITES = ("static", "public", ".vuepress/public", ".vitepress/public")
"""Folders of which Hugo, Docusaurus, VitePress and VuePress copy the files to the root of a site."""


def roots_of(note: str, notes_root: str) -> tuple[str, ...]:
    """Return the folders that an address such as `/img/a.png` in a note may start from, likeliest first.

    The book may be one folder of what was given to build (`docs`, `content`): so each folder around the note counts.
    """
    parts = note.split("/")[:-1]
    starts = [notes_root, "", *("/".join(parts[:count]) for count in range(1, len(parts) + 1))]
    return tuple(dict.fromkeys([*starts, *(f"{start}/{name}".lstrip("/") for start in starts for name in _OF_SITES)]))


_BEHIND_HEADING = re.compile(r"[ \t]*(?:\{(?:[#.:][^{}]*|docsify-[a-z-]+)\}|[ \t]:id=\S+)$")
"""An id or attributes, and what docsify reads there; none of it is part of the heading's words."""


def first_heading(text: str) -> str:
    """Return the first top heading of a Markdown text as plain words, or an empty string; fences are skipped."""
    fence = ""
    before = ""
    for line in text.split("\n"):
        mark = re.match(r" {0,3}(```+|~~~+)", line)
        if mark and (not fence or (mark[1].startswith(fence) and not line[mark.end() :].strip())):
            fence = "" if fence else mark[1]
        elif not fence:
            if hit := re.match(r" {0,3}#[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$", line):
                if title := plain_title(_BEHIND_HEADING.sub("", hit[1])):
                    return title
            elif re.match(r" {0,3}=+[ \t]*$", line) and before.strip():
                return plain_title(before)
        before = line
    return ""
