"""File extensions, in lower case; those of notes and pages with their dot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

PICTURES: Final = frozenset({
    "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "webp", "svg", "bmp", "tif", "tiff", "avif", "heic", "heif",
    "mp4", "m4v", "mov", "webm", "ogv",
})  # fmt: skip
"""Of files that only a reference makes useful; others (PDFs, data) may lie in the assets for any reason."""
SHOWN: Final = PICTURES | {"mkv", "ogg", "mp3", "m4a", "m4b", "oga", "opus", "wav", "flac", "pdf"}
"""Of files that are shown where they are embedded."""

MARKDOWN: Final = (".md", ".markdown", ".qmd", ".rmd", ".mdx")
"""Those of notes, in lower case: Quarto, R Markdown and Docusaurus have Markdown under names of their own."""

PAGES: Final = (".html", ".htm")


def without_markdown(path: str) -> str:
    """Return a path without the ending of a note."""
    return path.rpartition(".")[0] if path.lower().endswith(MARKDOWN) else path


def without_page(path: str) -> str:
    """Return a path without the ending of a note or of a page that is made of one."""
    return path.rpartition(".")[0] if path.lower().endswith((*MARKDOWN, *PAGES)) else path


def notes_called(stem: str) -> Iterator[str]:
    """Yield the paths of notes that are called so without their ending, likeliest first."""
    for ending in (*MARKDOWN, ".Rmd"):  # which is how R Markdown's files are spelt
        yield stem + ending


def notes_meant(path: str) -> Iterator[str]:
    """Yield the notes that a path in a link or a table of contents may mean, likeliest first.

    It may be a note's path, the same without its ending or with that of a page, or a folder with an index.
    """
    stem = without_page(path)
    yield path
    yield from notes_called(stem)
    for folder in dict.fromkeys((path, stem)):
        yield f"{folder}/README.md"
        yield from notes_called(f"{folder}/index")
