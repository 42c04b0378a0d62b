"""Bold and highlights in running text: what CommonMark cannot close next to Han punctuation, and what it does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from slidegloss.base.patterns import lazy
from slidegloss.nodes import HardBreak, Inline, RawInline, SoftBreak, Span, Strong, Text
from slidegloss.notes.inlines import merge_text


def close_bold(children: Sequence[Inline]) -> tuple[Inline, ...]:
    """Pair the `**` that CommonMark left as text (`**字。**字` has no right-flanking run) into strong emphasis.

    Only pairs with visible text inside and Han text or Han punctuation beside a mark count; all else stays as written.
    """
    if left_marks(children) < 2:
        return tuple(children)
    pieces: list[Inline | None] = []  # None stands for a `**`
    for node in children:
        if isinstance(node, Text) and "**" in node.text:
            pieces += _marks_and_words([node])
        else:
            pieces.append(node)
    out: list[Inline] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece is not None:
            out.append(piece)
            index += 1
            continue
        close = next((at for at in range(index + 1, len(pieces)) if pieces[at] is None), None)
        inner = [node for node in pieces[index + 1 : close] if node is not None] if close else []
        if close and inner and _is_bold(inner, pieces[close + 1] if close + 1 < len(pieces) else None):
            out.append(Strong(tuple(inner)))
            index = close + 1
        else:
            out.append(Text("**"))
            index += 1
    return tuple(merge_text(out))


def part_bold(children: Sequence[Inline]) -> tuple[Inline, ...]:
    """Pair all marks of bold one after the other: in `**字：**字**字**` CommonMark opens bold twice before it closes it.

    Only where that leaves no bold in bold, each pair holds visible text on one line, and one has Han text or Han
    punctuation beside a mark; else the children are those given.
    """
    pieces = list(_marks_and_words(children))
    if pieces.count(None) % 2:
        return tuple(children)
    out: list[Inline] = []
    certain = False
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        if piece is not None:
            out.append(piece)
            at += 1
            continue
        close = pieces.index(None, at + 1)
        inner = [one for one in pieces[at + 1 : close] if one is not None]
        if not inner or not _is_whole(inner):
            return tuple(children)
        certain = certain or _is_bold(inner, pieces[close + 1] if close + 1 < len(pieces) else None)
        out.append(Strong(tuple(inner)))
        at = close + 1
    return tuple(merge_text(out)) if certain else tuple(children)


def left_marks(children: Iterable[Inline]) -> int:
    """Count the `**` that CommonMark left as text."""
    return sum([node.text.count("**") for node in children if type(node) is Text])


def _marks_and_words(children: Iterable[Inline]) -> Iterator[Inline | None]:
    """Yield what stands between marks of bold, and None for each mark: read as such, or left as text."""
    for node in children:
        if type(node) is Strong:
            yield None
            yield from _marks_and_words(node.children)
            yield None
        elif type(node) is Text and "**" in node.text:
            for number, part in enumerate(node.text.split("**")):
                if number:
                    yield None
                if part:
                    yield Text(part)
        else:
            yield node


_HIGHLIGHT = lazy(r"(?<!=)==(?!=)")


def mark_words(children: Sequence[Inline], span: Span) -> list[Inline]:
    """Turn `==words==`, which Obsidian and Typora highlight, into what `<mark>` gives.

    Not where it may compare: with a letter or digit in front of the first mark or behind the last, or white space inside.
    Neighbouring texts are not joined.
    """
    opening, closing = RawInline("<mark>", span), RawInline("</mark>", span)
    out: list[Inline] = []
    begun = -1
    before = ""
    for number, node in enumerate(children):
        if type(node) is not Text:
            begun = -1 if isinstance(node, SoftBreak | HardBreak) else begun
            out.append(node)
            before = "" if isinstance(node, SoftBreak | HardBreak) else "."
            continue
        at = 0
        following = "." if number + 1 < len(children) else ""
        for sign in _HIGHLIGHT.finditer(node.text):
            left = node.text[sign.start() - 1] if sign.start() else before
            right = node.text[sign.end()] if sign.end() < len(node.text) else following
            if begun >= 0 and left.strip() and not _is_latin(right):
                out += [Text(node.text[at : sign.start()])] if sign.start() > at else []
                out[begun] = opening
                out.append(closing)
                begun, at = -1, sign.end()
            elif begun < 0 and right.strip() and not _is_latin(left):
                out += [Text(node.text[at : sign.start()])] if sign.start() > at else []
                begun, at = len(out), sign.end()
                out.append(Text("=="))
        if at < len(node.text):
            out.append(Text(node.text[at:]))
        before = node.text[-1:]
    return out


def _is_latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in {"_", "!", "<", ">"})


def _is_whole(inner: Sequence[Inline]) -> bool:
    """Say whether marks can stand around this: on one line, without white space beside them."""
    first, last = inner[0], inner[-1]
    if any(isinstance(node, SoftBreak | HardBreak) for node in inner):
        return False
    return not (
        (isinstance(first, Text) and first.text[:1].isspace()) or (isinstance(last, Text) and last.text[-1:].isspace())
    )


def _is_bold(inner: Sequence[Inline], after: Inline | None) -> bool:
    if not _is_whole(inner):
        return False
    first, last = inner[0], inner[-1]
    beside = (first.text[:1] if isinstance(first, Text) else "") + (last.text[-1:] if isinstance(last, Text) else "")
    beside += after.text[:1] if isinstance(after, Text) else ""
    return any(char > "\u2e7f" or char in "“”‘’…—" for char in beside)
