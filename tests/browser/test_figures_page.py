"""Figures of a built page in Chromium: the large view in both editions, nothing jumps, readable in the dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Once
from tests.figure_book import built

pytestmark = pytest.mark.browser
SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => { for (const one of list.getEntries()) shifts.push([one.value,
  ...one.sources.map((source) => source.node?.className ?? "")]) }).observe({ type: "layout-shift", buffered: true })"""


@pytest.fixture(scope="module")
def site(once: Once[Path]) -> Path:
    return once("figures", built)


@pytest.mark.parametrize(
    ("page_name", "count", "close"), [("shapes.html", " of ", "Close"), ("zh/shapes.html", "，共 ", "关闭")]
)
def test_a_figure_opens_large_by_keyboard_in_words_of_the_edition(
    site: Path, page: Any, page_name: str, count: str, close: str
) -> None:
    page.goto((site / page_name).as_uri())
    page.locator("a.sg-zoom").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator(".sg-viewer[open]").wait_for()
    assert count in page.locator(".sg-viewer__count").text_content()
    assert "Ono et al." in page.locator(".sg-viewer__caption").text_content()
    assert page.locator(".sg-viewer__close").get_attribute("title") == close
    assert (
        page.evaluate(
            "async () => { const i = document.querySelector('.sg-viewer__picture'); await i.decode(); return i.naturalWidth }"
        )
        == 1600
    )
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert "sg-zoom" in page.evaluate("document.activeElement.className")


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
@pytest.mark.parametrize("page_name", ["shapes.html", "figures.html"])
def test_nothing_jumps(
    site: Path, page: Any, serve: Callable[[Path], str], size: tuple[int, int], page_name: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(SHIFTS)
    page.goto(f"{serve(site)}/{page_name}")
    page.wait_for_load_state("networkidle")
    for _ in range(8):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(60)
    shifts = [shift for shift in page.evaluate("shifts") if any("sg-" in str(name) for name in shift[1:])]
    assert sum(shift[0] for shift in shifts) < 0.001, shifts
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_transparent_drawings_stand_on_white_in_the_dark(site: Path, page: Any) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto((site / "shapes.html").as_uri())
    assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
    for name in ("clear", "plan"):
        ground = page.locator(f"figure img[src*='{name}']").first.evaluate(
            "(image) => getComputedStyle(image).backgroundColor"
        )
        assert ground == "rgb(255, 255, 255)"
