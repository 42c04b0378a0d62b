r"""Rewrites of TeX that KaTeX and MathJax take, tried where the converter refuses a formula: other formulas pay nothing.

They change how a formula looks in small things (a frame for a coloured box), never what it says.
"""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.syntax.texrepair import group_end

_SIGNS = {
    "√": "surd",
    "∅": "varnothing",
    "∠": "angle",
    "∡": "measuredangle",
    "∢": "sphericalangle",
    "∴": "therefore",
    "∵": "because",
    "⊤": "top",
    "⊥": "bot",
}
"""Characters of mathematics that the converter knows by their names only."""
_SIGN = lazy(rf"\\(?:text[a-z]{{0,6}}|mbox|hbox|tag\*?)\s*\{{[^{{}}]*\}}|[{''.join(_SIGNS)}]")
_COLOR = lazy(
    r"\\(?P<of_text>text)?color\s*\{\s*(?:\\?#(?P<hex>[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})|(?P<name>[A-Za-z]{3,20}))\s*\}(?(of_text)\s*\{)"
)
_BOX = lazy(r"\\(?:colorbox|fcolorbox\s*\{[^{}]*\})\s*\{[^{}]*\}\s*\{")
_CIRCLED = lazy(r"\\(?:text)?circled\s*(?:\{\s*(?:\\text\s*\{\s*)?(\d{1,2}|[A-Za-z])\s*\}{1,2}|(\d))")
_STARRED = lazy(r"\\(begin|end)\s*\{([pbBvV]?matrix)\*\}(?:\s*\[[lcr]\])?")
_FILL = lazy(r"\\hfill(?![A-Za-z])")
_NUMBER = lazy(r"\\l?eqno\s*(?:\{([^{}]*)\}|(\([^()\n]{1,20}\)))")
_LAST_TAG = lazy(
    r"(?:\\\\)?\s*(?P<end>\\end\{(?:align|equation|gather|multline)\*\})[\s.,。，]*(?P<tag>\\tag\*?\s*\{[^{}]*\})\s*\Z"
)
_TAG = lazy(r"\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_PLAIN = lazy(r"[ -#%-~]*\Z")
"""What the converter sets as the number of an equation: ASCII, and no formula."""


def rescue(tex: str) -> str:
    """Return repaired TeX that the converter has refused, rewritten once more; as it was where nothing applies."""
    if not tex.isascii():
        tex = _SIGN.sub(lambda found: rf"\{_SIGNS[found[0]]} " if found[0] in _SIGNS else found[0], tex)
    if "\\" not in tex:
        return tex
    if "color" in tex:
        tex = _boxes(_colors(tex))
    if "circled" in tex:
        tex = _CIRCLED.sub(lambda found: rf"\text{{{_circled(found[1] or found[2])}}}", tex)
    tex = _STARRED.sub(r"\\\1{\2}", tex)
    tex = _NUMBER.sub(lambda found: rf"\qquad {found[1] or found[2]}", _FILL.sub(r"\\qquad ", tex))
    if "\\tag" in tex:
        tex = _LAST_TAG.sub(lambda found: found["tag"] + found["end"], tex)
        tex = _TAG.sub(_tag, tex)
    return tex


def _colors(tex: str) -> str:
    r"""`\color{#f00}`, `\textcolor{grey}{x}` and other names that browsers know, in the one way the converter takes."""
    for found in reversed(list(_COLOR.finditer(tex))[:50]):
        digits = found["hex"] or _digits(found["name"])
        end = group_end(tex, found.end()) if found["of_text"] else found.end()
        if digits and end > 0:
            new = rf"\color[HTML]{{{(digits if len(digits) > _SHORT else ''.join(d * 2 for d in digits)).upper()}}}"
            if found["of_text"]:
                new = f"{{{new} {tex[found.end() : end]}"
            tex = tex[: found.start()] + new + tex[end:]
    return tex


_SHORT = 3
"""Digits of a colour of which each stands for two."""


def _digits(name: str) -> str:
    from PIL.ImageColor import colormap  # noqa: PLC0415 - few formulas name a colour that LaTeX has not

    value = colormap.get(name.casefold())
    return value.removeprefix("#") if isinstance(value, str) else ""


def _boxes(tex: str) -> str:
    r"""A frame around what `\colorbox` paints behind: text, with formulas between dollars in it."""
    for found in reversed(list(_BOX.finditer(tex))[:50]):
        end = group_end(tex, found.end())
        if end > 0:
            parts = re.split(r"(?<!\\)\$", tex[found.end() : end - 1])
            inside = "".join(part if odd else rf"\text{{{part}}}" for odd, part in _numbered(parts) if part)
            tex = rf"{tex[: found.start()]}\boxed{{{inside}}}{tex[end:]}"
    return tex


def _numbered(parts: list[str]) -> list[tuple[bool, str]]:
    return [(number % 2 == 1, part) for number, part in enumerate(parts)]


def _circled(what: str) -> str:
    """Return a number or a letter in a circle, as Unicode has it; in brackets where it has none."""
    if what.isdigit():
        return chr(0x2460 + int(what) - 1) if 1 <= int(what) <= 20 else f"({what})"
    return chr((0x24B6 if what.isupper() else 0x24D0) + ord(what.upper()) - ord("A"))


def _tag(found: re.Match[str]) -> str:
    r"""`\tag{式1}`: what the converter sets no equation's number in stands behind the equation."""
    label = found[2]
    if _PLAIN.match(label):
        return found[0]
    parts = re.split(r"(?<!\\)\$", label if found[1] else f"({label})")
    return r"\qquad" + "".join(part if odd else rf"\text{{{part}}}" for odd, part in _numbered(parts) if part)
