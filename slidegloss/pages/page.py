"""`Page`, the result of all page modules, and the helpers that they share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.languages import same
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.editions.edition import Edition
from slidegloss.html.context import convert_math, esc, esc_name, html_lang
from slidegloss.html.pymd import Sound, heading_line
from slidegloss.model import Paper
from slidegloss.nodes import Math, Span
from slidegloss.notes.language import text_lang
from slidegloss.syntax.titles import pieces

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


def page_title(html: str, label: str = "") -> str:
    """Return the first heading of a page of our own; `label` is what the contents call it, if that is not its text."""
    return heading_line(1, html, TITLE_ANCHOR, classes=("sg-page-title",), toc_label=label)


def lang_attr(lang: str, edition: Edition) -> str:
    """Return the attribute ` lang="…"` of a text in a language that is not the edition's, else nothing."""
    return "" if same(lang, edition.lang) else f' lang="{html_lang(lang)}"'


def in_lang(html: str, lang: str, edition: Edition) -> str:
    """Return the text itself, within an element that says its language where that is not the edition's."""
    attribute = lang_attr(lang, edition)
    return f"<span{attribute}>{html}</span>" if attribute else html


def title_lang(paper: Paper) -> str:
    """Return the language of a paper's title; one in Latin letters is mostly English."""
    return text_lang(paper.title, "en")


def title_attr(paper: Paper, edition: Edition) -> str:
    """Return the attribute that says the language of a paper's title, as `lang_attr` does."""
    return lang_attr(title_lang(paper), edition)


def title_html(title: str) -> str:
    """Return a paper's title as HTML: its formulas as on the pages of notes."""
    if "$" not in title:
        return esc(title)
    return "".join(_formula(text) if is_formula else esc(text) for text, is_formula in pieces(title))


def _formula(tex: str) -> str:
    """What is wrong with a formula is said where a note has it."""
    markup, _ = convert_math(Math(tex, display=False, source=f"${tex}$", span=Span(0, 0, 0)), "")
    return f'<span class="sg-math">{markup}</span>'


def shows_maths(*html: str) -> bool:
    """Say whether parts of a page hold formulas, which have a font of their own."""
    return any("<math" in part for part in html)


def shows_translations(*html: str) -> bool:
    """Say whether parts of a page hold translations, which the reader's switch shows or hides."""
    return any(
        sign in part for part in html for sign in (' class="sg-tr', "__text--translation", "-summary--translation")
    )


def joined(parts: Iterable[Rendered]) -> Rendered:
    """Return pages rendered apart as one."""
    parts = tuple(parts)
    return Rendered(
        tuple(page for part in parts for page in part.pages),
        tuple(problem for part in parts for problem in part.diagnostics),
    )
