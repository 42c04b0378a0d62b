"""The development server: builds, serves, and reloads the page when a note, figure, template or setting changes."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from slidegloss.base.diagnostics import Diagnostic, Severity
from slidegloss.base.endings import MARKDOWN
from slidegloss.base.reports import format_text
from slidegloss.base.resources import templates_dir
from slidegloss.config.dirs import other_books, output_folders, work_dir
from slidegloss.config.options import Options, chosen_languages
from slidegloss.config.project import load_config
from slidegloss.serving.builder import Builder, Glimpse, Outcome
from slidegloss.serving.hostnames import host_name, is_ours
from slidegloss.serving.watch import Snapshot, changed, snapshot, until_all, until_next, with_states
from slidegloss.write.refusals import Refused

PREFIX = "/.slidegloss/"
"""Where the server's own answers are; no page of a site starts with a dot."""
_SETTLE = 0.01
"""Seconds in which a file does not change any more once it is written."""
_PATIENCE = 2.0
"""Seconds at the most that a build waits for more changes while the edited page is shown already; half as long as it takes."""
_WAIT = 25.0
"""Seconds that a page's question stays open; shorter than what proxies allow."""
_NUMBER = re.compile(r"\d{1,18}")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
"""Python refuses to read numbers of some thousands of digits."""
_PIECE = 1 << 16
"""Bytes of a file that are sent at a time."""
_SCRIPT = '<script src="/.slidegloss/reload.js" data-build="{number}" defer></script></body>'
"""Tells a page which build it shows, so that one which ends while the page loads is not missed."""


@dataclass(slots=True)
class State:
    """What pages are told: the number of the build, its problems, and where the edited slide is."""

    number: int = 0
    problems: Sequence[Diagnostic] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    anchor: str = ""
    reload: bool = True
    only: str = ""
    """The one page that has changed; empty when others may have."""
    fresh: str = ""
    """The page that need not be loaded again."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def after(self, number: int) -> dict[str, Any]:
        """Return the state as soon as there is a newer one than `number`, or the same one after a while."""
        with self.changed:
            self.changed.wait_for(lambda: self.number != number, timeout=_WAIT)
            shown = [problem for problem in self.problems if problem.severity is not Severity.INFO]
            return {
                "number": self.number,
                "reload": self.reload,
                "only": self.only,
                "fresh": self.fresh,
                "page": self.page,
                "anchor": self.anchor,
                "pages": self.pages,
                "problems": [
                    {"path": p.path, "severity": p.severity.value, "text": format_text([p]).strip()} for p in shown
                ],
            }

    def glimpse(self, seen: Glimpse) -> None:
        """Tell the waiting pages that one of them has changed; what is wrong with it the build will say."""
        with self.changed:
            self.number += 1
            self.page, self.anchor = seen
            self.only, self.fresh, self.reload = seen.page, "", True
            self.changed.notify_all()

    def publish(self, built: Outcome, fresh: str = "") -> None:
        """Tell the waiting pages about a build; a failed one shows its problems and reloads nothing.

        `fresh` is the page that shows already what the build has made of it.
        """
        with self.changed:
            self.number += 1
            self.only, self.fresh = "", fresh
            self.problems = built.diagnostics
            if built.pages is not None:
                self.pages = built.pages
            self.page, self.anchor = built.place
            self.reload = built.site is not None
            self.changed.notify_all()


class _Handler(SimpleHTTPRequestHandler):
    """Serves the built site and nothing else; HTML gets the reload script on its way out."""

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401 - passed on
        state: State,
        names: Collection[str] = (),
        **options: Any,  # noqa: ANN401
    ) -> None:
        self.state = state
        self.names = names
        super().__init__(*arguments, **options)

    def parse_request(self) -> bool:
        """Refuse a host that is not ours, and an address that no file can have (a NUL in it, too long) before anybody looks for one."""
        if not super().parse_request():
            return False
        name = host_name(self.headers.get("Host", ""))
        if not is_ours(name, self.names):
            said = f"the site is not shown under the name {name}; start serve with --allow-host {name} to have it shown"
            self.send_error(HTTPStatus.FORBIDDEN, explain=said)
            return False
        fine = True
        try:
            urlsplit(self.path)
            os.stat(self.translate_path(self.path))  # noqa: PTH116 - only to hear what the system says
        except ValueError:
            fine = False
        except OSError as error:
            fine = error.errno != errno.ENAMETOOLONG
        if not fine:
            self.send_error(HTTPStatus.BAD_REQUEST)
        return fine

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith(PREFIX):
            self._own(path.removeprefix(PREFIX))
        elif unquote(path).endswith((".html", "/")):
            self._page()
        elif not self._part():
            super().do_GET()

    def _own(self, name: str) -> None:
        if name == "reload.js":
            script = (templates_dir() / "serve" / "reload.js").read_bytes()
            self._answer(HTTPStatus.OK, script, "text/javascript; charset=utf-8")
        elif name == "state":
            asked = parse_qs(urlsplit(self.path).query).get("after", ["-1"])[0]
            number = int(asked) if _NUMBER.fullmatch(asked) else -1
            self._answer(HTTPStatus.OK, json.dumps(self.state.after(number)).encode(), "application/json")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _page(self) -> None:
        script = _SCRIPT.format(number=self.state.number).encode()  # before the file is read
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
        self._answer(status, html.replace(b"</body>", script, 1), "text/html; charset=utf-8")

    def _part(self) -> bool:
        """Send the part of a file that was asked for, which players of videos need to begin or to seek; tell if it was."""
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        file = Path(self.translate_path(self.path))
        if asked is None or not any(asked.groups()) or not file.is_file():
            return False
        size = file.stat().st_size
        first, last = (int(number) if number else None for number in asked.groups())
        start = max(0, size - (last or 0)) if first is None else first
        end = size - 1 if first is None or last is None else min(last, size - 1)
        if start > end:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return True
        with file.open("rb") as data:
            data.seek(start)
            self.send_response(HTTPStatus.PARTIAL_CONTENT)
            self.send_header("Content-Type", self.guess_type(str(file)))
            self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
            self.send_header("Content-Length", str(end - start + 1))
            self.end_headers()
            left = end - start + 1
            while left and (piece := data.read(min(left, _PIECE))):
                self.wfile.write(piece)
                left -= len(piece)
        return True

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Accept-Ranges", "bytes")
        # a style sheet, too: what a browser has kept of it, it would show again after an edit
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002, ANN401 - the base class's signature
        """Say nothing: what matters is printed by the command line."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # a window with many tabs asks for all of them at once

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's signature
        """Say nothing of a page that was closed or loaded again while it waited; anything else is a fault of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _listen(host: str, port: int, handler: Callable[..., _Handler]) -> _Http:
    """Return a server at an address; raises CannotListenError."""
    try:
        return _Http((host, port), handler)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}"
        raise CannotListenError(message) from error


class Server:
    """A running development server; `watch` builds again for every change until `stop` is called."""

    def __init__(
        self,
        source: Path,
        options: Options,
        host: str,
        port: int,
        told: Callable[[Outcome, float], None],
        names: Collection[str] = (),
    ) -> None:
        self.source = source.resolve()
        self.told = told
        self.state = State()
        started = time.monotonic()
        config, problems = load_config(self.source)
        if config is None:
            raise NothingToServeError(problems)
        chosen_languages(config, options.languages)  # it raises; later builds tell it (`Builder.build`)
        self.config = config
        # that the address is taken is told before the build; kept open, the builder's process would hold it as well
        _listen(host, port, partial(_Handler, state=self.state)).server_close()
        # beside the published site, so that looking at a draft never touches what is online
        self.out = work_dir(self.config) / "served"
        self.seen = self._look()
        """The files as they were before the last build."""
        # started before the threads of the server: beside those it could not be
        self.builder = Builder(self.source, options._replace(out=self.out))
        built = self.builder.build()
        self.took = time.monotonic() - started
        """Seconds of the last build."""
        self.state.publish(built)
        handler = partial(_Handler, state=self.state, names=(host, *names), directory=str(self.out))
        self.http = _listen(host, port, handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()
        self.stopped = threading.Event()
        told(built, time.monotonic() - started)

    @property
    def address(self) -> str:
        """Where the site is shown."""
        host, port = self.http.server_address[:2]
        return f"http://{host!s}:{port}/"

    def _look(self) -> Snapshot:
        roots = [self.config.root, *other_books(self.config)]
        if not templates_dir().is_relative_to(self.config.root):
            roots.append(templates_dir())
        return snapshot(roots, output_folders(self.config, self.out))

    def watch(self) -> None:
        """Build again whenever files change, until stopped; a change during a build starts another one after it.

        Where the edited page is shown before the build, the build waits until nothing has been saved for a while.
        """
        look_at = 0.0
        saved_at = time.monotonic()
        recent: Sequence[str] = ()
        early: tuple[str, list[bytes]] | None = None
        build_at = float("inf")
        started = saved_at
        while not self.stopped.wait(until_next(started - saved_at, recent=bool(recent))):
            started = time.monotonic()
            if started >= build_at:
                self.build(early)
                early, build_at = None, float("inf")
                continue
            due = started >= look_at
            look: Callable[[], Snapshot] = self._look if due else partial(with_states, self.seen, recent)
            now = look()
            if due:
                looked = time.monotonic()
                look_at = looked + until_all(looked - started, looked - saved_at)
            if not changed(self.seen, now):
                continue
            while not self.stopped.wait(_SETTLE) and changed(now, later := look()):  # somebody is still writing
                now = later
            recent, self.seen, saved_at = changed(self.seen, now), now, time.monotonic()
            early = self._early(recent)
            build_at = time.monotonic() + (min(_PATIENCE, self.took / 2) if early else 0)

    def build(self, early: tuple[str, list[bytes]] | None = None) -> None:
        """Build, and tell everybody; `early` is the page that is shown already, and what it says."""
        started = time.monotonic()
        try:
            built = self.builder.build()
        except (OSError, Refused) as error:  # a full disk, say: the next change is built again
            built = Outcome(None, (), (), None, ("", ""), error)
        fresh = early is not None and built.site is not None and early[1] == self._shown(early[0])
        self.took = time.monotonic() - started
        self.state.publish(built, early[0] if early and fresh else "")
        self.told(built, self.took)

    def _early(self, paths: Sequence[str]) -> tuple[str, list[bytes]] | None:
        """Show the page of the one note that has changed before the build; return it and what it says."""
        if len(paths) != 1 or not paths[0].lower().endswith(MARKDOWN):
            return None
        try:
            seen = self.builder.glance(Path(paths[0]))
        except OSError:  # gone again, or a full disk: the build says it
            return None
        if seen is None:
            return None
        self.state.glimpse(seen)
        return seen.page, self._shown(seen.page)

    def _shown(self, page: str) -> list[bytes]:
        """Return what a page says in all editions."""
        folders = ("", *(f"{lang}/" for lang in self.config.settings.languages))
        files = [self.out / folder / page for folder in folders]
        return [file.read_bytes() for file in files if file.is_file()]

    def stop(self) -> None:
        """End watching and serving."""
        self.stopped.set()
        self.http.shutdown()
        self.http.server_close()
        self.builder.stop()


class CannotListenError(Exception):
    """The address is taken, or not one of this machine's."""


class NothingToServeError(Exception):
    """There is nothing at the source that could become a site."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep what is wrong."""
        super().__init__("nothing to serve")
        self.diagnostics = tuple(diagnostics)
