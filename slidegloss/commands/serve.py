"""`serve`: the site while its notes are written."""

from __future__ import annotations

import argparse

from slidegloss import terminal
from slidegloss.config.options import Options
from slidegloss.serving.builder import Outcome
from slidegloss.serving.server import CannotListenError, NothingToServeError, Server
from slidegloss.write.refusals import Refused


def run(options: argparse.Namespace) -> int:
    """Serve until somebody ends it."""
    host, port = options.addr
    try:
        server = Server(
            options.source, Options(languages=tuple(options.lang)), host, port, _Teller(), options.allow_host
        )
    except NothingToServeError as error:
        terminal.tell(error.diagnostics)
        return terminal.PROBLEMS
    except CannotListenError as error:
        return terminal.refuse(str(error), "choose another with --addr 127.0.0.1:8001")
    terminal.say(f"Serving {server.address} — Ctrl+C ends it", now=True)
    if options.open:
        import webbrowser  # noqa: PLC0415 - few ask for it

        webbrowser.open(server.address)
    try:
        server.watch()
    except KeyboardInterrupt:
        terminal.say()
    finally:
        server.stop()
    return terminal.OK


class _Teller:
    """Tells how each build ended."""

    def __init__(self) -> None:
        self._has_site = False

    def __call__(self, built: Outcome, seconds: float) -> None:
        self._has_site = self._has_site or built.site is not None
        terminal.tell(built.diagnostics, remarks=False)
        if isinstance(built.refused, OSError) and not terminal.tell_refused(built.refused, makes_site=True):
            raise built.refused
        if isinstance(built.refused, Refused):
            terminal.refuse(str(built.refused), built.refused.hint)
        for failure in built.failures:
            terminal.tell_failure(failure.engine.value, failure.lang, failure.log)
        stays = "the last good pages stay" if self._has_site else "the site appears as soon as that is mended"
        terminal.say(f"Built in {seconds:.1f} s" if built.site else f"Not built; {stays}", now=True)
