"""Every page of the corpus says what CommonMark says, as markdown-it-py reads it, and loses no character.

What slidegloss changes on purpose is named in `normalise.py`, one function or entry each.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import unified_diff
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from .normalise import KINDS, events, oracle_html
from .pages import notes, rendered, shown

pytestmark = pytest.mark.corpus
PAGES = 51


def test_every_page_equals_the_oracle(corpus: Path) -> None:
    different = {}
    pages = notes(corpus)
    for path, text in pages.items():
        wanted, found = events(oracle_html(text)), events(rendered(text, path))
        if wanted != found:
            lines = unified_diff([str(one) for one in wanted], [str(one) for one in found], "oracle", "slidegloss", n=1)
            different[path] = "\n".join(line[:200] for line in list(lines)[:12])
    assert len(pages) == PAGES
    assert not different, "\n\n".join(f"{path}\n{diff}" for path, diff in different.items())


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda html: html.replace("<em>", "", 1), "emphasis"),
        (lambda html: re.sub(r"<h3>(.*?)</h3>", r"<h4>\1</h4>", html, count=1), "heading level"),
        (lambda html: html.replace("</li>\n<li>", " ", 1), "list item"),
        (lambda html: re.sub(r"<td[^>]*>[^<]+</td>", "<td></td>", html, count=1), "cell"),
        (lambda html: re.sub(r'<a href="http', '<a href="gttp', html, count=1), "link"),
        (lambda html: html.replace("<code>", "<code>x", 1), "figure name or code"),
        (lambda html: html.replace("</annotation>", "x</annotation>", 1), "formula"),
        (lambda html: html.replace("，", "", 1), "one comma"),
        (lambda html: html.replace('data-kind="note"', 'data-kind="question"', 1), "kind of a note"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_comparison_sees_small_faults(corpus: Path, change: object, what: str) -> None:
    """Guards the test above against normalising too much: each fault must show on each page that can have it."""
    pages = notes(corpus)
    tried = 0
    for text in pages.values():
        right = rendered(text)
        wrong = change(right)  # type: ignore[operator]
        if wrong != right:
            tried += 1
            assert events(wrong) != events(right), what
        if tried == 3:
            return
    assert tried, what


# --- no character lost -------------------------------------------------------------------------------------------------

_TAG = re.compile(r"</?(?:a|br|center|div|font|iframe|img|span|strong|sub|sup|u|video)(?:\s+[^<>]*)?/?>", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:src|href|alt)\s*=\s*[\"']([^\"']*)")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\ufe0e")) | {0xFFFE: 0xFFFD}


def _counted(text: str) -> Counter[str]:
    """All characters but white space and ASCII punctuation (which Markdown and TeX use up)."""
    kept = unquote(text).translate(_INVISIBLE)
    return Counter(char for char in kept if not char.isspace() and (char.isalnum() or char > "\x7f"))


def _written(text: str) -> Counter[str]:
    """What an author's note says: everything but markers, signs and the names of HTML tags."""
    text = re.sub(r"^ {0,3}[Pp]\d{1,4}[ \t]*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = _TAG.sub(lambda tag: " ".join(_ADDRESS.findall(tag[0])), text)
    text = unescape(text)
    for sign in (*KINDS, "❌", "❎"):
        text = text.replace(sign, "")
    # a numbered list shows its first number only; the others are the browser's
    text = re.sub(r"^([ \t>]*(?:[-*+] +)?)\d{1,9}([.)])(?=[ \t])", r"\1\2", text, flags=re.MULTILINE)
    return _counted(text)


def test_no_character_is_lost_on_any_page(corpus: Path) -> None:
    lost, added = {}, {}
    for path, text in notes(corpus).items():
        written, found = _written(text), _counted(shown(rendered(text, path)))
        if missing := written - found:
            lost[path] = dict(missing)
        if more := found - written:
            added[path] = dict(more)
    assert not lost
    # nothing is counted twice, so that no second copy can stand in for a lost one
    assert not added
