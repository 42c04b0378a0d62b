"""The offline edition as a reader meets it: unpacked somewhere, opened by a double click, no network."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from slidegloss.pipeline.offline import make_zip, single_file
from tests.browser.marionette import Firefox
from tests.browser.test_search_firefox import ASK

pytestmark = pytest.mark.browser

INPUT = "[data-md-component=search-query]"


@pytest.fixture(scope="module")
def unpacked(reading_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offline")
    archive, problems = make_zip(reading_site, folder, "Reading group", "1.0")
    assert archive is not None, problems
    target = folder / "我的 U 盘 #1"
    with zipfile.ZipFile(archive) as held:
        held.extractall(target)
    return target / "Reading-group-1.0"


def test_search_language_figure_and_twin_page(unpacked: Path, page: Any, requests_of: Callable[[Any], Any]) -> None:
    requests = requests_of(page)
    page.goto((unpacked / "index.html").as_uri())
    page.locator(INPUT).focus()
    page.locator(INPUT).fill("轨迹")
    page.locator("a.md-search-result__link", has_text="Why fields").first.click()
    page.wait_for_url("**/fields.html*#p5")
    page.locator("a.sg-zoom").first.click()
    page.locator("dialog img").wait_for()
    page.keyboard.press("Escape")
    english = unquote(page.url.partition("?")[0].partition("#")[0])
    menu = page.locator("[data-sg-edition][hreflang=zh-Hans]").first
    page.goto(menu.evaluate("link => link.href"))
    assert unquote(page.url.partition("#")[0].partition("?")[0]) == english.replace("/fields.html", "/zh/fields.html")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator(INPUT).count() == 1
    page.goto(page.locator("[data-sg-edition][hreflang=en]").first.evaluate("link => link.href"))
    assert unquote(page.url.partition("#")[0].partition("?")[0]) == english
    assert requests.foreign() == []


def test_one_deck_as_one_file(reading_site: Path, tmp_path: Path, page: Any) -> None:
    html, problems = single_file(reading_site, "fields.html", online="https://h.example/n/")
    assert problems == ()
    (tmp_path / "alone.html").write_text(html, encoding="utf-8")
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((tmp_path / "alone.html").as_uri())
    # the figures are inside, also when they are enlarged, and nothing else is asked for
    page.locator("a.sg-zoom").first.click()
    assert page.locator("dialog img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.keyboard.press("Escape")
    assert page.locator(".sg-zoom img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert [url for url in urls if not url.startswith(("data:", "blob:"))] == [(tmp_path / "alone.html").as_uri()]
    assert faults == []


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_firefox_reads_it_too(
    unpacked: Path, serve: Callable[[Path], str], firefox_window: Firefox, protocol: str
) -> None:
    base = serve(unpacked) if protocol == "http" else unpacked.as_uri()
    firefox_window.goto(f"{base}/zh/method.html")
    foreign, hits = firefox_window.run(ASK, "kind:question")
    assert foreign == []
    assert {re.sub(r"\?[^#]*", "", hit) for hit in hits} == {"fields.html#p5", "fields.html#p7"}
