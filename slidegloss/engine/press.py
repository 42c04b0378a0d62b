"""Renders pages to HTML right after their Markdown is written, in the same process."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from slidegloss.engine.fastmarkdown import read_page
from slidegloss.engine.mkdocsedition import (
    Edition,
    file_of,
    fill,
    listening,
    permalink_title,
    read_folder,
    setup_of,
    show,
    theme_of,
)
from slidegloss.engine.proofs import Proof, Shown
from slidegloss.verification.looks import Looks


@dataclass(frozen=True, slots=True)
class Press:
    """Editions whose configs and theme are written: whoever writes the Markdown of a page can have its HTML at once.

    It says what `build_editions` would make of the same page, in the process that has the page at hand. What it does not
    show (pages of another shape than ours, pages that MkDocs complains of) is left to `build_editions`.
    """

    editions: Mapping[str, Edition]
    looks: Looks
    """Takes note of what the pages say of others."""

    def show(self, proofs: Iterable[Proof]) -> Mapping[tuple[str, str], Shown]:
        """Write the HTML of pages; those by (language, path) that need not be left."""
        shown = {}
        for proof in sorted(proofs, key=lambda proof: proof.path):  # a page in all editions, which says much the same
            html = self._show(proof)
            if html is not None:
                path, data = html
                self.looks.note(path, data)
                size, time = proof.state.split()[:2]
                shown[proof.lang, proof.path] = Shown(size, time, *stat_of(path))
        return shown

    def _show(self, proof: Proof) -> tuple[str, bytes] | None:
        """Write the HTML of a page; return where to, and the HTML."""
        edition = self.editions[proof.lang]
        listed = edition.files.get_file_from_path(proof.path)
        file = listed or file_of(proof.path, edition.config)
        made = read_page(proof.markdown, permalink_title(edition.config), proof.sound)
        if made is None:
            return None
        page = file.page or Page(None, file, edition.config)
        fill(page, made)
        with listening() as log:
            try:
                html = show(edition, page)
            except jinja2.TemplateError:
                return None
            finally:
                if listed is None:
                    file.page = None  # a page and its file hold each other, and builds run without a collector
        return None if log.lines else (file.abs_dest_path, html)


def make_press(build_dir: Path, languages: Sequence[str], looks: Looks, cache: Path | None = None) -> Press | None:
    """Read what the pages of editions have in common before the pages are there; None when that is not enough."""
    read_folder(build_dir, cache)
    theme, editions = theme_of(build_dir), {}
    with listening() as log:
        for lang in languages:
            try:
                setup = setup_of(build_dir, lang, theme)
                paths = _pages_of(setup.config.nav)
                edition = setup.edition(lang, Files(file_of(path, setup.config) for path in paths))
            except MkDocsException:
                return None
            if setup.whole or log.lines:
                return None
            editions[lang] = edition
    return Press(editions, looks)


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
