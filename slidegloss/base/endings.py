"""Endings of files, without the dot and in small letters."""

from __future__ import annotations

from typing import Final

PICTURES: Final = frozenset({
    "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "webp", "svg", "bmp", "tif", "tiff", "avif", "heic", "heif",
    "mp4", "m4v", "mov", "webm", "ogv",
})  # fmt: skip
"""Of files that only a reference makes useful; others (PDFs, data) may lie in the assets for any reason."""
SHOWN: Final = PICTURES | {"mkv", "ogg", "mp3", "m4a", "m4b", "oga", "opus", "wav", "flac", "pdf"}
"""Of files that are shown where they are embedded."""
