"""The real command line in a process of its own, with the cache that all tests of this process have (`user_cache`)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import lxml.html

REPO = Path(__file__).resolve().parents[2]


class Run(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def messages(self, code: str) -> list[str]:
        """Return the printed lines that carry a message of this code."""
        return [line for line in self.out.splitlines() if f"[{code}]" in line]


def run(*arguments: str | Path, cwd: Path, cache: str = "") -> Run:
    """Run `python build.py …`; a traceback fails the test at once."""
    done = subprocess.run(
        [sys.executable, REPO / "build.py", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPO), "PYTHONUTF8": "1"} | ({"XDG_CACHE_HOME": cache} if cache else {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    return Run(done.returncode, done.stdout, done.stderr)


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
