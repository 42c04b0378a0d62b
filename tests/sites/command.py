"""The real command line in a process of its own, with the cache that all tests of this process have (`user_cache`)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import lxml.html

from tests.sites.warm import Warm

REPO = Path(__file__).resolve().parents[2]


class Run(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def messages(self, code: str) -> list[str]:
        """Return the printed lines that carry a message of this code."""
        return [line for line in self.out.splitlines() if f"[{code}]" in line]


_WARM = Warm()
_TICK = 0.03
"""Seconds: a build that begins sooner than this after a file was written leaves no stamp (`incremental/stamp.py`)."""


def run(*arguments: str | Path, cwd: Path, cache: str = "", cold: bool = False, **variables: str) -> Run:
    """Run `python build.py …`; a traceback fails the test at once.

    The process is forked from one that has loaded the program (`warm.py`); a `cold` one is Python, started for it, which
    finds the `variables` in its environment.
    """
    environment = {**os.environ, "PYTHONPATH": str(REPO), "PYTHONUTF8": "1", **variables}
    if cache:
        environment["XDG_CACHE_HOME"] = cache
    given = [os.fspath(argument) for argument in arguments]
    time.sleep(_TICK)
    if cold or not hasattr(os, "fork"):
        command = [sys.executable, str(REPO / "build.py"), *given]
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=300
        )
        ended = Run(done.returncode, done.stdout, done.stderr)
    else:
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            code = _WARM.run(given, cwd, environment, out, err)
            ended = Run(code, *(path.read_text(encoding="utf-8") for path in (out, err)))
    assert "Traceback" not in ended.out + ended.err, ended.out + ended.err
    return ended


def article(page: Path) -> lxml.html.HtmlElement:
    """Return the main part of a built page."""
    root = lxml.html.fromstring(page.read_bytes(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    return root.xpath("//article")[0]


def navigation(page: Path) -> list[str]:
    """Return the words of the main navigation in order."""
    root = lxml.html.fromstring(page.read_bytes(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    path = "//nav[contains(@class, 'md-nav--primary')]//*[contains(@class, 'md-nav__link')]"
    words = (" ".join("".join(one.xpath("text()")).split()) for one in root.xpath(path))
    return [word for word in words if word]


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder
