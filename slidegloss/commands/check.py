"""`check`: what is wrong with the notes."""

from __future__ import annotations

import argparse

from slidegloss import terminal
from slidegloss.base.diagnostics import fails
from slidegloss.base.reports import FORMATS
from slidegloss.pipeline.phases import check
from slidegloss.verification.remotelinks import Limits


def run(options: argparse.Namespace) -> int:
    """Print all that is to be mended."""
    diagnostics = check(options.source, Limits() if options.remote else None)
    if options.format == "text":
        terminal.tell(diagnostics, always_count=True)
    else:
        terminal.write(FORMATS[options.format](terminal.as_called(diagnostics)))
    return terminal.PROBLEMS if fails(diagnostics, strict=options.strict) else terminal.OK
