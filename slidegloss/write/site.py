"""Whole folders: an engine's output, the assembled site, and its atomic publication."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.write.files import folder_for, make_folder
from slidegloss.write.lock import LOCK
from slidegloss.write.refusals import NotOurs
from slidegloss.write.trees import MANIFEST, read_manifest, refuse_odd, write_manifest

_SYSTEM_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", MANIFEST, LOCK})


class Part(NamedTuple):
    """A finished tree and where it goes in the site; `link` allows hard links, for files that never change in place."""

    source: Path
    prefix: str = ""
    link: bool = False


class Clash(Exception):  # noqa: N818 - it reads as a fact
    """Two sources want to be the same file of the site."""

    def __init__(self, path: str, sources: tuple[Path, Path]) -> None:
        """Name the site path and both sources."""
        super().__init__(f"{path} comes from both {sources[0]} and {sources[1]}")
        self.path = path
        self.sources = sources


def copy_built(source: Path, target: Path) -> None:
    """Copy a file into a folder that is ours alone, unless it was copied before: a copy carries its original's time."""
    here = source.stat()
    try:
        there = target.stat()
        if (there.st_size, there.st_mtime_ns) == (here.st_size, here.st_mtime_ns):
            return
        target.unlink()
    except FileNotFoundError:
        make_folder(target.parent)
    shutil.copyfile(source, target)
    os.utime(target, ns=(here.st_atime_ns, here.st_mtime_ns))


def remove_strangers(root: Path, wanted: Collection[str]) -> None:
    """Remove all files below `root`, a folder that is ours alone, except `wanted`, and the folders left empty."""
    for folder, folders, names in os.walk(root, topdown=False):
        here = Path(folder)
        below = "" if here == root else f"{here.relative_to(root).as_posix()}/"
        for name in names:
            if f"{below}{name}" not in wanted:
                (here / name).unlink()
        if (folders or names) and below and not any(here.iterdir()):
            here.rmdir()


def assemble(staging: Path, parts: Sequence[Part]) -> None:
    """Put finished trees together in `staging`, which is emptied first; source maps are left out.

    Raises Clash when two parts hold the same path, unless their bytes are equal.
    """
    if staging.exists():
        shutil.rmtree(staging)
    make_folder(staging)
    base = str(staging.resolve())
    taken: dict[str, str] = {}
    made = {base}
    for part in parts:
        for name in _files_below(part.source):
            if name.endswith(".map") or name.rpartition("/")[2] in _SYSTEM_LITTER:
                continue
            site_path, source = f"{part.prefix}{name}", f"{part.source}/{name}"
            if site_path in taken:
                if Path(source).read_bytes() == Path(taken[site_path]).read_bytes():
                    continue
                raise Clash(site_path, (Path(taken[site_path]), Path(source)))
            refuse_odd(site_path)
            taken[site_path] = source
            target = f"{base}/{site_path}"
            folder = target.rpartition("/")[0]
            if folder not in made:
                make_folder(Path(folder))
                made.add(folder)
            _place(source, target, link=part.link)


@contextlib.contextmanager
def assembled(staging: Path, parts: Sequence[Part]) -> Iterator[Path]:
    """Assemble finished trees in `staging` as `assemble` does; what has not been published of it is removed in the end."""
    try:
        assemble(staging, parts)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _place(source: str, target: str, *, link: bool) -> None:
    if link and not os.path.islink(source):  # noqa: PTH114 - once for each file of the site, where `Path` would be felt
        with contextlib.suppress(OSError):  # another file system, or one without hard links: copy instead
            os.link(source, target)
            return
    shutil.copyfile(source, target)


def publish(staging: Path, target: Path) -> None:
    """Let `staging` take the place of `target` in one step; on any error the old site stays as it was.

    `staging` is used up. `target` may be missing, empty, or a site of ours; with any file that its manifest does not
    name, NotOurs is raised and nothing is changed.
    """
    target = target.resolve()
    staging = staging.resolve()
    if staging == target or staging.is_relative_to(target) or target.is_relative_to(staging):
        message = f"cannot publish {staging} as {target}: one holds the other"
        raise ValueError(message)
    old, new = _beside(target)
    if old.exists() and not target.exists():
        old.rename(target)  # a run was stopped between the two renames below
    refuse_foreign(target)
    with folder_for(target.parent):
        _change_places(staging, target, old, new)


def _change_places(staging: Path, target: Path, old: Path, new: Path) -> None:
    for leftover in (old, new):
        if leftover.is_symlink():
            leftover.unlink()
        elif leftover.exists():
            shutil.rmtree(leftover)
    names = [name for name in _files_below(staging) if name != MANIFEST]
    if not names:
        raise FileNotFoundError(staging)  # a site is never replaced by nothing
    write_manifest(staging, names)
    try:
        staging.rename(new)
    except OSError:  # another file system: copy beside the target first
        _copy_beside(staging, new)
        shutil.rmtree(staging)
    new.chmod(0o755)  # temporary folders are private; a web server must be able to read this one
    if not target.exists():
        new.rename(target)
    elif _exchange(new, target):
        shutil.rmtree(new)
    else:
        target.rename(old)
        try:
            new.rename(target)
        except OSError:
            old.rename(target)
            raise
        shutil.rmtree(old)


def _beside(target: Path) -> tuple[Path, Path]:
    """Return where the old site goes, and where the new one waits, for the moment in which they change places."""
    return target.with_name(f".{target.name}.old"), target.with_name(f".{target.name}.new")


def try_to_publish(target: Path) -> None:
    """Raise what would keep a site from being published as `target`; call it before a long build."""
    refuse_foreign(target)
    _, new = _beside(target.resolve())
    with _as_the_place(target), folder_for(new, trial=True):
        pass


def try_to_write(folder: Path) -> None:
    """Raise what would keep files from being written into a folder, which may be missing; it stays as it is."""
    with _as_the_place(folder), folder_for(folder, trial=True), tempfile.TemporaryDirectory(dir=folder):
        pass


@contextlib.contextmanager
def _as_the_place(path: Path) -> Iterator[None]:
    """Have an error name the place that somebody chose, whatever was in the way of it."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


def _copy_beside(staging: Path, new: Path) -> None:
    """Copy a finished site to another file system; a copy that fails (a full disk) leaves nothing behind."""
    try:
        for name in _files_below(staging):
            make_folder((new / name).parent)
            shutil.copyfile(staging / name, new / name)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def refuse_foreign(target: Path) -> None:
    """Raise NotOurs when `target` holds anything but a site of ours."""
    if not target.exists():
        return
    if not target.is_dir():
        raise NotOurs(target, ".")
    ours = read_manifest(target)
    for name in _files_below(target):
        if name not in ours and PurePosixPath(name).name not in _SYSTEM_LITTER:
            raise NotOurs(target, name)


def _files_below(root: Path) -> Iterator[str]:
    """Yield the files (and links, which are never followed) below `root`, POSIX, sorted by folder."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        links = [name for name in folders if os.path.islink(f"{folder}/{name}")]  # noqa: PTH114 - as in `_place`
        below = folder[len(str(root)) + 1 :].replace(os.sep, "/")
        for name in sorted([*names, *links]):
            yield f"{below}/{name}" if below else name


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one system call where Linux offers it, so that the site is never missing, not even shortly."""
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415 - most runs publish nothing, or single files

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    at_fdcwd, exchange = -100, 2
    return bool(renameat2(at_fdcwd, os.fsencode(one), at_fdcwd, os.fsencode(other), exchange) == 0)
