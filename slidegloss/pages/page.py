"""A finished page, and what all kinds of page have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.html.context import esc, esc_name
from slidegloss.html.pymd import Sound

_JSON = json.JSONEncoder(ensure_ascii=False)
TITLE_ANCHOR = "page"
"""The id of a page's first heading when the author gave none."""


class Page(NamedTuple):
    """A finished page: Markdown for the engine."""

    site_path: str
    markdown: str
    sound: tuple[Sound, ...] = ()
    """The blocks in it that the engine need not look at again, in their order."""


class Rendered(NamedTuple):
    """The pages of an edition and what was found while rendering them."""

    pages: tuple[Page, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def front_matter(values: Mapping[str, object]) -> str:
    """Return a YAML head; JSON is YAML, and it quotes whatever a title holds. The theme prints titles as they are."""
    safe = {"title": esc_name, "description": esc, "edit_url": esc}
    values = {key: safe[key](str(value)) if key in safe and value else value for key, value in values.items()}
    lines = [f"{key}: {_JSON.encode(value)}" for key, value in values.items() if value]
    return "\n".join(["---", *lines, "---"])


def joined(parts: Iterable[Rendered]) -> Rendered:
    """Return pages rendered apart as one."""
    parts = tuple(parts)
    return Rendered(
        tuple(page for part in parts for page in part.pages),
        tuple(problem for part in parts for problem in part.diagnostics),
    )
