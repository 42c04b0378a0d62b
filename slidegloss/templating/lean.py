"""Minifies our scripts, style sheets and templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_QUOTED = re.compile(r"""("[^"\n]*"|'[^'\n]*')""")
_BEHIND, _BEFORE = re.compile(r"([{}>:;,])\s+"), re.compile(r"[;\s]\s*([{}>])")
"""What means nothing in a style sheet outside of quotes: white space but before a colon, a last semicolon."""
_NAME = re.compile(r'="([A-Za-z_][\w-]*)"\]')
"""The value of an attribute in a selector, where it needs no quotes."""
_KEPT = re.compile(
    r"""("[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'|`[^`]*`|//[^\n]*"""
    r"""|/(?<=[(\[!,=:&|? ]/)(?![*\s])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/)"""
)
"""A text, a comment or a pattern in a script; we write a division with spaces."""
_AROUND_SIGNS = re.compile(r" (?:(?=[=?:&|{}>,;()])|(?<=[=?:&|{}>,;()] ))")
"""A space in a script that means nothing; `a - -b` needs its own."""
_CONTROL = re.compile(
    r"(?:\{%-?\s*(?:if|elif|else|endif|for|endfor|set|macro|endmacro|block|endblock|import|from)\b(?:(?!%\}).)*%\})+"
)
"""A line of a template that prints nothing."""
_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.DOTALL | re.MULTILINE)


def lean(name: str, data: bytes) -> bytes:
    """Return a file of the theme as browsers load it, or as pages are made of it; a file of another kind stays as it is.

    Lines of scripts and templates stay lines, so that a fault's line can still be read. Comments within a line of a script
    stay, those at its end go, and a text in backquotes that goes over several lines is not touched; spaces around signs go
    where they mean nothing. A template's lines that print nothing leave no empty line in every page.
    """
    if name.endswith(".css"):
        sheet = _NAME.sub(r"=\1]", _COMMENT.sub("", data.decode("utf-8")))
        parts = _QUOTED.split(sheet)
        parts[::2] = [_BEFORE.sub(r"\1", _BEHIND.sub(r"\1", part)) for part in parts[::2]]
        return _text("".join(parts).strip().split("\n"))
    if name.endswith(".js"):
        lines = _script_lines(_BLOCK_COMMENT.sub("", data.decode("utf-8")))
        return _text([_script("\n".join(lines))])
    if name.endswith(".html"):
        return "".join(_template_lines(data.decode("utf-8"))).encode()
    return data


def _template_lines(template: str) -> Iterator[str]:
    for line in template.split("\n"):
        bare = line.strip()
        if bare:
            yield bare if _CONTROL.fullmatch(bare) else f"{bare}\n"


def _script_lines(script: str) -> Iterator[str]:
    quoted = False
    for line in script.split("\n"):
        bare = line.strip()
        if quoted:
            yield line
        elif bare and not bare.startswith("//"):
            yield line.lstrip()
        if line.count("`") % 2:
            quoted = not quoted


def _script(text: str) -> str:
    parts = _KEPT.split(text)
    parts[::2] = [_AROUND_SIGNS.sub("", code) for code in parts[::2]]
    return "".join(part for part in parts if not part.startswith("//"))


def _text(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
