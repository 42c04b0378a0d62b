"""From the syntax tree to the HTML of one edition.

Every function takes nodes and a `Context` of pure look-ups and returns a string; what is found on the way (removed HTML,
failed formulas) is appended to `Context.sink`. No inline style and no script is written: colours, icons and widths are
classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from slidegloss.highlight import code_block, language
from slidegloss.htmlcontext import (
    STRING_KEYS,
    CiteView,
    Context,
    FigureView,
    MissingView,
    Translated,
    clip,
    esc,
    html_lang,
    is_safe_url,
)
from slidegloss.htmlfigure import image, video
from slidegloss.model import Annotation
from slidegloss.nodes import (
    Annotations,
    Block,
    Cell,
    Cite,
    Code,
    CodeBlock,
    Credit,
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
    SlideRef,
    SoftBreak,
    Strikethrough,
    Strong,
    Table,
    Text,
    Video,
)
from slidegloss.rawhtml import Cleaned, Own, OwnTag, OwnText, Piece, Raw, clean, raw_runs

__all__ = [
    "STRING_KEYS",
    "CiteView",
    "Context",
    "FigureView",
    "HeadingPart",
    "HtmlPart",
    "MissingView",
    "Part",
    "Translated",
    "esc",
    "html_lang",
    "plain_blocks",
    "plain_text",
    "render_blocks",
    "render_inlines",
    "render_slide_body",
]

_WRAPPED = {Emphasis: "em", Strong: "strong", Strikethrough: "del"}
_HOLDERS = (Emphasis, Strong, Strikethrough, Link, Cite)


# --- text only --------------------------------------------------------------------------------------------------------


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
            case Quote() | Credit():
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


# --- inlines ----------------------------------------------------------------------------------------------------------


def render_inlines(children: Sequence[Inline], ctx: Context) -> str:
    """Return inlines as HTML that may stand in a heading, a link or a paragraph: an author's block tags become spans."""
    return _leaf(children, ctx, inline_only=True).html


def _leaf(children: Sequence[Inline], ctx: Context, *, inline_only: bool = False) -> Cleaned:
    if not _has_raw(children):
        return Cleaned(_inlines(children, ctx), has_block=False)
    pieces: list[Piece] = []
    _pieces(children, ctx, pieces)
    return clean(pieces, ctx, inline_only=inline_only)


def _has_raw(children: Sequence[Inline]) -> bool:
    for node in children:
        kind = type(node)
        if kind is RawInline or (kind in _HOLDERS and _has_raw(node.children)):  # type: ignore[union-attr]
            return True
    return False


def _inlines(children: Iterable[Inline], ctx: Context) -> str:
    return "".join([_INLINE[type(node)](node, ctx) for node in children])


def _pieces(children: Iterable[Inline], ctx: Context, out: list[Piece]) -> None:
    """Flatten inlines among which the author's tags stand, so that all tags can be balanced together."""
    outside = ctx
    for node in children:
        kind = type(node)
        if isinstance(node, RawInline):
            out.append(Raw(node.html, node.span))
            name = node.html[:3].lower()
            if name in {"<a ", "<a\n", "</a"}:  # what stands between an author's <a> and </a> must hold no link
                ctx = outside if name == "</a" else replace(outside, in_link=True)
        elif isinstance(node, Text | SoftBreak | HardBreak):
            out.append(OwnText(_INLINE[kind](node, ctx)))
        elif kind in _WRAPPED:
            tag = _WRAPPED[kind]
            out.append(OwnTag(tag))
            _pieces(node.children, ctx, out)  # type: ignore[union-attr]
            out.append(OwnTag(tag, close=True))
        elif isinstance(node, Cite):
            out.append(OwnTag("span", ' class="sg-cite"'))
            _pieces(node.children, ctx, out)
            if chip := _chip(node.index, ctx):
                out.append(Own(chip))
            out.append(OwnTag("span", close=True))
        elif isinstance(node, Link) and not ctx.in_link and _has_raw(node.children):
            attrs = _link_attrs(node, ctx) or f' class="sg-broken" title="{esc(node.dest)}"'
            out.append(OwnTag("a", attrs))
            _pieces(node.children, replace(ctx, in_link=True), out)
            out.append(OwnTag("a", close=True))
        elif isinstance(node, Link) and ctx.in_link:
            _pieces(node.children, ctx, out)
        else:
            out.append(Own(_INLINE[kind](node, ctx)))


def _text(node: Text, _ctx: Context) -> str:
    return esc(node.text)


def _code(node: Code, _ctx: Context) -> str:
    return f"<code>{esc(node.text)}</code>"


def _wrapped(node: Emphasis | Strong | Strikethrough, ctx: Context) -> str:
    tag = _WRAPPED[type(node)]
    return f"<{tag}>{_inlines(node.children, ctx)}</{tag}>"


def _link_attrs(node: Link, ctx: Context) -> str:
    """Return the attributes of a link, or nothing when it is broken."""
    href = ctx.href(node.dest, node.span)
    if href is None or not is_safe_url(href) or not is_safe_url(node.dest):
        return ""
    title = f' title="{esc(node.title)}"' if node.title else ""
    return f' href="{esc(href)}"{title}'


def _link(node: Link, ctx: Context) -> str:
    if ctx.in_link:
        return _inlines(node.children, ctx)
    attrs = _link_attrs(node, ctx)
    inner = _inlines(node.children, replace(ctx, in_link=True))
    if not attrs:
        return f'<span class="sg-broken" title="{esc(node.dest)}">{inner}</span>'
    return f"<a{attrs}>{inner or esc(node.dest)}</a>"


def _image(node: Image, ctx: Context) -> str:
    return image(node.dest, node.span, ctx, alt=node.alt, title=node.title)


def _math_markup(node: Math, ctx: Context) -> str:
    markup, problems = ctx.math(node, ctx.path)
    ctx.sink.extend(problems)
    return markup


def _math(node: Math, ctx: Context) -> str:
    css = "sg-math sg-math--display" if node.display else "sg-math"
    return f'<span class="{css}">{_math_markup(node, ctx)}</span>'


def _icon(kind: str) -> str:
    return f'<span class="sg-icon sg-icon--{esc(kind)}" aria-hidden="true"></span>'


def _kind_word(kind: str, ctx: Context) -> str:
    return ctx.strings.get(f"note_kind_{kind}") or ctx.signs.get(kind) or kind


def _mark(node: Mark, ctx: Context) -> str:
    kind = esc(node.kind)
    label = esc(_kind_word(node.kind, ctx))
    return f'<span class="sg-mark sg-mark--{kind}">{_icon(node.kind)}<span class="sg-sr">{label}</span></span>'


def _chip(index: int, ctx: Context) -> str:
    view = ctx.cite(index)
    if view is None:
        return ""
    where = " ".join(str(part) for part in (view.venue, view.year) if part)
    inner = f'<span class="sg-chip__name">{esc(view.short)}</span>'
    if where:
        inner += f' <span class="sg-chip__venue">{esc(where)}</span>'
    if view.href and not ctx.in_link and is_safe_url(view.href):
        return f' <a class="sg-chip" href="{esc(view.href)}">{inner}</a>'
    return f' <span class="sg-chip">{inner}</span>'


def _cite(node: Cite, ctx: Context) -> str:
    return f'<span class="sg-cite">{_inlines(node.children, ctx)}{_chip(node.index, ctx)}</span>'


def _slide_ref(node: SlideRef, ctx: Context) -> str:
    href = None if ctx.in_link else ctx.slide_href(node.label)
    return esc(node.text) if href is None else f'<a class="sg-slideref" href="{esc(href)}">{esc(node.text)}</a>'


def _raw_inline(node: RawInline, ctx: Context) -> str:
    return clean([Raw(node.html, node.span)], ctx, inline_only=True).html


def _remark(node: Remark, ctx: Context) -> str:
    return _note(node.annotation, ctx, inline=True)


_INLINE: dict[type, Callable[[Any, Context], str]] = {
    Text: _text,
    Code: _code,
    Emphasis: _wrapped,
    Strong: _wrapped,
    Strikethrough: _wrapped,
    Link: _link,
    Image: _image,
    Math: _math,
    RawInline: _raw_inline,
    SoftBreak: lambda _node, _ctx: "\n",
    HardBreak: lambda _node, _ctx: "<br>\n",
    Mark: _mark,
    Remark: _remark,
    SlideRef: _slide_ref,
    Cite: _cite,
}


def _as_inline(blocks: Iterable[Block], ctx: Context) -> str:
    """Return blocks as HTML that may stand inside a sentence; their text, figures and formulas all stay."""
    out: list[str] = []
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                out.append(render_inlines(block.children, ctx))
            case ListBlock():
                for number, item in enumerate(block.items, block.start or 0):
                    sign = "•" if block.start is None else f"{number}."
                    out.append(f"{sign} {_as_inline(item, ctx)}")
            case Quote() | Credit():
                out.append(_as_inline(block.blocks, ctx))
            case CodeBlock():
                out.append(f"<code>{esc(block.text.rstrip())}</code>")
            case Table():
                rows = (row for row in (block.head, *block.rows) if row)
                out.extend(" | ".join(render_inlines(cell.children, ctx) for cell in row) for row in rows)
            case FigureGrid():
                out.extend(render_inlines(cell.children, ctx) for row in block.rows for cell in row if cell.children)
            case Video():
                out.append(video(block.src, block.title, block.span, ctx))
            case RawBlock():
                out.append(clean([Raw(block.html, block.span)], ctx, inline_only=True).html)
            case Annotations():
                out.extend(_note(item, ctx, inline=True) for item in block.items)
            case Rule():
                pass
    return "<br>\n".join(part for part in out if part)


# --- translations and annotations -------------------------------------------------------------------------------------


def _in_translation(lang: str, ctx: Context) -> Context:
    return replace(ctx, around=lang, translate=False, ids=False)


def _fuzzy(ctx: Context) -> str:
    return f' <small class="sg-fuzzy">{esc(ctx.word("translation_fuzzy"))}</small>'


def _translation(source: str, ctx: Context, tag: str) -> str:
    """Return the translation of a paragraph, heading or cell as `<div|span class="sg-tr">`, or nothing."""
    found = ctx.translation(source) if ctx.translate and source.strip() else None
    if found is None:
        return ""
    inside = _in_translation(found.lang, ctx)
    if tag == "span" or _is_plain_paragraph(found.blocks):
        inner = _as_inline(found.blocks, inside)
    else:
        inner = render_blocks(found.blocks, inside)
    old = found.status == "fuzzy"
    css = "sg-tr sg-tr--fuzzy" if old else "sg-tr"
    mark = _fuzzy(ctx) if old else ""
    return f'<{tag} class="{css}"{ctx.lang_attr(found.lang)}>{inner}{mark}</{tag}>'


def _is_plain_paragraph(blocks: Sequence[Block]) -> bool:
    return len(blocks) == 1 and isinstance(blocks[0], Paragraph) and not _has_raw(blocks[0].children)


def _versions(note: Annotation, ctx: Context) -> list[Translated]:
    """Return the translations of an annotation: those written in place first, then the catalogue's."""
    found = [Translated(passage.blocks, passage.lang, "current") for passage in note.translations]
    if ctx.translate and not any(version.lang == ctx.lang for version in found):
        stored = ctx.translation(note.original.source)
        if stored is not None and all(version.lang != stored.lang for version in found):
            found.append(stored)
    return found


def _note(note: Annotation, ctx: Context, *, inline: bool) -> str:
    tag = "span" if inline else "div"
    body = _as_inline if inline else render_blocks
    kind = esc(note.kind)
    word = _kind_word(note.kind, ctx)
    classes = ["sg-note", "sg-note--inline", f"sg-note--{kind}"] if inline else ["sg-note", f"sg-note--{kind}"]
    if note.kind == "question":
        classes.append("sg-note--answered" if note.answered else "sg-note--open")
        word += f" · {ctx.word('note_answered' if note.answered else 'note_open')}"
    label = f"{_icon(note.kind)}{esc(word)}"
    anchor = esc(note.anchor)
    if ctx.in_link or not ctx.ids:
        label = f'<span class="sg-note__label">{label}</span>'
    else:
        label = f'<a class="sg-note__label" href="#{anchor}">{label}</a>'
    name = f' id="{anchor}"' if ctx.ids else ""
    out = [f'<{tag} class="{" ".join(classes)}"{name} data-kind="{kind}">{label}']
    own = note.original.lang
    inside = replace(ctx.within(own), translate=False)
    css = "sg-note__text sg-note__text--"
    out.append(f'<{tag} class="{css}original"{ctx.lang_attr(own)}>{body(note.original.blocks, inside)}</{tag}>')
    for version in _versions(note, ctx):
        old = version.status == "fuzzy"
        css_now = f"{css}translation sg-note__text--fuzzy" if old else f"{css}translation"
        text = body(version.blocks, _in_translation(version.lang, ctx))
        mark = _fuzzy(ctx) if old else ""
        out.append(f'<{tag} class="{css_now}"{ctx.lang_attr(version.lang)}>{text}{mark}</{tag}>')
    out.append(f"</{tag}>")
    return "".join(out)


def _aside(runs: Sequence[Annotations], ctx: Context) -> str:
    notes = [note for run in runs for note in run.items]
    if not notes:
        return ""
    # the anchor makes the label of each landmark its own
    label = f"{ctx.word('notes')} {notes[0].anchor.upper()}"
    inside = replace(ctx, in_link=False)
    body = "\n".join(_note(note, inside, inline=False) for note in notes)
    return f'<aside class="sg-notes" aria-label="{esc(label)}">{body}</aside>'


# --- blocks -----------------------------------------------------------------------------------------------------------


def render_blocks(blocks: Sequence[Block], ctx: Context) -> str:
    """Return blocks as HTML, one after the other, annotations where they stand."""
    return "\n".join(part for _, part in _rendered(blocks, ctx) if part)


def _rendered(blocks: Sequence[Block], ctx: Context) -> list[tuple[Block | None, str]]:
    """Render each block; a run of blocks inside an author's HTML element comes out as one piece without a node."""
    if not any(type(block) is RawBlock for block in blocks):
        return [(block, _BLOCK[type(block)](block, ctx)) for block in blocks]
    out: list[tuple[Block | None, str]] = []
    at = 0
    for first, last in raw_runs(tuple(blocks)):
        out.extend((block, _BLOCK[type(block)](block, ctx)) for block in blocks[at:first])
        out.append((None, _raw_run(blocks[first : last + 1], ctx)))
        at = last + 1
    out.extend((block, _BLOCK[type(block)](block, ctx)) for block in blocks[at:])
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


def _only_images(children: Sequence[Inline]) -> list[Image | Link | RawInline]:
    """Return the images of a paragraph that holds nothing else, an image in a link counting as one; else nothing."""
    found: list[Image | Link | RawInline] = []
    for node in children:
        match node:
            case Image() | Link(children=(Image(),)):
                found.append(node)
            case SoftBreak() | HardBreak():
                pass
            case Text(text=text) if not text.strip():
                pass
            case RawInline(html=html) if html[:4].lower() in {"<img", "<br>", "<br/", "<br "}:
                if html[:4].lower() == "<img":
                    found.append(node)
            case _:
                return []
    return found


def _figures(nodes: Iterable[Image | Link | RawInline], ctx: Context) -> list[str]:
    out = []
    for node in nodes:
        if isinstance(node, Link):
            inner = node.children[0]
            href = ctx.href(node.dest, node.span)
            safe = href if href is not None and is_safe_url(href) and is_safe_url(node.dest) else None
            assert isinstance(inner, Image)  # noqa: S101 - _only_images let nothing else through
            out.append(image(inner.dest, inner.span, ctx, alt=inner.alt, title=inner.title, block=True, link=safe))
        elif isinstance(node, RawInline):
            out.append(f'<figure class="sg-figure">{_raw_inline(node, ctx)}</figure>')
        else:
            out.append(image(node.dest, node.span, ctx, alt=node.alt, title=node.title, block=True))
    return out


def _display_only(children: Sequence[Inline]) -> list[Math]:
    found = []
    for node in children:
        if isinstance(node, Math) and node.display:
            found.append(node)
        elif not isinstance(node, SoftBreak | HardBreak) and not (isinstance(node, Text) and not node.text.strip()):
            return []
    return found


def _math_block(node: Math, ctx: Context) -> str:
    label = clip(f"{ctx.word('formula')} {node.tex}", 80)
    return f'<div class="sg-math" tabindex="0" role="region" aria-label="{esc(label)}">{_math_markup(node, ctx)}</div>'


def _content(node: Paragraph, ctx: Context) -> tuple[str, bool]:
    """Return a paragraph's HTML without its `<p>`, and whether it must stay without."""
    if images := _only_images(node.children):
        return "\n".join(_figures(images, ctx)), True
    if formulas := _display_only(node.children):
        return "\n".join(_math_block(formula, ctx) for formula in formulas), True
    done = _leaf(node.children, ctx)
    return (f'<div class="sg-p">{done.html}</div>', True) if done.has_block else (done.html, False)


def _paragraph(node: Paragraph, ctx: Context) -> str:
    html, finished = _content(node, ctx)
    if finished:
        shown = html
    elif not html.strip():
        shown = ""
    else:
        shown = f"<p>{html}</p>"
    return shown + _translation(node.source, ctx, "div")


def _heading(node: Heading, ctx: Context) -> str:
    anchor = f' id="{esc(node.anchor)}"' if ctx.ids and node.anchor else ""
    return f"<h{node.level}{anchor}>{_heading_inner(node, ctx)}</h{node.level}>"


def _heading_inner(node: Heading, ctx: Context) -> str:
    translated = _translation(node.source, ctx, "span")
    return render_inlines(node.children, ctx) + (f" {translated}" if translated else "")


def _list(node: ListBlock, ctx: Context) -> str:
    tag = "ul" if node.start is None else "ol"
    start = f' start="{node.start}"' if node.start not in {None, 1} else ""
    items = "\n".join(f"<li>{_item(item, ctx, tight=node.tight)}</li>" for item in node.items)
    return f"<{tag}{start}>\n{items}\n</{tag}>"


def _item(blocks: Sequence[Block], ctx: Context, *, tight: bool) -> str:
    if not tight or any(type(block) is RawBlock for block in blocks):
        return render_blocks(blocks, ctx)
    parts = []
    for block in blocks:
        if isinstance(block, Paragraph):
            parts.append(_content(block, ctx)[0] + _translation(block.source, ctx, "div"))
        else:
            parts.append(_BLOCK[type(block)](block, ctx))
    return "\n".join(parts)


def _quote(node: Quote, ctx: Context) -> str:
    return f"<blockquote>\n{render_blocks(node.blocks, ctx)}\n</blockquote>"


def _code_block(node: CodeBlock, _ctx: Context) -> str:
    if language(node.info) == "mermaid":
        return f'<figure class="sg-mermaid"><pre><code>{esc(node.text)}</code></pre></figure>'
    return code_block(node.info, node.text)


def _cell(cell: Cell, ctx: Context) -> str:
    translated = _translation(cell.source, ctx, "span")
    return _leaf(cell.children, ctx).html + (f" {translated}" if translated else "")


def _table(node: Table, ctx: Context) -> str:
    aligned = [f' class="sg-{name}"' if name else "" for name in node.align]
    if not node.rows:
        cells = "".join(
            f'<div class="sg-box__cell{f" sg-{align}" if align else ""}">{_cell(cell, ctx)}</div>'
            for align, cell in zip(node.align, node.head, strict=False)
            if cell.children
        )
        return f'<div class="sg-box">{cells}</div>'
    head = "".join(
        f'<th scope="col"{css}>{_cell(cell, ctx)}</th>' if cell.children else f"<td{css}></td>"
        for css, cell in zip(aligned, node.head, strict=False)
    )
    rows = "\n".join(
        "<tr>" + "".join(f"<td{css}>{_cell(cell, ctx)}</td>" for css, cell in zip(aligned, row, strict=False)) + "</tr>"
        for row in node.rows
    )
    title = clip(f"{ctx.word('table')}: {', '.join(filter(None, (plain_text(c.children) for c in node.head)))}", 100)
    top = f"<thead>\n<tr>{head}</tr>\n</thead>\n" if node.head else ""
    return (
        f'<div class="sg-table" tabindex="0" role="region" aria-label="{esc(title)}">'
        f"<table>\n{top}<tbody>\n{rows}\n</tbody>\n</table></div>"
    )


def _grid(node: FigureGrid, ctx: Context) -> str:
    cards: list[str] = []
    for row in node.rows:
        cells = [cell for cell in row if cell.children]
        pictures = [cell for cell in cells if _has_image(cell.children)]
        groups = (
            [[*pictures, *(c for c in cells if c is not pictures[0])]] if len(pictures) == 1 else [[c] for c in cells]
        )
        cards.extend(f'<div class="sg-card">{_card(group, ctx)}</div>' for group in groups)
    return '<div class="sg-grid">' + "\n".join(cards) + "</div>" if cards else ""


def _has_image(children: Sequence[Inline]) -> bool:
    return any(
        isinstance(node, Image)
        or (isinstance(node, RawInline) and node.html[:4].lower() == "<img")
        or (isinstance(node, _HOLDERS) and _has_image(node.children))
        for node in children
    )


def _card(cells: Sequence[Cell], ctx: Context) -> str:
    figures: list[str] = []
    texts: list[str] = []
    for cell in cells:
        images = [node for node in cell.children if _only_images((node,))]
        figures.extend(_figures(_only_images(images), ctx))
        rest = _trimmed([node for node in cell.children if not _only_images((node,))])
        text = _leaf(rest, ctx).html if rest else ""
        text += _translation(cell.source, ctx, "div") if rest else ""
        if text.strip():
            texts.append(f'<div class="sg-card__text">{text}</div>')
    return "".join(figures + texts)


def _trimmed(children: list[Inline]) -> list[Inline]:
    """Drop line breaks and blanks at both ends, which separated a caption from its figure."""

    def is_space(node: Inline) -> bool:
        return (
            isinstance(node, SoftBreak | HardBreak)
            or (isinstance(node, Text) and not node.text.strip())
            or (isinstance(node, RawInline) and node.html[:3].lower() == "<br")
        )

    first, last = 0, len(children)
    while first < last and is_space(children[first]):
        first += 1
    while last > first and is_space(children[last - 1]):
        last -= 1
    return children[first:last]


def _raw_block(node: RawBlock, ctx: Context) -> str:
    return _raw_run((node,), ctx)


def _video(node: Video, ctx: Context) -> str:
    return video(node.src, node.title, node.span, ctx)


def _credit(node: Credit, ctx: Context) -> str:
    return f'<footer class="sg-credit">\n{render_blocks(node.blocks, ctx)}\n</footer>'


_BLOCK: dict[type, Callable[[Any, Context], str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    ListBlock: _list,
    Quote: _quote,
    CodeBlock: _code_block,
    Table: _table,
    FigureGrid: _grid,
    Rule: lambda _node, _ctx: "<hr>",
    RawBlock: _raw_block,
    Video: _video,
    Annotations: lambda node, ctx: _aside((node,), ctx),
    Credit: _credit,
}


# --- slides -----------------------------------------------------------------------------------------------------------


class HtmlPart(NamedTuple):
    """Finished HTML between two headings."""

    html: str


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
            parts.append(HtmlPart("\n".join(rows)))
            rows.clear()

    for block, html in _rendered_for_rows(blocks, inside):
        if isinstance(block, Annotations):
            runs.append(block)
        elif isinstance(block, Heading):
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
    lang = ctx.lang_attr(ctx.source_lang)
    html = render_inlines(node.children, ctx.within(ctx.source_lang))
    if lang:
        html = f"<span{lang}>{html}</span>"
    translated = _translation(node.source, ctx, "span")
    return HeadingPart(
        node.level, html + (f" {translated}" if translated else ""), node.anchor, plain_text(node.children)
    )


def _rendered_for_rows(blocks: Sequence[Block], ctx: Context) -> list[tuple[Block | None, str]]:
    """Like `_rendered`, but leave annotations and headings outside of HTML elements to the caller."""
    covered: set[int] = set()
    if any(type(block) is RawBlock for block in blocks):
        covered = {i for first, last in raw_runs(tuple(blocks)) for i in range(first, last + 1)}
    out: list[tuple[Block | None, str]] = []
    pending: list[Block] = []
    for i, block in enumerate(blocks):
        if i not in covered and isinstance(block, Annotations | Heading):
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
