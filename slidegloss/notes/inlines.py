"""Running text: what plain CommonMark text holds for a reader of slide notes.

Bare addresses become links, signs become marks, `见P7` becomes a slide reference, formula placeholders become formulas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.nodes import FootnoteRef, HardBreak, Image, Inline, Link, Mark, SlideRef, SoftBreak, Span, Text
from slidegloss.notes.annotations import CELL_SIGNS, Signs

_URL = r"https?://[^\s<>\"'`，。；：）】》、！？“”‘’（【《\u3000]+"
_REFERENCE = r"(?<![A-Za-z0-9_./-])P(?P<number>\d{1,4}[A-Z]?)(?![A-Za-z0-9_])"
_FOOTNOTE = r"\[\^(?P<footnote>[^\]\s]+)\]"
_BEFORE = lazy(
    r"(?:[见看参据如在第和与同到至由从及、，（(]|证明|推导|参考|对应|(?i:\bsee|\bslides?|\bpages?|\bcf\.|\bin|\bfrom|\band|\bon))[ \u00a0]*$"
)
_AFTER = lazy(r"[ \u00a0]*(?:公式|页|的|和|与|及|证明|节|图|中|所|处|里|、)")
_CLOSERS = {")": "(", "]": "["}


class Patterns(NamedTuple):
    """What finds the nodes in a text, and what tells quickly that there can be none."""

    whole: re.Pattern[str]
    first: re.Pattern[str]
    """Finds a character that a sign may start with."""
    foreign: bool
    """No sign starts with a character of ASCII."""

    def rule_out(self, text: str) -> bool:
        """Tell quickly of most texts that they hold no node."""
        return (
            "://" not in text
            and "[^" not in text
            and ("P" not in text or _NUMBERED.search(text) is None)
            and ((self.foreign and text.isascii()) or self.first.search(text) is None)
        )


_NUMBERED = re.compile(r"P\d")


@lru_cache(maxsize=8)
def patterns_for(signs: Signs) -> Patterns:
    """Return what finds nodes in running text where these signs are in force."""
    whole = re.compile(f"(?P<url>{_URL})|{_REFERENCE}|{_FOOTNOTE}|(?P<sign>{signs.anywhere.pattern})")
    firsts = {sign[0] for sign in signs.marks}
    # two ranges hold them all: `re` is slow with many characters, some of them beyond 16 bits
    near, far = ({char for char in firsts if (char > "\uffff") is beyond} for beyond in (False, True))
    ranges = "".join(f"{re.escape(min(part))}-{re.escape(max(part))}" for part in (near, far) if part)
    return Patterns(whole, re.compile(f"[{ranges}]"), min(firsts) > "\x7f")


def refine(text: str, place: Callable[[], Span], signs: Signs, footnotes: Mapping[str, str]) -> list[Inline]:
    """Split plain text into text, links, marks, slide references and footnote marks.

    `place` says where the text stands in its file; it is asked only where a node wants to know.
    `footnotes` maps the labels that the note defines, case folded, to the ids of their footnotes.
    """
    patterns = patterns_for(signs)
    if patterns.rule_out(text):
        return [Text(text)] if text else []
    out: list[Inline] = []
    span = place()
    done = 0
    for found in patterns.whole.finditer(text):
        node, end = _node(found, span, signs, footnotes)
        if node is None:
            continue
        if found.start() > done:
            out.append(Text(text[done : found.start()]))
        out.append(node)
        done = end
    if done < len(text):
        out.append(Text(text[done:]))
    return out


def _node(found: re.Match[str], span: Span, signs: Signs, footnotes: Mapping[str, str]) -> tuple[Inline | None, int]:
    if found["url"]:
        url = _trim(found["url"])
        return Link(url, "", (Text(url),), span, bare=True), found.start() + len(url)
    if found["footnote"]:
        anchor = footnotes.get(found["footnote"].casefold())
        return FootnoteRef(found["footnote"], anchor) if anchor else None, found.end()
    if found["sign"]:
        return Mark(signs.kind(found["sign"]), found["sign"]), found.end()
    before, after = found.string[: found.start()], found.string[found.end() :]
    if _BEFORE.search(before[-12:]) or (_AFTER.match(after) and "\u4e00" <= after.strip()[:1] <= "\u9fff"):
        return SlideRef(f"P{found['number']}", found[0]), found.end()
    return None, 0


def _trim(url: str) -> str:
    """Cut punctuation that ends a sentence, and a closing bracket that was opened before the address."""
    while url:
        last = url[-1]
        if last in ".,;:!?*_~" or (last in _CLOSERS and url.count(last) > url.count(_CLOSERS[last])):
            url = url[:-1]
        else:
            break
    return url


def merge_text(children: Iterable[Inline]) -> list[Inline]:
    """Join neighbouring text nodes."""
    out: list[Inline] = []
    for node in children:
        if isinstance(node, Text) and out and isinstance(out[-1], Text):
            out[-1] = Text(out[-1].text + node.text)
        else:
            out.append(node)
    return out


_NAME = "[A-Za-z][A-Za-z0-9_-]*"
_ATTRIBUTE = rf"(?:[.#]{_NAME}|{_NAME}=(?:\"[^\"{{}}\n]*\"|'[^'{{}}\n]*'|[^\s\"'{{}}=]+))"
ATTRIBUTES = rf"\{{:?(?P<attributes>[ ]*{_ATTRIBUTE}(?:[ ]+{_ATTRIBUTE}){{0,9}}[ ]*)\}}"
"""Attributes behind an image as Pandoc, kramdown and MkDocs have them: `{width=300}`, `{: .center }`."""
_ATTRIBUTES = lazy(ATTRIBUTES)
_WIDTH = lazy(r"(?<![\w-])width=[\"']?(?P<width>\d{1,4}(?:px|%)?)(?![\w.])")

_OBSIDIAN_WIDTH = lazy(r"[ ]?\|[ ]?(\d{2,4})(?:x\d{1,4})?\Z")


def width_in(found: re.Match[str] | None) -> str:
    """Return the width that ATTRIBUTES behind an image give it, empty when there are none or they give none."""
    width = _WIDTH.search(found["attributes"] or "") if found else None
    return width["width"] if width else ""


def alt_and_width(alt: str) -> tuple[str, str]:
    """Return an alternative text and the width that Obsidian has behind it, `crane|300` or `crane|300x200`; empty: none."""
    size = _OBSIDIAN_WIDTH.search(alt) if "|" in alt else None
    return (alt[: size.start()], size[1]) if size else (alt, "")


def sized(children: Sequence[Inline]) -> list[Inline]:
    """Give images the width that stands behind them in braces; the braces are no words."""
    out: list[Inline] = []
    for node in children:
        image = out[-1] if out else None
        if not isinstance(image, Image) or not isinstance(node, Text) or node.text[:1] != "{":
            out.append(node)
            continue
        found = _ATTRIBUTES.match(node.text)
        if width := width_in(found):
            out[-1] = image._replace(width=width)
        if rest := node.text[found.end() :] if found else node.text:
            out.append(Text(rest))
    return out


_POINTS = frozenset("•") | CELL_SIGNS


def _begins_point(node: Inline | None) -> bool:
    if isinstance(node, Text):
        return node.text.lstrip()[:1] in _POINTS
    return isinstance(node, Mark) and node.sign[:1] in _POINTS


def break_bullets(children: Sequence[Inline]) -> tuple[Inline, ...]:
    """Start a new line at a `•`, ✅ or ❌ that the author put on a line of its own; CommonMark would run the lines together."""
    if SoftBreak not in map(type, children):
        return tuple(children)
    out: list[Inline] = []
    for index, node in enumerate(children):
        following = children[index + 1] if index + 1 < len(children) else None
        if isinstance(node, SoftBreak) and _begins_point(following):
            out.append(HardBreak())
        else:
            out.append(node)
    return tuple(out)
