"""Code blocks as HTML. Colours are `html/highlight.py`'s, or those of an earlier page: Pygments takes its time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from slidegloss.base.patterns import lazy
from slidegloss.html.context import esc
from slidegloss.nodes import CodeBlock
from slidegloss.syntax.tree import code_language

_SHOWN = lazy(r'<div class="highlight"><pre tabindex="0"><code.*?</code></pre></div>', re.DOTALL)
_COLOURS = lazy(r"</?span[^<>]*>|\n+(?=</code>)")
"""What may differ between code blocks of the same text, and the last line ends, which may well decide on colours."""
_recalled: dict[tuple[str, str], str] = {}
"""Info string and text → HTML."""
_MOST = 1024


@lru_cache(maxsize=_MOST)
def code_block(info: str, text: str) -> str:
    """Return a code block as `<div class="highlight"><pre><code>`; an unknown language is shown as plain text."""
    return _recalled.get((info, text)) or _made(info, text)


def recall(blocks: Iterable[CodeBlock], page: str) -> None:
    """Take the HTML of code blocks from that of a page of theirs, where it is plain which is which.

    The page must have been made by this very program, with the same Pygments.
    """
    if len(_recalled) > _MOST:  # `serve` goes on for long
        _recalled.clear()
    shown: dict[str, set[str]] = {}
    for html in _SHOWN.findall(page):
        shown.setdefault(_without_colours(html), set()).add(html)
    named: dict[str, set[tuple[str, str]]] = {}
    for block in blocks:
        named.setdefault(_without_colours(_framed(block.info, esc(_body(block.text)))), set()).add(
            (block.info, block.text)
        )
    for plain, codes in named.items():
        if len(codes) == len(shown.get(plain, ())) == 1:
            _recalled[codes.pop()] = shown[plain].pop()


def _made(info: str, text: str) -> str:
    name, body = code_language(info), _body(text)
    inner = None
    if name:
        from slidegloss.html.highlight import colour  # noqa: PLC0415 - most notes hold no code

        inner = colour(name, body)
    return _framed(info, esc(body) if inner is None else inner)


def _body(text: str) -> str:
    return text.removesuffix("\n")


def _framed(info: str, inner: str) -> str:
    name = code_language(info)
    css = f' class="language-{esc(name)}"' if name else ""
    # the first line end after <pre> is dropped by browsers: <code> stands between
    return f'<div class="highlight"><pre tabindex="0"><code{css}>{inner}\n</code></pre></div>'


def _without_colours(html: str) -> str:
    """Return what code blocks have in common that differ in colours, or in their last line ends, only."""
    return _COLOURS.sub("", html).replace("&quot;", '"')  # Pygments leaves quotes as they are
