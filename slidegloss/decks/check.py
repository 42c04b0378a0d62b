"""Diagnostics about the order of the slides of a deck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.model import Deck


def check_decks(decks: Sequence[Deck]) -> tuple[Diagnostic, ...]:
    """Report what looks odd in the order of slides: repeats, backward jumps, gaps, in each deck.

    A deck is often a part of a talk, so a file may start anywhere; gaps are common and only remarked.
    """
    return tuple(problem for deck in decks for problem in _markers(deck))


def _markers(deck: Deck) -> Iterator[Diagnostic]:
    seen: dict[str, int] = {}
    highest = before = 0
    for slide in deck.slides:
        line = slide.span.line
        if slide.label in seen:
            path, first, _ = deck.place(seen[slide.label])
            where = f"line {first}" if path == deck.place(line)[0] else f"{path}:{first}"
            message = f"{slide.label} stands a second time; the first is in {where}"
            hint = f"links to #{slide.label.lower()} lead to the first; this one is #{slide.anchor}"
            yield diagnostic(Code.MARKER_REPEAT, deck.source_path, line, 1, message, hint)
        elif slide.number < before:  # those after a jump are in order again
            message = f"{slide.label} comes after P{before}"
            yield diagnostic(Code.MARKER_BACK, deck.source_path, line, 1, message, "is the number a slip of the hand?")
        elif highest and slide.number > highest + 1:
            missing = f"P{highest + 1}" if slide.number == highest + 2 else f"P{highest + 1} to P{slide.number - 1}"
            yield diagnostic(Code.MARKER_GAP, deck.source_path, line, 1, f"no slide {missing} before {slide.label}")
        seen.setdefault(slide.label, line)
        highest, before = max(highest, slide.number), slide.number
