"""Renders all editions of a book on all cores; pages that say what they said in the last build stay."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jinja2 import Environment

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.parallel import cores, map_items
from slidegloss.base.urls import markdown_path
from slidegloss.config.project import Config
from slidegloss.decks.history import Place
from slidegloss.decks.pieces import Pieces
from slidegloss.editions.edition import Edition
from slidegloss.engine.proofs import Proof, Shown
from slidegloss.kept.store import Kept
from slidegloss.model import Deck, Paper
from slidegloss.notes.deck import NoteOptions
from slidegloss.pages.deck import decks_with_pages, render_deck
from slidegloss.pages.lookups import SharedDeck, shared_deck
from slidegloss.pages.page import Rendered
from slidegloss.pages.paperpages import Alike, AtHand, relations, render_papers
from slidegloss.papers.keys import paper_path
from slidegloss.papers.match import Library
from slidegloss.pipeline.reuse import BookKeys, KeptPieces, PageKeys, file_state, keep_page, old_page
from slidegloss.site.contents import deck_pieces, edition_files, render_overviews
from slidegloss.site.search import SiteSearch
from slidegloss.templating.environment import TemplateFault
from slidegloss.write.files import Content
from slidegloss.write.refusals import NotOurs, Refused
from slidegloss.write.trees import Tree, announce

if TYPE_CHECKING:
    from slidegloss.engine.press import Press

_Item = TypeVar("_Item")


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
    press: Press | None
    """What makes the HTML of a page as soon as it is written, where the engine can."""
    jobs: int


class Finished(NamedTuple):
    """The pages of an edition and the files beside them, by path in the edition; what was found in its notes.

    None stands for a page that lies in the folder already, from this build or an earlier one.
    """

    files: Mapping[str, str | bytes | None]
    diagnostics: tuple[Diagnostic, ...]
    shown: Mapping[str, Shown]
    """Pages whose HTML was made with them, by the path of their Markdown in the edition."""


class _Written(NamedTuple):
    """A page that was rendered and written."""

    lang: str
    site_path: str
    state: str
    diagnostics: tuple[Diagnostic, ...]
    shown: Shown | None


class _Plan:
    """What has to be rendered of an edition, and what stays."""

    def __init__(self, edition: Edition, keys: PageKeys, related: Mapping[str, Sequence[str]], kit: Kit) -> None:
        """`related` are the papers that each paper's page names."""
        self.edition, self.page_keys, self.kit = edition, keys, kit
        self.tree = Tree(kit.folder)
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
        self.papers: dict[str, tuple[Paper, Sequence[str]]] = {
            paper.key: (paper, related[paper.key])
            for paper in book.library.papers
            if any(link.source_path not in lasting for link in book.library.backlinks.get(paper.key, ()))
            or self._new(paper_path(paper.key), keys.paper(paper, related[paper.key], lasting))
        }

    def _new(self, site_path: str, key: bytes) -> bool:
        """Tell whether a page must be rendered; one that stays is remembered."""
        self.keys[site_path] = key
        found = old_page(key, f"{self.kit.folder}/{self.edition.lang}/{markdown_path(site_path)}", self.kit.kept)
        if found is not None:
            self.stays[site_path] = found
        return found is None

    def names(self) -> Iterator[str]:
        """Yield the paths of the pages that will be written."""
        for path in (*(deck.site_path for deck in self.decks), *map(paper_path, self.papers)):
            yield f"{self.edition.lang}/{markdown_path(path)}"

    def deck(self, deck: Deck, shared: SharedDeck | None) -> _Made:
        """Render the page of a deck."""
        return self, render_deck(deck, self.edition, self.kit.config, self.kit.templates, shared)

    def pieces(self) -> KeptPieces:
        """Return a new collection of pieces that are the edition's own."""
        return KeptPieces(self.kit.kept, [self.page_keys])

    def paper_pages(self, keys: Iterable[str], at_hand: AtHand) -> _Made:
        """Render the pages of those of some papers that are new."""
        kit, papers = self.kit, [self.papers[key] for key in keys if key in self.papers]
        return self, render_papers(papers, self.edition, kit.config, kit.templates, kit.options, at_hand)

    def overviews(self, pieces: KeptPieces) -> tuple[list[_Written], Mapping[str, str]]:
        """Render what speaks of the whole book and write it; return the files beside the pages, too."""
        kit = self.kit
        pages: list[_Written] = []
        for rendered in render_overviews(self.edition, kit.config, kit.templates, kit.dates, pieces):
            announce(kit.folder, [f"{self.edition.lang}/{markdown_path(page.site_path)}" for page in rendered.pages])
            pages += _print([(self, rendered)], kit)
        return pages, edition_files(self.edition, kit.options)

    def finish(self, made: Iterable[_Written], files: Mapping[str, str]) -> Finished:
        """Put together what was made and what stays; what was made is kept."""
        tree: dict[str, str | bytes | None] = {markdown_path(site_path): None for site_path in self.stays}
        found = [problem for problems in self.stays.values() for problem in problems]
        shown: dict[str, Shown] = {}
        for page in made:
            found += page.diagnostics
            tree[markdown_path(page.site_path)] = None
            if page.shown is not None:
                shown[markdown_path(page.site_path)] = page.shown
            if (key := self.keys.get(page.site_path)) is not None:
                keep_page(key, page.state, page.diagnostics, self.kit.kept)
        return Finished({**tree, **files}, tuple(found), shown)


def render_all(
    editions: Sequence[Edition],
    kit: Kit,
    search: SiteSearch,
    shared: Callable[[], Mapping[str, Content]],
    errands: Sequence[Callable[[], None]] = (),
) -> tuple[list[Finished], Mapping[str, Content | None]]:
    """Render all editions and write their pages, which are many, where they belong.

    `search` and `shared` make files for all editions, on the same cores at the same time; these are written, too, and
    returned by their path in the site: None, or what they are to say where something is in the way. `errands` are done
    before `shared`, beside the pages of notes. Raises TemplateFault.

    The content of notes takes the most memory. So what is said of a note anywhere is made while its content is at hand:
    its pages, and pieces for the search index and for other pages. All that is made of these comes after it.
    """
    book = editions[0].book  # the same for all
    library, shared_keys = book.library, BookKeys(book, kit.notes)
    keys = {edition.lang: PageKeys(edition, kit.config, kit.kept, shared_keys) for edition in editions}
    related = relations(library)
    plans = [_Plan(edition, keys[edition.lang], related, kit) for edition in editions]
    announce(kit.folder, [name for plan in plans for name in plan.names()])
    kit.kept.ready()
    notes = _Notes(plans, search, list(keys.values()), kit)
    portions = _portions(notes.wanted(), 4 * cores(kit.jobs), _MANY_NOTES)
    tasks: list[Callable[[], Any]] = [*errands, *(partial(notes.make, some) for some in portions)]
    made = [page for done in _run(tasks, kit.jobs)[len(errands) :] for page in notes.keep(done)]
    papers = _portions(_papers(plans, library), 4 * cores(kit.jobs), _MANY_PAPERS)
    tasks = [  # what takes long comes first
        partial(_with_pieces, partial(_search, kit, search), KeptPieces(kit.kept, list(keys.values()))),
        *(partial(_render_papers, plans, library, keys_of_some) for keys_of_some in papers),
        *(partial(_with_pieces, plan.overviews, plan.pieces()) for plan in plans),
    ]
    # `shared` takes more memory than it leaves, so it does not come when there is most
    beside, *results = _run([lambda: _write_shared(kit, shared()), *tasks], kit.jobs)
    for _, used in results:
        KeptPieces(kit.kept, ()).keep(*used)
    found, *more = (result for result, _ in results)
    pages, of_plans = more[: len(papers)], more[len(papers) :]
    made += [page for some in (*pages, *(overviews for overviews, _ in of_plans)) for page in some]
    done = [
        plan.finish((page for page in made if page.lang == plan.edition.lang), files)
        for plan, (_, files) in zip(plans, of_plans, strict=True)
    ]
    return done, {**beside, **found}


def _papers(plans: Sequence[_Plan], library: Library) -> list[str]:
    """Return the keys of the papers with a page to render; those that show the same notes come together."""
    found = dict.fromkeys(key for plan in plans for key in plan.papers)
    places = {path: number for number, path in enumerate(library.cited)}
    first = {key: places[links[0].source_path] for key, links in library.backlinks.items()}
    return sorted(found, key=lambda key: first.get(key, -1))


def _render_papers(
    plans: Sequence[_Plan], library: Library, keys: Sequence[str]
) -> tuple[list[_Written], tuple[Mapping[bytes, bytes], set[bytes]]]:
    """Write the pages of some papers in all editions; return which pieces they took, too."""
    alike, pieces = Alike(library), [plan.pieces() for plan in plans]
    pages = _print(
        [plan.paper_pages(keys, AtHand(own, alike)) for plan, own in zip(plans, pieces, strict=True)], plans[0].kit
    )
    made = {key: data for own in pieces for key, data in own.made.items()}
    return pages, (made, {key for own in pieces for key in own.used})


_Made = tuple[_Plan, Rendered]


def _print(made: Iterable[_Made], kit: Kit) -> list[_Written]:
    """Write pages and, where there is a press, the HTML of those that were not there."""
    pages: list[_Written] = []
    proofs: list[Proof] = []
    for plan, rendered in made:
        lang = plan.edition.lang
        for page in rendered.pages:
            path = markdown_path(page.site_path)
            target, fresh = plan.tree.write_page(f"{lang}/{path}", page.markdown)
            state = file_state(target)
            pages.append(_Written(lang, page.site_path, state, rendered.diagnostics, None))
            if fresh:
                proofs.append(Proof(lang, path, page.markdown, page.sound, state))
    shown = kit.press.show(proofs) if kit.press else {}
    return [page._replace(shown=shown.get((page.lang, markdown_path(page.site_path)))) for page in pages]


class _Done(NamedTuple):
    """Pages of some notes, and the pieces that were made with them."""

    pages: Sequence[_Written]
    filed: Sequence[bytes]
    """Keys of pieces that lie in the file."""
    made: Mapping[bytes, bytes]
    used: set[bytes]


class _Notes(NamedTuple):
    """All that is made of the content of notes."""

    plans: Sequence[_Plan]
    search: SiteSearch
    keys: Sequence[PageKeys]
    """Of all editions."""
    kit: Kit

    def wanted(self) -> list[tuple[Deck, Sequence[_Plan]]]:
        """Return the notes of which there is a page to render, each with the editions that it is rendered in."""
        found: dict[str, tuple[Deck, list[_Plan]]] = {}
        for plan in self.plans:
            for deck in plan.decks:
                found.setdefault(deck.source_path, (deck, []))[1].append(plan)
        return list(found.values())

    def make(self, some: Sequence[tuple[Deck, Sequence[_Plan]]]) -> _Done:
        """Make the pages and pieces of some notes."""
        of_all = KeptPieces(self.kit.kept, self.keys)
        pages: list[_Written] = []
        parts = {plan.edition.lang: plan.pieces() for plan in self.plans}
        for one, plans in some:
            deck = one.whole()
            shared = shared_deck(deck, len(plans))
            pages += _print([plan.deck(deck, shared) for plan in plans], self.kit)
            for plan in plans:
                deck_pieces(deck, plan.edition, self.kit.config, parts[plan.edition.lang])
            if deck.role == "note":
                self.search.of_deck(deck, of_all)
        pieces = (of_all, *parts.values())
        return _Done(
            pages,
            [key for some in pieces for key in some.file()],
            {key: data for some in pieces for key, data in some.made.items()},
            {key for some in pieces for key in some.used},
        )

    def keep(self, done: _Done) -> Sequence[_Written]:
        """Keep the pieces, which another process may have made; return the pages."""
        self.kit.kept.filed(done.filed)
        KeptPieces(self.kit.kept, ()).keep(done.made, done.used)
        return done.pages


_MANY_NOTES = 12
"""So many notes at the most are worked on before their pieces are put into the file."""
_MANY_PAPERS = 24
"""The pages of so many papers at the most are in memory at once."""


def _portions(items: Sequence[_Item], count: int, most: int = 1 << 30) -> list[Sequence[_Item]]:
    """Cut items into about `count` portions, or more when these would hold more than `most`."""
    size = max(1, min(-(-len(items) // count), most))
    return [items[start : start + size] for start in range(0, len(items), size)]


def _search(kit: Kit, search: SiteSearch, pieces: Pieces) -> dict[str, Content | None]:
    """Write the files of the search index; return them as `_write_shared` does."""
    return {name: left for file in search.files(pieces) for name, left in _write_shared(kit, dict([file])).items()}


def _write_shared(kit: Kit, files: Mapping[str, Content]) -> dict[str, Content | None]:
    """Write files that all editions share; return them by path in the site: None, or what is to be written yet.

    Where one takes the place of a folder, or the other way round, `write_tree` removes that first, if it is ours.
    """
    tree, left = Tree(kit.folder), dict[str, Content | None]()
    announce(kit.folder, [f"shared/{path}" for path in files])
    for path, content in files.items():
        try:
            tree.write(f"shared/{path}", content)
            left[path] = None
        except (NotOurs, NotADirectoryError):
            left[path] = content
    return left


def _with_pieces(make: Callable[[KeptPieces], Any], pieces: KeptPieces) -> tuple[Any, tuple[Any, Any]]:
    """Return what is made and which pieces it took, for this may be another process than the one that keeps them."""
    return make(pieces), (pieces.made, pieces.used)


_FAULTS = (TemplateFault, Refused)


def _run(tasks: Sequence[Callable[[], Any]], jobs: int) -> list[Any]:
    """Return what the tasks return, worked out on all cores; raises TemplateFault, and Refused of what is not written.

    Builds run without a collector, but what templates leave of a page holds itself in circles: it is collected after each
    task, and all that was there before stays out of it.
    """
    gc.freeze()
    try:
        results = map_items(_guarded, tasks, jobs)
    finally:
        gc.unfreeze()
    if fault := next((result for result in results if isinstance(result, _FAULTS)), None):
        raise fault
    return results


def _guarded(task: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the task returns
    """Run a task; what is a user's to mend is a result like any other, so that it can cross from process to process."""
    try:
        return task()
    except _FAULTS as fault:
        return fault
    finally:
        gc.collect(0)
