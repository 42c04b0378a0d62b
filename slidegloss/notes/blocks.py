"""CommonMark blocks: pyromark's events become `nodes`; quotes, paragraphs and cells with signs go to the note parser.

pyromark binds pulldown-cmark, the parser mdBook uses; the oracle in the tests is markdown-it-py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import pyromark

from slidegloss.base.diagnostics import Code as MessageCode
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Annotation, Passage, Place
from slidegloss.nodes import (
    Block,
    Cell,
    Code,
    CodeBlock,
    Emphasis,
    FigureGrid,
    Footnote,
    HardBreak,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Mark,
    Math,
    Paragraph,
    Quote,
    RawBlock,
    RawInline,
    Rule,
    SoftBreak,
    Span,
    Strikethrough,
    Strong,
    Table,
    Text,
    Video,
)
from slidegloss.notes.annotations import DOUBTS, Piece, Signs, says_no, says_yes, split_lines, split_quote
from slidegloss.notes.cells import asking, cell_remarks, says_yes_and_no
from slidegloss.notes.emphasis import close_bold, left_marks, mark_words, part_bold
from slidegloss.notes.inlines import (
    ATTRIBUTES,
    alt_and_width,
    break_bullets,
    merge_text,
    patterns_for,
    refine,
    sized,
    width_in,
)
from slidegloss.notes.language import text_lang
from slidegloss.notes.maths import Masked, in_full
from slidegloss.notes.slugs import Slugger, given_id
from slidegloss.notes.source import Places, Range, Source
from slidegloss.notes.tex import verbatim
from slidegloss.syntax.tree import holds_image, plain

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_TASKLISTS
)
"""What mdBook reads besides CommonMark."""
_ALIGN = {"None": "", "Left": "left", "Center": "center", "Right": "right"}
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})
_FENCE_INFO = lazy(r"[\x00-\x7f]*|\s*mermaid\b.*", re.DOTALL)
"""What may be a language and its options; no program reads words of other scripts there."""
_VIDEO = lazy(
    r"\s*<(?:iframe|video)\b(?P<attributes>[^<>]*?\bsrc\s*=\s*[\"']?(?P<src>[^\"'<>\n]+?\.(?:mp4|m4v|webm|mov|ogv))[\"'\s>]"
    r"[^<>]*)>?\s*(?:<source[^<>]*>\s*)?</(?:iframe|video)>\s*",
    re.IGNORECASE,
)
_ATTRIBUTES = lazy(r"(?>(?:\s+[A-Za-z][\w:-]*+(?>(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=]+))?)|[\s/])*)")
_TAG = lazy(r"<[^<>]*>")
_NO_WORDS = lazy(r"[ ]{0,3}<(?:!--|pre\b|script\b|style\b|textarea\b|svg\b)", re.IGNORECASE)
"""HTML whose text nobody takes for formulas."""
_MYST_OPTIONS = lazy(r"(?::[\w-]+:[^\n]*\n)+\s*")
_IS_MARKDOWN = lazy(r"\s*<[A-Za-z][\w-]*[ \t][^<>]*\bmarkdown\b")
_IMAGE = lazy(
    r"!\[(?P<alt>[^\[\]<>\n]*)\]\((?P<src>[^\s()<>\"]+)(?:[ \t]+\"(?P<title>[^\"<>\n]*)\")?\)"
    rf"(?:{ATTRIBUTES})?"
)
"""An image of Markdown in a block of HTML, where MkDocs reads it: `<figure markdown="span">` with a caption below."""
_HEADING_START = re.compile(r"\A#{1,6}[ \t]*")
_HEADING_MARKS = lazy(r"\A#{1,6}[ \t]*|[ \t]+#+[ \t]*$|\n[ \t>]*(?:=+|-+)[ \t]*$")
_PLAIN_LINE = re.compile(
    r" {0,3}(?P<words>(?!\d+[.)])[^\x00-\x20\x7f\\`*_\[\]<>&#|~+=:-][^\x00-\x1f\x7f\\`*_\[\]<>&|~]*)\n*"
)
"""A line with nothing in it that CommonMark gives a meaning to. Most annotations are one, and there are many of them."""
_UNRULED = lazy(r"\|[^\n|]*\|[^\n]*\|[ \t]*(?:\n\|[^\n|]*\|[^\n]*\|[ \t]*)+")
"""Two lines and more of two cells and more between bars."""
_RULE = lazy(r"\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*")
_CONTENTS = lazy(r"\s*(?:@?\[_?toc_?\]|\[\[_?toc_?\]\])(?:\([^()\n]*\))?\s*", re.IGNORECASE)
"""The place for a table of contents in Typora, Python-Markdown, VitePress, GitLab, CSDN."""
DEEPEST = 100
"""Levels of nesting that are read; a note written by a person stays far below."""


class _Raw(NamedTuple):
    """Text not yet looked into, and the byte it starts at."""

    text: str
    start: int


_Loose = Inline | _Raw


class Note(Protocol):
    """What the builder needs of the note it reads; `parser.NoteParser` has this shape."""

    masked: Masked
    references: Mapping[str, tuple[str, str]]
    footnotes: dict[str, str]
    signs: Signs
    slugger: Slugger
    default_lang: str
    line_breaks: bool
    slide: str

    def lookup(self, link: pyromark.event.BrokenLink, /) -> tuple[str, str] | None:
        """Resolve a link reference that is defined elsewhere in the note."""
        ...

    def author_text(self, text: str) -> str:
        """Put the author's formulas back into masked text."""
        ...

    def annotate(self, pieces: Sequence[Piece], source: Source, place: Place) -> tuple[Block, ...]:
        """Turn the pieces of a quote or paragraph into annotations."""
        ...

    def answered_below(self, item: tuple[Block, ...], /) -> tuple[Block, ...]:
        """Return the blocks of a list item, its question answered where a list inside it begins with ✅."""
        ...

    def footnote_anchor(self, label: str) -> str:
        """Return the id of a footnote that has just been met, empty when another has its label."""
        ...

    def next_anchor(self) -> str:
        """Return the anchor of the next annotation on the slide."""
        ...

    def keep(self, annotation: Annotation) -> Annotation:
        """Remember an annotation in the order of the text."""
        ...

    def report(self, code: MessageCode, span: Span, message: str, hint: str = "") -> None:
        """Add a diagnostic."""
        ...


def build(note: Note, source: Source) -> tuple[Block, ...]:
    """Parse a text of a note into blocks; annotations and messages go to the note."""
    line = _PLAIN_LINE.fullmatch(source.text)
    paragraph = _plain_paragraph(note, source, line) if line else None
    return (paragraph,) if paragraph else _Builder(note, source).blocks()


def _plain_paragraph(note: Note, source: Source, line: re.Match[str]) -> Paragraph | None:
    """Return a line of mere words as CommonMark would read it, unless a sign in it may make it an annotation."""
    words = line["words"].rstrip(" ")
    span = Span(source.lines[0], line.start("words") + 1 + source.cols[0], source.lines[0])
    children = tuple(_running_text(note, words, lambda: span))
    if Mark in map(type, children):
        return None
    return Paragraph(children, _one_string(note.author_text(words.rstrip()), children), span)


def _running_text(note: Note, text: str, place: Callable[[], Span]) -> list[Inline]:
    """Take formulas, links, signs and references out of a text."""
    if not note.masked.holds_formulas(text):
        return refine(text, place, note.signs, note.footnotes)
    out: list[Inline] = []
    for piece in note.masked.split(text):
        if isinstance(piece, Math):
            out.append(piece)
        else:
            out += refine(piece, place, note.signs, note.footnotes)
    return out


def _one_string(source: str, children: tuple[Inline, ...]) -> str:
    """Return the source of a leaf: where it is the text of the only node, as it mostly is, one string is kept, not two."""
    if len(children) == 1:
        (child,) = children
        if type(child) is Text and child.text == source:
            return child.text
    return source


class _Builder:
    """One pass over the events of one text."""

    def __init__(self, note: Note, source: Source) -> None:
        self.note = note
        self.places = Places(source, note.masked.restore)
        self.span = self.places.span
        options = OPTIONS
        if "\n:" in source.text:
            from slidegloss.notes.definitions import holds_definitions  # noqa: PLC0415 - few notes have any

            if holds_definitions(source.text):
                options |= pyromark.Options.ENABLE_DEFINITION_LIST
        self.events: Iterator[tuple[Any, Any]] = iter(
            pyromark.events_with_range(source.text, options=options, merge_text=True, broken_link_callback=note.lookup)
            if note.references
            else pyromark.events_with_range(source.text, options=options, merge_text=True)
        )
        self.rule_out = patterns_for(note.signs).rule_out
        self.quotes = self.lists = self.nesting = self.bold = 0
        self.bold_in_bold = False
        self.some_item_says_no: bool | None = None
        """Whether an item of the text begins with ❌; None until a list asks."""

    def leaf_source(self, at: Range, children: tuple[Inline, ...] = ()) -> str:
        """Return the author's text of a leaf, formulas as written."""
        return _one_string(self.note.author_text(self.places.leaf(at, quoted=self.quotes > 0)), children)

    # --- blocks ---

    def blocks(self, tight: list[bool] | None = None) -> tuple[Block, ...]:
        """Read blocks up to the end of the block they stand in, or of the text."""
        out: list[Block] = []
        loose: list[_Loose] = []  # inlines of a tight list item, which pulldown-cmark gives without a paragraph
        start = end = 0
        for event, at in self.events:
            if type(event) is dict:
                if "Start" in event:
                    tag = event["Start"]
                    name = tag if type(tag) is str else next(iter(tag))
                    if name not in _INLINE:
                        if loose:
                            out += self.paragraph(self.finish(loose), {"start": start, "end": end})
                            loose = []
                        out += self.block(name, tag, at)
                        continue
                elif "End" in event:
                    break
            elif event == "Rule":
                if loose:
                    out += self.paragraph(self.finish(loose), {"start": start, "end": end})
                    loose = []
                out.append(Rule(self.span(at)))
                continue
            if tight is not None:
                tight[0] = True
            if not loose:
                start, end = at["start"], 0
            loose.append(self.inline(event, at))
            end = max(at["end"], end)
        if loose:
            out += self.paragraph(self.finish(loose), {"start": start, "end": end})
        return tuple(out)

    def block(self, name: str, tag: Any, at: Range) -> Sequence[Block]:
        """Read the block that has just started; what lies too deep is shown as its source."""
        if self.nesting >= DEEPEST:
            self.skip()
            self.note.report(
                MessageCode.NESTING_DEEP, self.span(at), "this is nested too deeply and shown as its source"
            )
            return [Paragraph((Text(self.note.author_text(self.places.raw(at))),), self.leaf_source(at), self.span(at))]
        self.nesting += 1
        read = _READERS.get(name)
        # a block of an option that we do not enable: its content is read as blocks
        blocks = self.blocks() if read is None else read(self, tag, at)
        self.nesting -= 1
        return blocks

    def read_paragraph(self, _: Any, at: Range) -> Sequence[Block]:
        return self.paragraph(self.inlines(), at)

    def paragraph(self, children: tuple[Inline, ...], at: Range) -> Sequence[Block]:
        words = self.leaf_source(at, children)
        if words[-1:] in "])" and _CONTENTS.fullmatch(words):  # each page has its table of contents already
            return []
        # a line that starts with a sign makes the paragraph annotations; a lone sign or a yes/no does not
        if Mark in map(type, children) or "[?]" in words or "[？]" in words:
            source = self.places.dequoted(at, self.quotes)
            pieces = split_lines(source.text.split("\n"), self.note.signs)
            if any(piece.kind and "".join(piece.lines).strip(" \t*_") for piece in pieces) and not self.answers(
                pieces, source.text
            ):
                return self.note.annotate(pieces, source, "paragraph")
        if words[:1] == "|" and _UNRULED.fullmatch(words):
            self.note.report(MessageCode.TABLE_UNRULED, self.span(at), *_why_no_table(words))
        return [Paragraph(children, words, self.span(at))]

    def answers(self, pieces: Sequence[Piece], text: str) -> bool:
        """Tell whether a paragraph's signs say yes: in a list where some item of the text says no, else where a line does.

        What the settings have made a remark of says no to nothing.
        """
        if not all(says_yes(piece) for piece in pieces if piece.kind) or not DOUBTS.isdisjoint(
            self.note.signs.kinds.keys() - {"⚠"}
        ):
            return False
        if not self.lists:
            return says_no(text, item=False)
        if self.some_item_says_no is None:
            self.some_item_says_no = says_no(self.places.source.text, item=True)
        return self.some_item_says_no

    def heading(self, tag: Any, at: Range) -> Sequence[Block]:
        children, given = _without_id(self.inlines())
        text = plain(children).strip()
        source = self.leaf_source(at)
        if source.endswith(("#", "=", "-")):
            source = _HEADING_MARKS.sub("", source)
        elif start := _HEADING_START.match(source):  # most have no marks behind their words, and looking takes long
            source = source[start.end() :]
        if given is not None and (behind := given_id(source.rstrip())):
            source = source[: behind[0]]
        level = int(tag["Heading"]["level"][1])
        return [Heading(level, children, self.note.slugger.take(given or text), source.strip(), self.span(at))]

    def quote(self, _: Any, at: Range) -> Sequence[Block]:
        source = self.places.dequoted(at, self.quotes + 1)
        pieces = split_quote(source.text.split("\n"), self.note.signs)
        if any(piece.kind for piece in pieces):
            self.skip()
            return self.note.annotate(pieces, source, "quote")
        self.quotes += 1
        blocks = self.blocks()
        self.quotes -= 1
        return [Quote(blocks, self.span(at))]

    def skip(self) -> None:
        """Pass over the events up to the end of the block that has just started."""
        open_tags = 1
        for event, _ in self.events:
            if isinstance(event, dict):
                open_tags += ("Start" in event) - ("End" in event)
                if not open_tags:
                    return

    def list_block(self, tag: Any, at: Range) -> Sequence[Block]:
        items = []
        tight = [False]
        self.lists += 1
        for event, _ in self.events:
            if "End" in event:
                break
            items.append(self.note.answered_below(self.blocks(tight)))
        self.lists -= 1
        has_paragraphs = any(isinstance(block, Paragraph) for item in items for block in item)
        return [ListBlock(tag["List"], tight[0] or not has_paragraphs, tuple(items), self.span(at))]

    def definitions(self, _: Any, at: Range) -> Sequence[Block]:
        items: list[tuple[Block, ...]] = []
        terms: list[int] = []
        tight = [False]
        for event, _at in self.events:
            if "End" in event:
                break
            if event["Start"] == "DefinitionListTitle":
                terms.append(len(items))
                items.append(self.blocks())
            else:
                items.append(self.blocks(tight))
        return [ListBlock(None, tight[0], tuple(items), self.span(at), frozenset(terms))]

    def code_block(self, tag: Any, at: Range) -> Sequence[Block]:
        parts: list[str] = []
        start = -1
        for event, where in self.events:
            if "End" in event:
                break
            if not parts:
                start = where["start"]
            parts.append(event["Text"])
        restore = self.note.masked.restore
        kind = tag["CodeBlock"]
        info = restore(kind["Fenced"]) if isinstance(kind, dict) else ""
        text = restore("".join(parts))
        if not _FENCE_INFO.fullmatch(info):  # three backquotes too many before a sentence: it must not disappear
            info, text = "", f"{info}\n{text}"
        elif info.lower().split()[:1] in (["math"], ["{math}"]):
            options = _MYST_OPTIONS.match(text) if info[0] == "{" else None
            told = options.end() if options else 0
            if tex := verbatim(text[told:]):
                return [self.fenced_formula(tex, text[told:].rstrip(), start + len(text[:told].encode()), at)]
        return [CodeBlock(info, text, self.span(at))]

    def fenced_formula(self, tex: str, text: str, start: int, at: Range) -> Paragraph:
        """Return the display formula that a fence `math` is on GitHub and `{math}` in MyST; its text starts at a byte."""
        place = self.span({"start": start, "end": at["end"]})
        formula = Math(tex, display=True, source=self.places.in_columns(text, start), span=place)
        return Paragraph((in_full(formula, self.note.masked.macros),), self.leaf_source(at), self.span(at))

    def html_block(self, _: Any, at: Range) -> Sequence[Block]:
        parts = []
        for event, _ in self.events:
            if "End" in event:
                break
            parts.append(event.get("Html") or event.get("Text") or "")
        html = "".join(parts)
        if self.note.masked.holds_formulas(html):
            self.tell_formula(html, at)
            html = self.note.masked.restore(html)
        if "![" in html and _IS_MARKDOWN.match(html):
            html = _IMAGE.sub(_image_tag, html)
        video = _VIDEO.fullmatch(html)
        # a tag that the author forgot to close must not swallow words as its attributes
        if video is not None and _ATTRIBUTES.fullmatch(video["attributes"]):
            title = re.search(r"\btitle\s*=\s*[\"']([^\"']*)", video["attributes"])
            return [Video(video["src"].strip(), title[1] if title else "", self.span(at))]
        return [RawBlock(html, self.span(at))]

    def tell_formula(self, html: str, at: Range) -> None:
        """Report the first formula between the tags of an HTML block, in which nothing but HTML is read."""
        if _NO_WORDS.match(html):
            return
        masked = self.note.masked
        for row, line in enumerate(html.split("\n")):
            found = [piece for piece in masked.split(_TAG.sub("", line)) if isinstance(piece, Math)]
            if found:
                message = f"{found[0].source} stands inside HTML, where no formula is read; its TeX is shown"
                span = self.span(at)
                span = span._replace(line=span.line + row, col=1 if row else span.col)
                hint = "leave an empty line before and after it, between it and the tags"
                self.note.report(MessageCode.FORMULA_UNSUPPORTED, span, message, hint)
                return

    def footnote(self, tag: Any, at: Range) -> Sequence[Block]:
        label = tag["FootnoteDefinition"]
        return [Footnote(label, self.note.footnote_anchor(label), self.blocks(), self.span(at))]

    def table(self, tag: Any, at: Range) -> Sequence[Block]:
        found: list[list[tuple[tuple[Inline, ...], Range]]] = [[]]
        marked = False
        for event, where in self.events:
            if "Start" in event:
                if event["Start"] == "TableCell":
                    children = asking(self.inlines())
                    marked = marked or Mark in map(type, children)
                    found[-1].append((children, where))
            elif event["End"] == "TableCell":
                continue
            elif event["End"] in ("TableHead", "TableRow"):
                found.append([])
            else:
                break
        read = self.cell
        if marked:
            answers = says_yes_and_no([children for row in found for children, _ in row])
            read = partial(self.marked_cell, answers=answers)
        rows = [tuple([read(children, where) for children, where in row]) for row in found[:-1]]
        columns = tuple([_ALIGN[side] for side in tag["Table"]])
        head, body = rows[0], tuple(rows[1:])
        if not any(cell.source.strip() for cell in head):
            # without a figure, what stands in one row belongs together: cards would part it
            if not body or any(holds_image(cell.children) for row in body for cell in row):
                return [FigureGrid(body, self.span(at))]
            head = ()
        return [Table(columns, head, body, self.span(at))]

    def cell(self, children: tuple[Inline, ...], at: Range) -> Cell:
        return Cell(children, self.leaf_source(at, children).strip(), self.span(at))

    def marked_cell(self, children: tuple[Inline, ...], at: Range, *, answers: bool) -> Cell:
        """Make a cell of a table with signs; where it `answers` with them these are no annotations."""
        remark = partial(self.remark, span=self.span(at))
        return self.cell(cell_remarks(children, remark, answers=answers), at)

    def remark(self, mark: Mark, content: tuple[Inline, ...], span: Span) -> Annotation:
        """Make an annotation of a sign in a cell and the text behind it."""
        text = plain(content).strip()
        passage = Passage(text_lang(text, self.note.default_lang), text, (Paragraph(content, text, span),), span)
        anchor = self.note.next_anchor()
        return self.note.keep(
            Annotation(mark.kind, anchor, self.note.slide, passage, (), answered=False, place="cell", span=span)
        )

    # --- inlines ---

    def inlines(self) -> tuple[Inline, ...]:
        """Read inline nodes up to the end of what they stand in; events are balanced, so that is the first lone End."""
        out: list[_Loose] = []
        event, at = next(self.events)
        if "Text" in event:
            text, start = event["Text"], at["start"]
            event, at = next(self.events)
            if "End" in event and self.is_plain(text):  # most leaves
                return (Text(text),)
            out.append(_Raw(text, start))
        while "End" not in event:
            out.append(_Raw(event["Text"], at["start"]) if "Text" in event else self.inline(event, at))
            event, at = next(self.events)
        return self.finish(out) if out else ()

    def is_plain(self, text: str) -> bool:
        """Tell quickly of most texts that nothing is in them but words."""
        return (
            self.rule_out(text)
            and "**" not in text
            and "==" not in text
            and "[[" not in text
            and not self.note.masked.holds_formulas(text)
        )

    def inline_start(self, tag: Any, at: Range) -> Inline:
        if isinstance(tag, str):
            if self.nesting >= DEEPEST:
                self.skip()
                return Text(self.note.masked.restore(self.places.raw(at)))
            is_bold = tag == "Strong"
            self.nesting += 1
            self.bold += is_bold
            children = self.inlines()
            self.nesting -= 1
            self.bold -= is_bold
            self.bold_in_bold |= is_bold and Strong in map(type, children)
            return _span_node(tag, children)
        if "Link" in tag:
            data = tag["Link"]
            children = self.inlines()
            children = tuple(
                Text(node.written or node.dest) if isinstance(node, Link) and (node.bare or node.written) else node
                for node in children
            )  # no link inside a link
            dest = self.note.masked.restore(data["dest_url"])
            if data["link_type"] == "Email":
                dest = f"mailto:{dest}"
            return Link(dest, data["title"], tuple(merge_text(children)), self.span(at))
        data = tag["Image"]
        alt, width = alt_and_width(plain(self.inlines()))
        restore = self.note.masked.restore
        return Image(restore(data["dest_url"]), restore(data["title"]), alt, self.span(at), width)

    def inline(self, event: Any, at: Range) -> _Loose:
        """Read an inline node, the most frequent kinds first."""
        if isinstance(event, str):
            return SoftBreak() if event == "SoftBreak" and not self.note.line_breaks else HardBreak()
        if "Text" in event:
            return _Raw(event["Text"], at["start"])
        if "Start" in event:
            return self.inline_start(event["Start"], at)
        if "TaskListMarker" in event:
            return Text("☑ " if event["TaskListMarker"] else "☐ ")
        if "FootnoteReference" in event:  # the same as one whose footnote stands on another slide
            return _Raw(f"[^{event['FootnoteReference']}]", at["start"])
        if "Code" in event:
            return Code(self.note.masked.restore(event["Code"]))
        html = event.get("InlineHtml") or event.get("Html") or ""
        return RawInline(self.note.masked.restore(html), self.span(at))

    def finish(self, nodes: Sequence[_Loose]) -> tuple[Inline, ...]:
        """Join raw text, take formulas, links, signs and references out of it, and repair bold and bullets."""
        out: list[Inline] = []
        text = ""
        start = 0
        may_be_bold = parted = False
        highlighted = -1
        for node in nodes:
            if isinstance(node, _Raw):
                if not text:
                    start = node.start
                may_be_bold = may_be_bold or "*" in node.text
                if "==" in node.text:
                    highlighted = node.start
                if ("**" in node.text or "==" in node.text) and not self.places.stands(node.text, node.start):
                    from slidegloss.notes.escapes import parted_marks  # noqa: PLC0415 - few notes have any

                    *before, node = map(_Raw._make, parted_marks(*node, self.places))  # noqa: PLW2901
                    for piece in before:
                        self.add_words(text + piece.text, start if text else piece.start, out)
                        text, parted = "", True
                    start = start if text else node.start
                text += node.text
                continue
            if text:
                self.add_words(text, start, out)
                text = ""
            out.append(node)
        if text:
            self.add_words(text, start, out)
        if Image in map(type, out):
            out = sized(out)
        if highlighted >= 0:
            out = mark_words(out, self.places.point(highlighted))
        if (may_be_bold or self.bold_in_bold) and not self.bold and Strong in map(type, out):
            out = list(part_bold(out)) if self.bold_in_bold or left_marks(out) > 1 else out
            self.bold_in_bold = False
        if may_be_bold:
            out = list(close_bold(out))
        return break_bullets(merge_text(out) if parted or highlighted >= 0 else out)

    def add_words(self, text: str, start: int, out: list[Inline]) -> None:
        """Add a text that starts at a byte, taking formulas, links, signs and references out of it."""
        if self.is_plain(text):
            out.append(Text(text))
            return
        place = partial(self.places.point, start)
        if "[[" not in text:
            out += _running_text(self.note, text, place)
            return
        from slidegloss.notes.wikilinks import wikilinks  # noqa: PLC0415 - few notes have any

        for piece in wikilinks(text, start, self.places, self.note.masked):
            if isinstance(piece, str):
                out += _running_text(self.note, piece, place)
            else:
                out.append(piece)


def _without_id(children: tuple[Inline, ...]) -> tuple[tuple[Inline, ...], str | None]:
    """Return the words of a heading without the attributes behind them, and the id that these give."""
    last = children[-1] if children else None
    found = given_id(last.text) if type(last) is Text else None
    if found is None or type(last) is not Text:
        return children, None
    words = last.text[: found[0]]
    if not words and len(children) == 1:
        return children, None
    return (*children[:-1], *([Text(words)] if words else ())), found[1]


def _why_no_table(lines: str) -> tuple[str, str]:
    """Say why lines of cells (`_UNRULED`) are no table, and what would make them one."""
    head, second = (line.strip() for line in lines.split("\n")[:2])
    columns, dashes = (line.count("|") - line.count("\\|") - 1 for line in (head, second))
    why = "the line of dashes below the first is missing"
    if _RULE.fullmatch(second):
        why = f"the line of dashes has {dashes} cells, the first line {columns}"
    return f"these lines are no table: {why}", f"write `|{'--|' * columns}` below the first line"


def _image_tag(found: re.Match[str]) -> str:
    width = width_in(found)
    alt = found["alt"].replace('"', "&quot;")
    more = f' title="{found["title"]}"' if found["title"] else ""
    more += f' width="{width}"' if width else ""
    return f'<img src="{found["src"]}" alt="{alt}"{more}>'


_Reader = Callable[[_Builder, Any, Range], Sequence[Block]]
_READERS: Mapping[str, _Reader] = {
    "Paragraph": _Builder.read_paragraph,
    "HtmlBlock": _Builder.html_block,
    "Heading": _Builder.heading,
    "BlockQuote": _Builder.quote,
    "List": _Builder.list_block,
    "DefinitionList": _Builder.definitions,
    "CodeBlock": _Builder.code_block,
    "Table": _Builder.table,
    "FootnoteDefinition": _Builder.footnote,
}


def _span_node(tag: str, children: tuple[Inline, ...]) -> Inline:
    if tag == "Emphasis":
        return Emphasis(children)
    return Strong(children) if tag == "Strong" else Strikethrough(children)
