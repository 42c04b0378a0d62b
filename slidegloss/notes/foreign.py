"""Commands of other programs that a note brings along: told of, for their readers get to see them as text, or not at all.

What they stand for is not worked out: it runs code, or needs the other program. Those that name a file alone on a line are
known to `includes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.notes.lines import fenced_lines
from slidegloss.notes.maths import Masked
from slidegloss.notes.protected import met


class _Kind(NamedTuple):
    signs: tuple[str, ...]
    """Where none of them is in a note, there is none of the kind."""
    pattern: re.Pattern[str]
    says: str
    hint: str = "write here what it stands for"


_LABELS = ("fig", "tbl", "eq", "sec", "lst", "thm", "lem", "def", "exm", "cor", "prp", "exr")
"""What labels of Quarto begin with."""
_NOT_DONE = "that is not carried out; it is shown as"
_IN_TEXT = (
    _Kind(
        ("--8<--",),
        lazy(r"^[ \t]*;?--8<--(?![ \t]+[\"'][^\"'\n]+[\"'][ \t]*$)[^\n]*", re.MULTILINE),
        f"is a snippet of MkDocs {_NOT_DONE} text",
    ),
    _Kind(
        ("{{<",),
        lazy(r"\{\{<(?![ \t]+include[ \t][^<>\n]{1,500}[ \t]>\}\}[ \t]*$)[^\n]{1,300}?>\}\}", re.MULTILINE),
        f"is a shortcode of Quarto or Hugo {_NOT_DONE} text",
    ),
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
    _Kind(
        ("@",),
        lazy(rf"(?<![\w@\\.])@(?:{'|'.join(_LABELS)})-\w[\w-]*"),
        f"is a cross-reference of Quarto {_NOT_DONE} text",
        "write a link to the place, such as [Setup](#setup)",
    ),
    _Kind(
        ("ref{",),
        lazy(r"\\(?:eq|page|auto|name|[cC])?ref\{[^{}\n]{1,80}\}"),
        f"is a reference of LaTeX {_NOT_DONE} text",
        "write which formula is meant, or a link to its slide",
    ),
    _Kind(
        ("{#", "{.", "{ #", "{ .", "{:"),
        # those of headings and figures are read, boxes are told as such
        lazy(
            r"^(?![ \t>]*(?:#{1,6}[ \t]|:{3})|[^\n]*!\[|[^\n]*\n[ \t]*(?:=+|-+)[ \t]*$)"
            r"(?:[^\n]*?[^\w\\{\n])??(?P<said>\{:?[ \t]*[#.][A-Za-z][^{}\n]{0,200}\})",
            re.MULTILINE,
        ),
        f"is a list of attributes {_NOT_DONE} text",
        "leave it out; {#id} names a place behind a heading only, {width=300} a size behind a figure",
    ),
    _Kind(
        (":material-", ":octicons-", ":fontawesome-", ":simple-"),
        lazy(r":(?:material|octicons|fontawesome|simple)-[a-z0-9-]{1,60}:"),
        "is an icon of Material that is not drawn; it is shown as text",
        "write a sign for it, such as ✓, or leave it out",
    ),
    _Kind(
        ("\n% ",),
        lazy(r"(?:^|(?<=\n\n))% [^\n]*(?=\n\n|\n?\Z)"),
        "is a comment of MyST that is shown as text",
        "write <!-- … --> around what readers are not to see",
    ),
    _Kind(
        ("^[",),
        lazy(r"\^\[[^\[\]\n]{1,400}\]"),
        "is a footnote inside its line, which is not read; it is shown as text",
        "write [^1] here, and below the paragraph a line [^1]: with the words",
    ),
    _Kind(("<%",), lazy(r"<%[^\n]{1,300}?%>"), f"is a command of Templater {_NOT_DONE} text"),
)
_DIRECTIVE = lazy(
    r" {0,3}(?:`{3,}|~{3,})\{(?:note|tip|hint|important|warning|caution|danger|attention|error|seealso|admonition|dropdown"
    r"|figure|image|table|list-table|csv-table|code-cell|code-block|tab-set|tab-item|grid|card|toctree|bibliography"
    r"|tableofcontents|eval-rst|include|literalinclude|glossary|margin|sidebar|proof:[a-z]+)\}[^\n]*"
)
_AS_CODE = _Kind(
    ("```{", "~~~{"), _DIRECTIVE, f"is a directive of MyST {_NOT_DONE} code", "write Markdown for it, such as > [!NOTE]"
)
_QUERY = _Kind(
    ("```dataview", "```tasks", "```query", "```base"),
    lazy(r" {0,3}`{3,}(?:dataview|dataviewjs|tasks|query|base)[ \t]*$"),
    f"is a query of Obsidian {_NOT_DONE} code",
    "write here what it finds",
)
_RARE = "%~@^`{<#:\n"
"""Characters that one sign or the other holds, those first that fewest notes have."""


def _by_rarest(kinds: Iterable[_Kind]) -> dict[str, dict[str, _Kind]]:
    """Return kinds by their signs, and these by the rarest character in them: most notes are done when they lack that."""
    found: dict[str, dict[str, _Kind]] = {}
    for kind in kinds:
        for sign in kind.signs:
            found.setdefault(next(one for one in _RARE if one in sign), {})[sign] = kind
    return found


_SIGNS, _SIGNS_OF_CODE = _by_rarest(_IN_TEXT), _by_rarest((_AS_CODE, _QUERY))


def _there(signs: Mapping[str, Mapping[str, _Kind]], text: str) -> set[_Kind]:
    return {kind for rare, some in signs.items() if rare in text for sign, kind in some.items() if sign in text}


def foreign_commands(text: str, masked: Masked, origin: Sequence[int], path: str) -> list[Diagnostic]:
    """Return a message for each kind of command that a note has, at the first of its kind.

    `masked` is the text without its formulas, which have commands of their own, `origin` the lines that its lines stand for.
    """
    there = _there(_SIGNS, masked.text)
    kinds = [kind for kind in _IN_TEXT if kind in there]
    reports = [report for kind in kinds for report in _report(kind, list(_in_text(kind, masked, origin)), path)]
    if _there(_SIGNS_OF_CODE, text):
        lines = text.split("\n")
        fenced = fenced_lines(lines)
        opens = [row for row, inside in enumerate(fenced) if inside and (row == 0 or not fenced[row - 1])]
        for kind, rows in ((_AS_CODE, opens), (_QUERY, opens)):
            reports += _report(
                kind, [_Place(row + 1, 1, lines[row]) for row in rows if kind.pattern.match(lines[row])], path
            )
    return reports


class _Place(NamedTuple):
    row: int
    col: int
    said: str


def _in_text(kind: _Kind, masked: Masked, origin: Sequence[int]) -> Iterator[_Place]:
    text = masked.text
    for found, row, hidden, ends_hidden in met(text, list(kind.pattern.finditer(text))):
        is_last = "said" in found.groupdict()  # of what was found, it is what ends it
        start, end = found.span("said" if is_last else 0)
        if not (ends_hidden if is_last else hidden):
            before = masked.restore(text[text.rfind("\n", 0, start) + 1 : start])
            yield _Place(
                origin[row] + before.count("\n"), len(before) - before.rfind("\n"), masked.restore(text[start:end])
            )


def _report(kind: _Kind, found: Sequence[_Place], path: str) -> Iterator[Diagnostic]:
    if not found:
        return
    row, col, command = found[0]
    more = f" ({len(found) - 1} more like it in this note)" if len(found) > 1 else ""
    said = command.lstrip(" \t>").rstrip()
    said = f"{said[:60]}…" if len(said) > 60 else said
    yield diagnostic(Code.FOREIGN_COMMAND, path, row, col, f"{said} {kind.says}{more}", kind.hint)
