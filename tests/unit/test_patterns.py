"""Patterns mean the same to every Python that we run on."""

from __future__ import annotations

import importlib
import pkgutil
import re
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

import slidegloss
from slidegloss.base.patterns import _Lazy


def patterns():
    """All patterns that modules of the package hold, alone or in a row, by where they stand."""
    for module in pkgutil.walk_packages(slidegloss.__path__, "slidegloss."):
        if module.name != "slidegloss.__main__":
            for name, value in vars(importlib.import_module(module.name)).items():
                for one in value if isinstance(value, (tuple, list)) else (value,):
                    if isinstance(one, (re.Pattern, _Lazy)):
                        yield f"{module.name}.{name}", one


def repeated_for_good(items):
    """What stands before a possessive quantifier (`*+`), anywhere in a parsed pattern."""
    waiting = list(items)
    while waiting:
        part = waiting.pop()
        if isinstance(part, (tuple, list, parser.SubPattern)):
            if len(part) == 2 and part[0] is constants.POSSESSIVE_REPEAT:
                yield list(part[1][2])
            waiting += part


def test_what_python_3_11_4_takes_wrongly_is_not_used() -> None:
    """Until 3.11.5, `(?:ab?c)*+` eats more of a text than it matches (python/cpython#106052): Debian 12 has 3.11.2.

    `(?>(?:ab?c)*)` means the same and is right; and what repeats one character is, too.
    """
    one = {constants.LITERAL, constants.NOT_LITERAL, constants.ANY, constants.IN}
    wrong, seen = [], 0
    for name, pattern in patterns():
        for body in repeated_for_good(parser.parse(pattern.pattern, pattern.flags)):
            seen += 1
            if len(body) != 1 or body[0][0] not in one:
                wrong.append(name)
    assert not wrong
    assert seen > 20
    assert next(repeated_for_good(parser.parse("x|((?:ab?c)*+)")))
