"""Places of messages: those in text that a note includes are told as places in the file that an author opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.model import Deck


def located(found: Iterable[Diagnostic], decks: Iterable[Deck]) -> tuple[Diagnostic, ...]:
    """Return messages about decks with the files and lines in which their authors find the places."""
    joined = {deck.source_path: deck for deck in decks if deck.pieces}
    return tuple(_located(problem, joined[problem.path]) if problem.path in joined else problem for problem in found)


def _located(problem: Diagnostic, deck: Deck) -> Diagnostic:
    path, line, col = deck.place(problem.line, problem.col)
    return replace(problem, path=path, line=line, col=col)
