"""Heading levels of a page: one first-level heading, and no level skipped on the way down."""

from __future__ import annotations

from collections.abc import Iterable


def outline(levels: Iterable[int]) -> tuple[int, ...]:
    """Renumber the heading levels an author wrote so that they start at 2 and go down one step at a time.

    Headings that were siblings stay siblings: a level is shown one deeper than the nearest heading above it that had a
    smaller number. Levels beyond 6 are shown as 6.
    """
    shown: list[int] = []
    open_levels: list[int] = []  # the author's levels of the headings that enclose the next one
    for level in levels:
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        shown.append(min(6, 2 + len(open_levels)))
        open_levels.append(level)
    return tuple(shown)


def slide_levels(written: Iterable[int]) -> tuple[int, ...]:
    """Return the heading levels of slides, where 0 stands for a slide without a title.

    Such a slide stands as deep as the deeper of the titled slides before and after it, so that it encloses neither.
    """
    own = tuple(written)
    above, below = _carried(own), _carried(own[::-1])[::-1]
    return tuple(level or max(before, after) or 1 for level, before, after in zip(own, above, below, strict=True))


def _carried(levels: Iterable[int]) -> list[int]:
    """Return the levels with each 0 replaced by the level before it."""
    last, out = 0, []
    for level in levels:
        last = level or last
        out.append(last)
    return out
