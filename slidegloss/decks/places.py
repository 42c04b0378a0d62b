"""Places of messages: those in text that a note includes are told as places in the file that an author opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.model import Deck, Paper


def located(found: Iterable[Diagnostic], decks: Iterable[Deck]) -> tuple[Diagnostic, ...]:
    """Return messages about decks with the files and lines in which their authors find the places.

    What is said of a text that several notes include is said once, with the hint for the first of them.
    """
    joined = {deck.source_path: deck for deck in decks if deck.pieces}
    told: list[Diagnostic] = []
    seen: set[Diagnostic] = set()
    for problem in found:
        deck = joined.get(problem.path)
        if deck is not None:
            path, line, col = deck.place(problem.line, problem.col)
            moved = replace(problem, path=path, line=line, col=col)
            said = replace(moved, hint="")
            if path != problem.path and said in seen:
                continue
            seen.add(said)
            told.append(moved)
        else:
            told.append(problem)
    return tuple(told)


def placed(papers: Iterable[Paper], decks: Iterable[Deck]) -> Iterator[Paper]:
    """Yield papers with the files and lines in which authors find their citations."""
    joined = {deck.source_path: deck for deck in decks if deck.pieces}
    for paper in papers:
        if paper.source_path in joined:
            path, line, _ = joined[paper.source_path].place(paper.line)
            yield replace(paper, source_path=path, line=line)
        else:
            yield paper
