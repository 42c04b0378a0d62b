"""Inlines as HTML, and what stands inside sentences as well as between them: translations and annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from slidegloss.base.languages import same
from slidegloss.decks.units import worth_translating
from slidegloss.html.context import CiteView, Context, Translated, esc, is_safe_url, language_html
from slidegloss.html.figure import image, video
from slidegloss.html.rawhtml import Cleaned, Own, OwnTag, OwnText, Piece, Raw, clean
from slidegloss.model import Annotation
from slidegloss.nodes import (
    Annotations,
    Block,
    Cite,
    Code,
    CodeBlock,
    Credit,
    Emphasis,
    FigureGrid,
    Footnote,
    FootnoteRef,
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
    Span,
    Strikethrough,
    Strong,
    Table,
    Text,
    Video,
)
from slidegloss.notes.language import text_lang
from slidegloss.syntax.plaintext import plain_text
from slidegloss.syntax.tree import spoken

Body = Callable[[Sequence[Block], Context], str]
"""How blocks become HTML where blocks may stand."""
_LETTER = re.compile(r"[^\W\d_]")
_WRAPPED = {Emphasis: "em", Strong: "strong", Strikethrough: "del"}
_WHOLE = 24
"""Characters of code in a sentence that stay on one line, however narrow the page."""
HOLDERS = (Emphasis, Strong, Strikethrough, Link, Cite)
"""Inlines that hold others."""


def render_inlines(children: Sequence[Inline], ctx: Context) -> str:
    """Return inlines as HTML that may stand in a heading, a link or a paragraph: an author's block tags become spans."""
    return leaf(children, ctx, inline_only=True).html


def leaf(children: Sequence[Inline], ctx: Context, *, inline_only: bool = False) -> Cleaned:
    """Return the HTML of a paragraph's or cell's content, and whether an author's block tags stand in it."""
    if len(children) == 1 and type(children[0]) is Text:  # most leaves
        return Cleaned(esc(children[0].text), has_block=False)
    if not has_raw(children):
        return Cleaned(_inlines(children, ctx), has_block=False)
    pieces: list[Piece] = []
    _pieces(children, ctx, pieces)
    return clean(pieces, ctx, inline_only=inline_only)


def has_raw(children: Sequence[Inline]) -> bool:
    """Tell whether an author's HTML tag stands among inlines, at any depth."""
    for node in children:
        kind = type(node)
        if kind is RawInline or (kind in HOLDERS and has_raw(node.children)):  # type: ignore[union-attr]
            return True
    return False


def _inlines(children: Iterable[Inline], ctx: Context) -> str:
    return "".join([esc(node.text) if type(node) is Text else _INLINE[type(node)](node, ctx) for node in children])


def _pieces(children: Iterable[Inline], ctx: Context, out: list[Piece]) -> None:
    """Flatten inlines among which the author's tags stand, so that all tags can be balanced together."""
    outside = ctx
    for node in children:
        kind = type(node)
        if isinstance(node, RawInline):
            out.append(Raw(node.html, node.span))
            name = node.html[:3].lower()
            if name in {"<a ", "<a\n", "</a"}:  # what stands between an author's <a> and </a> must hold no link
                ctx = outside if name == "</a" else outside._replace(in_link=True)
        elif isinstance(node, (Text, SoftBreak, HardBreak)):
            out.append(OwnText(_INLINE[kind](node, ctx)))
        elif kind in _WRAPPED:
            tag = _WRAPPED[kind]
            out.append(OwnTag(tag))
            _pieces(node.children, ctx, out)  # type: ignore[union-attr]
            out.append(OwnTag(tag, close=True))
        elif isinstance(node, Cite):
            tag, attrs, chip = _cite_tag(node, ctx)
            out += [OwnTag(tag, attrs)] if tag else []
            _pieces(node.children, ctx._replace(in_link=True) if tag == "a" else ctx, out)
            out += [Own(chip)] if chip else []
            out += [OwnTag(tag, close=True)] if tag else []
        elif isinstance(node, Link) and not ctx.in_link and has_raw(node.children):
            attrs = _link_attrs(node, ctx) or f' class="sg-broken" title="{esc(node.dest)}"'
            out.append(OwnTag("a", attrs))
            _pieces(node.children, ctx._replace(in_link=True), out)
            out.append(OwnTag("a", close=True))
        elif isinstance(node, Link) and ctx.in_link and not node.written:
            _pieces(node.children, ctx, out)
        else:
            out.append(Own(_INLINE[kind](node, ctx)))


def _text(node: Text, _ctx: Context) -> str:
    return esc(node.text)


def _code(node: Code, _ctx: Context) -> str:
    # browsers break lines behind hyphens: of `--help` they would leave `--` at the end of one
    whole = "-" in node.text and len(node.text) <= _WHOLE and " " not in node.text
    return f'<code class="sg-whole">{esc(node.text)}</code>' if whole else f"<code>{esc(node.text)}</code>"


def _wrapped(node: Emphasis | Strong | Strikethrough, ctx: Context) -> str:
    tag = _WRAPPED[type(node)]
    # emphasis is slanted or dotted by the script of its words, whatever that of the paragraph is
    lang = _words_lang(spoken(node.children), ctx.source_lang) if tag == "em" and ctx.source_lang else ""
    return f"<{tag}{ctx.lang_attr(lang)}>{_inlines(node.children, ctx)}</{tag}>"


def _link_attrs(node: Link, ctx: Context) -> str:
    """Return the attributes of a link, or nothing when it is broken."""
    href = ctx.href(node.dest, node.span)
    if href is None or not is_safe_url(href) or not is_safe_url(node.dest):
        return ""
    title = f' title="{esc(node.title)}"' if node.title else ""
    return f' href="{esc(href)}"{title}{_card_attrs(node, ctx)}'


def _card_attrs(node: SlideRef | Link, ctx: Context) -> str:
    """Return what reader.js shows of a slide of another page; it cannot ask for that page when files are read from a disk."""
    card = ctx.slide_card(node)
    if card is None:
        return ""
    said = (("slide", card.label), ("title", card.title), ("thumb", card.thumbnail))
    return "".join(f' data-{name}="{esc(value)}"' for name, value in said if value)


def _link(node: Link, ctx: Context) -> str:
    if ctx.in_link:
        return esc(node.written) or _inlines(node.children, ctx)
    attrs = _link_attrs(node, ctx)
    if node.written and not attrs:
        return esc(node.written)
    inner = _inlines(node.children, ctx._replace(in_link=True))
    if not attrs:
        return f'<span class="sg-broken" title="{esc(node.dest)}">{inner}</span>'
    if ctx.link_about and not node.bare:
        attrs += f' aria-label="{esc(plain_text(node.children) or node.dest)}: {esc(ctx.link_about)}"'
    return f"<a{attrs}>{inner or esc(node.dest)}</a>"


def _image(node: Image, ctx: Context) -> str:
    return image(node.dest, node.span, ctx, alt=node.alt, title=node.title, width=node.width)


def math_markup(node: Math, ctx: Context) -> str:
    """Return a formula as MathML; what is wrong with it goes to the sink."""
    markup, problems = ctx.math(node, ctx.path)
    ctx.sink.extend(problems)
    return markup


def _math(node: Math, ctx: Context) -> str:
    css = "sg-math sg-math--display" if node.display else "sg-math"
    return f'<span class="{css}">{math_markup(node, ctx)}</span>'


def _kind_word(kind: str, ctx: Context) -> str:
    return ctx.strings.get(f"note_kind_{kind}") or ctx.signs.get(kind) or kind


def _mark(node: Mark, ctx: Context) -> str:
    # alone, a ✅ says yes, where in front of a remark it says that this is one
    label = ctx.strings.get(f"mark_{node.kind}") or _kind_word(node.kind, ctx)
    return f'<span class="sg-mark sg-mark--{esc(node.kind)}"><span class="sg-sr"{ctx.lang_attr(ctx.lang)}>{esc(label)}</span></span>'


@lru_cache(maxsize=1024)  # slides in a row cite the same paper
def _chip(view: CiteView, in_link: bool) -> str:  # noqa: FBT001 - a cache wants positional arguments
    """Return the chip behind a cited work: what it is called and where it appeared, a link to its page."""
    where = " ".join(str(part) for part in (view.venue, view.year) if part)
    inner = f'<span class="sg-chip__name">{esc(view.short)}</span>'
    if where:
        inner += f' <span class="sg-chip__venue">{esc(where)}</span>'
    if view.href and not in_link and is_safe_url(view.href):
        return f' <a class="sg-chip" href="{esc(view.href)}">{inner}</a>'
    return f' <span class="sg-chip">{inner}</span>'


def _cite_tag(node: Cite, ctx: Context) -> tuple[str, str, str]:
    """Return the tag around a citation, its attributes, and the chip at its end.

    In a table of papers it is a link to the paper, elsewhere it has a chip; a key of no known paper stays text, without a tag.
    """
    view = ctx.cite(node.index)
    may_be_link = ctx.cite_as_link and not ctx.in_link and Link not in map(type, node.children)
    if may_be_link and view and view.href and is_safe_url(view.href):
        return "a", f' class="sg-paperlink" href="{esc(view.href)}"', ""
    chip = _chip(view, ctx.in_link) if view else ""
    return ("", "", "") if node.by_key and not chip else ("span", ' class="sg-cite"', chip)


def _cite(node: Cite, ctx: Context) -> str:
    tag, attrs, chip = _cite_tag(node, ctx)
    inner = _inlines(node.children, ctx._replace(in_link=True) if tag == "a" else ctx)
    return f"<{tag}{attrs}>{inner}{chip}</{tag}>" if tag else inner


def _slide_ref(node: SlideRef, ctx: Context) -> str:
    href = None if ctx.in_link else ctx.slide_href(node.label)
    if href is None:
        return esc(node.text)
    return f'<a class="sg-slideref" href="{esc(href)}"{_card_attrs(node, ctx)}>{esc(node.text)}</a>'


def _footnote_ref(node: FootnoteRef, ctx: Context) -> str:
    # the address is not the author's: without the deck's page at hand the mark is no link
    href = None if ctx.in_link else ctx.href(f"#{node.anchor}", Span(1, 1, 1))
    label = esc(node.label)
    return f"<sup>{label}</sup>" if href is None else f'<sup><a href="{esc(href)}">{label}</a></sup>'


def raw_inline(node: RawInline, ctx: Context) -> str:
    """Return one tag of the author by itself."""
    return clean([Raw(node.html, node.span)], ctx, inline_only=True).html


def _remark(node: Remark, ctx: Context) -> str:
    return note_html(node.annotation, ctx)


_INLINE: dict[type, Callable[[Any, Context], str]] = {
    Text: _text,
    Code: _code,
    Emphasis: _wrapped,
    Strong: _wrapped,
    Strikethrough: _wrapped,
    Link: _link,
    Image: _image,
    Math: _math,
    RawInline: raw_inline,
    SoftBreak: lambda _node, _ctx: "\n",
    HardBreak: lambda _node, _ctx: "<br>\n",
    Mark: _mark,
    Remark: _remark,
    SlideRef: _slide_ref,
    FootnoteRef: _footnote_ref,
    Cite: _cite,
}


def as_inline(blocks: Iterable[Block], ctx: Context) -> str:
    """Return blocks as HTML that may stand inside a sentence; their text, figures and formulas all stay."""
    out: list[str] = []
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                out.append(render_inlines(block.children, ctx))
            case ListBlock():
                for number, item in enumerate(block.items, block.start or 0):
                    sign = "" if number in block.terms else "• " if block.start is None else f"{number}. "
                    out.append(f"{sign}{as_inline(item, ctx)}")
            case Quote() | Footnote() | Credit():
                sign = f"<sup>{esc(block.label)}</sup> " if isinstance(block, Footnote) else ""
                out.append(sign + as_inline(block.blocks, ctx))
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
                out.extend(note_html(item, ctx) for item in block.items)
            case Rule():
                pass
    return "<br>\n".join(part for part in out if part)


# --- translations and annotations ---


def _in_translation(lang: str, ctx: Context) -> Context:
    return ctx._replace(around=lang, translate=False, ids=False)


def _fuzzy(ctx: Context) -> str:
    return f' <small class="sg-fuzzy">{esc(ctx.word("translation_fuzzy"))}</small>'


def translation(source: str, ctx: Context, tag: str, body: Body | None = None) -> str:
    """Return the translation of a paragraph, heading or cell as `<div|span class="sg-tr">`, or nothing.

    `body` renders it where blocks may stand; without it, everything is put into one line of text.
    """
    found = ctx.translation(source) if ctx.translate else None
    if found is None or not source.strip():
        return ""
    inside = _in_translation(found.lang, ctx)
    if body is None or _is_plain_paragraph(found.blocks):
        inner = as_inline(found.blocks, inside)
    else:
        inner = body(found.blocks, inside)
    old = found.status == "fuzzy"
    css = "sg-tr sg-tr--fuzzy" if old else "sg-tr"
    mark = _fuzzy(ctx) if old else ""
    return f'<{tag} class="{css}"{ctx.lang_attr(found.lang)}>{inner}{mark}</{tag}>'


def leaf_lang(children: Sequence[Inline], ctx: Context) -> str:
    """Return the language of a paragraph, heading or cell of a note; empty where it is that of what is around it."""
    if not ctx.translate or not ctx.source_lang:
        return ""
    words = children[0].text if len(children) == 1 and type(children[0]) is Text else spoken(children)
    return _words_lang(words, ctx.source_lang)


@lru_cache(maxsize=4096)  # the editions ask for the same words, and so do cells and labels over and over
def _words_lang(words: str, source_lang: str) -> str:
    return text_lang(words, source_lang) if _LETTER.search(words) else ""


def pair(  # noqa: PLR0913 - a leaf, its HTML, and how both are wrapped
    children: Sequence[Inline],
    source: str,
    html: str,
    ctx: Context,
    *,
    tag: str = "span",
    body: Body | None = None,
    wrap: str = "span",
) -> str:
    """Return a leaf's HTML with its language, followed by its translation as `<tag>`.

    What has a translation is wrapped in `class="sg-src"`, which the reader's switch may hide.
    """
    translated = translation(source, ctx, tag, body)
    attrs = (' class="sg-src"' if translated else "") + ctx.lang_attr(leaf_lang(children, ctx))
    if attrs and html.strip():
        html = f"<{wrap}{attrs}>{html}</{wrap}>"
    return f"{html} {translated}" if translated and tag == "span" else html + translated


def _is_plain_paragraph(blocks: Sequence[Block]) -> bool:
    return len(blocks) == 1 and isinstance(blocks[0], Paragraph) and not has_raw(blocks[0].children)


def _versions(note: Annotation, ctx: Context) -> list[Translated]:
    """Return the translations of an annotation: those written in place first, then the catalogue's."""
    found = [Translated(passage.blocks, passage.lang, "current") for passage in note.translations]
    if ctx.translate and not any(same(version.lang, ctx.lang) for version in found):
        stored = ctx.translation(note.original.source)
        if stored is not None and all(version.lang != stored.lang for version in found):
            found.append(stored)
    return found


@lru_cache(maxsize=64)
def _language_tag(name: str, said: str, ours: str) -> str:
    """Return the small tag that says which language a remark is in that this edition cannot translate.

    `name` is that of the language, `said` the edition's word for it, `ours` the attribute that says its language.
    """
    before, _, after = said.partition("{language}")
    return f'<small class="sg-lang"{ours}>{esc(before)}{name}{esc(after)}</small>'


def note_html(note: Annotation, ctx: Context, body: Body | None = None, *, answer: bool = False) -> str:
    """Return an annotation with its translations; `body` renders its blocks, without it the whole is one span.

    An `answer` is called so, and stands nearer to the question above it than to what follows.
    """
    inline = body is None
    tag = "span" if inline else "div"
    body = body or as_inline
    kind = esc(note.kind)
    word = ctx.word("note_answer") if answer else _kind_word(note.kind, ctx)
    css = f"sg-note sg-note--inline sg-note--{kind}" if inline else f"sg-note sg-note--{kind}"
    if note.kind == "question":
        css += " sg-note--answered" if note.answered else " sg-note--open"
        word += f" · {ctx.word('note_answered' if note.answered else 'note_open')}"
    elif answer:
        css += " sg-note--answer"
    lang = ctx.lang
    ours = ctx.lang_attr(lang)  # a remark may stand inside a sentence in another language
    label = esc(word)  # its drawing comes from the style sheet, by the kind
    anchor = esc(note.anchor)
    if ctx.in_link or not ctx.ids:
        label = f'<span class="sg-note__label"{ours}>{label}</span>'
    else:
        label = f'<a class="sg-note__label" href="#{anchor}"{ours}>{label}</a>'
    name = f' id="{anchor}"' if ctx.ids else ""
    own, versions = note.original.lang, _versions(note, ctx)
    readable = [same(own, lang), *[same(version.lang, lang) for version in versions]]
    if not any(readable):
        if not same(own, ctx.untranslated) and worth_translating(note):
            label += f" {_language_tag(language_html(own, ctx.strings), ctx.word('not_translated'), ours)}"
    elif not all(readable):
        css += " sg-note--pair"
    out = [f'<{tag} class="{css}"{name} data-kind="{kind}">{label}']
    # the label is in the edition's words, what the annotation says is not
    said = ctx.inside(own, translate=False).made(note.original.blocks, body)
    css = "sg-note__text sg-note__text--"
    mine = " sg-own" if readable[0] else ""
    out.append(f'<{tag} class="{css}original{mine}"{ctx.lang_attr(own)}>{said}</{tag}>')
    for version, is_own in zip(versions, readable[1:], strict=True):
        old = version.status == "fuzzy"
        css_now = f"{css}translation sg-note__text--fuzzy" if old else f"{css}translation"
        css_now += " sg-own" if is_own else ""
        text = body(version.blocks, _in_translation(version.lang, ctx))
        mark = _fuzzy(ctx) if old else ""
        out.append(f'<{tag} class="{css_now}"{ctx.lang_attr(version.lang)}>{text}{mark}</{tag}>')
    out.append(f"</{tag}>")
    return "".join(out)
