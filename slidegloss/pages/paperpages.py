"""The pages of the library: one for each paper, their index, and the downloads."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from jinja2 import Environment

from slidegloss.base.languages import find, same
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import relative
from slidegloss.book.bookfile import book_schema
from slidegloss.book.link import Book
from slidegloss.config.project import Config
from slidegloss.config.settings import mkdocs_schema, settings_schema
from slidegloss.decks.pieces import Pieces
from slidegloss.decks.units import paper_context
from slidegloss.editions.edition import Edition
from slidegloss.html.blocks import render_blocks
from slidegloss.html.context import Context, esc
from slidegloss.html.pymd import balanced_block, heading_line, page_block, sound_blocks
from slidegloss.model import Paper
from slidegloss.notes.deck import NoteOptions, parse_passage
from slidegloss.pages.page import (
    Page,
    Rendered,
    front_matter,
    in_lang,
    lang_attr,
    page_title,
    shows_maths,
    shows_translations,
    title_attr,
    title_html,
    title_lang,
)
from slidegloss.pages.papercards import MANY_AUTHORS, authors_line, paper_links, where_of
from slidegloss.pages.paperindex import INDEX, cited_by_note, download_path, index_view, term_links
from slidegloss.pages.snippets import Snippets
from slidegloss.papers.bibtex import entry_of, joined_entries
from slidegloss.papers.csl import item_text, joined_items, to_csl
from slidegloss.papers.export import to_csv
from slidegloss.papers.keys import paper_path
from slidegloss.papers.match import Library
from slidegloss.papers.schema import paper_schema
from slidegloss.papers.timeline import label_of, name_of
from slidegloss.syntax.titles import readable

RELATED = 8
"""Related papers shown on a paper's page at the most."""
MANY_SLIDES = 6
"""Slides of a paper shown at once; later ones are folded."""
MANY_SHARE = 60
"""A slide or tag that more papers share than these says nothing about which are related."""


class PaperView(NamedTuple):
    """A paper's page as the template shows it."""

    front: str
    heading: str
    facts: str
    summary: str
    figure: str
    slides_heading: str
    slides: tuple[str, ...]
    related_heading: str
    related: str
    cite_heading: str
    cite: str


class Alike:
    """Parts of the pages of papers that are the same in all editions or on many pages, rendered once."""

    def __init__(self, library: Library) -> None:
        """`library` has all papers of the book."""
        self._library = library
        self._cites: dict[str, str] = {}
        self._links: dict[tuple[str, str], str] = {}

    def cite(self, paper: Paper) -> str:
        """Return the box with a paper's BibTeX and CSL-JSON."""
        if (found := self._cites.get(paper.key)) is None:
            found = self._cites[paper.key] = balanced_block(cite_box(paper), 1)
        return found

    def related(self, close: Sequence[str], edition: Edition) -> str:
        """Return the list of related papers; empty when there are none."""
        items = "".join(self._link(key, edition) for key in close)
        return balanced_block(f'<div><ul class="sg-related">{items}</ul></div>', 1) if items else ""

    def _link(self, key: str, edition: Edition) -> str:
        if (found := self._links.get((key, edition.lang))) is None:
            other, page = self._library.by_key[key], paper_path(key)
            href = relative(page, page)  # the pages of papers lie side by side
            name = f'<a href="{href}"{title_attr(other, edition)}>{title_html(other.title)}</a>'
            found = f'<li>{name} <span class="sg-muted">{esc(where_of(other))}</span></li>'
            self._links[key, edition.lang] = found
        return found


class AtHand(NamedTuple):
    """What the pages of papers share with others, rendered once."""

    pieces: Pieces
    """What they show of notes."""
    alike: Alike
    """What they say as in other editions."""


def render_index(edition: Edition, templates: Environment) -> Rendered:
    """Render the index of papers; nothing when the book knows no paper."""
    if not edition.book.library.papers:
        return Rendered(())
    return Rendered((Page(INDEX, templates.get_template("papers.md.jinja").render(page=index_view(edition))),))


def render_papers(
    papers: Sequence[tuple[Paper, Sequence[str]]],
    edition: Edition,
    config: Config,
    templates: Environment,
    options: NoteOptions,
    at_hand: AtHand,
) -> Rendered:
    """Render a page for each of these papers, which come with the keys of the papers related to them (`relations`)."""
    snippets = Snippets(edition, config, at_hand.pieces)
    template = templates.get_template("paper.md.jinja")
    pages = []
    for paper, close in papers:
        view = _paper(paper, close, snippets, options, at_hand.alike)
        blocks = sound_blocks((view.facts, view.summary, view.figure, *view.slides, view.related, view.cite))
        pages.append(Page(paper_path(paper.key), template.render(page=view), blocks))
    return Rendered(tuple(pages))


def downloads(book: Book) -> Mapping[str, str]:
    """Return the files with the papers as data, by their path in the site; per note as well as for the whole book."""
    library = book.library
    if not library.papers:
        return {}
    # a paper is written once, however many notes cite it
    entries = {paper.key: entry_of(paper) for paper in library.papers}
    items = {paper.key: item_text(paper) for paper in library.papers}
    files = {
        "papers.bib": joined_entries(entries.values()),
        "papers.csl.json": joined_items(items.values()),
        "papers.csv": to_csv(library.papers),
    }
    for deck, papers in cited_by_note(book):
        files[download_path(deck, "bib")] = joined_entries(entries[paper.key] for paper in papers)
        files[download_path(deck, "csl.json")] = joined_items(items[paper.key] for paper in papers)
    return files


def schemas() -> Mapping[str, str]:
    """Return the JSON Schemas that editors check paper files and settings with, by their path in the site."""
    found = {"papers": paper_schema(), "settings": settings_schema(), "mkdocs": mkdocs_schema(), "book": book_schema()}
    return {
        f"assets/schema/{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in found.items()
    }


# --- one paper --------------------------------------------------------------------------------------------------------


def _paper(
    paper: Paper,
    close: Sequence[str],
    snippets: Snippets,
    options: NoteOptions,
    alike: Alike,
) -> PaperView:
    edition = snippets.edition
    words = edition.words
    slides = _slides(paper, snippets)
    related = alike.related(close, edition)
    heading = in_lang(title_html(paper.title), title_lang(paper), edition)
    summary = _summary(paper, edition, options)
    return PaperView(
        front=front_matter(
            {
                "title": name_of(paper),
                "kind": "paper",
                "two_languages": shows_translations(summary, *slides),
                "description": readable(paper.title),
                "papers": True,
                "figures": bool(paper.figure),
                "maths": shows_maths(heading, summary, *slides, related),
            }
        ),
        heading=page_title(heading, label_of(paper)),
        facts=balanced_block(_facts(paper, edition), 1),
        summary=summary,
        figure=_figure(paper, edition),
        slides_heading=_heading(words.get("paper_slides"), "slides") if slides else "",
        slides=slides,
        related_heading=_heading(words.get("paper_related"), "related") if related else "",
        related=related,
        cite_heading=_heading(words.get("paper_cite"), "cite"),
        cite=alike.cite(paper),
    )


def _heading(text: str, anchor: str) -> str:
    return heading_line(2, esc(text), anchor, toc_label=text)


def _slides(paper: Paper, snippets: Snippets) -> tuple[str, ...]:
    """Return the slides that discuss a paper; of a long list the later ones are folded."""
    edition = snippets.edition
    shown = snippets.of(edition.book.library.backlinks.get(paper.key, ()))
    folded = shown[MANY_SLIDES:] if len(shown) > MANY_SLIDES + 2 else []
    open_ones = shown[: len(shown) - len(folded)]
    if folded:
        more = esc(edition.words.count("paper_more_slides", len(folded)))
        open_ones.append(f'<details class="sg-fold"><summary>{more}</summary>{"".join(folded)}</details>')
    raw_html = snippets.config.settings.raw_html
    return tuple(page_block(snippet, 1, raw_html) for snippet in open_ones)


def _facts(paper: Paper, edition: Edition) -> str:
    words = edition.words
    rows: list[tuple[str, str]] = []
    if paper.authors:
        rows.append(("paper_authors", _authors(paper, edition)))
    if venue := where_of(paper):
        rows.append(("paper_venue", esc(venue)))
    if links := " · ".join(f'<a href="{esc(url)}">{esc(name)}</a>' for name, url in paper_links(paper, words)):
        rows.append(("paper_links", links))
    index = relative(edition.prefix + paper_path(paper.key), edition.prefix + INDEX)
    if paper.guidance:
        rows.append(("paper_guidance", term_links("guidance", paper.guidance, edition, index)))
    if paper.tags:
        rows.append(("paper_tags", term_links("tag", paper.tags, edition, index)))
    items = "".join(f"<div><dt>{esc(words.get(key))}</dt><dd>{value}</dd></div>" for key, value in rows)
    facts = f'<dl class="sg-facts">{items}</dl>' if items else ""
    stub = f'<p class="sg-stub">{esc(words.get("paper_stub"))}</p>' if paper.stub else ""
    return f'<div class="sg-paper">{facts}{stub}</div>'


def _authors(paper: Paper, edition: Edition) -> str:
    if len(paper.authors) <= MANY_AUTHORS:
        return esc(authors_line(paper, edition.words, MANY_AUTHORS))
    names = [esc(name) for name in paper.authors]
    more = edition.words.get("paper_all_authors", count=len(names))
    return f"{', '.join(names[:10])} …<details><summary>{esc(more)}</summary>{', '.join(names)}</details>"


def _summary(paper: Paper, edition: Edition, options: NoteOptions) -> str:
    """Return the summary in all its languages, the edition's first; a catalogue's translation where the entry has none."""
    texts = [(lang, parse_passage(text, options)) for lang, text in paper.summary.items()]
    if texts and not find(edition.lang, paper.summary):
        source = next(iter(paper.summary.values())).strip()
        if (found := edition.translations.get((paper_context(paper.key), source))) is not None:
            texts.append((edition.lang, found.blocks))
    parts = []
    for lang, blocks in sorted(texts, key=lambda item: not same(item[0], edition.lang)):
        context = Context(
            lang=lang, source_lang=lang, path=paper.source_path, sink=[], strings=edition.words.table, ids=False
        )
        role = "original" if same(lang, edition.lang) else "translation"
        body = render_blocks(blocks, context)
        parts.append(f'<div class="sg-summary sg-summary--{role}"{lang_attr(lang, edition)}>{body}</div>')
    return balanced_block(f'<div class="sg-summaries">{"".join(parts)}</div>', 1) if parts else ""


def _figure(paper: Paper, edition: Edition) -> str:
    figure = edition.book.own_figure(paper.source_path, paper.figure)
    if figure is None or figure.kind in {"video", "other"}:
        return ""
    page = edition.prefix + paper_path(paper.key)
    file = figure.variants[-1] if figure.variants else figure.original
    alt = edition.words.get("paper_figure_alt", paper=label_of(paper))
    size = f' width="{file.width}" height="{file.height}"' if file.width else ""
    original = relative(page, figure.original.site_path)
    return balanced_block(
        f'<figure class="sg-figure"><a class="sg-zoom" href="{original}">'
        f'<img src="{relative(page, file.site_path)}" alt="{esc(alt)}"{size} decoding="async"></a></figure>',
        1,
    )


def relations(library: Library) -> Mapping[str, tuple[str, ...]]:
    """Return, for each paper, those that share slides (weighs 3) or tags and guidance (1 each) with it, closest first.

    What very many papers share says nothing and is left out, so that time stays linear in the number of papers.
    """
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for paper in library.papers:
        for link in library.backlinks.get(paper.key, ()):
            groups["slide", link.source_path, link.slide].append(paper.key)
        for term in dict.fromkeys((*paper.tags, *paper.guidance)):
            groups["term", term].append(paper.key)
    scores: dict[str, Counter[str]] = {paper.key: Counter() for paper in library.papers}
    for kind, members in groups.items():
        if len(members) <= MANY_SHARE:
            weight = 3 if kind[0] == "slide" else 1
            for key in members:
                for other in members:
                    scores[key][other] += weight
    return {
        key: tuple(sorted((o for o in found if o != key), key=lambda other: (-found[other], other))[:RELATED])
        for key, found in scores.items()
    }


def cite_box(paper: Paper) -> str:
    """Return a paper as others cite it, to be copied."""
    # what only slidegloss reads stays in the downloads
    address = paper.links.get("paper", "")
    # a web page is nothing without its address; others are found by their venue
    links = {"paper": address} if address and not (paper.venue or paper.doi or paper.arxiv) else {}
    plain = replace(paper, short="", summary={}, figure="", guidance=(), tags=(), links=links, aliases=())
    bibtex, csl = esc(entry_of(plain).strip()), esc(to_csl([plain]).strip())

    def code(text: str) -> str:  # Material's script gives it a button to copy, in the edition's language
        return f'<div class="highlight"><pre tabindex="0"><code>{text}</code></pre></div>'

    return (
        f'<div class="sg-citebox"><p>BibTeX</p>{code(bibtex)}'
        f"<details><summary>CSL-JSON</summary>{code(csl)}</details></div>"
    )
