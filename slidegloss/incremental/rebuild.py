"""Brings a site up to date with the least work: nothing at all, a few pages, or a whole build.

Most builds have little to do and spend their time on imports, so each step is imported only when the one before it was not
enough.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.config.dirs import other_books, output_folders
from slidegloss.config.options import Engine, Options
from slidegloss.incremental.stamp import Asked, Edited, Inputs, Left, as_left, recall, remember, take
from slidegloss.pipeline.built import Built, Memory, Progress

if TYPE_CHECKING:
    from slidegloss.config.project import Config


def rebuild(source: Path, options: Options, progress: Progress) -> Built:
    """Build the site of `source` as far as needed; raises what `phases.build` raises."""
    asked = Asked(source, options.out, _key(options))
    known = recall(asked) if options.use_cache else None
    if isinstance(known, Left):
        return Built(None, known.diagnostics, known.site, unchanged=True)
    if known is not None and (amended := _amended(known, asked, options)) is not None:
        return Built(None, amended.diagnostics, amended.site)
    return _built(asked, options, progress)


_MOST = 8
"""Changed notes that are amended; for more, a build on all cores is hardly slower."""


def _amended(edited: Edited, asked: Asked, options: Options) -> Left | None:
    """Make the pages that the edited notes reach; None when that takes a build.

    Most of the time goes into imports, so a second process imports what reads notes and verifies pages, and does both.
    """
    if len(edited.files) > _MOST:
        return None
    from slidegloss.base.parallel import beside  # noqa: PLC0415 - see above
    from slidegloss.incremental import errands  # noqa: PLC0415 - see above

    with beside(options.jobs) as begin:
        again = begin(errands.read, edited)
        begin(errands.prepare)
        output = begin(as_left, edited.site, edited.left)  # last: it is long, and told when this process listens
        from slidegloss.incremental.amendment import Beside, carry_out  # noqa: PLC0415 - while the other process reads

        amended = carry_out(edited, Beside(again, output, begin), strict=options.strict)
    if amended is None:
        return None
    left = Left(edited.site, amended.diagnostics, amended.record, amended.output)
    remember(asked, edited.inputs, left)
    return left


def _built(asked: Asked, options: Options, progress: Progress) -> Built:
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
    return built


def _record(memory: Memory, built: Built) -> str:
    from slidegloss.incremental.record import leave  # noqa: PLC0415 - see above

    return leave(memory, built)


def _key(options: Options) -> tuple[str, ...]:
    """Return the options that the content of a site depends on."""
    return (options.engine.value, str(options.strict), str(not options.use_cache), *options.languages)
