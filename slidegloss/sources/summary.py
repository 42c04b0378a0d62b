"""Parses SUMMARY.md, an mdBook's table of contents, leniently: no entry is dropped silently."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.naming import plain_title
from slidegloss.base.patterns import lazy
from slidegloss.model import SummaryEntry

_BLANK = " \t\u00a0\u3000\u200b"
_INDENT = lazy(f"[{_BLANK}]*")
_BULLET = lazy(f"(?:[-*+•·–]|\\d{{1,9}}[.)])(?P<space>[{_BLANK}]*)")
_HEADING = lazy(f"(?P<marks>#{{1,6}})[{_BLANK}]*(?P<text>.*?)[{_BLANK}]*(?:[{_BLANK}]#+)?[{_BLANK}]*$")
_RULE = lazy(r"([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_DEEPEST = 100
"""Levels of nesting that are read, as in notes."""
SIDEBAR = "_sidebar.md"
"""The table of contents of docsify."""
_ON_THE_WEB = lazy(r"(?i)[a-z][a-z0-9+.-]+:|//")
_COMMENT = lazy(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(slots=True)
class _Node:
    """An entry while its children are still being read."""

    title: str
    target: str
    line: int
    col: int
    rank: int
    """Indent of an entry, level of a part heading."""
    is_part: bool = False
    children: list[_Node] = field(default_factory=list)

    def frozen(self) -> SummaryEntry:
        children = tuple(child.frozen() for child in self.children)
        return SummaryEntry(self.title, self.target, self.line, self.col, children, self.is_part)


class _Line(NamedTuple):
    number: int
    text: str
    after_blank: bool


def parse_summary(text: str, path: str) -> tuple[tuple[SummaryEntry, ...], tuple[Diagnostic, ...]]:
    """Read the text of a SUMMARY.md into its tree of parts and entries.

    Indentation may be tabs, no-break spaces, or any number of blanks from two on. Bullets without a space and links
    without a bullet are kept, though mdBook drops them, and reported. Rules and HTML comments mean nothing.
    """
    found: list[Diagnostic] = []
    top = _Node("", "", 0, 0, 0, is_part=True)
    open_nodes = [top]
    seen_bullet, after_blank, first = False, True, True
    bare = _COMMENT.sub(lambda hit: re.sub(r"[^\n]", "", hit[0]), text)
    for number, raw in enumerate(bare.split("\n"), 1):
        stripped = raw.strip(_BLANK)
        if not stripped or _RULE.match(stripped):
            after_blank = True
            continue
        line = _Line(number, raw, after_blank)
        indent = _INDENT.match(raw)
        start = indent.end() if indent else 0
        if heading := _HEADING.match(stripped):
            links, rest = _links(heading["text"], 0)
            if len(links) == 1 and links[0][1] and not rest.strip(_BLANK):
                title, target = plain_title(links[0][0]), links[0][1]
                message = "a heading that is a link; it is an entry here, mdBook would drop its page"
                hint = f"write `[{title}]({target})`"
                found.append(diagnostic(Code.SUMMARY_LINE, path, number, start + 1, message, hint))
                _attach(open_nodes, _Node(title, target, number, start + 1, 0))
            # the first `#` names the file itself
            elif not (first and heading["marks"] == "#"):
                rank = len(heading["marks"])
                _attach(open_nodes, _Node(plain_title(heading["text"]), "", number, start + 1, rank, is_part=True))
            after_blank = True
        else:
            nodes, is_item = _entries(line, start, path, found, may_be_bare=not seen_bullet)
            seen_bullet = seen_bullet or is_item
            for node in nodes:
                _attach(open_nodes, node)
            after_blank = False
        first = False
    return tuple(child.frozen() for child in top.children), tuple(found)


def _attach(open_nodes: list[_Node], node: _Node) -> None:
    """Hang a node under the nearest open one that may hold it: entries need two columns of indent under an entry.

    What is nested deeper than any navigation stays at the deepest level that is read.
    """
    while len(open_nodes) > 1 and (len(open_nodes) > _DEEPEST or not _holds(open_nodes[-1], node)):
        open_nodes.pop()
    open_nodes[-1].children.append(node)
    open_nodes.append(node)


def _holds(outer: _Node, node: _Node) -> bool:
    if outer.is_part:
        return not node.is_part or node.rank > outer.rank
    return not node.is_part and node.rank >= outer.rank + 2


def _entries(
    line: _Line, start: int, path: str, found: list[Diagnostic], *, may_be_bare: bool
) -> tuple[list[_Node], bool]:
    """Read one line that is neither blank, heading nor rule; returns its entries and whether it has a bullet."""
    bullet = _BULLET.match(line.text, start)
    begin = bullet.end() if bullet else start
    links, rest = _links(line.text, begin)
    rank = _width(line.text[:start])
    nodes = [_Node(plain_title(title), target.strip(), line.number, col + 1, rank) for title, target, col in links]

    def report(message: str, hint: str) -> None:
        found.append(diagnostic(Code.SUMMARY_LINE, path, line.number, begin + 1, message, hint))

    example = f"- [{nodes[0].title}]({nodes[0].target})" if nodes else "- [Title](file.md)"
    if not nodes and not bullet:
        report("this line lists nothing", f"an entry looks like `{example}`")
    elif not nodes:
        title = plain_title(line.text[begin:].strip(_BLANK).strip("[]"))
        report("an entry without a link; it is shown as a draft", f"for a draft write `- [{title}]()`")
        nodes = [_Node(title, "", line.number, begin + 1, rank)]
    elif bullet and not bullet["space"]:
        report("no space after the bullet; mdBook would drop this entry", f"write `{example}`")
    elif not bullet and not (rank == 0 and (may_be_bare or line.after_blank)):
        report("no bullet in front of the link; mdBook would drop this entry", f"write `{example}`")
    elif len(nodes) > 1:
        report("several links on one line; each becomes an entry", "give each its own line")
    elif not rest.strip(_BLANK) and not line.text.rstrip(_BLANK).endswith(")"):
        report("the round bracket is not closed; mdBook would drop this entry", f"write `{example}`")
    elif rest.strip(_BLANK):
        report(f"the text {rest.strip(_BLANK)!r} beside the link is not shown", f"write `{example}`")
    return nodes, bullet is not None


def _width(indent: str) -> int:
    """Measure an indent in columns: a tab goes to the next multiple of four."""
    width = 0
    for char in indent:
        width += {"\t": 4 - width % 4, "\u3000": 2, "\u200b": 0}.get(char, 1)
    return width


def _links(text: str, start: int) -> tuple[list[tuple[str, str, int]], str]:
    """Find `[title](target)` from `start` on; returns (title, target, offset) of each, and the text around them."""
    links, rest, here = [], "", start
    while here < len(text):
        if text[here] == "[":
            title_end = _closing(text, here, "[", "]")
            if title_end and text[title_end : title_end + 1] == "(":
                target_end = _closing(text, title_end, "(", ")") or len(text) + 1
                target = _target(text[title_end + 1 : target_end - 1])
                links.append((text[here + 1 : title_end - 1], target, here))
                here = target_end
                continue
        rest += text[here]
        here += 1
    return links, rest


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    """Return the offset behind the bracket that closes the one at `start`, or 0."""
    depth, here = 0, start
    while here < len(text):
        char = text[here]
        if char == "\\":
            here += 1
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if depth == 0:
                return here + 1
        here += 1
    return 0


def _target(inside: str) -> str:
    """Return the address between the brackets of a link: without `<>`, link title and escapes; raw blanks are kept."""
    text = inside.strip(_BLANK)
    text = re.sub(r"""[ \t]+("[^"]*"|'[^']*')$""", "", text)
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    return re.sub(r"\\([!-/:-@\[\]^-`{-~])", r"\1", text)


def entries_below(entries: Iterable[SummaryEntry], folder: str) -> tuple[SummaryEntry, ...]:
    """Return entries whose addresses begin at a folder with those of its notes; addresses on the web are no notes."""
    return tuple(
        entry._replace(
            target=posixpath.join(folder, entry.target.removeprefix("#").lstrip("/") or "README.md")
            if entry.target
            else "",
            children=entries_below(entry.children, folder),
        )
        for entry in entries
        if not _ON_THE_WEB.match(entry.target)
    )


def summary_text(entries: Iterable[SummaryEntry]) -> str:
    """Return the SUMMARY.md that has these entries."""
    return "\n".join(["# Summary", "", *_text_lines(entries, 0), ""])


def _text_lines(entries: Iterable[SummaryEntry], depth: int) -> Iterator[str]:
    for entry in entries:
        title = "".join(f"\\{char}" if char in "\\[]<>`*_" else char for char in entry.title)
        yield f"{'  ' * depth}- [{title}]({f'<{entry.target}>' if entry.target else ''})"
        yield from _text_lines(entry.children, depth + 1)
