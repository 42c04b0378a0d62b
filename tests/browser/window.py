"""A window of Chromium for the tests of a module, one after another: a new one costs as much as the page that is read in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Error

SIZE = {"width": 1280, "height": 720}
"""What Playwright gives a new one."""
FORGET = "localStorage.clear(); sessionStorage.clear(); Storage.prototype.setItem = () => {}"
"""The page stays until the next one comes, and may want to store something when it is left."""


class Window:
    """A page of a context of its own; after each test it is to the next what a new one would be, or a new one."""

    def __init__(self, new: Callable[[], Any]) -> None:
        """Take a function that opens a page in a new context."""
        self._new = new
        self._page: Any = None
        self._forget()

    def _forget(self) -> None:
        self._listeners: list[tuple[str, Any]] = []
        self._origins: set[str] = set()
        self._left = ""
        self._spent = self._resized = self._emulated = False

    def page(self) -> Any:
        """Return the page; whatever a test does to it beside reading is noted."""
        if self._page is None:
            self._page = self._noted(self._new())
        return self._page

    def _noted(self, page: Any) -> Any:
        page.on("framenavigated", self._went)
        listen, go, script, route, resize, emulate = (
            *(page.on, page.goto, page.add_init_script),
            *(page.route, page.set_viewport_size, page.emulate_media),
        )

        def on(event: str, handler: Any) -> None:
            self._listeners.append((event, handler))
            listen(event, handler)

        def goto(url: str, **more: Any) -> Any:
            if self._left == urldefrag(url).url:
                go("about:blank")  # else the browser would only go to another place of the page that was left there
            self._left = ""
            return go(url, **more)

        def add_init_script(*arguments: Any, **more: Any) -> None:
            self._spent = True  # it cannot be taken away
            script(*arguments, **more)

        def routed(*arguments: Any, **more: Any) -> None:
            self._spent = True  # without a cache from then on
            route(*arguments, **more)

        def set_viewport_size(*arguments: Any, **more: Any) -> None:
            self._resized = True
            resize(*arguments, **more)

        def emulate_media(**more: Any) -> None:
            self._emulated = True
            emulate(**more)

        page.on, page.goto, page.add_init_script, page.route = on, goto, add_init_script, routed
        page.set_viewport_size, page.emulate_media = set_viewport_size, emulate_media
        return page

    def _went(self, frame: Any) -> None:
        address = urlsplit(frame.url)
        if address.scheme in {"http", "file"}:
            self._origins.add(f"{address.scheme}://{address.netloc}")

    def tidy(self) -> None:
        """Take away what a test has left: listeners, what pages have stored, what they are shown on."""
        try:
            if self._spent or len(self._origins) > 1 or len(self._page.context.pages) > 1:
                self.close()
            else:
                self._reset(self._page)
        except Error:  # somebody closed it, or it crashed
            self.close()

    def _reset(self, page: Any) -> None:
        for event, handler in self._listeners:
            page.remove_listener(event, handler)
        if self._origins:
            page.evaluate(FORGET)
        if self._emulated:
            page.emulate_media(
                media="null",
                color_scheme="light",
                reduced_motion="no-preference",
                forced_colors="none",
                contrast="no-preference",
            )
        if self._resized:
            page.set_viewport_size(SIZE)
        page.mouse.move(-1, -1)
        here, there = urldefrag(page.url).url, self._origins
        self._forget()
        self._left, self._origins = here, there

    def close(self) -> None:
        """Close it; who asks for a page is given one of a new context."""
        page, self._page = self._page, None
        self._forget()
        if page is not None:
            page.context.close()
