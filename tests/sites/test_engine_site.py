"""The same hand-made build tree through all three engines: 2 pages × 2 languages."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
import yaml

from slidegloss.base.resources import user_cache
from slidegloss.config.options import Engine
from slidegloss.editions.words import load_words
from slidegloss.engine import run as engine
from slidegloss.engine.run import (
    WORDS_SCRIPT,
    config_text,
    derived_config,
    run_all,
    site_parts,
    words_script,
)
from slidegloss.model import NavItem
from slidegloss.site import vendor
from slidegloss.templating.themefiles import theme_files
from slidegloss.write.site import assemble
from slidegloss.write.trees import write_tree

LANGUAGES = ("en", "zh")
NAV = (NavItem("Home", "index.html"), NavItem("Diffusion", "deck/噪声.html"))
# links between pages are HTML: Zensical finds no page behind a Markdown link to a Chinese file name
HOME = '# {title}\n\n<p><a href="deck/%E5%99%AA%E5%A3%B0.html">deck</a></p>\n'
DECK = """\
---
maths: true
mermaid: true
---
# {title}

## Forward process {{ #p7 .sg-slide-title }}

<div class="sg-row"><div class="sg-main"><p>x &lt; 2</p><math><mi>x</mi></math></div></div>

## Forward process {{ #p8 .sg-slide-title }}

<pre class="sg-mermaid">graph LR; A--&gt;B</pre>

## Forward process {{ #p8-2 .sg-slide-title }}

## P15A {{ #p15a .sg-slide-title }}

## Preliminaries {{ #preliminaries }}
"""


def build_tree(root: Path, deck: str = DECK, site_url: str = "") -> Path:
    build = root / "build"
    files: dict[str, str | bytes] = {f"theme/{name}": data for name, data in theme_files().items()}
    for lang, title in zip(LANGUAGES, ("Noise", "噪声"), strict=True):
        files[f"{lang}/index.md"] = HOME.format(title=title)
        files[f"{lang}/deck/噪声.md"] = deck.format(title=title)
        files[f"{lang}/{WORDS_SCRIPT}"] = words_script(load_words(lang)[0].table)
        files[f"mkdocs.{lang}.yml"] = config_text(
            derived_config(
                {"repo_url": "https://github.com/example/notes"} | ({"site_url": site_url} if site_url else {}),
                lang,
                LANGUAGES,
                NAV,
                site_name="Notes",
                words=load_words(lang)[0].table,
            )
        )
    assets = vendor.vendor_files(user_cache() / "vendor", maths=True, mermaid=True)
    files |= {f"shared/{name}": data for name, data in assets.items()}
    write_tree(build, files)
    return build


class References(HTMLParser):
    """Collect what a page refers to, its ids, and its language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.refs: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.lang = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.lang = given["lang"]
        if given.get("id"):
            self.ids.add(given["id"])
        self.refs += [(tag, given[name]) for name in ("href", "src") if given.get(name)]


@pytest.fixture(scope="module", params=list(Engine), ids=lambda member: member.value)
def built(request, tmp_path_factory):
    if not request.param.installed:
        pytest.skip(f"{request.param.value} is not installed")
    root = tmp_path_factory.mktemp(request.param.value)
    build = build_tree(root)
    results = run_all(request.param, build, LANGUAGES)
    assert all(result.ok for result in results), "\n".join(result.log for result in results)
    site = root / "site"
    assemble(site, site_parts(build, LANGUAGES))
    return site, {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def page(built, name: str) -> str:
    return (built[0] / name).read_text(encoding="utf-8")


def test_both_editions_have_all_pages(built):
    pages = {name for name in built[1] if name.endswith(".html")}
    assert {"index.html", "deck/噪声.html", "zh/index.html", "zh/deck/噪声.html", "404.html", "zh/404.html"} <= pages


def test_every_relative_reference_leads_to_a_file(built):
    site, names = built
    looked_at = 0
    for name in names:
        if not name.endswith(".html") or name.endswith("404.html"):
            continue
        parsed = References(page(built, name))
        for tag, ref in parsed.refs:
            url = urlsplit(ref)
            if url.scheme or url.netloc:
                assert tag == "a", f"{name}: a request to another host: {ref}"
                continue
            looked_at += 1
            target = (site / name).parent / unquote(url.path) if url.path else site / name
            assert target.is_file(), f"{name}: {ref}"
            if url.path == "" and url.fragment:
                assert unquote(url.fragment) in parsed.ids | {"__skip"}, f"{name}: {ref}"
    assert looked_at > 100


def test_the_language_menu_leads_to_the_same_page(built):
    site, _ = built
    for name, twin in (("deck/噪声.html", "zh/deck/噪声.html"), ("zh/index.html", "index.html")):
        links = re.findall(r'<a class="md-select__link"[^>]*href="([^"]+)"', page(built, name))
        targets = {
            ((site / name).parent / unquote(link)).resolve().relative_to(site.resolve()).as_posix() for link in links
        }
        assert targets == {name, twin}


def test_pages_say_their_language(built):
    assert References(page(built, "index.html")).lang == "en"
    assert References(page(built, "zh/index.html")).lang == "zh-Hans"
    alternates = re.findall(r'<link rel=" ?alternate" hreflang="([^"]+)"', page(built, "index.html"))
    assert alternates == ["en", "zh-Hans"]


def test_anchors_are_those_of_the_markdown(built):
    for name in ("deck/噪声.html", "zh/deck/噪声.html"):
        assert {"p7", "p8", "p15a", "preliminaries"} <= References(page(built, name)).ids


def test_slides_of_one_title_are_one_entry_of_the_contents(built):
    contents = page(built, "deck/噪声.html").partition('data-md-component="toc"')[2].partition("</nav>")[0]
    entries = [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in contents.split("<li")[1:]]
    assert [entry.partition("> ")[2] for entry in entries] == [
        "P7 Forward process P8 P8",
        "P15A",
        "Preliminaries",
    ]


def test_heavy_scripts_only_where_needed(built):
    assert "mermaid.min.js" in page(built, "zh/deck/噪声.html")
    assert "stix-two-math.css" in page(built, "zh/deck/噪声.html")
    assert "mermaid" not in page(built, "zh/index.html")
    assert "stix-two-math" not in page(built, "zh/index.html")
    assert "fonts.googleapis" not in page(built, "index.html")


def test_the_missing_page_speaks_the_editions_language(built):
    assert "Page not found" in page(built, "404.html")
    chinese = page(built, "zh/404.html")
    assert "找不到页面" in chinese
    assert 'href="/zh/"' in chinese


def test_shared_files_exist_once(built):
    assert [name for name in built[1] if name.endswith("mermaid.min.js")] == ["assets/vendor/mermaid.min.js"]
    assert "assets/vendor/mermaid.LICENSE.txt" in built[1]


@pytest.mark.parametrize("member", list(Engine), ids=lambda member: member.value)
def test_a_warning_is_a_failure(tmp_path, member):
    if not member.installed:
        pytest.skip(f"{member.value} is not installed")
    build = build_tree(tmp_path, DECK + "\n[nowhere](gone.md)\n")
    result = engine.run(member, build, "en")
    assert not result.ok
    assert "gone.md" in result.log


def test_the_search_box_has_our_worker(built):
    for name in ("deck/噪声.html", "zh/index.html"):
        html = page(built, name)
        assert html.count('data-md-component="search-query"') == 1
        config = json.loads(
            html.partition('<script id="__config" type="application/json">')[2].partition("</script>")[0]
        )
        assert (built[0] / name).parent.joinpath(config["search"]).resolve().name == "search-worker.js"
        assert (built[0] / name).parent.joinpath(config["search"]).is_file()
        assert "iframe-worker.js" in html


@pytest.mark.parametrize("member", list(Engine), ids=lambda member: member.value)
def test_a_site_with_an_address_has_maps_and_previews_and_an_address_that_a_script_reads_is_no_failure(
    tmp_path, member
):
    if not member.installed:
        pytest.skip(f"{member.value} is not installed")
    head = '---\ntitle: "Noise \\"q\\" &lt;b>"\ndescription: d\nimage: figures/x.webp\n---\n'
    read_by_a_script = '\n<p><a href="#tag=noise">noise</a></p>\n'
    build = build_tree(
        tmp_path, head + DECK.partition("---\n\n")[2].lstrip("-") + read_by_a_script, "https://h.example/n/"
    )
    for lang, prefix in (("en", ""), ("zh", "zh/")):
        result = engine.run(member, build, lang)
        assert result.ok, result.log
        made = build / "html" / lang
        places = [place.text for place in ET.parse(made / "sitemap.xml").iter() if place.tag.endswith("loc")]
        assert len(places) == 2
        assert all(place.startswith(f"https://h.example/n/{prefix}") for place in places)
        assert "lastmod" not in (made / "sitemap.xml").read_text(encoding="utf-8")
        html = (made / "deck/噪声.html").read_text(encoding="utf-8")
        assert '<meta property="og:title" content="Noise &quot;q&quot; &lt;b>">' in html
        assert '<meta property="og:image" content="https://h.example/n/figures/x.webp">' in html
        missing = (made / "404.html").read_text(encoding="utf-8")
        assert ("data-first" in missing) == (lang == "en")


@pytest.mark.parametrize("member", list(Engine), ids=lambda member: member.value)
def test_a_page_is_open_in_the_navigation_wherever_it_lies(tmp_path, member):
    if not member.installed:
        pytest.skip(f"{member.value} is not installed")
    build = build_tree(tmp_path)
    lists = {"long": range(60), "short": range(5), "": range(60, 65)}
    parts = {folder: [f"{folder}/{at}.md".lstrip("/") for at in pages] for folder, pages in lists.items()}
    parts["short"].insert(0, "short/index.md")
    nav = [{"Home": "index.md"}, {"Long": parts["long"]}, {"Short": parts["short"]}, *parts[""]]
    for path in (path for paths in parts.values() for path in paths):
        (build / "en" / path).parent.mkdir(exist_ok=True)
        (build / "en" / path).write_text("# A title\n", encoding="utf-8")
    source = build / "mkdocs.en.yml"
    config = yaml.safe_load(source.read_text(encoding="utf-8")) | {"nav": nav}
    source.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    result = engine.run(member, build, "en")
    assert result.ok, result.log
    made = build / "html" / "en"
    for path, around in {"long/30": (18, 43), "long/0": (0, 13), "long/59": (47, 60), "short/2": (0, 5)}.items():
        text = (made / f"{path}.html").read_text(encoding="utf-8")
        shown = text.partition('data-md-type="navigation"')[2].partition("<article")[0]
        listed = re.findall(rf'href="../{path.partition("/")[0]}/(\d+).html" class="md-nav__link', shown)
        assert [int(at) for at in listed] == list(range(*around)), path
        assert re.findall(r'<a href="../(\S+).html" [^>]*aria-current="page"', shown) == [path]
    index = (made / "short/index.html").read_text(encoding="utf-8")
    assert '<a href="../short/index.html" class="md-nav__link md-nav__link--active">Short</a>' in index
    assert 'aria-current="page">A title</a>' in (made / "62.html").read_text(encoding="utf-8")
