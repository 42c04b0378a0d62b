"""A window of Chromium for the tests of a module, one after another: a new one costs more than the page that is read in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error

SIZE = {"width": 1280, "height": 720}
"""What Playwright gives a new one."""
FORGET = "localStorage.clear(); sessionStorage.clear()"


class Window:
    """A page of a context of its own; after each test it is what a new one would be, or a new one."""

    def __init__(self, new: Callable[[], Any]) -> None:
        """Take a function that opens a page in a new context."""
        self._new = new
        self._page: Any = None
        self._listeners: list[tuple[str, Any]] = []
        self._origins: set[str] = set()
        self._spent = False

    def page(self) -> Any:
        """Return the page; whatever a test adds to it is noted."""
        if self._page is None:
            self._page = page = self._new()
            page.on("framenavigated", self._went)
            listen, script = page.on, page.add_init_script

            def on(event: str, handler: Any) -> None:
                self._listeners.append((event, handler))
                listen(event, handler)

            def add_init_script(*arguments: Any, **more: Any) -> None:
                self._spent = True  # such a script cannot be taken away
                script(*arguments, **more)

            page.on, page.add_init_script = on, add_init_script
        return self._page

    def _went(self, frame: Any) -> None:
        address = urlsplit(frame.url)
        if address.scheme in {"http", "file"}:
            self._origins.add(f"{address.scheme}://{address.netloc}")

    def tidy(self) -> None:
        """Take away what a test has left: listeners, routes, what pages have stored, what they are shown on."""
        try:
            if not self._spent and len(self._page.context.pages) == 1:
                self._reset(self._page)
            else:
                self.close()
        except Error:  # somebody closed it, or it crashed
            self.close()

    def _reset(self, page: Any) -> None:
        for event, handler in self._listeners:
            page.remove_listener(event, handler)
        self._listeners.clear()
        page.unroute_all()
        page.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
        for origin in sorted(self._origins):  # a page may store something while it is left; so another is there by now
            page.goto(f"{origin}/")
            page.evaluate(FORGET)
        self._origins.clear()
        page.unroute_all()
        page.emulate_media(
            media="null",
            color_scheme="light",
            reduced_motion="no-preference",
            forced_colors="none",
            contrast="no-preference",
        )
        page.set_viewport_size(SIZE)
        page.mouse.move(-1, -1)

    def close(self) -> None:
        """Close it; who asks for a page is given one of a new context."""
        page, self._page = self._page, None
        self._listeners.clear()
        self._origins.clear()
        self._spent = False
        if page is not None:
            page.context.close()
