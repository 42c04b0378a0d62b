"""Our way of driving MkDocs writes what `mkdocs build` writes, and only what changed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from slidegloss.config.options import Engine, Options
from slidegloss.editions.words import load_words
from slidegloss.engine.fastmarkdown import read_page
from slidegloss.engine.proofs import Proof, Shown
from slidegloss.engine.run import config_text, derived_config, make_press, run, run_all
from slidegloss.html.pymd import heading_line, html_block
from slidegloss.model import NavItem
from slidegloss.pipeline.built import Memory
from slidegloss.pipeline.loading import load
from slidegloss.pipeline.reuse import file_state
from slidegloss.pipeline.workfolder import write_pages
from slidegloss.templating.themefiles import theme_files
from slidegloss.verification.looks import Looks
from slidegloss.write.trees import write_tree
from tests.sites.test_engine_site import LANGUAGES, build_tree

REPO = Path(__file__).resolve().parents[2]
OURS = f"""---
title: "A \\"quoted\\" title: with <b> & more"
kind: "deck"
maths: true
---
{heading_line(1, "Noise &amp; <em>more</em>", "page", classes=("sg-page-title",), toc_label="Noise & more")}

{html_block("<p>one</p><p>two *not emphasis* `x`</p>")}

{html_block('<div class="a"><pre><code>a' + chr(10) * 3 + "# not a heading</code></pre></div>")}
{heading_line(2, '<a href="#p1">P1</a> <math><mi>x</mi></math> 第一', "p1", classes=("sg-slide-title",), toc_label="第一")}

{heading_line(5, "deep", "deep_one")}

{heading_line(3, "", "p2-b", toc_label="P2")}
{html_block("<aside>last</aside>")}
"""
BY_HAND = '---\ntitle: "By hand"\n---\n# By hand\n\nSome *Markdown* with a [link](index.md) and\n\n- a list\n'


def files_below(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    build = build_tree(tmp_path)
    for lang in LANGUAGES:
        (build / lang / "deck" / "ours.md").write_text(OURS, encoding="utf-8")
        (build / lang / "deck" / "by hand.md").write_text(BY_HAND.replace("index.md", "../index.md"), encoding="utf-8")
    return build


def test_the_pages_are_those_of_mkdocs_build(tree: Path) -> None:
    assert read_page(OURS, "x") is not None, "the fast way does not know our own pages"
    assert all(result.ok for result in run_all(Engine.MKDOCS, tree, LANGUAGES))
    ours = files_below(tree / "html")
    shutil.rmtree(tree / "html")
    for lang in LANGUAGES:
        result = run(Engine.MKDOCS, tree, lang)
        assert result.ok, result.log
    theirs = files_below(tree / "html")
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def part(folder: str, pages: int, *, index: bool) -> list[object]:
    listed: list[object] = [{"Start": f"{folder}/index.md"}] if index else []
    return listed + [{f"{folder} {at}": f"{folder}/{at}.md"} for at in range(pages)]


@pytest.mark.parametrize("long", [3, 45])
def test_the_navigation_is_that_of_mkdocs_build(tree: Path, long: int) -> None:
    nested = [*part("a/b", long, index=True), {"Deeper": part("a/b/c", 2, index=False)}]
    nav = [
        {"Home": "index.md"},
        {"A": [*part("a", long, index=True), {"B": nested}, {"Last": "a/last/index.md"}]},
        {"D": part("d", long, index=False)},
        *part("e", long, index=False),
    ]
    source = tree / "mkdocs.en.yml"
    config = yaml.safe_load(source.read_text(encoding="utf-8")) | {"nav": nav}
    source.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    for path in re.findall(r"\S+\.md", str(nav).replace("'", " ")):
        (tree / "en" / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / "en" / path).write_text(OURS, encoding="utf-8")
    assert all(result.ok for result in run_all(Engine.MKDOCS, tree, ["en"], jobs=1))
    ours = files_below(tree / "html" / "en")
    shutil.rmtree(tree / "html")
    assert run(Engine.MKDOCS, tree, "en").ok
    theirs = files_below(tree / "html" / "en")
    assert [name for name in theirs if ours[name] != theirs[name]] == []


def test_only_changed_pages_are_written_again_and_stale_ones_go(tree: Path) -> None:
    run_all(Engine.MKDOCS, tree, LANGUAGES)
    html = tree / "html" / "en"
    before = {path: path.stat().st_mtime_ns for path in html.rglob("*.html")}
    (tree / "en" / "deck" / "ours.md").write_text(OURS.replace("two", "three"), encoding="utf-8")
    (tree / "en" / "deck" / "by hand.md").unlink()
    (html / "deck" / "噪声.html").write_text("someone was here", encoding="utf-8")
    run_all(Engine.MKDOCS, tree, LANGUAGES)
    after = {path: path.stat().st_mtime_ns for path in html.rglob("*.html")}
    assert "three" in (html / "deck" / "ours.html").read_text(encoding="utf-8")
    assert "someone" not in (html / "deck" / "噪声.html").read_text(encoding="utf-8")
    assert not (html / "deck" / "by hand.html").exists()
    assert {path.name for path in after if after[path] != before[path]} == {"ours.html", "噪声.html"}


def test_a_change_of_the_config_reaches_every_page(tree: Path) -> None:
    run_all(Engine.MKDOCS, tree, LANGUAGES)
    source = tree / "mkdocs.en.yml"
    config = yaml.safe_load(source.read_text(encoding="utf-8"))
    source.write_text(yaml.safe_dump(config | {"site_name": "Renamed"}, sort_keys=False), encoding="utf-8")
    run_all(Engine.MKDOCS, tree, ["en"])
    pages = [path.read_text(encoding="utf-8") for path in (tree / "html" / "en").rglob("*.html")]
    assert pages
    assert all("Renamed" in page for page in pages)


def test_a_theme_of_the_project_may_look_at_other_pages(tree: Path) -> None:
    files = {
        "main.html": '{% extends "base.html" %}{% block footer %}{% for f in pages %}{{ f.page.content }}{% endfor %}{% endblock %}'
    }
    write_tree(tree / "theme", files)
    assert all(result.ok for result in run_all(Engine.MKDOCS, tree, ["en"]))
    assert "last" in (tree / "html" / "en" / "index.html").read_text(encoding="utf-8")


def test_a_link_that_leads_nowhere_fails_the_build_with_its_page(tree: Path) -> None:
    (tree / "zh" / "deck" / "by hand.md").write_text("# By hand\n\n[gone](gone.md)\n", encoding="utf-8")
    english, chinese = run_all(Engine.MKDOCS, tree, LANGUAGES)
    assert english.ok
    assert not chinese.ok
    assert "gone.md" in chinese.log


def test_a_page_shown_before_the_others_are_there_is_the_same_and_is_not_built_again(tree: Path) -> None:
    assert all(result.ok for result in run_all(Engine.MKDOCS, tree, LANGUAGES))
    html = tree / "html" / "zh" / "deck" / "ours.html"
    built = html.read_bytes()
    written = {name: (tree / "zh" / name).read_bytes() for name in ("deck/ours.md", "deck/by hand.md")}
    shutil.rmtree(tree / "html")
    shutil.rmtree(tree / "zh")
    (tree / "zh").mkdir()
    press = make_press(Engine.MKDOCS, tree, LANGUAGES, Looks(tree / "looks"), tree / "cache")
    assert press is not None
    write_tree(tree / "zh", written)
    state = file_state(tree / "zh" / "deck" / "ours.md")
    pages = [
        Proof("zh", path, text, (), state) for path, text in (("deck/ours.md", OURS), ("deck/by hand.md", BY_HAND))
    ]
    shown = press.show(pages)
    assert shown.keys() == {("zh", "deck/ours.md")}, "only MkDocs knows what the other says"
    assert html.read_bytes() == built
    later = html.stat().st_mtime_ns
    run_all(Engine.MKDOCS, tree, ["zh"], shown={"zh": {"deck/ours.md": shown["zh", "deck/ours.md"]}})
    assert html.stat().st_mtime_ns == later
    assert "By hand" in (html.parent / "by hand.html").read_text(encoding="utf-8")


class _Looking:
    """Stands for a press: looks at every block of every page, told or not that it is sound."""

    def __init__(self) -> None:
        self.sound = self.pages = 0

    def show(self, proofs: Sequence[Proof]) -> dict[tuple[str, str], Shown]:
        for lang, path, markdown, sound, _ in proofs:
            self.pages += 1
            self.sound += len(sound)
            told, looked_at = read_page(markdown, "x", sound), read_page(markdown, "x")
            assert told == looked_at, f"{lang}/{path}"
        return {}


@pytest.mark.parametrize("notes", ["docs/notes", "tests/golden/notes"])
def test_blocks_that_are_said_to_be_sound_are(notes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(REPO / notes, tmp_path / "notes")
    loaded, _ = load(tmp_path / "notes")
    assert loaded is not None
    looking = _Looking()
    monkeypatch.setattr("slidegloss.pipeline.workfolder.make_press", lambda *_: looking)
    write_pages(loaded, Options(jobs=1), lambda *_: None, Memory(), Looks(tmp_path / "looks"))
    assert looking.pages > 20
    assert looking.sound > looking.pages


def test_a_page_that_changed_after_it_was_shown_is_built(tree: Path) -> None:
    press = make_press(Engine.MKDOCS, tree, ["en"], Looks(tree / "looks"), tree / "cache")
    assert press is not None
    page = tree / "en" / "deck" / "ours.md"
    shown = press.show([Proof("en", "deck/ours.md", OURS, (), file_state(page))])["en", "deck/ours.md"]
    page.write_text(OURS.replace("one", "another"), encoding="utf-8")
    assert all(result.ok for result in run_all(Engine.MKDOCS, tree, ["en"], shown={"en": {"deck/ours.md": shown}}))
    assert "another" in (tree / "html" / "en" / "deck" / "ours.html").read_text(encoding="utf-8")


def test_no_page_is_shown_early_where_a_template_of_the_project_may_look_at_others(tree: Path) -> None:
    (tree / "theme" / "main.html").write_text('{% extends "base.html" %}', encoding="utf-8")
    for engine in (Engine.MKDOCS, Engine.ZENSICAL):
        assert make_press(engine, tree, ["en"], Looks(tree / "looks"), tree / "cache") is None


@pytest.mark.parametrize(
    "page",
    [
        BY_HAND,
        "# no front matter\n",
        OURS + "\n<div>open\n",
        OURS + "\ntext\n",
        OURS.replace("<p>one</p>", "<script>1</script>"),
        OURS.replace("## ", "## [link](x) "),
        OURS.replace("maths: true", "maths: [1, 2]"),
        OURS + "\n<div>a</div> tail\n",
        OURS + "\n<div>\ta</div>\n",
    ],
)
def test_what_is_not_of_our_shape_is_left_to_python_markdown(page: str) -> None:
    assert read_page(page, "x") is None


def wide_tree(root: Path, pages: int) -> Path:
    """A book of one flat list and one part with as many pages."""
    build = root / "build"
    names = [f"p{number:03}" for number in range(pages)]
    flat = [NavItem(f"Flat {name}", f"{name}.html") for name in names]
    part = NavItem("Part", children=tuple(NavItem(f"Inner {name}", f"part/{name}.html") for name in names))
    other = NavItem("Other", children=(NavItem("Elsewhere", "other/a.html"),))
    nav = (NavItem("Home", "index.html"), part, other, *flat)
    files: dict[str, str | bytes] = {f"theme/{name}": data for name, data in theme_files().items()}
    places = ["index", "other/a", *names, *(f"part/{name}" for name in names)]
    files |= {f"en/{place}.md": f'---\ntitle: "T {place}"\n---\n# T {{#page}}\n' for place in places}
    files["mkdocs.en.yml"] = config_text(
        derived_config({}, "en", ["en"], nav, site_name="Notes", words=load_words("en")[0].table)
    )
    write_tree(build, files)
    assert all(result.ok for result in run_all(Engine.MKDOCS, build, ["en"]))
    return build / "html" / "en"


def test_a_page_does_not_grow_with_the_book_and_leads_to_its_neighbours(tmp_path: Path) -> None:
    small, large = wide_tree(tmp_path / "small", 60), wide_tree(tmp_path / "large", 120)
    for name in ("p030.html", "part/p030.html", "index.html", "other/a.html"):
        sizes = [(site / name).stat().st_size for site in (small, large)]
        assert abs(sizes[1] - sizes[0]) < 200, name
    inner = (large / "part" / "p030.html").read_text(encoding="utf-8")
    navigation = inner[inner.index("md-nav--primary") : inner.index("md-content")]
    assert 'href="../part/p029.html"' in navigation
    assert 'href="../part/p031.html"' in navigation
    assert 'href="../part/p030.html" class="md-nav__link md-nav__link--active" aria-current="page"' in navigation
    assert "p110" not in navigation
    assert "All pages (120)" in navigation
    assert 'href="../other/a.html"' in navigation, "a closed part leads to its first page"
