"""Reproducible zip archives."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from slidegloss.write.files import folder_for

_PACKED = frozenset(
    {".webp", ".png", ".jpg", ".jpeg", ".gif", ".mp4", ".webm", ".woff", ".woff2", ".zip", ".gz", ".avif"}
)
"""Endings of files that packing would not make smaller."""


def write_zip(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files (POSIX path, content) as a zip archive that depends on nothing but them: no dates, no permissions.

    The content is taken as it comes, so that the archive may be larger than memory; `target` changes only at the end.
    """
    with folder_for(target.parent):
        _write_zip(target, files)


def _write_zip(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    partial = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(partial, "w") as archive:
            for path, data in files:
                entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
                entry.create_system = 3  # Unix, on every system, for the permissions to mean the same
                entry.external_attr = 0o100644 << 16
                packed = PurePosixPath(path).suffix.lower() in _PACKED
                entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
                archive.writestr(entry, data, compresslevel=9)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
