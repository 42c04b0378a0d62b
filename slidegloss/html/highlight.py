"""Code in colour, by Pygments, through classes only (the pages' policy forbids inline styles)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Any

from pygments import format as format_tokens
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

from slidegloss.html.context import FORBIDDEN

_LARGEST = 100_000
"""Characters; longer code is shown uncoloured, so that no input makes a build slow."""
_LONGEST = 1.0
"""Seconds of work on a short piece of code, and as many again for each `_MORE` characters.

Some lexers try ever more ways to read a few hundred backslashes or blanks. No code that was not made for it takes so long.
"""
_MORE = 20_000
_EATS_MEMORY = frozenset({"tnt"})
"""Lexers that put token after token into a list in one step, and do not end: a `~` without a line end is enough."""
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_OPENERS: dict[Any, str] = {Token.Name: "", Token.Text.Whitespace: ""}
"""Kind of token → the tag that opens it, empty for those without colour.

Themes show names and blanks like the text around them: marked up they would be half of a page's code.
"""


@lru_cache(maxsize=256)
def _lexer(name: str) -> Lexer | None:
    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return None if _EATS_MEMORY.intersection(lexer.aliases) else lexer


def colour(name: str, code: str) -> str | None:
    """Return code in the language of this name as HTML, without its last line end.

    None for a language that is not known, and for code of which its lexer would show another text, or takes for ever.
    """
    lexer = _lexer(name) if len(code) <= _LARGEST else None
    if lexer is None:
        return None
    # Pygments lets forbidden characters through. Lexers of sessions (console, psql, …) drop a line that does not end.
    code = FORBIDDEN.sub("\ufffd", code) + "\n"
    tokens = _tokens(lexer, code)
    return coloured(tokens) if "".join([text for _, text in tokens]) == code else None


class _TooLongError(BaseException):
    """The time is up; none of the exceptions that a lexer may catch."""


def _stop(*_: object) -> None:
    raise _TooLongError


def _tokens(lexer: Lexer, code: str) -> list[tuple[Any, str]]:
    """Return the tokens of some code: of all of it, unless its lexer does not end."""
    # every character may be a token, and lexers yield empty ones between them
    most = 8 * len(code) + 100
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return list(islice(lexer.get_tokens(code), most))
    before = signal.signal(signal.SIGVTALRM, _stop)  # the process' own time: how busy the machine is does not matter
    try:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, _LONGEST * (1 + len(code) / _MORE), _LONGEST)
            return list(islice(lexer.get_tokens(code), most))
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except _TooLongError:
        return []
    finally:
        signal.signal(signal.SIGVTALRM, before or signal.SIG_DFL)


def coloured(tokens: Iterable[tuple[Any, str]]) -> str:
    """Return tokens as HTML, without the line end of the last line.

    It is what Pygments' own formatter writes, one `<span>` for neighbours of a kind, ended and begun again at line ends; but
    that one takes nearly as long for each token as finding it.
    """
    out: list[str] = []
    add = out.append
    escaped: dict[str, str] = {}  # the same few words and signs come over and over
    current: str | None = None  # the tag of the last span; None where nothing stands in the line yet
    for kind, value in tokens:
        opener = _OPENERS.get(kind)
        if opener is None:
            opener = _OPENERS[kind] = _opener(kind)
        text = escaped.get(value)
        if text is None:
            text = escaped[value] = value.translate(_ESCAPES)
        if "\n" in text:
            *lines, text = text.split("\n")
            for line in lines:
                if line and current != opener:
                    add(f"</span>{opener}{line}" if current else f"{opener}{line}")
                    current = opener
                else:
                    add(line)
                add("</span>\n" if current else "\n")
                current = None
        if current == opener:
            add(text)
        elif text:
            if current:
                add("</span>")
            add(opener)
            add(text)
            current = opener
    if current is None:
        return "".join(out).removesuffix("\n")
    return "".join(out) + ("</span>" if current else "")


def _opener(kind: Any) -> str:  # noqa: ANN401 - Pygments has no name for what its token types are
    """Return the tag that Pygments' formatter writes before a token."""
    return format_tokens([(kind, "|")], _FORMATTER).partition("|")[0]
