"""A deck as readable lines: what the golden files of notes hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slidegloss.model import Annotation, Deck
from slidegloss.nodes import (
    Annotations,
    Block,
    CodeBlock,
    Credit,
    FigureGrid,
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
    SlideRef,
    Table,
    Video,
)
from slidegloss.syntax.tree import Nesting, plain


def outline(deck: Deck) -> str:
    lines = [f"title: {deck.title}", f"lang: {deck.lang}"]
    if deck.opening:
        lines += ["opening", *_indent(_blocks(deck.opening))]
    for slide in deck.slides:
        title = f" | {slide.title.level} {_inlines(slide.title.children)}" if slide.title else ""
        lines += [f"slide {slide.label} #{slide.anchor} line {slide.span.line}{title}", *_indent(_blocks(slide.blocks))]
    return "\n".join(lines) + "\n"


def _indent(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    where = f"{block.span.line}:{block.span.col}"
    match block:
        case Heading():
            yield f"h{block.level} {where} #{block.anchor} {_inlines(block.children)}"
        case Paragraph():
            yield f"p {where} {_inlines(block.children)}"
        case ListBlock():
            kind = "definitions" if block.terms else "bullets" if block.start is None else block.start
            yield f"list {where} {kind} {'tight' if block.tight else 'loose'}"
            for number, item in enumerate(block.items):
                yield "  term" if number in block.terms else "  item"
                yield from _indent(_indent(_blocks(item)))
        case Quote():
            yield f"quote {where}"
            yield from _indent(_blocks(block.blocks))
        case CodeBlock():
            yield f"code {where} [{block.info}] {block.text!r}"
        case Table():
            yield f"table {where} {'/'.join(side or '-' for side in block.align)}"
            for row in (block.head, *block.rows):
                yield "  | " + " | ".join(_inlines(cell.children) for cell in row)
        case FigureGrid():
            yield f"grid {where}"
            for row in block.rows:
                yield "  | " + " | ".join(_inlines(cell.children) for cell in row)
        case RawBlock():
            yield f"html {where} {block.html!r}"
        case Video():
            yield f"video {where} {block.src}"
        case Annotations():
            for annotation in block.items:
                yield from _annotation(annotation)
        case Credit():
            yield f"credit {where}"
            yield from _indent(_blocks(block.blocks))
        case _:
            yield f"rule {where}"


def _annotation(note: Annotation) -> Iterator[str]:
    answered = " answered" if note.answered else ""
    yield f"{note.kind} {note.span.line}:{note.span.col} #{note.anchor} {note.place} [{note.original.lang}]{answered}"
    yield f"  source {note.original.source!r}"
    yield from _indent(_blocks(note.original.blocks))
    for passage in note.translations:
        yield f"  in {passage.lang}: {passage.source!r}"


def _inlines(children: Sequence[Inline]) -> str:
    parts = []
    for node in children:
        match node:
            case Link():
                parts.append(f"<{'bare' if node.bare else 'link'} {node.dest}: {_inlines(node.children)}>")
            case Image():
                parts.append(f"<image {node.dest} alt={node.alt!r}{node.width and f' width={node.width}'}>")
            case Math():
                parts.append(f"<{'display' if node.display else 'math'} {node.tex}>")
            case RawInline():
                parts.append(f"<html {node.html!r}>")
            case Mark():
                parts.append(f"<mark {node.kind} {node.sign}>")
            case Remark():
                parts.append(
                    f"<remark {node.annotation.kind} #{node.annotation.anchor} {node.annotation.original.source!r}>"
                )
            case SlideRef():
                parts.append(f"<slide {node.label}>")
            case _ if isinstance(node, Nesting):
                parts.append(f"<{type(node).__name__.lower()}: {_inlines(node.children)}>")
            case _ if not node:
                parts.append("<br>" if type(node).__name__ == "HardBreak" else "<nl>")
            case _:
                parts.append(plain([node]))
    return "".join(parts)
