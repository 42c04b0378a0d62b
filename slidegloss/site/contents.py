"""All pages of an edition, and the files of a site besides pages."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from jinja2 import Environment

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest_file
from slidegloss.base.urls import FILES, edition_prefix, relative
from slidegloss.book.bookfile import BOOK_FILE, describe, to_json
from slidegloss.book.link import Book
from slidegloss.config.project import Config
from slidegloss.decks.history import Place, version_of
from slidegloss.decks.pieces import Pieces, anew
from slidegloss.editions.edition import CHANGES, HOME, Edition
from slidegloss.engine.run import WORDS_SCRIPT, words_script
from slidegloss.html.context import esc
from slidegloss.model import Deck
from slidegloss.notes.deck import NoteOptions
from slidegloss.pages.changes import render_changes
from slidegloss.pages.coverage import render_coverage
from slidegloss.pages.deck import decks_with_pages, render_deck
from slidegloss.pages.gallery import gallery_thumbs, render_gallery
from slidegloss.pages.home import render_home
from slidegloss.pages.page import Rendered, joined
from slidegloss.pages.papercards import CARDS, cards_script
from slidegloss.pages.paperpages import Alike, AtHand, downloads, relations, render_index, render_papers, schemas
from slidegloss.pages.preview import preview_words
from slidegloss.pages.questions import question_entries, render_questions
from slidegloss.pages.snippets import cited_snippets
from slidegloss.papers.keys import paper_path
from slidegloss.site.vendor import maths_fonts_to_make, vendor_files
from slidegloss.syntax.titles import has_formulas
from slidegloss.write.files import Content


def render_edition(edition: Edition, config: Config, templates: Environment, options: NoteOptions) -> Rendered:
    """Render every page of an edition but that of the changes: when slides have changed takes git its time to say."""
    related = relations(edition.book.library)
    papers = [(paper, related[paper.key]) for paper in edition.book.library.papers]
    return joined(
        (
            *(render_deck(deck, edition, config, templates) for deck in decks_with_pages(edition)),
            render_papers(papers, edition, config, templates, options, AtHand(anew, Alike(edition.book.library))),
            *render_overviews(edition, config, templates, {}),
        )
    )


def render_overviews(
    edition: Edition, config: Config, templates: Environment, dates: Mapping[Place, datetime], pieces: Pieces = anew
) -> Iterator[Rendered]:
    """Yield the pages that speak of the whole book.

    A new kind is added here and, if readers look for it, in editions/localise.py.
    """
    yield render_home(edition, config, templates, dates)
    yield render_index(edition, templates)
    yield render_questions(edition, config, templates, pieces)
    yield render_gallery(edition, templates, pieces)
    yield render_coverage(edition, templates)
    yield render_changes(edition, templates, dates)


def deck_pieces(deck: Deck, edition: Edition, config: Config, pieces: Pieces) -> None:
    """Make what other pages of an edition show of a note, so that they need not read its content again."""
    if deck.role != "note":
        return  # nothing of these is kept
    book = edition.book
    if book.index[deck.source_path].asked:
        question_entries(deck, edition, config, pieces)
    if book.figures:
        gallery_thumbs(deck, edition, pieces)
    if config.site_url:
        preview_words(deck, edition, pieces)
    if any(book.library.cited.get(deck.source_path, ())):
        cited_snippets(deck, edition, config, pieces)


def shared_files(book: Book, config: Config, pages: Collection[str], cache: Path) -> Mapping[str, Content]:
    """Return the files that all editions share, by their path in the site; converted figures come from figures.py.

    `pages` are those of the site (`site_pages`).
    """
    needs = _needs(book)
    linked = sorted({target.path for target in book.targets.values() if target.kind == "file"})
    return {
        **{f"{FILES}{path}": config.root / path for path in linked},
        **downloads(book),
        **schemas(),
        **redirects(config, pages),
        BOOK_FILE: book_file(book, config),
        **vendor_files(cache, maths="maths" in needs, mermaid="mermaid" in needs),
    }


def shared_errands(book: Book, cache: Path) -> list[Callable[[], None]]:
    """Return what has to be made once on a machine before `shared_files` of a book are there, and takes seconds."""
    return maths_fonts_to_make(cache) if "maths" in _needs(book) else []


def _needs(book: Book) -> frozenset[str]:
    """Return what the pages of a book need to show their content: `maths`, `mermaid`."""
    needs = frozenset().union(*(index.needs for index in book.index.values()))
    return needs | {"maths"} if any(has_formulas(paper.title) for paper in book.library.papers) else needs


def book_file(book: Book, config: Config) -> str:
    """Return the file with what other books may know of this one."""
    return to_json(
        describe(
            [(deck, book.index[deck.source_path]) for deck in book.decks],
            book.library.papers,
            title=config.site_name,
            languages=config.settings.languages,
            url=config.site_url,
            version=version_of(config.root),
        )
    )


def edition_files(edition: Edition, options: NoteOptions) -> Mapping[str, str]:
    """Return the files beside an edition's pages, by their path in the edition."""
    files = {WORDS_SCRIPT: words_script(edition.words.table)}
    return files | ({CARDS: cards_script(edition, options)} if edition.book.library.papers else {})


def site_pages(edition: Edition, dates: Mapping[Place, datetime]) -> frozenset[str]:
    """Return the paths of all pages of a site, whose editions have the same; `dates` say when slides have changed."""
    book, languages = edition.book, edition.languages
    pages = {HOME, "404.html", *([CHANGES] if dates else ())}
    pages.update(deck.site_path for deck in book.decks)
    pages.update(entry.site_path for item in edition.nav for entry in item.entries() if entry.site_path)
    pages.update(paper_path(paper.key) for paper in book.library.papers)
    return frozenset(f"{edition_prefix(lang, languages)}{page}" for lang in languages for page in pages)


def check_redirects(config: Config, pages: Collection[str]) -> Iterator[Diagnostic]:
    """Report redirects from addresses at which the site has a page (these are not made), and those to no page."""
    key = "output.html.redirect" if config.kind == "mdbook" else "redirects"
    for old, new in config.settings.redirects.items():
        place = config.redirect_places.get(old, (0, 0))
        if old in pages:
            message = f"`{key}`: {old} is a page of the site; nobody is sent on from there"
            hint = "take it out, or give the page another address"
            yield diagnostic(Code.CONFIG_VALUE, config.config_path, *place, message=message, hint=hint)
        elif _is_nowhere(new, config, pages):
            target = new.partition("#")[0]
            message = f"`{key}`: {target} is no page of the site; nobody is sent on from {old}"
            near = nearest_file(target, (page for page in pages if page not in _NOT_MEANT))
            hint = f"did you mean {near}?" if near else "write the address of a page, such as index.html"
            yield diagnostic(Code.CONFIG_VALUE, config.config_path, *place, message=message, hint=hint)


_NOT_MEANT = frozenset({"404.html", HOME})


def _is_nowhere(new: str, config: Config, pages: Collection[str]) -> bool:
    """Tell whether a new address is that of no page; of other files, and pages that only some sites have, verifying tells."""
    path = new.partition("#")[0]
    is_page = path.endswith((".html", ".htm")) and not path.startswith(FILES) and posixpath.basename(path) != CHANGES
    return is_page and path not in pages and path not in config.settings.redirects


def redirects(config: Config, pages: Collection[str] = ()) -> Mapping[str, str]:
    """Return the HTML of each redirect by its old address, except where the site has a page (`pages`), and to what is no page."""
    made = {}
    for old, new in config.settings.redirects.items():
        if old in pages or (pages and _is_nowhere(new, config, pages)):
            continue
        path, _, fragment = new.partition("#")
        target = esc(relative(old, path or old, fragment))
        made[old] = (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{esc(new)}</title>'
            f'<meta http-equiv="refresh" content="0; url={target}"><meta name="robots" content="noindex"></head>'
            f'<body><p><a href="{target}">{esc(new)}</a></p></body></html>\n'
        )
    return made


def user_files(config: Config) -> Mapping[str, bytes]:
    """Return the style sheets, scripts and logos that the author's mkdocs.yml names, by their path in an edition."""
    theme = config.mkdocs.get("theme")
    named = [*_strings(config.mkdocs.get("extra_css")), *_strings(config.mkdocs.get("extra_javascript"))]
    if isinstance(theme, Mapping):
        named += _strings([theme.get("logo"), theme.get("favicon")])
    docs = config.root / str(config.mkdocs.get("docs_dir") or "docs")
    found = {}
    for name in map(posixpath.normpath, named):
        path = docs / name
        # as MkDocs has it, what lies outside of this folder is no file of the site
        if not name.startswith("..") and path.is_file() and path.resolve().is_relative_to(config.root):
            found[name] = path.read_bytes()
    return found


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []
