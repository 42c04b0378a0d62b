"""Search documents of a deck: slides, sections and annotations as visible text, with all translations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from slidegloss.base.patterns import lazy
from slidegloss.model import Annotation, Deck
from slidegloss.nodes import (
    Annotations,
    Block,
    Code,
    CodeBlock,
    Credit,
    FigureGrid,
    Footnote,
    FootnoteRef,
    Heading,
    Image,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    RawBlock,
    RawInline,
    Remark,
    SlideRef,
    SoftBreak,
    Table,
    Text,
    Video,
)
from slidegloss.site.searchindex import PAGE, SLIDE, SearchDoc
from slidegloss.syntax.tree import Nesting, is_diagram

Translate = Callable[[str, str], Sequence[tuple[Block, ...]]]
"""(anchor of the slide or "", an author's source) → its translations, parsed."""

_LINE_END = re.compile(r"[^\S\n]*\n[^\S\n]*")
_HAN = (("\u2e80", "\u303f"), ("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uff00", "\uffef"))
"""Han characters and their punctuation; compared, because a pattern of such ranges takes longer to compile than to use."""
_HIDDEN_HTML = lazy(r"<!--.*?(?:-->|$)|<(script|style|template)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def deck_docs(
    deck: Deck, location: str, papers: Mapping[str, Sequence[str]], translate: Translate | None
) -> Iterator[SearchDoc]:
    """Yield the search documents of a deck: its slides (of a plain note: its sections) and their annotations.

    `location` is the percent-encoded address of the page in its edition. `papers` maps the anchor of a slide ("" for the
    opening) to the names of the papers that it discusses. `translate` looks sources up in the catalogues of all languages.
    """
    annotations = {annotation.anchor: annotation for annotation in deck.annotations}
    annotated = {annotation.slide for annotation in deck.annotations}

    def docs(slide: str, doc: SearchDoc, title: Heading | None, blocks: tuple[Block, ...]) -> Iterator[SearchDoc]:
        translations = tuple(_translated((title, *blocks) if title else blocks, slide, translate))
        yield doc._replace(text=block_text(blocks), translations=translations)
        if slide in annotated:
            yield from _annotation_docs(blocks, annotations, doc.location, slide, translate)

    name = f"{deck.site_path.removesuffix('.html')} {deck.title}"
    for anchor, title, blocks in _sections(deck):
        if anchor is None:
            doc = SearchDoc(location, deck.title, "", name, PAGE, papers=tuple(papers.get("", ())))
        else:
            doc = SearchDoc(f"{location}#{anchor}" if anchor else location, title, "", name, SLIDE)
        yield from docs("", doc, None, blocks)
    for slide in deck.slides:
        title = inline_text(slide.title.children) if slide.title else ""
        named = tuple(papers.get(slide.anchor, ()))
        doc = SearchDoc(f"{location}#{slide.anchor}", title, slide.label, "", SLIDE, papers=named)
        yield from docs(slide.anchor, doc, slide.title, slide.blocks)


def _translated(blocks: Sequence[Block], anchor: str, translate: Translate | None) -> Iterator[str]:
    if translate is not None:
        for source in _sources(blocks):
            yield from (block_text(translation) for translation in translate(anchor, source))


def _sources(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield block.source
            case ListBlock():
                for item in block.items:
                    yield from _sources(item)
            case Quote() | Footnote():
                yield from _sources(block.blocks)
            case Table() | FigureGrid():
                yield from (cell.source for row in _rows(block) for cell in row)


def _sections(deck: Deck) -> Iterator[tuple[str | None, str, tuple[Block, ...]]]:
    """Cut a deck's opening at its headings → (anchor, title, blocks); the anchor of the first is None: it is the page."""
    anchor: str | None = None
    title, start = "", 0
    for number, block in enumerate(deck.opening):
        if not isinstance(block, Heading):
            continue
        name = inline_text(block.children)
        if number == 0 and name == deck.title:
            start = 1
            continue
        yield anchor, title, deck.opening[start:number]
        anchor, title, start = block.anchor, name, number + 1
    yield anchor, title, deck.opening[start:]


def _annotation_docs(
    blocks: Sequence[Block],
    annotations: Mapping[str, Annotation],
    address: str,
    anchor: str,
    translate: Translate | None,
) -> Iterator[SearchDoc]:
    for found in _annotations(blocks):
        annotation = annotations.get(found.anchor, found)
        kind = annotation.kind
        if kind == "question":
            kind += " answered" if annotation.answered else " open"
        passages = [passage.blocks for passage in (annotation.original, *annotation.translations)]
        more = translate(anchor, annotation.original.source) if translate is not None else ()
        texts = [block_text(inner) for inner in (*passages, *more)]
        yield SearchDoc(address, "", "", "", kind, texts[0], tuple(texts[1:]))
        for inner in passages:
            yield from _annotation_docs(inner, annotations, address, anchor, translate)


def _annotations(blocks: Sequence[Block]) -> list[Annotation]:
    """Return the annotations among blocks, but for those inside of others."""
    found: list[Annotation] = []
    for block in blocks:
        if isinstance(block, Annotations):
            found += block.items
        elif isinstance(block, (Paragraph, Heading)):
            _gather_remarks(block.children, found)
        elif isinstance(block, ListBlock):
            for item in block.items:
                found += _annotations(item)
        elif isinstance(block, (Quote, Footnote, Credit)):
            found += _annotations(block.blocks)
        elif isinstance(block, (Table, FigureGrid)):
            for row in _rows(block):
                for cell in row:
                    _gather_remarks(cell.children, found)
    return found


def _gather_remarks(children: Sequence[Inline], out: list[Annotation]) -> None:
    for node in children:
        if isinstance(node, Remark):
            out.append(node.annotation)
        elif isinstance(node, Nesting):
            _gather_remarks(node.children, out)


# --- visible text -----------------------------------------------------------------------------------------------------


def block_text(blocks: Sequence[Block]) -> str:
    """Return what a reader sees of blocks, a paragraph a line: no formulas, no diagrams' sources, no annotations."""
    lines: list[str] = []
    for block in blocks:
        _block_lines(block, lines)
    return "\n".join(filter(None, lines))


def _block_lines(block: Block, lines: list[str]) -> None:
    if isinstance(block, (Paragraph, Heading)):
        lines.append(inline_text(block.children))
    elif isinstance(block, ListBlock):
        for item in block.items:
            for inner in item:
                _block_lines(inner, lines)
    elif isinstance(block, (Quote, Footnote, Credit)):
        for inner in block.blocks:
            _block_lines(inner, lines)
    elif isinstance(block, (Table, FigureGrid)):
        for row in _rows(block):
            lines.append(" · ".join(text for cell in row if (text := inline_text(cell.children))))
    elif isinstance(block, CodeBlock):
        if not is_diagram(block):
            lines.append(block.text)
    elif isinstance(block, RawBlock):
        lines.append(html_text(block.html))
    elif isinstance(block, Video):
        lines.append(block.title)


def _rows(block: Table | FigureGrid) -> tuple[tuple[Any, ...], ...]:
    return (block.head, *block.rows) if isinstance(block, Table) else block.rows


def inline_text(children: Sequence[Inline]) -> str:
    """Return what a reader sees of inline nodes as one line, without formulas and annotations.

    A line that breaks between two Chinese characters is joined without a space: the break is the editor's, not the word's.
    """
    text = children[0].text if len(children) == 1 and type(children[0]) is Text else _inline(children)
    return _one_line(_LINE_END.sub(_between, text) if "\n" in text and not text.isascii() else text)


def _between(line_end: re.Match[str]) -> str:
    """Return what stands for a line end: nothing between Han characters, which know no spaces between words."""
    text, before, after = line_end.string, line_end.start() - 1, line_end.end()
    inside = before >= 0 and after < len(text)
    return "" if inside and _is_han(text[before]) and _is_han(text[after]) else line_end[0]


def _is_han(char: str) -> bool:
    return any(first <= char <= last for first, last in _HAN)


def _inline(children: Iterable[Inline]) -> str:
    parts: list[str] = []
    for node in children:
        if isinstance(node, (Text, Code, SlideRef)):
            parts.append(node.text)
        elif isinstance(node, Nesting):
            parts.append(_inline(node.children))
        elif isinstance(node, Image):
            parts.append(f" {node.alt} ")
        elif isinstance(node, RawInline):
            parts.append(" " if node.html[:3].lower() == "<br" else "")
        else:
            parts.append(_BETWEEN.get(type(node), " "))
    return "".join(parts)


_BETWEEN: Mapping[type, str] = {SoftBreak: "\n", FootnoteRef: ""}
"""What is said in place of other nodes: a blank for formulas, signs and annotations."""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def html_text(html: str) -> str:
    """Return the visible text of an author's HTML block."""
    return _one_line(unescape(_TAG.sub(" ", _HIDDEN_HTML.sub(" ", html))))
