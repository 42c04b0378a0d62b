"""Finds the pages that an edit of a note's text affects besides the note's own page.

Other pages show four things of a deck: its title, counts and anchors (`DeckIndex`); badge, title and figure of a slide, where
another deck links to it; the annotations of a slide, on the pages of the papers that it cites; its questions and figures, on
the overview pages. The first is compared field by field, the others by rendering what they show, before and after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from posixpath import dirname
from typing import TYPE_CHECKING

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.book.link import Book, Target
from slidegloss.decks.index import DeckIndex
from slidegloss.editions.edition import Edition
from slidegloss.model import Deck
from slidegloss.pages.lookups import Lookups
from slidegloss.pages.slidecard import slide_card
from slidegloss.pages.snippets import PAPERS, snippet
from slidegloss.papers.match import same_citations

if TYPE_CHECKING:
    from slidegloss.config.project import Config


class Edit(NamedTuple):
    """A note before and after."""

    before: Deck
    after: Deck
    was: DeckIndex
    now: DeckIndex

    @property
    def path(self) -> str:
        """The note's source path."""
        return self.after.source_path

    @property
    def recounted(self) -> bool:
        """Whether the book counts other slides, remarks or texts to translate."""
        was, now = self.was, self.now
        return (was.slides, was.annotations, was.tally) != (now.slides, now.annotations, now.tally)

    @property
    def renamed(self) -> bool:
        """Whether there are other places to link to, or places of other names."""
        return (self.was.slides, self.was.anchors) != (self.now.slides, self.now.anchors)


def is_local(edit: Edit) -> bool:
    """Tell whether the pages that this module finds are all that can change, as far as the note itself tells."""
    before, after, was, now = edit
    return (
        (before.title, before.lang, before.front, before.macros) == (after.title, after.lang, after.front, after.macros)
        and before.role == after.role != "home"
        and same_citations(before.citations, after.citations)
        and (was.asked, was.needs, was.pictures) == (now.asked, now.needs, now.pictures)
        and _figures(was) == _figures(now)
        and bool(was.tally) == bool(now.tally)
    )


def who_asks(edits: Sequence[Edit], book: Book) -> frozenset[str]:
    """Return the source paths of the other notes whose links may lead elsewhere: to a place that is new, gone or renamed."""
    changed = {edit.path for edit in edits}
    found = set[str]()
    for edit in edits:
        if not edit.renamed:
            continue
        page, folder, labels = edit.after.site_path, dirname(edit.path), _labels(edit.was, edit.now)
        found |= {path for (path, dest), target in book.targets.items() if target.path == page and "#" in dest}
        found |= {
            deck.source_path
            for deck in book.decks
            if dirname(deck.source_path) == folder and labels & book.index[deck.source_path].labels
        }
    return frozenset(found - changed)


def same_links(paths: Iterable[str], before: Book, after: Book) -> bool:
    """Tell whether all links of some notes lead where they led."""
    wanted = frozenset(paths)
    return all(
        {place: target for place, target in old.items() if place[0] in wanted}
        == {place: target for place, target in new.items() if place[0] in wanted}
        for old, new in ((before.targets, after.targets), (before.slide_targets, after.slide_targets))
    )


def _figures(index: DeckIndex) -> Sequence[str]:
    return [address.dest for address in index.addresses if address.is_figure]


def _labels(was: DeckIndex, now: DeckIndex) -> frozenset[str]:
    """Return the labels that mean other slides than before."""
    old, new = _slides_by_label(was), _slides_by_label(now)
    return frozenset(label for label in {*old, *new} if old.get(label) != new.get(label))


def _slides_by_label(index: DeckIndex) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for slide in index.slides:
        found[slide.label].append(slide.anchor)
    return found


def _links_to(edit: Edit, book: Book) -> Sequence[tuple[str, Target]]:
    """Return who links to places in a note: (source path of the other note, where the link leads)."""
    page = edit.after.site_path
    return [
        (path, target)
        for table in (book.targets, book.slide_targets)
        for (path, _), target in table.items()
        if target.path == page and target.fragment and path != edit.path
    ]


def decks_nearby(edits: Sequence[Edit], before: Edition, after: Edition) -> frozenset[str]:
    """Return the source paths of the notes whose pages show a slide of a changed note as it is no longer."""
    return frozenset(
        path
        for edit in edits
        for path, target in _links_to(edit, before.book)
        if slide_card(target, before, "-") != slide_card(target, after, "-")
    )


def papers_nearby(edits: Sequence[Edit], before: Edition, after: Edition, config: Config) -> frozenset[str]:
    """Return the keys of the papers whose pages show a slide of a changed note as it is no longer."""
    library, found = before.book.library, set[str]()
    for edit in edits:
        cited = {key for key in library.cited.get(edit.path, ()) if key}
        by_place: dict[str, set[str]] = defaultdict(set)
        for key in cited:
            for link in library.backlinks.get(key, ()):
                if link.source_path == edit.path:
                    by_place[link.slide].add(key)
        old, new = ({slide.anchor: slide for slide in deck.slides} for deck in (edit.before, edit.after))
        was = Lookups(edit.before, before, config, [], PAPERS)
        now = Lookups(edit.after, after, config, [], PAPERS)
        for anchor, keys in by_place.items():
            if snippet(old.get(anchor), was) != snippet(new.get(anchor), now):
                found |= keys
    return frozenset(found)


def differs(show: Callable[[Deck, Edition], object], edits: Sequence[Edit], before: Edition, after: Edition) -> bool:
    """Tell whether any of the changed notes is shown in another way."""
    return any(show(edit.before, before) != show(edit.after, after) for edit in edits)


def files_linked(paths: Iterable[str], book: Book) -> frozenset[str]:
    """Return the files of the project that some notes link to."""
    wanted = frozenset(paths)
    return frozenset(
        target.path for (path, _), target in book.targets.items() if path in wanted and target.kind == "file"
    )
