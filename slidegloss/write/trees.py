"""Trees of files with a manifest of ours: paths cannot leave the root, stale files are removed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from slidegloss.base.naming import is_plain
from slidegloss.write.files import Content, make_folder, write_file, write_if_changed
from slidegloss.write.refusals import NotOurs, OutsideRootError

MANIFEST = ".slidegloss"
_HEADER = "slidegloss 1: the files of this folder that slidegloss wrote and may replace"


def announce(root: Path, names: Collection[str]) -> None:
    """Add files to the manifest of `root` that `write_page` will write before `write_tree` knows of them.

    A file of ours whose name differs only in case is removed, for some file systems take the two for one. Several processes
    may announce files at the same time.
    """
    before = read_manifest(root)
    if before.issuperset(names):
        return
    folded = {name.casefold(): name for name in names}
    renamed = {name for name in before if folded.get(name.casefold(), name) != name}
    for name in renamed:
        _remove(root.resolve(), name)
    if before and not renamed:
        write_file(str(root / MANIFEST), "".join(f"{name}\n" for name in sorted(names)).encode(), "ab")
    else:
        write_manifest(root, (before - renamed).union(names))


def write_announced(root: Path, files: Mapping[str, Content | None], folders: Iterable[str]) -> None:
    """Write files of a tree before the others, which `write_tree` writes, and make folders for these; nothing is removed."""
    for folder in folders:
        make_folder(root / folder)
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
        """Turn a POSIX path into one below the folder, or raise OutsideRootError; it may itself be a symbolic link."""
        refuse_odd(name)
        path = f"{self._base}/{name}"
        parent = path.rpartition("/")[0]
        if parent not in self._parents:
            if not Path(parent).resolve().is_relative_to(self._base):
                raise OutsideRootError(name)
            self._parents.add(parent)
        return path

    def write(self, name: str, content: Content) -> bool:
        """Write a file unless it says this already; tell whether it was written. Raises OutsideRootError."""
        return write_if_changed(self.target(name), content)

    def write_page(self, name: str, content: str | bytes) -> tuple[str, bool]:
        """Write one of many files, most of which are new; return its path and whether it was written.

        A new file is written in place, which is faster: if the process is killed meanwhile, nobody has noted the state of the
        torn file, so that the next build writes it again.
        """
        path = self._inside(name)
        data = content.encode() if isinstance(content, str) else content
        try:
            write_file(path, data, "xb")
        except FileExistsError:  # also a link, wherever it leads
            return path, write_if_changed(self.target(name), data)
        return path, True


def write_page(root: Path, name: str, content: str | bytes) -> None:
    """Write a file that was announced, unless it says this already; raises OutsideRootError as `write_tree` does."""
    Tree(root).write(name, content)


def write_pages(*parts: tuple[Path, Mapping[str, str | bytes]]) -> None:
    """Write files of several trees, in their order, as `write_page`; nothing is written when one of them may not be."""
    trees = [(Tree(root), files) for root, files in parts]
    for tree, files in trees:
        for name in files:
            tree.target(name)
    for tree, files in trees:
        for name, content in files.items():
            tree.write(name, content)


def write_tree(root: Path, files: Mapping[str, Content | None]) -> None:
    """Make `root` hold exactly `files` (POSIX path → content, None for what lies there already) beside others' files.

    Unchanged files keep their modification time; files written by an earlier call and no longer wanted are removed.
    Raises OutsideRootError, before anything is written, for a path that would leave `root`.
    """
    make_folder(root)
    base, tree = root.resolve(), Tree(root)
    contents = {name: content for name, content in sorted(files.items()) if content is not None}
    targets = {name: tree.target(name) for name in contents}
    before = read_manifest(root)
    # first the union: if we are stopped half-way, the next run still knows every file of ours
    write_manifest(base, before | files.keys())
    for name in sorted(before - files.keys()):
        _remove(base, name)
    for name, path in targets.items():
        write_if_changed(path, contents[name])
    write_manifest(base, files.keys())


def read_manifest(root: Path) -> frozenset[str]:
    """Return the paths that the manifest of `root` names; empty when there is none. Raises NotOurs for a folder."""
    try:
        lines = (root / MANIFEST).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return frozenset()
    except IsADirectoryError:
        raise NotOurs(root, MANIFEST) from None
    return frozenset(lines[1:]) if lines and lines[0] == _HEADER else frozenset()


def write_manifest(root: Path, names: Iterable[str]) -> None:
    """Say in the manifest of `root` that these files, and no others, are ours."""
    write_if_changed(str(root / MANIFEST), "".join(f"{line}\n" for line in (_HEADER, *sorted(names))))


def _remove(base: Path, name: str) -> None:
    """Remove a file and the folders that it leaves empty, unless it lies outside of `base`: anyone can edit a manifest."""
    try:
        path = Path(Tree(base).target(name))
    except OutsideRootError:
        return
    if not path.is_file():
        return
    path.unlink()
    for folder in path.parents:
        if folder == base or any(folder.iterdir()):
            break
        folder.rmdir()


def refuse_links(root: Path, parts: Iterable[str]) -> None:
    """Raise OutsideRootError for a symbolic link at or below one of these parts of a folder, which are ours alone.

    We make none there, and remove whatever we did not make: behind a link that came with a repository, that would be
    somebody's own files.
    """
    waiting = [f"{root}/{part}" for part in parts]
    for part in waiting:
        if os.path.islink(part):  # noqa: PTH114 - as in `Tree`
            raise OutsideRootError(part)
    while waiting:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_symlink():
                    raise OutsideRootError(entry.path)
                if entry.is_dir():
                    waiting.append(entry.path)


def refuse_odd(name: str) -> None:
    """Raise OutsideRootError for a path that is not plainly one below a folder."""
    parts = name.split("/")
    if not {"", ".", ".."}.isdisjoint(parts) or ":" in parts[0] or not is_plain(name):
        raise OutsideRootError(name)
