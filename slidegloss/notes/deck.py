"""From the text of one note to a Deck."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyromark

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.endings import without_markdown
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Deck, FrontMatter, Macro, NoteSource, Slide
from slidegloss.nodes import Block, Credit, Heading, Link, Paragraph, Quote, RawBlock, Rule, Span, Text
from slidegloss.notes.annotations import Signs, make_signs
from slidegloss.notes.blocks import OPTIONS
from slidegloss.notes.boxes import as_quotes
from slidegloss.notes.foreign import foreign_commands
from slidegloss.notes.head import Head, read_head
from slidegloss.notes.language import detect
from slidegloss.notes.lines import fenced_lines, footnote_labels, repair, unclosed_fence
from slidegloss.notes.markers import Segment, split, unread
from slidegloss.notes.maths import Masked, mask
from slidegloss.notes.parser import NoteParser
from slidegloss.notes.protected import met
from slidegloss.notes.slugs import Slugger, given_id
from slidegloss.notes.source import Source
from slidegloss.syntax.macros import macro_of
from slidegloss.syntax.tree import plain

if TYPE_CHECKING:
    from slidegloss.config.settings import Settings

_CREDIT_WORDS = lazy(r"出自|转载|版权|来源|整理自|\bsource\b|\bcredit|copyright|©|licen[sc]e", re.IGNORECASE)
_CREDIT_LINE = lazy(r"\s*(?:本文)?(?:出自|来源|转载自).{1,80}转载请")
_FOOTNOTE_MARK = lazy(r"\[\^([^\]\s]+)\]")
# `re` looks for the braces ahead of trying the pattern, for it begins with them
_MDBOOK = lazy(r"\{\{(?<!\\\{\{)[ \t]*#title(?:[ \t][^{}\n]*)?\}\}")


@dataclass(frozen=True, slots=True)
class NoteOptions:
    """What the settings say about reading notes."""

    signs: Signs = field(default_factory=make_signs)
    default_lang: str = "en"
    """The language of a text without Han, kana or hangul."""
    macros: tuple[tuple[str, Macro], ...] = ()
    """Commands of TeX that all formulas may use."""
    line_breaks: bool = False
    """Whether the end of a line in a paragraph is shown as one."""


def note_options(settings: Settings) -> NoteOptions:
    """Return what the settings of a project say about reading its notes."""
    return NoteOptions(
        make_signs({kind.sign: name for name, kind in settings.annotations.items()}),
        macros=tuple((name.removeprefix("\\"), macro_of(body)) for name, body in settings.macros.items()),
        line_breaks=settings.line_breaks,
    )


def parse_deck(note: NoteSource, options: NoteOptions) -> tuple[Deck, tuple[Diagnostic, ...]]:
    """Parse a note into a deck; citations are recognised by a later pass (`citations.cite_deck`).

    Never fails: what the note format does not know stays plain CommonMark, and what is wrong is reported.
    """
    path = note.source_path
    head = read_head(note.text, path)
    front = head.front
    read, found = _read_lines(head.text, path, options)
    lines, fenced, origin = read.lines, read.fenced, read.origin
    segments = split(lines, fenced, ruled=front.marp)
    parser = NoteParser(
        path,
        read.masked,
        pyromark.reference_definitions("\n".join(lines), options=OPTIONS) if "]:" in read.masked.text else {},
        options.signs,
        Slugger(tuple(segment.anchor for segment in segments)),
        front.lang or options.default_lang,
    )
    parser.line_breaks = options.line_breaks
    if "[^" in read.masked.text:
        parser.expect_footnotes(footnote_labels(lines, fenced))
    parsed = [_parsed(parser, read, segment) for segment in segments]
    parsed[-1] = (*_with_credit(parsed[-1]), *_credit_in_head(head, options))
    slides = tuple(_slide(segment, blocks, origin) for segment, blocks in zip(segments[1:], parsed[1:], strict=True))
    deck = Deck(
        source_path=path,
        site_path=note.site_path,
        title=_title(note, front, parsed),
        lang=front.lang or detect(_transcript(lines, fenced), options.default_lang),
        front=front,
        opening=parsed[0],
        slides=slides,
        annotations=tuple(parser.annotations),
        citations=(),
        role=note.role,
        macros=tuple(macro for macro in read.masked.macros.items() if macro not in options.macros),
        pieces=note.pieces,
    )
    return deck, (*head.problems, *found, *unread(lines, fenced, origin, path, segments), *parser.diagnostics)


class _Lines(NamedTuple):
    """The lines of a note as its parts are parsed from them."""

    lines: list[str]
    fenced: list[bool]
    """Whether a line is code."""
    origin: list[int]
    """The number of each line in the author's file."""
    before: list[int]
    """How many characters were cut off the front of each line of the file; empty where none were."""
    masked: Masked


def _read_lines(text: str, path: str, options: NoteOptions) -> tuple[_Lines, list[Diagnostic]]:
    """Rewrite what other programs write otherwise, take formulas out, and mend what would not be read as it is meant."""
    found = _titles_of_mdbook(text, path)
    text, before = as_quotes(text)
    masked, problems = mask(text, path, dict(options.macros))
    origin = masked.origin()
    problems = (*problems, *foreign_commands(text, masked, origin, path))
    if "%%" in masked.text:
        from slidegloss.notes.comments import shown_comments  # noqa: PLC0415 - few notes have any

        problems = (*problems, *shown_comments(masked, origin, path))
    if before:
        problems = tuple(replace(one, col=max(one.col + before[one.line - 1], 1)) for one in problems)
        masked = replace(masked, formulas=tuple(one._replace(span=_moved(one.span, before)) for one in masked.formulas))
    found += problems
    marked = masked.text
    if " ^" in marked or "\n^" in marked or ")=\n" in marked:
        from slidegloss.notes.blockids import with_places  # noqa: PLC0415 - few notes have any

        marked = with_places(marked)
    lines = marked.split("\n")
    fenced = fenced_lines(lines)
    if opened := unclosed_fence(lines, fenced):
        index, fence = opened
        found.append(_unclosed(path, origin[index], lines[index].find(fence) + 1, fence))
    lines, too_long = repair(lines, fenced)
    found += [_row_long(path, origin[row]) for row in too_long]
    return _Lines(lines, fenced, origin, before, masked), found


def parse_passage(text: str, options: NoteOptions, line: int = 1) -> tuple[Block, ...]:
    """Parse a piece of CommonMark that stands outside a note, such as a translation out of a catalogue, on a `line`."""
    masked, _ = mask(text, "", dict(options.macros))
    lines = masked.text.split("\n")
    lines, _ = repair(lines, fenced_lines(lines))
    parser = NoteParser("", masked, {}, options.signs, Slugger(), options.default_lang)
    parser.line_breaks = options.line_breaks
    # a mark that a translation keeps leads to the footnote of the note
    parser.expect_footnotes(_FOOTNOTE_MARK.findall(masked.text))
    return parser.parse(Source("\n".join(lines) + "\n", [line] * len(lines), [0] * len(lines)))


def _credit_in_head(head: Head, options: NoteOptions) -> tuple[Credit, ...]:
    """Return what the head of a note says of the slides: whose they are, and where."""
    blocks: list[Block] = []
    if source := " ".join(head.front.source.split()):
        line = head.lines["source"]
        said = parse_passage(source, options, line)
        words = Paragraph((Text(source),), source, Span(line, 1, line))
        blocks += said if all(isinstance(block, Paragraph) for block in said) else (words,)
    if slides := head.front.slides.strip():
        line = head.lines["slides"]
        span = Span(line, 1, line)
        link = Link(slides, "", (Text(slides),), span, bare="://" in slides)
        blocks.append(Paragraph((link,), slides, span))
    return (Credit(tuple(blocks), Span(1, 1, 1)),) if blocks else ()


def _transcript(lines: list[str], fenced: list[bool]) -> str:
    """Return what the note says itself: remarks stand in quotes and are often in the reader's language instead."""
    return "\n".join(
        [
            line
            for line, code in zip(lines, fenced, strict=True)
            if not code and not (">" in line and line.lstrip().startswith(">"))
        ]
    )


def _parsed(parser: NoteParser, read: _Lines, segment: Segment) -> tuple[Block, ...]:
    """Return the blocks of a slide, or of the opening."""
    blocks = parser.parse_slide(_source(read, segment), segment.anchor)
    if not segment.heading:
        return blocks
    return _known_by_number(blocks, read.masked.restore(read.lines[segment.first]), parser.slugger)


def _source(read: _Lines, segment: Segment) -> Source:
    """Return the text of a slide."""
    origin, before = read.origin, read.before
    rows = origin[segment.first : segment.end]
    content = read.lines[segment.first : segment.end]
    if segment.heading:
        content[0] = segment.heading
    return Source(
        "\n".join(content) + "\n",
        rows or [origin[segment.marker_line] if origin else 1],
        [before[row - 1] for row in rows] if before and rows else [0] * max(len(rows), 1),
    )


def _known_by_number(blocks: tuple[Block, ...], line: str, slugger: Slugger) -> tuple[Block, ...]:
    """Give a heading without its page number the id that it has with it: links of other programs name that one."""
    words = line.strip(" #\t").replace("*", "")
    if not blocks or not isinstance(blocks[0], Heading) or given_id(words):
        return blocks
    return (blocks[0]._replace(anchor=slugger.take(words, blocks[0].anchor)), *blocks[1:])


def _unclosed(path: str, line: int, col: int, fence: str) -> Diagnostic:
    message = f"the code that begins with {fence} has no end; all that follows is shown as code"
    return diagnostic(Code.FENCE_UNCLOSED, path, line, col, message, f"write a line with {fence} alone below the code")


def _row_long(path: str, line: int) -> Diagnostic:
    message = "this table row has more cells than the table's head; the head was widened so that nothing is lost"
    return diagnostic(
        Code.TABLE_ROW_LONG, path, line, 1, message, "write one `|` less, or `\\|` for a bar inside a cell"
    )


def _moved(span: Span, before: list[int]) -> Span:
    """Return a place in lines that were rewritten as one in the author's file."""
    return span._replace(col=max(span.col + before[span.line - 1], 1))


def _slide(segment: Segment, blocks: tuple[Block, ...], origin: list[int]) -> Slide:
    at = 0
    while at < len(blocks) - 1 and _is_comment(blocks[at]):  # commands of Marp, notes for the speaker
        at += 1
    first = blocks[at] if blocks else None
    title = first if isinstance(first, Heading) else None
    return Slide(
        label=segment.label,
        number=segment.number,
        anchor=segment.anchor,
        title=title,
        blocks=(*blocks[:at], *blocks[at + 1 :]) if title else blocks,
        span=Span(origin[segment.marker_line], 1, origin[max(segment.end - 1, segment.marker_line)]),
    )


def _is_comment(block: Block) -> bool:
    return isinstance(block, RawBlock) and block.html.startswith("<!--") and block.html.rstrip().endswith("-->")


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
    return re.sub(r"[-_]+", " ", without_markdown(note.source_path.rsplit("/", 1)[-1])).strip()


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


def _titles_of_mdbook(text: str, path: str) -> list[Diagnostic]:
    """Return a message for each title as mdBook has it that readers of a note get to see; `includes.py` knows its other commands."""
    reports: list[Diagnostic] = []
    for command, row, hidden, _ in met(text, list(_MDBOOK.finditer(text)) if "{{" in text else []):
        if not hidden:
            col = command.start() - text.rfind("\n", 0, command.start())
            message = f"{command[0]} is a command of mdBook that is not carried out; it is shown as text"
            hint = "the title of a page stands in the head of its note:  title: Lamps"
            reports.append(diagnostic(Code.MDBOOK_COMMAND, path, row + 1, col, message, hint))
    return reports
