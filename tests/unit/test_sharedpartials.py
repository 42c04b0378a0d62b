"""Pages share the partials that are the same on them, and no others; what is printed stays what Jinja prints."""

from __future__ import annotations

from types import SimpleNamespace

import jinja2
import pytest
from mkdocs.utils.templates import url_filter

from slidegloss.sharedpartials import SharedPartials

PAGE = '{% import "words.html" as lang with context %}{% set features = config.features %}'
WORDS = "{% macro t(key) %}{{ config.words[key] }}{% endmacro %}"
CONFIG = {"features": ["top"], "words": {"go": "Los"}, "icon": "a"}

SHARED = [
    "{{ config.icon }}{{ lang.t('go') }}",
    "{% for feature in features %}{{ feature }}{{ loop.index }}{% endfor %}",
    "{{ 'assets/a.css' | url }} {{ 'b/two.html' | url }} {{ base_url }}",
    '{% include ".icons/" ~ config.icon ~ ".svg" %}',
    '{% import "words.html" as lang with context %}{{ lang.t("go") }}',
    '{% include "quiet.html" %}!',
    "plain {# include #} text",
]
OF_THE_PAGE = [
    "{{ page.title }}",
    "{% if config.icon and nav %}{{ page.url }}{% endif %}",
    '{% include "loud.html" %}',
    '{% include config.icon ~ ".html" %}',
    '{% include ["loud.html", "quiet.html"] %}',
    '{% import "loud.html" as loud with context %}{{ loud }}',
    '{% extends "loud.html" %}',
    "{{ set_by_the_including_page }}",
]


def rendered(part: str, *, share: bool) -> tuple[list[str], int]:
    """Return what four pages in two folders print, and how often the part was kept."""
    files = {
        "main.html": PAGE
        + '{% set set_by_the_including_page = page.title %}[{% block a %}{% include "part.html" %}{% endblock %}]',
        "part.html": part,
        "words.html": WORDS,
        "quiet.html": "{{ config.icon }}",
        "loud.html": "{{ page.title }}",
        "a.html": "{{ page.title }}",
        ".icons/a.svg": "<svg/>",
    }
    env = jinja2.Environment(loader=jinja2.DictLoader(files), autoescape=False)
    env.filters["url"] = url_filter
    if share:
        env.add_extension(SharedPartials)
    pages = [
        SimpleNamespace(title=f"T{at}", url=url) for at, url in enumerate(["one.html", "b/two.html", "b/three.html"])
    ]
    texts = [
        env.get_template("main.html").render(
            page=page, config=CONFIG, nav=[1], base_url=".." if "/" in page.url else "."
        )
        for page in [*pages, pages[0]]
    ]
    made = env.extensions[SharedPartials.identifier].made if share else {}  # type: ignore[attr-defined]
    return texts, sum(name == "part.html" for name, _, _ in made)


@pytest.mark.parametrize("part", SHARED)
def test_a_partial_without_anything_of_the_page_is_rendered_once_a_folder(part: str) -> None:
    texts, made = rendered(part, share=True)
    assert texts == rendered(part, share=False)[0]
    assert made == 2


@pytest.mark.parametrize("part", OF_THE_PAGE)
def test_a_partial_that_may_read_the_page_is_rendered_for_each(part: str) -> None:
    texts, made = rendered(part, share=True)
    assert texts == rendered(part, share=False)[0]
    assert made == 0
