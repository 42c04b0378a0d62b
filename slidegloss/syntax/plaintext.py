"""The visible text of the syntax tree, on one line: for excerpts, labels and search."""

from __future__ import annotations

from collections.abc import Iterable

from slidegloss.nodes import (
    Annotations,
    Block,
    Code,
    CodeBlock,
    Credit,
    FigureGrid,
    Footnote,
    FootnoteRef,
    HardBreak,
    Heading,
    Image,
    Inline,
    ListBlock,
    Mark,
    Math,
    Paragraph,
    Quote,
    RawBlock,
    RawInline,
    Remark,
    Rule,
    SlideRef,
    SoftBreak,
    Table,
    Text,
    Video,
)


def plain_text(children: Iterable[Inline]) -> str:
    """Return the visible text of inlines on one line; formulas as TeX, images as their alt text."""
    out: list[str] = []
    _plain(children, out)
    return " ".join("".join(out).split())


def _plain(children: Iterable[Inline], out: list[str]) -> None:
    for node in children:
        match node:
            case Text(text=text) | Code(text=text) | SlideRef(text=text):
                out.append(text)
            case FootnoteRef():
                pass
            case SoftBreak() | HardBreak():
                out.append(" ")
            case Math():
                out.append(node.tex)
            case Image():
                out.append(node.alt)
            case Mark():
                out.append(node.sign)
            case Remark():
                out.append(plain_blocks(node.annotation.original.blocks))
            case RawInline():
                out.append(" " if node.html[:3].lower() == "<br" else "")
            case _:
                _plain(node.children, out)


def plain_blocks(blocks: Iterable[Block]) -> str:
    """Return the visible text of blocks on one line, for excerpts and search."""
    out: list[str] = []
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                out.append(plain_text(block.children))
            case ListBlock():
                out.extend(plain_blocks(item) for item in block.items)
            case Quote() | Footnote() | Credit():
                out.append(plain_blocks(block.blocks))
            case CodeBlock():
                out.append(" ".join(block.text.split()))
            case Table():
                out.extend(plain_text(cell.children) for row in (block.head, *block.rows) for cell in row)
            case FigureGrid():
                out.extend(plain_text(cell.children) for row in block.rows for cell in row)
            case Annotations():
                out.extend(plain_blocks(item.original.blocks) for item in block.items)
            case Video():
                out.append(block.title)
            case Rule() | RawBlock():
                pass
    return " ".join(part for part in out if part)
