r"""Rewrites of TeX that MathJax takes and math-core does not, each with the same meaning on paper.

MathJax as mdBook sets it up numbers no equations, so numbered environments become their starred forms; tags stay.
"""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy

_ENVIRONMENT = lazy(r"\\(begin|end)\s*\{(\s*[A-Za-z]+\*?\s*)\}")
_ENV_NAMES = {
    "align": "align*",
    "alignat": "align*",
    "alignat*": "align*",
    "alignedat": "aligned",
    "displaymath": "",
    "eqnarray": "align*",
    "eqnarray*": "align*",
    "equation": "equation*",
    "flalign": "align*",
    "flalign*": "align*",
    "gather": "gather*",
    "math": "",
    "multline": "multline*",
    "smallmatrix": "matrix",
    "split": "aligned",
    "subequations": "",
}
_COUNTED = {"alignat", "alignat*", "alignedat"}
_NUMBERED = lazy(r"\\begin\{(?:align|equation|gather|multline)\*?\}")
_COLUMNS = lazy(r"(\\begin\{array\}(?:\[[tbc]\])?)\{((?:[^{}]|\{[^{}]*\})*)\}")
_COLUMN_EXTRA = lazy(r"[@!]\{[^{}]*\}|[<>]\{[^{}]*\}")
_PLACED = lazy(r"(\\begin\{(?:aligned|gathered)\})\s*\[[tbc]\]")
_GONE = re.compile(
    r"\\(?:label|require|vspace\*?)\s*\{[^{}]*\}"
    r"|\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge|displaylimits|centering|allowbreak|nobreak)(?![A-Za-z])"
)
_REFERENCE = lazy(r"\\(eq)?ref\s*\{([^{}]*)\}")
_TAG = lazy(r"\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_UNICODE = lazy(r"\\unicode\s*\{\s*(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))\s*\}")
_TEXT = lazy(r"\\(text[a-z]{0,6}|mbox|hbox)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_TEXT_SPECIAL = re.compile(r"(?<!\\)([_&%#])")
_INNER_MATH = lazy(r"(?<!\\)\$([^$]*)(?<!\\)\$|\\\(((?:[^\\]|\\[^)])*)\\\)")
_NAMED_LIMITS = lazy(
    r"\\(?:operatorname\s*\{|mathrm\s*\{|text\s*\{|mathop\s*\{\s*\\(?:rm\s|mathrm\s*\{|text\s*\{|operatorname\s*\{))"
    r"([A-Za-z ,.]+)\}{1,2}\s*\\limits(?![A-Za-z])"
)
_LIMITS = lazy(
    r"(\\(?:math[a-z]{1,6}|text[a-z]{0,6}|bm|boldsymbol|bar|overline|underline)\s*\{[^{}]*\})\s*\\limits(?![A-Za-z])"
)
_ANGLE = lazy(r"\\(left|right|[bB]igg?[lr]?)\s*([<>])")
_MATHOP = re.compile(r"\\mathop\s*\{")
_PLAIN_TABLE = lazy(r"\\((?:[bpvBV])?matrix|cases)\s*\{")
_PERCENT = lazy(r"\\.|^[ \t]*%[^\n]+$|%", re.MULTILINE)
_HASH = lazy(r"(?<![\\#])#(?![1-9#])")
"""Where it is no argument of a macro."""
_TOP = re.compile(r"\\\\|\\[{}&]|[{}&]|\\(?:begin|end|left|right)(?![A-Za-z])")


def repair(tex: str, *, display: bool) -> str:
    """Return TeX that math-core takes, as far as a rewrite exists; anything else comes back as it was."""
    if "%" in tex:
        # TeX would drop the rest of the line; only a line of its own is meant as a comment
        tex = _PERCENT.sub(lambda found: r"\%" if found[0] == "%" else found[0], tex)
    if "#" in tex:
        tex = _HASH.sub(r"\\#", tex)
    if "\\" in tex:
        tex = _commands(tex)
        if "\\begin" in tex:
            tex = _environments(tex)
    if "&" in tex or (display and r"\\" in tex):
        tex = _rows(tex, display=display)
    return _tags(tex, display=display) if "\\tag" in tex else tex


def _commands(tex: str) -> str:
    if "\\cr" in tex or "matrix" in tex or "cases" in tex:
        tex = _plain_tables(tex)
    tex = _GONE.sub("", tex)
    tex = tex.replace("\\hspace*", "\\hspace")
    if "<" in tex or ">" in tex:
        tex = _ANGLE.sub(lambda found: rf"\{found[1]}\{'l' if found[2] == '<' else 'r'}angle ", tex)
    if "ref" in tex:
        tex = _REFERENCE.sub(lambda found: rf"\text{{({found[2]})}}" if found[1] else rf"\text{{{found[2]}}}", tex)
    if "\\unicode" in tex:
        tex = _UNICODE.sub(_character, tex)
    if "\\text" in tex or "box" in tex:
        tex = _TEXT.sub(_text, tex)
    if "\\limits" in tex or "\\mathop" in tex:
        tex = _NAMED_LIMITS.sub(lambda found: _operator(found[1]), tex)
        tex = _mathop(_LIMITS.sub(r"\\mathop{\1}\\limits", tex))
    return tex


def _operator(name: str) -> str:
    return rf"\operatorname*{{{'~'.join(name.split())}}}"


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if 0x20 < code < 0x110000 and not 0xD800 <= code < 0xE000 else found[0]


def _text(found: re.Match[str]) -> str:
    r"""`\text{if $x$ in a_b}`: maths in text becomes maths beside text; signs without meaning in text are escaped."""
    name, body = found[1], found[2]
    parts = _INNER_MATH.split(body)
    texts = [f"\\{name}{{{_escaped(part)}}}" if part else "" for part in parts[::3]]
    maths = [first or second or "" for first, second in zip(parts[1::3], parts[2::3], strict=True)]
    return "".join(text + formula for text, formula in zip(texts, [*(f"{{{m}}}" for m in maths), ""], strict=True))


def _escaped(text: str) -> str:
    return _TEXT_SPECIAL.sub(r"\\\1", text)


def group_end(tex: str, start: int) -> int:
    """Return the offset after the group whose brace opened just before `start`, or -1 where nothing closes it."""
    depth = 1
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(tex, start):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return -1


def _mathop(tex: str) -> str:
    r"""`\mathop{X}\limits_{Y}^{Z}` puts scripts over and under; math-core says that with `\underset` and `\overset`."""
    out: list[str] = []
    done = 0
    for found in _MATHOP.finditer(tex):
        if found.start() < done:
            continue
        end = group_end(tex, found.end())
        if end < 0:
            break
        core = tex[found.end() - 1 : end]
        position = end
        scripts: dict[str, str] = {}
        if limits := re.compile(r"\s*\\limits(?![A-Za-z])").match(tex, position):
            position = limits.end()
        while (sign := re.compile(r"\s*([_^])\s*(\{|\\[A-Za-z]+|[^\s\\{}])").match(tex, position)) is not None:
            if sign[1] in scripts:
                break
            stop = group_end(tex, sign.end()) if sign[2] == "{" else sign.end()
            if stop < 0:
                break
            scripts[sign[1]] = tex[sign.start(2) : stop].removeprefix("{").removesuffix("}")
            position = stop
        for sign_name, command in (("_", "underset"), ("^", "overset")):
            if sign_name in scripts:
                core = rf"\{command}{{{scripts[sign_name]}}}{{{core}}}"
        out += (tex[done : found.start()], core)
        done = position
    return "".join(out) + tex[done:]


def _plain_tables(tex: str) -> str:
    r"""Plain TeX's `\matrix{a & b \cr c & d}` and `\cases{…}` as environments."""
    for found in reversed(list(_PLAIN_TABLE.finditer(tex))[:50]):
        end = group_end(tex, found.end())
        if end > 0:
            body = tex[found.end() : end - 1]
            tex = rf"{tex[: found.start()]}\begin{{{found[1]}}}{body}\end{{{found[1]}}}{tex[end:]}"
    return re.sub(r"\\cr(?![A-Za-z])", r"\\\\", tex)


def _environments(tex: str) -> str:
    tex = _ENVIRONMENT.sub(_environment, tex)
    tex = re.sub("\0\\s*\\{[^{}]*\\}|\0", "", tex)
    tex = _PLACED.sub(r"\1", tex)
    return _COLUMNS.sub(lambda found: f"{found[1]}{{{_columns(found[2])}}}", tex)


def _environment(found: re.Match[str]) -> str:
    name = found[2].strip()
    new = _ENV_NAMES.get(name, name)
    after = "\0" if name in _COUNTED and found[1] == "begin" else ""
    return rf"\{found[1]}{{{new}}}{after}" if new else after


def _columns(spec: str) -> str:
    """Return an array's column letters; widths and material between columns are layout that MathML does without."""
    spec = re.sub(r"\*\{(\d{1,2})\}\{([^{}]*)\}", lambda found: found[2] * int(found[1]), spec)
    spec = _COLUMN_EXTRA.sub("", spec)
    return re.sub(r"[pmb]\{[^{}]*\}", "l", spec)


def _rows(tex: str, *, display: bool) -> str:
    r"""Wrap rows that stand outside of any environment, as MathJax shows them: `a &= b \\ &= c`."""
    depth = first_break = 0
    cells = False
    for match in _TOP.finditer(tex):
        sign = match[0]
        if sign in {"{", r"\begin", r"\left"}:
            depth += 1
        elif sign in {"}", r"\end", r"\right"}:
            depth -= 1
        elif depth == 0 and sign == r"\\":
            first_break = first_break or match.end()
        elif depth == 0 and sign == "&":
            cells = True
    if cells:
        return rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return rf"\begin{{gathered}}{tex}\end{{gathered}}" if display and first_break and tex[first_break:].strip() else tex


def _tags(tex: str, *, display: bool) -> str:
    """Give tags a place: beside the equation if it is alone and displayed, else in the running formula."""
    if _NUMBERED.search(tex):
        return tex
    tags = _TAG.findall(tex)
    if display and len(tags) == 1:
        star, label = tags[0]
        return rf"\begin{{equation*}}{_TAG.sub('', tex)}\tag{star}{{{label}}}\end{{equation*}}"
    return _TAG.sub(lambda tag: rf"\qquad\text{{{tag[2] if tag[1] else f'({tag[2]})'}}}", tex)
