"""Renders all editions of a book on all cores; pages that say what they said in the last build stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment

from slidegloss.config import Config
from slidegloss.diagnostics import Diagnostic
from slidegloss.history import Place
from slidegloss.kept import Kept
from slidegloss.localise import Edition
from slidegloss.model import Deck, Paper
from slidegloss.notes.deck import NoteOptions
from slidegloss.paperpages import relations, render_papers
from slidegloss.parallel import cores, map_items
from slidegloss.pieces import Pieces
from slidegloss.render import Rendered, SharedDeck, decks_with_pages, paper_path, render_deck
from slidegloss.reuse import KeptPieces, PageKeys, file_state, keep_page, old_page
from slidegloss.site import edition_files, render_overviews
from slidegloss.templating import TemplateFault
from slidegloss.urls import markdown_path
from slidegloss.write import announce, write_page


class Kit(NamedTuple):
    """What all pages are made with."""

    config: Config
    templates: Environment
    options: NoteOptions
    dates: Mapping[Place, datetime]
    folder: Path
    """Where the pages of the last build lie, in a folder for each language."""
    kept: Kept
    notes: Mapping[str, bytes]
    """Source path → what stands for the note; pages of notes that are not among them are made anew."""
    jobs: int


class Finished(NamedTuple):
    """The pages of an edition and the files beside them, by path in the edition; what was found in its notes.

    None stands for a page that lies in the folder already, from this build or an earlier one.
    """

    files: Mapping[str, str | bytes | None]
    diagnostics: tuple[Diagnostic, ...]


class _Written(NamedTuple):
    """A page that was rendered and written."""

    lang: str
    site_path: str
    state: str
    diagnostics: tuple[Diagnostic, ...]


class _Plan:
    """What has to be rendered of an edition, and what stays."""

    def __init__(self, edition: Edition, keys: PageKeys, kit: Kit) -> None:
        self.edition, self.kit = edition, kit
        self.stays: dict[str, tuple[Diagnostic, ...]] = {}
        self.keys: dict[str, bytes] = {}
        book = edition.book
        # a page in one language looks at everything; and there are few of them
        lasting = {deck.source_path: deck for deck in book.decks if deck.source_path in kit.notes}
        self.decks = [
            deck
            for deck in decks_with_pages(edition)
            if deck.role != "note" or deck.source_path not in lasting or self._new(deck.site_path, keys.deck(deck))
        ]
        related = relations(book.library)
        self.papers: list[tuple[Paper, Sequence[str]]] = [
            (paper, related[paper.key])
            for paper in book.library.papers
            if any(link.source_path not in lasting for link in book.library.backlinks.get(paper.key, ()))
            or self._new(paper_path(paper.key), keys.paper(paper, related[paper.key], lasting))
        ]

    def _new(self, site_path: str, key: bytes) -> bool:
        """Tell whether a page must be rendered; one that stays is remembered."""
        self.keys[site_path] = key
        found = old_page(key, self._file(site_path), self.kit.kept)
        if found is not None:
            self.stays[site_path] = found
        return found is None

    def names(self) -> Iterator[str]:
        """Yield the paths of the pages that will be written."""
        for path in (*(deck.site_path for deck in self.decks), *(paper_path(paper.key) for paper, _ in self.papers)):
            yield f"{self.edition.lang}/{markdown_path(path)}"

    def _file(self, site_path: str) -> Path:
        return self.kit.folder / self.edition.lang / markdown_path(site_path)

    def deck(self, deck: Deck, shared: SharedDeck | None) -> Iterator[_Written]:
        """Render the page of a deck and write it."""
        return self._write(render_deck(deck, self.edition, self.kit.config, self.kit.templates, shared))

    def paper_pages(self, papers: Sequence[tuple[Paper, Sequence[str]]]) -> Iterator[_Written]:
        """Render the pages of papers and write them."""
        kit = self.kit
        return self._write(render_papers(papers, self.edition, kit.config, kit.templates, kit.options))

    def _write(self, rendered: Rendered) -> Iterator[_Written]:
        for page in rendered.pages:
            path = self._file(page.site_path)
            write_page(self.kit.folder, f"{self.edition.lang}/{markdown_path(page.site_path)}", page.markdown)
            yield _Written(self.edition.lang, page.site_path, file_state(path), rendered.diagnostics)

    def overviews(self, pieces: KeptPieces) -> tuple[Rendered, Mapping[str, str]]:
        """Render what speaks of the whole book."""
        kit = self.kit
        pages = render_overviews(self.edition, kit.config, kit.templates, kit.dates, pieces)
        return pages, edition_files(self.edition, kit.options)

    def finish(self, made: Iterable[_Written], overviews: Rendered, files: Mapping[str, str]) -> Finished:
        """Put together what was made and what stays; what was made is kept."""
        tree: dict[str, str | bytes | None] = {markdown_path(site_path): None for site_path in self.stays}
        found = [*overviews.diagnostics, *(problem for problems in self.stays.values() for problem in problems)]
        for page in made:
            found += page.diagnostics
            tree[markdown_path(page.site_path)] = None
            if (key := self.keys.get(page.site_path)) is not None:
                keep_page(key, page.state, page.diagnostics, self.kit.kept)
        tree |= {markdown_path(page.site_path): page.markdown for page in overviews.pages}
        return Finished({**tree, **files}, tuple(found))


def render_all(
    editions: Sequence[Edition],
    wanted: Sequence[str],
    kit: Kit,
    search: Callable[[Pieces], Iterable[tuple[str, bytes]]],
    shared: Callable[[], Mapping[str, str | bytes]],
) -> tuple[list[Finished], Mapping[str, str | bytes | None]]:
    """Render the editions in the `wanted` languages and write their pages, which are many, where they belong.

    `search` and `shared` make files for all editions, on the same cores at the same time; those of `search` are written
    at once. Raises TemplateFault.
    """
    keys = [PageKeys(edition, kit.config, kit.kept, kit.notes) for edition in editions]
    plans = [
        _Plan(edition, of_edition, kit)
        for edition, of_edition in zip(editions, keys, strict=True)
        if edition.lang in wanted
    ]
    parts = [part for part in _parts(plans, 2 * cores(kit.jobs)) if part.decks or part.papers]
    by_lang = {of_edition.edition.lang: of_edition for of_edition in keys}
    tasks: list[Callable[[], Any]] = [  # what takes long comes first
        *(partial(_render, plans, part) for part in parts),
        partial(_with_pieces, partial(_search, kit, search), KeptPieces(kit.kept, keys)),
        shared,
        *(partial(_with_pieces, plan.overviews, KeptPieces(kit.kept, [by_lang[plan.edition.lang]])) for plan in plans),
    ]
    announce(kit.folder, [name for plan in plans for name in plan.names()])
    results = map_items(_guarded, tasks, kit.jobs)
    if fault := next((result for result in results if isinstance(result, TemplateFault)), None):
        raise fault
    made = [page for result in results[: len(parts)] for page in result]
    (found, pieces), shared_files, *overviews = results[len(parts) :]
    for used in (pieces, *(used for _, used in overviews)):
        KeptPieces(kit.kept, ()).keep(*used)
    done = [
        plan.finish((page for page in made if page.lang == plan.edition.lang), *of_plan)
        for plan, (of_plan, _) in zip(plans, overviews, strict=True)
    ]
    return done, {**shared_files, **dict.fromkeys(found)}


def _search(kit: Kit, search: Callable[[Pieces], Iterable[tuple[str, bytes]]], pieces: Pieces) -> list[str]:
    """Write the files of the search index; return their paths in the site."""
    names = []
    for path, data in search(pieces):
        announce(kit.folder, [f"shared/{path}"])
        write_page(kit.folder, f"shared/{path}", data)
        names.append(path)
    return names


class _Part(NamedTuple):
    """A part of the work: by number of the plan, decks and papers."""

    decks: list[tuple[int, Deck]]
    papers: dict[int, list[tuple[Paper, Sequence[str]]]]


def _parts(plans: Sequence[_Plan], count: int) -> list[_Part]:
    """Share the pages out: a deck's in all editions and those of the papers it cites go together, for they read it."""
    parts = [_Part([], {}) for _ in range(count)]
    places: dict[str, int] = {}
    for at, plan in enumerate(plans):
        for deck in plan.decks:
            parts[places.setdefault(deck.source_path, len(places)) % count].decks.append((at, deck))
        for paper in plan.papers:
            links = plan.edition.book.library.backlinks.get(paper[0].key, ())
            path = links[0].source_path if links else ""
            part = parts[places.setdefault(path, len(places)) % count]
            part.papers.setdefault(at, []).append(paper)
    for part in parts:
        part.decks.sort(key=lambda pair: places[pair[1].source_path])
    return parts


def _render(plans: Sequence[_Plan], part: _Part) -> list[_Written]:
    written: list[_Written] = []
    for _, pages in groupby(part.decks, key=lambda pair: pair[1].source_path):
        editions = list(pages)
        shared = SharedDeck(editions[0][1].whole()) if len(editions) > 1 else None
        for at, deck in editions:
            written += plans[at].deck(deck, shared)
    for at, papers in part.papers.items():
        written += plans[at].paper_pages(papers)
    return written


def _with_pieces(make: Callable[[KeptPieces], Any], pieces: KeptPieces) -> tuple[Any, tuple[Any, Any]]:
    """Return what is made and which pieces it took, for this may be another process than the one that keeps them."""
    return make(pieces), (pieces.made, pieces.used)


def _guarded(task: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the task returns
    """Run a task; a fault in a template is a result like any other, so that it can cross from process to process."""
    try:
        return task()
    except TemplateFault as fault:
        return fault
