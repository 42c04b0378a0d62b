"""Writes files into people's own folders: nothing is removed, no manifest is kept."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from slidegloss.write.files import make_folder
from slidegloss.write.refusals import NotOurs
from slidegloss.write.trees import Tree


def write_beside(root: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write text files into a folder that people work in: nothing is removed, no manifest; returns what changed."""
    make_folder(root)
    tree = Tree(root)
    return tuple(name for name in sorted(files) if tree.write(name, files[name]))


def write_new(root: Path, files: Mapping[str, str | Path]) -> tuple[str, ...]:
    """Write a new project: texts, and files copied byte for byte; raises NotOurs before writing if any exists already."""
    make_folder(root)
    tree = Tree(root)
    targets = {name: Path(tree.target(name)) for name in sorted(files)}
    for name, path in targets.items():
        if path.exists():
            raise NotOurs(root, name)
    for name, path in targets.items():
        content = files[name]
        make_folder(path.parent)
        if isinstance(content, Path):
            shutil.copyfile(content, path)
        else:
            path.write_text(content, encoding="utf-8")
    return tuple(targets)
