"""Our HTML inside Markdown that Python-Markdown reads, such that it comes out as it went in.

Generated pages are read by Python-Markdown with `attr_list` and `toc` (MkDocs adds `tables` and `fenced_code`). Two of its
habits matter. Inline: every pattern runs over a heading's text *and* over the attribute values inside its tags, so all
characters that a pattern could take are written as numeric references, which Python-Markdown sets aside untouched.
Blocks: the raw HTML extractor keeps everything up to the end tag of the first element; before it, STX/ETX are removed,
tabs expanded, blank lines stripped of spaces and fences at a line's start taken for code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from slidegloss.base.patterns import CHARACTER_REFERENCE, lazy
from slidegloss.html.context import FORBIDDEN

_NAME = r"[A-Za-z][^\s/>\"'<`]*"
_ATTRIBUTES = r"[^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*"
_TAG = re.compile(rf"<(/?)({_NAME})({_ATTRIBUTES})>")
_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_REFERENCE = lazy(CHARACTER_REFERENCE)
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.;%")
"""The ASCII characters of heading text that no pattern of Python-Markdown looks at."""
PLAIN_VALUE = PLAIN | frozenset("-_/#?=:+$|")
"""The same for attribute values, which the emphasis patterns never see."""
_ID = re.compile(r"[^\s\"'<>&={}`|\\\x00-\x20]+")
ESCAPABLE = frozenset("*_[]()>#+!~")
_ESCAPED = re.compile(rf"[{re.escape(''.join(sorted(ESCAPABLE)))}](?:(?<!_)|(?<![^\W_]_)|(?![^\W_]))")
"""What is escaped in an id; `_` only where it is not inside a word."""


def _outside(plain: frozenset[str]) -> re.Pattern[str]:
    odd = "".join(re.escape(chr(code)) for code in range(127) if chr(code) not in plain)
    return re.compile(f"[{odd}{FORBIDDEN.pattern[1:-1]}]")


_ODD, _ODD_VALUE = _outside(PLAIN), _outside(PLAIN_VALUE)
"""The ASCII characters that are written as references, in heading text and in attribute values; all that is no text."""


def _refer(text: str, odd: re.Pattern[str]) -> str:
    """Write what `odd` finds as numeric references, on one line and without what is not text at all."""
    return odd.sub(_reference, text)


def _reference(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in "\t\n\f\r":
        return " "
    return "\ufffd" if FORBIDDEN.match(sign) else f"&#{ord(sign)};"


def _refer_html_text(text: str, odd: re.Pattern[str]) -> str:
    """The same for HTML text, whose references stay as they are."""
    if "&" not in text:
        return odd.sub(_reference, text)
    out, at = [], 0
    for found in _REFERENCE.finditer(text):
        out.append(_refer(text[at : found.start()], odd))
        out.append(found[0])
        at = found.end()
    out.append(_refer(text[at:], odd))
    return "".join(out)


def _refer_value(found: re.Match[str]) -> str:
    value = found[1]
    return f'"{_refer_html_text(found[2] if value is None else value, _ODD_VALUE)}"'


@lru_cache(maxsize=4096)
def inline_html(html: str) -> str:
    """Return inline HTML on one line, written so that Python-Markdown's inline patterns leave it alone."""
    if "<" not in html:
        return _refer_html_text(html, _ODD)
    out, at = [], 0
    for tag in _TAG.finditer(html):
        start = tag.start()
        if at < start:
            out.append(_refer_html_text(html[at:start], _ODD))
        slash, name, values = tag.groups()
        if values:
            values = _VALUE.sub(_refer_value, values).replace("\n", " ")
        out.append(f"<{slash}{name}{values}>")
        at = tag.end()
    out.append(_refer_html_text(html[at:], _ODD))
    return "".join(out)


def inline_value(html: str) -> str:
    """Return HTML text as the value of an attribute of inline HTML, written in the same way."""
    return _refer_html_text(html, _ODD_VALUE)


def heading_line(
    level: int,
    inner_html: str,
    anchor: str,
    *,
    classes: tuple[str, ...] = (),
    toc_label: str = "",
) -> str:
    """Return one Markdown line that becomes `<hN id=anchor class>inner</hN>` and an entry `toc_label` in the contents.

    `inner_html` is inline HTML; `toc_label` is plain text. Raises ValueError for an id that an attribute
    list cannot carry (white space, quotes, braces, `=`): ids are made by us, so that is a bug.
    """
    return written_heading(level, inline_html(inner_html).strip(), anchor, classes=classes, toc_label=toc_label)


def written_heading(level: int, inner: str, anchor: str, *, classes: tuple[str, ...] = (), toc_label: str = "") -> str:
    """Return a heading as `heading_line` does, from words that `inline_html` and `inline_value` have written already."""
    if not _ID.fullmatch(anchor):
        message = f"not an id that a Markdown heading can carry: {anchor!r}"
        raise ValueError(message)
    # `_` inside a word is no emphasis; escaped, MkDocs would not know the id again and warn of the heading's own link
    name = _ESCAPED.sub(_escaped, anchor)
    attrs = f"#{name}"
    for css in classes:
        attrs += f" .{css}"
    if toc_label.strip():
        attrs += f' data-toc-label="{_refer(toc_label, _ODD)}"'
    # an attribute list without text before it would be the heading's text
    return f"{'#' * level} {inner or '<span></span>'} {{{attrs}}}"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


OUTER = ("div", "section", "aside", "article", "figure", "nav", "header", "footer", "main", "dl", "details", "form")
_FIRST = re.compile(rf"<({'|'.join(OUTER)})[ >]")
_RAW_TEXT = "script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext|noscript"
_LINES = re.compile(r"\n(?: +\n|```|~~~)")
_RISKS = tuple(
    re.compile(pattern)  # each on its own: what begins with one character is found at the speed of memory
    for pattern in (
        rf"<(?:(?![A-Za-z/])|/(?![A-Za-z])|(?:{_RAW_TEXT})\b)",
        r"&(?!#?[A-Za-z0-9]+;)",
        _LINES.pattern,
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f]",
    )
)
_RAW_ELEMENT = "|".join(rf"(?is:<{name}\b[^>]*>.*?</{name}\s*>)" for name in ("script", "style"))
_RAW = lazy(_RAW_ELEMENT)
_RAW_TAG = re.compile(r"(?i)</?(?:script|style)\b")
_ANGLES = re.compile(r"(<[^>]*>)")
"""Where all `<` and `>` belong to tags, it finds what `_MARKUP` finds, in a third of the time."""
_MARKUP = lazy(rf"((?=</?{_NAME}{_ATTRIBUTES}>)(?:{_RAW_ELEMENT})|</?{_NAME}{_ATTRIBUTES}>)")


def risky(html: str) -> bool:
    """Tell whether Python-Markdown might alter a block of HTML."""
    return any(risk.search(html) for risk in _RISKS)


class Sound(str):
    """A block that was looked at: it is one element, and Python-Markdown leaves all of it as it is.

    There is a blank line before it and one after it.
    """

    __slots__ = ()


def sound_blocks(parts: Iterable[str]) -> tuple[Sound, ...]:
    """Return those parts of a page that need no second look."""
    return tuple(part for part in parts if isinstance(part, Sound))


def html_block(html: str) -> str:
    """Return a block of raw HTML, wrapped in a `<div>` unless it is one element, that Python-Markdown passes through.

    What Python-Markdown would alter (tabs, blank lines of spaces, fences, STX) is written as numeric references, which a
    browser reads as the same text. A `</div>` too many or too few is mended, so that no part of the block can leave it.
    The block is `Sound` unless something in it had to be mended.
    """
    html = html.strip("\n")
    kind: type[str] = Sound
    if risky(html):
        kind, html = str, _without_risk(html)
    first = _FIRST.match(html)
    if first is None or end_of(first[1], html) != len(html):
        if end_of("div", f"<div>{html}</div>") != len(html) + len("<div></div>"):
            kind, html = str, _mended(html)
        html = f"<div>{html}</div>"
    return kind(f"\n\n{html}\n\n")


def balanced_block(html: str, elements: int) -> str:
    """Return a block as `html_block` does, made of `elements` elements that are balanced and whose text is escaped.

    Such elements (`OUTER`) need not be searched for end tags, for brackets that are no tags, or for control characters
    (`esc`): all that Python-Markdown would alter in them are line ends and tabs, most of them in code.
    """
    if "\t" in html or "\r" in html or _LINES.search(html):
        html = _without_risk(html) if _ODD_ATTRIBUTE.search(html) else _safe_blanks(html)
    return Sound(f"\n\n{html}\n\n" if elements == 1 else f"\n\n<div>{html}</div>\n\n")


def page_block(html: str, elements: int, raw_html: str) -> str:
    """Return a block as `balanced_block` does, or as `html_block` where an author's `trusted` HTML may be out of balance."""
    return balanced_block(html, elements) if raw_html == "safe" else html_block(html)


def end_of(name: str, html: str, start: int = 0) -> int:
    """Return the offset behind the end tag that closes the first `name` element from `start` on, or -1."""
    depth = 0
    for tag in _tags_of(name).finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return -1


@cache
def _tags_of(name: str) -> re.Pattern[str]:
    either = "".join(f"[{letter}{letter.upper()}]" for letter in name)  # `(?i)` would look at every character
    return re.compile(rf"<(/?){either}(?=[\s/>])[^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*>")


def _mended(html: str) -> str:
    """Show `</div>`s that close nothing as text and close the `<div>`s left open."""
    out, at, depth = [], 0, 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() != "div":
            continue
        if tag[1] and depth == 0:
            out += [html[at : tag.start()], "&lt;/div&gt;"]
            at = tag.end()
        else:
            depth += -1 if tag[1] else 1
    return "".join(out) + html[at:] + "</div>" * depth


def _without_risk(html: str) -> str:
    pieces = _ANGLES.split(html)  # texts, and between them what the group holds
    tags = list(map(_lone_tag, pieces[1::2]))
    if None in tags:  # brackets that are not a tag's alone: nothing of ours, as `raw_html: trusted` may bring it
        pieces = _MARKUP.split(html)
        tags = list(map(_safe_markup, pieces[1::2]))
    pieces[::2] = map(_safe_text, pieces[::2])
    pieces[1::2] = tags
    return "".join(pieces)


def _safe_markup(markup: str) -> str:
    if _RAW.fullmatch(markup):  # only with `raw_html: trusted`; its content is no HTML text
        return _safe_lines(markup)
    safe = _safe_tag(markup)
    return markup if safe is None else safe


# coloured code repeats a few hundred tags and words over and over
@lru_cache(maxsize=4096)
def _lone_tag(markup: str) -> str | None:
    """Return a tag without risks; None for what is more or less than one tag, or may begin an element of raw text."""
    return None if _RAW_TAG.match(markup) else _safe_tag(markup)


def _safe_tag(markup: str) -> str | None:
    tag = _TAG.fullmatch(markup)
    if tag is None:
        return None
    if _RISKY_TAG.search(tag[3]) is None:
        return markup
    values = _VALUE.sub(lambda m: f'"{_safe_value(m[1] if m[1] is not None else m[2])}"', tag[3])
    return f"<{tag[1]}{tag[2]}{values.replace(chr(9), ' ')}>"


_RISKY_TEXT = lazy(r"[\x00-\x09\x0b-\x1f\x7f-\x9f<]|\n +|\n(?:```|~~~)|&(?!#?[A-Za-z0-9]+;)")
_RISKY_TAG = lazy(r"[\x00-\x1f\x7f-\x9f<>']|&(?!#?[A-Za-z0-9]+;)")


@lru_cache(maxsize=4096)
def _safe_text(text: str) -> str:
    if _RISKY_TEXT.search(text) is None:
        return text
    parts, at = [], 0
    for found in _REFERENCE.finditer(text):
        parts += [text[at : found.start()].replace("&", "&amp;"), found[0]]
        at = found.end()
    text = "".join(parts) + text[at:].replace("&", "&amp;")
    return _safe_blanks(FORBIDDEN.sub("\ufffd", text.replace("<", "&lt;")))


def _safe_value(value: str) -> str:
    return _safe_text(value).replace(">", "&gt;").replace('"', "&quot;").replace("\n", "&#10;")


_ODD_ATTRIBUTE = lazy(r"=\"[^\"<>\t\n\r]*+[<>\t\n\r]")
"""A value with a bracket or a line end in it, whose rules are not those of text; or text that looks like one."""
_BLANKS = lazy(r"[\t\r\n](?:(?<!\n)| +(?=[\n<]|\Z)|([`~])(?=\1\1))")  # one set in front, which `re` looks for
"""Tabs, blanks that end a line or stand before a tag, and where a fence would begin."""
_BLANK_REFERENCES = {ord(sign): f"&#{ord(sign)};" for sign in "\t\r `~"}
_BLANKS_REFERRED = {reference: chr(sign) for sign, reference in _BLANK_REFERENCES.items()}
_REFERRED = lazy("|".join(_BLANKS_REFERRED))


def _safe_blanks(text: str) -> str:
    """Return text, in which tags may stand, with the blanks written as references that Python-Markdown would alter."""
    return _BLANKS.sub(lambda found: found[0].translate(_BLANK_REFERENCES), text)


def with_blanks(html: str) -> str:
    """Return HTML of ours without these references: what it was before."""
    return _REFERRED.sub(lambda found: _BLANKS_REFERRED[found[0]], html)


def _safe_lines(code: str) -> str:
    """Take from a script what Python-Markdown would alter and no language minds: trailing blanks, tabs, controls."""
    return re.sub(r"\n *(?=\n)", "\n", FORBIDDEN.sub("", code.replace("\r", "")).expandtabs(4))
