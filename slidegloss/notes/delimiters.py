r"""The delimiters of formulas in a text: brackets behind backslashes, dollar signs, edges of environments."""

from __future__ import annotations

import re

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.notes.protected import Region
from slidegloss.notes.tex import LENGTH

_AMS = "align alignat aligned alignedat equation flalign gather gathered multline split subequations"
_TABLES = "array Bmatrix bmatrix cases dcases matrix pmatrix rcases smallmatrix Vmatrix vmatrix"
ENVIRONMENTS = frozenset(f"{_AMS} {_TABLES} displaymath eqnarray math".split(" "))
"""Environments that are formulas without any delimiter around them (a star may follow)."""

# both branches start with a plain character, which `re` looks for ahead of trying the pattern
_TOKEN = re.compile(
    r"\\(?P<slashes>\\*)(?:(?P<bracket>[()\[\]])|(?P<edge>begin|end)\{(?P<name>[A-Za-z]+)\*?\})?|\$(?P<dollars>\$*)"
)


class Token(NamedTuple):
    r"""A delimiter; `kind` is its canonical form (`\\\\(`, `$$`, `begin`), `name` an environment's name without star."""

    start: int
    end: int
    kind: str
    name: str = ""


def delimiters(text: str, hard: list[Region]) -> list[Token]:
    """Return the delimiters outside of code and comments."""
    tokens: list[Token] = []
    index = 0
    last = -1
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        while index < len(hard) and hard[index].end <= start:
            index += 1
        if index < len(hard) and hard[index].start <= start:
            continue
        kind = match.lastgroup
        if kind == "slashes":  # nothing behind them: an odd run escapes what follows
            last = end if (end - start) % 2 else -1
            continue
        token = _dollars(match, last) if kind == "dollars" else _slashes(match)
        last = -1
        if token is not None:
            tokens.append(token)
    return tokens


def _dollars(match: re.Match[str], escaped_at: int) -> Token | None:
    start, end = match.span()
    if escaped_at == start:  # `\$`
        start += 1
    length = end - start
    return Token(start, end, "$" * length) if length in {1, 2} else None


def _slashes(match: re.Match[str]) -> Token | None:
    count = 1 + len(match["slashes"])
    start, end = match.span()
    bracket = match["bracket"]
    if bracket is None:
        if match["name"] not in ENVIRONMENTS:
            return None
        # `\\\\\begin`: a line break, then the environment
        return Token(start + count - 1 if count % 2 else start + count - 2, end, match["edge"], match["name"])
    if count == 1:
        return Token(start, end, "\\" + bracket)
    if bracket in "([":
        spacing = bracket == "[" and LENGTH.match(match.string, end - 1)  # `\\[2pt]` breaks a line
        return Token(start, end, r"\\" + bracket) if count == 2 and not spacing else None
    # `\\\\\\)`: a line break, then the closing delimiter
    return Token(end - 3, end, r"\\" + bracket) if count % 4 in {2, 3} else None
