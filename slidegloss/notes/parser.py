"""Reads the parts of one note and gathers what it meets: annotations in order, diagnostics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from slidegloss.base.diagnostics import Code as MessageCode
from slidegloss.base.diagnostics import Diagnostic, diagnostic
from slidegloss.model import Annotation, Passage, Place
from slidegloss.nodes import Annotations, Block, ListBlock, Math, Quote, Span
from slidegloss.notes.annotations import Piece, Signs, answered
from slidegloss.notes.blocks import build
from slidegloss.notes.language import text_lang
from slidegloss.notes.maths import Masked
from slidegloss.notes.slugs import Slugger
from slidegloss.notes.source import Source

if TYPE_CHECKING:
    from pyromark.event import BrokenLink

_LINE_MARKS = re.compile(r"\n[ \t]*(?:>[ \t]?)+")


class NoteParser:
    """Parses the parts of one note and gathers what it meets: annotations in order, diagnostics.

    The object lives inside `parse_deck` only; what leaves it is immutable.
    """

    def __init__(
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
        self.references: Mapping[str, tuple[str, str]] = {
            label.casefold(): (link["dest"], link["title"] or "") for label, link in references.items()
        }
        self.signs = signs
        self.slugger = slugger
        self.default_lang = default_lang
        self.footnotes: dict[str, str] = {}
        self.line_breaks = False
        self._met: set[str] = set()
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
        return build(self, source)

    def expect_footnotes(self, labels: Iterable[str]) -> None:
        """Give each footnote an id before the first mark is met, wherever in the note the footnote stands."""
        for label in labels:
            if label.casefold() not in self.footnotes:
                self.footnotes[label.casefold()] = self.slugger.take(f"fn-{label}")

    def lookup(self, link: BrokenLink) -> tuple[str, str] | None:
        """Resolve a link reference that is defined elsewhere in the note."""
        return self.references.get(link["reference"].casefold())

    def author_text(self, text: str) -> str:
        """Put the author's formulas back into masked text, without the quote marks that stood in their lines."""
        if not self.masked.holds_formulas(text):
            return text
        return "".join(
            _LINE_MARKS.sub("\n", piece.source) if isinstance(piece, Math) else piece
            for piece in self.masked.split(text)
        )

    # --- annotations ---

    def annotate(self, pieces: Sequence[Piece], source: Source, place: Place) -> tuple[Block, ...]:
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
            self._annotation(piece, has_answer, translations, source, place)
            for piece, has_answer, translations in drafts
        )
        blocks.append(Annotations(items, Span(items[0].span.line, items[0].span.col, items[-1].span.end_line)))
        return tuple(blocks)

    def answered_below(self, item: tuple[Block, ...]) -> tuple[Block, ...]:
        """Return the blocks of a list item, where its question is answered by a ✅ that begins a list inside it."""
        if len(item) < 2 or not isinstance(item[0], Annotations) or not isinstance(item[1], ListBlock):
            return item
        asked, below = item[0].items[-1], item[1].items[0]
        answer = below[0].items[0] if below and isinstance(below[0], Annotations) else None
        if asked.kind != "question" or asked.answered or answer is None or answer.kind != "note":
            return item
        told = asked._replace(answered=True)
        self.annotations[self.annotations.index(asked)] = told
        return (item[0]._replace(items=(*item[0].items[:-1], told)), *item[1:])

    def _piece_source(self, piece: Piece, source: Source) -> Source:
        count = len(piece.lines)
        lines = list(source.lines[piece.first : piece.first + count])
        cols = list(source.cols[piece.first : piece.first + count])
        cols[0] += piece.cut
        text = "\n".join(piece.lines)
        return Source(text + "\n", lines, cols)

    def _passage(self, part: Source, lang: str = "") -> Passage:
        text = part.text.strip("\n").rstrip()
        words = text.strip()
        if "\n" in words:
            words = "\n".join([_without_tail(line) for line in words.split("\n")])
        source = self.author_text(words)
        span = Span(part.lines[0], part.cols[0] + 1, part.lines[-1])
        blocks = self.parse(part)
        return Passage(lang or text_lang(text, self.default_lang), source, blocks, span)

    def _annotation(
        self,
        piece: Piece,
        has_answer: bool,  # noqa: FBT001 - it is one of the facts
        translations: list[Passage],
        source: Source,
        place: Place,
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
                place,
                Span(part.lines[0], sign_col, part.lines[-1]),
            )
        )

    def footnote_anchor(self, label: str) -> str:
        """Return the id of a footnote that has just been met, empty when another has its label."""
        anchor = self.footnotes.get(label.casefold(), "")
        if anchor in self._met:
            return ""
        self._met.add(anchor)
        return anchor

    def next_anchor(self) -> str:
        """Return the anchor of the next annotation on this slide."""
        self._count += 1
        # a heading may be called A1
        return self.slugger.free(f"{self.slide}-a{self._count}" if self.slide else f"a{self._count}")

    def keep(self, annotation: Annotation) -> Annotation:
        """Remember an annotation in the order of the text."""
        self.annotations.append(annotation)
        return annotation

    def report(self, code: MessageCode, span: Span, message: str, hint: str = "") -> None:
        """Add a diagnostic at a place of this note."""
        self.diagnostics.append(diagnostic(code, self.path, span.line, span.col, message, hint))


def _without_tail(line: str) -> str:
    """Drop white space at the end of a source line, but keep the two spaces that ask for a line break."""
    bare = line.rstrip()
    return f"{bare}  " if line.endswith("  ") else bare
