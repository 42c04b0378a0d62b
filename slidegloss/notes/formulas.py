r"""Where formulas stand in the source of a note, found before CommonMark can damage them.

Forms: `\\( … \\)`, `\\[ … \\]`, `$$ … $$`, `$ … $`, `\( … \)`, `\[ … \]` and mathematical environments. The one rule is
"what opens first wins": a formula that starts before a link may hold a false link, a link that starts first keeps its
address. Code, comments and fences always win. Every look-up is a binary search, so the time stays linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.notes.delimiters import Token, delimiters
from slidegloss.notes.lines import line_starts
from slidegloss.notes.protected import Region, protected_regions
from slidegloss.notes.tex import INVISIBLE

_MARKER = r"[ \t\u00a0]*(?:笔记[ ]?)?[Pp]\d{1,4}[ \t\u00a0]*[A-Za-z\u24b6-\u24cf]?[ \t]*[:：]?[ \t\u00a0]*$"
_BARRIER = re.compile(
    rf"\n(?:[ \t>]*\#{{1,6}}(?:[ \t]|$)|{_MARKER}|[ \t]*>[ \t>]*(?:&\#x?[0-9A-Fa-f]+;|[✅❓🔎💡❗📌👆✔]))", re.MULTILINE
)
_PROSE = re.compile(r".*\\\\\(|[ \t]*(?:>|\||!?\[[^\]\n]*\]\(|<[/a-z]|&#|[-*+][ \t]+(?P<word>\S+))")
_HAN_UTF8 = rb"(?:\xe4[\xb8-\xbf]|[\xe5-\xe9][\x80-\xbf])[\x80-\xbf]"
"""Characters from U+4E00 to U+9FFF: to compile a range of so many takes longer than to look through a note."""
_HAN_CHARACTER = lazy(_HAN_UTF8)
_HAN_RUN = lazy(rb"(?:%b){4}" % _HAN_UTF8)
_SIGNS = re.compile(r"[\\_^={}&]")
_HAN = lazy(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_COMMAND = lazy(r"\\[A-Za-z]{2}")
_WORD = lazy(r"[^\W\d_]{2,}")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_SURE = lazy(r"\^|_\{")
_LETTERS = lazy(r"(?=.*[A-Za-z\u0370-\u03ff])(?:[A-Za-z\u0370-\u03ff](?![A-Za-z])|[\d\s+\-*/(),.|<>':!{}])+")
_QUOTED = re.compile(r"[ \t]*>")
_HAN_SCRIPT = lazy(r"\\|[_^]\{?[\u4e00-\u9fff]")
_ONE_LINE = re.compile(r"[ \t>]*(?:\||#{1,6}[ \t])")
_NEW_BLOCK = lazy(r"\n[ \t>]*(?:[-*+•][ \t]|\d{1,9}[.)][ \t]|\|)")


class Found(NamedTuple):
    """A formula: character offsets in the source, and the body between the delimiters."""

    start: int
    end: int
    body_start: int
    body_end: int
    display: bool


class Unbalanced(NamedTuple):
    """A delimiter that has no partner, and the partner that was expected."""

    start: int
    delimiter: str
    partner: str


_PARTNER = {r"\\(": r"\\)", r"\\[": r"\\]", "$$": "$$", r"\(": r"\)", r"\[": r"\]", "$": "$"}


class _Lines:
    """What a formula must not cross, as sorted offsets; worked out when the first formula of several lines is met."""

    def __init__(self, text: str, fences: list[int]) -> None:
        self.text = text
        self.fences = fences

    @cached_property
    def barriers(self) -> list[int]:
        """Lines that begin something else: headings, slides, annotations, code."""
        # each is found by the line end before it, which `re` is quick to find; so one is put before the text
        return sorted([*self.fences, *[match.start() for match in _BARRIER.finditer(f"\n{self.text}")]])

    @cached_property
    def starts(self) -> list[int]:
        """All lines."""
        return line_starts(self.text.split("\n"))

    @property
    def blank(self) -> list[int]:
        """Lines that end a paragraph, be it inside a quote."""
        return self._gaps[0]

    @property
    def empty(self) -> list[int]:
        """Blank lines without a quote mark: they end a quote."""
        return self._gaps[1]

    @property
    def prose(self) -> list[int]:
        """Lines after a blank that cannot be the rest of a formula."""
        return self._gaps[2]

    @cached_property
    def _gaps(self) -> tuple[list[int], list[int], list[int]]:
        blank, empty, prose = gaps = [], [], []  # type: tuple[list[int], list[int], list[int]]
        after_blank = False
        for line, position in zip(self.text.split("\n"), self.starts, strict=True):
            if not line.strip(" \t\u00a0>"):
                blank.append(position)
                if ">" not in line:
                    empty.append(position)
                after_blank = True
            elif after_blank:
                if _is_prose(line):
                    prose.append(position)
                after_blank = False
        return gaps

    def line_start(self, offset: int) -> int:
        return self.starts[bisect_right(self.starts, offset) - 1]


def _is_prose(line: str) -> bool:
    """Tell whether a line cannot be the rest of a formula."""
    begins = _PROSE.match(line[:400])
    if begins and (begins["word"] is None or _holds(_HAN_CHARACTER, begins["word"])):
        return True
    return not _SIGNS.search(line) and _holds(_HAN_RUN, line)


def _holds(pattern: re.Pattern[bytes], text: str) -> bool:
    return not text.isascii() and pattern.search(text.encode("utf-8", "surrogatepass")) is not None


def _any_between(positions: list[int], start: int, end: int) -> bool:
    index = bisect_left(positions, start + 1)
    return index < len(positions) and positions[index] < end


def find(text: str) -> tuple[tuple[Found, ...], tuple[Unbalanced, ...]]:
    """Return the formulas of a note in order, and the delimiters that stand alone."""
    if "$" not in text and "\\" not in text:
        return (), ()
    hard, soft, fences = protected_regions(text)
    return _Scan(text, hard, soft, _Lines(text, fences)).run()


class _Scan:
    """One pass over a text; the state is how far it has come."""

    def __init__(self, text: str, hard: list[Region], soft: list[Region], lines: _Lines) -> None:
        self.text = text
        self.soft = soft
        self.lines = lines
        self.tokens = delimiters(text, hard)
        self.by_kind: dict[str, list[Token]] = {}
        for token in self.tokens:
            self.by_kind.setdefault(token.kind, []).append(token)
        self.offsets = {kind: [token.start for token in tokens] for kind, tokens in self.by_kind.items()}
        self.env_end = _environments(self.tokens, lines)

    @cached_property
    def line_counts(self) -> dict[int, int]:
        """How many `$$` stand on the line that starts at an offset."""
        return _dollars_by_line(self.by_kind.get("$$", []), self.lines)

    def run(self) -> tuple[tuple[Found, ...], tuple[Unbalanced, ...]]:
        found: list[Found] = []
        problems: list[Unbalanced] = []
        done = 0
        soft_index = soft_end = 0
        for token in self.tokens:
            if token.start < done:
                continue
            while soft_index < len(self.soft) and self.soft[soft_index].start <= token.start:
                region = self.soft[soft_index]
                if region.start >= done:  # a region that begins inside a formula is not one
                    soft_end = max(soft_end, region.end)
                soft_index += 1
            if token.start < soft_end:
                continue
            result = self.formula(token)
            if isinstance(result, Found):
                found.append(result)
                done = result.end
            elif result is not None:
                problems.append(result)
                # an empty pair is text, both halves of it
                done = token.end
        return tuple(found), tuple(problems)

    def formula(self, token: Token) -> Found | Unbalanced | None:
        """Return the formula that a token opens, the problem it is, or None for plain text."""
        if token.kind in {r"\\)", r"\\]"}:
            opener = r"\\(" if token.kind == r"\\)" else r"\\["
            return Unbalanced(token.start, token.kind, opener)
        if token.kind == "begin":
            end = self.env_end.get(token.start)
            if end is None or self.torn(token.start, end.start):
                return Unbalanced(token.start, rf"\begin{{{token.name}}}", rf"\end{{{token.name}}}")
            return self.found(token.start, end.end, token.start, end.end, display=True)
        if token.kind in {r"\\(", r"\\[", "$$"}:
            return self.delimited(token)
        if token.kind in {r"\(", r"\["}:
            return self.escaped(token)
        return self.dollar(token) if token.kind == "$" else None

    def found(self, start: int, end: int, body_start: int, body_end: int, *, display: bool) -> Found:
        while end < len(self.text) and self.text[end] in INVISIBLE:
            end += 1
        return Found(start, end, body_start, body_end, display)

    def next_of(self, kind: str, offset: int) -> Token | None:
        positions = self.offsets.get(kind, [])
        index = bisect_left(positions, offset)
        return self.by_kind[kind][index] if index < len(positions) else None

    def quoted(self, offset: int) -> bool:
        return _QUOTED.match(self.text, self.lines.line_start(offset), offset) is not None

    def torn(self, start: int, end: int) -> bool:
        """Whether something that no display formula holds stands between two offsets."""
        if self.text.find("\n", start, end) < 0:  # all that could tear it begins a line
            return False
        lines = self.lines
        if _any_between(lines.barriers, start, end) or _any_between(lines.prose, start, end):
            return True
        return (_any_between(lines.empty, start, end) and self.quoted(start)) or self.leaves_line(start, end)

    def leaves_line(self, start: int, end: int) -> bool:
        """Whether the text between two offsets goes on after a heading or a table row."""
        on_one_line = _ONE_LINE.match(self.text, self.lines.line_start(start), start) is not None
        return on_one_line and _any_between(self.lines.starts, start, end)

    def split_paragraph(self, start: int, end: int) -> bool:
        """Whether the text between two offsets is more than one paragraph."""
        newline = self.text.find("\n", start, end)
        if newline < 0:
            return False
        lines = self.lines
        if _any_between(lines.barriers, start, end) or _any_between(lines.blank, start, end):
            return True
        begins_quote = self.text[newline + 1 : newline + 5].lstrip(" ")[:1] == ">" and not self.quoted(start)
        return begins_quote or self.leaves_line(start, end) or _NEW_BLOCK.search(self.text, newline, end) is not None

    def delimited(self, token: Token) -> Found | Unbalanced | None:
        display = token.kind != r"\\("
        partner = _PARTNER[token.kind]
        alone = Unbalanced(token.start, token.kind, partner)
        close = self.next_of(partner, token.end)
        if token.kind == r"\\(" and (slip := self.half_closed(token, close)):
            return slip
        if close is None:
            return self.closed_by_dollars(token) or alone
        if not self.text[token.end : close.start].strip():
            return None if token.kind == "$$" else alone
        if token.kind != "$$":
            again = self.next_of(token.kind, token.end)
            if again is not None and again.start < close.start:
                return self.closed_by_dollars(token, again.start) or alone
        torn = self.torn if display else self.split_paragraph
        if torn(token.start, close.start):
            return alone
        several = self.text.find("\n", token.start, close.start) >= 0
        if token.kind == "$$" and several and _any_between(self.lines.blank, token.start, close.start):
            # the next line with `$$` is a formula of its own: then this one was never closed
            line = self.lines.line_start(close.start)
            if self.line_counts.get(line, 0) % 2 == 0 and self.lines.line_start(token.start) != line:
                return alone
            if self.in_sentence(token):
                return alone
        return self.found(token.start, close.end, token.end, close.start, display=display)

    def in_sentence(self, token: Token) -> bool:
        """Whether words stand before and behind a delimiter on its line."""
        end = self.text.find("\n", token.end)
        before = self.text[self.lines.line_start(token.start) : token.start]
        return _WORD.search(before) is not None and bool(self.text[token.end : end].strip())

    def half_closed(self, token: Token, close: Token | None) -> Found | None:
        r"""Return the formula of `\\(x\)`, where one backslash was forgotten, in front of the next full delimiter."""
        half = self.next_of(r"\)", token.end)
        if half is None:
            return None
        others = (close, self.next_of(r"\\(", token.end), self.next_of(r"\(", token.end))
        if any(other is not None and other.start < half.start for other in others):
            return None
        body = self.text[token.end : half.start]
        if "\n" in body or not _reads_like_tex(body.strip(), display=False):
            return None
        return self.found(token.start, half.end, token.end, half.start, display=False)

    def closed_by_dollars(self, token: Token, limit: int | None = None) -> Found | None:
        r"""Return the formula of `\\(x$$`: begun with one pair of delimiters, ended with the other, before an offset."""
        close = self.next_of("$$", token.end)
        if token.kind != r"\\(" or close is None or (limit is not None and close.start > limit):
            return None
        line = self.lines.line_start(token.start)
        if self.lines.line_start(close.start) != line or self.line_counts.get(line, 0) % 2 == 0:
            return None
        if not _reads_like_tex(self.text[token.end : close.start].strip(), display=False):
            return None
        return self.found(token.start, close.end, token.end, close.start, display=False)

    def escaped(self, token: Token) -> Found | None:
        r"""`\( … \)` is CommonMark's escaped bracket unless what it holds can only be a formula."""
        close = self.next_of(_PARTNER[token.kind], token.end)
        if close is None or self.text[token.start - 1 : token.start] in {"]", "!"}:
            return None
        display = token.kind == r"\["
        again = self.next_of(token.kind, token.end)
        if again is not None and again.start < close.start:
            return None
        if self.split_paragraph(token.start, close.start) and not (display and not self.torn(token.start, close.start)):
            return None
        body = self.text[token.end : close.start].strip()
        if not _reads_like_tex(body, display=display):
            return None
        return self.found(token.start, close.end, token.end, close.start, display=display)

    def dollar(self, token: Token) -> Found | None:
        """`$ … $` after pandoc's rules, a little stricter, so that prices and shell variables stay text."""
        text = self.text
        close = self.next_of("$", token.end)
        if close is None:
            return None
        before, first = text[token.start - 1 : token.start], text[token.end : token.end + 1]
        last, after = text[close.start - 1 : close.start], text[close.end : close.end + 1]
        if close.start == token.end or (after.isascii() and after.isalnum()):
            return None
        if self.split_paragraph(token.start, close.start):
            return None
        for region in self.soft[bisect_left(self.soft, (token.start, 0)) :][:8]:
            if region.start >= close.start:
                break
            if region.end > close.start:
                return None
        body = text[token.end : close.start]
        if len(body) > 2 and first == last == "`" and "`" not in body[1:-1]:  # as GitHub and GitLab have it
            return self.found(token.start, close.end, token.end + 1, close.start - 1, display=False)
        if (first.isspace() or last.isspace()) and not _is_spaced(body):
            return None
        glued = before.isascii() and before.isalnum()
        return (
            self.found(token.start, close.end, token.end, close.start, display=False)
            if _is_formula(body, glued=glued)
            else None
        )


def _reads_like_tex(body: str, *, display: bool) -> bool:
    """Whether what stands between escaped brackets can only be a formula."""
    if _COMMAND.search(body):
        return True
    if _HAN.search(body):
        return False
    if _SURE.search(body):
        return True
    weak = "=" in body or (not display and ("_" in body or _LETTERS.fullmatch(body) is not None))
    return weak and _LONG_WORD.search(body) is None


def _is_spaced(body: str) -> bool:
    """Whether a formula may have white space inside its dollar signs, as MathJax and Typora let it: `$ n $`, or lines of its own."""
    if _HAN.search(body):
        return False
    if "\n" not in body and _COMMAND.search(body):
        return True
    return body[0].isspace() and body[-1].isspace() and _reads_like_tex(body.strip(), display=False)


def _is_formula(body: str, *, glued: bool) -> bool:
    """Whether what stands between two dollar signs reads like a formula and not like prices."""
    if _HAN.search(body):
        return _HAN_SCRIPT.search(body) is not None
    if _SIGNS.search(body):
        return len(body) < 4000
    if glued or "\n" in body:
        return False
    if body[0].isdigit():
        return _WORD.search(body) is None
    return " " not in body or max((len(word[0]) for word in _WORD.finditer(body)), default=0) < 3


def _environments(tokens: list[Token], lines: _Lines) -> dict[int, Token]:
    r"""Return for the offset of each `\begin` its `\end`; what stands on both sides of a barrier does not match."""
    ends: dict[int, Token] = {}
    stack: list[Token] = []
    for token in tokens:
        if token.kind == "begin":
            stack.append(token)
        elif token.kind == "end":
            if stack and _any_between(lines.barriers, stack[-1].start, token.start):
                stack.clear()
            if stack and stack[-1].name == token.name:
                ends[stack.pop().start] = token
            else:
                stack.clear()
    return ends


def _dollars_by_line(tokens: list[Token], lines: _Lines) -> dict[int, int]:
    counts: dict[int, int] = {}
    for token in tokens:
        line = lines.line_start(token.start)
        counts[line] = counts.get(line, 0) + 1
    return counts
