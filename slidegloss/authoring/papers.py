"""What `papers import` would add to a project, and the formats that papers are exported in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.model import Paper
from slidegloss.papers.bibtex import to_bibtex
from slidegloss.papers.csl import to_csl
from slidegloss.papers.export import import_papers, to_csv, to_yaml
from slidegloss.papers.load import read_paper_file
from slidegloss.papers.match import Library

EXPORTS: Mapping[str, Callable[[Sequence[Paper]], str]] = {
    ".bib": to_bibtex,
    ".json": to_csl,
    ".csv": to_csv,
    ".yml": to_yaml,
    ".yaml": to_yaml,
}
"""Ending of a file → what is written into it."""
IMPORTS = (".bib", ".json", ".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do: nothing when `text` is empty."""

    path: str
    """The YAML file, relative to the project."""
    text: str
    new: tuple[Paper, ...]
    known: tuple[tuple[str, str], ...]
    """(key in the library, title in the file)"""
    diagnostics: tuple[Diagnostic, ...]


def plan_import(name: str, text: str, library: Library, files: Mapping[str, str], folder: str) -> ImportPlan:
    """Plan to add the papers of a file to the project.

    `name` and `text` are the file's, `files` are the project's paper files (path → text), `folder` is where they lie.
    New papers go to `<name>.yml`: behind what it holds, or under a free name where its form does not allow that.
    """
    described = [paper for paper in library.papers if not paper.stub]
    found = import_papers(name, text, described)
    if not found.new:
        return ImportPlan("", "", (), found.known, found.diagnostics)
    stem = PurePosixPath(name).stem or "papers"
    addition = to_yaml(found.new)
    number = 1
    while True:
        path = f"{folder}/{stem}{f'-{number}' if number > 1 else ''}.yml"
        combined = _behind(path, files.get(path, ""), addition, len(found.new))
        if combined:
            return ImportPlan(path, combined, found.new, found.known, found.diagnostics)
        number += 1


def _behind(path: str, before: str, addition: str, count: int) -> str:
    """Return a paper file with more entries behind its own, or nothing when they do not read as such."""
    if not before.strip():
        return addition
    combined = f"{before.rstrip()}\n\n{addition}"
    own, _ = read_paper_file(path, before)
    both, _ = read_paper_file(path, combined)
    return combined if len(both) == len(own) + count else ""
