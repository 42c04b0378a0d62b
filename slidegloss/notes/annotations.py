"""Annotations: which signs there are, and how a quote falls into annotations.

The signs and their meaning follow the note format (DESIGN.md, section 3). Entities (`&#x2705;`) and literal emoji are
the same thing to an author, so both are recognised on source lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Annotation
from slidegloss.notes.lines import fenced_lines

KINDS: Final[Mapping[str, str]] = {
    "✅": "note",
    "✔": "note",
    "☑": "note",
    "❓": "question",
    "❔": "question",
    "🔎": "reference",
    "🔍": "reference",
    "💡": "idea",
    "❗": "caution",
    "❕": "caution",
    "⚠": "caution",
    "📌": "key",
    "👆": "above",
}
"""Sign → kind. Variation selectors after a sign are ignored."""

MARKS: Final[Mapping[str, str]] = {"❌": "no", "❎": "no"}
"""Sign → what it says by itself. Such a sign annotates nothing; it is drawn because few machines have a font for it."""

BOX_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("note", "info", "seealso"), "note"),
    **dict.fromkeys(("abstract", "summary", "tldr", "todo", "success", "check", "done", "example", "details"), "note"),
    **dict.fromkeys(("tip", "hint"), "idea"),
    **dict.fromkeys(("question", "help", "faq"), "question"),
    "important": "key",
    **dict.fromkeys(("warning", "caution", "attention", "danger"), "caution"),
    **dict.fromkeys(("error", "failure", "fail", "missing", "bug"), "caution"),
}
"""What alerts of GitHub and mdBook, callouts of Obsidian and boxes of MkDocs are called → kind."""

_SAYS_ITS_KIND: Final = frozenset(
    ["note", "info", "tip", "hint", "question", "help", "important", "warning", "caution", "attention", "danger"]
)
"""Names that the label of their kind says in other words; any other is shown as the title of a box that has none."""

DOUBTS: Final = frozenset("❌✖✗⚠❎")
"""Signs that tables use for no and partly."""

CELL_SIGNS: Final = frozenset("✅✔☑") | DOUBTS
"""Signs that tables use for yes, no and partly; alone in a cell they annotate nothing."""

LANGUAGE_TAGS: Final = frozenset({
    "ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "uk", "vi", "zh",
    "zh-hans", "zh-hant", "zh-cn", "zh-tw",
})  # fmt: skip
"""Tags that may open a translation line; only these, so that `as: …` in a remark stays text."""

_CALLOUTS: Final[Mapping[str, str]] = {"info": "note", "success": "note", "warning": "caution", "danger": "caution"}
"""Callout of GitBook (its plugin of that name) → kind."""

_CALLOUT = lazy(rf" {{0,3}}\*\*\[(?P<name>{'|'.join(_CALLOUTS)})\]\*\*[ \t]*", re.IGNORECASE)
_ASKED = lazy(
    r"[ \t\u00a0]{0,3}(?P<wrap>[*_]{0,2})\[(?P<sign>[❓❔]|&#(?:x275[34]|1006[78]);|[?？](?=\][^\n]*[\u4e00-\u9fff]))\ufe0f?\]"
    r"(?![(\[])(?P<space>[ \t\u00a0]*)",
    re.IGNORECASE,
)
"""`[❓]` asks as ❓ does, and `[?]` where Chinese words follow; without, it is a citation that a paper's TeX did not find.
Other signs in brackets are boxes that somebody ticked."""
_NO = r"[*_]{0,2}(?:[❌✖✗❎]|&#(?:x27(?:4c|16|17|4e)|100(?:60|06|07|62));)"
_NO_ITEM = lazy(rf"^[ \t>]{{0,40}}(?:(?:[-*+]|\d{{1,3}}[.)])[ \t]{{1,4}}){_NO}", re.IGNORECASE | re.MULTILINE)
_NO_LINE = lazy(rf"^[ \t>]{{0,40}}{_NO}", re.IGNORECASE | re.MULTILINE)
_ALERT = lazy(rf" {{0,3}}\[!(?P<name>{'|'.join(BOX_KINDS)})\][+-]?[ \t]*(?P<title>[^\n]*)", re.IGNORECASE)
_ANSWER = lazy(r"(?:^|[\s?？。．.!！)）])(?:答案?|回答|A|Answer)\s*[:：]")
_ANSWER_BELOW = lazy(
    r"^[ \t]*(?:>[ \t]*|[-*+][ \t]+|\d{1,3}[.)][ \t]+)+\*{0,2}(?:✅|&#(?:x0*2705|0*9989);)",
    re.IGNORECASE | re.MULTILINE,
)
"""A remark in a quote or list inside the question's own."""
_ANSWER_FIRST = lazy(r"[\s*_]*(?:答案?|回答|A|Answer)\s*[:：]")
_TAG = lazy(r"(?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)[ \t]*[:：](?:[ \t]+|$)(?P<text>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """The signs in force (built in and from the settings), with what is needed to find them quickly.

    Told apart by identity, so that what is made of them can be remembered for them.
    """

    kinds: Mapping[str, str]
    """Those that open annotations."""
    marks: Mapping[str, str]
    """All that are drawn."""
    start: re.Pattern[str]
    """Matches a source line that starts with a sign: groups `wrap`, `sign`."""
    anywhere: re.Pattern[str]
    """Matches each sign that is drawn."""

    def kind(self, sign: str) -> str:
        """Return the kind of a sign as found in text (VS16 allowed)."""
        return self.marks[sign.rstrip("\ufe0f\ufe0e")]


def make_signs(extra: Mapping[str, str] | None = None) -> Signs:
    """Build the sign table; `extra` maps further signs to kinds."""
    kinds = {**KINDS, **(extra or {})}
    marks = {**MARKS, **kinds}
    literal = _either(kinds)
    entity = "|".join(rf"&#(?:[xX]0*{ord(sign):x}|0*{ord(sign)});" for sign in sorted(kinds) if len(sign) == 1)
    start = re.compile(
        rf"[ \t\u00a0]{{0,3}}(?P<wrap>\*{{0,2}}|_{{0,2}})[ \t]?(?P<sign>(?:{literal}|{entity})(?:\ufe0f|&#xfe0f;)?)"
        r"(?P<space>[ \t\u00a0]*)",
        re.IGNORECASE,
    )
    return Signs(kinds, marks, start, re.compile(f"(?:{_either(marks)})[\ufe0e\ufe0f]?"))


def _either(signs: Iterable[str]) -> str:
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))


class Piece(NamedTuple):
    """A run of source lines inside a quote or paragraph: one annotation, one translation, or plain text before them."""

    kind: str
    """A kind; empty for plain text; `@en` for a translation into en."""
    sign: str
    lines: tuple[str, ...]
    """The text without the sign or tag."""
    first: int
    """Index of the first line among the lines given."""
    cut: int
    """Characters removed at the start of the first line."""


def says_yes(piece: Piece) -> bool:
    """Tell whether the sign of a piece is one that says yes or partly where others say no."""
    sign = piece.sign
    return (_entity(sign) if sign.startswith("&") else sign[:1]) in CELL_SIGNS


def says_no(text: str, *, item: bool) -> bool:
    """Tell whether an item of a text, or else a line, begins with ❌: there ✅ says yes."""
    return (_NO_ITEM if item else _NO_LINE).search(text) is not None


def split_quote(lines: Sequence[str], signs: Signs) -> tuple[Piece, ...]:
    """Cut the dequoted lines of a quote into pieces as `split_lines` does.

    `[!NOTE]` on the first line is a sign, too, with Obsidian's title behind it or without, and so is `**[info]**` in front
    of it. As on GitHub, an alert that says nothing is none; where only signs follow, it is what holds them.
    """
    first = lines[0]
    if "[!" in first and (alert := _ALERT.fullmatch(first)):
        title, cut = _box_title(alert, more=any(line.strip() for line in lines[1:])), alert.start("title")
        pieces = split_lines([first[:cut] + title, *lines[1:]], signs, BOX_KINDS[alert["name"].lower()], cut)
    elif "**[" in first and (callout := _CALLOUT.match(first)):
        pieces = split_lines(lines, signs, _CALLOUTS[callout["name"].lower()], callout.end())
    else:
        return split_lines(lines, signs)
    if "".join(pieces[0].lines).strip():
        return pieces
    # a box whose lines all have signs of their own is what these make it
    return pieces[1:] if len(pieces) > 1 and pieces[1].sign else split_lines(lines, signs)


def _box_title(alert: re.Match[str], *, more: bool) -> str:
    """Return the title of a box in bold, with a line break where `more` follows; its name where the kind does not say it."""
    title = alert["title"].strip()
    if not title and more and alert["name"].lower() not in _SAYS_ITS_KIND:
        title = alert["name"].capitalize()
    if not title:
        return ""
    return (title if "**" in title else f"**{title}**") + "  " * more


def split_lines(lines: Sequence[str], signs: Signs, first: str = "", cut: int = 0) -> tuple[Piece, ...]:
    """Cut the dequoted lines of a quote into pieces; a line without sign or tag continues the piece before it.

    Lines in fenced code never start a piece. Returns a single plain piece when the quote holds no annotation at all.
    `first` is the kind that the first `cut` characters are the sign of.
    """
    pieces: list[tuple[str, str, list[str], int, int]] = []
    if first:
        pieces.append((first, lines[0][:cut].strip(), [lines[0][cut:]], 0, cut))
    seen_annotation = bool(first)
    for index, (line, fenced) in enumerate(zip(lines, fenced_lines(list(lines)), strict=True)):
        if first and index == 0:
            continue
        found = None if fenced else signs.start.match(line) or ("[" in line[:4] and _ASKED.match(line)) or None
        if found:
            sign = found["sign"]
            if sign in "?？" and pieces and pieces[-1][0] == "question" and not "".join(pieces[-1][2]).strip():
                # said twice: ❓ alone on its line, `[?]` in front of the words
                pieces[-1][2].append(line[found.end() :])
                continue
            kind = "question" if sign in "?？" else signs.kind(_entity(sign) if sign.startswith("&") else sign)
            rest = found["wrap"] + line[found.end() :]
            _end_line(pieces[-1][2] if pieces else [])
            pieces.append((kind, sign, [rest], index, found.end() - len(found["wrap"])))
            seen_annotation = True
            continue
        tag = None if fenced or not seen_annotation else _TAG.match(line.lstrip(" \t"))
        if tag and tag["tag"].lower() in LANGUAGE_TAGS:
            text = unsigned(tag["text"], signs)
            _end_line(pieces[-1][2])
            pieces.append((f"@{tag['tag']}", "", [text], index, len(line) - len(text)))
        elif pieces:
            pieces[-1][2].append(line)
        else:
            pieces.append(("", "", [line], index, 0))
    return tuple(Piece(kind, sign, tuple(text), first, cut) for kind, sign, text, first, cut in pieces)


def unsigned(text: str, signs: Signs) -> str:
    """Return a translation without the sign in front of it: that is the original's, and some translators write it again."""
    found = signs.start.match(text)
    return text if found is None or found["wrap"] else text[found.end() :]


def _end_line(lines: list[str]) -> None:
    """Drop the backslash that broke the line before a sign: behind the last words of a piece it would be shown."""
    if lines and lines[-1].endswith("\\") and not lines[-1].endswith("\\\\"):
        lines[-1] = lines[-1][:-1]


def _entity(sign: str) -> str:
    digits = sign.split(";", maxsplit=1)[0][2:]
    return chr(int(digits[1:], 16) if digits[0] in "xX" else int(digits))


def answers_itself(text: str) -> bool:
    """Tell whether a question carries its own answer: `答：…`, `A: …`, or a ✅ in a quote or list below it."""
    return _ANSWER.search(text) is not None or _ANSWER_BELOW.search(text) is not None


def _opens_with_answer(piece: Piece) -> bool:
    return _ANSWER_FIRST.match("\n".join(piece.lines)) is not None


def answered(pieces: Sequence[Piece]) -> tuple[bool, ...]:
    """Return for each piece whether it is a question with an answer in the same quote.

    The answer is in the question's own text, or is the first annotation after it: a ✅ or a text that opens with `答：`.
    """
    result: list[bool] = []
    for index, piece in enumerate(pieces):
        if piece.kind != "question":
            result.append(False)
            continue
        following = next((later for later in pieces[index + 1 :] if later.kind and later.kind[0] != "@"), None)
        result.append(
            answers_itself("\n".join(piece.lines))
            or (following is not None and (following.kind == "note" or _opens_with_answer(following)))
        )
    return tuple(result)


def answers_among(run: Sequence[Annotation]) -> frozenset[str]:
    """Return the anchors of those notes of one quote that answer the question right above them."""
    return frozenset(
        note.anchor
        for asked, note in pairwise(run)
        if note.kind == "note" and asked.answered and not answers_itself(asked.original.source)
    )
