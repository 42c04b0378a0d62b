"""The examples of the guide's page on customising, taken from that page, do what it says."""

from __future__ import annotations

import re
from pathlib import Path

import lxml.html
import pytest

from slidegloss.pipeline.phases import Options, build

GUIDE = Path(__file__).parents[2] / "docs" / "pages" / "guide" / "customise.md"
EXAMPLE = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("customised")
    for name, text in EXAMPLE.findall(GUIDE.read_text(encoding="utf-8")):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    built = build(project, Options(strict=True))
    assert built.site, built.diagnostics
    return built.site


def _page(site: Path, name: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring((site / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("edition", "line"), [("", "The next talk is on Friday."), ("zh/", "下次报告在周五。")])
def test_a_line_above_every_page(site: Path, edition: str, line: str) -> None:
    for name in ("index.html", "lamps.html"):
        page = _page(site, f"{edition}{name}")
        assert [banner.text_content().strip() for banner in page.find_class("md-banner")] == [line]
        assert page.xpath("//meta[@http-equiv='Content-Security-Policy']"), "the rest of the page is ours"


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_another_badge(site: Path, edition: str) -> None:
    page = _page(site, f"{edition}lamps.html")
    (badge,) = page.find_class("deck-badge")
    assert badge.text_content().strip() == "1 ▤"
    assert page.xpath("//h1")
    assert page.find_class("sg-slide-title"), "the rest of the template is ours"
    assert any(link.get("href", "").endswith("badge.css") for link in page.xpath("//link[@rel='stylesheet']"))
    assert (site / edition / "badge.css").is_file()


@pytest.mark.parametrize(("edition", "word"), [("", "Experiment"), ("zh/", "实验")])
def test_another_kind_of_remark(site: Path, edition: str, word: str) -> None:
    page = _page(site, f"{edition}lamps.html")
    (note,) = page.find_class("sg-note--experiment")
    assert word in note.find_class("sg-note__label")[0].text_content()
    assert "Measure both lamps once." in note.text_content()
    styles = "".join(style.text_content() for style in page.xpath("//style"))
    assert re.search(r"\.sg-note--experiment.*?--sg-kind: #00796b", styles)


def test_another_page(site: Path) -> None:
    assert "Who writes these notes" in _page(site, "about.html").text_content()
    assert any(link.get("href", "").endswith("about.html") for link in _page(site, "lamps.html").xpath("//nav//a"))
