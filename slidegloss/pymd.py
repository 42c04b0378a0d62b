"""Our HTML inside Markdown that Python-Markdown reads, such that it comes out as it went in.

Generated pages are read by Python-Markdown with `attr_list` and `toc` (MkDocs adds `tables` and `fenced_code`). Two of its
habits matter. Inline: every pattern runs over a heading's text *and* over the attribute values inside its tags, so all
characters that a pattern could take are written as numeric references, which Python-Markdown sets aside untouched.
Blocks: the raw HTML extractor keeps everything up to the end tag of the first element; before it, STX/ETX are removed,
tabs expanded, blank lines stripped of spaces and fences at a line's start taken for code.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from slidegloss.htmlcontext import FORBIDDEN
from slidegloss.patterns import lazy

_NAME = r"[A-Za-z][^\s/>\"'<`]*"
_ATTRIBUTES = r"[^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*"
_TAG = re.compile(rf"<(/?)({_NAME})({_ATTRIBUTES})>")
_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_REFERENCE = lazy(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.;%")
"""The ASCII characters of heading text that no pattern of Python-Markdown looks at."""
PLAIN_VALUE = PLAIN | frozenset("-_/#?=:+$|")
"""The same for attribute values, which the emphasis patterns never see."""
_ID = re.compile(r"[^\s\"'<>&={}`|\\\x00-\x20]+")
ESCAPABLE = frozenset("*_[]()>#+!~")
_ESCAPED = re.compile(rf"[{re.escape(''.join(sorted(ESCAPABLE - {'_'})))}]|(?<![^\W_])_|_(?![^\W_])")
"""What is escaped in an id; `_` only where it is not inside a word."""


def _outside(plain: frozenset[str]) -> re.Pattern[str]:
    return re.compile("[" + "".join(re.escape(chr(code)) for code in range(127) if chr(code) not in plain) + "]")


_ODD, _ODD_VALUE = _outside(PLAIN), _outside(PLAIN_VALUE)
"""The ASCII characters that are written as references, in heading text and in attribute values."""
_LINE_END = re.compile(r"[\t\n\f\r]")


def _refer(text: str, odd: re.Pattern[str]) -> str:
    """Write as numeric references all characters that `odd` finds, and everything that is not text at all."""
    return odd.sub(lambda found: f"&#{ord(found[0])};", _one_line(text))


def _one_line(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", _LINE_END.sub(" ", text))


def _refer_html_text(text: str, odd: re.Pattern[str]) -> str:
    """The same for HTML text, whose references stay as they are."""
    if "&" not in text:
        return _refer(text, odd)
    out, at = [], 0
    for found in _REFERENCE.finditer(text):
        out.append(_refer(text[at : found.start()], odd))
        out.append(found[0])
        at = found.end()
    out.append(_refer(text[at:], odd))
    return "".join(out)


@lru_cache(maxsize=4096)
def inline_html(html: str) -> str:
    """Return inline HTML on one line, written so that Python-Markdown's inline patterns leave it alone."""
    if "<" not in html:
        return _refer_html_text(html, _ODD)
    out, at = [], 0
    for tag in _TAG.finditer(html):
        out.append(_refer_html_text(html[at : tag.start()], _ODD))
        values = _VALUE.sub(lambda m: f'"{_refer_html_text(m[1] if m[1] is not None else m[2], _ODD_VALUE)}"', tag[3])
        out.append(f"<{tag[1]}{tag[2]}{' '.join(values.split(chr(10)))}>")
        at = tag.end()
    out.append(_refer_html_text(html[at:], _ODD))
    return "".join(out)


def heading_line(
    level: int,
    inner_html: str,
    anchor: str,
    *,
    classes: tuple[str, ...] = (),
    toc_label: str = "",
    badge_html: str = "",
) -> str:
    """Return one Markdown line that becomes `<hN id=anchor class>badge inner</hN>` and an entry `toc_label` in the contents.

    `inner_html` and `badge_html` are inline HTML; `toc_label` is plain text. Raises ValueError for an id that an attribute
    list cannot carry (white space, quotes, braces, `=`): ids are made by us, so that is a bug.
    """
    if not _ID.fullmatch(anchor):
        message = f"not an id that a Markdown heading can carry: {anchor!r}"
        raise ValueError(message)
    # `_` inside a word is no emphasis; escaped, MkDocs would not know the id again and warn of the heading's own link
    name = _ESCAPED.sub(r"\\\g<0>", anchor)
    attrs = [f"#{name}", *(f".{css}" for css in classes)]
    if toc_label.strip():
        attrs.append(f'data-toc-label="{_refer(toc_label, _ODD)}"')
    inner = " ".join(part for part in (inline_html(badge_html).strip(), inline_html(inner_html).strip()) if part)
    # an attribute list without text before it would be the heading's text
    return f"{'#' * level} {inner or '<span></span>'} {{{' '.join(attrs)}}}"


OUTER = ("div", "section", "aside", "article", "figure", "nav", "header", "footer", "main", "dl", "details", "form")
_FIRST = re.compile(rf"<({'|'.join(OUTER)})[ >]")
_RAW_TEXT = "script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext|noscript"
_RISKS = tuple(
    re.compile(pattern)  # each on its own: what begins with one character is found at the speed of memory
    for pattern in (
        rf"<(?:(?![A-Za-z/])|/(?![A-Za-z])|(?:{_RAW_TEXT})\b)",
        r"&(?!#?[A-Za-z0-9]+;)",
        r"\n(?: +\n|```|~~~)",
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f]",
    )
)
_RAW_ELEMENT = "|".join(rf"(?is:<{name}\b[^>]*>.*?</{name}\s*>)" for name in ("script", "style"))
_RAW = lazy(_RAW_ELEMENT)
_MARKUP = lazy(rf"((?=</?{_NAME}{_ATTRIBUTES}>)(?:{_RAW_ELEMENT})|</?{_NAME}{_ATTRIBUTES}>)")


def risky(html: str) -> bool:
    """Tell whether Python-Markdown might alter a block of HTML."""
    return any(risk.search(html) for risk in _RISKS)


def html_block(html: str) -> str:
    """Return a block of raw HTML, wrapped in a `<div>` unless it is one element, that Python-Markdown passes through.

    What Python-Markdown would alter (tabs, blank lines of spaces, fences, STX) is written as numeric references, which a
    browser reads as the same text. A `</div>` too many or too few is mended, so that no part of the block can leave it.
    """
    html = html.strip("\n")
    if risky(html):
        html = _without_risk(html)
    first = _FIRST.match(html)
    if first is None or end_of(first[1], html) != len(html):
        html = f"<div>{html if end_of('div', f'<div>{html}</div>') == len(html) + 11 else _mended(html)}</div>"
    return f"\n\n{html}\n\n"


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
    return re.compile(rf"(?i)<(/?){name}(?=[\s/>])[^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*>")


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
    pieces = _MARKUP.split(html)  # texts, and between them what the group holds
    pieces[::2] = map(_safe_text, pieces[::2])
    pieces[1::2] = map(_safe_markup, pieces[1::2])
    return "".join(pieces)


# coloured code repeats a few hundred tags and words over and over
@lru_cache(maxsize=4096)
def _safe_markup(markup: str) -> str:
    if _RAW.fullmatch(markup):  # only with `raw_html: trusted`; its content is no HTML text
        return _safe_lines(markup)
    tag = _TAG.fullmatch(markup)
    if tag is None or _RISKY_TAG.search(tag[3]) is None:
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
    return _safe_controls(text.replace("<", "&lt;"))


def _safe_value(value: str) -> str:
    return _safe_text(value).replace(">", "&gt;").replace('"', "&quot;").replace("\n", "&#10;")


def _safe_controls(text: str) -> str:
    text = FORBIDDEN.sub("\ufffd", text.replace("\r", "&#13;").replace("\t", "&#9;"))
    text = re.sub(r"\n( +)(?=\n|$)", lambda m: "\n" + "&#32;" * len(m[1]), text)
    return re.sub(r"\n([`~])(?=\1\1)", lambda m: f"\n&#{ord(m[1])};", text)


def _safe_lines(code: str) -> str:
    """Take from a script what Python-Markdown would alter and no language minds: trailing blanks, tabs, controls."""
    return re.sub(r"\n *(?=\n)", "\n", FORBIDDEN.sub("", code.replace("\r", "")).expandtabs(4))
