"""A project's own theme templates, written the way Material's documentation shows, leave a slidegloss site as it was."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import lxml.html
import pytest

from slidegloss.config.options import Engine
from slidegloss.engine.run import run, run_all
from slidegloss.pipeline.phases import Options, check
from slidegloss.pipeline.phases import build as build_site
from slidegloss.templating.themefiles import theme_files
from slidegloss.write.trees import write_tree
from tests.sites.test_engine_site import LANGUAGES, build_tree

NOTE = "# Lamps\n\nP1\n## Light\n\nLight travels.\n\n> ✅ 两盏灯各量一次。\n> en: Measure both lamps once.\n"
SETTINGS = (
    "site_name: Lamps\ntheme: {name: material, custom_dir: overrides}\nextra: {slidegloss: {languages: [en, zh]}}\n"
)
ANNOUNCE = '{% extends "base.html" %}\n\n{% block announce %}\n  The next talk is on <b>Friday</b>.\n{% endblock %}\n'


def project(root: Path, templates: Mapping[str, str]) -> Path:
    files: dict[str, str | bytes] = {"mkdocs.yml": SETTINGS, "docs/notes/lamps.md": NOTE}
    write_tree(root, files | {f"overrides/{name}": text for name, text in templates.items()})
    return root


def head_and_scripts(page: lxml.html.HtmlElement) -> list[str]:
    """Say what a page loads and declares: its policy, styles, scripts and links, in order."""
    parts = page.xpath("//head/*[not(self::title)] | //body//script")
    return [lxml.html.tostring(part, encoding="unicode", with_tail=False) for part in parts]


def read(site: Path | None, name: str) -> lxml.html.HtmlElement:
    assert site is not None
    return lxml.html.fromstring((site / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "extends",
    [
        '{% extends "base.html" %}',
        "{%- extends 'base.html' -%}",
        '{% extends "main.html" %}',
        '{% extends "theme/main.html" %}',
    ],
)
def test_an_announcement_is_all_that_changes(tmp_path: Path, extends: str) -> None:
    bare = build_site(project(tmp_path / "bare", {}), Options(strict=True))
    own = project(tmp_path / "own", {"main.html": ANNOUNCE.replace('{% extends "base.html" %}', extends)})
    built = build_site(own, Options(strict=True))
    assert not built.diagnostics
    for name in ("index.html", "lamps.html", "zh/lamps.html"):
        page, before = read(built.site, name), read(bare.site, name)
        (banner,) = page.xpath("//*[@data-md-component='announce']//aside")
        assert banner.text_content().strip() == "The next talk is on Friday."
        assert not before.xpath("//*[@data-md-component='announce']//aside")
        assert head_and_scripts(page) == head_and_scripts(before)
        assert page.xpath("//meta[@http-equiv='Content-Security-Policy']")
        assert page.xpath("//link[contains(@href, 'slidegloss')] | //style[contains(., '.sg-')]")
        banner.getparent().remove(banner)
        assert page.body.text_content().split() == before.body.text_content().split()
    (remark,) = read(built.site, "lamps.html").find_class("sg-note")
    assert "Measure both lamps once." in remark.text_content()


def test_other_pages_and_parts_of_ones_own_find_theirs_and_ours(tmp_path: Path) -> None:
    templates = {
        "main.html": ANNOUNCE,
        "404.html": '{% extends "main.html" %}{% block content %}<h1>Lost a lamp?</h1>{% endblock %}',
        "partials/footer.html": '<p class="own">Thanks.</p>{% include "theme/partials/footer.html" %}',
    }
    bare = build_site(project(tmp_path / "bare", {}), Options(strict=True))
    built = build_site(project(tmp_path / "own", templates), Options(strict=True))
    assert not built.diagnostics
    lost = read(built.site, "404.html")
    assert [heading.text for heading in lost.xpath("//h1")] == ["Lost a lamp?"]
    assert "The next talk" in lost.text_content()
    page, before = read(built.site, "lamps.html"), read(bare.site, "lamps.html")
    assert [part.text for part in page.find_class("own")] == ["Thanks."]
    assert len(page.find_class("md-footer")) == len(before.find_class("md-footer")) == 1
    assert built.site is not None
    assert not (built.site / "theme").exists()


WITH_SUPER = ANNOUNCE + '{% block extrahead %}\n{{ super() }}\n<meta name="rating" content="general">\n{% endblock %}\n'
WITHOUT = WITH_SUPER.replace("{{ super() }}", "")


def test_a_block_that_ours_fill_too_holds_both(tmp_path: Path) -> None:
    built = build_site(project(tmp_path, {"main.html": WITH_SUPER}), Options(strict=True))
    assert not built.diagnostics
    page = read(built.site, "lamps.html")
    assert page.xpath("//head/meta[@name='rating']/@content") == ["general"]
    assert page.xpath("//head/link[@hreflang]"), "ours says where the other edition is"


def test_a_block_without_ours_is_as_they_wrote_it_and_is_reported(tmp_path: Path) -> None:
    built = build_site(project(tmp_path, {"main.html": WITHOUT}), Options())
    page = read(built.site, "lamps.html")
    assert page.xpath("//head/meta[@name='rating']/@content") == ["general"]
    assert not page.xpath("//head/link[@hreflang]")
    assert page.xpath("//meta[@http-equiv='Content-Security-Policy']"), "all other blocks stay ours"
    for found in (built.diagnostics, check(tmp_path)):
        (problem,) = found
        assert (problem.path, problem.line, problem.code_name) == ("overrides/main.html", 6, "template-block")
        assert "extrahead" in problem.message
        assert "{{ super() }}" in problem.hint


@pytest.mark.parametrize("block", ["announce", "footer", "fonts", "analytics", "htmltitle", "content"])
def test_blocks_that_ours_leave_alone_are_theirs(tmp_path: Path, block: str) -> None:
    text = f'{{% extends "base.html" %}}{{% block {block} %}}Mine{{% endblock %}}'
    assert not check(project(tmp_path, {"main.html": text}))


@pytest.mark.parametrize(
    "text",
    [
        "{% block scripts %}<p>mine</p>{% endblock %}",
        '{% extends "plain.html" %}{% block scripts %}{% endblock %}',
        "{% extends plain %}{% block scripts %}{% endblock %}",
    ],
)
def test_a_page_that_is_none_of_ours_is_no_fault(tmp_path: Path, text: str) -> None:
    assert not check(project(tmp_path, {"other.html": text}))


@pytest.mark.parametrize("engine", list(Engine), ids=lambda engine: engine.value)
def test_every_engine_shows_the_same_of_it(tmp_path: Path, engine: Engine) -> None:
    if not engine.installed:
        pytest.skip(f"{engine.value} is not installed")
    tree = build_tree(tmp_path)
    write_tree(tmp_path / "own", {"main.html": WITH_SUPER})
    write_tree(tree / "theme", theme_files(tmp_path / "own"))
    results = run_all(engine, tree, LANGUAGES)
    assert all(result.ok for result in results), "\n".join(result.log for result in results)
    for lang in LANGUAGES:
        page = read(tree / "html" / lang, "index.html")
        assert page.xpath("//*[@data-md-component='announce']//b")[0].text == "Friday"
        assert page.xpath("//head/link[contains(@href, 'slidegloss')] | //head/style[contains(., '.sg-')]")
        assert page.xpath("//meta[@name='rating']")
        assert not (tree / "html" / lang / "theme").exists()


def test_the_pages_are_those_of_mkdocs_build(tmp_path: Path) -> None:
    tree = build_tree(tmp_path)
    write_tree(tmp_path / "own", {"main.html": WITH_SUPER, "partials/top.html": "mine"})
    write_tree(tree / "theme", theme_files(tmp_path / "own"))
    assert all(result.ok for result in run_all(Engine.MKDOCS, tree, LANGUAGES))
    ours = {path: path.read_bytes() for path in sorted((tree / "html").rglob("*")) if path.is_file()}
    shutil.rmtree(tree / "html")
    for lang in LANGUAGES:
        result = run(Engine.MKDOCS, tree, lang)
        assert result.ok, result.log
    assert ours == {path: path.read_bytes() for path in sorted((tree / "html").rglob("*")) if path.is_file()}
