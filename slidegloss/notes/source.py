"""Pieces of a note's text, and the places in the file that their bytes come from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.nodes import Span
from slidegloss.notes.lines import line_starts

Range = Mapping[str, int]
"""A byte range as pyromark gives it: `start` and `end`."""

_QUOTE_MARK = re.compile(r"[ \t]{0,3}>[ \t]?")
_INDENT = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*")


class Source(NamedTuple):
    """A text to parse, masked, and where its lines come from."""

    text: str
    lines: Sequence[int]
    """Original 1-based line number of each line."""
    cols: Sequence[int]
    """How many characters of the original line stand before each line's text."""


class Places:
    """Answers where byte ranges of one Source stand; columns count characters, so offsets are decoded once per line."""

    def __init__(self, source: Source, restore: Callable[[str], str]) -> None:
        """`restore` puts formulas back into a text in which something shorter stands for them."""
        self.source = source
        self._restore = restore
        self.bytes = source.text.encode()
        self.starts = line_starts(self.bytes.split(b"\n"))
        self._last_row = len(source.lines) - 1
        # row, byte offset, and before it: line ends of formulas, characters; long lines are read once, not per node
        self._last = (0, 0, 0, 0)
        self._ascii = len(self.bytes) == len(source.text)

    def row(self, offset: int) -> int:
        """Return the index of the line that holds a byte."""
        return bisect_right(self.starts, offset) - 1

    def span(self, at: Range) -> Span:
        """Return the place of a range in the note's file."""
        start = at["start"]
        _, lines, cols = self.source
        starts, last_row = self.starts, self._last_row
        row = bisect_right(starts, start) - 1
        if row >= last_row:
            row = last = last_row
        elif (end := at["end"]) > starts[row + 1]:
            last = min(bisect_right(starts, end - 1, row) - 1, last_row)
        else:
            last = row
        line, col = lines[row], cols[row]
        if start == starts[row]:  # as most blocks do
            return Span(line, col + 1, lines[last])
        down, before = self._before(row, start)
        return Span(line + down, before + 1 + (0 if down else col), max(lines[last], line + down))

    def point(self, offset: int) -> Span:
        """Return the place of a byte in the note's file."""
        return self.span({"start": offset, "end": offset})

    def _before(self, row: int, offset: int) -> tuple[int, int]:
        """Return how many line ends, all in formulas, and after these how many characters stand before a byte of a row."""
        if self._ascii:
            return 0, offset - self.starts[row]
        known_row, known_offset, down, known = self._last
        if known_row != row or known_offset > offset:
            known_offset, down, known = self.starts[row], 0, 0
        piece = self._restore(self.bytes[known_offset:offset].decode("utf-8", "replace"))
        if ends := piece.count("\n"):
            down, known = down + ends, 0
            piece = piece[piece.rindex("\n") + 1 :]
        known += len(piece)
        self._last = (row, offset, down, known)
        return down, known

    def raw(self, at: Range) -> str:
        """Return the text of a range."""
        if self._ascii:
            return self.source.text[at["start"] : at["end"]]
        return self.bytes[at["start"] : at["end"]].decode("utf-8", "replace")

    def stands(self, text: str, offset: int) -> bool:
        """Tell whether a text stands at a byte as it is, with nothing escaped in it."""
        return self.bytes.startswith(text.encode(), offset) and not self.follows_backslash(offset)

    def follows_backslash(self, offset: int) -> bool:
        """Tell whether there is a backslash in front of a byte: parsers of CommonMark begin behind it."""
        return offset > 0 and self.bytes[offset - 1 : offset] == b"\\"

    def line_from(self, offset: int) -> str:
        """Return the text from a byte to the end of its line."""
        end = self.bytes.find(b"\n", offset)
        return self.bytes[offset : end if end >= 0 else len(self.bytes)].decode("utf-8", "replace")

    def in_columns(self, text: str, start: int) -> str:
        """Return lines of code, of which the first starts at a byte, with blanks before the others that put them where they are."""
        first, *others = text.split("\n")
        row = self.row(start) + 1
        rows = zip(others, self.source.text.split("\n")[row:], self.source.cols[row:], strict=False)
        return "\n".join([first, *[" " * (cols + max(len(row) - len(line), 0)) + line for line, row, cols in rows]])

    def dequoted(self, at: Range, depth: int) -> Source:
        """Return the lines of a range without indentation and without the marks of `depth` quotes, as a Source."""
        first = self.row(at["start"])
        texts, lines, cols = [], [], []
        for index, line in enumerate(self.raw(at).rstrip("\n").split("\n")):
            row = min(first + index, len(self.source.lines) - 1)
            cut = self._before(row, at["start"])[1] if index == 0 else 0
            # the range starts at its own quote mark; later lines carry the marks of the quotes around it as well
            marks = min(depth, 1) if index == 0 else depth
            text = line
            if index and (bare := line.lstrip(" \t")).startswith(">"):
                cut += len(line) - len(bare)
                text = bare
            for _ in range(marks):
                mark = _QUOTE_MARK.match(text)
                if mark is None:
                    break
                cut += mark.end()
                text = text[mark.end() :]
            texts.append(text)
            lines.append(self.source.lines[row])
            cols.append(cut + self.source.cols[row])
        return Source("\n".join(texts), lines, cols)

    def leaf(self, at: Range, *, quoted: bool) -> str:
        """Return the text of a leaf: quote marks, indentation and closing white space removed."""
        text = self.raw(at).rstrip()
        if "\n" not in text:
            return text
        first, *rest = text.split("\n")
        return "\n".join([first, *(_INDENT.sub("", line, count=1) if quoted else line.lstrip() for line in rest)])
