r"""Formulas out of the way of CommonMark: each is replaced by a placeholder on one line before blocks are parsed.

The placeholder is an index between two private-use characters, which no CommonMark construct touches: letters without
meaning to emphasis, tables or links. `Masked` puts formulas (or the author's source) back and maps places.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate, chain

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.model import Macro
from slidegloss.nodes import Math, Span
from slidegloss.notes.formulas import Found, Unbalanced, find
from slidegloss.notes.lines import line_starts
from slidegloss.notes.tex import clean
from slidegloss.syntax.macros import Macros, defines, meaning

_PRIVATE_USE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
_MAX_REPORTS = 100
_QUOTE_MARKS = re.compile(r"[ \t]*(?:>[ \t]?)*")


@dataclass(frozen=True, slots=True)
class Masked:
    """A note's text with placeholders for its formulas, and the way back.

    Lines are 1-based, offsets 0-based and count characters. "Masked" places are places in `text`, all others in the
    author's file. `text` may be cut and parsed in pieces: placeholders are good for the whole note.
    """

    text: str
    formulas: tuple[Math, ...]
    macros: dict[str, Macro]
    """The commands that the note defines, and those that it was given."""
    _opening: str = field(repr=False)
    _pattern: re.Pattern[str] = field(repr=False)
    _starts: tuple[int, ...] = field(repr=False)
    """Masked offset of each placeholder, ascending."""

    def holds_formulas(self, piece: str) -> bool:
        """Tell whether a piece of parsed text holds placeholders."""
        return self._opening in piece

    def split(self, piece: str) -> tuple[str | Math, ...]:
        """Cut a piece of parsed text at its placeholders into strings (none empty) and formulas."""
        if self._opening not in piece:
            return (piece,) if piece else ()
        parts = self._pattern.split(piece)
        # text, index, text, index, …, text
        return tuple(
            part if place % 2 == 0 else self.formulas[int(part)] for place, part in enumerate(parts) if part != ""
        )

    def restore(self, piece: str) -> str:
        """Put the author's own source of every formula back, delimiters and all."""
        if self._opening not in piece:
            return piece
        return self._pattern.sub(lambda match: self.formulas[int(match[1])].source, piece)

    def origin(self) -> list[int]:
        """Return for each masked line the original line on which it starts."""
        # a formula takes one masked line, so each that ended before a line moves that line down by its own line ends
        hidden = [0, *accumulate(formula.source.count("\n") for formula in self.formulas)]
        if not hidden[-1]:
            return list(range(1, self.text.count("\n") + 2))
        starts = line_starts(self.text.split("\n"))
        return [line + hidden[bisect_left(self._starts, start)] for line, start in enumerate(starts, 1)]


def mask(text: str, path: str, known: Macros | None = None) -> tuple[Masked, tuple[Diagnostic, ...]]:
    """Replace every formula of a note (LF line ends) by a placeholder; `path` is for the messages.

    Commands that are `known`, or that a formula above has defined, are replaced in what a formula means.
    Formulas inside code, comments and addresses are none; unbalanced delimiters stay text and are reported.
    """
    found, problems = find(text)
    opening, closing = _free_characters(text)
    formulas: list[Math] = []
    pieces: list[str] = []
    starts: list[int] = []
    done = length = line_start = 0
    line = 1
    for index, formula in enumerate(found):
        # from formula to formula: to list the lines of the whole text takes longer
        line += text.count("\n", line_start, formula.start)
        line_start = text.rfind("\n", 0, formula.start) + 1
        formulas.append(_formula(text, formula, line, line_start))
        placeholder = f"{opening}{index}{closing}"
        pieces += (text[done : formula.start], placeholder)
        starts.append(length + formula.start - done)
        length, done = starts[-1] + len(placeholder), formula.end
    pieces.append(text[done:])
    macros = dict(known or {})
    if macros or defines(text):
        formulas = [in_full(formula, macros) for formula in formulas]
    masked = Masked(
        text="".join(pieces) if formulas else text,
        formulas=tuple(formulas),
        macros=macros,
        _opening=opening,
        _pattern=re.compile(f"{opening}([0-9]+){closing}"),
        _starts=tuple(starts),
    )
    return masked, _reports(problems, path, text)


def _formula(text: str, formula: Found, line: int, line_start: int) -> Math:
    head = text[line_start : min(formula.start, line_start + 200)]
    marks = _QUOTE_MARKS.match(head)
    depth = marks[0].count(">") if marks else 0
    source = text[formula.start : formula.end]
    body = text[formula.body_start : formula.body_end]
    tex = clean(
        body,
        rows=formula.display,
        quote_depth=depth,
        in_table=head.lstrip(" \t>").startswith("|"),
    )
    end_line = line + text.count("\n", formula.start, formula.end - 1)
    return Math(tex, formula.display, source, Span(line, formula.start - line_start + 1, end_line))


def in_full(formula: Math, macros: dict[str, Macro]) -> Math:
    """Return a formula that knows what it means; what it defines is added to `macros`."""
    meant = meaning(formula.tex, macros)
    return formula if meant is None else formula._replace(meant=meant)


def _reports(problems: tuple[Unbalanced, ...], path: str, text: str) -> tuple[Diagnostic, ...]:
    reports = [_report(problem, path, text) for problem in problems[:_MAX_REPORTS]]
    if (more := len(problems) - _MAX_REPORTS) > 0:
        last = reports[-1]
        message = f"{more} more formula delimiters of this file have no partner"
        reports.append(diagnostic(Code.FORMULA_UNBALANCED, path, last.line, last.col, message, last.hint))
    return tuple(reports)


def _report(problem: Unbalanced, path: str, text: str) -> Diagnostic:
    return diagnostic(
        Code.FORMULA_UNBALANCED,
        path,
        text.count("\n", 0, problem.start) + 1,
        problem.start - text.rfind("\n", 0, problem.start),
        f"{problem.delimiter} has no matching {problem.partner}; it is shown as text",
        f"Write the formula between both, as in {_example(problem)}, in one paragraph.",
    )


def _example(problem: Unbalanced) -> str:
    first, last = problem.delimiter, problem.partner
    if first in {r"\\)", r"\\]"}:
        first, last = last, first
    return f"{first} x^2 {last}"


def _free_characters(text: str) -> tuple[str, str]:
    """Return two private-use characters that the author did not use."""
    first, second = map(chr, range(_PRIVATE_USE[0][0], _PRIVATE_USE[0][0] + 2))
    if first not in text and second not in text:  # nearly always, and quicker than gathering all characters
        return first, second
    used = set(text)
    free = (chr(code) for code in chain.from_iterable(range(a, b + 1) for a, b in _PRIVATE_USE))
    unused = (char for char in free if char not in used)
    return next(unused), next(unused)
