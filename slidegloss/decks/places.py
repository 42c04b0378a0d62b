"""Places of messages: those in text that a note includes are told as places in the file that an author opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.model import Deck


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
