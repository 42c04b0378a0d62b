"""A base class that makes frozen dataclasses fast to pickle and unpickle.

On its own, a frozen dataclass with slots looks its `fields()` up for every object that is read; these are pickled as plain
constructor calls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

Call = tuple[type, tuple[Any, ...]]
"""A class and the arguments that make an equal object."""


class Frozen:
    """A base for frozen dataclasses with two or more slots, whose constructor takes all of them in their order."""

    __slots__: tuple[str, ...] = ()

    def __reduce__(self) -> Call:
        """Return the class and its arguments."""
        cls: Any = type(self)  # a class can be hashed, whatever its objects are
        return as_call(cls)(self)


@cache
def as_call(cls: type[Any]) -> Callable[[Any], Call]:
    """Return what a pickler asks of the objects of a class: it may know so beforehand, and not search for `__reduce__`."""
    values = attrgetter(*cls.__slots__)
    return lambda instance: (cls, values(instance))
