"""An author's HTML tags made safe and balanced, around the HTML that we rendered ourselves.

The author's tags of one leaf (a paragraph, a cell) or of a run of blocks are rewritten one by one against the tables of
`rawtags`, with what is taken away reported; everything rendered by us stands among them as placeholders; an HTML5 parser
(nh3) then balances the whole and checks it a second time; at last our HTML takes the place of the placeholders. The
placeholders are noncharacters, which `esc` keeps out of all text, so that nobody can forge one.
"""

from __future__ import annotations

import html as stdlib_html
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

import nh3

from slidegloss.base.diagnostics import Code, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.html.context import Context, MissingView, clip, esc, is_safe_url
from slidegloss.html.figure import image, missing_box, video
from slidegloss.model import place_in
from slidegloss.nodes import Span
from slidegloss.syntax import rawtags as tags
from slidegloss.syntax.rawtokens import DEEPEST, MEDIA_FILE, TAG, attributes, position


class Raw(NamedTuple):
    """HTML as the author wrote it."""

    html: str
    span: Span


class Own(NamedTuple):
    """Finished HTML of ours; `block` when it may not stand in a paragraph."""

    html: str
    block: bool = False


class OwnText(NamedTuple):
    """Text, escaped, that may be moved along with the author's tags."""

    html: str


class OwnTag(NamedTuple):
    """A tag of ours that has to be balanced together with the author's: `<strong>`, `<a href=…>`."""

    name: str
    attrs: str = ""
    close: bool = False


Piece = Raw | Own | OwnText | OwnTag


class Cleaned(NamedTuple):
    """Safe, balanced HTML; `has_block` when it must not be put into a paragraph."""

    html: str
    has_block: bool


_PLACEHOLDER = lazy('\ufdd0([0-9]+)\ufdd1|<div data-sg="([0-9]+)"></div>| data-sg="([0-9]+)"')
_BLOCK = lazy(rf"<(?:{'|'.join(sorted(tags.BLOCK_TAGS))})[ >]")


def clean_line(html: str) -> str:
    """Return a line of HTML out of the settings (the copyright line) with links, words and emphasis only."""
    return nh3.clean(
        html,
        tags={"a", "abbr", "b", "br", "code", "em", "i", "small", "span", "strong"},
        attributes={"a": {"href", "title", "lang"}, "abbr": {"title"}, "span": {"lang"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


@cache
def _cleaner() -> nh3.Cleaner:
    allowed = (tags.BLOCK_TAGS | tags.INLINE_TAGS) - tags.RENAMED.keys()
    kept = {tag: set(names - {"name", "href"}) for tag, names in tags.ATTRIBUTES.items() if tag in allowed}
    kept["*"] = {*tags.ATTRIBUTES["*"], "class", "id", "data-sg"}
    return nh3.Cleaner(tags=set(allowed), attributes=kept, link_rel=None, clean_content_tags=set())


_PHRASES = tags.INLINE_TAGS & {
    "b", "br", "code", "del", "em", "i", "ins", "kbd", "mark", "s", "small", "span", "strong", "sub", "sup", "u",
}  # fmt: skip
"""Tags that a parser only has to find closed in their order."""
_PHRASE_TAG = lazy(r'<(?:(/)([a-z]+)|([a-z]+)(?: data-sg="[0-9]+")?)>')


def balance(html: str) -> str:
    """Return what we wrote of the author's tags as an HTML5 parser reads it, without anything that is not allowed."""
    if not _in_order(html):
        return _cleaner().clean(html)
    return html.replace("&quot;", '"').replace("\xa0", "&nbsp;")  # as the parser would write it


def _in_order(html: str) -> bool:
    """Tell whether HTML consists of text and phrases that are closed in their order: most of it does."""
    found = _PHRASE_TAG.findall(html)
    if len(found) != html.count("<"):
        return False
    open_tags: list[str] = []
    for closing, end, start in found:
        if closing:
            if not open_tags or open_tags.pop() != end:
                return False
        elif start not in _PHRASES:
            return False
        elif start != "br":
            open_tags.append(start)
    return not open_tags


def clean(pieces: Iterable[Piece], ctx: Context, *, inline_only: bool = False) -> Cleaned:
    """Put author tags and our HTML together into safe, balanced HTML; what is removed goes to `ctx.sink`.

    With `inline_only` (headings, summaries) block tags become spans. With `ctx.raw_html == "trusted"` tags pass as they
    are, only balanced. Every `Own` piece is in the result, at the end if the author's tags leave no place for it.
    """
    writer = _Writer(ctx, inline_only=inline_only)
    for piece in pieces:
        if isinstance(piece, Raw):
            writer.raw(piece)
        elif isinstance(piece, OwnText):
            writer.out.append(piece.html)
        elif isinstance(piece, OwnTag):
            writer.own_tag(piece)
        else:
            writer.own(piece.html, block=piece.block)
    joined = writer.finish()
    balanced = joined if writer.trusted else balance(joined)
    seen: set[int] = set()

    def put_back(match: re.Match[str]) -> str:
        number = int(match[1] or match[2] or match[3])
        seen.add(number)
        return writer.store[number]

    done = _PLACEHOLDER.sub(put_back, balanced)
    lost = [writer.store[i] for i in writer.content if i not in seen]
    return Cleaned(done + "".join(lost), bool(_BLOCK.search(balanced)))


class _Writer:
    """Rewrites pieces to a string of allowed tags and placeholders; lives for one call of `clean`."""

    def __init__(self, ctx: Context, *, inline_only: bool) -> None:
        self.ctx = ctx
        self.inline_only = inline_only
        self.trusted = ctx.raw_html == "trusted"
        self.out: list[str] = []
        self.store: list[str] = []
        """What each placeholder stands for."""
        self.content: list[int] = []
        """The placeholders that must survive."""
        self.open: list[tuple[str, str, Span]] = []
        """Open tags: the name as written (ours: `=name`), the name as emitted, the place."""
        self.removed: Counter[str] = Counter()
        """Tags that were taken away and whose ends are to come."""
        self.reported: set[tuple[str, Span]] = set()
        self.source = Raw("", Span(0, 0, 0))
        self.offset = 0
        self.last_comment_end = -1

    # --- our own HTML ---

    def _keep(self, html: str) -> int:
        self.store.append(html)
        return len(self.store) - 1

    def own(self, html: str, *, block: bool = False) -> None:
        """Add finished HTML."""
        number = self._keep(html)
        self.content.append(number)
        self.out.append(f'<div data-sg="{number}"></div>' if block else f"\ufdd0{number}\ufdd1")

    def own_tag(self, tag: OwnTag) -> None:
        """Add a tag of ours."""
        if tag.close:
            self._close(f"={tag.name}")
            return
        attrs = f' data-sg="{self._keep(tag.attrs)}"' if tag.attrs else ""
        self.out.append(f"<{tag.name}{attrs}>")
        self.open.append((f"={tag.name}", tag.name, Span(0, 0, 0)))

    # --- the author's HTML ---

    def raw(self, piece: Raw) -> None:
        """Add HTML of the author, tag by tag."""
        self.source = piece
        html, at = piece.html, 0
        self.last_comment_end = html.rfind("-->") - 1
        while (start := html.find("<", at)) >= 0:
            self._text(html[at:start])
            self.offset = start
            match = TAG.match(html, start)
            at = self._other(html, start) if match is None else self._tag(match)
        self._text(html[at:])

    def _text(self, text: str) -> None:
        if text:
            self.out.append(esc(stdlib_html.unescape(text)))

    def _other(self, html: str, start: int) -> int:
        """Handle `<!--`, `<?`, `<![CDATA[` and a lone `<`; comments stay hidden, everything else is shown."""
        if html.startswith("<!--", start) and start < self.last_comment_end:
            return html.find("-->", start + 2) + 3
        self.out.append("&lt;")
        return start + 1

    def _tag(self, match: re.Match[str]) -> int:
        closing, name, end = bool(match[1]), match[2].lower(), match.end()
        if name not in tags.KNOWN_TAGS:
            self.out.append(esc(match[0]))
        elif closing:
            self._end_tag(name, match[0])
        else:
            attrs = attributes(match[3])
            if _is_text(name, attrs):
                self.out.append(esc(match[0]))
            elif name in {"script", "style"} and not self.trusted:
                return self._code_element(name, end)
            else:
                self._start_tag(name, attrs, match[0])
        return end

    def _end_tag(self, name: str, written: str) -> None:
        if name == "br":
            self.out.append("<br>")
        elif self.removed[name]:
            self.removed[name] -= 1
        elif not self._close(name) and name in tags.OTHER_TAGS:
            self.out.append(esc(written))  # its start was shown as text too

    def _close(self, name: str) -> bool:
        for i in range(len(self.open) - 1, -1, -1):
            if self.open[i][0] == name:
                if self.trusted:  # nobody balances after us
                    self.out.extend(f"</{emitted}>" for _, emitted, _ in reversed(self.open[i:]))
                    del self.open[i:]
                else:
                    self.out.append(f"</{self.open[i][1]}>")
                    del self.open[i]
                return True
        return False

    def _start_tag(self, name: str, attrs: dict[str, str | None], written: str) -> None:
        if name in tags.MEDIA_TAGS and self._media(name, attrs):
            return
        if self.trusted:
            self.out.append(written)
            if name not in tags.VOID_TAGS:
                self.open.append((name, name, self._place()))
        elif name in tags.BLOCK_TAGS or name in tags.INLINE_TAGS:
            self._kept_tag(name, attrs)
        else:
            self._removed_tag(name, attrs)

    def _kept_tag(self, name: str, attrs: dict[str, str | None]) -> None:
        if len(self.open) >= DEEPEST:
            self._report(f"<{name}> is nested too deep and was left out")
            return
        emitted, classes = self._emitted(name)
        kept = []
        for key, value in attrs.items():
            if key == "href" and name == "a":
                kept.append(f' data-sg="{self._keep(self._href(value or "", attrs))}"')
            elif key == "id" or (key == "name" and name == "a"):
                anchor = attrs.get("id") or value or ""
                if anchor and self.ctx.ids and self.ctx.anchor(anchor) and not any(" id=" in one for one in kept):
                    kept.append(f' id="{esc(anchor)}"')
            elif (mapped := tags.presentational(name, key, value or "")) is not None:
                classes.extend(mapped)
            elif tags.kept(name, key, value or ""):
                kept.append(f' {key}="{esc((value or "").strip())}"')
            elif key not in tags.QUIET:
                self._report(f"attribute {clip(key, 40)} of <{name}> was removed")
        if classes:
            kept.append(f' class="{" ".join(dict.fromkeys(classes))}"')
        self.out.append(f"<{emitted}{''.join(kept)}>")
        if name not in tags.VOID_TAGS:
            self.open.append((name, emitted, self._place()))

    def _emitted(self, name: str) -> tuple[str, list[str]]:
        """Return the tag to write for an author's tag, and its classes, so that the result is valid where it stands."""
        classes = [tags.EXTRA_CLASS[name]] if name in tags.EXTRA_CLASS else []
        emitted = tags.RENAMED.get(name, name)
        parents = tags.PARENTS.get(name)
        if parents and not any(written in parents for written, _, _ in self.open):
            emitted = "div" if name in tags.BLOCK_TAGS else "span"
        if name in tags.BLOCK_TAGS and (self.inline_only or any(out in tags.HOLDS_TEXT for _, out, _ in self.open)):
            return ("br", classes) if name == "hr" else ("span", [*classes, "sg-block"])
        return emitted, classes

    def _href(self, dest: str, attrs: dict[str, str | None]) -> str:
        """Return the attributes of an author's link."""
        resolved = self._resolve(dest)
        if resolved is None:
            return f' class="sg-broken" title="{esc(dest)}"' if "title" not in attrs else ' class="sg-broken"'
        return f' href="{esc(resolved)}"'

    def _resolve(self, dest: str) -> str | None:
        if not is_safe_url(dest):
            self._report(f"the address {clip(dest, 60)} was removed: it may run code")
            return None
        found = self.ctx.href(dest, self._place())
        return found if found is not None and is_safe_url(found) else None

    def _media(self, name: str, attrs: dict[str, str | None]) -> bool:
        """Put our own element in place of an image, a video or an embedded video file; False: not ours to replace."""
        src = (attrs.get("src") or "").strip()
        if name == "track" or (name in {"video", "audio", "source"} and not src):
            if name == "track" and not self.trusted:
                self._report("<track> was removed")
            return not self.trusted
        if name == "iframe" and not MEDIA_FILE.search(src):
            return False
        inside = any(written in {"a", "=a"} for written, _, _ in self.open)
        ctx = self.ctx._replace(in_link=True) if inside and not self.ctx.in_link else self.ctx
        for key in attrs:
            if key not in tags.QUIET | {"src", "title", "style"} and not self.trusted:
                self._report(f"attribute {clip(key, 40)} of <{name}> was removed")
        title = attrs.get("title") or ""
        if not is_safe_url(src):
            self._report(f"the address {clip(src, 60)} was removed: only files of the book can be shown")
            path, line, _ = place_in(self.ctx.pieces, self.ctx.path, *self._place()[:2])
            place = f"{path}:{line}"
            self.own(missing_box(MissingView(clip(attrs.get("alt") or src, 80), place, self.ctx.word("removed"))))
        elif name == "img":
            style = attrs.get("style") or ""
            width = attrs.get("width") or _style_width(style) or _style_zoom(style)
            self.own(image(src, self._place(), ctx, alt=attrs.get("alt") or "", title=title, width=width))
        else:
            self.own(video(src, title, self._place(), ctx))
        return True

    def _removed_tag(self, name: str, attrs: dict[str, str | None]) -> None:
        address = next((attrs[key] for key in ("src", "data", "action", "href") if attrs.get(key)), None)
        self._report(f"<{name}> was removed")
        if name not in tags.VOID_TAGS:
            self.removed[name] += 1
        shown = [attrs[key] for key in tags.SHOWN.get(name, ()) if attrs.get(key)]
        if shown and (attrs.get("type") or "").lower() != "hidden":
            self.own(f'<code class="sg-removed">{esc(shown[0] or "")}</code>')
        if not address:
            return
        resolved = self._resolve(address)
        if resolved is None or any(w in {"a", "=a"} for w, _, _ in self.open) or self.ctx.in_link:
            self.own(f'<code class="sg-removed">{esc(clip(address, 200))}</code>')
        else:
            self.own(f'<a class="sg-removed" href="{esc(resolved)}">{esc(address)}</a>')

    def _code_element(self, name: str, end: int) -> int:
        """Take a script or style sheet away; what stood in it is shown as text."""
        self._report(f"<{name}> was removed")
        html = self.source.html
        close = re.compile(rf"(?i)</{name}\s*>").search(html, end)
        content = html[end : close.start() if close else len(html)]
        if content.strip():
            self.own(f'<code class="sg-removed">{esc(content.strip())}</code>')
        return close.end() if close else len(html)

    # --- places, messages, the end ---

    def _place(self) -> Span:
        return position(self.source.html, self.offset, self.source.span)

    def _report(self, message: str) -> None:
        span = self._place()
        said = (message, self.source.span)  # once for a block of HTML, not for each badge in a row of them
        if said in self.reported:
            return
        self.reported.add(said)
        hint = "its text is kept; `raw_html: trusted` in the settings keeps the tag as well"
        self.ctx.sink.append(diagnostic(Code.HTML_REMOVED, self.ctx.path, span.line, span.col, message, hint))

    def finish(self) -> str:
        """Report what is still open and return the whole string."""
        unclosed: dict[tuple[str, int], list[Span]] = {}
        for written, _, span in self.open:
            if not written.startswith("=") and written not in tags.OPTIONAL_END:
                unclosed.setdefault((written, span.line), []).append(span)
        for (written, _), (span, *more) in unclosed.items():
            times = f", {len(more) + 1} times in this line" if more else ""
            message = f"<{written}> is not closed{times}; it ends with its paragraph or block"
            hint = f"write </{written}> where it should end"
            self.ctx.sink.append(diagnostic(Code.HTML_UNCLOSED, self.ctx.path, span.line, span.col, message, hint))
        if self.trusted:
            self.out.extend(f"</{emitted}>" for _, emitted, _ in reversed(self.open))
        return "".join(self.out)


def _is_text(name: str, attrs: dict[str, str | None]) -> bool:
    """Tell whether a well-formed tag is most likely text in angle brackets: `<input>`, `a <b and c>`."""
    if not attrs:
        return name in tags.OTHER_TAGS or name == "a"
    return any(value is None and key not in tags.BOOLEAN and not key.startswith("on") for key, value in attrs.items())


def _style_zoom(style: str) -> str:
    """Return what Typora writes as `zoom:50%` as a multiple of the figure's own width."""
    found = re.search(r"(?i)(?:^|[;\s])zoom\s*:\s*(?:(\d{1,3})\s*%|(\d{0,2}\.\d{1,3}))", style)
    return "" if found is None else f"{int(found[1]) / 100:g}x" if found[1] else f"{float(found[2]):g}x"


def _style_width(style: str) -> str:
    found = re.search(r"(?i)(?:^|[;\s])(?:max-)?width\s*:\s*(\d{1,4})\s*(px|%)", style)
    return f"{found[1]}{found[2]}" if found else ""
