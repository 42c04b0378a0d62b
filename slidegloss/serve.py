"""The development server: builds, serves, and reloads the page when a note, figure, template or setting changes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from slidegloss.config import load_config
from slidegloss.diagnostics import Diagnostic, Severity, format_text
from slidegloss.model import Deck
from slidegloss.pipeline import Built, Options, build, work_dir
from slidegloss.resources import templates_dir
from slidegloss.watch import Snapshot, changed, snapshot

PREFIX = "/.slidegloss/"
"""Where the server's own answers are; no page of a site starts with a dot."""
_LOOK = 0.2
"""Seconds between two looks at the files."""
_WAIT = 25.0
"""Seconds that a page's question stays open; shorter than what proxies allow."""
_SCRIPT = b'<script src="/.slidegloss/reload.js" defer></script></body>'


@dataclass(slots=True)
class State:
    """What pages are told: the number of the build, its problems, and where the edited slide is."""

    number: int = 0
    problems: Sequence[Diagnostic] = ()
    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""
    anchor: str = ""
    reload: bool = True
    changed: threading.Condition = field(default_factory=threading.Condition)

    def after(self, number: int) -> dict[str, Any]:
        """Return the state as soon as there is a newer one than `number`, or the same one after a while."""
        with self.changed:
            self.changed.wait_for(lambda: self.number != number, timeout=_WAIT)
            shown = [problem for problem in self.problems if problem.severity is not Severity.INFO]
            return {
                "number": self.number,
                "reload": self.reload,
                "page": self.page,
                "anchor": self.anchor,
                "pages": self.pages,
                "problems": [
                    {"path": p.path, "severity": p.severity.value, "text": format_text([p]).strip()} for p in shown
                ],
            }

    def publish(self, built: Built, place: tuple[str, str]) -> None:
        """Tell the waiting pages about a build; a failed one shows its problems and reloads nothing."""
        with self.changed:
            self.number += 1
            self.problems = built.diagnostics
            if built.book is not None:
                self.pages = {deck.source_path: deck.site_path for deck in built.book.decks}
            self.page, self.anchor = place
            self.reload = built.site is not None
            self.changed.notify_all()


class _Handler(SimpleHTTPRequestHandler):
    """Serves the built site and nothing else; HTML gets the reload script on its way out."""

    def __init__(self, *arguments: Any, state: State, **options: Any) -> None:  # noqa: ANN401 - passed on
        self.state = state
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith(PREFIX):
            self._own(path.removeprefix(PREFIX))
        elif unquote(path).endswith((".html", "/")):
            self._page()
        else:
            super().do_GET()

    def _own(self, name: str) -> None:
        if name == "reload.js":
            script = (templates_dir() / "serve" / "reload.js").read_bytes()
            self._answer(HTTPStatus.OK, script, "text/javascript; charset=utf-8")
        elif name == "state":
            asked = parse_qs(urlsplit(self.path).query).get("after", ["-1"])[0]
            number = int(asked) if asked.lstrip("-").isdecimal() else -1
            self._answer(HTTPStatus.OK, json.dumps(self.state.after(number)).encode(), "application/json")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _page(self) -> None:
        file = Path(self.translate_path(self.path))
        if file.is_dir():
            file /= "index.html"
        status = HTTPStatus.OK
        if not file.is_file():
            file, status = Path(self.directory) / "404.html", HTTPStatus.NOT_FOUND
        try:
            html = file.read_bytes()
        except OSError:
            html = b"<!doctype html><title>slidegloss</title><body>Building\xe2\x80\xa6</body>"
        self._answer(status, html.replace(b"</body>", _SCRIPT, 1), "text/html; charset=utf-8")

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002, ANN401 - the base class's signature
        """Say nothing: what matters is printed by the command line."""


def edited_place(before: Sequence[Deck], after: Sequence[Deck]) -> tuple[str, str]:
    """Return (site path, slide anchor) of the first slide that two readings of a book do not have in common."""
    known = {deck.source_path: deck for deck in before}
    for deck in after:
        old = known.get(deck.source_path)
        if old is None or old == deck:
            continue
        slides = {slide.anchor: slide for slide in old.slides}
        for slide in deck.slides:
            earlier = slides.get(slide.anchor)
            if earlier is None or _text(earlier) != _text(slide):
                return deck.site_path, slide.anchor
        return deck.site_path, ""
    return "", ""


def _text(slide: Any) -> str:  # noqa: ANN401 - a Slide; spans are left out, they shift with every line above
    return repr((slide.title and slide.title.source, [_bare(block) for block in slide.blocks]))


def _bare(value: Any) -> Any:  # noqa: ANN401
    if hasattr(value, "_fields") and type(value).__name__ != "Span":
        return tuple(_bare(part) for name, part in zip(value._fields, value, strict=True) if name != "span")
    if hasattr(value, "__dataclass_fields__"):
        return tuple(_bare(getattr(value, name)) for name in value.__dataclass_fields__ if name != "span")
    return tuple(_bare(part) for part in value) if isinstance(value, tuple) else value


class Server:
    """A running development server; `watch` builds again for every change until `stop` is called."""

    def __init__(
        self, source: Path, options: Options, host: str, port: int, told: Callable[[Built, float], None]
    ) -> None:
        self.source = source.resolve()
        self.told = told
        self.state = State()
        started = time.monotonic()
        config, problems = load_config(self.source)
        if config is None:
            raise NothingToServeError(problems)
        self.config = config
        # beside the published site, so that looking at a draft never touches what is online
        self.out = work_dir(self.config) / "served"
        self.options = Options(self.out, engine=options.engine, languages=options.languages, jobs=options.jobs)
        self.built = build(self.source, self.options)
        self.state.publish(self.built, ("", ""))
        self.http = ThreadingHTTPServer((host, port), partial(_Handler, state=self.state, directory=str(self.out)))
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()
        self.stopped = threading.Event()
        told(self.built, time.monotonic() - started)

    @property
    def address(self) -> str:
        """Where the site is shown."""
        host, port = self.http.server_address[:2]
        return f"http://{host!s}:{port}/"

    def _look(self) -> Snapshot:
        roots = [self.config.root]
        if not templates_dir().is_relative_to(self.config.root):
            roots.append(templates_dir())
        return snapshot(roots, [work_dir(self.config), self.config.root / "site", self.config.root / "dist", self.out])

    def watch(self) -> None:
        """Build again whenever files change, until stopped; a change during a build starts another one after it."""
        seen = self._look()
        while not self.stopped.wait(_LOOK):
            now = self._look()
            if not changed(seen, now):
                continue
            while changed(now, later := self._look()):  # an editor or a checkout is still writing
                now = later
            seen = now
            started = time.monotonic()
            built = build(self.source, self.options)
            before = self.built.book.decks if self.built.book else ()
            place = edited_place(before, built.book.decks) if built.book else ("", "")
            if built.book is not None:
                self.built = built
            self.state.publish(built, place)
            self.told(built, time.monotonic() - started)

    def stop(self) -> None:
        """End watching and serving."""
        self.stopped.set()
        self.http.shutdown()
        self.http.server_close()


class NothingToServeError(Exception):
    """There is nothing at the source that could become a site."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep what is wrong."""
        super().__init__("nothing to serve")
        self.diagnostics = tuple(diagnostics)
