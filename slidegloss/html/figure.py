"""Figures and videos as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping

from slidegloss.base.patterns import lazy
from slidegloss.html.context import Context, FigureView, MissingView, Room, esc, is_safe_url
from slidegloss.nodes import Block, Image, Inline, Span
from slidegloss.notes.language import text_lang
from slidegloss.syntax.plaintext import plain_blocks

_SIZES: Mapping[Room, str] = {
    # what the stylesheet makes of them at its 20, 22 and 24 px per rem; `rem` and `em` are 16 px each here
    "main": "(min-width: 125em) 768px, (min-width: 100em) 704px, (min-width: 60em) min(640px, 100vw - 324px), "
    "min(640px, 100vw - 32px)",
    "card1": "(min-width: 125em) 739px, (min-width: 100em) 678px, (min-width: 60em) min(616px, 100vw - 348px), "
    "min(616px, 100vw - 56px)",
    "card2": "(min-width: 125em) 346px, (min-width: 100em) 317px, (min-width: 60em) min(288px, 50vw - 194px), "
    "(min-width: 28em) min(288px, 50vw - 48px), calc(100vw - 56px)",
    "card3": "(min-width: 125em) 214px, (min-width: 100em) 197px, (min-width: 41.5em) 179px, "
    "(min-width: 28em) calc(50vw - 48px), calc(100vw - 56px)",
    "cell": "(min-width: 125em) 336px, (min-width: 100em) 308px, 280px",
    "note": "(min-width: 125em) 416px, (min-width: 100em) 382px, (min-width: 60em) 347px, min(623px, 100vw - 49px)",
}
"""How wide a figure is shown, by where it stands: browsers choose a file before they have read the stylesheet."""
_LARGEST_WIDTH = 4000
"""Pixels; an author's `width` beyond this is a slip of the hand."""


def figure_id(node: Block | Inline, ctx: Context) -> str:
    """Return the `id` of a figure's element as an attribute, or nothing."""
    anchor = ctx.figure_anchor(node) if ctx.ids else ""
    return f' id="{esc(anchor)}"' if anchor else ""


def missing_box(view: MissingView, lang_attr: str = "", said: str = "", *, in_link: bool = False) -> str:
    """Return the visible box in place of a figure that cannot be shown; `said` is what the author says of it."""
    words = " ".join(part for part in (view.message, view.name, view.place, said, view.hint) if part)
    said = f' <span class="sg-missing__alt">{esc(said)}</span>' if said else ""
    title = f' title="{esc(view.hint)}"' if view.hint else ""
    label = f'<span class="sg-missing__label">{esc(view.message)}</span>'
    place = f'<span class="sg-missing__place">{esc(view.place)}</span>'
    if view.href and is_safe_url(view.href):
        # a link may not stand inside role="img", nor in the author's own link around the figure
        name = f"<code>{esc(view.name)}</code>" if in_link else f'<a href="{esc(view.href)}">{esc(view.name)}</a>'
        return f'<span class="sg-missing sg-missing--remote"{lang_attr}{title}>{label} {name} {place}{said}</span>'
    return (
        f'<span class="sg-missing"{lang_attr} role="img" aria-label="{esc(words)}"{title}>'
        f"{label} <code>{esc(view.name)}</code> {place}{said}</span>"
    )


_SHARE = lazy(r"(\d{1,4})\s*%")
_PIXELS = lazy(r"\d{1,4}")
_TIMES = lazy(r"([0-9]{0,2}(?:\.[0-9]{1,3})?)(?<=\d)x")
"""So many times as wide as the figure is."""


def image(  # noqa: PLR0913 - the parts of an <img>
    dest: str,
    span: Span,
    ctx: Context,
    *,
    alt: str = "",
    title: str = "",
    width: str = "",
    block: bool = False,
    link: str | None = None,
    anchor: str = "",
) -> str:
    """Return an image reference as HTML: an `<img>` (opened large by a link), a video, a file link or a missing box.

    `alt` is the author's and wins over the figure's; `width` is the author's HTML width (`400`, `400px`, `50%`, or `0.5x`
    of the figure's own);
    `block` makes a `<figure>`; `link` is an address that the author gave the image and replaces the zoom link;
    `anchor` is the attribute that `figure_id` returns.
    """
    view = ctx.figure(dest, span)
    if isinstance(view, MissingView):
        said = " · ".join(dict.fromkeys(filter(None, (alt.strip(), title.strip()))))
        if not block and said and _BADGE.match(view.href):
            return _badge(view, said, in_link=ctx.in_link)
        linked = link is not None and not ctx.in_link
        shown = missing_box(view, ctx.lang_attr(ctx.lang), said, in_link=ctx.in_link or linked)
        shown, modifier = f'<a href="{esc(link or "")}">{shown}</a>' if linked else shown, ""
    elif view.kind == "video":
        shown, modifier = video_element(view, title or alt, ctx), ""
    elif view.kind == "other":
        name = alt or view.alt or dest.rpartition("/")[2]
        shown, modifier = (f'<a href="{esc(view.src)}">{esc(name)}</a>' if not ctx.in_link else esc(name)), ""
    else:
        said, lang = _alt(alt, view, ctx)
        shown = _img(view, said, title, width, ctx.lang_attr(lang), ctx.room, block=block)
        modifier = " sg-figure--transparent" if view.transparent else ""
        target = link if link is not None else view.original_href
        if target and not ctx.in_link:
            css = ' class="sg-zoom"' if link is None else ""
            if not said:  # a link needs a name
                css += f' aria-label="{esc(ctx.word("figure_enlarge" if link is None else "figure"))}"'
            shown = f'<a{css} href="{esc(target)}">{shown}</a>'
    return f'<figure class="sg-figure{modifier}"{anchor}>{shown}</figure>' if block else shown


_BADGE = lazy(
    r"https?://(?:img\.shields\.io/|badgen\.net/|badge\.fury\.io/|badges\.[\w.-]+/|(?:www\.)?awesome\.re/|visitor-badge\.|hits\."
    r"|api\.star-history\.com/|[^?#\s]{1,300}(?:[/._-]badge\.svg|/badges?/))",
    re.IGNORECASE,
)
"""Where the little signs come from that lists have for `paper`, `code` and how many stars a repository has."""


def is_badge(node: Image, ctx: Context) -> bool:
    """Tell whether an image is a badge that is shown as its words: no figure, even where it stands by itself."""
    said = node.alt.strip() or node.title.strip()
    return bool(said and _BADGE.match(node.dest)) and isinstance(ctx.figure(node.dest, node.span), MissingView)


def _badge(view: MissingView, said: str, *, in_link: bool) -> str:
    """Return a badge of another host as the words that stand for it: it says no more, and a list has hundreds."""
    words = f'<span title="{esc(view.name)}">{esc(said)}</span>'
    return words if in_link or not is_safe_url(view.href) else f'<a href="{esc(view.href)}">{words}</a>'


def _alt(alt: str, view: FigureView, ctx: Context) -> tuple[str, str]:
    """Return the words for a figure and their language: the author's, translated where there is a translation."""
    found = ctx.translation(alt) if alt.strip() and ctx.translate else None
    if found is not None:
        return plain_blocks(found.blocks).strip(), found.lang
    if not alt:
        return view.alt, ctx.lang if view.alt else ""
    return alt, text_lang(alt, ctx.source_lang) if ctx.translate and ctx.source_lang else ""


def _img(  # noqa: PLR0913 - one attribute each
    view: FigureView, alt: str, title: str, width: str, lang_attr: str, room: Room, *, block: bool
) -> str:
    classes = [] if block else ["sg-inline-image"]
    if view.transparent and not block:
        classes.append("sg-inline-image--transparent")
    wide, high = view.width, view.height
    sizes = view.sizes or _SIZES[room]
    wanted = width.strip().removesuffix("px").strip()
    if times := _TIMES.fullmatch(wanted):
        wanted = str(round(float(times[1]) * wide)) if wide else ""
    if share := _SHARE.fullmatch(wanted):
        classes.append(f"sg-w{min(100, max(10, round(int(share[1]) / 10) * 10))}")
    elif _PIXELS.fullmatch(wanted) and 0 < int(wanted) <= _LARGEST_WIDTH:
        high = max(1, round(high * int(wanted) / wide)) if wide and high else 0
        wide = int(wanted)
        sizes = f"min({wide}px, 100vw - 32px)"
    parts = ["<img"]
    if classes:
        parts.append(f' class="{" ".join(classes)}"')
    parts.append(f' src="{esc(view.src)}"')
    if view.srcset:
        parts.append(f' srcset="{esc(view.srcset)}" sizes="{esc(sizes)}"')
    parts.append(f' alt="{esc(alt)}"{lang_attr}')
    if title:
        parts.append(f' title="{esc(title)}"')
    if wide:
        parts.append(f' width="{wide}"')
    if high:
        parts.append(f' height="{high}"')
    if view.lazy:
        parts.append(' loading="lazy"')
    elif view.first:
        parts.append(' fetchpriority="high"')
    parts.append(' decoding="async">')
    return "".join(parts)


def video_element(view: FigureView, title: str, ctx: Context) -> str:
    """Return a `<video>` (or `<audio>`) with controls and, inside, the link for browsers that cannot play it."""
    name = title or view.alt or view.src.rpartition("/")[2]
    src = esc(view.src)
    fallback = esc(name) if ctx.in_link else f'<a href="{src}">{esc(name)}</a>'
    label = (
        f' aria-label="{esc(title or view.alt)}"' if title or view.alt else f' aria-label="{esc(ctx.word("video"))}"'
    )
    if view.mime.startswith("audio/"):
        return f'<audio class="sg-audio" controls preload="metadata"{label} src="{src}">{fallback}</audio>'
    size = f' width="{view.width}" height="{view.height}"' if view.width and view.height else ""
    return f'<video class="sg-video" controls preload="metadata"{label}{size} src="{src}">{fallback}</video>'


def video(src: str, title: str, span: Span, ctx: Context) -> str:
    """Return an embedded video file as HTML, or the missing box."""
    view = ctx.figure(src, span)
    if isinstance(view, MissingView):
        return missing_box(view, ctx.lang_attr(ctx.lang), title.strip())
    if view.kind != "video":
        return image(src, span, ctx, title=title)
    return video_element(view, title, ctx)
