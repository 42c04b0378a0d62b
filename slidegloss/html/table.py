"""Figures, tables and figure grids as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from slidegloss.html.context import Context, Room, clip, esc, is_safe_url
from slidegloss.html.figure import figure_id, image
from slidegloss.html.inline import leaf, pair, raw_inline
from slidegloss.nodes import Cell, FigureGrid, HardBreak, Image, Inline, Link, RawInline, SoftBreak, Table, Text
from slidegloss.notes.paper_columns import columns_of
from slidegloss.syntax.anchors import only_images
from slidegloss.syntax.plaintext import plain_text
from slidegloss.syntax.tree import holds_image


def figures_html(nodes: Iterable[Image | Link | RawInline], ctx: Context) -> list[str]:
    """Return each image as a `<figure>`."""
    out = []
    for node in nodes:
        anchor = figure_id(node, ctx)
        if isinstance(node, Link):
            inner = node.children[0]
            href = ctx.href(node.dest, node.span)
            safe = href if href is not None and is_safe_url(href) and is_safe_url(node.dest) else None
            assert isinstance(inner, Image)  # noqa: S101 - only_images let nothing else through
            out.append(_figure(inner, ctx, link=safe, anchor=anchor))
        elif isinstance(node, RawInline):
            out.append(f'<figure class="sg-figure"{anchor}>{raw_inline(node, ctx)}</figure>')
        else:
            out.append(_figure(node, ctx, link=None, anchor=anchor))
    return out


def _figure(node: Image, ctx: Context, *, link: str | None, anchor: str) -> str:
    return image(
        node.dest,
        node.span,
        ctx,
        alt=node.alt,
        title=node.title,
        width=node.width,
        block=True,
        link=link,
        anchor=anchor,
    )


def _cell(cell: Cell, ctx: Context) -> str:
    return pair(cell.children, cell.source, leaf(cell.children, ctx).html, ctx)


def _css(align: str, role: str) -> str:
    names = [name for name in (f"sg-{align}" if align else "", f"sg-p-{role}" if role else "") if name]
    return f' class="{" ".join(names)}"' if names else ""


def _for_role(role: str, row: Sequence[Cell], roles: Mapping[int, str], ctx: Context) -> Context:
    """Return the look-ups for a cell of a paper table: its name is the link, and a bare "link" says what it leads to."""
    if role == "name":
        return ctx._replace(cite_as_link=True)
    if role == "link":
        name = next((column for column, other in roles.items() if other == "name"), -1)
        about = clip(plain_text(row[name].children), 80) if 0 <= name < len(row) else ""
        return ctx._replace(cite=lambda _: None, link_about=about)
    return ctx


def table_html(node: Table, ctx: Context) -> str:
    """Return a table in a region that scrolls; a table of header cells only is a box."""
    if not node.rows:
        cells = "".join(
            f'<div class="sg-box__cell{f" sg-{align}" if align else ""}">{_cell(cell, ctx)}</div>'
            for align, cell in zip(node.align, node.head, strict=False)
            if cell.children
        )
        return f'<div class="sg-box">{cells}</div>'
    # the label is in the edition's words, the rows are mostly not
    rows = ctx._replace(room="cell").made(node, _rows)
    words = ", ".join(filter(None, (plain_text(cell.children) for cell in node.head)))
    title = clip(": ".join(filter(None, (ctx.word("table"), words))), 100)
    return f'<div class="sg-table" tabindex="0" role="region" aria-label="{esc(title)}">{rows}</div>'


def _rows(node: Table, ctx: Context) -> str:
    roles = {column: role for role, column in (columns_of(node) or {}).items()}
    aligned = [_css(name, roles.get(column, "")) for column, name in enumerate(node.align)]
    head = "".join(
        f'<th scope="col"{css}>{_cell(cell, ctx)}</th>' if cell.children else f"<td{css}></td>"
        for css, cell in zip(aligned, node.head, strict=False)
    )
    rows = "\n".join(
        "<tr>"
        + "".join(
            f"<td{css}>{_cell(cell, _for_role(roles.get(column, ''), row, roles, ctx))}</td>"
            for column, (css, cell) in enumerate(zip(aligned, row, strict=False))
        )
        + "</tr>"
        for row in node.rows
    )
    top = f"<thead>\n<tr>{head}</tr>\n</thead>\n" if node.head else ""
    return f"<table>\n{top}<tbody>\n{rows}\n</tbody>\n</table>"


def grid_html(node: FigureGrid, ctx: Context) -> str:
    """Return a figure table as cards: a row with one figure is one card, else each cell that is not empty."""
    cards: list[list[Cell]] = []
    for row in node.rows:
        cells = [cell for cell in row if cell.children]
        pictures = [cell for cell in cells if holds_image(cell.children)]
        groups = (
            [[*pictures, *(c for c in cells if c is not pictures[0])]] if len(pictures) == 1 else [[c] for c in cells]
        )
        cards.extend(groups)
    rooms: tuple[Room, ...] = ("card1", "card2", "card3")
    inside = ctx._replace(room=rooms[min(len(cards), 3) - 1]) if cards else ctx
    shown = "\n".join(f'<div class="sg-card">{_card(group, inside)}</div>' for group in cards)
    return f'<div class="sg-grid">{shown}</div>' if cards else ""


def _card(cells: Sequence[Cell], ctx: Context) -> str:
    figures: list[str] = []
    texts: list[str] = []
    for cell in cells:
        images = [node for node in cell.children if only_images((node,))]
        figures.extend(figures_html(only_images(images), ctx))
        rest = _trimmed([node for node in cell.children if not only_images((node,))])
        text = leaf(rest, ctx).html if rest else ""
        text = pair(rest, cell.source, text, ctx, tag="div") if rest else ""
        if text.strip():
            texts.append(f'<div class="sg-card__text">{text}</div>')
    return "".join(figures + texts)


def _trimmed(children: list[Inline]) -> list[Inline]:
    """Drop line breaks and blanks at both ends, which separated a caption from its figure."""

    def is_space(node: Inline) -> bool:
        return (
            isinstance(node, (SoftBreak, HardBreak))
            or (isinstance(node, Text) and not node.text.strip())
            or (isinstance(node, RawInline) and node.html[:3].lower() == "<br")
        )

    first, last = 0, len(children)
    while first < last and is_space(children[first]):
        first += 1
    while last > first and is_space(children[last - 1]):
        last -= 1
    return children[first:last]
