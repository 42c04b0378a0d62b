"""What the HTML renderer may look up, and how text becomes HTML text; the base of `html/blocks.py` and `html/rawhtml.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from slidegloss.base import languages
from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import SAFE_SCHEMES
from slidegloss.model import Piece
from slidegloss.nodes import Block, Inline, Link, Math, SlideRef, Span

Held = TypeVar("Held")
Node = TypeVar("Node")
Made = TypeVar("Made")
Room = Literal["main", "card1", "card2", "card3", "cell", "note"]
"""Where a figure stands: the main column, a card of a grid with so many columns, a table cell, the margin."""


class FigureView(NamedTuple):
    """A figure as one page shows it; all addresses are relative to that page."""

    src: str
    alt: str
    kind: Literal["raster", "svg", "gif", "video", "other"] = "raster"
    mime: str = ""
    width: int = 0
    """Pixels, 0 when unknown."""
    height: int = 0
    srcset: str = ""
    sizes: str = ""
    """Empty: by where the figure stands (`Context.room`)."""
    original_href: str = ""
    """Where a click leads; empty: the figure cannot be opened large."""
    transparent: bool = False
    lazy: bool = True
    first: bool = False
    """The first figure of a page, which readers wait for."""


class MissingView(NamedTuple):
    """A figure that cannot be shown: what is shown in its place."""

    name: str
    """As the author wrote it."""
    place: str
    """`note.md:31`."""
    message: str
    """In the edition's language."""
    hint: str = ""
    href: str = ""
    """For a remote figure: its address, as a link that the reader may follow."""


class Translated(NamedTuple):
    """A translation out of a catalogue."""

    blocks: tuple[Block, ...]
    lang: str
    status: Literal["current", "fuzzy"]


class CiteView(NamedTuple):
    """The chip of a cited work; `href` leads to its page, empty when it has none."""

    short: str
    venue: str
    year: int | None
    href: str


class SlideCard(NamedTuple):
    """What a link to a slide of another page shows of it before the reader follows it."""

    label: str
    """As its badge says it, `P136`."""
    title: str
    """In the edition's language where there is a translation; empty when the slide has none."""
    thumbnail: str
    """Address of its figure's smallest file, relative to the page with the link; empty without a figure."""


def _no_href(dest: str, _span: Span) -> str | None:
    return dest


def _no_figure(dest: str, span: Span) -> FigureView | MissingView:
    return MissingView(dest, f"line {span.line}", "", "")


def _nothing(_key: object) -> None:
    return None


def _no_anchor(_name: str) -> bool:
    return False


def _no_name(_node: object) -> str:
    return ""


def convert_math(math: Math, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Convert a formula to what HTML may hold, with the real converter, imported only when a formula is met."""
    from slidegloss.syntax import mathml  # noqa: PLC0415 - pages without formulas need not load it

    markup, problems = mathml.convert(math, path)
    return FORBIDDEN.sub("\ufffd", markup), problems


_NONE: Mapping[str, str] = MappingProxyType({})


class Context(NamedTuple):
    """All that rendering depends on besides the tree: pure look-ups of one page in one edition.

    `sink` is the caller's list; what rendering finds (removed HTML, failed formulas) is appended to it in text order.
    A NamedTuple, because a page makes some hundred of them from each other: `_replace` takes a quarter of the time.
    """

    lang: str
    """The edition's language."""
    source_lang: str
    """The deck's own language."""
    path: str
    """Source path, for diagnostics."""
    sink: list[Diagnostic]
    strings: Mapping[str, str] = _NONE
    """Words of the edition. A missing word shows its key."""
    raw_html: Literal["safe", "trusted"] = "safe"
    href: Callable[[str, Span], str | None] = _no_href
    """Author's address → address relative to the page; None: it leads nowhere."""
    figure: Callable[[str, Span], FigureView | MissingView] = _no_figure
    slide_href: Callable[[str], str | None] = _nothing
    """Label (`P7`) → address, None when there is no such slide."""
    slide_card: Callable[[SlideRef | Link], SlideCard | None] = _nothing
    """Mention of a slide or author's link → what is shown of the slide, None unless it is one of another page."""
    translation: Callable[[str], Translated | None] = _nothing
    """Source CommonMark → its translation into the edition's language."""
    cite: Callable[[int], CiteView | None] = _nothing
    anchor: Callable[[str], bool] = _no_anchor
    """Whether an id that the author's HTML gives is written: it is the only one of its name in the page."""
    figure_anchor: Callable[[Block | Inline], str] = _no_name
    """Figure or video as `anchors.figure_places` finds it → its anchor, empty when it has none."""
    math: Callable[[Math, str], tuple[str, tuple[Diagnostic, ...]]] = convert_math
    signs: Mapping[str, str] = _NONE
    """Kind → label, for the kinds that `strings` does not know (those of the settings)."""
    shared: Shared[Any] | None = None
    """Where HTML is kept that all editions have in common; None where it would not be asked for again."""
    untranslated: str = ""
    """A language of which nothing on the deck is translated: its page says so, and remarks need not; empty: there is none."""
    pieces: tuple[Piece, ...] = ()
    """Of which the text was put together."""
    # from here on: what depends on the place in the tree alone (`_PLACE`)
    cite_as_link: bool = False
    """Whether a cited title is itself the link to its paper, as in a table of papers, where chips would be noise."""
    link_about: str = ""
    """What links in a column of links are about, for readers who hear only `link`."""
    around: str = ""
    """Language of the element that the HTML is put into; empty: the edition's."""
    translate: bool = True
    """Whether catalogues are asked; off inside annotations and translations."""
    ids: bool = True
    """Whether anchors are written; off inside translations, so that ids stay unique."""
    in_link: bool = False
    """Inside a link no second link may stand."""
    room: Room = "main"
    """How much width figures have here."""

    def word(self, key: str) -> str:
        """Return a word of the edition, or its key, so that a gap in a language table is seen and not fatal."""
        return self.strings.get(key, key)

    def lang_attr(self, lang: str) -> str:
        """Return ` lang="…"` when `lang` differs from the language around, else nothing."""
        around = self.around or self.lang
        return "" if lang == around else _lang_attr(lang, around)

    def within(self, lang: str) -> Context:
        """Return the context for what stands inside an element of language `lang`."""
        return self if lang == (self.around or self.lang) else self.inside(lang, translate=self.translate)

    def made(self, node: Node, make: Callable[[Node, Any], Made]) -> Made:
        """Return `make(node, self)`: where the editions share their HTML, as it was made for another of them, if it is the same."""
        return make(node, self) if self.shared is None else self.shared.made(node, self, make)

    def inside(self, lang: str, *, translate: bool) -> Context:
        """Return `_replace(around=lang, translate=translate)`, for every remark and slide, in half its time."""
        return type(self)._make((*self[:_AROUND], lang, translate, *self[_AROUND + 2 :]))


_PLACE = slice(Context._fields.index("cite_as_link"), None)
_AROUND = Context._fields.index("around")
_LANG, _STRINGS, _SIGNS = map(Context._fields.index, ("lang", "strings", "signs"))


class SharingContext(Context):
    """A context that notes when something of its edition is looked up: what was made without is the same in all editions.

    Its look-ups (`href`, `figure` …) have to call `Shared.differs` themselves when their answer is another in another edition.
    """

    __slots__ = ()

    @property
    def lang(self) -> str:
        """The edition's language."""
        return self._of_edition(_LANG)  # type: ignore[no-any-return]

    @property
    def strings(self) -> Mapping[str, str]:
        """Words of the edition."""
        return self._of_edition(_STRINGS)  # type: ignore[no-any-return]

    @property
    def signs(self) -> Mapping[str, str]:
        """Labels in the edition's language."""
        return self._of_edition(_SIGNS)  # type: ignore[no-any-return]

    def _of_edition(self, at: int) -> Any:  # noqa: ANN401 - whatever the field holds
        assert self.shared is not None  # noqa: S101 - who does not share needs no such context
        self.shared.differs()
        return self[at]


class Shared(Generic[Held]):
    """The HTML that the pages of a deck have in common, while they are rendered one after the other, edition by edition.

    A piece is kept when nothing of the edition was looked up to make it. `held` are the nodes it is made of (the deck): the
    same for all pages, as pieces are found again by their nodes.
    """

    __slots__ = ("_asked", "_known", "held")

    def __init__(self, held: Held) -> None:
        self.held = held
        self._asked = False
        self._known: dict[tuple[object, ...], tuple[object, Any, tuple[Diagnostic, ...]]] = {}

    def differs(self) -> None:
        """Note that the answer to a look-up is another in another edition."""
        self._asked = True

    def made(self, node: Node, ctx: Context, make: Callable[[Node, Context], Made]) -> Made:
        """Return `make(node, ctx)`, and what it finds to the sink: as it was made for another edition where that is the same."""
        key = (id(node), make, ctx[_PLACE])
        known = self._known.get(key)
        if known is not None:
            if known[2]:
                ctx.sink.extend(known[2])
            return known[1]  # type: ignore[no-any-return]
        asked_before, self._asked = self._asked, False
        found_before = len(ctx.sink)
        made = make(node, ctx)
        if not self._asked:
            # the node is kept along, so that no other gets its id
            self._known[key] = (node, made, tuple(ctx.sink[found_before:]))
            self._asked = asked_before
        return made


@lru_cache(maxsize=1024)  # asked for each paragraph, cell and remark
def _lang_attr(lang: str, around: str) -> str:
    if not lang or html_lang(lang) == html_lang(around):
        return ""
    return f' lang="{html_lang(lang)}"'


_SPECIAL = re.compile(r"[&<>\"\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters, surrogates and noncharacters: no HTML may hold them."""


def esc(text: str) -> str:
    """Escape text for element content and for double-quoted attribute values.

    Control characters and noncharacters, which HTML forbids, become U+FFFD; the placeholders of `rawhtml` are
    noncharacters and can therefore not be forged.
    """
    if _SPECIAL.search(text) is None:
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return FORBIDDEN.sub("\ufffd", text.replace("\r", " "))


_ENTITY = re.compile(r"&(?=#?\w+;)")


def esc_name(text: str) -> str:
    """Escape a title that the theme prints as it is in one place and escapes in another: only what would become markup."""
    return FORBIDDEN.sub("\ufffd", _ENTITY.sub("&amp;", text).replace("<", "&lt;"))


@lru_cache(maxsize=256)
def html_lang(lang: str) -> str:
    """Return the HTML `lang` value of one of our language keys."""
    return esc(languages.html_lang(lang))


def language_html(lang: str, strings: Mapping[str, str]) -> str:
    """Return the name of a language as an edition's words say it, or else what it calls itself, for which it is marked."""
    if name := strings.get(f"language_{languages.normal(lang)}"):
        return esc(name)
    return f'<span lang="{html_lang(lang)}">{esc(languages.language_name(lang))}</span>'


_SCHEME = re.compile(r"[\s\x00-\x20]*([A-Za-z][A-Za-z0-9+.\s\x00-\x1f-]*):")


def is_safe_url(url: str) -> bool:
    """Tell whether an address has no scheme or one that cannot run code; control characters count as a browser would."""
    match = _SCHEME.match(url)
    if match is None:
        return True
    scheme = re.sub(r"[\s\x00-\x20]", "", match[1]).lower()
    return scheme in SAFE_SCHEMES


def clip(text: str, limit: int) -> str:
    """Shorten a label to `limit` characters on one line."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
