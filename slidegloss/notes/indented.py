"""Paragraphs that begin with a tab or four blanks, which CommonMark takes for code and their author does not.

Typora knows no code without a fence, so notes written in it have paragraphs, formulas and figures behind tabs. Where such
lines hold what no program has (a formula, a figure, a sentence in Chinese) and nothing that looks like one, they are read
as the text that they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_words import HAN
from slidegloss.notes.lines import fenced_lines
from slidegloss.notes.markers import is_marker

_MAY_BE = re.compile(r"^(?:[ ]{0,3}\t|[ ]{4})[ \t]*\S|^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ ]{5}|[ ]*\t)", re.MULTILINE)
_INDENT = re.compile(r"[ ]{0,3}\t|[ ]{4}")
_WORDS = lazy(
    r"\$[^$\n]*\\[A-Za-z]{2}[^$\n]*\$|\$[^$\s][^$\n]*[_^][^$\n]*\$|\$\$|\\\\\(|!\[[^\]\n]*\]\([^)\n]+\)|<img\s|\*\*[^*\n]+\*\*"
)
_CODE = lazy(
    r"[;{}]\s*$|[│├└]|^\s*(?://|/\*|\*/|#|>>>|<(?!img\b)|(?:def|class|import|from|return|if|for|while|else|elif|try|with|print|public|"
    r"private|static|void|int|float|double|const|let|var|function|fn|struct|git|cd|sudo|pip|npm|conda|python3?|apt|docker)\b)"
    r"|^\s*[\w.]+(?:\[[^\]]*\])?\s*[-+*/]?=(?!=)\s*\S|^\s*\w[\w.]*\([^)]*\)\s*$"
)
_OPENS = lazy(r"[ ]{0,3}(?:[-*+•](?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$)|\[\^|:[ \t]|!!!|\?\?\?|===)")
"""What may hold indented lines: items, footnotes, definitions, boxes."""
_ITEM = lazy(r"(?P<mark>[ \t]*(?:[-*+]|\d{1,9}[.)]))(?P<gap>[ ]{5,}|[ ]*\t[ \t]*)(?=\S)")
_HEADING = lazy(r"[ ]{0,3}#{1,6}(?:[ \t]|$)")
_FEWEST_HAN = 6
"""Characters of a sentence in Chinese; of an item of a list two are enough."""


def as_text(text: str, before: list[int]) -> tuple[str, list[int]]:
    """Return a note's text with such lines as text, and for each line how many characters of it are cut in front.

    `before` says the same of the text that is given, and is empty where nothing is cut.
    """
    if not _MAY_BE.search(text):
        return text, before
    lines = text.split("\n")
    fenced = fenced_lines(lines)
    out = list(lines)
    at = 0
    while at < len(lines):
        end = at + 1
        if not fenced[at] and _INDENT.match(lines[at]) and lines[at].strip() and _begins_code(lines, at):
            end = _end(lines, fenced, at)
            if _is_text(lines[at:end]):
                out[at:end] = _dedented(lines[at:end])
        elif not fenced[at] and (item := _ITEM.match(lines[at])) and _is_text([lines[at][item.end() :]]):
            out[at] = f"{item['mark']} {lines[at][item.end() :]}"
        at = end
    if out == lines:
        return text, before
    cut = [len(line) - len(new) for line, new in zip(lines, out, strict=True)]
    return "\n".join(out), [sum(both) for both in zip(cut, before or [0] * len(lines), strict=True)]


def _begins_code(lines: Sequence[str], at: int) -> bool:
    """Say whether an indented line begins code: behind a blank line or a heading, and in nothing that holds indented lines."""
    if at and lines[at - 1].strip() and not _HEADING.match(lines[at - 1]):
        return False
    above = at - 1
    while above >= 0 and (not lines[above].strip() or lines[above][0] in " \t"):
        if _OPENS.match(lines[above]):
            return False
        above -= 1
    while above >= 0 and lines[above].strip():
        if _OPENS.match(lines[above]):
            return False
        above -= 1
    return True


def _end(lines: Sequence[str], fenced: Sequence[bool], at: int) -> int:
    """Return where the indented lines end that begin at a line, blank lines between them included."""
    end = at + 1
    for row in range(at + 1, len(lines)):
        if lines[row].strip():
            if fenced[row] or not _INDENT.match(lines[row]):
                break
            end = row + 1
    return end


def _is_text(lines: Sequence[str]) -> bool:
    """Say whether lines hold what no program has, and nothing that looks like one."""
    written = [line for line in lines if line.strip()]
    return any(map(_has_words, written)) and not any(_CODE.search(line) or is_marker(line.strip()) for line in written)


def _has_words(line: str) -> bool:
    if _WORDS.search(line):
        return True
    han = 0 if line.isascii() else len(HAN.findall(line))
    fewest = 2 if _OPENS.match(line.strip()) else _FEWEST_HAN
    return han >= fewest and han * 2 >= len("".join(line.split()))


def _dedented(lines: Sequence[str]) -> list[str]:
    """Cut off of each paragraph what all of its lines begin with; lines of a list keep how deep they are in it."""
    out: list[str] = []
    paragraph: list[str] = []
    for line in (*lines, ""):
        if line.strip():
            paragraph.append(line)
            continue
        blanks = [one[: len(one) - len(one.lstrip(" \t"))] for one in paragraph]
        cut = min(map(len, blanks), default=0)
        while any(one[:cut] != blanks[0][:cut] for one in blanks):
            cut -= 1
        out += [one[cut:] for one in paragraph]
        out.append(line)
        paragraph.clear()
    return out[:-1]
