"""Names of places that nobody sees, only links name: `^lamp-1` of Obsidian behind a block, `(lamp-1)=` of MyST above one."""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.notes.protected import met

_NAMED = lazy(
    r"^\((?P<label>[\w:.-]{1,80})\)=[ \t]*$|"
    r"(?<![^\s])\^(?P<name>(?=[A-Za-z0-9-]*[A-Za-z]|[0-9]{6}\b)[A-Za-z0-9-]{3,60})[ \t]*"
    r"(?=\Z|\n(?:[ \t>]*(?:\Z|\n|[-*+#]|[0-9]{1,9}[.)])))",
    re.MULTILINE,
)
"""Those of Obsidian at the end of a block only. Where the name is shorter, or a number, it may be an exponent."""


def with_places(text: str) -> str:
    """Return a note with an anchor in place of each name; `text` has its formulas masked, and as many lines as before.

    The anchor stands where the name stood, so that the places of all that is before it are what they were.
    """
    out: list[str] = []
    done = 0
    for found, _, hidden, _ in met(text, list(_NAMED.finditer(text))):
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if hidden or before.lstrip(" \t>")[:1] in {"#", "|"}:
            continue
        name = found["label"] or f"^{found['name']}"
        out += (text[done : found.start()], f'<a id="{name}"></a>')
        done = found.end()
    return "".join((*out, text[done:]))
