"""Brings a site up to date with the least work: nothing at all, a few pages, or a build.

Most builds that people run have little to do, and loading the program is most of what those take: each step is imported when
the one before it was not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.diagnostics import Diagnostic
from slidegloss.engines import Engine
from slidegloss.namedtuples import NamedTuple
from slidegloss.options import Options
from slidegloss.stamp import Edited, Inputs, Recalled, recall, remember, take

if TYPE_CHECKING:
    from slidegloss.built import Built, Memory
    from slidegloss.config import Config


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
    """Build the site of `source`, as far as that is needed; raises what `pipeline.build` raises."""
    known = recall(source, options.out, _key(options)) if options.use_cache else None
    if isinstance(known, Recalled):
        return Ended(known.site, known.diagnostics, unchanged=True)
    if known is not None and (amended := _amended(known, source, options)) is not None:
        return Ended(amended.site, amended.diagnostics)
    return _built(source, options, progress)


def _amended(edited: Edited, source: Path, options: Options) -> Recalled | None:
    from slidegloss.amend import amend  # noqa: PLC0415 - see above

    amended = amend(edited, strict=options.strict, jobs=options.jobs)
    if amended is None:
        return None
    done = Recalled(edited.site, amended.diagnostics)
    seen = (edited.root, edited.leave, edited.inputs)
    _remember(source, options, done, seen, amended.record, amended.output)
    return done


def _built(source: Path, options: Options, progress: Callable[[str, int, int], None]) -> Ended:
    from slidegloss.built import Memory  # noqa: PLC0415 - see above
    from slidegloss.pipeline import build  # noqa: PLC0415 - see above
    from slidegloss.projectdirs import work_dir  # noqa: PLC0415 - see above

    watched: list[tuple[Path, Sequence[Path], Inputs]] = []

    def look(config: Config, out: Path) -> None:
        leave = [work_dir(config), out, config.root / "site", config.root / "dist"]
        watched.append((config.root, leave, take(config.root, leave, _key(options))))

    memory = Memory()
    built = build(source, options, progress, look, memory)
    if built.site is not None:
        record = _record(memory, built) if options.engine is Engine.MKDOCS else ""
        for seen in watched:
            _remember(source, options, Recalled(built.site, built.diagnostics), seen, record)
    return Ended(
        built.site,
        built.diagnostics,
        failures=tuple((failure.lang, failure.log) for failure in built.failures),
        own_theme=built.own_theme,
        readable=built.config is not None,
    )


def _record(memory: Memory, built: Built) -> str:
    from slidegloss.record import leave  # noqa: PLC0415 - see above

    return leave(memory, built)


def _remember(
    source: Path,
    options: Options,
    done: Recalled,
    seen: tuple[Path, Sequence[Path], Inputs],
    record: str,
    output: Iterable[str] | None = None,
) -> None:
    root, leave, inputs = seen
    key = _key(options)
    remember(source, options.out, key, root=root, leave=leave, inputs=inputs, built=done, record=record, output=output)


def _key(options: Options) -> list[str]:
    """Return what stands for all options that a site depends on; where it goes is another matter."""
    return [options.engine.value, str(options.strict), str(not options.use_cache), *options.languages]
