"""Citations in a parsed deck: found in its running text, wrapped where they stand, listed in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import is_not
from typing import TypeVar

from slidegloss.base.patterns import lazy
from slidegloss.model import Annotation, Citation, Deck, Passage, Slide
from slidegloss.nodes import (
    Annotations,
    Block,
    Cell,
    Cite,
    FigureGrid,
    Footnote,
    Heading,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Remark,
    Span,
    Strong,
    Table,
    Text,
)
from slidegloss.notes.citation_finder import PRETEST, Found, Setting
from slidegloss.notes.citation_headings import ABOUT_PAPER
from slidegloss.notes.citation_shapes import find_citations
from slidegloss.notes.citation_words import bare_title, clean, normal_title
from slidegloss.notes.paper_columns import columns_of
from slidegloss.notes.paper_facts import MOST_BLOCKS, PaperFacts, facts_under, named_by
from slidegloss.notes.paper_tables import link_column, read_row
from slidegloss.notes.running_text import Flat, flatten, whole_links, wrap

_REFERENCE = "reference"
_KEY = lazy(r"(?<![\w.+@/])@[\w{]")
"""What the key of a paper may begin at; addresses of mail have an @, too."""
_LABELLED = re.compile(r"\[[A-Z]")
_Part = TypeVar("_Part")


def _place(flat: Flat, start: int, source: str, span: Span) -> Span:
    """Return where a citation starts in its file, from the block's place and the lines before it."""
    down = flat.text.count("\n", 0, start)
    lines = source.splitlines()
    if down >= len(lines) or not source:
        return Span(span.line, span.col, span.line)
    first_words = flat.text[start : start + 12].split("\n")[0].rstrip()
    at = lines[down].find(first_words)
    line = min(span.line + down, max(span.end_line, span.line))
    return Span(line, max(at, 0) + (span.col if down == 0 else 1), line)


class _Reader:
    """Walks one deck; `citations` grows in the order of the text."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self.annotations: dict[str, Annotation] = {}
        """Those that cite, as they are now."""
        self.slide = ""
        self.heading = ""
        self.above: list[tuple[int, str]] = []
        """The headings that the text stands under, each with its level."""
        self.above_item = ""
        """The bold words that an item begins with, while the list in it is read."""
        self.described = False
        """Whether the section tells the facts of the paper that `heading` names."""
        self.facts: PaperFacts | None = None
        """What the lines under the last heading tell of the paper that it names."""
        self.said: int | None = None
        """The number of the citation that the last heading is."""
        self.known: dict[str, int] | None = None
        """While a translation is read: what its original cites, so that it is not listed twice."""
        self.labels: Mapping[str, Citation] = {}
        """The entries of the note's reference list, where they have labels."""

    # --- inline ---

    def _number(self, found: Found, flat: Flat, span: Span) -> int:
        """Return the number of a citation, which is listed unless a translation repeats what its original cites."""
        citation = Citation(
            flat.written(bare_title(found.title)),
            found.authors,
            found.venue,
            found.year,
            flat.written(found.short),
            found.urls,
            found.arxiv,
            found.doi,
            flat.written(clean(flat.text[found.start : found.end])),
            self.slide,
            span,
            found.key,
            found.certain,
        )
        if self.known is not None and (same := self.known.get(_identity(citation))) is not None:
            return same
        self.citations.append(citation)
        return len(self.citations) - 1

    def inline(
        self,
        leaf: Paragraph | Heading | Cell,
        *,
        is_heading: bool = False,
        is_reference: bool = False,
        in_cell: bool = False,
    ) -> tuple[Inline, ...]:
        """Wrap the citations in the inline nodes of a leaf; also looks into remarks that stand among them."""
        children, source = leaf.children, leaf.source
        is_text = len(children) == 1 and type(children[0]) is Text  # as most leaves are
        has_remark = not is_text and Remark in map(type, children)
        facts = self.facts
        if facts is not None and not any(leaf is one for one in facts.leaves):
            facts = None
        by_key = "@" in source and _KEY.search(source) is not None
        cites = is_reference or has_remark or facts is not None or PRETEST.search(source) is not None
        cites = cites or (bool(self.labels) and "[" in source)
        if not (cites or by_key):
            return children
        heading = "" if is_heading else self.heading
        setting = Setting(heading, is_heading, is_reference, in_cell, self.above_item, described=self.described)
        flat = _without_box(flatten(children))
        finds = find_citations(flat, setting) if cites else []
        if facts is not None and type(leaf) is Paragraph:
            finds = facts.about(leaf, finds)
        if self.labels:
            from slidegloss.notes.citation_labels import with_labels  # noqa: PLC0415 - few notes have any

            finds = with_labels(flat.text, finds, self.labels)
        if by_key:
            from slidegloss.notes.citation_by_key import with_keys  # noqa: PLC0415 - few notes have any

            finds = with_keys(flat, source, finds)
        children = self._wrapped(leaf, flat, finds, heading)
        if has_remark:
            children = tuple(
                Remark(self.annotation(child.annotation)) if isinstance(child, Remark) else child for child in children
            )
        return children

    def _wrapped(
        self, leaf: Paragraph | Heading | Cell, flat: Flat, finds: Sequence[Found], heading: str
    ) -> tuple[Inline, ...]:
        """Wrap what was found in a leaf that stands under a heading; of finds that overlap, the first."""
        ranges: list[tuple[int, int, int]] = []
        for found in finds:
            # what follows a line of facts about the heading's paper is about it as well
            self.described = self.described or (bool(heading) and found.title == heading)
            start, end = whole_links(flat, found.start, found.end)
            if not ranges or start >= ranges[-1][1]:
                place = _place(flat, found.start, leaf.source, leaf.span)
                ranges.append((start, end, self._number(found, flat, place)))
        if not ranges:
            return leaf.children
        children = wrap(leaf.children, flat, ranges)
        if not any(self.citations[number].key for _, _, number in ranges):
            return children
        return tuple(
            node._replace(by_key=True) if type(node) is Cite and self.citations[node.index].key else node
            for node in children
        )

    # --- blocks ---

    def annotation(self, annotation: Annotation) -> Annotation:
        first = len(self.citations)
        is_reference = annotation.kind == _REFERENCE
        original = self._passage(annotation.original, is_reference=is_reference)
        translations = annotation.translations
        if translations:
            self.known = {_identity(c): first + n for n, c in enumerate(self.citations[first:])}
            translations = tuple(self._passage(passage, is_reference=is_reference) for passage in translations)
        self.known = None
        new = annotation
        if original is not annotation.original or any(map(is_not, translations, annotation.translations)):
            new = Annotation(
                annotation.kind,
                annotation.anchor,
                annotation.slide,
                original,
                translations,
                annotation.answered,
                annotation.place,
                annotation.span,
            )
            self.annotations[annotation.anchor] = new
        return new

    def _passage(self, passage: Passage, *, is_reference: bool) -> Passage:
        blocks = self.blocks(passage.blocks, is_reference=is_reference)
        return passage if blocks is passage.blocks else Passage(passage.lang, passage.source, blocks, passage.span)

    def blocks(self, blocks: tuple[Block, ...], *, is_reference: bool = False) -> tuple[Block, ...]:
        """Read blocks; those given are returned when none of them cites anything."""
        out: list[Block] = []
        for number, block in enumerate(blocks):
            out.append(self.block(block, is_reference=is_reference))
            if type(block) is Heading:
                self.read_facts(blocks[number + 1 : number + 1 + MOST_BLOCKS])
        return _changed(blocks, out)

    def read_facts(self, below: Sequence[Block]) -> None:
        """Read the facts under the last heading; what they say of the paper that it cites is said of that citation."""
        said = self.citations[self.said] if self.said is not None else None
        is_page = len(self.above) == 1 and self.above[0][0] == 1
        self.facts = facts_under(self.heading, below, is_page=is_page, said=said)
        if said and self.facts and self.said is not None:
            work = self.facts.work
            if not work.title or normal_title(said.title) == normal_title(work.title):
                self.citations[self.said] = said._replace(
                    authors=said.authors or work.authors,
                    venue=said.venue or work.venue,
                    year=said.year or work.year,
                    urls=said.urls or work.urls,
                    arxiv=said.arxiv or work.arxiv,
                    doi=said.doi or work.doi,
                )

    def block(self, block: Block, *, is_reference: bool = False) -> Block:
        if type(block) is Paragraph:
            children = self.inline(block, is_reference=is_reference)
            return block if children is block.children else Paragraph(children, block.source, block.span)
        if type(block) is Annotations:
            notes = _changed(block.items, [self.annotation(note) for note in block.items])
            return block if notes is block.items else Annotations(notes, block.span)
        if isinstance(block, Heading):
            return self.title(block)
        if isinstance(block, ListBlock):
            items = _changed(block.items, [self.item(item, is_reference=is_reference) for item in block.items])
            return block if items is block.items else block._replace(items=items)
        if isinstance(block, (Quote, Footnote)):
            blocks = self.blocks(block.blocks)
            return block if blocks is block.blocks else block._replace(blocks=blocks)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, FigureGrid):
            return block._replace(rows=tuple([self.cells(row) for row in block.rows]))
        return block

    def item(self, item: tuple[Block, ...], *, is_reference: bool) -> tuple[Block, ...]:
        """Read an item of a list; a list in it may tell of the title that the item is."""
        title = _bold_title(item)
        if not title:
            return self.blocks(item, is_reference=is_reference)
        first, above = self.blocks(item[:1], is_reference=is_reference), self.above_item
        self.above_item = title
        rest = self.blocks(item[1:], is_reference=is_reference)
        self.above_item = above
        return _changed(item, [*first, *rest])

    def title(self, heading: Heading) -> Heading:
        flat = flatten(heading.children)
        words = flat.written(clean(flat.text))
        while self.above and self.above[-1][0] >= heading.level:
            self.above.pop()
        facts = ABOUT_PAPER.fullmatch(words) is not None
        self.described = facts and bool(self.above)
        # a heading over the facts of a paper names none: where no other does, its title is not known
        self.heading = words if not facts else named_by(self.above[-1][1]) if self.above else ""
        if not facts:
            self.above.append((heading.level, words))
        first = len(self.citations)
        children = self.inline(heading, is_heading=True)
        self.said = first if len(self.citations) == first + 1 else None
        return heading if children is heading.children else heading._replace(children=children)

    def cell(self, cell: Cell) -> Cell:
        children = self.inline(cell, in_cell=True)
        return cell if children is cell.children else Cell(children, cell.source, cell.span)

    def cells(self, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return _changed(row, [self.cell(cell) for cell in row])

    def table(self, table: Table) -> Table:
        columns = columns_of(table)
        rows = tuple([self.cells(row) if columns is None else self.paper_row(row, columns) for row in table.rows])
        return table._replace(head=self.cells(table.head), rows=rows)

    def paper_row(self, row: tuple[Cell, ...], columns: dict[str, int]) -> tuple[Cell, ...]:
        """Wrap the name in a row of a paper table; the other cells may hold citations of their own."""
        flats = [flatten(cell.children) for cell in row]
        found = read_row(flats, columns)
        if found is None:
            return self.cells(row)
        name, link = columns["name"], link_column(flats, columns)
        out = []
        for index, (cell, flat) in enumerate(zip(row, flats, strict=True)):
            if index == name:
                start, end = whole_links(flat, found.start, found.end)
                number = self._number(found, flat, _place(flat, start, "", cell.span))
                out.append(cell._replace(children=wrap(cell.children, flat, ((start, end, number),))))
            else:
                out.append(cell if index == link else self.cell(cell))
        return tuple(out)


def _bold_title(item: Sequence[Block]) -> str:
    """Return the words of an item that is bold and has a list in it: `- **Title**`, and in its list authors and venue."""
    first = item[0] if len(item) > 1 and type(item[1]) is ListBlock else None
    if type(first) is not Paragraph or len(first.children) != 1 or type(first.children[0]) is not Strong:
        return ""
    return clean(flatten(first.children).text)


def _without_box(flat: Flat) -> Flat:
    """Return the text of a task without its box, which stands in front of what it cites; every place stays."""
    return flat._replace(text=f"  {flat.text[2:]}") if flat.text.startswith(("☐ ", "☑ ")) else flat


def _changed(before: tuple[_Part, ...], after: list[_Part]) -> tuple[_Part, ...]:
    """Return what parts have become: where each is the one it was, the tuple that they came in."""
    return tuple(after) if any(map(is_not, after, before)) else before


def _identity(citation: Citation) -> str:
    return (
        normal_title(citation.title)
        or citation.arxiv
        or citation.doi
        or (f"@{citation.key}" if citation.key else f"{citation.authors} {citation.year}")
    )


def cite_deck(deck: Deck) -> Deck:
    """Return the deck with every citation wrapped in `Cite` where it stands and listed in `citations`, in text order.

    The author's words and their formatting stay; annotations are the same objects in the blocks and in the list.
    """
    cited = _cited(deck, {})
    labels = _labels(cited.citations)
    return _cited(deck, labels) if labels else cited


def _labels(citations: Sequence[Citation]) -> Mapping[str, Citation]:
    """Return the entries of a note's reference list that have labels, by these."""
    if not any(_LABELLED.match(citation.text) for citation in citations):
        return {}
    from slidegloss.notes.citation_labels import labels_of  # noqa: PLC0415 - few notes have any

    return labels_of(citations)


def _cited(deck: Deck, labels: Mapping[str, Citation]) -> Deck:
    """Return the deck with its citations; `labels` are those of the entries of its reference list."""
    reader = _Reader()
    reader.labels = labels
    if deck.opening and type(deck.opening[0]) is not Heading:
        reader.read_facts(deck.opening[:MOST_BLOCKS])
    opening = reader.blocks(deck.opening)
    slides = []
    for slide in deck.slides:
        reader.slide = slide.anchor
        reader.heading, reader.described = "", False  # `above` stays: a deck's first heading is over all of its slides
        title = reader.title(slide.title) if slide.title else None
        reader.facts = None
        if title:
            reader.read_facts(slide.blocks)
        blocks = reader.blocks(slide.blocks)
        same = title is slide.title and blocks is slide.blocks
        slides.append(slide if same else Slide(slide.label, slide.number, slide.anchor, title, blocks, slide.span))
    return replace(
        deck,
        opening=opening,
        slides=tuple(slides),
        annotations=tuple([reader.annotations.get(note.anchor, note) for note in deck.annotations]),
        citations=tuple(reader.citations),
    )


def cite_translation(blocks: Sequence[Block], citations: Sequence[Citation]) -> tuple[Block, ...]:
    """Wrap the citations in a translation that stands outside its note, of which `citations` are the note's own.

    A work that the note does not cite gets an index beyond them.
    """
    reader = _Reader()
    reader.citations = list(citations)
    reader.labels = _labels(citations)
    reader.known = {_identity(citation): number for number, citation in enumerate(citations)}
    return reader.blocks(tuple(blocks))
