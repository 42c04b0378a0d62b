"""Updates a published site after edits of a few notes, without a whole build.

The affected pages are found by comparing the notes before and after the edit (`incremental/reach.py`), rendered by the same
functions as in a build, and published over the old ones. If an edit has further effects (a title, a citation, another
question), nothing is published and a build has to follow. The result is identical to that of a build.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count, takewhile
from pickle import UnpicklingError
from typing import TYPE_CHECKING, TypeVar

from jinja2 import Environment

from slidegloss.base.diagnostics import Code, Diagnostic, fails
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import markdown_path
from slidegloss.book.link import relink
from slidegloss.config.severity import adjusted
from slidegloss.decks.history import slide_dates, version_of
from slidegloss.decks.pieces import anew
from slidegloss.editions.coverage import Coverage, recounted, summed
from slidegloss.editions.edition import Edition
from slidegloss.html.codeblocks import recall
from slidegloss.html.context import esc
from slidegloss.html.pymd import with_blanks
from slidegloss.incremental.errands import still_fine
from slidegloss.incremental.pagesplice import splice
from slidegloss.incremental.reach import (
    Edit,
    decks_nearby,
    differs,
    files_linked,
    is_local,
    papers_nearby,
    same_links,
    who_asks,
)
from slidegloss.incremental.record import Changes, Record, change, find, of_notes
from slidegloss.incremental.stamp import rewritten, site_files
from slidegloss.kept.notes import Lost, keep, needed_content, needed_head
from slidegloss.kept.store import Kept, few_of, vendor_cache
from slidegloss.model import kept_deck
from slidegloss.nodes import CodeBlock
from slidegloss.pages.deck import render_deck
from slidegloss.pages.lookups import shared_deck
from slidegloss.pages.page import Page
from slidegloss.pages.preview import Card, cards
from slidegloss.papers.match import with_citation
from slidegloss.pipeline.reuse import BookKeys, KeptPieces, PageKeys
from slidegloss.site.feed import site_path_of
from slidegloss.site.search import deck_pages
from slidegloss.site.searchindex import put_page
from slidegloss.syntax.tree import all_blocks
from slidegloss.templating.environment import TemplateFault, environment
from slidegloss.templating.themewords import theme_words
from slidegloss.write.lock import locked
from slidegloss.write.refusals import Refused
from slidegloss.write.trees import write_page, write_pages

if TYPE_CHECKING:
    from slidegloss.base.parallel import Begin
    from slidegloss.incremental.errands import Again
    from slidegloss.incremental.stamp import Edited

_T = TypeVar("_T")


class Amended(NamedTuple):
    """How a site has been brought up to date."""

    diagnostics: tuple[Diagnostic, ...]
    """All of the book, as a build would say them."""
    record: str
    """The name of the record of what the book is now."""
    output: tuple[str, ...]
    """A line for each file of the site as it is now (`stamp.rewritten`)."""


class _Further(Exception):  # noqa: N818 - it reads as a fact
    """The edit needs a whole build."""


def _need(holds: object) -> None:
    """Raise _Further unless something holds."""
    if not holds:
        raise _Further


def _needed(value: _T | None) -> _T:
    """Return a value; raise _Further where there is none."""
    if value is None:
        raise _Further
    return value


class Beside(NamedTuple):
    """What another process is doing."""

    again: Callable[[], Again | None]
    """Waits for the changed notes; there may be none to go on with."""
    output: Callable[[], tuple[str, ...] | None]
    """Waits for a line for each file of the site (`stamp.as_left`); none when somebody has touched it."""
    begin: Begin
    """Gives it more to do."""


def carry_out(edited: Edited, other: Beside, *, strict: bool = False) -> Amended | None:
    """Update a site after some edits; None, with the published site unchanged, when that takes a build."""
    with contextlib.suppress(_Further, Lost, TemplateFault, Refused, OSError, sqlite3.Error, UnpicklingError):
        kept = few_of(edited.inputs.root)
        record, changes = find(edited.record, kept)
        if (record.config.root, record.site) == (edited.inputs.root, edited.site):
            with locked(record.folder, wait=0.0):
                return _Amendment(edited, record, kept, other).carry_out(changes, strict=strict)
    return None


class _Amendment:
    """The state of one amendment."""

    def __init__(self, edited: Edited, record: Record, kept: Kept, other: Beside) -> None:
        self.record, self.name, self.kept, self.other = record, edited.record, kept, other
        self.config = record.config
        keys, portion = _needed(other.again())
        keep(portion, kept)
        self.keys = {**record.keys, **dict(zip(edited.files, keys, strict=True))}
        self.own: list[Diagnostic] = []
        """What is wrong with the changed notes by themselves."""
        self.edits: list[Edit] = []
        decks, index = record.book.by_source(), record.book.index
        for path, key in zip(edited.files, keys, strict=True):
            head, now, problems = needed_head(key, kept)
            after = kept_deck(head, partial(needed_content, key, kept)).whole()
            self.edits.append(Edit(decks[path], after, index[path], now))
            self.own += problems
        _need(all(map(is_local, self.edits)))
        self.problems_before, self.problems, self.editions = self._linked()
        self.dates = slide_dates(self.config.root, self.editions[0].book.decks)
        _need(bool(self.dates) == bool(record.dates))
        places = {path for path, _ in self.dates}
        self.dated = self.dates != record.dates or any(edit.path in places for edit in self.edits)
        """Whether a page that says when slides have changed may say something else."""

    def _linked(self) -> tuple[Sequence[Diagnostic], Sequence[Diagnostic], tuple[Edition, ...]]:
        """Return what is wrong with the notes' links, before and after, and the editions of the book as it is now."""
        record, settings = self.record, self.config.settings
        more = (record.sources, settings, record.siblings)
        asks = who_asks(self.edits, record.book)
        others = [(deck, record.book.index[deck.source_path]) for deck in record.book.decks if deck.source_path in asks]
        _, before = relink(record.book, [*((edit.before, edit.was) for edit in self.edits), *others], *more)
        book, after = relink(record.book, [*((edit.after, edit.now) for edit in self.edits), *others], *more)
        _need(same_links(asks, record.book, book))
        paths = [edit.path for edit in self.edits]
        _need(files_linked(paths, book) == files_linked(paths, record.book))
        coverage = _coverage(self.edits, record)
        return before, after, tuple(replace(edition, book=book, coverage=coverage) for edition in record.editions)

    def carry_out(self, changes: Changes, *, strict: bool) -> Amended:
        """Render the affected pages and files, and publish them; raises _Further."""
        record, config = self.record, self.config
        pages, found, gone = self._pages(environment(config.root))
        said = self._said(gone, found)
        diagnostics = adjusted([*said, *record.verified], config.settings)
        _need(not (strict and fails(diagnostics, strict=True)))  # a build says that it publishes nothing

        # before the engine writes pages to `build/`: a file of the site that was linked to one there has another state then
        output = _needed(self.other.output())
        html = {edition.lang: self._html(edition, pages[edition.lang]) for edition in self.editions}
        site = {
            f"{edition.prefix}{name}": data for edition in self.editions for name, data in html[edition.lang].items()
        }
        _need(not any(problem.path in site for problem in record.verified))
        self.site_files = frozenset(site_files(record.site, output))
        base, fine = site_path_of(config.site_url), not record.verified
        stays_fine = self.other.begin(still_fine, record.site, self.site_files, site, base, fine)
        version = version_of(config.root)
        shared = self._shared(version)
        _need(site.keys() | shared.keys() <= self.site_files)
        _need(stays_fine())

        made: dict[str, str | bytes] = {f"shared/{name}": data for name, data in shared.items()}
        for edition in self.editions:
            lang = edition.lang
            made |= {f"{lang}/{markdown_path(page.site_path)}": page.markdown for page in pages[lang]}
            made |= {f"html/{lang}/{name}": data for name, data in html[lang].items()}
        # the site first: when we are stopped between two files, it is no longer the one that its stamp knows
        write_pages((record.site, {**site, **shared}), (record.folder, made))
        self.kept.write()
        now = record._replace(editions=self.editions, keys=self.keys)
        notes = of_notes({*changes.notes, *(edit.path for edit in self.edits)}, now)
        name = change(Changes(changes.first, notes, self.dates, version, said), self.kept)
        return Amended(diagnostics, name, tuple(rewritten(record.site, output, (*site, *shared))))

    # --- pages --------------------------------------------------------------------------------------------------------

    def _pages(
        self, templates: Environment
    ) -> tuple[Mapping[str, Sequence[Page]], Sequence[Diagnostic], Sequence[Diagnostic]]:
        """Return the pages to make by language, and what is found in those of the notes, now and before."""
        pages: dict[str, Sequence[Page]] = {}
        found: list[Diagnostic] = []
        gone: list[Diagnostic] = []
        decks = [(edit, shared_deck(edit.after, len(self.editions))) for edit in self.edits]
        for edit in self.edits:
            self._recall_code(edit)
        for before, after in zip(self.record.editions, self.editions, strict=True):
            made: list[Page] = []
            for edit, shared in decks:
                rendered = render_deck(edit.after, after, self.config, templates, shared)
                made += rendered.pages
                if after is self.editions[0]:  # the others find the same in the same notes
                    found += rendered.diagnostics
                    if any(one.path == edit.path for one in self.record.said):
                        gone += render_deck(edit.before, before, self.config, templates).diagnostics
            made += self._others(before, after, templates)
            pages[after.lang] = made
        return pages, found, gone

    def _recall_code(self, edit: Edit) -> None:
        """See to it that code which has not changed need not be coloured again."""
        if any(isinstance(block, CodeBlock) for block in all_blocks(edit.after)):
            code = [block for block in all_blocks(edit.before) if isinstance(block, CodeBlock)]
            page = self.record.site / self.editions[0].prefix / edit.after.site_path
            recall(code, with_blanks(page.read_bytes().decode("utf-8", "replace")))

    def _others(self, before: Edition, after: Edition, templates: Environment) -> Iterator[Page]:
        """Yield the other affected pages: of linking notes, of papers, and overview pages."""
        config, edits, dates = self.config, self.edits, self.dates
        near = decks_nearby(edits, before, after)
        for deck in after.book.decks:
            if deck.source_path in near and deck.role != "home":
                yield from render_deck(deck, after, config, templates).pages
        if papers := papers_nearby(edits, before, after, config):
            from slidegloss.incremental.lead import find_lead  # noqa: PLC0415 - most edits need none of it
            from slidegloss.pages.paperpages import Alike, AtHand, relations, render_papers  # noqa: PLC0415 - as above

            options = find_lead(self.name, self.kept).options
            related = relations(after.book.library)
            some = [(paper, related[paper.key]) for paper in after.book.library.papers if paper.key in papers]
            at_hand = AtHand(self._pieces(after), Alike(after.book.library))
            yield from render_papers(some, after, config, templates, options, at_hand).pages
        recounted = any(edit.recounted for edit in edits)
        at_home = any(deck.role == "home" and deck.source_path in near for deck in after.book.decks)
        if recounted or at_home or self.dated:
            from slidegloss.pages.home import render_home  # noqa: PLC0415 - as above

            yield from render_home(after, config, templates, dates).pages
        if recounted:
            from slidegloss.pages.coverage import render_coverage  # noqa: PLC0415 - as above

            yield from render_coverage(after, templates).pages
        if self.dated:
            from slidegloss.pages.changes import render_changes  # noqa: PLC0415 - as above

            yield from render_changes(after, templates, dates).pages
        if any(edit.now.asked for edit in edits):
            from slidegloss.pages.questions import question_entries, render_questions  # noqa: PLC0415 - as above

            if differs(lambda deck, edition: question_entries(deck, edition, config, anew), edits, before, after):
                yield from render_questions(after, config, templates, self._pieces(after)).pages
        if any(address.is_figure for edit in edits for address in edit.now.addresses):
            from slidegloss.pages.gallery import gallery_thumbs, render_gallery  # noqa: PLC0415 - as above

            if differs(lambda deck, edition: gallery_thumbs(deck, edition, anew), edits, before, after):
                yield from render_gallery(after, templates, self._pieces(after)).pages

    def _pieces(self, edition: Edition) -> KeptPieces:
        return KeptPieces(self.kept, [PageKeys(edition, self.config, self.kept, BookKeys(edition.book, self.keys))])

    def _html(self, edition: Edition, pages: Iterable[Page]) -> Mapping[str, bytes]:
        """Return the HTML of the pages that changed, by their path in the edition."""
        record, lang = self.record, edition.lang
        permalink = esc(theme_words(edition.words.table)["permalink"])
        found: dict[str, bytes] = {}
        left: dict[str, Page] = {}
        for page in pages:
            path = markdown_path(page.site_path)
            html = (record.site / edition.prefix / page.site_path).read_bytes()
            made = splice((record.folder / lang / path).read_text(encoding="utf-8"), page.markdown, html, permalink)
            if made is None:
                left[path] = page
            elif made != html:
                found[page.site_path] = made
        return {**found, **self._built(lang, left)}

    def _built(self, lang: str, pages: Mapping[str, Page]) -> Mapping[str, bytes]:
        """Return the HTML of pages (by the path of their Markdown) as the engine makes it."""
        if not pages:
            return {}
        from slidegloss.engine.run import run_pages  # noqa: PLC0415 - as above

        folder = self.record.folder
        before = {path: (folder / lang / path).read_text(encoding="utf-8") for path in pages}
        try:
            for path, page in pages.items():
                write_page(folder, f"{lang}/{path}", page.markdown)
            built = run_pages(folder, {lang: tuple(pages)}, vendor_cache(folder))
        finally:  # until the site is published, what lies there must be what its pages were made of
            for path, text in before.items():
                write_page(folder, f"{lang}/{path}", text)
        return {pages[path].site_path: html for (_, path), html in _needed(built).items()}

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _said(self, gone: Iterable[Diagnostic], found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return the messages of the book with those of the changed notes as they are now."""
        left = Counter(self.record.said)
        for edit in self.edits:
            left.subtract(needed_head(self.record.keys[edit.path], self.kept)[2])
        left.subtract((*gone, *self.problems_before))
        _need(min(left.values(), default=0) >= 0)
        by_path = {edit.path: edit for edit in self.edits}
        stays = []
        for problem in left.elements():
            of = by_path.get(problem.path)
            if of is not None and (problem.line or problem.code_name in _OF_TEXT):
                # said of the text by who is not asked here: of a citation, or we cannot tell
                stays.append(_needed(with_citation(problem, of.before.citations, of.after.citations)))
            else:
                stays.append(problem)
        return (*stays, *self.own, *found, *self.problems)

    def _shared(self, version: str) -> Mapping[str, bytes]:
        """Return the changed files besides pages, by their path in the site."""
        files = dict(self._search())
        if any(edit.renamed for edit in self.edits) or version != self.record.version:
            from slidegloss.book.bookfile import BOOK_FILE  # noqa: PLC0415 - as above
            from slidegloss.site.contents import book_file  # noqa: PLC0415

            files[BOOK_FILE] = book_file(self.editions[0].book, self.config).encode()
        if self.dated:
            from slidegloss.site.website import website_files  # noqa: PLC0415 - as above

            found = website_files(self.editions, self.config, self.dates)
            files |= {name: text.encode() for name, text in found.items()}
        return files | dict(self._previews())

    def _previews(self) -> Iterator[tuple[str, bytes]]:
        """Yield the pictures of link previews that changed."""
        changed: dict[str, Card] = {}
        for before, after in zip(self.record.editions, self.editions, strict=True):
            old = cards(before, self.config, anew, [edit.before for edit in self.edits])
            new = cards(after, self.config, anew, [edit.after for edit in self.edits])
            changed |= {path: card for path, card in new.items() if card != old[path]}
        if changed:
            from slidegloss.site.previewcards import draw_card  # noqa: PLC0415 - Pillow takes its time to load

            for path, card in changed.items():
                yield path, draw_card(card, {card.picture: self.record.site / card.picture} if card.picture else {})

    def _search(self) -> Iterator[tuple[str, bytes]]:
        """Yield the parts of the search index that hold the changed notes."""
        record = self.record
        pages = [
            (deck_pages(edit.before, record.editions, self.config), deck_pages(edit.after, self.editions, self.config))
            for edit in self.edits
        ]
        for edition in self.editions:
            every = (f"{edition.prefix}search/slides-{number}.js" for number in count(1))
            names = list(takewhile(self.site_files.__contains__, every))
            shards = [(record.site / name).read_bytes() for name in names]
            touched = set[int]()
            for old, new in pages:
                _need(len(old[edition.lang]) == len(new[edition.lang]))
                for before, after in zip(old[edition.lang], new[edition.lang], strict=True):
                    if before != after:
                        number, shards[number] = _needed(put_page(shards, before, after))
                        touched.add(number)
            yield from ((names[number], shards[number]) for number in sorted(touched))


_OF_TEXT = frozenset({Code.NOTE_EMPTY.slug, Code.NOTE_LARGE.slug})
"""Messages without a line that concern what a note says."""


def _coverage(edits: Iterable[Edit], record: Record) -> Mapping[str, Mapping[str, Coverage]]:
    """Return how much of each note reads in each language; no language has a catalogue here."""
    before = after = record.editions[0].coverage
    for edit in edits:
        after = recounted(after, edit.path, edit.was.tally, edit.now.tally)
    _need(_says_anything(before) == _says_anything(after))  # else the navigation gets or loses an entry
    return after


def _says_anything(coverage: Mapping[str, Mapping[str, Coverage]]) -> bool:
    return any(summed(parts.values()).total for parts in coverage.values())
