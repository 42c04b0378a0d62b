"""Papers as YAML and CSV, and imports of paper files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace

import yaml

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.model import Paper
from slidegloss.papers.keys import KeySet, free_key, paper_key
from slidegloss.papers.load import as_mapping, identities, read_paper_file
from slidegloss.syntax.titles import readable

_COLUMNS = ("key", "title", "short", "authors", "venue", "year", "arxiv", "doi", "links", "tags", "guidance", "stub")


class _Dumper(yaml.SafeDumper):
    """The safe dumper with block lists indented, the way people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent lists under their key."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Write shared values in full."""
        return True


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value and all(line == line.rstrip() for line in value.split("\n")) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(papers: Iterable[Paper]) -> str:
    """Return papers as the text of a YAML paper file: a list, fields in their fixed order, empty ones left out."""
    parts = []
    for paper in papers:
        fields = dict(as_mapping(paper))
        parts.append(yaml.dump([fields], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100))
    return "\n".join(parts)


def draft_yaml(stubs: Iterable[Paper]) -> str:
    """Return a draft to review for works that are cited but not described; `missing` prints it."""
    drafts = []
    for stub in stubs:
        note = f"# cited in {stub.source_path}:{stub.line}" if stub.source_path else "# cited in the notes"
        drafts.append(f"{note}\n{to_yaml([replace(stub, authors=tuple(a for a in stub.authors if a != 'et al.'))])}")
    return "\n".join(drafts)


def to_csv(papers: Iterable[Paper]) -> str:
    """Return papers as CSV (RFC 4180, UTF-8): lists joined by `; `, links as `name=address`.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for paper in papers:
        row = (
            paper.key,
            readable(paper.title),
            readable(paper.short),
            "; ".join(paper.authors),
            paper.venue,
            "" if paper.year is None else str(paper.year),
            paper.arxiv,
            paper.doi,
            "; ".join(f"{name}={url}" for name, url in paper.links.items()),
            "; ".join(paper.tags),
            "; ".join(paper.guidance),
            "yes" if paper.stub else "",
        )
        writer.writerow([f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell for cell in row])
    return out.getvalue()


class Imported(NamedTuple):
    """What an import brings: papers that are new, and those the library already has (its key, the file's title)."""

    new: tuple[Paper, ...]
    known: tuple[tuple[str, str], ...]
    diagnostics: tuple[Diagnostic, ...]


def import_papers(path: str, text: str, existing: Sequence[Paper]) -> Imported:
    """Read a .bib, .json (CSL) or .yml file and tell its new papers from those that are known.

    A paper is known by its title, arXiv id or DOI, so importing a file twice changes nothing; keys stay what they are,
    but a key that another work has gets a letter.
    """
    read, found = read_paper_file(path, text)
    works = {name: paper.key for paper in existing for name in _names(paper)}
    taken = KeySet(paper.key for paper in existing)
    new: list[Paper] = []
    known: list[tuple[str, str]] = []
    for paper in read:
        names = _names(paper)
        same = next((works[name] for name in names if name in works), None)
        if same is not None:
            known.append((same, paper.title))
            continue
        key = free_key(paper.key or paper_key(paper.authors, paper.year, paper.title), taken)
        taken.add(key)
        works.update(dict.fromkeys(names, key))
        new.append(replace(paper, key=key))
    return Imported(tuple(new), tuple(known), tuple(found))


def _names(paper: Paper) -> list[str]:
    """Return by what a paper is known; a title too short to tell works apart does so with its key."""
    return [*identities(paper, *paper.aliases), f"key {paper.key} of {paper.title.casefold()}"]
