"""From the syntax tree to the HTML of one edition.

Every function takes nodes and a `Context` of pure look-ups and returns a string; what is found on the way (removed HTML,
failed formulas) is appended to `Context.sink`. No inline style and no script is written: colours, icons and widths are
classes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.html.captions import caption_after
from slidegloss.html.codeblocks import code_block
from slidegloss.html.context import (
    CiteView,
    Context,
    FigureView,
    MissingView,
    Translated,
    clip,
    esc,
    html_lang,
)
from slidegloss.html.diagrams import diagram
from slidegloss.html.figure import figure_id, is_badge, video
from slidegloss.html.inline import (
    leaf,
    leaf_lang,
    math_markup,
    note_html,
    pair,
    render_inlines,
    translation,
)
from slidegloss.html.rawhtml import Own, Piece, Raw, clean
from slidegloss.html.table import figures_html, grid_html, table_html
from slidegloss.nodes import (
    Annotations,
    Block,
    CodeBlock,
    Credit,
    FigureGrid,
    Footnote,
    HardBreak,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Math,
    Paragraph,
    Quote,
    RawBlock,
    RawInline,
    Rule,
    SoftBreak,
    Table,
    Text,
    Video,
)
from slidegloss.notes.annotations import answers_among
from slidegloss.syntax.anchors import only_images
from slidegloss.syntax.plaintext import plain_blocks, plain_text
from slidegloss.syntax.rawtokens import raw_runs
from slidegloss.syntax.tree import is_diagram

__all__ = [
    "CiteView",
    "Context",
    "FigureView",
    "HeadingPart",
    "HtmlPart",
    "MissingView",
    "Part",
    "Translated",
    "esc",
    "heading_html",
    "heading_label",
    "html_lang",
    "plain_blocks",
    "plain_text",
    "render_blocks",
    "render_inlines",
    "render_slide_body",
]


# --- blocks -----------------------------------------------------------------------------------------------------------


def render_blocks(blocks: Sequence[Block], ctx: Context) -> str:
    """Return blocks as HTML, one after the other, annotations where they stand."""
    if len(blocks) == 1:  # as most remarks and items
        return _BLOCK[type(blocks[0])](blocks[0], ctx)
    return "\n".join([part for _, part in _rendered(blocks, ctx) if part])


def _rendered(blocks: Sequence[Block], ctx: Context) -> list[tuple[Block | None, str]]:
    """Render each block; a run of blocks inside an author's HTML element comes out as one piece without a node."""
    if RawBlock not in map(type, blocks):
        return _with_captions(blocks, ctx)
    out: list[tuple[Block | None, str]] = []
    at = 0
    for first, last in raw_runs(tuple(blocks)):
        out.extend(_with_captions(blocks[at:first], ctx))
        out.append((None, _raw_run(blocks[first : last + 1], ctx)))
        at = last + 1
    out.extend(_with_captions(blocks[at:], ctx))
    return out


def _with_captions(blocks: Sequence[Block], ctx: Context) -> list[tuple[Block | None, str]]:
    """Render each block; a citation line after a figure becomes its `<figcaption>`, the same text in the same place."""
    captions = caption_after(blocks)
    out: list[tuple[Block | None, str]] = []
    for at, block in enumerate(blocks):
        html = ctx.made(block, _BLOCK[type(block)])
        if at - 1 in captions and out[-1][1].endswith("</figure>"):
            figure, above = out[-1]
            caption = html.removeprefix("<p>").removesuffix("</p>") if html.count("<p") == 1 else html
            out[-1] = (figure, f"{above.removesuffix('</figure>')}\n<figcaption>{caption}</figcaption></figure>")
        else:
            out.append((block, html))
    return out


def _raw_run(blocks: Sequence[Block], ctx: Context) -> str:
    pieces: list[Piece] = []
    for block in blocks:
        if isinstance(block, RawBlock):
            pieces.append(Raw(block.html, block.span))
        else:
            pieces.append(Own(_BLOCK[type(block)](block, ctx), block=True))
    done = clean(pieces, ctx)
    html = done.html.strip()
    bare = html and not done.has_block and len(blocks) == 1
    return f'<div class="sg-p">{html}</div>' if bare else html


def _display_only(children: Sequence[Inline]) -> list[Math]:
    found = []
    for node in children:
        if isinstance(node, Math) and node.display:
            found.append(node)
        elif not isinstance(node, (SoftBreak, HardBreak)) and not (isinstance(node, Text) and not node.text.strip()):
            return []
    return found


def _math_block(node: Math, ctx: Context) -> str:
    label = clip(f"{ctx.word('formula')} {node.tex}", 80)
    return f'<div class="sg-math" tabindex="0" role="group" aria-label="{esc(label)}">{math_markup(node, ctx)}</div>'


def _content(node: Paragraph, ctx: Context) -> tuple[str, bool]:
    """Return a paragraph's HTML without its `<p>`, and whether it must stay without."""
    first = node.children[0] if node.children else None
    if type(first) is not Text or not first.text.strip():  # most paragraphs start with words
        images = only_images(node.children)
        if images and not all(_is_badge(image, ctx) for image in images):
            return "\n".join(figures_html(images, ctx)), True
        if formulas := _display_only(node.children):
            return "\n".join(_math_block(formula, ctx) for formula in formulas), True
    done = leaf(node.children, ctx)
    return (f'<div class="sg-p">{done.html}</div>', True) if done.has_block else (done.html, False)


def _is_badge(node: Image | Link | RawInline, ctx: Context) -> bool:
    shown = node.children[0] if isinstance(node, Link) else node
    return isinstance(shown, Image) and is_badge(shown, ctx)


def _paragraph(node: Paragraph, ctx: Context) -> str:
    html, finished = _content(node, ctx)
    if finished or not html.strip():
        return pair(node.children, node.source, html, ctx, tag="div", body=render_blocks, wrap="div")
    translated = translation(node.source, ctx, "div", render_blocks)
    css = ' class="sg-src"' if translated else ""
    return f"<p{css}{ctx.lang_attr(leaf_lang(node.children, ctx))}>{html}</p>{translated}"


def _heading(node: Heading, ctx: Context) -> str:
    anchor = f' id="{esc(node.anchor)}"' if ctx.ids and node.anchor else ""
    return f"<h{node.level}{anchor}>{heading_html(node, ctx)}</h{node.level}>"


def heading_html(node: Heading, ctx: Context) -> str:
    """Return what stands in a heading: its text, in its language, and its translation."""
    return pair(node.children, node.source, render_inlines(node.children, ctx), ctx)


def heading_label(node: Heading, ctx: Context) -> str:
    """Return a heading as plain text for the contents: in the edition's language where there is a translation."""
    found = ctx.translation(node.source) if ctx.translate else None
    return (plain_blocks(found.blocks) if found else plain_text(node.children)).strip()


def _list(node: ListBlock, ctx: Context) -> str:
    if node.terms:
        parts = []
        for at, item in enumerate(node.items):
            tag, tight = ("dt", True) if at in node.terms else ("dd", node.tight)
            parts.append(f"<{tag}>{_item(item, ctx, tight=tight)}</{tag}>")
        return "<dl>\n" + "\n".join(parts) + "\n</dl>"
    tag = "ul" if node.start is None else "ol"
    start = f' start="{node.start}"' if node.start not in {None, 1} else ""
    items = "\n".join(f"<li{_task(item)}>{_item(item, ctx, tight=node.tight)}</li>" for item in node.items)
    return f"<{tag}{start}>\n{items}\n</{tag}>"


def _task(item: Sequence[Block]) -> str:
    """Return the attribute of an item that begins with a box to tick."""
    first = item[0].children[:1] if item and isinstance(item[0], Paragraph) else ()
    return ' class="sg-task"' if first and isinstance(first[0], Text) and first[0].text.startswith(("☐ ", "☑ ")) else ""


def _item(blocks: Sequence[Block], ctx: Context, *, tight: bool) -> str:
    if not tight or RawBlock in map(type, blocks):
        return render_blocks(blocks, ctx)
    parts = []
    for block in blocks:
        if isinstance(block, Paragraph):
            html, finished = _content(block, ctx)
            wrap = "div" if finished else "span"
            parts.append(pair(block.children, block.source, html, ctx, tag="div", body=render_blocks, wrap=wrap))
        else:
            parts.append(_BLOCK[type(block)](block, ctx))
    return "\n".join(parts)


def _quote(node: Quote, ctx: Context) -> str:
    return f"<blockquote>\n{render_blocks(node.blocks, ctx)}\n</blockquote>"


def _footnote(node: Footnote, ctx: Context) -> str:
    anchor = f' id="{esc(node.anchor)}"' if ctx.ids and node.anchor else ""
    return f'<div class="sg-footnote"{anchor}><sup>{esc(node.label)}</sup><div>\n{render_blocks(node.blocks, ctx)}\n</div></div>'


def _code_block(node: CodeBlock, ctx: Context) -> str:
    if is_diagram(node):
        return diagram(node, ctx)
    return code_block(node.info, node.text)


def _raw_block(node: RawBlock, ctx: Context) -> str:
    return _raw_run((node,), ctx)


def _video(node: Video, ctx: Context) -> str:
    return f'<figure class="sg-figure"{figure_id(node, ctx)}>{video(node.src, node.title, node.span, ctx)}</figure>'


def _credit(node: Credit, ctx: Context) -> str:
    return f'<footer class="sg-credit">\n{render_blocks(node.blocks, ctx)}\n</footer>'


_BLOCK: dict[type, Callable[[Any, Context], str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    ListBlock: _list,
    Quote: _quote,
    Footnote: _footnote,
    CodeBlock: _code_block,
    Table: table_html,
    FigureGrid: grid_html,
    Rule: lambda _node, _ctx: "<hr>",
    RawBlock: _raw_block,
    Video: _video,
    Annotations: lambda node, ctx: _aside((node,), ctx),
    Credit: _credit,
}


def _aside(runs: Sequence[Annotations], ctx: Context) -> str:
    notes = [note for run in runs for note in run.items]
    if not notes:
        return ""
    answers = frozenset().union(*(answers_among(run.items) for run in runs))
    # the anchor makes the label of each landmark its own
    label = f"{ctx.word('notes')} {notes[0].anchor.upper()}"
    inside = ctx._replace(in_link=False, room="note")
    body = "\n".join(note_html(note, inside, render_blocks, answer=note.anchor in answers) for note in notes)
    return f'<aside class="sg-notes" aria-label="{esc(label)}">{body}</aside>'


# --- slides -----------------------------------------------------------------------------------------------------------


class HtmlPart(NamedTuple):
    """Finished HTML between two headings."""

    html: str
    elements: int = 1
    """How many stand in it side by side."""


class HeadingPart(NamedTuple):
    """A heading that structures the page: the page writes it as a Markdown heading."""

    level: int
    html: str
    anchor: str
    plain: str


Part = HtmlPart | HeadingPart


def render_slide_body(blocks: Sequence[Block], ctx: Context) -> tuple[Part, ...]:
    """Return the body of a slide: rows of content with their annotations beside them, split at top-level headings.

    A run of annotations belongs beside the blocks before it, back to the run before. The main column carries the deck's
    language when that is not the edition's.
    """
    parts: list[Part] = []
    rows: list[str] = []
    main: list[str] = []
    runs: list[Annotations] = []
    inside = ctx.within(ctx.source_lang)

    def end_row() -> None:
        if main or runs:
            rows.append(_row(main, runs, ctx))
            main.clear()
            runs.clear()

    def end_part() -> None:
        end_row()
        if rows:
            parts.append(HtmlPart("\n".join(rows), len(rows)))
            rows.clear()

    for block, html in inside.made(blocks, _rendered_for_rows):
        if type(block) is Annotations:
            runs.append(block)
        elif type(block) is Heading:
            end_part()
            parts.append(heading_part(block, ctx))
        elif html:
            if runs:
                end_row()
            main.append(html)
    end_part()
    return tuple(parts)


def heading_part(node: Heading, ctx: Context) -> HeadingPart:
    """Return a heading for the page's structure; its HTML says its language when that is not the edition's."""
    return HeadingPart(node.level, heading_html(node, ctx), node.anchor, heading_label(node, ctx))


_APART = frozenset({Annotations, Heading})
"""What stands beside or between rows."""


def _rendered_for_rows(blocks: Sequence[Block], ctx: Context) -> Sequence[tuple[Block | None, str]]:
    """Like `_rendered`, but leave annotations and headings outside of HTML elements to the caller."""
    covered: set[int] = set()
    if RawBlock in map(type, blocks):
        covered = {i for first, last in raw_runs(tuple(blocks)) for i in range(first, last + 1)}
    out: list[tuple[Block | None, str]] = []
    pending: list[Block] = []
    for i, block in enumerate(blocks):
        if type(block) in _APART and i not in covered:
            if pending:
                out.extend(_rendered(pending, ctx))
                pending = []
            out.append((block, ""))
        else:
            pending.append(block)
    out.extend(_rendered(pending, ctx))
    # what came out of an HTML element is opaque: a heading or a run inside it stays inside
    return [(None, html) if html else (block, html) for block, html in out]


def _row(main: Sequence[str], runs: Sequence[Annotations], ctx: Context) -> str:
    lang = ctx.lang_attr(ctx.source_lang) if main else ""
    body = "\n".join(main)
    return f'<div class="sg-row"><div class="sg-main"{lang}>{body}</div>{_aside(runs, ctx)}</div>'
