"""The page of a deck or plain note: Markdown with HTML blocks, through its Jinja2 template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from jinja2 import Environment

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.languages import same
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import relative
from slidegloss.editions.edition import COVERAGE, Edition
from slidegloss.html.blocks import HeadingPart, heading_html, heading_label, render_slide_body
from slidegloss.html.context import Context, esc, is_safe_url, language_html
from slidegloss.html.pymd import (
    balanced_block,
    heading_line,
    inline_html,
    inline_value,
    page_block,
    sound_blocks,
    written_heading,
)
from slidegloss.model import Deck, Slide
from slidegloss.nodes import Block
from slidegloss.notes.language import text_lang
from slidegloss.pages.lookups import Lookups, SharedDeck
from slidegloss.pages.page import TITLE_ANCHOR, Page, Rendered, front_matter, shows_translations
from slidegloss.pages.preview import card_path, description

if TYPE_CHECKING:
    from slidegloss.config.project import Config


_MENU = balanced_block('<div class="sg-acts"></div>', 1)
"""Where the script puts a slide's menu: a box of its own among the blocks would let Chromium, which counts them to find the
place that a reader comes back to, find another one."""


class SlideView(NamedTuple):
    """A slide as the template shows it."""

    heading: str
    chunks: tuple[str, ...]


class DeckView(NamedTuple):
    """A deck's page as the template shows it."""

    front: str
    heading: str
    opening: tuple[str, ...]
    slides: tuple[SlideView, ...]
    only_keys: bool = False
    """Whether there are neither slides nor annotations: the one tool explains keys, which phones have not,
    and stands at the end of the page."""

    @property
    def body(self) -> str:
        """All that stands below the title, for a template that changes nothing there: Jinja takes its time for each piece."""
        parts = [*self.opening, *(part for slide in self.slides for part in (slide.heading, *slide.chunks))]
        return "\n\n".join([*parts, ""])


class DeckPage:
    """The page of one deck in one edition."""

    def __init__(self, look: Lookups) -> None:
        self.look, self.deck, self.edition = look, look.deck, look.edition

    def view(self, edit_url: str) -> DeckView:
        """Return the page's parts, as Markdown."""
        title, opening = self.look.common.title_and_opening
        slides = self.deck.slides
        taken = iter(self.look.common.levels)
        heading = heading_line(
            1,
            heading_html(title, self.look.context(None)) if title else self._title_html(),
            title.anchor if title else TITLE_ANCHOR,
            classes=("sg-page-title",),
            toc_label=self.edition.title_of(self.deck)[0],
        )
        opening_chunks = (*self._language_line(), *self._chunks(opening, self.look.context(None), taken))
        if not opening and not slides:
            opening_chunks = (self._empty("empty_note"),)
        views = [self._slide(slide, next(taken), taken) for slide in slides]
        below = (part for slide in views for part in (slide.heading, *slide.chunks))
        two_languages = shows_translations(heading, *opening_chunks, *below)
        return DeckView(
            front=front_matter(self._meta(edit_url, two_languages=two_languages)),
            heading=heading,
            opening=opening_chunks,
            slides=tuple(views),
            only_keys=not slides and not self.deck.annotations,
        )

    def _title_html(self) -> str:
        """Return the title of a page that has no heading for it, and its translation."""
        title, lang = self.deck.title, text_lang(self.deck.title, self.deck.lang)
        context, translated = self.look.context(None), self.edition.titles.get(self.deck.title)
        attrs = (' class="sg-src"' if translated else "") + context.lang_attr(lang)
        shown = f"<span{attrs}>{esc(title)}</span>" if attrs else esc(title)
        return f'{shown} <span class="sg-tr">{esc(translated)}</span>' if translated else shown

    def _language_line(self) -> tuple[str, ...]:
        """Say once that a page or its remarks are in another language, and how much can be read in the edition's."""
        part, lang = self.look.translated_part, self.look.untranslated or self.deck.lang
        if part is None or same(lang, self.edition.lang):
            return ()
        of_remarks = same(self.deck.lang, self.edition.lang)
        key = "annotations_not_translated" if of_remarks else "page_language" if part.begun else "not_translated"
        name = language_html(lang, self.edition.words.table)
        said = esc(self.edition.words.get(key, language="\0", percent=part.percent)).replace("\ufffd", name)
        href = relative(self.look.site_page, self.edition.prefix + COVERAGE)
        return (balanced_block(f'<div><p class="sg-page-lang"><a href="{href}">{said}</a></p></div>', 1),)

    def _slide(self, slide: Slide, level: int, taken: Iterable[int]) -> SlideView:
        context = self.look.context(slide)
        spoken = inline_value(f"{esc(self.edition.words.get('slide'))} {slide.label}")
        label = inline_html(slide.label)
        said = f'<a class="sg-badge" href="#{inline_value(slide.anchor)}" aria-label="{spoken}">{label}</a>'
        if slide.title:
            title = inline_html(heading_html(slide.title, context))
            # notes and the book's old site link to a heading by its own name, whether or not it is a slide's
            if slide.title.anchor:
                title = f'<span id="{inline_value(slide.title.anchor)}">{title}</span>'
            said = f"{said} {title.strip()}".rstrip()
        heading = written_heading(
            level,
            said,
            slide.anchor,
            classes=("sg-slide-title",),
            toc_label=heading_label(slide.title, context) if slide.title else slide.label,
        )
        chunks = self._chunks(slide.blocks, context, taken)
        if not chunks and not slide.title:
            chunks = (self._empty("empty_slide"),)
        return SlideView(heading, (_MENU, *chunks))

    def _empty(self, word: str) -> str:
        """Say that there is nothing, so that nobody waits for it."""
        return balanced_block(f'<div><p class="sg-empty">{esc(self.edition.words.get(word))}</p></div>', 1)

    @staticmethod
    def _chunks(blocks: Sequence[Block], context: Context, taken: Iterable[int]) -> tuple[str, ...]:
        levels = iter(taken)
        chunks = []
        for part in render_slide_body(blocks, context):
            if isinstance(part, HeadingPart):
                chunks.append(heading_line(next(levels), part.html, part.anchor, toc_label=part.plain))
            else:
                chunks.append(page_block(part.html, part.elements, context.raw_html))
        return tuple(chunks)

    def needs(self) -> Mapping[str, object]:
        """Return the head entries for the optional assets that the page needs."""
        cites = {"papers"} if any(self.edition.book.library.cited.get(self.deck.source_path, ())) else set()
        figures = {"figures"} if self.look.figures_shown else set()
        return dict.fromkeys(sorted(self.edition.book.index[self.deck.source_path].needs | cites | figures), True)

    def _meta(self, edit_url: str, *, two_languages: bool) -> Mapping[str, object]:
        kind = "deck" if self.deck.slides else "note"
        title = self.edition.title_of(self.deck)[0]
        return {
            "title": title,
            "kind": kind,
            "two_languages": two_languages,
            "edit_url": edit_url,
            **self._preview(),
            **self.needs(),
        }

    def _preview(self) -> Mapping[str, object]:
        image = (
            card_path(self.edition, self.deck.site_path)
            if self.look.config_address and self.deck.role != "home"
            else ""
        )
        return {"description": description(self.deck, self.edition), "image": quote(image)}


def render_deck(
    deck: Deck, edition: Edition, config: Config, templates: Environment, shared: SharedDeck | None = None
) -> Rendered:
    """Render the page of a deck or plain note; `shared` is for all its editions, when they are rendered in turn."""
    sink: list[Diagnostic] = []
    edit_url = (
        config.edit_url.replace("{path}", quote(deck.source_path, safe="/")) if is_safe_url(config.edit_url) else ""
    )
    view = DeckPage(Lookups(deck, edition, config, sink, shared=shared)).view(edit_url)
    blocks = sound_blocks((*view.opening, *(chunk for slide in view.slides for chunk in slide.chunks)))
    page = Page(deck.site_path, templates.get_template("deck.md.jinja").render(page=view), blocks)
    return Rendered((page,), tuple(sink))


def decks_with_pages(edition: Edition) -> tuple[Deck, ...]:
    """Return the decks and plain notes that have a page of their own: all but the home page."""
    return tuple(deck for deck in edition.book.decks if deck.role != "home")
