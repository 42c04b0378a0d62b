"""Boxes of other programs as quotes: `!!! note "Title"` of MkDocs, `:::tip` of VitePress, Docusaurus, Quarto and MyST.

The same goes for fences: `{note}` of MyST, `admonish tip` of mdBook's plugin. CommonMark knows none of them. Their words
would stand between the signs as text, and what MkDocs has indented would be code. So their lines are rewritten before
anything reads them, each to one line: a box becomes an alert (`> [!TIP] Title`), which `annotations.py` makes a remark of
the kind that it means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.notes.annotations import BOX_KINDS
from slidegloss.notes.lines import fenced_lines
from slidegloss.notes.markers import is_marker

_MKDOCS = lazy(
    r"(?:!!!|\?\?\?\+?)[ \t]+(?P<name>[A-Za-z][\w-]{0,30})(?:[ \t]+[A-Za-z][\w-]{0,30}){0,4}(?:[ \t]+\"(?P<title>[^\"\n]*)\")?[ \t]*$"
)
_TAB = lazy(r"===[!+]?[ \t]+\"(?P<title>[^\"\n]+)\"[ \t]*$")
_COLONS = lazy(
    r"(?P<colons>:{3,})[ \t]*(?:(?P<name>[A-Za-z]{3,12})(?![\w-])|\{(?P<myst>[a-z]{3,12})\}|\{[^{}\n]*\.callout-(?P<quarto>[a-z]{3,12})(?P<attributes>[^{}\n]*)\})"
    r"[ \t]*(?P<title>[^\n]*)$"
)
_FENCED = lazy(
    r"(?P<fence>`{3,})[ \t]*(?:\{(?P<myst>[a-z]{3,12})\}|admonish\b(?:[ \t]+(?P<admonish>[a-z]{3,12})(?![\w=-]))?)(?P<rest>[^`\n]*)$"
)
_TAG = lazy(
    r"\{(?:% ?hint style=[\"'](?P<style>[a-z]{3,12})[\"'][^%\n]*%"
    r"|\{[<%] ?(?P<tag>notice|hint|callout|admonition|alert|note|tip|info|warning|danger|caution)\b(?P<rest>[^<>%\n]*)[>%]\})\}[ \t]*$"
)
_TYPE = lazy(r"\b(?:type|style|level) ?= ?[\"']?(?P<name>[A-Za-z]{3,12})")
_TITLE = lazy(r"\btitle ?= ?\"(?P<title>[^\"\n]+)\"|^ *[\"']?[A-Za-z]{3,12}[\"']? +\"(?P<second>[^\"\n]+)\"")
_CLOSED = lazy(r"(?P<colons>:{3,})[ \t]*$")
_DOCUSAURUS_TITLE = lazy(r"\[(?P<title>[^\[\]]*)\]\Z")
_QUARTO_TITLE = lazy(r"\btitle\s?=\s?\"(?P<title>[^\"]*)\"")
_ADMONISH_TITLE = lazy(r"(?:\btitle[ \t]*=|^)[ \t]*([\"'])(?P<title>.*?)\1")
_DEEPEST = 8


class _Line(NamedTuple):
    """A line, and how many characters of the author's line stand before it: fewer than none where a quote's mark was added."""

    text: str
    before: int


def as_quotes(text: str) -> tuple[str, list[int]]:
    """Return a note's text with its boxes as quotes, and for each line how many characters of it are cut in front.

    As many lines as before; the list is empty where nothing changed, as in nearly all notes.
    """
    if not (
        ":::" in text
        or "```{" in text
        or "```admonish" in text
        or "!!! " in text
        or "??? " in text
        or "???+ " in text
        or '=== "' in text
        or "{% hint" in text
        or "{{<" in text
        or "{{%" in text
        or "<aside>" in text
        or "?> " in text
        or "!> " in text
    ):
        return text, []
    lines = text.split("\n")
    out = _boxed([_Line(line, 0) for line in lines], fenced_lines(lines), 0)
    if all(new.text is line for new, line in zip(out, lines, strict=True)):
        return text, []
    return "\n".join([line.text for line in out]), [line.before for line in out]


def _boxed(lines: Sequence[_Line], fenced: Sequence[bool], depth: int) -> list[_Line]:
    ends = _ends(lines, fenced) if depth < _DEEPEST else {}
    out: list[_Line] = []
    at = 0
    while at < len(lines):
        line = lines[at].text
        box = None
        if line[:3] == "```" and fenced[at] and depth < _DEEPEST and not (at and fenced[at - 1]):
            box = _in_fence(lines, at, depth)
        if line[:1] in _STARTS and not fenced[at] and depth < _DEEPEST:
            box = _at(lines, fenced, at, ends, depth)
        if box:
            out += box
            at += len(box)
        else:
            out.append(lines[at])
            at += 1
    return out


_STARTS = frozenset(":!?={<")


def _at(lines: Sequence[_Line], fenced: Sequence[bool], at: int, ends: Mapping[int, int], depth: int) -> list[_Line]:
    """Read the box that begins at a line that is no code; empty when none does."""
    line = lines[at].text
    if line[0] == ":":
        return _colons(lines, fenced, at, ends, depth)
    if line[0] == "{":
        return _between_tags(lines, fenced, at, depth)
    if line[0] == "<":
        return _aside(lines, fenced, at, depth)
    if line[1:3] == "> " and not (at and lines[at - 1].text.strip()):
        # a paragraph of docsify goes on for as long as a quote does whose further lines have no mark
        return [_Line(f"> {'❗' if line[0] == '!' else '💡'} {line[3:]}", lines[at].before - 1)]
    return _indented(lines, fenced, at, depth)


def _aside(lines: Sequence[_Line], fenced: Sequence[bool], at: int, depth: int) -> list[_Line]:
    """Read a callout as Notion exports it: `<aside>`, its sign and words, `</aside>`; empty when it has no end."""
    if lines[at].text.rstrip() != "<aside>":
        return []
    rows = (row for row in range(at + 1, len(lines)) if not fenced[row])
    end = next((row for row in rows if lines[row].text.rstrip() in {"<aside>", "</aside>"}), 0)
    if not end or lines[end].text[1] != "/" or any(is_marker(line.text) for line in lines[at + 1 : end]):
        return []
    return [_Line(">", 0), *map(_quoted, _boxed(lines[at + 1 : end], fenced[at + 1 : end], depth + 1)), _Line("", 0)]


def _between_tags(lines: Sequence[_Line], fenced: Sequence[bool], at: int, depth: int) -> list[_Line]:
    """Read a box of GitBook (`{% hint style="info" %}`) or of a theme of Hugo; empty when it has no end or no known name."""
    found = _TAG.match(lines[at].text)
    rest = found["rest"].split() if found and found["rest"] else []
    typed = _TYPE.search(found["rest"] or "") if found else None
    named = (found["style"] or (typed["name"] if typed else rest[0] if rest else found["tag"])) if found else ""
    name = named.strip("\"'").lower()
    if found is None or name not in BOX_KINDS:
        return []
    closes = re.compile(rf"\{{(?:% ?endhint ?%|\{{[<%] ?/ ?{found['tag']} ?[>%]\}})\}}[ \t]*$")
    rows = range(at + 1, len(lines))
    end = next((row for row in rows if not fenced[row] and closes.match(lines[row].text)), 0)
    if not end or any(is_marker(line.text) for line in lines[at + 1 : end]):
        return []
    title = _TITLE.search(found["rest"] or "")
    inner = _boxed(lines[at + 1 : end], fenced[at + 1 : end], depth + 1)
    return [
        _head(name, (title["title"] or title["second"]) if title else None, lines[at]),
        *map(_quoted, inner),
        _Line("", 0),
    ]


def _ends(lines: Sequence[_Line], fenced: Sequence[bool]) -> dict[int, int]:
    """Return for the first line of each box between colons its last; a slide's marker ends the search for all that are open."""
    ends: dict[int, int] = {}
    opened: list[tuple[int, int]] = []
    for at, (text, _) in enumerate(lines):
        if fenced[at]:
            continue
        if text[:3] != ":::":
            if opened and is_marker(text):
                opened.clear()
            continue
        closed = _CLOSED.match(text)
        if closed is None:
            opened.append((at, len(text) - len(text.lstrip(":"))))
        elif opened and len(closed["colons"]) >= opened[-1][1]:
            ends[opened.pop()[0]] = at
    return ends


def _indented(lines: Sequence[_Line], fenced: Sequence[bool], at: int, depth: int) -> list[_Line]:
    """Read a box or a tab of MkDocs, the indented lines below included; empty when there are none."""
    first = lines[at]
    found = _MKDOCS.match(first.text)
    tab = None if found else _TAB.match(first.text)
    end = last = at + 1
    while (found or tab) and end < len(lines):
        text = lines[end].text
        if text.startswith(("    ", "\t")):
            last = end + 1
        elif text.strip():
            break
        end += 1
    if last == at + 1 or any(is_marker(line.text.strip()) for line in lines[at + 1 : last]):
        return []
    inner = _boxed([_dedented(line) for line in lines[at + 1 : last]], fenced[at + 1 : last], depth + 1)
    if tab:
        # two blanks break the line where no blank line follows the title
        return [_Line(f"**{tab['title']}**  ", first.before + tab.start("title") - 2), *inner]
    name, title = found["name"], found["title"]  # type: ignore[index]
    return [_head(name, title, first), *map(_quoted, inner)]


def _colons(
    lines: Sequence[_Line], fenced: Sequence[bool], at: int, ends: Mapping[int, int], depth: int
) -> list[_Line]:
    """Read a box between lines of colons; empty when it has no end or no name that we know."""
    first, end = lines[at], ends.get(at)
    found = _COLONS.match(first.text) if end is not None else None
    name = (found["name"] or found["quarto"] or found["myst"]) if found else ""
    if found is None or end is None or name.lower() not in BOX_KINDS:
        return []
    title = found["title"].strip()
    within = _DOCUSAURUS_TITLE.match(title) or _QUARTO_TITLE.search(found["attributes"] or "")
    inner = _boxed(lines[at + 1 : end], fenced[at + 1 : end], depth + 1)
    return [_head(name, within["title"] if within else title, first), *map(_quoted, inner), _Line("", 0)]


def _in_fence(lines: Sequence[_Line], at: int, depth: int) -> list[_Line]:
    """Read a box of MyST (```` ```{note} ````) or of mdbook-admonish; empty when it is code like any other."""
    found = _FENCED.match(lines[at].text)
    name = ((found["myst"] or found["admonish"] or "note") if found else "").lower()
    if found is None or name not in {*BOX_KINDS, "admonition"}:
        return []
    closes = re.compile(rf"{found['fence']}`*[ \t]*$")
    end = next((row for row in range(at + 1, len(lines)) if closes.match(lines[row].text)), 0)
    if not end or any(is_marker(line.text) for line in lines[at + 1 : end]):
        return []
    title = _ADMONISH_TITLE.search(found["rest"]) if found["myst"] is None else None
    words = title["title"] if title else (found["rest"].strip() if found["myst"] else "")
    inside = lines[at + 1 : end]
    inner = _boxed(inside, fenced_lines([line.text for line in inside]), depth + 1)
    kind = "note" if name == "admonition" else name
    return [_head(kind, words, lines[at]), *map(_quoted, inner), _Line("", 0)]


def _head(name: str, title: str | None, line: _Line) -> _Line:
    """Return the first line of a box as that of an alert."""
    if name.lower() in {"quote", "cite"}:
        return _Line(f"> **{title}**  " if title else ">", 0)
    if name.lower() not in BOX_KINDS:  # MkDocs has boxes of any name
        name, title = "note", title if title is not None else name.capitalize()
    head = f"> [!{name}] {title or ''}".rstrip()
    start = line.text.find(title) if title else -1
    return _Line(head, line.before + (start - head.find(title) if title and start >= 0 else 0))


def _quoted(line: _Line) -> _Line:
    return _Line(f"> {line.text}", line.before - 2) if line.text else _Line(">", 0)


def _dedented(line: _Line) -> _Line:
    text = line.text
    cut = 1 if text[:1] == "\t" else 4 if text[:4] == "    " else len(text) - len(text.lstrip(" "))
    return _Line(text[cut:], line.before + cut)
