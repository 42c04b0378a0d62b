"""From the text of one note to a Deck."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyromark

from slidegloss.diagnostics import Code, Diagnostic, diagnostic, nearest
from slidegloss.model import Deck, FrontMatter, NoteSource, Slide
from slidegloss.nodes import Block, Credit, Heading, Paragraph, Quote, Rule, Span
from slidegloss.notes.annotations import Signs, make_signs
from slidegloss.notes.blocks import OPTIONS
from slidegloss.notes.boxes import as_quotes
from slidegloss.notes.language import detect
from slidegloss.notes.lines import fenced_lines, footnote_labels, repair, unclosed_fence
from slidegloss.notes.markers import Segment, split
from slidegloss.notes.maths import mask
from slidegloss.notes.parser import NoteParser
from slidegloss.notes.protected import code_and_comments
from slidegloss.notes.slugs import Slugger
from slidegloss.notes.source import Source
from slidegloss.patterns import lazy
from slidegloss.tree import plain

_CREDIT_WORDS = lazy(r"出自|转载|版权|来源|整理自|\bsource\b|\bcredit|copyright|©|licen[sc]e", re.IGNORECASE)
_CREDIT_LINE = lazy(r"\s*(?:本文)?(?:出自|来源|转载自).{1,80}转载请")
_FOOTNOTE_MARK = lazy(r"\[\^([^\]\s]+)\]")
# `re` looks for the braces ahead of trying the pattern, for it begins with them
_MDBOOK = lazy(
    r"\{\{(?<!\\\{\{)[ \t]*#(?P<name>include|rustdoc_include|playground|playpen|title)(?:[ \t][^{}\n]*)?\}\}"
)
_FRONT_KEYS = FrontMatter._fields
_FOREIGN_KEYS = frozenset({
    "alias", "aliases", "author", "authors", "bibliography", "categories", "category", "comments", "cover",
    "created", "created_at", "cssclass", "cssclasses", "csl", "date", "description", "editor", "excerpt", "execute",
    "filters", "format", "icon", "id", "image", "jupyter", "katex", "keywords", "lastmod", "layout", "math",
    "mathjax", "mermaid", "modified", "nav_order", "number", "order", "output", "parent", "permalink", "position",
    "share", "sidebar", "sidebar_label", "sidebar_position", "slug", "sort", "status", "subtitle", "summary", "tag",
    "tags", "template", "thumbnail", "toc", "toc_depth", "type", "uid", "up", "updated", "updated_at", "url",
    "version", "weight",
})  # fmt: skip
"""What Jekyll, Hugo, Quarto, Obsidian and others read, and a site can do without; some are spelt like keys of ours."""
_ALIKE = 0.75
"""How like one of ours a key must be to pass for a slip of the pen: `titel` is, `time` is not."""


_WITHHELD = {"draft": True, "published": False, "publish": False}
"""What keeps a note off the sites of Hugo, Jekyll and Obsidian."""


@dataclass(frozen=True, slots=True)
class NoteOptions:
    """What the settings say about reading notes."""

    signs: Signs = field(default_factory=make_signs)
    default_lang: str = "en"
    """The language of a text without Han, kana or hangul."""


def parse_deck(note: NoteSource, options: NoteOptions) -> tuple[Deck, tuple[Diagnostic, ...]]:
    """Parse a note into a deck; citations are recognised by a later pass (`citations.cite_deck`).

    Never fails: what the note format does not know stays plain CommonMark, and what is wrong is reported.
    """
    path = note.source_path
    text, front, problems = _front_matter(note.text, path)
    problems += _commands_of_mdbook(text, path)
    text, before = as_quotes(text)
    masked, maths_problems = mask(text, path)
    if before:
        maths_problems = tuple(replace(one, col=_column(one, before)) for one in maths_problems)
        masked = replace(masked, formulas=tuple(one._replace(span=_moved(one.span, before)) for one in masked.formulas))
    lines = masked.text.split("\n")
    fenced = fenced_lines(lines)
    origin = masked.origin()
    if opened := unclosed_fence(lines, fenced):
        index, fence = opened
        problems.append(_unclosed(path, origin[index], lines[index].find(fence) + 1, fence))
    lines, too_long = repair(lines, fenced)
    segments = split(lines, fenced)
    lang = front.lang or detect(_transcript(lines, fenced), options.default_lang)
    parser = NoteParser(
        path,
        masked,
        pyromark.reference_definitions("\n".join(lines), options=OPTIONS) if "]:" in masked.text else {},
        options.signs,
        Slugger(tuple(segment.anchor for segment in segments)),
        front.lang or options.default_lang,
    )
    if "[^" in masked.text:
        parser.expect_footnotes(footnote_labels(lines, fenced))
    parsed = [parser.parse_slide(_source(lines, origin, segment, before), segment.anchor) for segment in segments]
    parsed[-1] = _with_credit(parsed[-1])
    slides = tuple(_slide(segment, blocks, origin) for segment, blocks in zip(segments[1:], parsed[1:], strict=True))
    problems += [
        diagnostic(
            Code.TABLE_ROW_LONG,
            path,
            origin[row],
            1,
            "this table row has more cells than the table's head; the head was widened so that nothing is lost",
            "write one `|` less, or `\\|` for a bar inside a cell",
        )
        for row in too_long
    ]
    deck = Deck(
        source_path=path,
        site_path=note.site_path,
        title=_title(note, front, parsed),
        lang=lang,
        front=front,
        opening=parsed[0],
        slides=slides,
        annotations=tuple(parser.annotations),
        citations=(),
        role=note.role,
    )
    return deck, (*problems, *maths_problems, *parser.diagnostics)


def parse_passage(text: str, options: NoteOptions) -> tuple[Block, ...]:
    """Parse a piece of CommonMark that stands outside a note, such as a translation out of a catalogue."""
    masked, _ = mask(text, "")
    lines = masked.text.split("\n")
    lines, _ = repair(lines, fenced_lines(lines))
    parser = NoteParser("", masked, {}, options.signs, Slugger(), options.default_lang)
    # a mark that a translation keeps leads to the footnote of the note
    parser.expect_footnotes(_FOOTNOTE_MARK.findall(masked.text))
    return parser.parse(Source("\n".join(lines) + "\n", [1] * len(lines), [0] * len(lines)))


def _transcript(lines: list[str], fenced: list[bool]) -> str:
    """Return what the note says itself: remarks stand in quotes and are often in the reader's language instead."""
    return "\n".join(
        [
            line
            for line, code in zip(lines, fenced, strict=True)
            if not code and not (">" in line and line.lstrip().startswith(">"))
        ]
    )


def _source(lines: list[str], origin: list[int], segment: Segment, before: list[int]) -> Source:
    """Return the text of a slide; `before` says how many characters stand in front of each line's, where not none."""
    rows = origin[segment.first : segment.end]
    return Source(
        "\n".join(lines[segment.first : segment.end]) + "\n",
        rows or [origin[segment.marker_line] if origin else 1],
        [before[row - 1] for row in rows] if before and rows else [0] * max(len(rows), 1),
    )


def _unclosed(path: str, line: int, col: int, fence: str) -> Diagnostic:
    message = f"the code that begins with {fence} has no end; all that follows is shown as code"
    return diagnostic(Code.FENCE_UNCLOSED, path, line, col, message, f"write a line with {fence} alone below the code")


def _moved(span: Span, before: list[int]) -> Span:
    """Return a place in lines that were rewritten as one in the author's file."""
    return span._replace(col=max(span.col + before[span.line - 1], 1))


def _column(problem: Diagnostic, before: list[int]) -> int:
    return max(problem.col + before[problem.line - 1], 1)


def _slide(segment: Segment, blocks: tuple[Block, ...], origin: list[int]) -> Slide:
    title = blocks[0] if blocks and isinstance(blocks[0], Heading) else None
    return Slide(
        label=segment.label,
        number=segment.number,
        anchor=segment.anchor,
        title=title,
        blocks=blocks[1:] if title else blocks,
        span=Span(origin[segment.marker_line], 1, origin[max(segment.end - 1, segment.marker_line)]),
    )


def _title(note: NoteSource, front: FrontMatter, parsed: list[tuple[Block, ...]]) -> str:
    """Return the page's title: front matter, SUMMARY.md, the first heading of the highest rank, the file's name.

    Where words stand above several headings of the highest rank, and none is of the first, these head parts of the note.
    """
    if front.title or note.nav_title:
        return front.title or note.nav_title
    headings = [block for blocks in parsed for block in blocks if isinstance(block, Heading)]
    top = min((heading.level for heading in headings), default=0)
    highest = [heading for heading in headings if heading.level == top]
    begins = parsed[0][0] if parsed[0] else None
    is_part = top > 1 and len(highest) > 1 and isinstance(begins, Paragraph) and bool(plain(begins.children).strip())
    if highest and not is_part:
        return plain(highest[0].children).strip()
    return re.sub(r"[-_]+", " ", note.source_path.rsplit("/", 1)[-1].removesuffix(".md")).strip()


def _with_credit(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Turn a closing rule and credit quote, or a closing line that forbids to copy without one, into the source credit."""
    last = blocks[-1] if blocks else None
    if isinstance(last, Paragraph) and len(blocks) > 1 and _CREDIT_LINE.match(plain(last.children)):
        return (*blocks[:-1], Credit((last,), last.span))
    if len(blocks) < 2 or not isinstance(last, Quote) or not isinstance(blocks[-2], Rule):
        return blocks
    words = "".join(plain(getattr(block, "children", ())) for block in last.blocks)
    if not _CREDIT_WORDS.search(words):
        return blocks
    first = len(blocks) - 2
    while first and isinstance(blocks[first - 1], Rule):  # two rules in a row part no more than one
        first -= 1
    return (*blocks[:first], Credit(blocks[-2:], blocks[-2].span))


def _commands_of_mdbook(text: str, path: str) -> list[Diagnostic]:
    """Return a message for each command of mdBook that readers of a note get to see, but for those that code speaks of."""
    found = list(_MDBOOK.finditer(text)) if "{{" in text else []
    if not found:
        return []
    hidden = code_and_comments(text)
    starts = [start for start, _ in hidden]
    reports: list[Diagnostic] = []
    line, offset, done = 1, 0, 0
    for command in found:
        start = command.start()
        line += text.count("\n", done, start)
        offset += len(text[done:start].encode())
        done = start
        index = bisect_right(starts, offset) - 1
        # alone on a line of a code block it stands for the code, as most are used
        end = text.find("\n", command.end())
        alone = text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else len(text)].strip() == command[0]
        if index < 0 or offset >= hidden[index][1] or (alone and command["name"] != "title"):
            col = start - text.rfind("\n", 0, start)
            message = f"{command[0]} is a command of mdBook that is not carried out; it is shown as text"
            reports.append(diagnostic(Code.MDBOOK_COMMAND, path, line, col, message, _instead_of(command["name"])))
    return reports


def _instead_of(name: str) -> str:
    if name == "title":
        return "the title of a page stands in the head of its note:  title: Lamps"
    return "write here what the file says, or a link to the file"


def _withheld(key: str, path: str, line: int) -> Diagnostic:
    message = f"'{key}' in the head of this note would keep it off other sites; here it is published like any other"
    hint = (
        "to keep it out, list it under `exclude` in the settings or move it out of the notes; else take this line out"
    )
    return diagnostic(Code.FRONT_MATTER, path, line, 1, message, hint)


def _meant(key: str) -> str:
    """Return the key of ours that another was most likely meant to be; any name at all may be another program's."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - few notes have a head

    guess = "lang" if key.casefold() == "language" else nearest(key, _FRONT_KEYS)
    certain = key.casefold() == "language" or SequenceMatcher(None, key, guess).ratio() >= _ALIKE
    return guess if certain else ""


def _unknown(key: str, guess: str, path: str, line: int) -> Diagnostic:
    message = f"unknown key '{key}' in the head of this note"
    return diagnostic(Code.FRONT_MATTER, path, line, 1, message, f"did you mean '{guess}'?")


def _front_keys(data: Mapping[str, Any], head: str, path: str) -> tuple[FrontMatter, list[Diagnostic]]:
    """Read the keys of a YAML head: ours, those of other programs, and what looks like a slip of the pen."""
    from slidegloss.yamltext import Tagged  # noqa: PLC0415 - few notes have a head

    empty = FrontMatter()
    problems: list[Diagnostic] = []
    known: dict[str, Any] = {}
    foreign: dict[str, int] = {}
    for key, value in data.items():
        where = next((i for i, line in enumerate(head.split("\n")) if line.startswith(f"{key}:")), 0) + 2
        wanted = type(getattr(empty, key, None))
        withheld = _WITHHELD.get(key.casefold()) if isinstance(value, bool) else None
        if key.casefold() in _FOREIGN_KEYS or withheld is (not value):
            foreign[key] = where
        elif withheld is not None and withheld is value:
            problems.append(_withheld(key, path, where))
        elif key not in _FRONT_KEYS:
            if guess := _meant(key):
                problems.append(_unknown(key, guess, path, where))
            else:
                foreign[key] = where
        elif isinstance(value, wanted):
            known[key] = value
        elif wanted is str and value is not None and not isinstance(value, list | dict | Tagged):
            known[key] = str(value)
        else:
            expected = "true or false" if wanted is bool else "a text"
            problems.append(diagnostic(Code.FRONT_MATTER, path, where, 1, f"'{key}' must be {expected}"))
    if foreign:
        message = f"the head of this note has keys that are not used here: {', '.join(foreign)}"
        hint = "they may stay: they change nothing"
        problems.append(diagnostic(Code.FRONT_MATTER_UNUSED, path, min(foreign.values()), 1, message, hint))
    return empty._replace(**known), problems


def _front_matter(text: str, path: str) -> tuple[str, FrontMatter, list[Diagnostic]]:
    """Read the YAML head; its lines become empty so that line numbers stay what they are."""
    empty = FrontMatter()
    if not text.startswith("---\n"):
        return text, empty, []
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(text, 4)
    if end is None or end.start() > 20_000:
        return text, empty, []
    from slidegloss.yamltext import load_yaml  # noqa: PLC0415 - few notes have a head

    head = text[4 : end.start()]
    document, faults = load_yaml(head, path, Code.FRONT_MATTER)
    below = [replace(fault, code_name=Code.FRONT_MATTER.slug, line=fault.line + 1) for fault in faults]
    if document is None:
        # `---` may as well be a rule with prose after it; only a head that looks like settings is a mistake
        if not re.match(r"\s*[A-Za-z_]+:\s", head):
            return text, empty, []
        hint = 'put values that hold a colon or a quote into quotes, for example  title: "A: B"'
        said = [f"the head of this note: {fault.message}" for fault in below]
        return text, empty, [replace(one, message=m, hint=one.hint or hint) for one, m in zip(below, said, strict=True)]
    data = document.value
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        return text, empty, []
    front, problems = _front_keys(data, head, path)
    blank = "\n" * text[: end.end()].count("\n")
    return blank + text[end.end() :], front, below + problems
