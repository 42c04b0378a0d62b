"""The pages of the library: one for each paper, their index with the timeline, and the downloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from jinja2 import Environment

from slidegloss import html
from slidegloss.config import Config
from slidegloss.figures.locate import Found
from slidegloss.htmlcontext import Context, esc, html_lang
from slidegloss.localise import Edition
from slidegloss.model import Deck, Paper, Slide
from slidegloss.notes.deck import NoteOptions, parse_passage
from slidegloss.papers.bibtex import entry_of, to_bibtex
from slidegloss.papers.csl import to_csl
from slidegloss.papers.export import to_csv
from slidegloss.papers.match import Library
from slidegloss.papers.timeline import label_of, timeline_svg
from slidegloss.pymd import heading_line, html_block
from slidegloss.render import TITLE_ANCHOR, Page, Rendered, front_matter, paper_path
from slidegloss.snippets import slide_snippet
from slidegloss.urls import relative

INDEX = "papers.html"
DOWNLOADS = "downloads"
RELATED = 8
"""Related papers shown on a paper's page at the most."""
MANY_AUTHORS = 40
"""A longer list of authors is folded behind the first ones; nothing is left out."""


@dataclass(frozen=True, slots=True)
class PaperView:
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


@dataclass(frozen=True, slots=True)
class IndexView:
    """The index of papers as the template shows it."""

    front: str
    heading: str
    intro: str
    timeline: str
    table: str


def render_papers(edition: Edition, config: Config, templates: Environment, options: NoteOptions) -> Rendered:
    """Render the index and a page for each paper; nothing when the book knows no paper."""
    library = edition.book.library
    if not library.papers:
        return Rendered(())
    decks = edition.book.by_source()
    template = templates.get_template("paper.md.jinja")
    pages = [
        Page(paper_path(paper.key), template.render(page=_paper(paper, decks, edition, config, options)))
        for paper in library.papers
    ]
    index = templates.get_template("papers.md.jinja").render(page=_index(edition))
    return Rendered((Page(INDEX, index), *pages))


def downloads(library: Library) -> Mapping[str, str]:
    """Return the files with the papers as data, by their path in the site; per deck as well as for the whole book."""
    if not library.papers:
        return {}
    files = {
        "papers.bib": to_bibtex(library.papers),
        "papers.csl.json": to_csl(library.papers),
        "papers.csv": to_csv(library.papers),
    }
    for source_path, keys in library.cited.items():
        papers = [library.by_key[key] for key in dict.fromkeys(keys) if key]
        if papers:
            name = source_path.removesuffix(".md")
            files[f"{DOWNLOADS}/{name}.bib"] = to_bibtex(papers)
            files[f"{DOWNLOADS}/{name}.csl.json"] = to_csl(papers)
    return files


# --- one paper --------------------------------------------------------------------------------------------------------


def _paper(
    paper: Paper, decks: Mapping[str, Deck], edition: Edition, config: Config, options: NoteOptions
) -> PaperView:
    words, page = edition.words, paper_path(paper.key)
    snippets = tuple(
        html_block(slide_snippet(deck, _slide_of(deck, link.slide), edition, config, page))
        for link in edition.book.library.backlinks.get(paper.key, ())
        if (deck := decks.get(link.source_path)) is not None
    )
    related = _related(paper, edition)
    return PaperView(
        front=front_matter({"title": label_of(paper), "kind": "paper", "description": paper.title}),
        heading=heading_line(1, esc(paper.title), TITLE_ANCHOR, classes=("sg-page-title",), toc_label=label_of(paper)),
        facts=html_block(_facts(paper, edition)),
        summary=_summary(paper, edition, options),
        figure=_figure(paper, edition),
        slides_heading=_heading(words.get("paper_slides"), "slides") if snippets else "",
        slides=snippets,
        related_heading=_heading(words.get("paper_related"), "related") if related else "",
        related=related,
        cite_heading=_heading(words.get("paper_cite"), "cite"),
        cite=html_block(_cite_box(paper, edition)),
    )


def _heading(text: str, anchor: str) -> str:
    return heading_line(2, esc(text), anchor, toc_label=text)


def _slide_of(deck: Deck, anchor: str) -> Slide | None:
    return next((slide for slide in deck.slides if slide.anchor == anchor), None)


def _facts(paper: Paper, edition: Edition) -> str:
    words = edition.words
    rows: list[tuple[str, str]] = []
    if paper.authors:
        rows.append(("paper_authors", _authors(paper, edition)))
    if venue := " ".join(part for part in (paper.venue, str(paper.year or "")) if part):
        rows.append(("paper_venue", esc(venue)))
    if links := " · ".join(f'<a href="{esc(url)}">{esc(name)}</a>' for name, url in _links(paper, edition)):
        rows.append(("paper_links", links))
    if paper.guidance:
        rows.append(("paper_guidance", _filters("guidance", paper.guidance, edition)))
    if paper.tags:
        rows.append(("paper_tags", _filters("tag", paper.tags, edition)))
    stub = f'<p class="sg-stub">{esc(words.get("paper_stub"))}</p>' if paper.stub else ""
    items = "".join(f"<dt>{esc(words.get(key))}</dt><dd>{value}</dd>" for key, value in rows)
    return f'<div class="sg-paper">{stub}<dl class="sg-facts">{items}</dl></div>' if items else f"<div>{stub}</div>"


def _authors(paper: Paper, edition: Edition) -> str:
    names = [esc(name) for name in paper.authors]
    if len(names) <= MANY_AUTHORS:
        return ", ".join(names)
    more = edition.words.get("paper_all_authors", count=len(names))
    return f"{', '.join(names[:10])} …<details><summary>{esc(more)}</summary>{', '.join(names)}</details>"


def _links(paper: Paper, edition: Edition) -> Iterator[tuple[str, str]]:
    if paper.arxiv:
        yield f"arXiv {paper.arxiv}", f"https://arxiv.org/abs/{paper.arxiv}"
    if paper.doi:
        yield "DOI", f"https://doi.org/{paper.doi}"
    for name, url in paper.links.items():
        if url.startswith(("https://", "http://")):
            key = f"link_{name}"
            yield edition.words.table.get(key, name), url


def _filters(name: str, values: Iterable[str], edition: Edition) -> str:
    """Return values as links to the index, filtered by them."""
    index = relative(f"{edition.prefix}papers/x.html", edition.prefix + INDEX)
    return " ".join(
        f'<a class="sg-tag" href="{index}#{name}={esc(_encoded(value))}">{esc(_term(value, edition))}</a>' for value in values
    )


def _encoded(value: str) -> str:
    return quote(value, safe="")


def _term(value: str, edition: Edition) -> str:
    """Return a tag in the edition's words, where the table of words knows it."""
    return edition.words.table.get(f"term_{value.lower().replace(' ', '_')}", value)


def _summary(paper: Paper, edition: Edition, options: NoteOptions) -> str:
    """Return the summary in both languages, the edition's first."""
    order = sorted(paper.summary.items(), key=lambda item: item[0] != edition.lang)
    parts = []
    for lang, text in order:
        context = Context(lang=lang, source_lang=lang, path=paper.source_path, strings=edition.words.table, ids=False)
        attribute = "" if lang == edition.lang else f' lang="{html_lang(lang)}"'
        role = "original" if lang == edition.lang else "translation"
        body = html.render_blocks(parse_passage(text, options), context)
        parts.append(f'<div class="sg-summary sg-summary--{role}"{attribute}>{body}</div>')
    return html_block(f'<div class="sg-summaries">{"".join(parts)}</div>') if parts else ""


def _figure(paper: Paper, edition: Edition) -> str:
    source = paper_figure(paper, edition)
    figure = edition.book.figures.get(source) if source else None
    if figure is None:
        return ""
    page = edition.prefix + paper_path(paper.key)
    file = figure.variants[-1] if figure.variants else figure.original
    alt = edition.words.get("paper_figure_alt", paper=label_of(paper))
    size = f' width="{file.width}" height="{file.height}"' if file.width else ""
    original = relative(page, figure.original.site_path)
    return html_block(
        f'<figure class="sg-figure"><a class="sg-zoom" href="{original}">'
        f'<img src="{relative(page, file.site_path)}" alt="{esc(alt)}"{size} decoding="async"></a></figure>'
    )


def paper_figure(paper: Paper, edition: Edition) -> str:
    """Return the source path of a paper's own figure, or nothing."""
    found = edition.book.figure_sources.get((paper.source_path, paper.figure)) if paper.figure else None
    return found.source_path if isinstance(found, Found) else ""


def _related(paper: Paper, edition: Edition) -> str:
    """Return the papers that share slides (weighs 3) or tags and guidance (1 each) with this one, closest first."""
    library = edition.book.library
    here = set(library.backlinks.get(paper.key, ()))
    terms = {*paper.tags, *paper.guidance}
    score: Counter[str] = Counter()
    for other in library.papers:
        if other.key != paper.key:
            shared = 3 * len(here & set(library.backlinks.get(other.key, ())))
            score[other.key] = shared + len(terms & {*other.tags, *other.guidance})
    best = sorted((key for key in score if score[key]), key=lambda key: (-score[key], key))[:RELATED]
    if not best:
        return ""
    page = edition.prefix + paper_path(paper.key)
    items = "".join(
        f'<li><a href="{relative(page, edition.prefix + paper_path(key))}">{esc(label_of(library.by_key[key]))}</a> '
        f'<span class="sg-muted">{esc(_short_facts(library.by_key[key]))}</span></li>'
        for key in best
    )
    return html_block(f"<ul>{items}</ul>")


def _short_facts(paper: Paper) -> str:
    facts = " ".join(part for part in (paper.venue, str(paper.year or "")) if part)
    return f"{paper.title}{f' · {facts}' if facts else ''}" if label_of(paper) != paper.title else facts


def _cite_box(paper: Paper, edition: Edition) -> str:
    bibtex, csl = esc(entry_of(paper).strip()), esc(to_csl([paper]).strip())
    return (
        '<div class="sg-citebox">'
        f'<details open><summary>BibTeX</summary><div class="highlight"><pre tabindex="0"><code>{bibtex}</code></pre></div></details>'
        f'<details><summary>CSL-JSON</summary><div class="highlight"><pre tabindex="0"><code>{csl}</code></pre></div></details>'
        "</div>"
    )


# --- the index --------------------------------------------------------------------------------------------------------


def _index(edition: Edition) -> IndexView:
    words, library = edition.words, edition.book.library
    title = words.get("papers")
    page = edition.prefix + INDEX
    links = " · ".join(
        f'<a href="{relative(page, f"papers.{kind}")}" download>{name}</a>'
        for kind, name in (("bib", "BibTeX"), ("csl.json", "CSL-JSON"), ("csv", "CSV"))
    )
    counts = words.get(
        "papers_intro", count=len(library.papers), described=len(library.papers) - len(library.undescribed)
    )

    def address(paper: Paper) -> str:
        return relative(page, edition.prefix + paper_path(paper.key))

    wide = timeline_svg(library.papers, words.tag, words.table, address)
    narrow = timeline_svg(library.papers, words.tag, words.table, address, narrow=True)
    timeline = f'<div class="sg-timeline">{wide}</div><div class="sg-timeline sg-timeline--narrow">{narrow}</div>'
    return IndexView(
        front=front_matter({"title": title, "kind": "papers"}),
        heading=heading_line(1, esc(title), TITLE_ANCHOR, classes=("sg-page-title",), toc_label=title),
        intro=html_block(f"<p>{esc(counts)} {links}</p>"),
        timeline=html_block(f"<div>{timeline}</div>") if wide else "",
        table=html_block(_table(edition, address)),
    )


def _table(edition: Edition, address: Callable[[Paper], str]) -> str:
    words, library = edition.words, edition.book.library
    columns = ("paper_short", "paper_title", "paper_venue_only", "paper_year", "paper_guidance", "paper_tags", "paper_slides_count")
    numeric = {"paper_year", "paper_slides_count"}
    head = "".join(
        f'<th scope="col" data-sort="{"number" if key in numeric else "text"}">{esc(words.get(key))}</th>' for key in columns
    )
    rows = []
    for paper in library.papers:
        cells = (
            f'<a href="{address(paper)}">{esc(label_of(paper))}</a>',
            esc(paper.title),
            esc(paper.venue),
            str(paper.year or ""),
            _terms(paper.guidance, edition),
            _terms(paper.tags, edition),
            str(len(library.backlinks.get(paper.key, ()))),
        )
        data = (
            f' data-venue="{esc(paper.venue)}" data-year="{paper.year or ""}" data-guidance="{esc("|".join(paper.guidance))}"'
            f' data-tag="{esc("|".join(paper.tags))}"'
        )
        row_class = ' class="sg-row-stub"' if paper.stub else ""
        rows.append(f"<tr{row_class}{data}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    labels = {
        "filter": "papers_filter",
        "all": "papers_all",
        "none": "papers_none",
        "shown": "papers_shown",
        "venue": "paper_venue_only",
        "year": "paper_year",
        "guidance": "paper_guidance",
        "tag": "paper_tags",
        "sort": "papers_sort",
    }
    data = "".join(f' data-word-{name}="{esc(words.get(key))}"' for name, key in labels.items())
    return (
        f'<div class="sg-papers"{data}><div class="sg-table" tabindex="0" role="region" aria-label="{esc(words.get("papers"))}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></div>"
    )


def _terms(values: Iterable[str], edition: Edition) -> str:
    return ", ".join(esc(_term(value, edition)) for value in values)

