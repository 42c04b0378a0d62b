"""Which engines there are: apart from `engine/run.py`, so that the command line knows them before anything heavy is loaded."""

from __future__ import annotations

from enum import Enum
from importlib.util import find_spec


class Engine(Enum):
    """A program that turns the `build/` tree into HTML; the value is its Python module."""

    MKDOCS = "mkdocs"
    PROPERDOCS = "properdocs"
    ZENSICAL = "zensical"

    @property
    def installed(self) -> bool:
        """Whether this Python can run the engine."""
        return find_spec(self.value) is not None
