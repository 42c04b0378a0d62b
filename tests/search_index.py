"""The files of a search index, made of pieces of text alone."""

from __future__ import annotations

from collections.abc import Iterable

from slidegloss.site.searchindex import SearchDoc, index_files, page_indexes, page_text


def build_index(docs: Iterable[SearchDoc], lang: str, *, failed: str = "") -> dict[str, str]:
    """Return the files of an edition's index: path relative to the edition's root → text."""
    files = index_files((page_text(page).encode() for page in page_indexes(docs)), lang, failed=failed)
    return {path: data.decode() for path, data in files}
