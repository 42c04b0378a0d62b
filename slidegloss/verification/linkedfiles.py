"""HTML files of a project that notes link to: the site publishes them as they are, so `check` looks at them as a build does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.urls import FILES
from slidegloss.book.link import Book
from slidegloss.verification.sitefacts import Facts, kind_of, scan
from slidegloss.verification.verify import report


def check_linked(book: Book, root: Path) -> Iterator[Diagnostic]:
    """Report what a browser would fetch for such a file, where it leads nowhere, and that it has scripts."""
    linked = {f"{FILES}{target.path}" for target in book.targets.values() if target.kind == "file"}
    read = {path: data for path in linked if kind_of(path) == "html" and (data := _bytes(root, path)) is not None}
    facts = {path: scan(data, "html") for path, data in read.items()}
    yield from report(read.__getitem__, linked, facts, "/", facts)
    for path in sorted(path for path, said in facts.items() if _runs(said)):
        message = "this file has scripts of its own; the site publishes it as it is, and they run"
        hint = "look at it before you publish it; what notes say in HTML is cleaned, files are not"
        yield diagnostic(Code.LINK_SCRIPTS, path.removeprefix(FILES), message=message, hint=hint)


def _bytes(root: Path, path: str) -> bytes | None:
    try:
        return (root / path.removeprefix(FILES)).read_bytes()
    except OSError:  # the build says it
        return None


def _runs(said: Facts) -> bool:
    return any(need.startswith("script-src") for need in said.needs)
