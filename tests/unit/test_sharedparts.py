"""Pages share what is the same on them, and nothing else; what is printed stays what Jinja prints."""

from __future__ import annotations

from types import SimpleNamespace

import jinja2
import pytest
from material import templates
from mkdocs.utils.templates import url_filter

from slidegloss.base.resources import theme_dir
from slidegloss.templating.sharedparts import HERE, share
from slidegloss.templating.whole import whole_template

WORDS = "{% macro t(key) %}{{ config.words[key] }}{% endmacro %}"
CONFIG = {"features": ["top"], "words": {"go": "Los"}, "icon": "a"}
FILES = {
    "base.html": '{% import "partials/language.html" as lang with context %}{% set features = config.features %}'
    "<{% block head %}head {{ config.icon }}{% endblock %}>"
    "{% if self.notice() %}<b>{% block notice %}{% endblock %}</b>{% endif %}"
    "{% block outer %}({% block main %}{% endblock %}){% endblock %}",
    "main.html": '{% extends "base.html" %}{% block head %}{{ super() }}, {{ page.title }}{% endblock %}'
    "{% block main %}{% set kind, with_maths = page.kind, page.kind == 'paper' %}"
    '{% set set_by_the_including_page = page.title %}[{% include "part.html" %}]{% endblock %}',
    "partials/language.html": WORDS,
    "quiet.html": "{{ config.icon }}",
    "loud.html": "{{ page.title }}",
    "again.html": '{% if left %}{{ left }}{% set left = left[1:] %}{% include "again.html" %}{% endif %}',
    "a.html": "{{ page.title }}",
    "pure.html": "{% macro twice(text) %}{{ text }}{{ text }}{% endmacro %}",
    ".icons/a.svg": "<svg/>",
}
PAGES = [
    SimpleNamespace(title=f"T{at}", url=url, kind=kind, hidden=at % 2)
    for at, (url, kind) in enumerate([("1.html", "deck"), ("b/2.html", "deck"), ("b/3.html", "paper"), ("4.html", "")])
]

SHARED = [
    "{{ config.icon }}{{ lang.t('go') }}",
    "{% for feature in features %}{{ feature }}{{ loop.index }}{% endfor %}",
    "{{ 'assets/a.css' | url }} {{ 'b/two.html' | url }} {{ base_url }}",
    '{% include ".icons/" ~ config.icon ~ ".svg" %}',
    '{% import "partials/language.html" as lang with context %}{{ lang.t("go") }}',
    '{% include "quiet.html" %}!',
    "{{ kind }}:{% if with_maths %}{{ 'maths.css' | url }}{% endif %}",
    "{{ config.icon }}{% set icon = config.icon %}{{ icon }}",
    "{% if config.icon %}{% set icon = config.icon %}{% endif %}{{ icon }}",
    '{% import "pure.html" as pure %}{{ pure.twice(config.icon) }}',
    "{% macro both() %}{{ config.icon }}{{ base_url }}{% endmacro %}{{ both() }}",
    "{% set page = config %}{{ page.icon }}",
]
OF_THE_PAGE = [
    "{{ page.title }}",
    "{% if nav %}{{ page.url }}{% endif %}",
    '{% include "loud.html" %}',
    "{% include config.icon ~ '.html' %}",
    '{% include ["loud.html", "quiet.html"] %}',
    "{{ set_by_the_including_page }}",
    "{% set title = page.title %}{{ title }}",
    "{% macro title() %}{{ page.title }}{% endmacro %}{{ title() }}",
    "{% for part in [page.title] %}{{ part }}{% endfor %}",
]
MIXED = [
    '{% import "loud.html" as loud with context %}{{ loud }}{{ config.icon }}',
    "{{ config.icon }}{{ page.title }}{{ config.icon }}{{ kind }}",
    # a name that a page sets only now and then
    "{% if page.hidden %}{% set icon = 'none' %}{% endif %}{{ icon }}{{ config.icon }}",
    "{% set icon = 'x' %}{% if page.hidden %}{% set icon = page.title %}{% endif %}{{ config.icon }}{{ icon }}",
    "{% if page.hidden %}{{ config.icon }}{% elif page.kind %}{{ base_url }}{{ page.url }}{% else %}{{ kind }}!{% endif %}",
    "{% if config.icon %}{{ config.icon }}{% set icon = config.icon %}{% endif %}{{ page.title }}{{ icon }}",
    # one that changes between two parts, or within one
    "{% set icon = config.icon %}{{ icon }}{% set icon = icon ~ 'b' %}{{ icon }}{% set icon = page.title %}{{ icon }}",
    "{% set kind = 'x' %}{{ kind }}{% set kind = page.hidden %}{{ kind }}",
    "{% set few = kind %}{{ few }}{{ config.icon }}",
    "{% set at = namespace(n=0) %}{{ at.n }}{% if page.hidden %}{% set at.n = 1 %}{% endif %}{{ at.n }}{{ config.icon }}",
    "{% for n in range(3) %}{{ n }}{{ page.title }}{{ config.icon }}{{ loop.index }}{% endfor %}",
    '{% for n in range(2) %}{% include "quiet.html" %}{% include "loud.html" %}{{ n }}{% endfor %}',
    '{% macro m(title) %}{% include "quiet.html" %}{{ title }}{% endmacro %}{{ m(page.title) }}',
    '{% set left = "abc" %}{% include "again.html" %}{{ left }}{{ page.title }}',
    "{% set text %}{{ page.title }}{{ config.icon }}{% endset %}{{ text }}{{ config.icon }}",
    "",
]


def environment(part: str, **more: str) -> jinja2.Environment:
    env = jinja2.Environment(loader=jinja2.DictLoader(FILES | {"part.html": part} | more), autoescape=False)
    env.filters["url"] = url_filter
    return env


def show(env: jinja2.Environment, page: SimpleNamespace, here: dict[object, str] | None = None) -> str:
    base = ".." if "/" in page.url else "."
    given = {} if here is None else {HERE: here}
    return env.get_template("main.html").render(page=page, config=CONFIG, nav=[1], base_url=base, **given)


def rendered(part: str) -> tuple[list[str], list[str]]:
    """Return what some pages in two folders print, which is what plain Jinja prints, and what was kept of it."""
    env = environment(part)
    plain = [show(env, page) for page in PAGES]
    env = environment(part)
    share(env, CONFIG)
    folders: dict[str, dict[object, str]] = {"": {}, "b": {}}
    for _ in range(2):
        assert [show(env, page, folders[page.url.rpartition("/")[0]]) for page in PAGES] == plain
    return [text.partition("[")[2].partition("]")[0] for text in plain], [
        text for here in folders.values() for text in here.values()
    ]


@pytest.mark.parametrize("part", SHARED)
def test_what_reads_nothing_of_the_page_is_rendered_once_a_folder(part: str) -> None:
    texts, kept = rendered(part)
    assert all(any(text in part for part in kept) for text in texts)
    assert sum(text == kept[-1] for text in kept) <= 2


@pytest.mark.parametrize("part", OF_THE_PAGE)
def test_what_may_read_the_page_is_rendered_for_each(part: str) -> None:
    texts, kept = rendered(part)
    assert not any(text in part for part in kept for text in texts)


@pytest.mark.parametrize("part", MIXED)
def test_what_is_shared_stands_between_what_is_the_pages(part: str) -> None:
    _, kept = rendered(part)
    assert not any(page.title in part for part in kept for page in PAGES)


@pytest.mark.parametrize(("reads", "once"), [("config.words[key]", True), ("page.title", False)])
def test_the_editions_words_are_read_once_unless_they_are_the_pages(reads: str, *, once: bool) -> None:
    words = "{% macro t(key) %}{{ " + reads + " }}{% endmacro %}"
    env = environment("{{ lang.t('go') }}", **{"partials/language.html": words})
    plain = [show(env, page) for page in PAGES]
    share(env, CONFIG)
    env.cache.clear()  # type: ignore[union-attr]
    assert [show(env, page, {}) for page in PAGES] == plain
    assert ("shared_words" in env.globals) == once


@pytest.mark.parametrize(
    "main",
    [
        '{% extends page.base %}{% block main %}{% include "part.html" %}{% endblock %}',
        '{% extends "base.html" %}{% set x = page.title %}{% block main %}{% include "part.html" %}{% endblock %}',
        '{% extends "base.html" %}{% block notice %}{{ page.title }}{% endblock %}',
        "{% extends 'base.html' %}{% block main %}{{ self.notice() }}{{ self.head() }}{% endblock %}",
    ],
)
def test_a_template_that_is_not_known_beforehand_is_compiled_as_jinja_does(main: str) -> None:
    env = environment("{{ config.icon }}{{ page.title }}", **{"main.html": main})
    pages = [SimpleNamespace(**vars(page), base="base.html") for page in PAGES]
    plain = [show(env, page) for page in pages]
    share(env, CONFIG)
    env.cache.clear()  # type: ignore[union-attr]
    assert whole_template(env, "main.html") is None
    assert [show(env, page, {}) for page in pages] == plain


def test_our_template_with_materials_is_one_tree() -> None:
    env = jinja2.Environment(loader=jinja2.FileSystemLoader([theme_dir(), *templates.__path__]))
    assert whole_template(env, "main.html") is not None
