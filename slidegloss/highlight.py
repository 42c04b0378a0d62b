"""Code blocks as HTML, coloured by Pygments through classes only (the pages' policy forbids inline styles)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from pygments import highlight as _pygmentize
from pygments.filter import Filter
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

from slidegloss.htmlcontext import FORBIDDEN, esc

_LARGEST = 100_000
"""Characters; longer code is shown uncoloured, so that no input makes a build slow."""
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
_UNCOLOURED = (Token.Name, Token.Text.Whitespace)
"""What themes show like the text around it: marked up it would be half of a page's code."""


class _Plain(Filter):
    """Takes the mark off what has no colour of its own."""

    def filter(self, lexer: Lexer | None, stream: Iterable[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:  # noqa: ARG002
        for kind, text in stream:
            yield Token.Text if kind in _UNCOLOURED else kind, text


def language(info: str) -> str:
    """Return the language that a fence's info string names: its first word, without braces, dot and options."""
    words = info.replace(",", " ").split()
    return words[0].strip("{}").lstrip(".").removeprefix("language-").lower() if words else ""


@lru_cache(maxsize=256)
def _lexer(name: str) -> Lexer | None:
    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    lexer.add_filter(_Plain())
    return lexer


@lru_cache(maxsize=1024)
def code_block(info: str, text: str) -> str:
    """Return a code block as `<div class="highlight"><pre><code>`; an unknown language is shown as plain text."""
    name = language(info)
    body = text.removesuffix("\n")
    lexer = _lexer(name) if name and len(body) <= _LARGEST else None
    # Pygments escapes by itself but lets forbidden characters through
    inner = (
        esc(body) if lexer is None else _pygmentize(FORBIDDEN.sub("\ufffd", body), lexer, _FORMATTER).removesuffix("\n")
    )
    css = f' class="language-{esc(name)}"' if name else ""
    # the first line end after <pre> is dropped by browsers: <code> stands between
    return f'<div class="highlight"><pre tabindex="0"><code{css}>{inner}\n</code></pre></div>'
