"""Tables of contents of other programs: MkDocs' `nav`, Quarto's chapters, Jupyter Book's `_toc.yml`, MyST's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from slidegloss.base.diagnostics import Code, Diagnostic
from slidegloss.base.endings import MARKDOWN
from slidegloss.base.yamltext import read_nodes
from slidegloss.model import Contents, SummaryEntry

_DEEPEST: Final = 20
_FILES: Final[dict[str, tuple[str, ...]]] = {
    "_quarto.yml": ("book", "website"),
    "_toc.yml": (),
    "myst.yml": ("project",),
}
"""Where there is an order → below which keys, none for the whole file."""
_OUTPUT: Final = ("_book", "_site", "_freeze", "_build")
_TITLES: Final = ("title", "caption", "text", "section", "part", "header")
_TARGETS: Final = ("file", "href", "root")
_BELOW: Final = (
    *("chapters", "sections", "entries", "parts", "subtrees", "appendices", "sidebar", "contents", "toc", "children"),
)


def read_contents(root: Path, read: Callable[[str], str | None]) -> tuple[Contents, tuple[Diagnostic, ...]]:
    """Return the order of a folder that was made for Quarto, Jupyter Book or MyST; an empty one where there is none.

    `read` gives the text of a file of the folder.
    """
    for name, keys in _FILES.items():
        if not (root / name).is_file() or (text := read(name)) is None:
            continue
        node, faults = read_nodes(text, name, Code.CONFIG_SYNTAX)
        tops = [_child(node, key) for key in keys] if keys else [node]
        titled = node
        if not keys and (root / "_config.yml").is_file():
            titled, _ = read_nodes(read("_config.yml") or "", "_config.yml", Code.CONFIG_SYNTAX)
        titles = [_text(_child(top, "title")) for top in (*tops[: len(keys)], titled)]
        entries = tuple(entry for top in tops for entry in _named(top, 0, top=True))
        given = _text(_child(_child(node, "project"), "output-dir"))
        return Contents(name, entries, next(filter(None, titles), ""), (*_OUTPUT, *([given] if given else []))), faults
    return Contents(), ()


def nav_entries(document: yaml.Node | None, path: str) -> Contents:
    """Return the order that the `nav` of a mkdocs.yml gives; addresses on the web are left out, it is one of notes."""
    return Contents(path, tuple(_of_nav(_child(document, "nav"), 0)))


def _of_nav(node: yaml.Node | None, depth: int) -> Iterator[SummaryEntry]:
    if not isinstance(node, yaml.SequenceNode) or depth > _DEEPEST:
        return
    for entry in node.value:
        for key, value in entry.value if isinstance(entry, yaml.MappingNode) else ((None, entry),):
            if isinstance(value, yaml.SequenceNode):
                if children := tuple(_of_nav(value, depth + 1)):
                    yield _entry(key, _text(key), "", children)
            elif target := _page(value):
                yield _entry(key or value, _text(key), target)


def _named(node: yaml.Node | None, depth: int, *, top: bool = False) -> Iterator[SummaryEntry]:
    """Yield the entries of a mapping or a list whose keys say what they are: `file`, `title`, `chapters`."""
    if depth > _DEEPEST:
        return
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _named(child, depth + 1)
    elif isinstance(node, yaml.MappingNode):
        said = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        below = [entry for key in said if key in _BELOW for entry in _named(said[key], depth + 1)]
        title = "" if top else next(filter(None, (_text(said.get(key)) for key in _TITLES)), "")
        target = next(filter(None, (_page(said.get(key)) for key in _TARGETS)), "")
        if title.lower().endswith(MARKDOWN):  # a part or section of Quarto may be a note
            title, target = "", title
        if top or not (title or target):
            yield from (*([_entry(node, "", target)] if target else []), *below)
        elif target or below:
            yield _entry(node, title, target, tuple(below))
    elif target := _page(node):
        yield _entry(node, "", target)


def _entry(node: Any, title: str, target: str, children: tuple[SummaryEntry, ...] = ()) -> SummaryEntry:  # noqa: ANN401
    return SummaryEntry(title, target, node.start_mark.line + 1, node.start_mark.column + 1, children)


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _text(node: yaml.Node | None) -> str:
    return " ".join(node.value.split()) if isinstance(node, yaml.ScalarNode) else ""


def _page(node: yaml.Node | None) -> str:
    """Return the address of a page; `auto`, patterns, rules and other hosts are none."""
    text = _text(node)
    return "" if "://" in text or "*" in text or text in {"auto", "null", "~"} or text.startswith("---") else text
