"""Reads an mdBook's `book.toml`; keys that mean nothing here are ignored.

The format is mdBook's (https://rust-lang.github.io/mdBook/format/configuration/).
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.config.settings import new_page, old_page

BOOK_TOML = "book.toml"


class MdBook(NamedTuple):
    """What a book.toml says; what it does not say has mdBook's default."""

    title: str = ""
    src: str = "src"
    src_place: tuple[int, int] = (0, 0)
    """Line and column of the key."""
    description: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    repo_url: str = ""
    edit_url: str = ""
    out: str = "book"
    """The folder that mdBook builds into."""
    redirects: Mapping[str, str] = {}
    """Old page → the page that answers for it, both from the site's root on."""
    redirect_places: Mapping[str, tuple[int, int]] = {}
    """Old page → line and column of its key."""


def read_mdbook(text: str) -> tuple[MdBook, tuple[Diagnostic, ...]]:
    """Read a book.toml; what is faulty has its default."""
    found: list[Diagnostic] = []
    toml = _Toml(text, found)
    authors = toml.table("book").get("authors", [])
    if not isinstance(authors, list) or not all(isinstance(name, str) for name in authors):
        toml.fault("book", "authors", "must be a list of names", 'authors = ["Ada Example"]')
        authors = []
    html = "output.html"
    sent_on = list(_redirects(toml))
    book = MdBook(
        title=toml.string("book", "title"),
        src=toml.string("book", "src") or "src",
        src_place=toml.place("book", "src"),
        description=toml.string("book", "description"),
        authors=tuple(authors),
        language=toml.string("book", "language"),
        repo_url=toml.string(html, "git-repository-url"),
        edit_url=toml.string(html, "edit-url-template"),
        out=toml.string("build", "build-dir") or "book",
        redirects={old: new for old, new, _ in sent_on},
        redirect_places={old: place for old, _, place in sent_on},
    )
    return book, tuple(found)


def _redirects(toml: _Toml) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Yield the pages that mdBook sends on, with where to, and where it says so: there, a path without `/` starts from the old page's folder."""
    table = "output.html.redirect"
    for old in toml.table(table):
        new, place = toml.string(table, old), toml.place(table, old)
        if urlsplit(new).scheme:
            message, hint = (
                f"{table}: {new} is not in this site; {old} leads nowhere",
                "a note at this address can link to it",
            )
            toml.found.append(diagnostic(Code.CONFIG_UNUSED, BOOK_TOML, *place, message=message, hint=hint))
        elif new:
            try:
                here = old_page(old)
                target = new if new.startswith("/") else posixpath.join(posixpath.dirname(here), new)
                yield here, new_page(target), place
            except ValueError as error:
                toml.fault(table, old, str(error), '"/old.html" = "new.html"')


class _Toml:
    """A TOML file whose faults are noted."""

    def __init__(self, text: str, found: list[Diagnostic]) -> None:
        self.text, self.found = text, found
        self.data: dict[str, Any] = {}
        try:
            self.data = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            # Python itself refuses the rest
            problem = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "too many digits or brackets"
            hit = re.search(r"\(at line (\d+), column (\d+)\)", problem)
            # the other form is "(at end of document)"
            line, col = (int(hit[1]), int(hit[2])) if hit else (text.count("\n") + 1, 1)
            message = f"not valid TOML: {problem.split(' (at ', maxsplit=1)[0]}; the book is built with defaults"
            hint = 'text stands in quotes: title = "My notes"'
            found.append(diagnostic(Code.CONFIG_SYNTAX, BOOK_TOML, line, col, message=message, hint=hint))
        self._tables: dict[str, dict[str, Any]] = {"": self.data}

    def table(self, name: str) -> dict[str, Any]:
        """Return a table by its dotted name; an empty one where there is none."""
        if name not in self._tables:
            above, _, last = name.rpartition(".")
            value = self.table(above).get(last, {})
            if not isinstance(value, dict):
                self.fault(above, last, "must be a table", f"[{name}]")
                value = {}
            self._tables[name] = value
        return self._tables[name]

    def string(self, table: str, key: str) -> str:
        """Return the text that a key of a table says; empty where it says none."""
        value = self.table(table).get(key, "")
        if isinstance(value, str):
            return value.strip()
        self.fault(table, key, "must be text", f'{key} = "…"')
        return ""

    def fault(self, table: str, key: str, what: str, example: str) -> None:
        """Note what is wrong with a key."""
        name = f"{table}.{key}".removeprefix(".")
        message, hint = f"{name}: {what}", f"for example `{example}`"
        self.found.append(diagnostic(Code.CONFIG_VALUE, BOOK_TOML, *self.place(table, key), message=message, hint=hint))

    def place(self, table: str, key: str) -> tuple[int, int]:
        """Return where a key stands below its table's heading, line and column from 1; (0, 0) where it is written otherwise."""
        inside = not table
        for number, line in enumerate(self.text.splitlines(), 1):
            if heading := re.match(r"\s*\[+\s*([^\]]*?)\s*\]", line):
                inside = heading[1] == table
                if heading[1] == f"{table}.{key}".removeprefix("."):
                    return number, heading.start(1) + 1
            elif inside and (hit := re.match(rf"""\s*(["']?){re.escape(key)}\1\s*[=.]""", line)):
                return number, hit.end() - len(hit[0].lstrip()) + 1
        return 0, 0
