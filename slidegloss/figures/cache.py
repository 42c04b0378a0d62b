"""The cache of converted figures: content-addressed, safe for builds that run at the same time or are killed.

An entry is a record `<key>.json` with its blobs `<key>.0.webp`, `<key>.1.webp`, … in `objects/<first two of key>/`. Blobs
are written before the record, and each file is replaced atomically, so a record always finds its blobs whole. A killed
build leaves temporary files and orphan blobs, which a later run evicts. Keys contain a secret of the user, because the
folder may have come with a repository. `memo-<project>.json` maps a file's size and times to its content hash, as git's
index does.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import PIL
from PIL import features

from slidegloss.base.diagnostics import Code
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.figures.convert import Converted, Kind, Output, Problem
from slidegloss.figures.settings import FigureSettings
from slidegloss.write.files import write_shared

_FORMAT: Final = 4
"""Raise it when the same bytes and settings are to give another result."""
_GRACE_SECONDS: Final = 3_600
"""What was used so recently may belong to a build that still runs, and is not evicted."""
_RACY_NS: Final = 2_000_000_000
"""A file changed so shortly before it was hashed may change again within the same tick of its file system's clock."""
_CODES: Final = {code.slug: code for code in Code}


class StoredFile(NamedTuple):
    """One output of a stored conversion; `path` is None where the source itself is to be copied."""

    path: Path | None
    sha256: str
    extension: str
    width: int
    height: int
    bytes: int


class Stored(NamedTuple):
    """A conversion as the cache holds it."""

    kind: Kind
    mime: str
    width: int
    height: int
    transparent: bool
    files: tuple[StoredFile, ...]
    problems: tuple[Problem, ...]


def cache_key(sha256: str, settings: FigureSettings) -> str:
    """Return the key of a content under these settings and this Pillow, for this owner."""
    parts = (
        _FORMAT,
        sha256,
        PIL.__version__,
        features.version("webp"),
        settings.quality,
        settings.widths,
        settings.min_ssim,
        settings.max_side,
        settings.max_bytes,
        settings.max_pixels,
        settings.owner,
    )
    return hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()[:40]


def load(folder: Path, key: str) -> Stored | None:
    """Return a stored conversion and mark it as used, or None when it is absent or damaged."""
    record = _record(folder, key)
    try:
        raw = json.loads(record.read_bytes())
        stored = _decode(raw, record)
        whole = all(file.path is None or file.path.stat().st_size == file.bytes for file in stored.files)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not whole:
        return None
    with contextlib.suppress(OSError):
        os.utime(record)
    return stored


def store(folder: Path, key: str, converted: Converted, sha256: str, size: int) -> Stored:
    """Keep a conversion of the content `sha256` of `size` bytes; the record is written last."""
    record = _record(folder, key)
    outputs = enumerate(converted.outputs)
    files = tuple(_store_output(record, number, output, sha256, size) for number, output in outputs)
    stored = Stored(*converted[:5], files, converted.problems)
    write_shared(record, json.dumps(_encode(stored), ensure_ascii=False, indent=0).encode("utf-8"))
    return stored


def evict(folder: Path, max_bytes: int, keep: frozenset[str]) -> None:
    """Remove least recently used entries until at most `max_bytes` are left.

    Entries in `keep` (keys) and those used in the last hour stay. Left-over temporary files go as well.
    """
    recent = time.time() - _GRACE_SECONDS
    groups: dict[str, list[tuple[Path, int]]] = {}
    used: dict[str, float] = {}
    for shard in _scan(folder / "objects"):
        for entry in _scan(shard.path):
            with contextlib.suppress(OSError):
                info = entry.stat()
                if entry.name.startswith("."):  # of `write_shared`
                    if info.st_mtime < recent:
                        Path(entry.path).unlink()
                    continue
                key = entry.name.partition(".")[0]
                groups.setdefault(key, []).append((Path(entry.path), info.st_size))
                if entry.name.endswith(".json"):
                    used[key] = info.st_mtime
                else:
                    used.setdefault(key, info.st_mtime)
    total = sum(size for files in groups.values() for _, size in files)
    for key in sorted(groups, key=lambda key: (used[key], key)):
        if total <= max_bytes:
            break
        if key in keep or used[key] > recent:
            continue
        # the record first: an entry without it does not exist
        for path, size in sorted(groups[key], key=lambda file: file[0].suffix != ".json"):
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size


class Memo(NamedTuple):
    """Which content a file had when it last had this size and these times: `size:mtime:ctime` and SHA-256 by path."""

    path: Path
    known: Mapping[str, tuple[str, str]]

    def recall(self, source_path: str, info: os.stat_result) -> str:
        """Return the SHA-256 of a file that did not change, or an empty string."""
        stamp, sha256 = self.known.get(source_path, ("", ""))
        return sha256 if stamp == _stamp(info) else ""


def read_memo(folder: Path, root: Path) -> Memo:
    """Read a project's memo; a damaged one is as good as none."""
    project = hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    path = folder / f"memo-{project}.json"
    try:
        raw = json.loads(path.read_bytes())
        known = {str(name): (str(stamp), str(sha256)) for name, (stamp, sha256) in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        known = {}
    return Memo(path, known)


def write_memo(memo: Memo, seen: Mapping[str, tuple[os.stat_result, str]]) -> None:
    """Remember the files of this run, if anything is new; files that were not part of it are kept in mind as well."""
    now = time.time_ns()
    fresh = {
        name: (_stamp(info), sha256)
        for name, (info, sha256) in seen.items()
        if max(info.st_mtime_ns, info.st_ctime_ns) < now - _RACY_NS
    }
    merged = {**memo.known, **fresh}
    if merged != memo.known:
        write_shared(memo.path, json.dumps(merged, ensure_ascii=True, sort_keys=True).encode("utf-8"))


def _stamp(info: os.stat_result) -> str:
    return f"{info.st_size}:{info.st_mtime_ns}:{info.st_ctime_ns}"


def _record(folder: Path, key: str) -> Path:
    return folder / "objects" / key[:2] / f"{key}.json"


def _store_output(record: Path, number: int, output: Output, sha256: str, size: int) -> StoredFile:
    if output.data is None:
        return StoredFile(None, sha256, output.extension, output.width, output.height, size)
    path = record.with_name(f"{record.stem}.{number}.{output.extension}")
    write_shared(path, output.data)
    digest = hashlib.sha256(output.data).hexdigest()
    return StoredFile(path, digest, output.extension, output.width, output.height, len(output.data))


def _scan(path: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _encode(stored: Stored) -> dict[str, Any]:
    return {
        "kind": stored.kind,
        "mime": stored.mime,
        "size": [stored.width, stored.height],
        "transparent": stored.transparent,
        "files": [[file.path.name if file.path else "", *file[1:]] for file in stored.files],
        "problems": [[code.slug, message, hint] for code, message, hint in stored.problems],
    }


def _decode(raw: dict[str, Any], record: Path) -> Stored:
    files = tuple(
        StoredFile(record.with_name(name) if name else None, sha256, extension, width, height, size)
        for name, sha256, extension, width, height, size in raw["files"]
    )
    problems = tuple(Problem(_CODES[slug], message, hint) for slug, message, hint in raw["problems"])
    width, height = raw["size"]
    return Stored(raw["kind"], raw["mime"], width, height, raw["transparent"], files, problems)
