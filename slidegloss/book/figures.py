"""Converts a book's figures for the site, or only validates them for `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from slidegloss.base.diagnostics import Code, Diagnostic, in_order
from slidegloss.base.endings import PICTURES
from slidegloss.book.link import Book
from slidegloss.config.settings import Figures
from slidegloss.figures.audit import Placed, unused, wrong_pages
from slidegloss.figures.batch import Prepared, inspect, prepare
from slidegloss.figures.locate import Found, Remote
from slidegloss.figures.settings import FigureSettings
from slidegloss.kept.owner import seal
from slidegloss.model import Deck, Sources
from slidegloss.nodes import Image
from slidegloss.syntax.tree import leaves, walk_inlines


def figure_settings(chosen: Figures) -> FigureSettings:
    """Return how figures are converted, from what the author set."""
    return FigureSettings(quality=chosen.quality, widths=chosen.widths, cache_mb=chosen.cache_mb)


def prepare_figures(  # noqa: PLR0913 - what a run needs to know
    book: Book,
    root: Path,
    chosen: Figures,
    cache: Path,
    jobs: int,
    progress: Callable[[int, int], None],
    *,
    use_cache: bool = True,
) -> Prepared:
    """Convert all figures that the book shows; one on another host is fetched if the settings say so.

    A fetched figure is known by its address instead of a source path.
    """
    settings = replace(figure_settings(chosen), use_cache=use_cache, owner=seal("figures"))
    shown = sorted({found.source_path for found in book.figure_sources.values() if isinstance(found, Found)})
    prepared = prepare(shown, root, cache, settings, jobs, progress)
    remote = [(note, found) for (note, _), found in book.figure_sources.items() if isinstance(found, Remote)]
    return _with_remote(prepared, remote, cache, settings, jobs) if chosen.remote and remote else prepared


def _with_remote(
    prepared: Prepared, wanted: list[tuple[str, Remote]], cache: Path, settings: FigureSettings, jobs: int
) -> Prepared:
    from slidegloss.figures.remote import fetch  # noqa: PLC0415 - few books ask for it

    fetched = fetch(wanted, cache / "remote", again=not settings.use_cache)
    urls = {name: url for url, name in fetched.names.items()}
    notes = {fetched.names[found.url]: note for note, found in reversed(wanted) if found.url in fetched.names}
    more = prepare(urls, cache / "remote", cache, settings, jobs)
    problems = [
        replace(problem, path=notes[problem.path], message=f"{urls[problem.path]}: {problem.message}")
        for problem in more.diagnostics
        if problem.code_name != Code.FIGURE_MISNAMED.slug  # the name is ours
    ]
    return Prepared(
        {**prepared.figures, **{urls[name]: figure for name, figure in more.figures.items()}},
        in_order([*prepared.diagnostics, *fetched.diagnostics, *problems]),
        {**more.files, **prepared.files},
    )


def check_figures(
    book: Book, sources: Sources, settings: FigureSettings, *, alone: bool = False
) -> tuple[Diagnostic, ...]:
    """Judge every picture of the project, shown or not; nothing is written and nothing converted.

    A note that is `alone` leaves others' pictures unused.
    """
    shown = {found.source_path for found in book.figure_sources.values() if isinstance(found, Found)}
    linked = {target.path for target in book.targets.values() if target.kind == "file"}
    pictures = {path for path in sources.assets if path.rpartition(".")[2].lower() in PICTURES}
    pictures = pictures & shown if alone else pictures
    problems = [*inspect(shown | pictures, sources.root, settings), *unused(pictures, shown | linked)]
    for deck in book.decks:
        if deck.front.figure_pages:
            problems += wrong_pages(deck.source_path, _placed(deck, book))
    return tuple(problems)


def _placed(deck: Deck, book: Book) -> Iterator[Placed]:
    for slide in deck.slides:
        for leaf in leaves(slide.blocks):
            for node in walk_inlines(leaf):
                if isinstance(node, Image):
                    found = book.figure_sources.get((deck.source_path, node.dest))
                    if isinstance(found, Found):
                        yield Placed(found.source_path, slide.label, slide.number, node.span)
