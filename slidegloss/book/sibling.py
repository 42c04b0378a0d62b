"""A book that absolute links may lead to (`Sibling`), and which of its pages an address means."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from slidegloss.base.endings import without_page
from slidegloss.base.namedtuples import NamedTuple

_MADE = frozenset({"404", "changes", "coverage", "figures", "papers", "print", "questions", "search", "toc"})
"""Pages that slidegloss or mdBook make; notes may link to them."""


class Sibling(NamedTuple):
    """A book that addresses may lead to."""

    prefix: str
    """What its addresses begin with, without scheme and final slash."""
    folder: str | None = None
    """For this book itself: the folder below the notes that holds the same pages, empty for all; else None."""
    title: str = ""
    pages: Mapping[str, frozenset[str]] = {}
    """Page → anchors of a sibling; empty when nothing is known of it."""
    editions: tuple[str, ...] = ()
    """Folders of its further editions."""
    local: str = ""
    """Where its site lies beside ours, relative to the root of our site; empty for this book itself."""

    def place(self, url: str) -> tuple[tuple[str, ...], str] | None:
        """Return the pages that an address may mean, likeliest first, and its fragment; None when it is of no page here."""
        rest = without_scheme(url)
        if not rest.casefold().startswith(self.prefix.casefold()):
            return None
        rest = rest[len(self.prefix) :]
        if rest and rest[0] not in "/?#":
            return None
        path, _, fragment = rest.partition("#")
        path = unquote(path.partition("?")[0]).lstrip("/")
        edition, slash, inner = path.partition("/")
        if slash and edition in self.editions:
            path = inner
        if not _is_of_page(path) or re.sub(r"\.html$", "", path) in _MADE or path.startswith("papers/"):
            return None
        return tuple(dict.fromkeys(_pages(posixpath.join(self.folder or "", path)))), unquote(fragment)


def without_scheme(url: str) -> str:
    """Return an address as it is compared: from its host on."""
    return re.sub(r"^[A-Za-z]+:", "", url).removeprefix("//")


def _is_of_page(path: str) -> bool:
    """Tell whether an address may be one of a page; anything else is a file, of which a book does not tell."""
    return "." not in posixpath.basename(path) or without_page(path) != path


def _pages(path: str) -> Iterator[str]:
    stem = without_page(path)
    if not path or path.endswith("/"):
        yield from (f"{path}index.html", f"{path}readme.html")
        return
    yield f"{stem}.html"
    folder, name = posixpath.split(stem)
    if name.casefold() in {"readme", "index"}:
        yield from (posixpath.join(folder, "index.html"), posixpath.join(folder, "readme.html"))
    if stem == path:
        yield f"{stem}/index.html"
