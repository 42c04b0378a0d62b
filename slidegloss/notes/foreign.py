"""Commands of other programs that a note brings along: told of, for their readers get to see them as text, or not at all.

What they stand for is not worked out: it lies in other files, runs code, or needs the other program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.notes.lines import fenced_lines
from slidegloss.notes.protected import met


class _Kind(NamedTuple):
    signs: tuple[str, ...]
    """Where none of them is in a note, there is none of the kind."""
    pattern: re.Pattern[str]
    says: str
    hint: str = "write here what it stands for"


_NOT_DONE = "that is not carried out; it is shown as"
_IN_TEXT = (
    _Kind(("--8<--",), lazy(r"^[ \t]*;?--8<--[^\n]*", re.MULTILINE), f"is a snippet of MkDocs {_NOT_DONE} text"),
    _Kind(("{{<",), lazy(r"\{\{<[^\n]{1,300}?>\}\}"), f"is a shortcode of Quarto or Hugo {_NOT_DONE} text"),
    _Kind(
        ("{%",), lazy(r"\{%-?[ \t]*[a-z]\w*[^\n]{0,300}?%\}"), f"is a tag of Jekyll or MkDocs macros {_NOT_DONE} text"
    ),
    _Kind(("<<<",), lazy(r"^<<<[ \t]*[@./]\S+[^\n]*", re.MULTILINE), f"is a snippet of VitePress {_NOT_DONE} text"),
    _Kind(
        (":::",),
        lazy(r"^(?:>[ \t]?)*[ \t]*:{3,}[ \t]*[\w{][^\n]*", re.MULTILINE),
        "begins a box that is not known; it is shown as text",
        "known are note, tip, info, warning, danger and the like; else leave the line out",
    ),
    _Kind(
        ("}`",),
        lazy(r"(?<![`\w])\{[a-z][a-z:]{1,20}\}`[^`\n]{1,300}`"),
        f"is a role of MyST {_NOT_DONE} text",
        "write a link, a formula or [@key] instead",
    ),
    _Kind(
        ("\nimport ",),
        lazy(r"^import[ \t][^\n]{0,200}?[ \t]from[ \t]*[\"'][^\n]*", re.MULTILINE),
        f"is a line of MDX {_NOT_DONE} text",
        "leave it out, with the tags that it brings along",
    ),
)
_DIRECTIVE = lazy(
    r" {0,3}(?:`{3,}|~{3,})\{(?:note|tip|hint|important|warning|caution|danger|attention|error|seealso|admonition|dropdown"
    r"|figure|image|table|list-table|csv-table|math|code-cell|code-block|tab-set|tab-item|grid|card|toctree|bibliography"
    r"|tableofcontents|eval-rst|include|literalinclude|glossary|margin|sidebar|proof:[a-z]+)\}[^\n]*"
)
_INCLUDE = lazy(r"[ \t]*<!--[ \t]*@include:[^\n]*")
_AS_CODE = _Kind(
    ("```{", "~~~{"), _DIRECTIVE, f"is a directive of MyST {_NOT_DONE} code", "write Markdown for it, such as > [!NOTE]"
)
_HIDDEN = _Kind(("@include",), _INCLUDE, "is a snippet of VitePress that is not carried out; nothing is shown")
_SIGNS = {sign: kind for kind in (*_IN_TEXT, _AS_CODE, _HIDDEN) for sign in kind.signs}


def foreign_commands(text: str, path: str) -> list[Diagnostic]:
    """Return a message for each kind of command that a note has, at the first of its kind."""
    there = {kind for sign, kind in _SIGNS.items() if sign in text}
    kinds = [kind for kind in _IN_TEXT if kind in there]
    reports = [report for kind in kinds for report in _report(kind, list(_in_text(kind, text)), path)]
    if _AS_CODE in there or _HIDDEN in there:
        lines = text.split("\n")
        fenced = fenced_lines(lines)
        opens = [row for row, inside in enumerate(fenced) if inside and (row == 0 or not fenced[row - 1])]
        plain = [row for row, inside in enumerate(fenced) if not inside]
        for kind, rows in ((_AS_CODE, opens), (_HIDDEN, plain)):
            reports += _report(kind, [(row, lines[row]) for row in rows if kind.pattern.match(lines[row])], path)
    return reports


def _in_text(kind: _Kind, text: str) -> Iterator[tuple[int, str]]:
    for found, row, hidden, _ in met(text, list(kind.pattern.finditer(text))):
        if not hidden:
            yield row, found[0]


def _report(kind: _Kind, found: Sequence[tuple[int, str]], path: str) -> Iterator[Diagnostic]:
    if not found:
        return
    row, command = found[0]
    others = len(found) - 1
    more = f" ({others} more like it in this note)" if others else ""
    said = command.lstrip(" \t>").rstrip()
    said = f"{said[:60]}…" if len(said) > 60 else said
    yield diagnostic(Code.FOREIGN_COMMAND, path, row + 1, 1, f"{said} {kind.says}{more}", kind.hint)
