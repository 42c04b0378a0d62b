"""The only module that writes: trees of pages, the assembled site, and its publication.

Each folder that slidegloss writes holds a `.slidegloss` manifest that names every file of ours in it. What the manifest
does not name is somebody else's and is never touched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

MANIFEST = ".slidegloss"
LOCK = ".slidegloss.lock"
_HEADER = "slidegloss 1: the files of this folder that slidegloss wrote and may replace"
_PACKED = frozenset(
    {".webp", ".png", ".jpg", ".jpeg", ".gif", ".mp4", ".webm", ".woff", ".woff2", ".zip", ".gz", ".avif"}
)
_SYSTEM_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", MANIFEST, LOCK})


Content = str | bytes | Path
"""What a file is to say; a path stands for what that file says, which is read when it is needed, and then let go."""


class Written(NamedTuple):
    """What a write changed: POSIX paths relative to the root, sorted."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]


class Part(NamedTuple):
    """A finished tree and where it goes in the site; `link` allows hard links, for files that never change in place."""

    source: Path
    prefix: str = ""
    link: bool = False


class OutsideRootError(ValueError):
    """A path would leave the folder it belongs to: a bug in slidegloss, or a symbolic link in the way."""


class NotOurs(Exception):  # noqa: N818 - it reads as a fact, and the command line shows it as a message
    """A folder to publish into holds a file that slidegloss did not write; nothing was changed."""

    def __init__(self, folder: Path, path: str) -> None:
        """Name the folder and the first foreign file in it (`.` when the target is not a folder at all)."""
        super().__init__(f"{folder} holds {path}, which slidegloss did not write")
        self.folder = folder
        self.path = path


class Clash(Exception):  # noqa: N818 - as above
    """Two sources want to be the same file of the site."""

    def __init__(self, path: str, sources: tuple[Path, Path]) -> None:
        """Name the site path and both sources."""
        super().__init__(f"{path} comes from both {sources[0]} and {sources[1]}")
        self.path = path
        self.sources = sources


class Locked(Exception):  # noqa: N818 - as above
    """Another build works in the same folder and did not finish in time."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(f"another build is working in {folder}")
        self.folder = folder


# --- trees ------------------------------------------------------------------------------------------------------------


def announce(root: Path, names: Collection[str]) -> None:
    """Enter files into the manifest of `root` that `write_page` will write before `write_tree` is told of them.

    A file of ours that now is to be called the same but for its case goes: some file systems take the two for one.
    Several processes may announce files at the same time.
    """
    before = read_manifest(root)
    if before.issuperset(names):
        return
    folded = {name.casefold(): name for name in names}
    renamed = {name for name in before if folded.get(name.casefold(), name) != name}
    for name in renamed:
        _remove(root.resolve(), name)
    if before and not renamed:
        _write(str(root / MANIFEST), "".join(f"{name}\n" for name in sorted(names)).encode(), "ab")
    else:
        _write_manifest(root, (before - renamed).union(names))


def write_announced(root: Path, files: Mapping[str, Content | None], folders: Iterable[str]) -> None:
    """Write files of a tree before the others, which `write_tree` writes, and make folders for these; nothing is removed."""
    for folder in folders:
        (root / folder).mkdir(parents=True, exist_ok=True)
    announce(root, files.keys())
    tree = Tree(root)
    for name, content in files.items():
        if content is not None:
            tree.write(name, content)


class Tree:
    """A folder of ours whose files, which were announced, are written one by one: what they share is looked at once."""

    def __init__(self, root: Path) -> None:
        """Take the folder, which may be missing until the first file is written."""
        self._base = root.resolve()
        self._parents: set[str] = set()

    def target(self, name: str) -> str:
        """Turn a POSIX path into a real one below the folder, or raise OutsideRootError."""
        path = self._inside(name)
        if os.path.islink(path):  # noqa: PTH114 - once for each file of the site, where `Path` would be felt
            raise OutsideRootError(name)
        return path

    def _inside(self, name: str) -> str:
        """Do the same for a path that may itself be a symbolic link."""
        _refuse_odd(name)
        path = f"{self._base}/{name}"
        parent = path.rpartition("/")[0]
        if parent not in self._parents:
            if not Path(parent).resolve().is_relative_to(self._base):
                raise OutsideRootError(name)
            self._parents.add(parent)
        return path

    def write(self, name: str, content: Content) -> bool:
        """Write a file unless it says this already; tell whether it was written. Raises OutsideRootError."""
        return _write_if_changed(self.target(name), content)

    def write_page(self, name: str, content: str | bytes) -> tuple[str, bool]:
        """Do the same for one of many files, most of them new; return its path and whether it was written.

        A file that was not there is written in place: one that was torn is made again, since nobody remembers its state.
        """
        path = self._inside(name)
        data = content.encode() if isinstance(content, str) else content
        try:
            _write(path, data, "xb")
        except FileExistsError:  # also a link, wherever it leads
            return path, _write_if_changed(self.target(name), data)
        return path, True


def write_page(root: Path, name: str, content: str | bytes) -> None:
    """Write a file that was announced, unless it says this already; raises OutsideRootError as `write_tree` does."""
    Tree(root).write(name, content)


def write_tree(root: Path, files: Mapping[str, Content | None]) -> Written:
    """Make `root` hold exactly `files` (POSIX path → content, None for what lies there already) beside others' files.

    Unchanged files keep their modification time; files written by an earlier call and no longer wanted are removed.
    Raises OutsideRootError, before anything is written, for a path that would leave `root`.
    """
    root.mkdir(parents=True, exist_ok=True)
    base, tree = root.resolve(), Tree(root)
    contents = {name: content for name, content in sorted(files.items()) if content is not None}
    targets = {name: tree.target(name) for name in contents}
    before = read_manifest(root)
    # first the union: if we are stopped half-way, the next run still knows every file of ours
    _write_manifest(base, before | files.keys())
    removed = tuple(name for name in sorted(before - files.keys()) if _remove(base, name))
    changed = tuple(name for name, path in targets.items() if _write_if_changed(path, contents[name]))
    _write_manifest(base, files.keys())
    return Written(changed, removed)


def write_beside(root: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write text files into a folder that people work in: nothing is removed, no manifest; returns what changed."""
    root.mkdir(parents=True, exist_ok=True)
    tree = Tree(root)
    return tuple(name for name in sorted(files) if tree.write(name, files[name]))


def write_new(root: Path, files: Mapping[str, str | Path]) -> tuple[str, ...]:
    """Write a new project: texts, and files copied byte for byte; raises NotOurs before writing if any exists already."""
    root.mkdir(parents=True, exist_ok=True)
    tree = Tree(root)
    targets = {name: Path(tree.target(name)) for name in sorted(files)}
    for name, path in targets.items():
        if path.exists():
            raise NotOurs(root, name)
    for name, path in targets.items():
        content = files[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copyfile(content, path)
        else:
            path.write_text(content, encoding="utf-8")
    return tuple(targets)


def read_manifest(root: Path) -> frozenset[str]:
    """Return the paths that the manifest of `root` names; empty when there is none."""
    try:
        lines = (root / MANIFEST).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return frozenset()
    return frozenset(lines[1:]) if lines and lines[0] == _HEADER else frozenset()


def _write_manifest(root: Path, names: Iterable[str]) -> None:
    _write_if_changed(str(root / MANIFEST), "".join(f"{line}\n" for line in (_HEADER, *sorted(names))))


def _refuse_odd(name: str) -> None:
    """Raise OutsideRootError for a path that is not plainly one below a folder."""
    parts = name.split("/")
    if not {"", ".", ".."}.isdisjoint(parts) or ":" in parts[0] or "\\" in name or "\0" in name or "\n" in name:
        raise OutsideRootError(name)


# The functions below are called for each file of a site, where `Path` would be felt: it parses what it is given.


def _write_if_changed(path: str, content: Content) -> bool:
    said = content.read_bytes() if isinstance(content, Path) else content
    data = said.encode() if isinstance(said, str) else said
    if _holds(path, data):
        return False
    folder, name = os.path.split(path)
    fresh = f"{folder}/.{name}.new"
    _write(fresh, data)
    os.replace(fresh, path)  # noqa: PTH105 - see above
    return True


def _holds(path: str, data: bytes) -> bool:
    """Tell whether a file holds these bytes; raises NotOurs for a folder of that name."""
    try:
        state = os.stat(path)  # noqa: PTH116 - see above
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISDIR(state.st_mode):
        raise NotOurs(Path(path).parent, Path(path).name)
    if state.st_size != len(data):
        return False
    with open(path, "rb") as file:  # noqa: PTH123 - see above
        return file.read() == data


def _write(path: str, data: bytes, mode: Literal["wb", "xb", "ab"] = "wb") -> None:
    """Write a file, and make its folder where it is missing."""
    try:
        file = open(path, mode)  # noqa: PTH123, SIM115 - see above
    except (FileNotFoundError, NotADirectoryError):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        file = open(path, mode)  # noqa: PTH123, SIM115
    with file:
        file.write(data)


def _remove(base: Path, name: str) -> bool:
    try:
        path = Path(Tree(base).target(name))
    except OutsideRootError:
        return False  # a manifest is a file anyone can edit: it gives no licence outside the root
    if not path.is_file():
        return False
    path.unlink()
    for folder in path.parents:
        if folder == base or any(folder.iterdir()):
            break
        folder.rmdir()
    return True


def write_built(path: Path | str, data: bytes) -> None:
    """Write a file of a folder that is ours alone (an engine's output, a cache) unless it holds these bytes already."""
    path = os.fspath(path)
    try:
        _write(path, data, "xb")
    except FileExistsError:  # also a link, wherever it leads
        if _holds(path, data):
            return
        os.unlink(path)  # noqa: PTH108 - it may be linked into a published site
        _write(path, data)


def append_built(path: str, data: bytes) -> None:
    """Add to a file of a folder that is ours alone, which only this process writes."""
    _write(path, data, "ab")


def write_shared(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file of a cache that several builds use at the same time: others see it whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(data)
    if mode is not None:
        fresh.chmod(mode)
    fresh.replace(path)


def private_file(path: Path, most: int = 16) -> None:
    """Make an empty file of a cache in a folder that only this user may look into, in place of what is there.

    The folder holds `most` files at the most: those written last. Raises OSError, also when others may write the folder.
    """
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not is_private(path.parent):
        raise PermissionError(path.parent)
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for old in sorted(path.parent.iterdir(), key=lambda entry: -entry.lstat().st_mtime_ns)[most:]:
        with contextlib.suppress(OSError):  # on Windows somebody may have it open
            old.unlink()


def is_private(path: Path) -> bool:
    """Tell whether only this user may change what is at a path."""
    try:
        state = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(state.st_mode):
        return False
    if not hasattr(os, "getuid"):  # Windows: a user's profile is private
        return True
    return state.st_uid == os.getuid() and not state.st_mode & 0o022


def copy_built(source: Path, target: Path) -> None:
    """Copy a file into a folder that is ours alone, unless it was copied before: a copy carries its original's time."""
    here = source.stat()
    try:
        there = target.stat()
        if (there.st_size, there.st_mtime_ns) == (here.st_size, here.st_mtime_ns):
            return
        target.unlink()
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
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


# --- the site ---------------------------------------------------------------------------------------------------------


def assemble(staging: Path, parts: Sequence[Part], skip_suffixes: tuple[str, ...] = (".map",)) -> tuple[str, ...]:
    """Put finished trees together in `staging`, which is emptied first, and return the site's paths, sorted.

    Raises Clash when two parts hold the same path, unless their bytes are equal.
    """
    if staging.exists():
        shutil.rmtree(staging)
    staging.mkdir(parents=True)
    base = str(staging.resolve())
    taken: dict[str, str] = {}
    made = {base}
    for part in parts:
        for name in _files_below(part.source):
            if name.endswith(skip_suffixes) or name.rpartition("/")[2] in _SYSTEM_LITTER:
                continue
            site_path, source = f"{part.prefix}{name}", f"{part.source}/{name}"
            if site_path in taken:
                if Path(source).read_bytes() == Path(taken[site_path]).read_bytes():
                    continue
                raise Clash(site_path, (Path(taken[site_path]), Path(source)))
            _refuse_odd(site_path)
            taken[site_path] = source
            target = f"{base}/{site_path}"
            folder = target.rpartition("/")[0]
            if folder not in made:
                Path(folder).mkdir(parents=True, exist_ok=True)
                made.add(folder)
            _place(source, target, link=part.link)
    return tuple(sorted(taken))


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
    old, new = target.with_name(f".{target.name}.old"), target.with_name(f".{target.name}.new")
    if old.exists() and not target.exists():
        old.rename(target)  # a run was stopped between the two renames below
    refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (old, new):
        if leftover.exists():
            shutil.rmtree(leftover)
    names = [name for name in _files_below(staging) if name != MANIFEST]
    if not names:
        raise FileNotFoundError(staging)  # a site is never replaced by nothing
    _write_manifest(staging, names)
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


def _copy_beside(staging: Path, new: Path) -> None:
    """Copy a finished site to another file system; a copy that fails (a full disk) leaves nothing behind."""
    try:
        for name in _files_below(staging):
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(staging / name, new / name)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def refuse_foreign(target: Path) -> None:
    """Raise NotOurs when `target` holds anything but a site of ours; call it before a long build, too."""
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


# --- archives ---------------------------------------------------------------------------------------------------------


def write_zip(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files (POSIX path, content) as a zip archive that depends on nothing but them: no dates, no permissions.

    The content is taken as it comes, so that the archive may be larger than memory; `target` changes only at the end.
    """
    import zipfile  # noqa: PLC0415 - as above

    target.parent.mkdir(parents=True, exist_ok=True)
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


# --- one build at a time ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def locked(folder: Path, wait: float = 120.0, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold `folder` for this process; wait up to `wait` seconds for another build, after calling `on_wait` once.

    Raises Locked when the other build does not finish in time. The lock dies with its process, so a crash leaves none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    with (folder / LOCK).open("a+b") as handle:
        waiting = False
        while not _try_lock(handle.fileno()):
            if time.monotonic() >= deadline:
                raise Locked(folder)
            if not waiting:
                on_wait()
                waiting = True
            time.sleep(0.05)
        try:
            yield
        finally:
            _unlock(handle.fileno())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int) -> bool:
        os.lseek(fd, 0, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(fd: int) -> None:
        os.lseek(fd, 0, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_UN)
