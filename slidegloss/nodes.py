"""The syntax tree of author text: what CommonMark gives, plus what slide notes add.

Nodes are NamedTuples: immutable, typed, and cheap to make by the hundred thousand. An inline node never holds a block.
`source` fields hold the author's own CommonMark (dequoted and dedented): they are what a translator sees as msgid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from slidegloss.base.namedtuples import NamedTuple

if TYPE_CHECKING:
    from slidegloss.model import Annotation


class Span(NamedTuple):
    """Where something stands in its source file: 1-based line and column (in characters), and its last line."""

    line: int
    col: int
    end_line: int


# --- inline -----------------------------------------------------------------------------------------------------------


class Text(NamedTuple):
    """Literal text, entities already decoded."""

    text: str


class Code(NamedTuple):
    """A code span."""

    text: str


class Emphasis(NamedTuple):
    """`*text*`."""

    children: tuple[Inline, ...]


class Strong(NamedTuple):
    """`**text**`."""

    children: tuple[Inline, ...]


class Strikethrough(NamedTuple):
    """`~~text~~`."""

    children: tuple[Inline, ...]


class Link(NamedTuple):
    """A link; `dest` is as the author wrote it. `bare` marks a plain URL that we made clickable."""

    dest: str
    title: str
    children: tuple[Inline, ...]
    span: Span
    bare: bool = False
    written: str = ""
    """What the author wrote where that is no link of CommonMark: `[[note|words]]`. Where it leads nowhere, it is shown so."""


class Image(NamedTuple):
    """An image reference; `dest` and `alt` are as the author wrote them."""

    dest: str
    title: str
    alt: str
    span: Span
    width: str = ""
    """As HTML has it: `400`, `50%`; from `{width=50%}` behind it or `|400` in Obsidian's alternative text."""
    by_name: bool = False
    """Its file is named without its folder, as Obsidian has it: `![[figure.png]]`."""


class Math(NamedTuple):
    """A formula: `tex` is clean TeX for conversion, `source` is what the author wrote, delimiters included."""

    tex: str
    display: bool
    source: str
    span: Span
    meant: str | None = None
    """`tex` with the author's own commands replaced and their definitions taken out; None where it has neither."""


class RawInline(NamedTuple):
    """One HTML tag or comment inside running text."""

    html: str
    span: Span


class SoftBreak(NamedTuple):
    """A line end inside a paragraph."""


class HardBreak(NamedTuple):
    """A line break the author asked for."""


class Mark(NamedTuple):
    """An annotation sign that annotates nothing (a yes/no cell, a ✅ in running text); drawn as a labelled icon."""

    kind: str
    sign: str


class Remark(NamedTuple):
    """An annotation that stays where it stands: in a table cell or inside a sentence."""

    annotation: Annotation


class SlideRef(NamedTuple):
    """A mention of another slide, such as the `P7` of `见P7`. `book/link.py` decides whether it leads anywhere."""

    label: str
    text: str


class FootnoteRef(NamedTuple):
    """A mark that leads to a footnote of the same note; `anchor` is the id of the footnote."""

    label: str
    anchor: str


class Cite(NamedTuple):
    """A citation recognised in running text; `index` points into `Deck.citations`; children show the author's words."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which no one calls on a node
    children: tuple[Inline, ...]
    by_key: bool = False
    """The words are the key of a paper, if there is one of that key; else they are but words."""


Inline = (
    Text
    | Code
    | Emphasis
    | Strong
    | Strikethrough
    | Link
    | Image
    | Math
    | RawInline
    | SoftBreak
    | HardBreak
    | Mark
    | Remark
    | SlideRef
    | FootnoteRef
    | Cite
)


# --- blocks -----------------------------------------------------------------------------------------------------------


class Heading(NamedTuple):
    """A heading; `level` is the author's (1–6), `anchor` its readable id, unique in the page."""

    level: int
    children: tuple[Inline, ...]
    anchor: str
    source: str
    span: Span


class Paragraph(NamedTuple):
    """A paragraph."""

    children: tuple[Inline, ...]
    source: str
    span: Span


class ListBlock(NamedTuple):
    """A list; `start` is None for bullets. In a tight list paragraphs are shown without paragraph spacing."""

    start: int | None
    tight: bool
    items: tuple[tuple[Block, ...], ...]
    span: Span
    terms: frozenset[int] = frozenset()
    """In a list of definitions, which items are terms; the others say what the term before them means."""


class Quote(NamedTuple):
    """A block quote without annotation marker."""

    blocks: tuple[Block, ...]
    span: Span


class Footnote(NamedTuple):
    """A footnote where its author wrote it (`[^label]: …`); `anchor` is its id."""

    label: str
    anchor: str
    blocks: tuple[Block, ...]
    span: Span


class CodeBlock(NamedTuple):
    """A fenced or indented code block; `info` is the info string (`mermaid`, `python`, …)."""

    info: str
    text: str
    span: Span


class Cell(NamedTuple):
    """A table cell."""

    children: tuple[Inline, ...]
    source: str
    span: Span


class Table(NamedTuple):
    """A table; `align` holds one of "", "left", "center", "right" per column. Every row has `len(align)` cells.

    `head` is empty where the author left all of it empty.
    """

    align: tuple[str, ...]
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    span: Span


class FigureGrid(NamedTuple):
    """A table with figures and without header text (`|||` over `|--|--|`), shown as cards.

    Rows are as written, empty cells included.
    """

    rows: tuple[tuple[Cell, ...], ...]
    span: Span


class Rule(NamedTuple):
    """A thematic break."""

    span: Span


class RawBlock(NamedTuple):
    """An HTML block as written."""

    html: str
    span: Span


class Video(NamedTuple):
    """A video file that the author embedded (`<iframe src="x.mp4">` or `<video>`)."""

    src: str
    title: str
    span: Span


class Annotations(NamedTuple):
    """A run of annotations that stood in one quote, or in one paragraph that starts with a marker."""

    items: tuple[Annotation, ...]
    span: Span


class Credit(NamedTuple):
    """The colophon at the end of a note: rule, credit line, address. `blocks` hold what the author wrote."""

    blocks: tuple[Block, ...]
    span: Span


Block = (
    Heading
    | Paragraph
    | ListBlock
    | Quote
    | Footnote
    | CodeBlock
    | Table
    | FigureGrid
    | Rule
    | RawBlock
    | Video
    | Annotations
    | Credit
)

NODES: tuple[type[tuple[Any, ...]], ...] = (Span, *get_args(Inline), Cell, *get_args(Block))
"""The classes of a tree."""
