"""`Pieces`: a cache of what overview pages show of one deck."""

from __future__ import annotations

from collections.abc import Callable

from slidegloss.model import Deck

Pieces = Callable[[str, Deck, Callable[[], str]], str]
"""(name of the piece, its deck, how it is made) → the piece."""


def anew(_: str, __: Deck, make: Callable[[], str]) -> str:
    """Make a piece, whether or not it was made before."""
    return make()
