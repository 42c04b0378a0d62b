"""The two whole runs, `build` and `check`, phase by phase.

What comes after the notes is imported while other processes read them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.resources import user_cache
from slidegloss.config.dirs import default_out
from slidegloss.config.options import Engine, Options, chosen_languages
from slidegloss.config.project import Config, load_config
from slidegloss.kept.store import Kept, digest, own_templates, place, program
from slidegloss.pipeline.built import Built, Memory, Progress
from slidegloss.pipeline.loading import load, load_notes

if TYPE_CHECKING:
    from slidegloss.pipeline.joining import Loaded
    from slidegloss.verification.remotelinks import Limits


def check(source: Path, remote: Limits | None = None) -> tuple[Diagnostic, ...]:
    """Find everything that is wrong with the notes at `source`; nothing is written and no figure is converted.

    With `remote`, other hosts are asked, within these limits, for the addresses that the notes point to.
    """
    loaded, problems = load(source, meanwhile=_load_check)
    if loaded is None:
        return problems
    from slidegloss.pipeline.bookcheck import check_book  # noqa: PLC0415 - see above

    return check_book(loaded, remote)


def _load_check() -> None:
    import slidegloss.pipeline.bookcheck  # noqa: F401, PLC0415 - see above


def build(
    source: Path,
    options: Options,
    progress: Progress = lambda *_: None,
    look: Callable[[Config, Path], None] = lambda *_: None,
    memory: Memory | None = None,
) -> Built:
    """Build a site; nothing is published when there are errors that concern the whole, or in strict mode any problem.

    `look` is called with the settings and the folder to publish into, before the notes are read. A process that builds
    the same project again hands in the `memory` of the build before. Raises UnknownLanguage.
    """
    memory = memory or Memory()
    memory.last = None
    settings, problems = load_config(source)
    if settings is None:
        return Built(None, problems)
    languages = chosen_languages(settings, options.languages)
    look(settings, (options.out or default_out(settings)).absolute())
    before = _kept(settings, options, memory)
    loaded, problems = load_notes(
        settings, problems, kept=before, jobs=options.jobs, meanwhile=lambda: _load_rest(options.engine)
    )
    if loaded is None:
        return Built(None, problems)
    if languages != settings.settings.languages:
        loaded = _with_languages(loaded, languages)
    from slidegloss.pipeline.publishing import publish_book  # noqa: PLC0415 - see above

    return publish_book(loaded, options, progress, memory)


def _load_rest(engine: Engine) -> None:
    import slidegloss.pipeline.publishing  # noqa: F401, PLC0415 - see above
    from slidegloss.engine.run import load as load_engine  # noqa: PLC0415 - see above

    load_engine(engine)


def _kept(config: Config, options: Options, memory: Memory) -> Kept:
    """Return what earlier builds of a project have worked out, for as long as program and settings are the same."""
    salt = digest(program(), own_templates(config.root), repr(config))
    path = place(config.root, config.only, user_cache())
    if memory.kept is not None and (memory.kept.path, memory.kept.salt) == (path, salt):
        memory.kept.renew()
    else:
        memory.kept = Kept(path, salt, read=options.use_cache)
    return memory.kept


def _with_languages(loaded: Loaded, languages: tuple[str, ...]) -> Loaded:
    """Leave these editions only: a site has no links to editions that it lacks."""
    settings = loaded.config.settings
    return replace(loaded, config=replace(loaded.config, settings=settings.model_copy(update={"languages": languages})))
