"""Paper files (YAML, BibTeX, CSL-JSON) to papers, with every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import yaml

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.yamltext import read_nodes
from slidegloss.model import Paper
from slidegloss.notes.citation_words import normal_title
from slidegloss.papers.bibtex import read_bibtex
from slidegloss.papers.csl import read_csl
from slidegloss.papers.keys import KeySet, free_key, key_slug, paper_key
from slidegloss.papers.raw import Place, RawPaper, to_paper

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def _plain(node: yaml.Node, depth: int = 0) -> object:
    """Return a node's value with scalars as the author wrote them.

    YAML would read `no` as false, 2023-01-02 as a date and the arXiv id 2310.10640 as the number 2310.1064.
    """
    if depth > 20:
        return ""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value, depth + 1) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, depth + 1) for item in node.value]
    if getattr(node, "style", None) is None and node.value in _NULLS:
        return None
    return node.value


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _raw(node: yaml.MappingNode, path: str, key: str = "") -> RawPaper:
    value = _plain(node)
    data = {name: item for name, item in value.items() if item is not None} if isinstance(value, dict) else {}
    if key:
        data.setdefault("key", key)

    def where(loc: Sequence[str | int] = (), *, is_key: bool = False) -> Place:
        here: yaml.Node = node
        mark = _place(node)
        for part in loc:
            if isinstance(here, yaml.MappingNode):
                pair = next(((k, v) for k, v in here.value if str(k.value) == str(part)), None)
            elif isinstance(here, yaml.SequenceNode) and isinstance(part, int) and part < len(here.value):
                pair = (here.value[part], here.value[part])
            else:
                pair = None
            if pair is None:
                break
            here = pair[1]
            mark = _place(pair[0] if is_key else pair[1])
        return mark

    return RawPaper(data, where, path)


def _read_yaml(text: str, path: str) -> tuple[list[RawPaper], list[Diagnostic]]:
    root, faults = read_nodes(text, path, Code.PAPER_SYNTAX)
    found = list(faults)
    if root is None:
        return [], found
    papers: list[RawPaper] = []
    if isinstance(root, yaml.MappingNode):
        names = {str(key.value) for key, _ in root.value}
        single = next((value for key, value in root.value if key.value == "papers"), None)
        if "title" in names and any(
            isinstance(value, yaml.ScalarNode) for key, value in root.value if key.value == "title"
        ):
            root = yaml.SequenceNode("", [root], root.start_mark, root.end_mark)
        elif single is not None and isinstance(single, yaml.SequenceNode):
            root = single
    pairs: list[tuple[str, yaml.Node]] = []
    if isinstance(root, yaml.MappingNode):
        pairs = [(str(key.value), value) for key, value in root.value]
        found += _doubled(root, path, "this key")
    elif isinstance(root, yaml.SequenceNode):
        pairs = [("", node) for node in root.value]
    else:
        message = "a paper file holds a list of papers, or keys with a paper under each"
        return [], [diagnostic(Code.PAPER_SYNTAX, path, *_place(root), message, "- title: …")]
    for key, node in pairs:
        if isinstance(node, yaml.MappingNode):
            found += _doubled(node, path, "this field")
            papers.append(_raw(node, path, key))
        else:
            name = f"`{key}`" if key else "an entry"
            found.append(
                diagnostic(
                    Code.PAPER_INVALID, path, *_place(node), f"{name} is no paper: fields are expected", "- title: …"
                )
            )
    return papers, found


def _doubled(node: yaml.MappingNode, path: str, what: str) -> Iterable[Diagnostic]:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        name = str(key.value)
        if name in seen:
            message = f"{what} stands twice: `{name}`, first on line {seen[name]}; the last one counts"
            yield diagnostic(Code.PAPER_DUPLICATE, path, *_place(key), message, "delete one of them")
        seen[name] = key.start_mark.line + 1


def read_paper_file(path: str, text: str) -> tuple[list[Paper], list[Diagnostic]]:
    """Read one file by its ending; papers without a key get one from author, year and title."""
    ending = path.rsplit(".", 1)[-1].lower()
    reader = read_bibtex if ending == "bib" else read_csl if ending == "json" else _read_yaml
    raws, found = reader(text, path)
    papers = []
    for raw in raws:
        paper, problems = to_paper(raw)
        found += problems
        if paper:
            papers.append(paper)
    return papers, found


def load_papers(files: Iterable[tuple[str, str]]) -> tuple[tuple[Paper, ...], tuple[Diagnostic, ...]]:
    """Read all paper files: (source_path, text) pairs to papers in the order of the files.

    Two entries with one key, and two entries for one work (same title, arXiv id or DOI), are reported; of a doubled
    work the first entry stays, a doubled key of another work gets a letter.
    """
    found: list[Diagnostic] = []
    papers: list[Paper] = []
    for path, text in files:
        read, problems = read_paper_file(path, text)
        found += problems
        papers += read
    kept: dict[str, Paper] = {}
    works: dict[str, Paper] = {}
    taken = KeySet(paper.key for paper in papers if paper.key)
    for entry in papers:
        paper, names = entry, identities(entry)
        if twin := next((works[name] for name in names if name in works), None):
            message = f"this paper is described twice, first in {twin.source_path}:{twin.line} (`{twin.key}`)"
            found.append(_twice(paper, message, "keep one entry; put another title under `aliases`"))
            continue
        if not paper.key:
            paper = replace(paper, key=free_key(paper_key(paper.authors, paper.year, paper.title), taken))
        elif first := kept.get(key_slug(paper.key)):
            message = f"the key `{paper.key}` is already taken by the paper in {first.source_path}:{first.line}"
            found.append(_twice(paper, message, "give one of them another key"))
            paper = replace(paper, key=free_key(paper.key, taken))
        taken.add(paper.key)
        kept[key_slug(paper.key)] = paper
        works.update(dict.fromkeys(names, paper))
    return tuple(kept.values()), tuple(found)


def _twice(paper: Paper, message: str, hint: str) -> Diagnostic:
    return diagnostic(Code.PAPER_DUPLICATE, paper.source_path, paper.line, 1, message, hint)


def identities(paper: Paper, *other_titles: str) -> list[str]:
    """Return what two entries of one work have in common: a title, the arXiv id, the DOI."""
    titles = map(normal_title, (paper.title, *other_titles))
    found = [f"title {title}" for title in titles if len(title) > 3]
    found += [f"arxiv {paper.arxiv}"] if paper.arxiv else []
    found += [f"doi {paper.doi.casefold()}"] if paper.doi else []
    return found


def as_mapping(paper: Paper) -> Mapping[str, object]:
    """Return the fields a YAML file would hold, in their fixed order, empty ones left out."""
    fields: dict[str, object] = {
        "key": paper.key,
        "title": paper.title,
        "short": paper.short,
        "authors": list(paper.authors),
        "venue": paper.venue,
        "year": paper.year,
        "arxiv": paper.arxiv,
        "doi": paper.doi,
        "links": dict(paper.links),
        "tags": list(paper.tags),
        "guidance": list(paper.guidance),
        "figure": paper.figure,
        "summary": dict(paper.summary),
        "aliases": list(paper.aliases),
        "bibtex": dict(paper.bibtex),
    }
    return {name: value for name, value in fields.items() if value not in ("", None, [], {})}
