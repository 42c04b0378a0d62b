"""`pages`: the Markdown pages and configs alone, for another engine."""

from __future__ import annotations

import argparse
import shlex

from slidegloss import terminal
from slidegloss.base.diagnostics import fails, in_order
from slidegloss.commands.project import loaded
from slidegloss.config.dirs import own_parts, work_dir
from slidegloss.config.options import Options
from slidegloss.config.severity import adjusted
from slidegloss.pipeline.built import Memory
from slidegloss.pipeline.workfolder import write_pages
from slidegloss.templating.environment import TemplateFault
from slidegloss.write.lock import locked


def run(options: argparse.Namespace) -> int:
    """Write the pages."""
    project = loaded(options.source)
    if project is None:
        return terminal.PROBLEMS
    settings, folder = project.config.settings, work_dir(project.config)
    try:
        with (
            terminal.Progress() as progress,
            locked(folder, on_wait=lambda: progress("wait", 0, 1), ours=own_parts(settings.languages)),
        ):
            found = write_pages(project, Options(jobs=options.jobs), progress, Memory()).found
    except TemplateFault as fault:
        terminal.tell(in_order([*adjusted(project.diagnostics, settings), fault.problem]))
        return terminal.PROBLEMS
    diagnostics = adjusted([*project.diagnostics, *found], settings)
    terminal.tell(diagnostics, remarks=False)
    terminal.say(f"Pages are in {terminal.shown(folder)}. These build them:")
    for lang in settings.languages:
        terminal.say(f"  mkdocs build -f {shlex.quote(terminal.shown(folder / f'mkdocs.{lang}.yml'))}")
    return terminal.PROBLEMS if fails(diagnostics, strict=False) else terminal.OK
