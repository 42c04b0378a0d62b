"""Regular expressions that are compiled when they are first used.

Compiling takes a good part of a short run of the program, and what many look for (a venue, a broken formula, Han characters)
most notes do not have, or nobody looks for it where the pages of one edited note are made. What is needed then, too, is
compiled with `re.compile`.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

CHARACTER_REFERENCE = r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
"""As CommonMark has it (0.31, 2.5); whether there is a character of the name is another question."""
_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


class _Lazy:
    """Stands for a pattern; once compiled, the pattern's methods are its own, so that calling them costs nothing."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self._said = (pattern, flags)
        self._made: re.Pattern[Any] | None = None

    def __getattr__(self, name: str) -> object:
        """Compile the pattern; methods are found without coming here from then on."""
        if self._made is None:
            self._made = re.compile(*self._said)
            self.__dict__.update({method: getattr(self._made, method) for method in _METHODS})
        return getattr(self._made, name)


def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what can be used like `re.compile(pattern, flags)`, and is compiled with its first use."""
    return cast("re.Pattern[AnyStr]", _Lazy(pattern, flags))
