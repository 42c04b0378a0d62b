r"""TeX to MathML by math-core, with repairs for what MathJax takes and math-core does not.

What no repair helps is shown as TeX, as the author wrote it, and reported. Nothing in the output is active: math-core
writes no links, and the commands that would (`\href`, `\url`) stay TeX.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape

from math_core import LatexError, LatexToMathML

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.patterns import lazy
from slidegloss.nodes import Math
from slidegloss.syntax.macros import defines, meaning
from slidegloss.syntax.texrepair import repair

MACROS = {
    "AA": r"\text{Å}",
    "boldsymbol": r"\bm{#1}",
    "centerdot": r"\cdot",
    "clap": r"{#1}",
    "class": r"{#2}",
    "cssId": r"{#2}",
    "dotsb": r"\cdots",
    "dotsc": r"\ldots",
    "dotsi": r"\cdots",
    "dotsm": r"\cdots",
    "dotso": r"\ldots",
    "enskip": r"\enspace",
    "ensuremath": r"{#1}",
    "hbox": r"\text{#1}",
    "hdots": r"\ldots",
    "intop": r"\int",
    "llap": r"{#1}",
    "mathbbm": r"\mathbb{#1}",
    "mathclap": r"{#1}",
    "mathds": r"\mathbb{#1}",
    "mathellipsis": r"\ldots",
    "mathllap": r"{#1}",
    "mathnormal": r"{#1}",
    "mathrlap": r"{#1}",
    "mathstrut": r"\vphantom{(}",
    "mbox": r"\text{#1}",
    "pmb": r"\bm{#1}",
    "rlap": r"{#1}",
    "sdot": r"\cdot",
    "shortmid": r"\mid",
    "shortparallel": r"\parallel",
    "smallint": r"\int",
    "smallsetminus": r"\setminus",
    "smash": r"{#1}",
    "strut": r"\vphantom{(}",
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
    "textmd": r"\text{#1}",
    "textnormal": r"\text{#1}",
    "textup": r"\text{#1}",
    "thickapprox": r"\approx",
    "thicksim": r"\sim",
    "varpropto": r"\propto",
}
"""Commands of MathJax that math-core lacks, in its own terms."""

_OF_LATEX = "Use commands of LaTeX's and AMS's maths, close every brace and environment."
_OF_YOUR_OWN = (
    r"Say what it means: in a formula above, \newcommand{\name}{…}, or for all notes under `macros` in the settings."
)
_MAX_LENGTH = 20_000
_MAX_DEPTH = 100
_OPEN = lazy(r"\\\\|\\[{}]|[{}]|\\(?:left|right|begin|end)(?![A-Za-z])")
_OPENERS = ("{", r"\left", r"\begin")
_STEP = {"{": 1, "}": -1, r"\left": 1, r"\right": -1, r"\begin": 1, r"\end": -1}
_PLACE = lazy(r"(?:macro\d+:)?(\d+): ")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot);)[A-Za-z]+;")
"""Entities that XML (a feed, an SVG) does not know."""
_TEX_TOKEN = lazy(r"\\[A-Za-z]+|\\.|.", re.DOTALL)


def _converter() -> LatexToMathML:
    bare = LatexToMathML(fancy_error=False)
    missing = {name: meaning for name, meaning in MACROS.items() if _unknown(bare, name)}
    return LatexToMathML(fancy_error=False, allow_unreliable_rendering=True, annotation=True, macros=missing)


def _unknown(converter: LatexToMathML, name: str) -> bool:
    try:
        converter.convert_with_local_state("\\" + name, displaystyle=True)
    except LatexError as error:
        return "Unknown command" in str(error)
    return False


_CONVERTER = _converter()


@lru_cache(maxsize=4096)
def is_command(name: str) -> bool:
    r"""Return whether `\name` is something the converter knows, macros and structure included."""
    return name in {"begin", "end", "label", "tag", "intertext"} or not _unknown(_CONVERTER, name)


def convert(math: Math, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    r"""Return a formula as HTML: `<math>` with its TeX as annotation, or the TeX itself with a diagnostic.

    Display formulas get `display="block"`. TeX that cannot be converted becomes `<code class="sg-tex">` with what the
    author wrote; `path` and the formula's span place the message.
    """
    html, problem, offset = _convert(math.tex, math.display, math.meant)
    if not problem:
        return html, ()
    line, col = _locate(math, offset)
    kind = "sg-tex sg-tex-display" if math.display else "sg-tex"
    return (
        f'<code class="{kind}" translate="no">{escape(math.source)}</code>',
        (
            diagnostic(
                Code.FORMULA_UNSUPPORTED,
                path,
                line,
                col,
                f"this formula cannot become MathML and is shown as TeX: {problem}",
                _OF_YOUR_OWN if problem.startswith("Unknown command") else _OF_LATEX,
            ),
        ),
    )


@lru_cache(maxsize=8192)  # those of many notes, some 2 kB each; not those of all notes of a large book
def _convert(tex: str, display: bool, meant: str | None) -> tuple[str, str, int]:  # noqa: FBT001 - a cache wants no names
    """Return (HTML, "", 0), or ("", problem, offset into `tex`); what is `meant` by it may be other TeX."""
    if meant is None:
        meant = meaning(tex, {})
    said = tex if meant is None else meant
    if found := defines(said):
        # what the converter would make of a definition may be nested deeper than what is written
        return "", "this definition of a command is not understood", max(tex.find(found[0]), 0)
    if len(said) > _MAX_LENGTH or _depth(said) > _MAX_DEPTH:
        # the converter recurses on the machine's stack, which no exception guards
        return "", "it is too long or nested too deeply", 0
    repaired = repair(said, display=display)
    try:
        html = _CONVERTER.convert_with_local_state(repaired, displaystyle=display)
    except LatexError as error:
        if html := _rescued(repaired, display=display):
            return _annotate(html, tex), "", 0
        place = _PLACE.match(str(error))
        problem = str(error)[place.end() if place else 0 :].rstrip(".")
        offset = int(place[1]) if place and not str(error).startswith("macro") else 0
        return "", problem, _offset_in(tex, repaired, offset)
    return _annotate(html, tex), "", 0


def _rescued(repaired: str, *, display: bool) -> str:
    """Return what the converter makes of a formula that it has refused, rewritten once more; nothing if it refuses again."""
    from slidegloss.syntax.texrescue import rescue  # noqa: PLC0415 - most notes have no such formula

    other = rescue(repaired)
    if other == repaired:
        return ""
    try:
        return _CONVERTER.convert_with_local_state(other, displaystyle=display)
    except LatexError:
        return ""


def _annotate(html: str, tex: str) -> str:
    """Put the TeX for copying where the converter put our repaired form of it."""
    formula = html[: html.rindex("<annotation ")]
    formula = _NAMED.sub(lambda found: unescape(found[0]), formula)
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return f"{formula}{note}</semantics></math>"


def _depth(tex: str) -> int:
    if len(tex) <= _MAX_DEPTH or (len(tex) <= 40 * _MAX_DEPTH and sum(map(tex.count, _OPENERS)) <= _MAX_DEPTH):
        return 0  # too little of everything to be deep
    depth = deepest = 0
    for match in _OPEN.finditer(tex):
        depth += _STEP.get(match[0], 0)
        deepest = max(deepest, depth)
    # commands that take the next command as argument nest without braces
    chains = max((len(match[0]) // 4 for match in re.finditer(r"(?:\\[A-Za-z]+\s*){40,}", tex)), default=0)
    return max(deepest, chains // 20)


def _offset_in(tex: str, repaired: str, offset: int) -> int:
    """Return where in `tex` the token stands that is at `offset` in its repaired form."""
    token = _TEX_TOKEN.match(repaired, offset)
    if token is None:
        return len(tex)
    return _occurrence(tex, token[0], repaired[:offset].count(token[0]))


def _occurrence(text: str, token: str, before: int) -> int:
    position = text.find(token)
    for _ in range(before):
        following = text.find(token, position + 1)
        if following < 0:
            break
        position = following
    return max(position, 0)


def _locate(math: Math, offset: int) -> tuple[int, int]:
    """Return the line and column in the file of an offset into the clean TeX."""
    source = math.source
    token = _TEX_TOKEN.match(math.tex, offset)
    position = _occurrence(source, token[0], math.tex[:offset].count(token[0])) if token else len(source.rstrip()) - 1
    head = source[: max(position, 0)]
    lines = head.count("\n")
    if not lines:
        return math.span.line, math.span.col + len(head)
    return math.span.line + lines, len(head) - head.rindex("\n")
