"""The index of papers: the timeline, and a table that reads well without a script and sorts and filters with one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import relative
from slidegloss.book.link import Book
from slidegloss.editions.edition import Edition
from slidegloss.html.context import esc
from slidegloss.html.pymd import balanced_block, html_block
from slidegloss.model import Deck, Paper
from slidegloss.pages.page import front_matter, lang_attr, page_title, shows_maths, title_attr, title_html
from slidegloss.pages.papercards import authors_line
from slidegloss.papers.keys import paper_path
from slidegloss.papers.match import Library
from slidegloss.papers.timeline import Links, timeline_svg
from slidegloss.papers.venues import short_venues

INDEX = "papers.html"

Address = Callable[[Paper], str]


class IndexView(NamedTuple):
    """The index of papers as the template shows it."""

    front: str
    heading: str
    intro: str
    timeline: str
    table: str


def index_view(edition: Edition) -> IndexView:
    """Return the parts of the index page of an edition that knows papers."""
    words, library = edition.words, edition.book.library
    title = words.get("papers")
    page = edition.prefix + INDEX
    links = "".join(
        f'<li><a href="{relative(page, f"papers.{kind}")}" download>{name}</a></li>'
        for kind, name in (("bib", "BibTeX"), ("csl.json", "CSL-JSON"), ("csv", "CSV"))
    )
    described = len(library.papers) - len(library.undescribed)
    said = "papers_intro" if described else "papers_intro_cited"
    counts = words.count(said, len(library.papers), described=described)
    downloads = f'<ul class="sg-downloads" aria-label="{esc(words.get("papers_downloads"))}">{links}</ul>'

    # where the timeline is as long as two screens
    to_list = f' <a class="sg-phone" href="#list">{esc(words.get("papers_filter"))}</a>'
    addresses = {paper.key: relative(page, edition.prefix + paper_path(paper.key)) for paper in library.papers}

    def address(paper: Paper) -> str:  # asked for in the table and in both timelines
        return addresses[paper.key]

    table = _table(edition, address)
    head = {"title": title, "description": counts, "kind": "papers", "papers": True, "maths": shows_maths(table)}
    return IndexView(
        front=front_matter(head),
        heading=page_title(esc(title), title),
        intro=html_block(
            f'<div class="sg-papers-intro"><p>{esc(counts)}{to_list}</p>{downloads}</div>{_by_note(edition, page)}'
        ),
        timeline=timeline_block(edition, address, esc(words.get("papers_timeline_same"))),
        table=balanced_block(table, 1),
    )


def cited_by_note(book: Book) -> Iterator[tuple[Deck, Sequence[Paper]]]:
    """Yield each note that cites papers, with its papers, each once in the order of the text."""
    for deck in book.decks:
        keys = dict.fromkeys(key for key in book.library.cited.get(deck.source_path, ()) if key)
        if keys:
            yield deck, [book.library.by_key[key] for key in keys]


def download_path(deck: Deck, ending: str) -> str:
    """Return the site path of a file with a note's papers."""
    return f"downloads/{deck.site_path.removesuffix('.html')}.{ending}"


def _by_note(edition: Edition, page: str) -> str:
    """Return the downloads of single notes, folded."""
    notes = list(cited_by_note(edition.book))
    if len(notes) < 2:
        return ""
    items = []
    for deck, papers in notes:
        title, lang = edition.title_of(deck)
        attribute = lang_attr(lang, edition)
        named = edition.words.html("counted", what=f"<span{attribute}>{esc(title)}</span>", count=len(papers))
        files = " ".join(
            f'<a href="{relative(page, download_path(deck, ending))}" download>{name}'
            f'<span class="sg-sr"{attribute}> {esc(title)}</span></a>'
            for name, ending in (("BibTeX", "bib"), ("CSL-JSON", "csl.json"))
        )
        items.append(f"<li>{named} {files}</li>")
    summary = esc(edition.words.get("papers_by_note"))
    return f'<details class="sg-fold"><summary>{summary}</summary><ul>{"".join(items)}</ul></details>'


def timeline_block(edition: Edition, address: Address, caption: str) -> str:
    """Return the timeline of all papers as a block of Markdown, for wide and narrow screens; empty without years.

    `caption` is HTML that says where the same papers stand as text.
    """
    words, library = edition.words, edition.book.library
    weights = {key: len(places) for key, places in library.backlinks.items()}
    links = Links(address, lambda paper: title_attr(paper, edition))
    wide, narrow = (
        timeline_svg(library.papers, words.tag, words.table, links, weights, narrow=narrow) for narrow in (False, True)
    )
    if not wide:
        return ""
    mixed = _is_mixed(library)
    legend = "".join(
        f'<span><i class="sg-dot{css}"></i>{esc(words.get(key))}</span> '
        for css, key in (("", "papers_described"), (" sg-dot--stub", "papers_stubs"))
    )
    return html_block(
        f'<figure class="sg-timelines"><div class="sg-timeline">{wide}</div>'
        f'<div class="sg-timeline sg-timeline--narrow">{narrow}</div>'
        f"<figcaption>{legend if mixed else ''}<span>{caption}</span></figcaption></figure>"
    )


def filter_address(index: str, name: str, value: str) -> str:
    """Return the address of the index filtered by one value; `#tag=video` is what its script reads and writes."""
    return f"{index}#{name}={quote(value, safe='')}"


def term(value: str, edition: Edition) -> str:
    """Return a tag in the edition's words, where the table of words knows it."""
    return edition.words.table.get(f"term_{value.lower().replace(' ', '_')}", value)


def term_links(name: str, values: Iterable[str], edition: Edition, index: str) -> str:
    """Return tags as links to the index, filtered by them."""
    return " ".join(
        f'<a class="sg-tag" href="{esc(filter_address(index, name, value))}">{esc(term(value, edition))}</a>'
        for value in values
    )


_WORDS = ("papers_filter", "papers_all", "papers_none", "papers_count", "papers_sort", "papers_reset")


def _table(edition: Edition, address: Address) -> str:
    words, papers = edition.words, edition.book.library.papers
    columns = (
        ("paper", "paper_title", True),
        ("venue", "paper_venue_only", any(paper.venue for paper in papers)),
        ("year", "paper_year", any(paper.year for paper in papers)),
        ("guidance", "paper_guidance", any(paper.guidance for paper in papers)),
        ("tag", "paper_tags", any(paper.tags for paper in papers)),
        ("slides", "paper_slides_count", True),
    )
    used = {name: title for name, title, shown in columns if shown}
    head = "".join(f'<th scope="col" data-column="{name}">{esc(words.get(title))}</th>' for name, title in used.items())
    venues = short_venues(paper.venue for paper in papers)
    # where nobody has described any paper, the table says so, and not each of its rows
    library = edition.book.library
    mixed = _is_mixed(library)
    rows = "\n".join(_row(paper, edition, address, used, venues, is_stub=mixed and paper.stub) for paper in papers)
    all_stubs = library.undescribed and not mixed
    stubs = f'<caption class="sg-sr">{esc(words.get("papers_stubs"))}</caption>' if all_stubs else ""
    data = "".join(f' data-{key.removeprefix("papers_")}="{esc(words.table.get(key, key))}"' for key in _WORDS)
    return f'<div class="sg-papers" id="list"{data}><table class="sg-papers__table">{stubs}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>'


def _venue(written: str, listed: str) -> str:
    """Return a venue under the name that all papers of it are filtered by; how its entry spells it is in the title."""
    return esc(listed) if listed == written else f'<span title="{esc(written)}">{esc(listed)}</span>'


def _is_mixed(library: Library) -> bool:
    """Tell whether some papers are described and some known from citations only."""
    return 0 < len(library.undescribed) < len(library.papers)


def _row(
    paper: Paper,
    edition: Edition,
    address: Address,
    used: Collection[str],
    venues: Mapping[str, str],
    *,
    is_stub: bool,
) -> str:
    words = edition.words
    short = paper.short if paper.short and not paper.title.startswith(paper.short) else ""
    name = f"<b>{title_html(short)}</b> " if short else ""
    authors = authors_line(paper, words, 6)
    stub = f'<span class="sg-sr"> ({esc(words.get("papers_stubs"))})</span>' if is_stub else ""
    places = len(edition.book.library.backlinks.get(paper.key, ()))
    cells = {
        "paper": f'<a href="{address(paper)}"{title_attr(paper, edition)}>{name}{title_html(paper.title)}</a>{stub}'
        + (f"<small>{esc(authors)}</small>" if authors else ""),
        "venue": _venue(paper.venue, venues.get(paper.venue, "")),
        "year": str(paper.year or ""),
        "guidance": term_links("guidance", paper.guidance, edition, ""),
        "tag": term_links("tag", paper.tags, edition, ""),
        "slides": f'{places}<span class="sg-phone"> {esc(words.count("paper_slide_word", places))}</span>'
        if places
        else "",
    }
    row_class = ' class="sg-row-stub"' if is_stub else ""
    body = "".join(f'<td class="sg-c-{key}">{cells[key]}</td>' for key in used)
    return f"<tr{row_class}>{body}</tr>"
