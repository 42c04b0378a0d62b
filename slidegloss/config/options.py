"""What the command line says about a build: apart from `pipeline/phases.py`, which a build with little to do need not load."""

from __future__ import annotations

from pathlib import Path

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.config.engines import Engine


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
