"""Frozen dataclasses that are quick to read back from a pickle.

On its own, a frozen dataclass with slots looks its `fields()` up for every object that is read; these are pickled as plain
constructor calls.
"""

from __future__ import annotations

from typing import Any


class Frozen:
    """A base for frozen dataclasses with slots, whose constructor takes all of them in their order."""

    __slots__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Return the class and its arguments."""
        cls = type(self)
        return cls, tuple(getattr(self, name) for name in cls.__slots__)
