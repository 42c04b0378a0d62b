"""CommonMark blocks: pyromark's events become `nodes`, with annotations taken out of quotes, paragraphs and cells.

pyromark binds pulldown-cmark, the parser mdBook uses; the oracle in the tests is markdown-it-py.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyromark

from slidegloss.diagnostics import Code as MessageCode
from slidegloss.diagnostics import Diagnostic, diagnostic
from slidegloss.model import Annotation, Passage
from slidegloss.nodes import (
    Annotations,
    Block,
    Cell,
    Code,
    CodeBlock,
    Emphasis,
    FigureGrid,
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
    Remark,
    Rule,
    SoftBreak,
    Span,
    Strikethrough,
    Strong,
    Table,
    Text,
    Video,
)
from slidegloss.notes.annotations import CELL_SIGNS, Piece, Signs, answered, split_lines
from slidegloss.notes.inlines import break_bullets, close_bold, merge_text, refine
from slidegloss.notes.language import detect
from slidegloss.notes.maths import Masked
from slidegloss.notes.slugs import Slugger
from slidegloss.tree import plain

OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
_ALIGN = {"None": "", "Left": "left", "Center": "center", "Right": "right"}
_SPANS = {"Emphasis": Emphasis, "Strong": Strong, "Strikethrough": Strikethrough}
_VIDEO = re.compile(
    r"\s*<(?:iframe|video)\b(?P<attributes>[^<>]*?\bsrc\s*=\s*[\"']?(?P<src>[^\"'<>\n]+?\.(?:mp4|m4v|webm|mov|ogv))[\"'\s>]"
    r"[^<>]*)>?\s*(?:<source[^<>]*>\s*)?</(?:iframe|video)>\s*",
    re.IGNORECASE,
)
_QUOTE_MARK = re.compile(r"[ \t]{0,3}>[ \t]?")
_BREAK_TAG = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)


class Source(NamedTuple):
    """A text to parse, masked, and where its lines come from."""

    text: str
    lines: Sequence[int]
    """Original 1-based line number of each line."""
    cols: Sequence[int]
    """How many characters of the original line stand before each line's text."""


class NoteParser:
    """Parses the parts of one note and gathers what it meets: annotations in order, diagnostics.

    The object lives inside `parse_deck` only; what leaves it is immutable.
    """

    def __init__(  # noqa: PLR0913 - the facts of one note
        self,
        path: str,
        masked: Masked,
        references: Mapping[str, Any],
        signs: Signs,
        slugger: Slugger,
        default_lang: str,
    ) -> None:
        self.path = path
        self.masked = masked
        self.references = {label.casefold(): (link["dest"], link["title"]) for label, link in references.items()}
        self.signs = signs
        self.slugger = slugger
        self.default_lang = default_lang
        self.slide = ""
        self.annotations: list[Annotation] = []
        self.diagnostics: list[Diagnostic] = []
        self._count = 0

    def parse_slide(self, source: Source, slide: str) -> tuple[Block, ...]:
        """Parse the content of one slide (or the opening, with slide "")."""
        self.slide = slide
        self._count = 0
        return self.parse(source)

    def parse(self, source: Source) -> tuple[Block, ...]:
        """Parse a text into blocks."""
        return _Builder(self, source).document()

    def lookup(self, link: Mapping[str, Any]) -> tuple[str, str] | None:
        """Resolve a link reference that is defined elsewhere in the note."""
        return self.references.get(link["reference"].casefold())

    def author_text(self, text: str) -> str:
        """Put the author's formulas back into masked text, without the quote marks that stood in their lines."""
        return "".join(
            re.sub(r"\n[ \t]*(?:>[ \t]?)+", "\n", piece.source) if isinstance(piece, Math) else piece
            for piece in self.masked.split(text)
        )

    # --- annotations ---

    def annotate(self, pieces: Sequence[Piece], source: Source, place: str) -> tuple[Block, ...]:
        """Turn the pieces of a quote or paragraph into a run of annotations, plain text before it kept as it is."""
        blocks: list[Block] = []
        drafts: list[tuple[Piece, bool, list[Passage]]] = []
        run: list[int] = []  # drafts a translation may still belong to
        waiting: list[tuple[str, Passage]] = []
        plain_before: list[Block] = []

        def settle() -> None:
            by_lang: dict[str, list[Passage]] = {}
            for tag, passage in waiting:
                by_lang.setdefault(tag, []).append(passage)
            for passages in by_lang.values():
                # the last translation belongs to the last annotation of the run, and so on upwards
                for index, passage in zip(run[-len(passages) :], passages[-len(run) :], strict=False):
                    drafts[index][2].append(passage)
            run.clear()
            waiting.clear()

        for piece, has_answer in zip(pieces, answered(pieces), strict=True):
            part = self._piece_source(piece, source)
            if piece.kind.startswith("@"):
                waiting.append((piece.kind, self._passage(part, piece.kind[1:].lower())))
            elif piece.kind:
                if waiting:
                    settle()
                run.append(len(drafts))
                drafts.append((piece, has_answer, []))
            else:
                plain_before.extend(self.parse(part))
        settle()
        if plain_before:
            span = Span(source.lines[0], 1, source.lines[0])
            blocks.append(Quote(tuple(plain_before), span) if place == "quote" else plain_before[0])
            if place != "quote":
                blocks.extend(plain_before[1:])
        items = tuple(
            self._annotation(piece, has_answer, translations, source, place) for piece, has_answer, translations in drafts
        )
        blocks.append(Annotations(items, Span(items[0].span.line, items[0].span.col, items[-1].span.end_line)))
        return tuple(blocks)

    def _piece_source(self, piece: Piece, source: Source) -> Source:
        count = len(piece.lines)
        lines = list(source.lines[piece.first : piece.first + count])
        cols = list(source.cols[piece.first : piece.first + count])
        cols[0] += piece.cut
        text = "\n".join(piece.lines)
        return Source(text + "\n", lines, cols)

    def _passage(self, part: Source, lang: str = "") -> Passage:
        text = part.text.strip("\n").rstrip()
        source = self.author_text("\n".join(_without_tail(line) for line in text.strip().split("\n")))
        span = Span(part.lines[0], part.cols[0] + 1, part.lines[-1])
        blocks = self.parse(part)
        return Passage(lang or detect(text, self.default_lang), source, blocks, span)

    def _annotation(
        self, piece: Piece, has_answer: bool, translations: list[Passage], source: Source, place: str  # noqa: FBT001
    ) -> Annotation:
        part = self._piece_source(piece, source)
        original = self._passage(part)
        sign_col = source.cols[piece.first] + 1
        return self.keep(
            Annotation(
                piece.kind,
                self.next_anchor(),
                self.slide,
                original,
                tuple(translations),
                has_answer,
                "quote" if place == "quote" else "paragraph",
                Span(part.lines[0], sign_col, part.lines[-1]),
            )
        )

    def next_anchor(self) -> str:
        """Return the anchor of the next annotation on this slide."""
        self._count += 1
        return f"{self.slide}-a{self._count}" if self.slide else f"a{self._count}"

    def keep(self, annotation: Annotation) -> Annotation:
        """Remember an annotation in the order of the text."""
        self.annotations.append(annotation)
        return annotation

    def report(self, code: MessageCode, span: Span, message: str, hint: str = "") -> None:
        """Add a diagnostic at a place of this note."""
        self.diagnostics.append(diagnostic(code, self.path, span.line, span.col, message, hint))


class _Builder:
    """One pass over the events of one text."""

    def __init__(self, note: NoteParser, source: Source) -> None:
        self.note = note
        self.source = source
        self.bytes = source.text.encode()
        starts = [0]
        at = self.bytes.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.bytes.find(b"\n", at + 1)
        self.starts = starts
        self.events: Iterator[tuple[Any, Any]] = iter(
            pyromark.events_with_range(source.text, options=OPTIONS, broken_link_callback=note.lookup)
            if note.references
            else pyromark.events_with_range(source.text, options=OPTIONS)
        )
        self.depth = 0  # of quotes, for dequoting

    # --- places ---

    def row(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def span(self, at: Mapping[str, int]) -> Span:
        row = min(self.row(at["start"]), len(self.source.lines) - 1)
        last = min(self.row(max(at["start"], at["end"] - 1)), len(self.source.lines) - 1)
        col = len(self.bytes[self.starts[row] : at["start"]].decode("utf-8", "replace")) + 1 + self.source.cols[row]
        return Span(self.source.lines[row], col, self.source.lines[last])

    def raw(self, at: Mapping[str, int]) -> str:
        return self.bytes[at["start"] : at["end"]].decode("utf-8", "replace")

    def dequoted(self, at: Mapping[str, int], depth: int) -> tuple[list[str], list[int], list[int]]:
        """Return the lines of a range without indentation and without `depth` quote marks, with their places."""
        first = self.row(at["start"])
        texts, lines, cols = [], [], []
        for index, line in enumerate(self.raw(at).rstrip("\n").split("\n")):
            row = min(first + index, len(self.source.lines) - 1)
            start = at["start"] if index == 0 else self.starts[first + index]
            cut = len(self.bytes[self.starts[first + index] : start].decode("utf-8", "replace"))
            # the range starts at its own quote mark; later lines carry the marks of the quotes around it as well
            text = line
            marks = (1 if depth else 0) if index == 0 else depth
            if index:
                stripped = text.lstrip(" \t")
                if stripped.startswith(">"):
                    cut += len(text) - len(stripped)
                    text = stripped
            for _ in range(marks):
                mark = _QUOTE_MARK.match(text)
                if mark is None:
                    break
                cut += mark.end()
                text = text[mark.end() :]
            texts.append(text)
            lines.append(self.source.lines[row])
            cols.append(cut + self.source.cols[row])
        return texts, lines, cols

    def leaf_source(self, at: Mapping[str, int]) -> str:
        """Return the author's text of a leaf: quote marks, indentation and closing white space removed."""
        text = self.raw(at).rstrip()
        if "\n" in text:
            text = "\n".join(
                line if index == 0 else re.sub(r"^[ \t]*(?:>[ \t]?)*[ \t]*", "", line) if self.depth else line.lstrip()
                for index, line in enumerate(text.split("\n"))
            )
        return self.note.author_text(text)

    # --- blocks ---

    def document(self) -> tuple[Block, ...]:
        return self.blocks("")

    def blocks(self, end: str, *, tight: list[bool] | None = None) -> tuple[Block, ...]:
        """Read blocks up to the end event `end` (to the end of the text for "")."""
        out: list[Block] = []
        loose: list[Inline] = []  # inlines of a tight list item, which pulldown-cmark gives without a paragraph
        loose_at: dict[str, int] = {}

        def flush() -> None:
            if loose:
                children = self.finish(loose)
                out.extend(self.paragraph(children, dict(loose_at)))
                loose.clear()
                loose_at.clear()

        for event, at in self.events:
            if isinstance(event, dict):
                if "Start" in event:
                    tag = event["Start"]
                    if self.is_inline(tag):
                        if tight is not None:
                            tight[0] = True
                        self.loose(loose, loose_at, at, self.inline_start(tag, at))
                        continue
                    flush()
                    out.extend(self.block(tag, at))
                    continue
                if "End" in event:
                    flush()
                    break
            if event == "Rule":
                flush()
                out.append(Rule(self.span(at)))
                continue
            if tight is not None:
                tight[0] = True
            self.loose(loose, loose_at, at, self.inline(event, at))
        flush()
        return tuple(out)

    @staticmethod
    def is_inline(tag: Any) -> bool:
        if isinstance(tag, str):
            return tag in _SPANS
        return "Link" in tag or "Image" in tag

    @staticmethod
    def loose(loose: list[Inline], loose_at: dict[str, int], at: Mapping[str, int], nodes: Sequence[Inline]) -> None:
        loose.extend(nodes)
        loose_at.setdefault("start", at["start"])
        loose_at["end"] = max(at["end"], loose_at.get("end", 0))

    def block(self, tag: Any, at: Mapping[str, int]) -> Sequence[Block]:
        if tag == "Paragraph":
            return self.paragraph(self.inlines("Paragraph"), at)
        if tag == "HtmlBlock":
            return [self.html_block(at)]
        if isinstance(tag, str):  # a tag of an option we do not enable: read its content as blocks
            return self.blocks(tag)
        if "Heading" in tag:
            return [self.heading(tag["Heading"], at)]
        if "BlockQuote" in tag:
            return self.quote(at)
        if "List" in tag:
            return [self.list_block(tag["List"], at)]
        if "CodeBlock" in tag:
            return [self.code_block(tag["CodeBlock"], at)]
        if "Table" in tag:
            return [self.table(tag["Table"], at)]
        return self.blocks("")

    def paragraph(self, children: tuple[Inline, ...], at: Mapping[str, int]) -> Sequence[Block]:
        # a line that starts with a sign makes the paragraph annotations; a lone sign or a yes/no cell does not
        if any(isinstance(node, Mark) for node in children):
            texts, lines, cols = self.dequoted(at, self.depth)
            pieces = split_lines(texts, self.note.signs)
            if any(piece.kind and "".join(piece.lines).strip(" \t*_") for piece in pieces):
                return self.note.annotate(pieces, Source("\n".join(texts), lines, cols), "paragraph")
        return [Paragraph(children, self.leaf_source(at), self.span(at))]

    def heading(self, data: Mapping[str, Any], at: Mapping[str, int]) -> Heading:
        children = self.inlines("Heading")
        text = plain(children).strip()
        source = re.sub(r"^#{1,6}[ \t]*|[ \t]+#+[ \t]*$|\n[ \t>]*(?:=+|-+)[ \t]*$", "", self.leaf_source(at)).strip()
        return Heading(int(data["level"][1]), children, self.note.slugger.take(text), source, self.span(at))

    def quote(self, at: Mapping[str, int]) -> Sequence[Block]:
        texts, lines, cols = self.dequoted(at, self.depth + 1)
        pieces = split_lines(texts, self.note.signs)
        if any(piece.kind for piece in pieces):
            self.skip()
            return self.note.annotate(pieces, Source("\n".join(texts), lines, cols), "quote")
        self.depth += 1
        blocks = self.blocks("BlockQuote")
        self.depth -= 1
        return [Quote(blocks, self.span(at))]

    def skip(self) -> None:
        """Pass over the events up to the end of the block that has just started."""
        open_tags = 1
        for event, _ in self.events:
            if isinstance(event, dict):
                open_tags += ("Start" in event) - ("End" in event)
                if not open_tags:
                    return

    def list_block(self, start: int | None, at: Mapping[str, int]) -> ListBlock:
        items = []
        tight = [False]
        for event, _ in self.events:
            if "End" in event:
                break
            items.append(self.blocks("Item", tight=tight))
        has_paragraphs = any(isinstance(block, Paragraph) for item in items for block in item)
        return ListBlock(start, tight[0] or not has_paragraphs, tuple(items), self.span(at))

    def code_block(self, kind: Any, at: Mapping[str, int]) -> CodeBlock:
        parts = []
        for event, _ in self.events:
            if "End" in event:
                break
            parts.append(event["Text"])
        info = kind["Fenced"] if isinstance(kind, dict) else ""
        restore = self.note.masked.restore
        return CodeBlock(restore(info), restore("".join(parts)), self.span(at))

    def html_block(self, at: Mapping[str, int]) -> Block:
        parts = []
        for event, _ in self.events:
            if "End" in event:
                break
            parts.append(event.get("Html") or event.get("Text") or "")
        html = self.note.masked.restore("".join(parts))
        if (video := _VIDEO.fullmatch(html)) is not None:
            title = re.search(r"\btitle\s*=\s*[\"']([^\"']*)", video["attributes"])
            return Video(video["src"].strip(), title[1] if title else "", self.span(at))
        return RawBlock(html, self.span(at))

    def table(self, align: Sequence[str], at: Mapping[str, int]) -> Block:
        rows: list[tuple[Cell, ...]] = []
        cells: list[Cell] = []
        for event, where in self.events:
            if "Start" in event:
                if event["Start"] == "TableCell":
                    children = self.cell_remarks(self.inlines("TableCell"), where)
                    cells.append(Cell(children, self.leaf_source(where).strip(), self.span(where)))
            elif event["End"] == "TableCell":
                continue
            elif event["End"] in ("TableHead", "TableRow"):
                rows.append(tuple(cells))
                cells = []
            else:
                break
        columns = tuple(_ALIGN[side] for side in align)
        if not any(cell.source.strip() for cell in rows[0]):
            return FigureGrid(tuple(rows[1:]), self.span(at))
        return Table(columns, rows[0], tuple(rows[1:]), self.span(at))

    def cell_remarks(self, children: tuple[Inline, ...], at: Mapping[str, int]) -> tuple[Inline, ...]:
        """Make annotations of the signs in a cell that are followed by text; yes/no signs stay marks."""
        if not any(isinstance(node, Mark) for node in children):
            return children
        out: list[Inline] = []
        index = 0
        at_start = True
        while index < len(children):
            node = children[index]
            if isinstance(node, Mark) and at_start:
                end = next((i for i in range(index + 1, len(children)) if isinstance(children[i], Mark)), len(children))
                content = list(children[index + 1 : end])
                tail: list[Inline] = []
                while content and _is_gap(content[-1]):
                    tail.insert(0, content.pop())
                text = plain(content).strip(" \t\u00a0:：")
                if text and not (node.sign[0] in CELL_SIGNS and len(text) < 2):
                    out.append(Remark(self.remark(node, tuple(_lstrip(content)), at)))
                    out.extend(tail)
                    index = end
                    continue
            if not _is_gap(node):
                at_start = False
            if isinstance(node, RawInline) and _BREAK_TAG.fullmatch(node.html):
                at_start = True
            out.append(node)
            index += 1
        return tuple(out)

    def remark(self, mark: Mark, content: tuple[Inline, ...], at: Mapping[str, int]) -> Annotation:
        span = self.span(at)
        text = plain(content).strip()
        passage = Passage(
            detect(text, self.note.default_lang), text, (Paragraph(content, text, span),), span
        )
        return self.note.keep(
            Annotation(mark.kind, self.note.next_anchor(), self.note.slide, passage, (), answered=False, place="cell", span=span)
        )

    # --- inlines ---

    def inlines(self, end: str) -> tuple[Inline, ...]:
        """Read inline nodes up to the end event of `end`."""
        del end  # the structure is balanced: the first unmatched End is ours
        out: list[Inline] = []
        for event, at in self.events:
            if isinstance(event, dict):
                if "End" in event:
                    break
                if "Start" in event:
                    out.extend(self.inline_start(event["Start"], at))
                    continue
            out.extend(self.inline(event, at))
        return self.finish(out)

    def inline_start(self, tag: Any, at: Mapping[str, int]) -> list[Inline]:
        if isinstance(tag, str):
            return [_SPANS[tag](self.inlines(tag))]
        if "Link" in tag:
            data = tag["Link"]
            children = self.inlines("Link")
            children = tuple(
                Text(node.dest) if isinstance(node, Link) and node.bare else node for node in children
            )  # no link inside a link
            dest = self.note.masked.restore(data["dest_url"])
            if data["link_type"] == "Email":
                dest = f"mailto:{dest}"
            return [Link(dest, data["title"], tuple(merge_text(children)), self.span(at))]
        data = tag["Image"]
        alt = plain(self.inlines("Image"))
        restore = self.note.masked.restore
        return [Image(restore(data["dest_url"]), restore(data["title"]), alt, self.span(at))]

    def inline(self, event: Any, at: Mapping[str, int]) -> list[Inline]:
        if event == "SoftBreak":
            return [SoftBreak()]
        if event == "HardBreak":
            return [HardBreak()]
        if "Text" in event:
            return [_Raw(event["Text"], at["start"])]  # type: ignore[list-item] - refined when its neighbours are known
        if "Code" in event:
            return [Code(self.note.masked.restore(event["Code"]))]
        html = event.get("InlineHtml") or event.get("Html") or ""
        return [RawInline(self.note.masked.restore(html), self.span(at))]

    def finish(self, nodes: Sequence[Any]) -> tuple[Inline, ...]:
        """Join raw text, take formulas, links, signs and references out of it, and repair bold and bullets."""
        out: list[Inline] = []
        text: list[str] = []
        start = 0

        def flush() -> None:
            if not text:
                return
            for piece in self.note.masked.split("".join(text)):
                if isinstance(piece, Math):
                    out.append(piece)
                elif piece:
                    out.extend(refine(piece, self.span({"start": start, "end": start}), self.note.signs))
            text.clear()

        for node in nodes:
            if isinstance(node, _Raw):
                if not text:
                    start = node.start
                text.append(node.text)
            else:
                flush()
                out.append(node)
        flush()
        return break_bullets(close_bold(out))


def _without_tail(line: str) -> str:
    """Drop white space at the end of a source line, but keep the two spaces that ask for a line break."""
    bare = line.rstrip()
    return f"{bare}  " if line.endswith("  ") else bare


class _Raw(NamedTuple):
    """Text not yet looked into."""

    text: str
    start: int


def _is_gap(node: Inline) -> bool:
    if isinstance(node, Text):
        return not node.text.strip()
    return isinstance(node, SoftBreak | HardBreak) or (
        isinstance(node, RawInline) and _BREAK_TAG.fullmatch(node.html) is not None
    )


def _lstrip(content: list[Inline]) -> list[Inline]:
    if content and isinstance(content[0], Text):
        content[0] = Text(content[0].text.lstrip())
    return content
