"""Commands that stand for text of other files: those of mdBook, snippets of MkDocs, includes of Quarto and VitePress.

They are carried out before anything else looks at a note, as these programs do it: the text takes their place, whatever it
is. So that messages can name the file in which something stands, the pieces that a text was put together of are told with it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest
from slidegloss.base.endings import MARKDOWN
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Piece
from slidegloss.notes.head import read_head
from slidegloss.notes.protected import met

# `re` looks for the braces ahead of trying the pattern, for it begins with them
_MDBOOK = lazy(
    r"\{\{(?<!\\\{\{)[ \t]*#(?P<name>include|rustdoc_include|playground|playpen)(?:[ \t](?P<says>[^{}\n]*))?\}\}"
)
# of others, those alone on their line: `--8<-- "part.md"`, `{{< include part.qmd >}}`, `<!--@include: ./part.md{3,5}-->`
_OTHERS = lazy(
    r"^[ \t>]*(?P<said>--8<--[ \t]+(?P<quote>[\"'])(?P<mkdocs>[^\"'\n]{1,500})(?P=quote)"
    r"|\{\{<[ \t]+include[ \t](?P<quarto>[^<>\n]{1,500})[ \t]>\}\}"
    r"|<!--[ \t]*@include:(?P<vitepress>[^<>\n{}]{1,500})(?:\{(?P<rows>[\d,]{1,20})\})?[ \t]*-->)[ \t]*$",
    re.MULTILINE,
)
_SIGNS = ("{{#", "{{ ", "{{\t", "--8<--", "{{<", "@include:")
"""Where none of them is in a text, it includes nothing."""
_ANCHOR = lazy(r"ANCHOR:\s*([\w-]+)|--8<--\s*\[\s*start:\s*([\w-]+)")
_ANCHOR_END = lazy(r"ANCHOR_END:\s*([\w-]+)|--8<--\s*\[\s*end:\s*([\w-]+)")
_SECTION = lazy(r"--8<--\s*\[\s*(?:start|end):")
_NUMBER = lazy(r"[0-9]{1,9}")
_BEFORE = lazy(r"[ \t>]*")
_DEEPEST = 10
_EACH = 64
"""What a command costs beside the text that it brings, in characters: of empty files there may be many."""


class Refusal(NamedTuple):
    """Why a file cannot be had."""

    why: str
    hint: str = ""


Reader = Callable[[str], str | Refusal]
"""Takes a file's path from the project's folder, which may lead out of it, and gives its text."""


class Whole(NamedTuple):
    """A note with all that it includes."""

    text: str
    pieces: tuple[Piece, ...]
    """What it was put together of, in the order of the text; none where nothing was included."""
    files: frozenset[str]
    """What was included, be it a part."""
    wholly: frozenset[str]
    """What was included from its first line to its last."""
    problems: tuple[Diagnostic, ...]


class _Bit(NamedTuple):
    text: str
    path: str
    line: int
    col: int


class _Asked(NamedTuple):
    """A command, and what it asks for."""

    start: int
    end: int
    said: str
    paths: tuple[str, ...]
    """Where the file may be, the likeliest first."""
    part: str
    """Which lines of it; empty: all."""
    code: Code
    """As what it is reported where it cannot be carried out."""
    in_code: bool
    marks: tuple[str, ...] | None = None
    """Of a playground, what stands behind the file."""


def with_includes(text: str, path: str, read: Reader, most: int) -> Whole:
    """Put the text of other files where a note includes them; what cannot be had stays as it is written, and is reported.

    The result has no more than `most` characters beside the note's own.
    """
    if not has_includes(text):
        return Whole(text, (), frozenset(), frozenset(), ())
    work = _Work(read, most)
    text, pieces = _joined(list(work.expand(_Bit(text, path, 1, 1), (), in_code=False)))
    return Whole(
        text, pieces if work.files else (), frozenset(work.files), frozenset(work.wholly), tuple(work.problems)
    )


def has_includes(text: str) -> bool:
    """Tell whether a note may include other files."""
    return any(sign in text for sign in _SIGNS) and (_MDBOOK.search(text) or _OTHERS.search(text)) is not None


class _Work:
    def __init__(self, read: Reader, most: int) -> None:
        self.read, self.left = read, most
        self.files: set[str] = set()
        self.wholly: set[str] = set()
        self.problems: list[Diagnostic] = []

    def expand(self, bit: _Bit, above: tuple[str, ...], *, in_code: bool) -> Iterator[_Bit]:
        """Yield a text in pieces, with what it includes; `above` are the files that include it."""
        text, done = bit.text, 0
        for asked in _asks(bit, in_code=in_code):
            before = text[text.rfind("\n", 0, asked.start) + 1 : asked.start]
            alone = _BEFORE.fullmatch(before) is not None and not text[asked.end :].partition("\n")[0].strip()
            place = _at(bit, asked.start)
            got = self._take(asked, place, (*above, bit.path))
            if isinstance(got, Refusal):
                shown = "nothing is shown" if asked.said.startswith("<!--") else "it is shown as text"
                message = f"{asked.said} is not carried out: {got.why}; {shown}"
                self.problems.append(diagnostic(asked.code, place.path, place.line, place.col, message, got.hint))
                continue
            yield _part(bit, done, asked.start)
            for one in got:
                for inner in self.expand(one, (*above, bit.path), in_code=asked.in_code):
                    # in a list or a quote, all of it stands there
                    yield from _indented(inner, before) if alone and before else (inner,)
            done = asked.end
        yield _part(bit, done, len(text))

    def _take(self, asked: _Asked, place: _Bit, above: tuple[str, ...]) -> Sequence[_Bit] | Refusal:
        """Return what a command stands for."""
        tried = [(path, self.read(path)) for path in asked.paths]
        if not tried:
            return Refusal("it names no file", "write {{#include part.md}}")
        path, text = next((one for one in tried if isinstance(one[1], str)), tried[0])
        if path in above:
            return Refusal(f"{path} would include itself", "take one of the commands out")
        if len(above) > _DEEPEST:
            return Refusal(f"more than {_DEEPEST} files include each other", "include fewer in one another")
        if isinstance(text, Refusal):
            return text
        lines = _chosen(text, path, asked.part)
        if isinstance(lines, Refusal):
            return lines
        lines = [(number, line) for number, line in lines if not _SECTION.search(line)]
        self.left -= sum(len(line) + 1 for _, line in lines) + _EACH
        if self.left < 0:
            return Refusal("the note would be too large with it", "include less, or split the note")
        self.files.add(path)
        if not asked.part:
            self.wholly.add(path)
        bits = [_Bit("\n".join(run), path, first, 1) for first, run in _runs(lines)]
        bits = [bit._replace(text=f"{bit.text}\n") for bit in bits[:-1]] + bits[-1:]
        if asked.marks is not None:
            fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`{3,}", text))])
            head = place._replace(text=f"{fence}{','.join(['rust', *asked.marks])}")
            bits[0] = bits[0]._replace(text=f"\n{bits[0].text}", line=bits[0].line - 1)
            return [head, *bits, place._replace(text=f"\n{fence}", line=place.line - 1)]
        if path.lower().endswith(MARKDOWN) and not asked.part and bits:
            return [bits[0]._replace(text=read_head(bits[0].text, path).text)]
        return bits


def _asks(bit: _Bit, *, in_code: bool) -> list[_Asked]:
    """Return the commands of a text that are to be carried out, in its order."""
    text = bit.text
    if not any(sign in text for sign in _SIGNS):
        return []
    found = [_of_others(match, bit, in_code=in_code) for match in _OTHERS.finditer(text)]
    for match, _, hidden, _ in met(text, list(_MDBOOK.finditer(text))):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        alone = _BEFORE.fullmatch(before) is not None and not text[match.end() :].partition("\n")[0].strip()
        # code speaks of commands; alone on a line of it, one stands for the code
        if alone or not (hidden or in_code):
            found.append(_of_mdbook(match, bit, in_code=hidden or in_code))
    return sorted(found, key=lambda asked: asked.start)


def _of_mdbook(match: re.Match[str], bit: _Bit, *, in_code: bool) -> _Asked:
    says, playground = (match["says"] or "").strip(), match["name"] in {"playground", "playpen"}
    name, *marks = (says.split() or [""]) if playground else [says]
    name, colon, part = name.partition(":")
    paths = (_beside(bit.path, name),) if name else ()
    given = tuple(marks) if playground else None
    return _Asked(*match.span(), match[0], paths, part or colon, Code.MDBOOK_COMMAND, in_code or playground, given)


def _of_others(match: re.Match[str], bit: _Bit, *, in_code: bool) -> _Asked:
    name, part = (match["mkdocs"] or match["quarto"] or match["vitepress"]).strip(), ""
    # `/` and `@/` begin where the project, or what VitePress reads of it, does
    top = name.removeprefix("@").lstrip("/")
    paths: tuple[str, ...] = (_beside(bit.path, name),)
    if match["mkdocs"]:
        name, colon, part = name.partition(":")
        part = f"{part}:" if _NUMBER.fullmatch(part) else part or colon  # from a line on
        # MkDocs looks where it is run, or where its settings say; of what `new --from` moved, in the new folder
        moved = f"docs/notes/{name.removeprefix('docs/')}"
        paths = (*map(posixpath.normpath, (name, f"docs/{name}", moved)), _beside(bit.path, name))
    elif name.startswith(("/", "@/")):
        paths = tuple(posixpath.normpath(f"{folder}{top}") for folder in ("", "docs/", "docs/notes/"))
    if match["rows"]:
        part = match["rows"].replace(",", ":")
    paths = () if part.startswith("//") else paths  # an address
    return _Asked(*match.span("said"), match["said"], paths, part, Code.FOREIGN_COMMAND, in_code)


def _beside(path: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name.replace("\\", "/")))


def _chosen(text: str, path: str, part: str) -> list[tuple[int, str]] | Refusal:
    """Return the lines of a file that `2`, `2:5`, `2:`, `:5` or an anchor's name means."""
    lines = list(enumerate(text.removesuffix("\n").split("\n"), 1))
    first, colon, last = (word.strip() for word in part.partition(":"))
    if not colon and not first:
        return lines
    if first and not _NUMBER.fullmatch(first):
        return _anchored(lines, first) or _no_anchor(lines, path, first)
    start = max(int(first or 1), 1)
    stop = int(last) if _NUMBER.fullmatch(last) else len(lines) if colon else start
    nothing = Refusal(f"{path} has {len(lines)} lines, and none of those that it names", "count the lines anew")
    return lines[start - 1 : stop] or nothing


def _anchored(lines: Sequence[tuple[int, str]], name: str) -> list[tuple[int, str]]:
    chosen: list[tuple[int, str]] = []
    inside = False
    for number, line in lines:
        begins, ends = _ANCHOR.search(line), _ANCHOR_END.search(line)
        if inside and ends and name in ends.groups():
            break
        if begins and name in begins.groups():
            inside = True
        elif inside and not (begins or ends):
            chosen.append((number, line))
    return chosen


def _no_anchor(lines: Sequence[tuple[int, str]], path: str, name: str) -> Refusal:
    names = [found[1] or found[2] for _, line in lines if (found := _ANCHOR.search(line))]
    near = nearest(name, names)
    hint = (
        f"did you mean {near}?"
        if near
        else f"a line with ANCHOR: {name} begins it, one with ANCHOR_END: {name} ends it"
    )
    return Refusal(f"{path} has no lines between ANCHOR: {name} and its end", hint)


def _runs(lines: Sequence[tuple[int, str]]) -> list[tuple[int, list[str]]]:
    """Return lines that follow each other together, with the number of the first."""
    runs: list[tuple[int, list[str]]] = []
    for number, line in lines:
        if runs and number == runs[-1][0] + len(runs[-1][1]):
            runs[-1][1].append(line)
        else:
            runs.append((number, [line]))
    return runs


def _at(bit: _Bit, offset: int) -> _Bit:
    """Return an empty text at a place of another."""
    above = bit.text.count("\n", 0, offset)
    col = offset - bit.text.rfind("\n", 0, offset)
    return _Bit("", bit.path, bit.line + above, col if above else bit.col + offset)


def _part(bit: _Bit, start: int, end: int) -> _Bit:
    return _at(bit, start)._replace(text=bit.text[start:end])


def _indented(bit: _Bit, before: str) -> Iterator[_Bit]:
    """Yield a text line by line, with what stands before its first line in front of the others."""
    first, *others = bit.text.split("\n")
    yield bit._replace(text=first)
    for number, line in enumerate(others, 1):
        # what is put in front counts as the start of the line; its text begins with the end of the line above
        yield _Bit("\n" + (before if line.strip() else before.rstrip()), bit.path, bit.line + number - 1, 1)
        yield _Bit(line, bit.path, bit.line + number, 1)


def _joined(bits: Sequence[_Bit]) -> tuple[str, tuple[Piece, ...]]:
    pieces: list[Piece] = []
    line = col = 1
    for text, path, of_line, of_col in bits:
        if not text:
            continue
        pieces.append(Piece(line, col, path, of_line, of_col))
        rows = text.count("\n")
        line, col = line + rows, len(text) - text.rfind("\n") if rows else col + len(text)
    text = "".join(bit.text for bit in bits)
    return text, tuple(pieces)
