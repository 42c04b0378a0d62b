"""The large view of figures, from file:// in Chromium."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).resolve().parents[2] / "templates" / "theme" / "assets"
WORDS = {"figure_close": "关闭", "figure_count": "第 {number} 幅，共 {count} 幅", "figure_zoom_in": "放大"}
PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>x</title>
<link rel="stylesheet" href="{assets}/slidegloss.css"><link rel="stylesheet" href="{assets}/figures.css"><style>.sg-zoom img {{ width: 200px }} p {{ height: 900px }}</style>
<script>slideglossWords = {words}</script>
<figure><a class="sg-zoom" href="wide.png"><img src="small.png" alt="A wide plot"></a><figcaption>Chen et al.</figcaption></figure>
<p>text</p>
<figure><a class="sg-zoom" href="tall.png"><img src="small.png" alt="A tall plot"></a></figure>
<div hidden><a class="sg-zoom" href="gone.png"><img src="small.png" alt="hidden"></a></div>
<script>window.pageKeys = []; addEventListener("keydown", (event) => window.pageKeys.push(event.key))</script>
<script src="{assets}/figures.js" defer></script></html>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("a 图 b")
    for name, size in (("wide", (1600, 400)), ("tall", (300, 1500)), ("small", (200, 50))):
        Image.new("RGB", size, "teal").save(where / f"{name}.png")
    text = PAGE.format(assets=ASSETS.as_uri(), words=json.dumps(WORDS))
    (where / "page.html").write_text(text, encoding="utf-8")
    return where


@pytest.fixture
def view(folder: Path, page: Any) -> Any:
    page.emulate_media(reduced_motion="reduce")
    page.goto((folder / "page.html").as_uri())
    return page


def picture(page: Any) -> dict[str, Any]:
    return page.evaluate("""async () => {
        const img = document.querySelector('.sg-viewer img'); await img.decode();
        const box = img.getBoundingClientRect();
        return {name: img.src.split('/').pop(), width: box.width, height: box.height, left: box.left, top: box.top}
    }""")


def test_enter_opens_and_escape_gives_the_focus_back(view):
    link = view.locator("a.sg-zoom").nth(1)
    link.focus()
    view.keyboard.press("Enter")
    assert picture(view)["name"] == "tall.png"
    dialog = view.get_by_role("dialog")
    assert dialog.is_visible()
    assert dialog.locator(".sg-viewer__count").inner_text() == "第 2 幅，共 2 幅"
    assert dialog.locator(".sg-viewer__caption").inner_text() == "A tall plot"
    before = view.evaluate("scrollY")
    view.keyboard.press("ArrowRight")
    assert picture(view)["name"] == "wide.png"
    assert dialog.locator(".sg-viewer__caption").inner_text() == "Chen et al."
    view.keyboard.press("j")
    view.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert link.evaluate("(link) => link === document.activeElement")
    assert view.evaluate("scrollY") == before
    assert view.evaluate("window.pageKeys") == ["Enter"]


def test_the_whole_figure_fits_at_first(view):
    for number, ratio in ((0, 4), (1, 0.2)):
        view.locator("a.sg-zoom").nth(number).click()
        shown = picture(view)
        size = view.viewport_size
        assert shown["left"] >= 0
        assert shown["left"] + shown["width"] <= size["width"]
        assert shown["top"] + shown["height"] <= size["height"]
        assert shown["width"] / shown["height"] == pytest.approx(ratio, rel=0.02)
        view.get_by_label("关闭").click()


def test_wheel_zooms_where_the_pointer_is_and_dragging_moves(view):
    view.locator("a.sg-zoom").first.click()
    whole = picture(view)
    x, y = whole["left"] + whole["width"] * 0.25, whole["top"] + whole["height"] / 2
    view.mouse.move(x, y)
    view.mouse.wheel(0, -400)
    until(view, "document.querySelector('.sg-viewer__stage--large')")
    large = picture(view)
    assert large["width"] > whole["width"] * 1.5
    assert (x - large["left"]) / large["width"] == pytest.approx(0.25, abs=0.01)
    view.mouse.down()
    view.mouse.move(x + 90, y + 40, steps=4)
    view.mouse.up()
    moved = picture(view)
    assert moved["left"] - large["left"] == pytest.approx(90, abs=1)
    assert moved["top"] - large["top"] == pytest.approx(40, abs=1)
    assert view.get_by_role("dialog").is_visible()
    view.mouse.dblclick(x, y)
    assert picture(view)["width"] == pytest.approx(whole["width"], abs=1)


def test_keys_and_buttons_zoom(view):
    view.locator("a.sg-zoom").first.click()
    whole = picture(view)["width"]
    view.keyboard.press("+")
    view.get_by_label("放大").click()
    assert picture(view)["width"] == pytest.approx(whole * 1.96, rel=0.01)
    view.keyboard.press("-")
    assert picture(view)["width"] == pytest.approx(whole * 1.4, rel=0.01)
    left = picture(view)["left"]
    view.keyboard.press("Shift+ArrowRight")
    assert picture(view)["left"] == pytest.approx(left - 80, abs=1)
    view.keyboard.press("0")
    assert picture(view)["width"] == pytest.approx(whole, abs=1)


def test_what_the_reader_does_while_the_view_closes_holds(view):
    """A browser reports the end of a dialog in a later task."""
    view.locator("a.sg-zoom").first.click()
    closing = """(next) => new Promise((resolve) => {
        const dialog = document.querySelector('.sg-viewer')
        dialog.addEventListener('close', resolve, {once: true})
        dialog.close()
        document.querySelectorAll('a.sg-zoom')[1][next]()
    })"""
    view.evaluate(closing, "click")
    assert picture(view)["name"] == "tall.png"
    view.keyboard.press("Escape")
    view.locator("a.sg-zoom").first.click()
    view.evaluate(closing, "focus")
    assert view.evaluate("document.activeElement === document.querySelectorAll('a.sg-zoom')[1]")


def test_a_click_beside_the_figure_closes(view):
    view.locator("a.sg-zoom").first.click()
    shown = picture(view)
    view.mouse.click(shown["left"] + 50, shown["top"] + shown["height"] / 2)
    assert view.get_by_role("dialog").is_visible()
    view.mouse.click(shown["left"] + 50, 8)
    assert not view.get_by_role("dialog").is_visible()


def test_two_fingers_zoom(view):
    view.locator("a.sg-zoom").first.click()
    whole = picture(view)
    view.evaluate("""() => {
        const stage = document.querySelector('.sg-viewer__stage'); stage.setPointerCapture = () => {};
        const fire = (type, pointerId, clientX) => stage.dispatchEvent(
            new PointerEvent(type, {pointerId, clientX, clientY: 300, pointerType: 'touch', button: 0, bubbles: true}));
        fire('pointerdown', 11, 500); fire('pointerdown', 12, 600);
        fire('pointermove', 11, 450); fire('pointermove', 12, 650);
        fire('pointerup', 11, 450); fire('pointerup', 12, 650);
    }""")
    assert picture(view)["width"] == pytest.approx(whole["width"] * 2, rel=0.01)


def test_with_a_modifier_key_and_without_javascript_the_link_is_a_link(view, folder, browser):
    view.locator("a.sg-zoom").first.dispatch_event("click", {"ctrlKey": True, "button": 0})
    assert not view.locator("dialog").count()
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto((folder / "page.html").as_uri())
    plain.locator("a.sg-zoom").first.click()
    plain.wait_for_url("**/wide.png")
    context.close()
