"""What `papers list | missing | import | export` say and write, as pure functions; the command line prints and saves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.model import Deck, Paper
from slidegloss.papers.bibtex import to_bibtex
from slidegloss.papers.csl import to_csl
from slidegloss.papers.export import draft_yaml, import_papers, to_csv, to_yaml
from slidegloss.papers.load import read_paper_file
from slidegloss.papers.match import Library
from slidegloss.syntax.titles import readable

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
class ListRow:
    """A line of `papers list`."""

    key: str
    year: str
    venue: str
    places: int
    title: str
    stub: bool


def list_rows(library: Library) -> tuple[ListRow, ...]:
    """Return all papers of a book, described ones first."""
    return tuple(
        ListRow(
            paper.key,
            str(paper.year or ""),
            paper.venue,
            len(library.backlinks.get(paper.key, ())),
            readable(paper.title),
            paper.stub,
        )
        for paper in library.papers
    )


def missing_yaml(library: Library, decks: Iterable[Deck]) -> str:
    """Return draft entries for the papers that these decks cite and nobody described; empty when there are none."""
    joined = {deck.source_path: deck for deck in decks if deck.pieces}
    return draft_yaml(_placed(library.by_key[key], joined) for key in library.undescribed)


def _placed(paper: Paper, joined: Mapping[str, Deck]) -> Paper:
    """Return a paper with the place in which an author finds its citation."""
    if paper.source_path not in joined:
        return paper
    path, line, _ = joined[paper.source_path].place(paper.line)
    return replace(paper, source_path=path, line=line)


def exported(library: Library, ending: str) -> str:
    """Return the papers of a book in the format of a file's ending, a key of EXPORTS."""
    return EXPORTS[ending](library.papers)


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
