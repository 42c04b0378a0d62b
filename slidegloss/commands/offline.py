"""`offline`: the site as one archive, or its decks as one file each."""

from __future__ import annotations

import argparse

from slidegloss import terminal
from slidegloss.base.diagnostics import fails
from slidegloss.config.options import Options
from slidegloss.pipeline.package import pack


def run(options: argparse.Namespace) -> int:
    """Build a site and pack it."""
    if options.lang and not options.single_file:
        return terminal.refuse(
            "--lang goes with --single-file", "leave it out: the archive holds all editions, which link to each other"
        )
    wanted = Options(out=options.out, jobs=options.jobs, languages=tuple(options.lang))
    with terminal.Progress() as progress:
        packed = pack(
            options.source, wanted, release=options.release, one_by_one=options.single_file, progress=progress
        )
    terminal.tell(packed.diagnostics, remarks=False)
    for failure in packed.failures:
        terminal.tell_failure(failure.engine.value, failure.lang, failure.log)
    for path, size in packed.files:
        terminal.say(f"{size / 1024 / 1024:7.1f} MB  {terminal.shown(path)}")
    if not packed.files:
        terminal.say(
            "Nothing was packed: the site must be free of errors, for nobody can mend it once it is sent around."
        )
        return terminal.PROBLEMS
    return terminal.PROBLEMS if fails(packed.diagnostics, strict=False) else terminal.OK
