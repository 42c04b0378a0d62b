"""Pages share the partials that are the same on them, and no others; what is printed stays what Jinja prints."""

from __future__ import annotations

from types import SimpleNamespace

import jinja2
import pytest
from mkdocs.utils.templates import url_filter

from slidegloss.sharedpartials import HERE, SharedPartials

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
    "{{ kind }}{% if with_maths %}{{ 'maths.css' | url }}{% endif %}",
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
    "{{ kind }}{{ page.title }}",
]


def rendered(part: str, *, share: bool) -> tuple[list[str], int]:
    """Return what four pages in two folders print, and how often the part was kept."""
    files = {
        "main.html": PAGE
        + "{% set kind, with_maths = page.kind, page.kind == 'paper' %}"
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
        SimpleNamespace(title=f"T{at}", url=url, kind="deck")
        for at, url in enumerate(["one.html", "b/two.html", "b/three.html"])
    ]
    shared = env.extensions[SharedPartials.identifier] if share else None  # type: ignore[attr-defined]
    texts = [show(env, shared, page) for page in [*pages, pages[0]]]
    made = shared.made.values() if shared else ()
    return texts, sum(key[0] == "part.html" for here in made for key in here)


def show(env: jinja2.Environment, shared: SharedPartials | None, page: SimpleNamespace) -> str:
    base = ".." if "/" in page.url else "."
    here = {HERE: shared.folder(base, page.url)} if shared else {}
    return env.get_template("main.html").render(page=page, config=CONFIG, nav=[1], base_url=base, **here)


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


def test_what_a_page_is_and_has_is_told_apart() -> None:
    env = jinja2.Environment(
        loader=jinja2.DictLoader(
            {
                "main.html": "{% set kind, with_maths = page.kind, page.maths %}{% include 'part.html' %}",
                "part.html": "{{ kind }}{% if with_maths %} {{ 'maths.css' | url }}{% endif %}",
            }
        ),
        autoescape=False,
    )
    env.filters["url"] = url_filter
    env.add_extension(SharedPartials)
    shared = env.extensions[SharedPartials.identifier]  # type: ignore[attr-defined]
    pages = [SimpleNamespace(url="a.html", kind=kind, maths=maths) for kind in ("x", "") for maths in (True, False)]
    texts = [show(env, shared, page) for page in pages + pages]
    assert texts == ["x maths.css", "x", " maths.css", ""] * 2
    assert len(shared.folder(".", "a.html")) == 4


@pytest.mark.parametrize(("reads", "kept"), [("config.words[key]", True), ("page.title", False)])
def test_the_editions_words_are_read_once_unless_they_are_the_pages(reads: str, *, kept: bool) -> None:
    files = {
        "main.html": '{% import "partials/language.html" as lang with context %}{{ lang.t("go") }}{{ lang.t("go") }}',
        "partials/language.html": "{% macro t(key) %}{{ " + reads + " }}{% endmacro %}",
    }
    env = jinja2.Environment(loader=jinja2.DictLoader(files), autoescape=False)
    env.add_extension(SharedPartials)
    shared = env.extensions[SharedPartials.identifier]  # type: ignore[attr-defined]
    texts = [show(env, shared, SimpleNamespace(url="a.html", title=title)) for title in ("A", "B")]
    assert texts == (["LosLos"] * 2 if kept else ["AA", "BB"])
    assert (shared.words is not None) == kept
