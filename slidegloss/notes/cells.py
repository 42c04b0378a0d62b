"""Annotations inside table cells: signs with text behind them; the yes/no signs of tables are left alone.

`✅ fast` is a remark in a table that holds remarks, and a yes in one that says `❌ slow` or `⚠ only sometimes` elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import dropwhile
from typing import TypeGuard

from slidegloss.base.patterns import lazy
from slidegloss.model import Annotation
from slidegloss.nodes import HardBreak, Inline, Mark, RawInline, Remark, SoftBreak, Text
from slidegloss.notes.annotations import CELL_SIGNS, DOUBTS, MARKS
from slidegloss.syntax.tree import plain

_ASIDE = lazy(r"\([^()]*\)|（[^（）]*）")
"""`✅ (with a model)`: a yes with its condition."""
_ASKED = lazy(r"\[[?？]\][^\n]*[\u4e00-\u9fff]")
_BREAK_TAG = lazy(r"\s*<br\s*/?>\s*", re.IGNORECASE)


def says_yes_and_no(cells: Iterable[tuple[Inline, ...]]) -> bool:
    """Tell whether signs with text answer a question in this table: some cell says no or partly, and then how."""
    for children in cells:
        words = list(dropwhile(_is_gap, children))
        first = words[0] if words else None
        if type(first) is Mark and first.sign[0] in DOUBTS:
            text = plain(words[1:])
        elif type(first) is Text and first.text.lstrip()[:1] in DOUBTS:
            text = plain(words).lstrip()[1:]
        else:
            continue
        if text.strip(" \t\u00a0\ufe0f"):
            return True
    return False


def asking(children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Turn the `[?]` that a cell in Chinese begins with into the sign of a question."""
    first = children[0] if children else None
    if type(first) is not Text or first.text[:1] != "[" or not _ASKED.match(first.text):
        return children
    return (Mark("question", first.text[:3]), Text(first.text[3:]), *children[1:])


def cell_remarks(
    children: tuple[Inline, ...], remark: Callable[[Mark, tuple[Inline, ...]], Annotation], *, answers: bool = False
) -> tuple[Inline, ...]:
    """Make annotations of the signs that start a cell or a line of it and are followed by text.

    `remark` makes the annotation of a sign and its text. A sign inside a sentence, and a sign alone, stays a mark;
    so does a yes, no or partly with text where the table `answers` with these signs.
    """
    if Mark not in map(type, children):
        return children
    out: list[Inline] = []
    index = 0
    at_start = True
    while index < len(children):
        node = children[index]
        if at_start and _may_open(node):
            end = next((i for i in range(index + 1, len(children)) if _may_open(children[i])), len(children))
            content, tail = _without_tail(children[index + 1 : end])
            text = plain(content).strip(" \t\u00a0:：")
            if text and not (node.sign[0] in CELL_SIGNS and (answers or len(text) < 2 or _ASIDE.fullmatch(text))):
                out.append(Remark(remark(node, _without_lead(content))))
                out.extend(tail)
                index = end
                continue
        if not _is_gap(node):
            at_start = False
        if isinstance(node, RawInline) and _BREAK_TAG.fullmatch(node.html):
            at_start = True
        out.append(node)
        index += 1
    return tuple(out)


def _may_open(node: Inline) -> TypeGuard[Mark]:
    return isinstance(node, Mark) and MARKS.get(node.sign[0]) != node.kind


def _without_tail(content: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """Split off the line breaks and spaces at the end."""
    end = len(content)
    while end and _is_gap(content[end - 1]):
        end -= 1
    return content[:end], content[end:]


def _without_lead(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    first = content[0] if content else None
    return (Text(first.text.lstrip()), *content[1:]) if isinstance(first, Text) else content


def _is_gap(node: Inline) -> bool:
    if isinstance(node, Text):
        return not node.text.strip()
    return isinstance(node, SoftBreak | HardBreak) or (
        isinstance(node, RawInline) and _BREAK_TAG.fullmatch(node.html) is not None
    )
