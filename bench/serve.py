"""How long after saving a note does the server show it? Ours and the peers', same notes, sizes as in `bench/run.py`.

    python bench/serve.py [--sizes 51,400] [--rounds 5] [--only ours,hugo]

Each server is started once; then one note is changed again and again, and its page asked for every 5 ms until it says so.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from run import OUT, REPO, make_book, peers

STARTED_WITHIN = 600.0
SHOWN_WITHIN = 120.0


class Server(NamedTuple):
    """One way of serving a book: its command (book, port), the note to change, and the address of its page."""

    name: str
    command: Callable[[Path, int], list[str]]
    note: Callable[[Path], Path]
    page: str


def servers(bin_dir: Path, python: str) -> list[Server]:
    """Return what is measured, in its order."""
    name = "part01/note05"

    def beside(book: Path, path: str) -> Path:
        return Path(f"{book}-peers") / path

    return [
        Server(
            "ours",
            lambda book, port: [python, str(REPO / "build.py"), "serve", str(book), "--addr", f"127.0.0.1:{port}"],
            lambda book: book / "src" / f"{name}.md",
            f"{name}.html",
        ),
        Server(
            "mdbook",
            lambda book, port: [
                *(str(bin_dir / "mdbook"), "serve", str(book), "-d", str(beside(book, "served"))),
                *("-n", "127.0.0.1", "-p", str(port)),
            ],
            lambda book: book / "src" / f"{name}.md",
            f"{name}.html",
        ),
        Server(
            "hugo",
            lambda book, port: [
                *(str(bin_dir / "hugo"), "server", "-s", str(beside(book, "hugo"))),
                *("--bind", "127.0.0.1", "--port", str(port), "--disableLiveReload"),
            ],
            lambda book: beside(book, f"hugo/content/{name}.md"),
            f"{name}/",
        ),
        Server(
            "zensical",
            lambda book, port: [
                *(str(bin_dir / "zensical"), "serve", "-f", str(beside(book, "zensical/mkdocs.yml"))),
                *("-a", f"127.0.0.1:{port}"),
            ],
            lambda book: beside(book, f"zensical/src/{name}.md"),
            f"{name}/",
        ),
        Server(
            "mkdocs-material",
            lambda book, port: [
                *(str(bin_dir / "mkdocs"), "serve", "-q", "-f", str(beside(book, "plain/mkdocs.yml"))),
                *("-a", f"127.0.0.1:{port}"),
            ],
            lambda book: book / "src" / f"{name}.md",
            f"{name}/",
        ),
    ]


def measure(server: Server, book: Path, rounds: int) -> list[float]:
    """Return the seconds from saving to seeing, once for each round; the first change after the start does not count."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "XDG_CACHE_HOME": str(OUT / "cache"), "NO_MKDOCS_2_WARNING": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what pip installs is compiled, and so is what make sets up
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(server.command(book, port), cwd=book, env=environment, stdout=quiet, stderr=quiet)
    address = f"http://127.0.0.1:{port}/{server.page}"
    seconds = []
    try:
        wait_for(address, b"</html>", STARTED_WITHIN)
        note = server.note(book)
        for number in range(rounds + 1):
            time.sleep(1.5)  # servers that have just built may not look yet
            mark = f"Edited {time.time_ns()} {number}."
            text = note.read_text(encoding="utf-8")
            started = time.perf_counter()
            note.write_text(f"{text}\n{mark}\n", encoding="utf-8")
            wait_for(address, mark.encode(), SHOWN_WITHIN)
            seconds.append(time.perf_counter() - started)
            note.write_text(text, encoding="utf-8") if number == rounds else None
    finally:
        process.terminate()
        process.wait()
    return seconds[1:]


def wait_for(address: str, mark: bytes, within: float) -> None:
    """Ask for a page until it says what is waited for."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=60) as answer:  # noqa: S310 - our own servers
                if mark in answer.read():
                    return
        except (URLError, OSError, HTTPException):
            pass  # not started, between two builds, or half a page
        time.sleep(0.005)
    message = f"{address} never said {mark.decode()}"
    raise TimeoutError(message)


def main() -> None:
    """Measure, print a table, keep the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=REPO.parent / "shared/corpus/ImportantArticles_2024/src")
    parser.add_argument("--sizes", default="51,400")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="names of servers, separated by commas")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has slidegloss' dependencies")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    bin_dir = peers()
    results: dict[str, dict[int, float]] = {}
    sizes = [int(size) for size in options.sizes.split(",")]
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # mdBook does not see changes of files that git ignores, as `bench/out`
        for size in sizes:
            book = make_book(options.source, Path(folder) / f"book{size}", size)
            for server in servers(bin_dir, options.python):
                if options.only and server.name not in options.only.split(","):
                    continue
                found = measure(server, book, options.rounds)
                results.setdefault(server.name, {})[size] = statistics.median(found)
                print(size, server.name, *(f"{value:.3f}" for value in found), flush=True)
    (OUT / "serve.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(f"| save → fresh page, s | {' | '.join(f'{size} pages' for size in sizes)} |\n|--|{'--|' * len(sizes)}")
    for name, by_size in results.items():
        print(f"| {name} | {' | '.join(f'{by_size[size]:.2f}' for size in sizes)} |")


if __name__ == "__main__":
    main()
