r"""Clean TeX out of what an author wrote between formula delimiters.

The notes were written for renderers in which CommonMark reads a formula first and takes backslashes away before MathJax
sees it, so authors doubled some of them (`\\\\` for a line break, `\\{` for a brace) and not others (`\{`, `\,`). Both are
read here as the author meant them.
"""

from __future__ import annotations

import re

from slidegloss.base.patterns import lazy
from slidegloss.syntax.mathml import is_command

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""Characters without width that come along when formulas are pasted."""

_DROP = dict.fromkeys(map(ord, INVISIBLE)) | {0xA0: " ", 0x3000: " "}
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&"))
_BREAK_TAG = re.compile(r"<br\s?/?>", re.IGNORECASE)
_BACKSLASHES = re.compile(r"(\\\\+|\\(?![A-Za-z]))([A-Za-z]+|[^A-Za-z\\])?")
"""A run of backslashes and what follows it, but for a single one before letters: a command stays what it is."""
_TEXT_OPEN = lazy(r"\\(?:text[a-z]*|mbox|hbox|operatorname\*?)[ ]*\{")
LENGTH = lazy(r"\[\s*-?[0-9.]+\s*(?:pt|em|ex|mm|cm|mu|in)\s*\]")
r"""The space that a TeX line break may be given, as in `\\[2pt]`."""
_QUOTE_PREFIX = re.compile(r" {0,3}> ?")

_DOUBLED = frozenset("{}%#$!|_,;:")
"""After two backslashes these are commands of TeX, doubled so that CommonMark leaves one."""
_ESCAPED_IN_PROSE = frozenset("_*-+=<.'\"/~^@?()[]`")
"""After a single backslash these are CommonMark escapes that no formula needs."""


def clean(body: str, *, rows: bool, quote_depth: int = 0, in_table: bool = False) -> str:
    r"""Return the TeX meant by `body`, the text between the delimiters as it stands in the file.

    `rows` says that a lone `\\` can be a line break here (a display formula, an environment). The lines of a formula in a
    quote lose up to `quote_depth` marks `>`. In a table row `\|` is GFM's way to write `|`.
    """
    if "\n" in body:
        first, *others = body.split("\n")
        body = "\n".join([first.strip(), *(_line(line, quote_depth) for line in others)])
        body = "\n".join(line for line in body.split("\n") if line)
    if not body.isascii():
        body = body.translate(_DROP)
    if "&" in body and ";" in body:
        for entity, char in _ENTITIES:
            body = body.replace(entity, char)
    if "<" in body:
        body = _BREAK_TAG.sub(r"\\\\\\\\" if rows or r"\begin" in body else " ", body)
    if in_table:
        body = body.replace(r"\\|", "\0").replace(r"\|", "|").replace("\0", r"\|")
    if "\\" not in body:
        return body.strip()
    rows = rows or r"\begin{" in body or r"\substack" in body
    spans = _text_spans(body) if r"\_" in body else []
    tex = _BACKSLASHES.sub(lambda match: _run(match, body, rows=rows, spans=spans), body).strip()
    return tex + " " if tex.endswith("\\") and not tex.endswith(r"\\") else tex


def verbatim(body: str) -> str:
    """Return the TeX of a fence, from which CommonMark takes no backslash away."""
    lines = map(str.strip, body.translate(_DROP).split("\n"))
    return "\n".join(line for line in lines if line)


def _line(line: str, quote_depth: int) -> str:
    for _ in range(quote_depth):
        match = _QUOTE_PREFIX.match(line)
        if match is None:
            break
        line = line[match.end() :]
    return line.strip()


def _text_spans(body: str) -> list[tuple[int, int]]:
    r"""Return where `\text{…}` arguments stand: an underscore has to stay escaped in them."""
    spans = []
    for match in _TEXT_OPEN.finditer(body):
        end = body.find("}", match.end())
        spans.append((match.end(), len(body) if end < 0 else end))
    return spans


def _run(match: re.Match[str], body: str, *, rows: bool, spans: list[tuple[int, int]]) -> str:
    """Return the TeX for a run of backslashes and what follows it."""
    breaks, rest = divmod(len(match[1]), 4)
    after = match[2] or ""
    head = r"\\" * breaks
    if rest == 0:
        # a doubled line break right before a word must not become a command: `\\x` is a break and an x for TeX too
        return head + after
    if rest == 1:
        return head + _single(after, in_text=any(start <= match.start() < end for start, end in spans))
    if rest == 3:
        # CommonMark leaves `\{` of `\\\{`, and `\\alpha`, a line break and a command, of `\\\alpha`
        return head + (r"\\" if after[:1].isalpha() and rows else "") + "\\" + after
    return head + _double(after, body[match.end() :][:16], rows=rows)


def _single(after: str, *, in_text: bool) -> str:
    if in_text and after == "_":
        return r"\_"
    return after if after in _ESCAPED_IN_PROSE else "\\" + after


def _double(after: str, following: str, *, rows: bool) -> str:
    if after[:1].isalpha():
        if not rows or (len(after) > 1 and is_command(after)):
            return "\\" + after
        return r"\\ " + after
    if after in _DOUBLED and not (rows and after + following[:1] == "{}"):  # `\\{}` is a line break and nothing
        return "\\" + after
    if rows or (after == "[" and LENGTH.match("[" + following)):
        return r"\\" + after
    if after in _ESCAPED_IN_PROSE:
        return after
    return "\\" + (after or " ")
