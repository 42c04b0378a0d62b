"""Commands of mdBook that stand for text of other files: `{{#include part.md}}`, `{{#include lamp.rs:2:5}}`, `{{#include lamp.rs:bulb}}`.

They are carried out before anything else looks at a note, as mdBook does it: the text takes their place, whatever it is. So
that messages can name the file in which something stands, the pieces that a text was put together of are told with it.
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
_COMMAND = lazy(
    r"\{\{(?<!\\\{\{)[ \t]*#(?P<name>include|rustdoc_include|playground|playpen)(?:[ \t](?P<says>[^{}\n]*))?\}\}"
)
_ANCHOR = lazy(r"ANCHOR:\s*([\w-]+)")
_ANCHOR_END = lazy(r"ANCHOR_END:\s*([\w-]+)")
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


def with_includes(text: str, path: str, read: Reader, most: int) -> Whole:
    """Put the text of other files where a note includes them; what cannot be had stays as it is written, and is reported.

    The result has no more than `most` characters beside the note's own.
    """
    if "{{" not in text or not _COMMAND.search(text):
        return Whole(text, (), frozenset(), frozenset(), ())
    work = _Work(read, most)
    text, pieces = _joined(list(work.expand(_Bit(text, path, 1, 1), (), in_code=False)))
    return Whole(
        text, pieces if work.files else (), frozenset(work.files), frozenset(work.wholly), tuple(work.problems)
    )


def has_includes(text: str) -> bool:
    """Tell whether a note may include other files."""
    return "{{" in text and _COMMAND.search(text) is not None


class _Work:
    def __init__(self, read: Reader, most: int) -> None:
        self.read, self.left = read, most
        self.files: set[str] = set()
        self.wholly: set[str] = set()
        self.problems: list[Diagnostic] = []

    def expand(self, bit: _Bit, above: tuple[str, ...], *, in_code: bool) -> Iterator[_Bit]:
        """Yield a text in pieces, with what it includes; `above` are the files that include it."""
        text, done = bit.text, 0
        for command, _, hidden, _ in met(text, list(_COMMAND.finditer(text)) if "{{" in text else []):
            start, end = command.span()
            begins, ends = text.rfind("\n", 0, start) + 1, text.find("\n", end)
            alone = not text[end : ends if ends >= 0 else len(text)].strip()
            before = text[begins:start]
            alone = alone and _BEFORE.fullmatch(before) is not None
            # code speaks of commands; alone on a line of it, one stands for the code
            if (hidden or in_code) and not alone:
                continue
            place = _at(bit, start)
            got = self._take(command, place, (*above, bit.path))
            if isinstance(got, Refusal):
                said = f"{command[0]} is not carried out: {got.why}; it is shown as text"
                self.problems.append(diagnostic(Code.MDBOOK_COMMAND, place.path, place.line, place.col, said, got.hint))
                continue
            yield _part(bit, done, start)
            code = hidden or in_code or command["name"] in {"playground", "playpen"}
            for one in got:
                for inner in self.expand(one, (*above, bit.path), in_code=code):
                    # in a list or a quote, all of it stands there
                    yield from _indented(inner, before) if alone and before else (inner,)
            done = end
        yield _part(bit, done, len(text))

    def _take(self, command: re.Match[str], place: _Bit, above: tuple[str, ...]) -> Sequence[_Bit] | Refusal:
        """Return what a command stands for."""
        says = (command["says"] or "").strip()
        playground = command["name"] in {"playground", "playpen"}
        name, *marks = (says.split() or [""]) if playground else [says]
        name, colon, part = name.partition(":")
        if not name:
            return Refusal("it names no file", "write {{#include part.md}}")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(place.path), name.replace("\\", "/")))
        if path in above:
            return Refusal(f"{path} would include itself", "take one of the commands out")
        if len(above) > _DEEPEST:
            return Refusal(f"more than {_DEEPEST} files include each other", "include fewer in one another")
        text = self.read(path)
        if isinstance(text, Refusal):
            return text
        lines = _chosen(text, path, part) if colon else list(enumerate(text.removesuffix("\n").split("\n"), 1))
        if isinstance(lines, Refusal):
            return lines
        self.left -= sum(len(line) + 1 for _, line in lines) + _EACH
        if self.left < 0:
            return Refusal("the note would be too large with it", "include less, or split the note")
        self.files.add(path)
        if not colon:
            self.wholly.add(path)
        bits = [_Bit("\n".join(run), path, first, 1) for first, run in _runs(lines)]
        bits = [bit._replace(text=f"{bit.text}\n") for bit in bits[:-1]] + bits[-1:]
        if playground:
            fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`{3,}", text))])
            head = place._replace(text=f"{fence}{','.join(['rust', *marks])}\n")
            return [head, *bits, place._replace(text=f"\n{fence}")]
        if path.lower().endswith(MARKDOWN) and not colon and bits:
            return [bits[0]._replace(text=read_head(bits[0].text, path).text)]
        return bits


def _chosen(text: str, path: str, part: str) -> list[tuple[int, str]] | Refusal:
    """Return the lines of a file that `2`, `2:5`, `2:`, `:5` or an anchor's name means."""
    lines = list(enumerate(text.removesuffix("\n").split("\n"), 1))
    first, colon, last = (word.strip() for word in part.partition(":"))
    if first and not _NUMBER.fullmatch(first):
        return _anchored(lines, first) or _no_anchor(lines, path, first)
    start = max(int(first or 1), 1)
    stop = int(last) if _NUMBER.fullmatch(last) else len(lines) if colon or not first else start
    nothing = Refusal(f"{path} has {len(lines)} lines, and none of those that it names", "count the lines anew")
    return lines[start - 1 : stop] or nothing


def _anchored(lines: Sequence[tuple[int, str]], name: str) -> list[tuple[int, str]]:
    chosen: list[tuple[int, str]] = []
    inside = False
    for number, line in lines:
        begins, ends = _ANCHOR.search(line), _ANCHOR_END.search(line)
        if inside and ends and ends[1] == name:
            break
        if begins and begins[1] == name:
            inside = True
        elif inside and not (begins or ends):
            chosen.append((number, line))
    return chosen


def _no_anchor(lines: Sequence[tuple[int, str]], path: str, name: str) -> Refusal:
    names = [found[1] for _, line in lines if (found := _ANCHOR.search(line))]
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
