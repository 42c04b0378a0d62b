r"""Commands that an author defines: `\newcommand{\R}{\mathbb{R}}` in a formula, or the settings' `macros`.

They are replaced by what they stand for before a formula is converted, as TeX does it, text for text. The converter
could do that itself, but recurses on the machine's stack, and what a few definitions grow to shows in no source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slidegloss.base.patterns import lazy
from slidegloss.model import Macro
from slidegloss.syntax.texrepair import group_end

_MAX_EXPANSIONS = 1000
_MAX_LENGTH = 20_000
_NAME = r"(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))\s*"
_NEW = lazy(
    rf"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand)\s*\*?\s*{_NAME}"
    r"(?:\[\s*([0-9])\s*\]\s*)?(?:\[([^\[\]]*)\]\s*)?\{"
)
_DEF = lazy(r"\\[gex]?def\s*\\([A-Za-z]+)\s*((?:#[1-9])*)\s*\{")
_LET = lazy(r"\\let\s*\\([A-Za-z]+)\s*=?\s*(\\[A-Za-z]+|\\.|[^\\\s{}])")
_OPERATOR = lazy(rf"\\DeclareMathOperator\s*(\*?)\s*{_NAME}\{{")
_PAIR = lazy(rf"\\DeclarePairedDelimiter\s*{_NAME}\{{")
_DEFINES = lazy(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|[gex]?def|let|DeclareMathOperator"
    r"|DeclarePairedDelimiter)(?![A-Za-z])"
)
_WORDS = ("command", r"\def", r"\gdef", r"\edef", r"\xdef", r"\let", "Declare")
_COMMAND = re.compile(r"\\([A-Za-z]+)|\\.", re.DOTALL)
_ARGUMENT = lazy(r"\s*(?:\{|(\\[A-Za-z]+|\\.|[^\\{}\s]))", re.DOTALL)
_OPTION = lazy(r"\s*\[([^\[\]]*)\]")
_PLACE = lazy(r"#(?:([1-9])|#)")


Macros = Mapping[str, Macro]
"""Commands by their names, without the backslash."""


def defines(tex: str) -> re.Match[str] | None:
    """Return where a formula first says what a command means."""
    # most formulas say none of these, which is quickly seen
    return _DEFINES.search(tex) if any(word in tex for word in _WORDS) else None


def meaning(tex: str, macros: dict[str, Macro]) -> str | None:
    """Return a formula with the commands in `macros` replaced; None where it has none of them, or they make no sense.

    What the formula itself defines is added to `macros`.
    """
    own, left = _definitions(tex) if defines(tex) else ({}, tex)
    macros.update(own)
    meant = _expanded(left, macros) if macros and "\\" in left else left
    return None if meant == tex else meant


def _definitions(tex: str) -> tuple[dict[str, Macro], str]:
    """Return the commands that a formula defines, and what is left of it; what is not understood stays."""
    found: dict[str, Macro] = {}
    left: list[str] = []
    done = 0
    for match in _DEFINES.finditer(tex):
        if match.start() < done:
            continue
        read = _read(tex, match.start())
        if read is not None:
            name, macro, end = read
            found[name] = macro
            left.append(tex[done : match.start()])
            done = end
    return found, "".join(left) + tex[done:]


def macro_of(body: str) -> Macro:
    """Return the command that stands for a text: it takes as many arguments as the text has places for."""
    return Macro(body, max((int(place[1]) for place in _PLACE.finditer(body) if place[1]), default=0))


def _expanded(tex: str, macros: Macros) -> str | None:
    """Return a formula with the commands in `macros` replaced; None where that has no end, or lacks an argument."""
    out: list[str] = []
    count = position = 0
    while (found := _COMMAND.search(tex, position)) is not None:
        macro = macros.get(found[1] or "")
        out.append(tex[position : found.start() if macro else found.end()])
        position = found.end()
        if macro is None:
            continue
        count += 1
        taken = _arguments(tex, position, macro)
        if taken is None or count > _MAX_EXPANSIONS:
            return None
        arguments, position = taken
        body = _filled(macro.body, arguments)
        following = tex[position : position + 1]
        # a command at the end of what it stands for takes no letter that follows
        gap = " " if following.isalpha() and re.search(r"\\[A-Za-z]+$", body) else ""
        tex, position = f"{body}{gap}{tex[position:]}", 0
        if len(tex) > _MAX_LENGTH:
            return None
    return "".join(out) + tex[position:]


def _filled(body: str, arguments: list[str]) -> str:
    """Put arguments into their places; a place that has none stays what it is."""
    given = dict(enumerate(arguments, 1))
    return _PLACE.sub(lambda place: given.get(int(place[1]), place[0]) if place[1] else "#", body)


def _read(tex: str, start: int) -> tuple[str, Macro, int] | None:
    """Return the name and meaning of the command that is defined at `start`, and where the definition ends."""
    if found := _LET.match(tex, start):
        return found[1], Macro(found[2]), found.end()
    for pattern in (_NEW, _DEF, _OPERATOR, _PAIR):
        found = pattern.match(tex, start)
        end = group_end(tex, found.end()) if found else -1
        if found is None or end < 0:
            continue
        body = tex[found.end() : end - 1]
        if pattern is _NEW:
            return found[1] or found[2], Macro(body, int(found[3] or 0), found[4]), end
        if pattern is _DEF:
            return found[1], Macro(body, len(found[2]) // 2), end
        if pattern is _OPERATOR:
            return found[2] or found[3], Macro(rf"\operatorname{found[1]}{{{body}}}"), end
        other = re.compile(r"\s*\{").match(tex, end)
        close = group_end(tex, other.end()) if other else -1
        if other is not None and close > 0:
            return found[1] or found[2], Macro(f"{body} #1 {tex[other.end() : close - 1]}", 1), close
    return None


def _arguments(tex: str, position: int, macro: Macro) -> tuple[list[str], int] | None:
    """Return the arguments of a command that ends at `position`, and where the last of them ends."""
    given: list[str] = []
    if macro.default is not None:
        option = _OPTION.match(tex, position)
        given.append(option[1] if option else macro.default)
        position = option.end() if option else position
    while len(given) < macro.arguments:
        found = _ARGUMENT.match(tex, position)
        if found is None:
            return None
        position = found.end() if found[1] else group_end(tex, found.end())
        if position < 0:
            return None
        given.append(found[1] or tex[found.end() : position - 1])
    return given, position
