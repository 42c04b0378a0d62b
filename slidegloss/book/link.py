"""Resolves the links, slide references and figure addresses of all decks: decks → `Book` and diagnostics."""

from __future__ import annotations

import posixpath
import re
from collections import ChainMap, Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest, nearest_file
from slidegloss.base.endings import notes_called, notes_meant, without_page
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.naming import composed, fold, is_plain, plain_name, roots_of
from slidegloss.base.urls import SAFE_SCHEMES
from slidegloss.decks.index import DeckIndex, Indexed
from slidegloss.figures.locate import AssetIndex, Embedded, Found, Missing, Remote, build_index, explain, locate
from slidegloss.model import Deck, Figure, NavItem, Sources
from slidegloss.notes.slugs import slug
from slidegloss.papers.match import Library

if TYPE_CHECKING:
    from slidegloss.book.named import NoteNames
    from slidegloss.book.sibling import Sibling
    from slidegloss.config.settings import Settings

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


class Target(NamedTuple):
    """Where a link leads."""

    kind: Literal["page", "external", "file", "broken"]
    path: str = ""
    """For a page its site path, for a file its path relative to the project's root."""
    fragment: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """Everything a book says, joined; the same for every edition."""

    decks: tuple[Deck, ...]
    nav: tuple[NavItem, ...]
    targets: Mapping[tuple[str, str], Target]
    """(note's source path, address as written) → where it leads."""
    slide_targets: Mapping[tuple[str, str], Target]
    """(note's source path, slide label) → the slide, when it exists."""
    figure_sources: Mapping[tuple[str, str], Found | Remote | Embedded | Missing]
    """(note's source path, address as written) → the figure's file."""
    library: Library
    """The papers, and which of them each citation means."""
    index: Mapping[str, DeckIndex]
    """Note's source path → what it holds, without its content."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """Source path → the converted figure."""

    def open_questions(self, decks: Iterable[Deck]) -> int:
        """Return how many questions of some decks have no answer yet."""
        return sum(not answered for deck in decks for answered in self.index[deck.source_path].asked)

    def figure_of(self, found: object) -> Figure | None:
        """Return the figure that an address leads to, by what `figure_sources` says of it; None when no page can show it."""
        name = found.source_path if isinstance(found, Found) else found.url if isinstance(found, Remote) else ""
        return self.figures.get(name)

    def own_figure(self, note: str, dest: str) -> Figure | None:
        """Return the figure that a note means by an address, if it is a file of the project."""
        found = self.figure_sources.get((note, dest))
        return self.figures.get(found.source_path) if isinstance(found, Found) else None

    def by_source(self) -> Mapping[str, Deck]:
        """Return the decks by their source path."""
        return {deck.source_path: deck for deck in self.decks}


def link_book(
    indexed: Sequence[Indexed],
    sources: Sources,
    library: Library,
    settings: Settings,
    siblings: Sequence[Sibling] = (),
) -> tuple[Book, tuple[Diagnostic, ...]]:
    """Resolve every link, slide reference and figure address of the decks.

    A figure is found by its name alone in the folders `settings.assets`; `/…` in a note starts from `settings.notes`.
    `siblings` are the books that absolute addresses may lead to.
    """
    decks = tuple(deck for deck, _ in indexed)
    resolver = _Links(decks, {deck.source_path: about for deck, about in indexed}, sources, settings, siblings)
    linked = _Linked({}, {}, {}, [])
    for deck in decks:
        _link(deck, resolver, linked)
    targets, slides, figures, problems = linked
    for paper in library.papers:
        if paper.figure:
            figure = locate(paper.figure, paper.source_path, resolver.figures)
            figures[paper.source_path, paper.figure] = figure
            problem = explain(figure, paper.figure, paper.source_path, paper.line, 1)
            problems += [problem] if problem else []
    nav = _with_titles(sources.nav, {deck.site_path: deck.title for deck in decks})
    return Book(decks, nav, targets, slides, figures, library, resolver.index), _reported(problems, settings)


def relink(
    book: Book,
    changed: Sequence[Indexed],
    sources: Sources,
    settings: Settings,
    siblings: Sequence[Sibling],
) -> tuple[Book, tuple[Diagnostic, ...]]:
    """Return the book with some decks replaced, and the diagnostics of these decks; only their addresses are resolved again."""
    fresh = {deck.source_path: deck for deck, _ in changed}
    decks = tuple(fresh.get(deck.source_path, deck) for deck in book.decks)
    index = ChainMap({deck.source_path: about for deck, about in changed}, book.index)  # type: ignore[arg-type]  # only read
    linked = _Linked(
        {key: target for key, target in book.targets.items() if key[0] not in fresh},
        {key: target for key, target in book.slide_targets.items() if key[0] not in fresh},
        {key: found for key, found in book.figure_sources.items() if key[0] not in fresh},
        [],
    )
    resolver = _Links(decks, index, sources, settings, siblings)
    for deck, _ in changed:
        _link(deck, resolver, linked)
    targets, slides, figures, problems = linked
    book = replace(book, decks=decks, index=index, targets=targets, slide_targets=slides, figure_sources=figures)
    return book, _reported(problems, settings)


def _reported(problems: Iterable[Diagnostic], settings: Settings) -> tuple[Diagnostic, ...]:
    """Leave figures on other hosts unreported where the settings have them fetched."""
    silent = Code.FIGURE_REMOTE.slug if settings.figures.remote else ""
    return tuple(problem for problem in problems if problem.code_name != silent)


class _Linked(NamedTuple):
    """What addresses have come to so far, as in `Book`."""

    targets: dict[tuple[str, str], Target]
    slides: dict[tuple[str, str], Target]
    figures: dict[tuple[str, str], Found | Remote | Embedded | Missing]
    problems: list[Diagnostic]


def _link(deck: Deck, resolver: _Links, linked: _Linked) -> None:
    """Resolve the addresses of a deck."""
    about = resolver.index[deck.source_path]
    met: set[tuple[str, str]] = set()
    for dest in [address.dest for address in about.addresses if address.by_name]:
        met.add((deck.source_path, dest))
        linked.figures[deck.source_path, dest] = resolver.figure(dest, deck)
    for dest, line, col, is_figure, by_name in about.addresses:
        key = (deck.source_path, dest)
        if is_figure:
            figure = linked.figures[key] if key in met else locate(dest, deck.source_path, resolver.figures)
            met.add(key)
            linked.figures[key] = figure
            problem = explain(figure, dest, deck.source_path, line, col, by_name=by_name)
            linked.problems.extend([problem] if problem else [])
        else:
            target, wrong = resolver.resolve(dest, deck)
            linked.targets[key] = target
            if wrong:
                code, message, hint = wrong
                linked.problems.append(diagnostic(code, deck.source_path, line, col, message, hint))
    for label in sorted(about.labels):
        if (found := resolver.slide(label, deck)) is not None:
            linked.slides[deck.source_path, label] = found


def _with_titles(items: Sequence[NavItem], titles: Mapping[str, str]) -> tuple[NavItem, ...]:
    """Name the entries that nobody has named: parts of one talk often begin with the same heading."""
    found = Counter(titles.get(item.site_path, "") for item in items if not item.title)
    named = []
    for item in items:
        title = item.title or titles.get(item.site_path, "") or item.site_path
        name = _file_name(item.site_path) if not item.title and found[title] > 1 else ""
        named.append(item._replace(title=title, name=name, children=_with_titles(item.children, titles)))
    return tuple(named)


def _file_name(site_path: str) -> str:
    path = PurePosixPath(site_path)
    return plain_name(path.parent.name if path.stem == "index" else path.stem)


Problem = tuple[Code, str, str]


def _broken(code: Code, message: str, hint: str = "") -> tuple[Target, Problem]:
    return Target("broken"), (code, message, hint)


def _no_page(url: str, page: str, book: str, pages: Iterable[str]) -> Problem:
    near = nearest_file(page, pages)
    return Code.LINK_MISSING, f"{url}: there is no page {page} in {book}", f"did you mean {near}?" if near else ""


class _Links:
    """Look-ups for resolving addresses, made once for a book."""

    def __init__(
        self,
        decks: Sequence[Deck],
        index: Mapping[str, DeckIndex],
        sources: Sources,
        settings: Settings,
        siblings: Sequence[Sibling],
    ) -> None:
        self.index = index
        self.figures = build_index(sources.assets, settings.assets, settings.notes)
        self.everywhere: AssetIndex | None = None
        """Files by their names, in whatever folder; made when a note asks for it, as few do."""
        self.siblings = siblings
        self.by_page = {deck.site_path: deck for deck in decks}
        self.decks = {deck.source_path: deck for deck in decks}
        self.assets = {composed(path): path for path in sources.assets}
        self.folded = {fold(path): path for path in self.decks}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        self.in_folder: dict[str, list[Deck]] = defaultdict(list)
        self.names: NoteNames | None = None
        """Made when a link asks for it, as few do."""
        self.labels: dict[str, Mapping[str, Sequence[Target]]] = {}
        """Folder → label → the slides of its notes that are called so; made when somebody asks."""
        for deck in decks:
            folder, name = posixpath.split(deck.source_path)
            self.by_name[fold(name)].append(deck.source_path)
            self.in_folder[folder].append(deck)

    def slide(self, label: str, deck: Deck) -> Target | None:
        """Find a slide by its label: in the deck itself, else in the one sibling note that has it."""
        for slide in self.index[deck.source_path].slides:
            if slide.label == label:
                return Target("page", deck.site_path, slide.anchor)
        folder = posixpath.dirname(deck.source_path)
        if folder not in self.labels:
            found: dict[str, list[Target]] = defaultdict(list)
            for other in self.in_folder[folder]:
                for slide in self.index[other.source_path].slides:
                    found[slide.label].append(Target("page", other.site_path, slide.anchor))
            self.labels[folder] = found
        siblings = self.labels[folder].get(label, ())
        return siblings[0] if len(siblings) == 1 else None

    def files(self) -> AssetIndex:
        """Return the index of the files by their names in all folders: with Obsidian, figures lie anywhere."""
        if self.everywhere is None:
            self.everywhere = build_index(self.figures.paths, (), self.figures.notes_root)
        return self.everywhere

    def figure(self, name: str, deck: Deck) -> Found | Remote | Embedded | Missing:
        """Find a figure by its name: in the folders for figures, else in any."""
        found = locate(name, deck.source_path, self.figures)
        return locate(name, deck.source_path, self.files()) if isinstance(found, Missing) else found

    def resolve(self, dest: str, deck: Deck) -> tuple[Target, Problem | None]:
        """Find where an address leads; with what is wrong about it, if anything."""
        dest = dest.strip()
        if not dest:
            return _broken(Code.LINK_EMPTY, "this link has no address", "write one between the round brackets")
        if "[[" in dest[:3]:
            return self._named(dest, deck)
        scheme = _SCHEME.match(dest)
        if scheme and scheme[1].lower() in SAFE_SCHEMES:
            of_doi = scheme[1].lower() == "doi"  # which no browser opens
            return self._elsewhere(f"https://doi.org/{dest[scheme.end() :].strip()}" if of_doi else dest)
        if dest.startswith("//"):
            return self._elsewhere("https:" + dest)
        if scheme and len(scheme[1]) > 1:
            message = f"links with '{scheme[1]}:' are not followed"
            return _broken(Code.LINK_UNSAFE, message, "use https:, mailto: or a path inside the project")
        path, _, fragment = dest.partition("#")
        path = path.partition("?")[0]
        if not path:
            return self._with_anchor(deck, fragment, dest)
        note, problem = self._note(path, deck)
        if note is not None:
            target, anchor_problem = self._with_anchor(self.decks[note], fragment, dest)
            return target, problem or anchor_problem
        asset = self.assets.get(composed(self._joined(path, deck)))
        if asset is not None:
            return self._file(asset, fragment)
        return Target("broken"), problem

    def _named(self, dest: str, deck: Deck) -> tuple[Target, Problem | None]:
        """Find the note that a link of Obsidian names."""
        from slidegloss.book.named import NoteNames, embedded, read_link  # noqa: PLC0415 - few books have any

        link = read_link(dest)
        if link is None:
            return _broken(Code.LINK_MISSING, f"{dest} not found")
        if self.names is None:
            self.names = NoteNames(tuple(self.decks.values()), self.files())
        found = self.names.notes(link.name, deck) if link.name else [deck.source_path]
        if len(found) == 1:
            target, problem = self._with_anchor(self.decks[found[0]], link.heading, link.shown)
            return target, problem or (embedded(link) if link.embed else None)
        if file := self.names.file(link.name, deck):
            return self._file(file)
        return Target("broken"), self.names.unclear(link, found)

    @staticmethod
    def _file(path: str, fragment: str = "") -> tuple[Target, Problem | None]:
        if is_plain(path):
            return Target("file", path, fragment), None
        shown = path.replace("\n", "\\n")
        message = f"{shown} is not part of the site: no address can have a backslash or a line end in it"
        return _broken(Code.LINK_MISSING, message, "rename the file")

    def _elsewhere(self, url: str) -> tuple[Target, Problem | None]:
        """Look an absolute address up in the books that the settings name; all others are taken on trust."""
        target = Target("external", url=url)
        for book in self.siblings:
            if (place := book.place(url)) is None:
                continue
            pages, fragment = place
            if book.folder is not None:  # this very book: a link inside it
                if deck := next((self.by_page[page] for page in pages if page in self.by_page), None):
                    return self._with_anchor(deck, fragment, url)
                return target, _no_page(url, pages[0], "this book", self.by_page)
            page = next((page for page in pages if page in book.pages), "")
            if book.pages and not page:
                return target, _no_page(url, pages[0], book.title, book.pages)
            if page and fragment and not {fragment, fragment.casefold(), slug(fragment)} & book.pages[page]:
                near = nearest(slug(fragment), book.pages[page])
                message = f"{url}: no heading or slide '{fragment}' in {page} of {book.title}"
                return target, (Code.LINK_ANCHOR, message, f"did you mean #{near}?" if near else "")
            return target, None
        return target, None

    def _joined(self, path: str, deck: Deck) -> str:
        """Return the path in the project; `/…` starts from the notes, as mdBook has it, or else from a folder around them."""
        inner = unquote(path).lstrip("/")
        if not path.startswith("/"):
            return posixpath.normpath(posixpath.join(posixpath.dirname(deck.source_path), inner))
        roots = roots_of(deck.source_path, self.figures.notes_root)
        found = [posixpath.normpath(posixpath.join(start, inner)) for start in roots]
        there = (one for one in found if composed(one) in self.assets or any(map(self.decks.get, notes_meant(one))))
        return next(there, posixpath.normpath(inner))

    def _note(self, path: str, deck: Deck) -> tuple[str | None, Problem | None]:
        joined = self._joined(path, deck)
        candidates = tuple(notes_meant(joined))
        for candidate in candidates:
            if candidate in self.decks:
                return candidate, None
        for candidate in candidates:
            if (right := self.folded.get(fold(candidate))) is not None:
                if composed(right) == composed(candidate):
                    return right, None
                return right, (Code.LINK_CASE, f"{path}: the file is called {right}", "write its name in the same case")
        if composed(joined) in self.assets:
            return None, None
        stem = without_page(joined)
        names = {fold(name) for name in notes_called(posixpath.basename(stem))}
        named = [one for name in sorted(names) for one in self.by_name.get(name, ())]
        if len(named) == 1:
            return named[0], (
                Code.LINK_MISSING,
                f"{path} not found; the link leads to {named[0]}, the only note of that name",
                f"write {posixpath.relpath(named[0], posixpath.dirname(deck.source_path) or '.')}",
            )
        if joined.startswith(".."):
            return None, (Code.LINK_OUTSIDE, f"{path} leaves the project", "link to a page inside the project")
        guess = nearest_file(f"{stem}.md", (other for other in self.decks if other != deck.source_path))
        hint = f"check the path; it is relative to {deck.source_path if deck.pieces else 'this note'}"
        if guess:
            hint = f"did you mean {posixpath.relpath(guess, posixpath.dirname(deck.source_path) or '.')}?"
        elif len(self.decks) == 1 and stem != joined:
            hint = "no other note was read: name a folder for all notes in it"
        return None, (Code.LINK_MISSING, f"{path} not found", hint)

    def _with_anchor(self, deck: Deck, fragment: str, dest: str) -> tuple[Target, Problem | None]:
        if not fragment:
            return Target("page", deck.site_path), None
        known = self.index[deck.source_path].anchors
        wanted = unquote(fragment)
        for name in (wanted, wanted.casefold(), slug(wanted)):
            if name in known:
                return Target("page", deck.site_path, name), None
        guess = nearest(slug(wanted), known)
        return Target("page", deck.site_path), (
            Code.LINK_ANCHOR,
            f"{dest}: no {'block' if wanted[:1] == '^' else 'heading or slide'} '{wanted}' in {deck.source_path}",
            f"did you mean #{guess}?" if guess else "",
        )
