"""Converts all figures of a book on all cores, with the cache, and names their files in the site."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path, PurePosixPath
from typing import Final

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, in_order
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.parallel import cores
from slidegloss.figures import cache
from slidegloss.figures.cache import Stored
from slidegloss.figures.convert import Problem, as_is, convert
from slidegloss.figures.mp4 import video_size
from slidegloss.figures.settings import FigureSettings
from slidegloss.figures.sniff import HEAD_BYTES, PLAYED, Sniffed, is_misnamed, sniff
from slidegloss.model import Figure, FigureFile

FOLDER: Final = "figures"
"""Where figures lie in the site, relative to its root."""
_ONE_OF_TWO: Final = "keep one of the two"
_NAME_LENGTH: Final = 40
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z")  # device names that Windows keeps for itself


class Prepared(NamedTuple):
    """The outcome: figures by source path, messages, and for every file of the site where to copy it from."""

    figures: Mapping[str, Figure]
    diagnostics: tuple[Diagnostic, ...]
    files: Mapping[str, Path]


class _Seen(NamedTuple):
    """A source file on the disk."""

    source_path: str
    path: Path
    info: os.stat_result
    sha256: str
    head: Sniffed


def prepare(
    source_paths: Iterable[str],
    root: Path,
    cache_dir: Path,
    settings: FigureSettings,
    jobs: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Prepared:
    """Make the site's files of these figures (POSIX paths relative to `root`); originals are only read.

    `jobs` is the number of threads, 0 for all cores: Pillow and hashlib release the interpreter's lock, so that threads
    use all cores without the start-up of processes. `progress(done, total)` counts the figures that are not in the cache
    and is called from the calling thread only. An interrupt leaves the cache sound: what is done is kept.
    """
    problems: list[Diagnostic] = []
    memo = cache.read_memo(cache_dir, root)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks about odd metadata; real damage raises
        pool = ThreadPoolExecutor(max_workers=cores(jobs), thread_name_prefix="figures")
        try:
            seen = _look(sorted(set(source_paths)), root, memo if settings.use_cache else None, pool, problems)
            stored = _convert_all(seen, cache_dir, settings, pool, progress)
        finally:
            pool.shutdown(cancel_futures=True)
    cache.write_memo(memo, {one.source_path: (one.info, one.sha256) for one in seen})
    figures, files = _name(seen, stored)
    for one in seen:
        problems.extend(_said(one, stored[one.sha256].problems, shown=stored[one.sha256].kind != "other"))
    return Prepared(figures, in_order(problems), files)


def inspect(source_paths: Iterable[str], root: Path, settings: FigureSettings, jobs: int = 0) -> tuple[Diagnostic, ...]:
    """Say all that is wrong with these figures, duplicates included, without converting or writing anything."""
    problems: list[Diagnostic] = []
    with warnings.catch_warnings(), ThreadPoolExecutor(max_workers=cores(jobs)) as pool:
        warnings.simplefilter("ignore")
        seen = _look(sorted(set(source_paths)), root, None, pool, problems)
        judged = pool.map(lambda one: _judge(one, settings), seen)
        first: dict[str, str] = {}
        for one, (found, shown) in zip(seen, judged, strict=True):
            problems.extend(_said(one, found, shown=shown))
            earlier = first.setdefault(one.sha256, one.source_path)
            if earlier != one.source_path and one.info.st_size:
                message = f"the same picture as {earlier}"
                problems.append(diagnostic(Code.FIGURE_DUPLICATE, one.source_path, message=message, hint=_ONE_OF_TWO))
    return in_order(problems)


def _judge(one: _Seen, settings: FigureSettings) -> tuple[tuple[Problem, ...], bool]:
    if one.head.type in PLAYED:
        return (), True
    try:
        result = convert(one.path.read_bytes(), settings, encode=False)
    except OSError as error:  # gone since it was hashed
        return (Problem(Code.FIGURE_BROKEN, f"the figure cannot be read: {error.strerror}"),), False
    return result.problems, result.kind != "other"


def _said(one: _Seen, found: Iterable[Problem], *, shown: bool) -> list[Diagnostic]:
    said = [diagnostic(code, one.source_path, message=message, hint=hint) for code, message, hint in found]
    if shown and is_misnamed(one.head, one.source_path):
        message = f"the file is {_article(one.head.type)}, whatever its name says"
        hint = f"rename it to {PurePosixPath(one.source_path).stem}.{_suffix(one.head.type)}"
        said.append(diagnostic(Code.FIGURE_MISNAMED, one.source_path, message=message, hint=hint))
    return said


def site_name(source_path: str, extension: str, sha256: str, width: int = 0) -> str:
    """Return where a figure's file lies in the site: readable ASCII stem, width of a variant, hash of its bytes."""
    plain = unicodedata.normalize("NFKD", PurePosixPath(source_path).stem).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_NAME_LENGTH].rstrip("-") or "figure"
    if _RESERVED.match(slug):
        slug = f"figure-{slug}"
    return f"{FOLDER}/{slug}{f'-{width}w' if width else ''}.{sha256[:12]}.{extension}"


def _look(
    source_paths: list[str], root: Path, memo: cache.Memo | None, pool: ThreadPoolExecutor, problems: list[Diagnostic]
) -> list[_Seen]:
    """Stat and hash the files; what cannot be read or lies outside the project is reported and left out."""
    home = root.resolve()
    folders: dict[Path, bool] = {}
    pending: list[tuple[str, Path, os.stat_result, Future[tuple[str, Sniffed]]]] = []
    for source_path in source_paths:
        path = root / source_path
        try:
            if not _inside(path, home, folders):
                message = "the figure is a link that leads out of the project and is not followed"
                problems.append(diagnostic(Code.FIGURE_OUTSIDE, source_path, message=message, hint="copy it instead"))
                continue
            info = path.stat()
        except OSError as error:
            problems.append(_unreadable(source_path, error))
            continue
        if not stat.S_ISREG(info.st_mode):
            message = "this is a folder or device, not a file"
            problems.append(diagnostic(Code.FIGURE_BROKEN, source_path, message=message, hint="name a picture in it"))
            continue
        known = memo.recall(source_path, info) if memo else ""
        pending.append((source_path, path, info, pool.submit(_digest, path, known)))
    seen = []
    for source_path, path, info, future in pending:
        try:
            sha256, head = future.result()
        except OSError as error:
            problems.append(_unreadable(source_path, error))
            continue
        seen.append(_Seen(source_path, path, info, sha256, head))
    return seen


def _digest(path: Path, known: str) -> tuple[str, Sniffed]:
    with path.open("rb") as file:
        head = sniff(file.read(HEAD_BYTES if not known else 4096))
        if head.type == "mp4":
            width, height = video_size(file, os.fstat(file.fileno()).st_size)
            head = head._replace(width=width, height=height)
        if known:
            return known, head
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest(), head


def _convert_all(
    seen: list[_Seen],
    folder: Path,
    settings: FigureSettings,
    pool: ThreadPoolExecutor,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Stored]:
    distinct = {one.sha256: one for one in reversed(seen)}
    keys = {sha256: cache.cache_key(sha256, settings) for sha256 in distinct}
    stored: dict[str, Stored] = {}
    if settings.use_cache:
        loaded = {sha256: cache.load(folder, key) for sha256, key in keys.items()}
        stored = {sha256: found for sha256, found in loaded.items() if found is not None}
    todo = {
        pool.submit(_work, one, folder, keys[sha256], settings): sha256
        # the largest first, so that no core waits for the last one
        for sha256, one in sorted(distinct.items(), key=lambda item: (-item[1].info.st_size, item[0]))
        if sha256 not in stored
    }
    for done, future in enumerate(as_completed(todo), 1):
        stored[todo[future]] = future.result()
        if progress is not None:
            progress(done, len(todo))
    if todo:
        cache.evict(folder, settings.cache_mb * 1_000_000, frozenset(keys.values()))
    return stored


def _work(one: _Seen, folder: Path, key: str, settings: FigureSettings) -> Stored:
    is_played = one.head.type in PLAYED  # may be larger than memory, and is only copied
    converted = as_is(one.head, "video") if is_played else convert(one.path.read_bytes(), settings)
    return cache.store(folder, key, converted, one.sha256, one.info.st_size)


def _name(seen: list[_Seen], stored: Mapping[str, Stored]) -> tuple[dict[str, Figure], dict[str, Path]]:
    figures: dict[str, Figure] = {}
    files: dict[str, Path] = {}
    first: dict[str, _Seen] = {}
    for one in seen:
        result = stored[one.sha256]
        if not result.files:
            continue
        # a picture that lies in several folders is once in the site, under the first of its names
        named = first.setdefault(one.sha256, one)
        variants = []
        for file in result.files:
            narrow = 0 if file is result.files[-1] else file.width
            site_path = site_name(named.source_path, file.extension, file.sha256, narrow)
            files[site_path] = file.path or named.path
            variants.append(FigureFile(site_path, file.width, file.height, file.bytes))
        figures[one.source_path] = Figure(
            one.source_path,
            result.kind,
            result.mime,
            result.width,
            result.height,
            tuple(variants),
            variants[-1],
            result.transparent,
        )
    return figures, files


def _inside(path: Path, home: Path, folders: dict[Path, bool]) -> bool:
    parent = path.parent
    if parent not in folders:
        folders[parent] = parent.resolve().is_relative_to(home)
    return folders[parent] and (not path.is_symlink() or path.resolve().is_relative_to(home))


def _unreadable(source_path: str, error: OSError) -> Diagnostic:
    message = f"the figure cannot be read: {error.strerror or 'input/output error'}"
    return diagnostic(Code.FIGURE_BROKEN, source_path, message=message, hint="check the file and its permissions")


def _article(kind: str) -> str:
    return {"avif": "an AVIF", "svg": "an SVG", "mp4": "an MP4 video", "mp3": "an MP3", "m4a": "an M4A sound"}.get(
        kind, f"a {kind.upper()}"
    )


def _suffix(kind: str) -> str:
    return "jpg" if kind == "jpeg" else kind
