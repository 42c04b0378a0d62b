"""Brings a site up to date with the least work: nothing at all, a few pages, or a build.

Most builds that people run have little to do, and loading the program is most of what those take: each step is imported when
the one before it was not enough.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.config.dirs import other_books, output_folders
from slidegloss.config.options import Engine, Options
from slidegloss.incremental.stamp import Asked, Edited, Inputs, Left, recall, remember, take

if TYPE_CHECKING:
    from slidegloss.config.project import Config
    from slidegloss.pipeline.built import Built, Memory


class Ended(NamedTuple):
    """How it ended. `site` is None when nothing was published."""

    site: Path | None
    diagnostics: tuple[Diagnostic, ...]
    unchanged: bool = False
    """Nothing had to be done."""
    failures: tuple[tuple[str, str], ...] = ()
    """(Language, what the engine said) of editions that it could not build."""
    own_theme: bool = False
    """Whether templates of the project may be at fault as well."""
    readable: bool = True
    """Whether there was anything to build."""


def rebuild(source: Path, options: Options, progress: Callable[[str, int, int], None]) -> Ended:
    """Build the site of `source`, as far as that is needed; raises what the pipeline's `build` raises."""
    asked = Asked(source, options.out, _key(options))
    known = recall(asked) if options.use_cache else None
    if isinstance(known, Left):
        return Ended(known.site, known.diagnostics, unchanged=True)
    if known is not None and (amended := _amended(known, asked, options)) is not None:
        return Ended(amended.site, amended.diagnostics)
    return _built(asked, options, progress)


def _amended(edited: Edited, asked: Asked, options: Options) -> Left | None:
    from slidegloss.incremental.amend import amend  # noqa: PLC0415 - see above

    amended = amend(edited, strict=options.strict, jobs=options.jobs)
    if amended is None:
        return None
    left = Left(edited.site, amended.diagnostics, amended.record, amended.output)
    remember(asked, edited.inputs, left)
    return left


def _built(asked: Asked, options: Options, progress: Callable[[str, int, int], None]) -> Ended:
    from slidegloss.pipeline.built import Memory  # noqa: PLC0415 - see above
    from slidegloss.pipeline.phases import build  # noqa: PLC0415 - see above

    watched: list[Inputs] = []

    def look(config: Config, out: Path) -> None:
        watched.append(take(config.root, output_folders(config, out), asked.options, other_books(config)))

    memory = Memory()
    built = build(asked.source, options, progress, look, memory)
    if built.site is not None:
        record = _record(memory, built) if options.engine is Engine.MKDOCS else ""
        for inputs in watched:
            remember(asked, inputs, Left(built.site, built.diagnostics, record))
    return Ended(
        built.site,
        built.diagnostics,
        failures=tuple((failure.lang, failure.log) for failure in built.failures),
        own_theme=built.own_theme,
        readable=built.config is not None,
    )


def _record(memory: Memory, built: Built) -> str:
    from slidegloss.incremental.record import leave  # noqa: PLC0415 - see above

    return leave(memory, built)


def _key(options: Options) -> tuple[str, ...]:
    """Return what stands for all options that a site depends on; where it goes is another matter."""
    return (options.engine.value, str(options.strict), str(not options.use_cache), *options.languages)
