"""`Built`, the result of a build, and `Memory`, what the next build of the same process reuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.config.dirs import user_theme

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment

    from slidegloss.book.link import Book
    from slidegloss.config.project import Config
    from slidegloss.decks.history import Place
    from slidegloss.editions.edition import Edition
    from slidegloss.engine.run import EngineResult
    from slidegloss.kept.store import Kept
    from slidegloss.pipeline.joining import Loaded

Progress = Callable[[str, int, int], None]
"""Called with a phase, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Built:
    """How a build ended. `site` is None when nothing was published."""

    config: Config | None
    """None when there was nothing to build, and when the last build's work was enough."""
    diagnostics: tuple[Diagnostic, ...]
    site: Path | None = None
    book: Book | None = None
    failures: tuple[EngineResult, ...] = field(default=())
    """Editions that the engine could not build: faults of slidegloss, shown with the engine's own words."""
    said: tuple[Diagnostic, ...] = ()
    """What was found in the project, before its settings were applied to it."""
    verified: tuple[Diagnostic, ...] = ()
    """What was found in the finished site, likewise."""
    unchanged: bool = False
    """Nothing has changed since the last build, so nothing was done."""

    @property
    def own_theme(self) -> bool:
        """Whether the project has theme templates of its own, which may be at fault as well."""
        return self.config is not None and user_theme(self.config) is not None


class Last(NamedTuple):
    """The book as the last build of this process left it."""

    loaded: Loaded
    editions: Sequence[Edition]
    """With their figures."""
    templates: Environment
    folder: Path
    dates: Mapping[Place, datetime]


@dataclass(slots=True)
class Memory:
    """What a process that builds the same project repeatedly keeps between builds."""

    kept: Kept | None = None
    last: Last | None = None
    """None before the first build, and after one that failed."""
