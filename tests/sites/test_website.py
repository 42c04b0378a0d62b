"""What a site on a server has beside its pages: link previews, maps, feeds."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from slidegloss.base.reports import format_text
from slidegloss.pipeline.offline import make_zip
from slidegloss.pipeline.phases import Options, build, check

ADDRESS = "https://h.example/my%20notes/"
SETTINGS = "site_name: Reading <group>\nextra:\n  slidegloss:\n    languages: [en, zh]\n"
NOTES = {
    "index.md": "# Reading\n\nA book of notes.\n",
    "a b/时序#1.md": '# 时序 "q"\n\nP1\n\n## One\n\nWe look at [it](x.svg).\n\n> ✅ 好\n\n![](x.svg)\n\nP9\n',
    "a b/x.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>',
    "plain.md": "# Plain\n\nNo figure at all, [Someone et al., “A paper”, CVPR 2024].\n",
}


def made(root: Path, settings: str) -> Path:
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    for name, text in NOTES.items():
        path = root / "docs/notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    built = build(root, Options(jobs=1))
    assert built.site is not None, (built.failures, built.diagnostics)
    return built.site


def meta(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name="[^"]+" )?(?:property|name)="([^"]+)" content="([^"]*)">', html))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("web"), f"site_url: {ADDRESS}\n{SETTINGS}")


def test_every_page_has_a_preview_with_a_picture_that_exists(site: Path) -> None:
    pages = [page for page in site.rglob("*.html") if page.name != "404.html"]
    assert len(pages) > 10
    for page in pages:
        said = meta(page.read_text(encoding="utf-8"))
        assert said["og:image"].startswith(ADDRESS + "previews/"), page
        with Image.open(site / unquote(said["og:image"].removeprefix(ADDRESS))) as picture:
            assert picture.size == (int(said["og:image:width"]), int(said["og:image:height"])) == (1200, 630)
        assert said["og:title"]
        assert said["og:description"], page
        assert said["og:image:alt"]
        assert said["twitter:card"] == "summary_large_image"
        assert said["og:locale"] == ("zh_CN" if page.is_relative_to(site / "zh") else "en_US")


def test_overviews_say_in_a_preview_what_they_show(site: Path) -> None:
    said = {
        name: meta((site / name).read_text(encoding="utf-8"))["og:description"]
        for name in ("index.html", "papers.html", "figures.html", "zh/papers.html")
    }
    assert said == {
        "index.html": "A book of notes.",
        "papers.html": "These notes cite 1 paper.",
        "figures.html": "1 figure; each leads to its slide.",
        "zh/papers.html": "这些笔记引用了 1 篇论文。",
    }


def test_each_note_has_a_card_of_its_own_in_each_edition(site: Path) -> None:
    cards = [
        unquote(meta((site / page).read_text(encoding="utf-8"))["og:image"]).removeprefix(unquote(ADDRESS))
        for page in ("a b/时序-1.html", "zh/a b/时序-1.html", "plain.html", "papers.html", "index.html")
    ]
    assert cards[:3] == ["previews/en/a b/时序-1.png", "previews/zh/a b/时序-1.png", "previews/en/plain.png"]
    assert cards[3] == cards[4] == "previews/en/index.png"
    assert len({(site / name).read_bytes() for name in cards}) == 4


def test_the_offline_edition_carries_no_cards(site: Path, tmp_path: Path) -> None:
    archive, problems = make_zip(site, tmp_path, "n", "1")
    assert archive is not None, problems
    with zipfile.ZipFile(archive) as held:
        assert [name for name in held.namelist() if "/previews/" in name] == []


def test_without_an_address_there_is_no_picture(tmp_path: Path) -> None:
    site = made(tmp_path, SETTINGS)
    said = meta((site / "plain.html").read_text(encoding="utf-8"))
    assert "og:image" not in said
    assert said["twitter:card"] == "summary"
    assert said["og:title"] == "Plain"
    assert not (site / "previews").exists()


ATOM = "{http://www.w3.org/2005/Atom}"
GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]


def test_each_edition_has_a_feed_in_its_language(tmp_path: Path) -> None:
    catalogue = tmp_path / "docs/translations/zh.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        + "".join(
            f'msgctxt "plain{slide}"\nmsgid "{source}"\nmsgstr "{target}"\n\n'
            for slide, source, target in (
                ("", "Plain & short", "简明"),
                (":p7", "Why \\\\| how", "为什么"),
                (":p7", "Because of noise.", "因为噪声。"),
            )
        ),
        encoding="utf-8",
    )
    note = tmp_path / "docs/notes/plain.md"
    note.parent.mkdir(parents=True)
    note.write_text("# Plain & short\n\nFirst words.\n\nP7\n\n## Why \\| how\n\nBecause of noise.\n", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(f"site_url: {ADDRESS}\n{SETTINGS}", encoding="utf-8")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*GIT, *command], cwd=tmp_path, check=True)
    built = build(tmp_path, Options(jobs=1))
    assert built.site is not None, (built.failures, built.diagnostics)
    for prefix, lang, words in (
        ("", "en", ["Plain & short · P7 · Why | how", "Because of noise."]),
        ("zh/", "zh-Hans", ["简明 · P7 · 为什么", "因为噪声。"]),
    ):
        feed = ET.parse(built.site / f"{prefix}feed.xml").getroot()
        assert feed.findtext(f"{ATOM}id") == f"{ADDRESS}{prefix}feed.xml"
        assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
            "self": f"{ADDRESS}{prefix}feed.xml",
            None: f"{ADDRESS}{prefix}index.html",
        }
        entries = feed.findall(f"{ATOM}entry")
        said = [entry.findtext(ATOM + part) for entry in entries for part in ("title", "summary")]
        assert said == words
        assert [entry.findtext(f"{ATOM}id") for entry in entries] == [f"{ADDRESS}{prefix}plain.html#p7"]
        for dated in (feed, *entries):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", dated.findtext(f"{ATOM}updated") or "")
        assert entries[0].get("{http://www.w3.org/XML/1998/namespace}lang") == lang


def test_an_html_file_of_the_project_is_judged_by_its_own_name_before_and_after_it_is_published(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n[lamp](parts/lamp.html)\n", encoding="utf-8")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "lamp.html").write_text(
        '<!doctype html>\n<script src="https://h.example/lamp.js"></script>\n<a href="wick.html">wick</a>\n',
        encoding="utf-8",
    )
    checked = format_text(problem for problem in check(tmp_path) if problem.path != "a.md")
    assert checked.splitlines() == [
        (
            "parts/lamp.html: info[link-scripts]: this file has scripts of its own; the site publishes it as it is, and they run"
            " (look at it before you publish it; what notes say in HTML is cleaned, files are not)"
        ),
        (
            "parts/lamp.html:2:14: error[site-external]: a browser would fetch https://h.example/lamp.js"
            " (keep the file in the project and name it by a relative path)"
        ),
        (
            "parts/lamp.html:3:10: error[site-broken-link]: wick.html leads to parts/wick.html, which is not part of the site"
            " (link to parts/wick.html from a note, too)"
        ),
    ]
    built = build(tmp_path, Options(out=tmp_path / "site"))
    assert format_text(built.diagnostics).splitlines() == checked.splitlines()[1:]
    assert (tmp_path / "site" / "files" / "parts" / "lamp.html").is_file()
