"""`check`: what is wrong with the notes."""

from __future__ import annotations

import argparse

from slidegloss import terminal
from slidegloss.diagnostics import fails
from slidegloss.pipeline import check
from slidegloss.remotelinks import Limits
from slidegloss.reports import FORMATS


def run(options: argparse.Namespace) -> int:
    """Print all that is to be mended."""
    diagnostics = check(options.source, Limits() if options.remote else None)
    if options.format == "text":
        terminal.tell(diagnostics, always_count=True)
    else:
        terminal.write(FORMATS[options.format](terminal.as_called(diagnostics)))
    return terminal.PROBLEMS if fails(diagnostics, strict=options.strict) else terminal.OK
