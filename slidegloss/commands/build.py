"""`build`: brings the site up to date. Imports little, because most builds have little to do."""

from __future__ import annotations

import argparse

from slidegloss import terminal
from slidegloss.base.diagnostics import fails
from slidegloss.config.options import Engine, Options
from slidegloss.incremental.rebuild import rebuild
from slidegloss.pipeline.built import Built


def run(options: argparse.Namespace) -> int:
    """Bring a site up to date."""
    engine = Engine(options.engine)
    if not engine.installed:
        if engine is Engine.MKDOCS:  # nobody chose it: what the program needs is not there
            raise ModuleNotFoundError(name=engine.value)
        return terminal.refuse(
            f"the engine '{engine.value}' is not installed", f"pip install {engine.value}, or leave --engine out"
        )
    wanted = Options(
        out=options.out,
        strict=options.strict,
        engine=engine,
        languages=tuple(options.lang),
        jobs=options.jobs,
        use_cache=not options.no_cache,
    )
    with terminal.Progress(quiet=options.quiet) as progress:
        built = rebuild(options.source, wanted, progress)
    terminal.tell(built.diagnostics, remarks=False)
    if built.site is None:
        _tell_why(built, wanted)
        return terminal.PROBLEMS
    if not options.quiet:
        how = "Nothing has changed" if built.unchanged else f"Built {terminal.shown(built.site)}"
        terminal.say(f"{how}: open {terminal.shown(built.site / 'index.html')}")
    return terminal.PROBLEMS if fails(built.diagnostics, strict=options.strict) else terminal.OK


def _tell_why(built: Built, wanted: Options) -> None:
    """Print why nothing was published, as far as the messages have not said it."""
    for failure in built.failures:
        terminal.tell_failure(failure.engine.value, failure.lang, failure.log)
    if built.failures:
        whose = "a fault of slidegloss or of your own templates/theme" if built.own_theme else "a fault of slidegloss"
        terminal.complain(f"This is {whose}, not of your notes. The last good site is untouched.")
    elif built.config is not None:
        why = ": --strict allows no warnings" if wanted.strict else ""
        terminal.say(f"Nothing was published{why}. The last good site is untouched.")
