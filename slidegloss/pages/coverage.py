"""The page of translation coverage: how much of each note reads in which language, and stale translations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import Environment

from slidegloss.base.languages import language_name
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import relative
from slidegloss.decks.units import context_of
from slidegloss.editions.coverage import Coverage, summed
from slidegloss.editions.edition import COVERAGE, Edition
from slidegloss.html.context import clip, esc, html_lang
from slidegloss.html.pymd import heading_line, html_block
from slidegloss.model import Deck
from slidegloss.pages.page import Page, Rendered, front_matter, lang_attr, page_title


class LanguageView(NamedTuple):
    """One language's table as the template shows it."""

    heading: str
    table: str


class CoverageView(NamedTuple):
    """The page as the template shows it."""

    front: str
    heading: str
    intro: str
    languages: tuple[LanguageView, ...]
    stale_heading: str
    stale: str


def render_coverage(edition: Edition, templates: Environment) -> Rendered:
    """Render the page of translations; nothing when there is nothing to translate into any language."""
    if not any(item.site_path == COVERAGE for item in edition.nav):
        return Rendered(())
    words = edition.words
    order = sorted(edition.coverage, key=lambda lang: lang != edition.lang)
    stale = _stale(edition)
    intro = words.get("coverage_intro")
    view = CoverageView(
        front=front_matter({"title": words.get("coverage"), "description": intro, "kind": "coverage"}),
        heading=page_title(esc(words.get("coverage"))),
        intro=html_block(f"<p>{esc(intro)}</p>"),
        languages=tuple(_language(lang, edition) for lang in order),
        stale_heading=heading_line(2, esc(words.get("coverage_stale")), "stale") if stale else "",
        stale=html_block(stale) if stale else "",
    )
    return Rendered((Page(COVERAGE, templates.get_template("coverage.md.jinja").render(page=view)),))


def _language(lang: str, edition: Edition) -> LanguageView:
    words, parts = edition.words, edition.coverage[lang]
    rows = [row for deck in edition.book.decks if (row := _row(edition, parts, deck)) is not None]
    decks = edition.book.by_source()
    rest = summed(part for path, part in parts.items() if path not in decks)
    if rest.total:
        rows.append((esc(words.get("coverage_rest")), rest))
    name = language_name(lang)
    heading = heading_line(
        2, f'<span lang="{html_lang(lang)}">{esc(name)}</span>', f"in-{lang.lower()}", toc_label=name
    )
    if not rows:
        return LanguageView(heading, html_block(f"<p>{esc(words.get('coverage_nothing'))}</p>"))
    head = "".join(
        f'<th scope="col"{css}>{esc(words.get(f"coverage_{key}"))}</th>'
        for css, keys in (("", ("note", "share")), (' class="sg-right"', _COLUMNS))
        for key in keys
    )
    body = "\n".join(_row_html(title, part) for title, part in rows)
    foot = _row_html(esc(words.get("coverage_all")), summed(part for _, part in rows)) if len(rows) > 1 else ""
    foot = f"<tfoot>{foot}</tfoot>" if foot else ""
    label = f"{words.get('coverage')}: {name}"
    return LanguageView(
        heading,
        html_block(
            f'<div class="sg-table sg-coverage" tabindex="0" role="region" aria-label="{esc(label)}">'
            f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody>{foot}</table></div>"
        ),
    )


_COLUMNS = ("translated", "fuzzy", "missing")


def _row(edition: Edition, parts: Mapping[str, Coverage], deck: Deck) -> tuple[str, Coverage] | None:
    part = parts.get(deck.source_path)
    if part is None or not part.total:
        return None
    title, lang = edition.title_of(deck)
    page = "index.html" if deck.role == "home" else deck.site_path
    href = relative(edition.prefix + COVERAGE, edition.prefix + page)
    return f'<a href="{href}"{lang_attr(lang, edition)}>{esc(title)}</a>', part


def _row_html(title: str, part: Coverage) -> str:
    counts = "".join(f'<td class="sg-right">{getattr(part, column)}</td>' for column in _COLUMNS)
    share = (
        f'<progress class="sg-share" max="100" value="{part.percent}" aria-hidden="true"></progress> {part.percent} %'
    )
    return f'<tr><th scope="row">{title}</th><td class="sg-share-cell">{share}</td>{counts}</tr>'


def _stale(edition: Edition) -> str:
    """Return the list of translations whose originals have changed, each with the way to it."""
    items = "".join(f"<li>{item}</li>" for item in _stale_items(edition))
    return f'<ul class="sg-stale">{items}</ul>' if items else ""


def _stale_items(edition: Edition) -> Iterator[str]:
    pages = {context_of(deck, ""): deck for deck in edition.book.decks}
    for (context, source), translated in edition.translations.items():
        if translated.status != "fuzzy":
            continue
        name, _, anchor = context.rpartition(":")
        deck = pages.get(name) or pages.get(context)
        text = esc(clip(source, 80))
        if deck is None:
            yield text
            continue
        anchor = anchor if name in pages else ""
        href = relative(edition.prefix + COVERAGE, edition.prefix + deck.site_path, anchor)
        yield f'<a href="{href}">{esc(clip(deck.title, 60))}{esc(f" · {anchor.upper()}") if anchor else ""}</a>: {text}'
