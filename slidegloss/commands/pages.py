"""`pages`: the Markdown pages and configs alone, for another engine."""

from __future__ import annotations

import argparse
import shlex

from slidegloss import terminal
from slidegloss.base.diagnostics import adjust, fails, in_order
from slidegloss.commands.project import loaded
from slidegloss.config.dirs import own_parts, work_dir
from slidegloss.config.options import Options
from slidegloss.decks.places import located
from slidegloss.pipeline.workfolder import write_pages
from slidegloss.templating.environment import TemplateFault
from slidegloss.write.lock import locked


def run(options: argparse.Namespace) -> int:
    """Write the pages."""
    project = loaded(options.source)
    if project is None:
        return terminal.PROBLEMS
    progress, folder = terminal.Progress(), work_dir(project.config)
    try:
        with locked(folder, on_wait=lambda: progress("wait", 0, 1), ours=own_parts(project.config.settings.languages)):
            found, _ = write_pages(project, Options(jobs=options.jobs), progress)
    except TemplateFault as fault:
        terminal.tell(in_order([*adjust(project.diagnostics, project.config.settings), fault.problem]))
        return terminal.PROBLEMS
    finally:
        progress.close()
    found = [*project.diagnostics, *located(found, project.book.decks)]
    diagnostics = in_order(adjust(found, project.config.settings))
    terminal.tell(diagnostics, remarks=False)
    terminal.say(f"Pages are in {terminal.shown(folder)}. These build them:")
    for lang in project.config.settings.languages:
        terminal.say(f"  mkdocs build -f {shlex.quote(terminal.shown(folder / f'mkdocs.{lang}.yml'))}")
    return terminal.PROBLEMS if fails(diagnostics, strict=False) else terminal.OK
