"""Renders all editions of a book on all cores; pages that say what they said in the last build stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
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
from slidegloss.render import Rendered, decks_with_pages, paper_path, render_deck
from slidegloss.reuse import OldPage, PageKeys, keep_page, old_page
from slidegloss.site import edition_files, render_overviews
from slidegloss.templating import TemplateFault


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
    """The pages of an edition and the files beside them, by path in the edition; what was found in its notes."""

    files: Mapping[str, str | bytes]
    diagnostics: tuple[Diagnostic, ...]


class _Plan:
    """What has to be rendered of an edition, and what stays."""

    def __init__(self, edition: Edition, kit: Kit) -> None:
        self.edition, self.kit = edition, kit
        self.stays: dict[str, OldPage] = {}
        self.keys: dict[str, bytes] = {}
        book = edition.book
        keys = PageKeys(edition, kit.config, kit.kept, kit.notes)
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
        found = old_page(key, self.kit.folder / self.edition.lang / markdown_path(site_path), self.kit.kept)
        if found is not None:
            self.stays[site_path] = found
        return found is None

    def tasks(self, parts: int) -> list[Callable[[], list[Rendered]]]:
        """Return the rendering of what is new in pieces that take about as long."""
        return [
            *(partial(self._decks, self.decks[number::parts]) for number in range(parts)),
            *(partial(self._papers, self.papers[number::parts]) for number in range(parts)),
        ]

    def _decks(self, decks: Sequence[Deck]) -> list[Rendered]:
        return [render_deck(deck, self.edition, self.kit.config, self.kit.templates) for deck in decks]

    def _papers(self, papers: Sequence[tuple[Paper, Sequence[str]]]) -> list[Rendered]:
        return [render_papers(papers, self.edition, self.kit.config, self.kit.templates, self.kit.options)]

    def overviews(self) -> tuple[Rendered, Mapping[str, str]]:
        """Render what speaks of the whole book."""
        kit = self.kit
        pages = render_overviews(self.edition, kit.config, kit.templates, kit.dates)
        return pages, edition_files(self.edition, kit.options)

    def finish(self, made: Sequence[Rendered], overviews: Rendered, files: Mapping[str, str]) -> Finished:
        """Put together what was made and what stays; what was made is kept."""
        tree: dict[str, str | bytes] = {}
        found = list(overviews.diagnostics)
        for site_path, old in self.stays.items():
            tree[markdown_path(site_path)] = old.data
            found += old.diagnostics
        for rendered in made:
            found += rendered.diagnostics
            for page in rendered.pages:
                data = page.markdown.encode()
                tree[markdown_path(page.site_path)] = data
                if (key := self.keys.get(page.site_path)) is not None:
                    keep_page(key, data, rendered.diagnostics, self.kit.kept)
        tree |= {markdown_path(page.site_path): page.markdown for page in overviews.pages}
        return Finished({**tree, **files}, tuple(found))


def markdown_path(site_path: str) -> str:
    """Return the path of a page's Markdown in its edition."""
    return f"{site_path.removesuffix('.html')}.md"


def render_all(
    editions: Sequence[Edition], kit: Kit, others: Sequence[Callable[[], Any]]
) -> tuple[list[Finished], list[Any]]:
    """Render editions, and call `others` on the same cores at the same time; raises TemplateFault."""
    plans = [_Plan(edition, kit) for edition in editions]
    parts = cores(kit.jobs)
    pieces = [plan.tasks(parts) for plan in plans]
    # every n-th task goes to the same core: what takes long comes first, dealt out evenly
    tasks: list[Callable[[], Any]] = [
        *(task for piece in pieces for task in piece),
        *others,
        *(plan.overviews for plan in plans),
    ]
    results = map_items(_guarded, tasks, kit.jobs)
    if fault := next((result for result in results if isinstance(result, TemplateFault)), None):
        raise fault
    done: list[Finished] = []
    at = 0
    for number, (plan, piece) in enumerate(zip(plans, pieces, strict=True)):
        made = [rendered for result in results[at : at + len(piece)] for rendered in result]
        at += len(piece)
        overviews, files = results[len(results) - len(plans) + number]
        done.append(plan.finish(made, overviews, files))
    return done, results[at : len(results) - len(plans)]


def _guarded(task: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the task returns
    """Run a task; a fault in a template is a result like any other, so that it can cross from process to process."""
    try:
        return task()
    except TemplateFault as fault:
        return fault
