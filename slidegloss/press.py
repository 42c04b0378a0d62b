"""Makes the HTML of a page as soon as its Markdown is written, in the process that has the page at hand."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import jinja2
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from slidegloss.fastmarkdown import read_page
from slidegloss.mkdocsedition import Edition, file_of, fill, listening, permalink_title, read_folder, setup_of, show
from slidegloss.pymd import Sound


class Shown(NamedTuple):
    """What tells a page that was built from one that has changed since."""

    size: str
    """Of its Markdown, like the time."""
    time: str
    html_size: str
    html_time: str


@dataclass(frozen=True, slots=True)
class Press:
    """Editions whose configs and theme are written: whoever writes the Markdown of a page can have its HTML at once.

    It says what `build_editions` would make of the same page, in the process that has the page at hand. What it does not
    show (pages of another shape than ours, pages that MkDocs complains of) is left to `build_editions`.
    """

    editions: Mapping[str, Edition]

    def show(self, lang: str, path: str, markdown: str, sound: Iterable[Sound], state: str) -> Shown | None:
        """Write the HTML of a page; `path` is that of its Markdown in the edition, `state` that file's state.

        Its `sound` blocks are those that `read_page` takes.
        """
        edition = self.editions[lang]
        listed = edition.files.get_file_from_path(path)
        file = listed or file_of(path, edition.config)
        made = read_page(markdown, permalink_title(edition.config), sound)
        if made is None:
            return None
        page = file.page or Page(None, file, edition.config)
        fill(page, made)
        with listening() as log:
            try:
                show(edition, page)
            except jinja2.TemplateError:
                return None
            finally:
                if listed is None:
                    file.page = None  # a page and its file hold each other, and builds run without a collector
        if log.lines:
            return None
        size, time = state.split()[:2]
        return Shown(size, time, *stat_of(file.abs_dest_path))


def make_press(build_dir: Path, languages: Sequence[str], cache: Path | None = None) -> Press | None:
    """Read what the pages of editions have in common before the pages are there; None when that is not enough."""
    read_folder(build_dir, cache)
    editions = {}
    with listening() as log:
        for lang in languages:
            try:
                setup = setup_of(build_dir, lang)
                paths = _pages_of(setup.config.nav)
                edition = setup.edition(lang, Files(file_of(path, setup.config) for path in paths))
            except MkDocsException:
                return None
            if setup.whole or log.lines:
                return None
            editions[lang] = edition
    return Press(editions)


def _pages_of(nav: object) -> Iterator[str]:
    """Yield the pages that a config's navigation names."""
    if isinstance(nav, str):
        if nav.endswith(".md") and not urlsplit(nav).scheme:
            yield nav
    elif isinstance(nav, Mapping | list):
        for item in nav.values() if isinstance(nav, Mapping) else nav:
            yield from _pages_of(item)


def stat_of(path: str) -> list[str]:
    """Return the size and the time of a file; nothing when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - twice for each page of the book, where `Path` would be felt
    except OSError:
        return []
    return [str(found.st_size), str(found.st_mtime_ns)]
