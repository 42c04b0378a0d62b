"""The files of a search index, made of pieces of text alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slidegloss.site.searchindex import IndexFiles, SearchDoc, page_indexes, page_text


def index_files(pages: Iterable[bytes], lang: str, *, failed: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the files of an edition's search index as (path in the edition, content); the pages are given as JSON."""
    index = IndexFiles(lang, failed)
    for page in pages:
        yield from index.add(page)
    yield from index.end()


def build_index(docs: Iterable[SearchDoc], lang: str, *, failed: str = "") -> dict[str, str]:
    """Return the files of an edition's index: path relative to the edition's root → text."""
    files = index_files((page_text(page).encode() for page in page_indexes(docs)), lang, failed=failed)
    return {path: data.decode() for path, data in files}
