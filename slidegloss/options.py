"""What the command line says about a build: apart from `pipeline.py`, which a build with little to do need not load."""

from __future__ import annotations

from pathlib import Path

from slidegloss.engines import Engine
from slidegloss.namedtuples import NamedTuple


class Options(NamedTuple):
    """What the command line says about a build."""

    out: Path | None = None
    strict: bool = False
    engine: Engine = Engine.MKDOCS
    languages: tuple[str, ...] = ()
    """Editions to build; empty for all."""
    jobs: int = 0
    """Processes at a time; 0 for as many as there are cores."""
    use_cache: bool = True
    """Whether figures converted before may be used again."""
