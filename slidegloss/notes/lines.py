"""Source lines of a note: which of them are code, and the repairs CommonMark needs before it reads them.

The repairs are few and each keeps every character the author wrote visible; CORPUS.md counts why they exist.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Sized
from itertools import accumulate, count
from operator import add

from slidegloss.base.patterns import lazy

_FENCE = lazy(r"[ \t]*(?:>[ \t]?)*[ \t]*(?P<fence>`{3,}|~{3,})(?P<rest>.*)")
_FOOTNOTE = lazy(r" {0,3}(?:>[ ]?)*\[\^(?P<label>[^\]\s]+)\]:")
_DELIMITER_ROW = lazy(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_ENDS_TABLE = lazy(r" {0,3}(?:#{1,6}[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t]|[Pp]\d{1,4}[A-Za-z]?[ \t]*$)")
"""What ends a table without a blank line: another block, or the next slide."""
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_SPACED_TARGET = lazy(
    r"(!?\[[^\]\n]*\]\()[ \t]*(?!<)((?:[^()\n<>\"]|\([^()\n]*\))*?[^()\s][ \u00a0](?:[^()\n<>\"]|\([^()\n]*\))*?"
    r"\.(?:png|jpe?g|gif|svg|webp|bmp|mp4|m4v|webm|mov|pdf|md)(?:#[^()\s]*)?)[ \t]*\)",
    re.IGNORECASE,
)

_MAY_BE_SPACED = lazy(r"\]\([ \t]*(?!<)(?:[^()\n<>\"]|\([^()\n]*\))*?[^()\s][ \u00a0]")
"""The part of it that is found quickly, for it starts with plain characters."""


def line_starts(lines: Sequence[Sized]) -> list[int]:
    """Return the offset of each line of a text that has been cut at its line ends."""
    # in C throughout: there are many lines
    return list(map(add, accumulate(map(len, lines[:-1]), initial=0), count()))


def fenced_lines(lines: list[str]) -> list[bool]:
    """Return for each line whether it belongs to a fenced code block, fences included (CommonMark 0.31, section 4.5)."""
    return _fences(lines)[0]


def unclosed_fence(lines: list[str], fenced: Sequence[bool]) -> tuple[int, str] | None:
    """Return the index of the line with a fence that nothing closes, so that all below it is code, and the fence."""
    return _fences(lines)[1] if fenced and fenced[-1] else None


def _fences(lines: list[str]) -> tuple[list[bool], tuple[int, str] | None]:
    inside = [False] * len(lines)
    fence = ""
    opened = until = quote_end = 0
    for index in [index for index, line in enumerate(lines) if "```" in line or "~~~" in line]:
        line = lines[index]
        if fence and index >= until:  # the quote that it stands in has ended, and the code with it
            inside[opened:until] = [True] * (until - opened)
            fence = ""
        if fence:
            found = _FENCE.match(line) if fence in line else None
            if (
                found
                and found["fence"][0] == fence[0]
                and len(found["fence"]) >= len(fence)
                and not found["rest"].strip()
            ):
                inside[opened : index + 1] = [True] * (index + 1 - opened)
                fence = ""
            continue
        found = _FENCE.match(line)
        if found and not (found["fence"][0] == "`" and "`" in found["rest"]):
            fence, opened = found["fence"], index
            until = len(lines)
            if ">" in line[: found.start("fence")]:
                # one quote may hold many fences; its end is looked for once
                until = quote_end = quote_end if index < quote_end else _end_of_quote(lines, index)
    if fence:
        inside[opened:until] = [True] * (until - opened)
    return inside, (opened, fence) if fence and until == len(lines) else None


def _end_of_quote(lines: list[str], at: int) -> int:
    return next((row for row in range(at, len(lines)) if not lines[row].lstrip(" \t").startswith(">")), len(lines))


def footnote_labels(lines: list[str], fenced: list[bool]) -> list[str]:
    """Return the labels of the footnotes that a note defines (`[^label]: …`), in the order of its lines."""
    found = (_FOOTNOTE.match(line) for line, code in zip(lines, fenced, strict=True) if "[^" in line and not code)
    return [match["label"] for match in found if match]


def repair(lines: list[str], fenced: list[bool]) -> tuple[list[str], list[int]]:
    """Make what authors meant readable for CommonMark, outside of code.

    - `![](a b.png)`: a raw space ends a link target, so the target gets angle brackets;
    - a table row with more cells than its head loses them silently, so the head is widened by empty cells;
    - a long rule between the last words and the credit of a note makes a heading of these words, so it gets asterisks.

    Returns the lines (as many as given) and the indexes of the table rows that were too long.
    """
    out = list(lines)
    for index in [index for index, line in enumerate(lines) if "](" in line]:
        line = lines[index]
        if not fenced[index] and _MAY_BE_SPACED.search(line):
            out[index] = _SPACED_TARGET.sub(_bracket_target, line)
    for index in range(max(len(lines) - 12, 0), len(lines) - 1):
        if lines[index].startswith("-----") and not fenced[index] and not lines[index].strip("- \t"):
            below = lines[index + 1]
            if below.startswith(">") and ("出自" in below or "转载" in below):
                out[index] = "***"
    return out, _widen_tables(out, fenced)


def _bracket_target(found: re.Match[str]) -> str:
    before = found.string[: found.start()]
    if before.count("`") % 2:  # inside a code span: shown as written
        return found[0]
    return f"{found[1]}<{found[2]}>)"


def _cells(line: str) -> list[str]:
    cells = _CELL_BORDER.split(line.strip())
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _widen_tables(lines: list[str], fenced: list[bool]) -> list[int]:
    too_long: list[int] = []
    done = 0
    rows = [index for index, line in enumerate(lines[:-1], 1) if "|" in line and "-" in lines[index]]
    for index in rows:
        line = lines[index]
        if index < done or fenced[index] or not _DELIMITER_ROW.match(line):
            continue
        columns = line.strip(" \t>").strip("|").count("|") + 1
        widest = columns
        row = index + 1
        quoted = line.lstrip(" \t").startswith(">")
        while row < len(lines) and lines[row].strip(" \t>") and not fenced[row]:
            if not lines[row].lstrip(" \t").startswith(">") if quoted else _ENDS_TABLE.match(lines[row]):
                break
            if "|" in lines[row]:
                width = len(_cells(lines[row].lstrip(" \t>")))
                if width > columns:
                    too_long.append(row)
                    widest = max(widest, width)
            row += 1
        if widest > columns:
            extra = widest - columns
            lines[index - 1] = _closed(lines[index - 1]) + " |" * extra
            lines[index] = _closed(line) + "--|" * extra
        done = row
    return too_long


def _closed(line: str) -> str:
    line = line.rstrip()
    return line if line.endswith("|") and not line.endswith("\\|") else line + "|"
