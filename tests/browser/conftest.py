"""Browser tests run in the system's Chromium, with every host but this machine unreachable."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.marionette import Firefox, firefox
from tests.browser.reader_site import build_book
from tests.browser.search_site import build as search_site_in
from tests.browser.window import Window
from tests.conftest import Once

expect.set_options(timeout=20_000)  # machines of continuous integration are slow at times

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


LAUNCHER = Path(__file__).with_name("chromium.sh")
"""Starts it without what is nothing to a page."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """What pytest-playwright starts."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on this machine")
    launcher = LAUNCHER if os.name == "posix" else path
    return {"executable_path": launcher, "args": CHROMIUM_ARGS, "env": {**os.environ, "CHROMIUM": path}}


@pytest.fixture(scope="session")
def firefox_window() -> Iterator[Firefox]:
    """A window of the system's Firefox, which takes seconds to start, for all tests of this process; go somewhere first."""
    if not (shutil.which("firefox-esr") or shutil.which("firefox")):
        pytest.skip("no Firefox on this machine")
    with firefox() as window:
        yield window


@pytest.fixture(scope="session")
def base_url() -> str:
    """Nothing; the plugin's own fixture is written in a way that pytest 9 warns about."""
    return ""


@pytest.fixture(scope="module")
def window(browser: Any, browser_context_args: dict[str, Any]) -> Iterator[Window]:
    """A window for all tests of a module that ask for a `page`."""
    opened = Window(lambda: browser.new_context(**browser_context_args).new_page())
    yield opened
    opened.close()


@pytest.fixture
def page(window: Window) -> Iterator[Any]:
    """A page as in a window that was opened just now; the plugin opens one indeed, which takes twice the time of a test."""
    yield window.page()
    window.tidy()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        """Let browsers keep what is no page, as servers do: else they ask for it, and compile it, with every page."""
        if not self.path.partition("?")[0].endswith((".html", "/")):
            self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; gives its address, without a slash at the end."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """A function that serves a folder until the tests are over, always at the same address."""
    with ExitStack() as stack:
        yield functools.cache(lambda folder: stack.enter_context(served(folder)))


class Requests:
    """What a page asked for, by address."""

    def __init__(self, page: Any) -> None:
        self.urls: list[str] = []
        page.on("request", lambda request: self.urls.append(request.url))

    def foreign(self) -> list[str]:
        own = ("http://127.0.0.1:", "file:", "data:", "blob:", "about:")
        return [url for url in self.urls if not url.startswith(own)]


@pytest.fixture
def requests_of() -> Callable[[Any], Requests]:
    """A function that starts to log the requests of a page."""
    return Requests


@pytest.fixture(scope="session")
def reading_site(once: Once[Path]) -> Path:
    """A built book of slides, in two editions."""
    return once("reading", build_book)


@pytest.fixture(scope="session")
def search_site(once: Once[Path]) -> Path:
    """A site of Material's with our search in it, in a folder with spaces and letters that are not ASCII."""
    return once("search", lambda folder: search_site_in(folder / "搜索 site" / "a b"))
