"""Heading levels of a page: one first-level heading, and no level skipped on the way down."""

from __future__ import annotations

from collections.abc import Iterable


def outline(levels: Iterable[int], top: int = 2) -> tuple[int, ...]:
    """Renumber the heading levels an author wrote so that they start at `top` and go down one step at a time.

    Headings that were siblings stay siblings: a level is shown one deeper than the nearest heading above it that had a
    smaller number. Levels beyond 6 are shown as 6.
    """
    shown: list[int] = []
    open_levels: list[int] = []  # the author's levels of the headings that enclose the next one
    for level in levels:
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        shown.append(min(6, top + len(open_levels)))
        open_levels.append(level)
    return tuple(shown)
