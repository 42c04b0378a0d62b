"""`Lookups`: resolves the links, figures, citations and translations of one deck for the HTML renderer."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.languages import same
from slidegloss.base.patterns import lazy
from slidegloss.base.urls import FILES, relative
from slidegloss.decks.units import context_of, worth_translating
from slidegloss.editions.coverage import Coverage
from slidegloss.editions.edition import Edition
from slidegloss.figures.locate import Embedded, Remote
from slidegloss.figures.sniff import HEAD_BYTES, sniff
from slidegloss.html.context import (
    CiteView,
    Context,
    FigureView,
    MissingView,
    Shared,
    SharingContext,
    SlideCard,
    Translated,
)
from slidegloss.model import Deck, Figure, Slide
from slidegloss.nodes import (
    Block,
    Heading,
    Inline,
    Link,
    Math,
    Paragraph,
    RawBlock,
    RawInline,
    SlideRef,
    SoftBreak,
    Span,
)
from slidegloss.pages.alttext import AltTexts
from slidegloss.pages.outline import outline, slide_levels
from slidegloss.pages.pagetext import in_language
from slidegloss.pages.slidecard import slide_card
from slidegloss.papers.keys import paper_path
from slidegloss.papers.timeline import label_of
from slidegloss.papers.venues import short_venue
from slidegloss.syntax.anchors import figure_places, only_images
from slidegloss.syntax.plaintext import plain_blocks
from slidegloss.syntax.rawtokens import raw_anchors, without_comments
from slidegloss.syntax.tree import plain

if TYPE_CHECKING:
    from slidegloss.config.project import Config

_TAGS = lazy(r"(?:#[^\s#]+\s*)+|\([\w-]+\)=")
"""Nothing but tags of Obsidian, or a label of MyST."""
FIRST_SCREEN = 40
"""Lines of a note that may come out on the first screen: its first figure, if it is among them, loads at once; all others
load when they come near."""


def _said(deck: Deck, edition: Edition, anchor: str, heading: Heading, *, translated: bool) -> str:
    """Return a heading in the edition's language, where there is a translation."""
    found = edition.translations.get((context_of(deck, anchor), heading.source)) if translated else None
    return plain_blocks(found.blocks).strip() if found else plain(heading.children).strip()


def _silent(block: Block) -> bool:
    """Tell whether a block has no words, or only some of another program: tags of Obsidian, a label of MyST."""
    if isinstance(block, RawBlock):
        return not without_comments(block.html).strip()
    if not isinstance(block, Paragraph):
        return False
    wordless = all(
        isinstance(node, (RawInline, SoftBreak)) or (isinstance(node, Math) and node.meant == "")
        for node in block.children
    )
    return wordless or bool(only_images(block.children)) or _TAGS.fullmatch(block.source) is not None


def _untranslated(_source: str) -> None:
    """Look a text up where there are no translations."""


class SharedDeck(Shared[Deck]):
    """A deck and what its pages have in common."""

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """The levels of the headings below the title, in their order."""
        return outline(_levels(self.held, self.title_and_opening[1]))

    @cached_property
    def title_and_opening(self) -> tuple[Heading | None, tuple[Block, ...]]:
        """The page's title, where the author's first heading is just that, and the opening without it.

        Comments, figures, anchors and tags may stand above it, as in files with a licence or a logo, or out of Yuque.
        """
        opening = self.held.opening
        at = next((number for number, block in enumerate(opening) if not _silent(block)), 0)
        first = opening[at] if opening else None
        if isinstance(first, Heading) and plain(first.children).strip() == self.held.title:
            return first, opening[:at] + opening[at + 1 :]
        return None, opening

    @cached_property
    def raw_anchors(self) -> frozenset[str]:
        """The ids in the author's HTML that are the only ones of their name."""
        return raw_anchors(self.held)

    @cached_property
    def figure_anchors(self) -> Mapping[int, str]:
        """The anchors of the figures, by the ids of their nodes."""
        return {id(place.node): place.anchor for place in figure_places(self.held)}

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The languages of the remarks that are worth a translation."""
        return frozenset(note.original.lang for note in self.held.annotations if worth_translating(note))


def shared_deck(deck: Deck, editions: int) -> SharedDeck | None:
    """Return where what the pages of a deck have in common is kept, if it is rendered for several editions."""
    return SharedDeck(deck.whole()) if editions > 1 else None


def _levels(deck: Deck, opening: Sequence[Block]) -> Iterable[int]:
    for block in opening:
        if isinstance(block, Heading):
            yield block.level
    levels = slide_levels(slide.title.level if slide.title else 0 for slide in deck.slides)
    for slide, level in zip(deck.slides, levels, strict=True):
        yield level
        for block in slide.blocks:
            if isinstance(block, Heading):
                yield block.level


class Lookups:
    """What one deck's page may look up, in one edition: links, figures, citations, translations."""

    def __init__(
        self,
        deck: Deck,
        edition: Edition,
        config: Config,
        sink: list[Diagnostic],
        page: str = "",
        shared: SharedDeck | None = None,
    ) -> None:
        """`page` is where the text is shown when that is not the deck's own page (a path in the edition).

        With `shared` (of this deck, whole), what other editions of its own page have as well is made only once.
        """
        self.one_language = deck.role != "note" and not page
        if self.one_language or shared is None:
            self.common = SharedDeck(in_language(deck, edition) if self.one_language else deck.whole())
        else:
            self.common = shared
        self.deck = self.common.held
        self.edition = edition
        self.elsewhere = bool(page)
        self.shared = None if self.one_language or page else shared
        self.path = page or deck.site_path
        self.site_page = edition.prefix + (page or deck.site_path)
        self.figures_shown = 0
        # without a reference back to this object: trees of a circle would only be freed by a collector, which builds go without
        said = partial(_said, deck, edition, translated=not self.one_language)
        self.alts = AltTexts(deck, edition.words, edition.book.library, said)
        self.sink = sink
        self.raw_html = config.settings.raw_html
        self.config_address = config.site_url
        self.signs = {
            name: kind.label.get(edition.lang) or next(iter(kind.label.values()), name)
            for name, kind in config.settings.annotations.items()
        }

    @cached_property
    def translated_part(self) -> Coverage | None:
        """How much of a deck that needs translations has them; None where it needs none."""
        if self.one_language:
            return None
        part = self.edition.coverage.get(self.edition.lang, {}).get(self.deck.source_path)
        return part if part is not None and part.total else None

    @cached_property
    def untranslated(self) -> str:
        """The language of the deck, or else that of its remarks, where nothing of it is translated; empty: there is none."""
        part, lang = self.translated_part, self.edition.lang
        if part is None or part.begun:
            return ""
        if not same(self.deck.lang, lang):
            return self.deck.lang
        others = [other for other in self.common.spoken if not same(other, lang)]
        return others[0] if len(others) == 1 else ""

    def context(self, slide: Slide | None) -> Context:
        """Return the look-ups for what stands on a slide, or in the opening."""
        words = self.edition.words
        place = context_of(self.deck, slide.anchor if slide else "")
        translated = not self.one_language and place in self.edition.translated
        # where one edition has translations, none can take over from another
        shared = None if translated else self.shared
        make = SharingContext if shared else Context
        return make(
            lang=self.edition.lang,
            source_lang=self.deck.lang,
            around=self.edition.lang,
            path=self.deck.source_path,
            pieces=self.deck.pieces,
            strings=words.table,
            href=self.href,
            figure=partial(self.figure, slide),
            slide_href=self.slide_href,
            slide_card=self.slide_card,
            anchor=self.is_raw_anchor,
            figure_anchor=self.figure_anchor,
            cite=self.cite,
            raw_html=self.raw_html,
            signs=self.signs,
            translation=partial(self.translation, place) if translated else _untranslated,
            shared=shared,
            untranslated=self.untranslated,
            sink=self.sink,
            ids=not self.elsewhere,
        )

    def href(self, dest: str, _span: Span) -> str | None:
        """Resolve a link that the book has resolved before."""
        target = self.edition.book.targets.get((self.deck.source_path, dest))
        if target is None or target.kind == "broken":
            return None
        if target.kind == "external":
            return target.url
        if target.kind == "file":
            self._differs()
            return relative(self.site_page, f"{FILES}{target.path}", target.fragment)
        return relative(self.path, target.path, target.fragment)  # the same in all editions

    def _differs(self) -> None:
        """Note that an answer is another in another edition."""
        if self.shared is not None:
            self.shared.differs()

    def is_raw_anchor(self, name: str) -> bool:
        """Tell whether an id in the author's HTML is the only one of its name in the deck."""
        return name in self.common.raw_anchors

    def figure_anchor(self, node: Block | Inline) -> str:
        """Return the anchor of a figure where it stands: of this very node, for one figure may be shown twice."""
        return self.common.figure_anchors.get(id(node), "")

    def slide_href(self, label: str) -> str | None:
        """Resolve a mention of a slide."""
        target = self.edition.book.slide_targets.get((self.deck.source_path, label))
        if target is None:
            return None
        return relative(self.path, target.path, target.fragment)

    def slide_card(self, node: SlideRef | Link) -> SlideCard | None:
        """Return what a link shows of a slide of another deck; only the pages of notes have the script for it."""
        if self.elsewhere:
            return None
        path, book = self.deck.source_path, self.edition.book
        target = (
            book.slide_targets.get((path, node.label))
            if isinstance(node, SlideRef)
            else book.targets.get((path, node.dest))
        )
        card = slide_card(target, self.edition, self.deck.site_path)
        if card is not None:
            self._differs()
        return card

    def cite(self, index: int) -> CiteView | None:
        """Show which paper a citation means."""
        library = self.edition.book.library
        keys = library.cited.get(self.deck.source_path, ())
        key = keys[index] if index < len(keys) else ""  # a translation may cite what its note does not
        if not key:
            return None
        paper = library.by_key[key]
        href = relative(self.path, paper_path(key))
        label = label_of(paper)
        # `Ho et al. 2022`, which nobody described, is called so
        year = None if label.endswith(f" {paper.year}") else paper.year
        return CiteView(label, short_venue(paper.venue), year, href)

    def translation(self, context: str, source: str) -> Translated | None:
        """Look a text up in the edition's catalogue; a page in one language has its translations already."""
        return self.edition.translations.get((context, source))

    def figure(self, slide: Slide | None, dest: str, span: Span) -> FigureView | MissingView:
        """Show a figure, or say that it is missing."""
        self._differs()
        words = self.edition.words
        found = self.edition.book.figure_sources.get((self.deck.source_path, dest))
        path, line, _ = self.deck.place(span.line, span.col)
        place = f"{path.rpartition('/')[2]}:{line}"
        if (figure := self.edition.book.figure_of(found)) is not None:
            self.figures_shown += 1
            alt = self.alts.of(slide, figure.original.site_path, dest, span)
            first = self.figures_shown == 1 and span.line <= FIRST_SCREEN and not self.elsewhere
            return figure_view(figure, self.site_page, alt, first=first)
        if isinstance(found, Embedded):
            return _embedded(found.url, self.alts.of(slide, found.url, dest, span))
        if isinstance(found, Remote):
            return MissingView(dest, place, words.get("figure_remote"), href=found.url)
        return MissingView(dest, place, words.get("figure_missing"))


def _embedded(url: str, alt: str) -> FigureView:
    """Return a picture that stands in its own address; what browsers show of it is theirs to judge."""
    head, _, data = url.partition(",")
    size = (0, 0)
    if head.endswith(";base64"):
        with contextlib.suppress(ValueError):
            found = sniff(base64.b64decode(unquote(data)[: HEAD_BYTES // 3 * 4]))
            size = (found.width, found.height)
    return FigureView(url, alt, width=size[0], height=size[1])


def figure_view(figure: Figure, site_page: str, alt: str, *, first: bool = False) -> FigureView:
    """Return a figure as a page of the site shows it."""
    widest = figure.variants[-1] if figure.variants else figure.original
    srcset = ""
    if len(figure.variants) > 1:
        srcset = ", ".join(f"{relative(site_page, file.site_path)} {file.width}w" for file in figure.variants)
    return FigureView(
        src=relative(site_page, widest.site_path),
        alt=alt,
        kind=figure.kind,
        mime=figure.mime,
        width=widest.width,
        height=widest.height,
        srcset=srcset,
        original_href=relative(site_page, figure.original.site_path) if figure.kind != "video" else "",
        transparent=figure.transparent,
        lazy=not first,
        first=first,
    )
