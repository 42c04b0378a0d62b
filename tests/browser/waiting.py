"""Waiting for a state of a page whose Content-Security-Policy forbids what Playwright's own wait_for_function does."""

from __future__ import annotations

import time
from typing import Any


def until(page: Any, expression: str, seconds: float = 30) -> None:
    """Ask the page again and again until an expression is true; fail when it is still false after some seconds.

    Playwright's `wait_for_function` evaluates text in the page's own tasks: under `script-src 'self'` it works only when
    the expression is true at once, so it fails just on slow machines.
    """
    last = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < last, f"never true: {expression}"
        page.wait_for_timeout(20)
