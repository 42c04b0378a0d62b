"""The reader's switch and the way between editions, in a browser: online and from a disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until
from tests.languages_project import built, make

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = built(make(tmp_path_factory.mktemp("languages")))
    assert done.site is not None
    return done.site


@pytest.fixture(scope="module", params=["http", "file"])
def base(request: pytest.FixtureRequest, site: Path, serve: Callable[[Path], str]) -> str:
    return serve(site) if request.param == "http" else site.as_uri()


ON_DISK = pytest.mark.parametrize("base", ["file"], indirect=True)
"""For what is alike on a disk and on a server: how a page looks, and what a key does to it before another page comes."""
ORIGINAL = "#p3-a1 .sg-note__text--original"
TRANSLATION = "#p3-a1 .sg-note__text--translation"
UNTRANSLATED = ".sg-note--idea .sg-note__text--original"


def shows(page: Page, *, original: bool, translation: bool) -> None:
    expect(page.locator(ORIGINAL)).to_be_visible(visible=original)
    expect(page.locator(TRANSLATION)).to_be_visible(visible=translation)
    expect(page.locator(UNTRANSLATED)).to_be_visible()  # never hidden: there is nothing else to read


def pressed(page: Page) -> list[str]:
    return [
        button.get_attribute("data-sg-show") or ""
        for button in page.locator("[data-sg-show]").all()
        if button.get_attribute("aria-pressed") == "true"
    ]


def test_the_key_goes_round_and_says_so(page: Page, base: str) -> None:
    page.goto(f"{base}/motion.html")
    shows(page, original=True, translation=True)
    assert pressed(page) == ["both"]
    page.keyboard.press("l")
    shows(page, original=False, translation=True)
    assert pressed(page) == ["this"]
    expect(page.locator("[data-sg-language] [role=status]")).to_have_text("English only")
    page.keyboard.press("l")
    shows(page, original=True, translation=False)
    assert pressed(page) == ["original"]
    page.keyboard.press("l")
    shows(page, original=True, translation=True)
    page.locator(".md-search__input").focus()
    page.keyboard.type("l")
    assert pressed(page) == ["both"]


def test_the_choice_holds_on_the_next_page_before_anything_is_painted(page: Page, base: str) -> None:
    page.goto(f"{base}/zh/motion.html")
    page.locator(".sg-switch__button").hover()
    page.get_by_role("button", name="只看中文").click()
    expect(page.locator("#p3 .sg-src")).to_be_hidden()
    expect(page.locator("#p3 .sg-tr")).to_be_visible()
    page.add_init_script(
        "new MutationObserver(() => { if (document.body && !window.early)"
        " window.early = document.documentElement.className }).observe(document, {childList: true, subtree: true})"
    )
    page.goto(f"{base}/motion.html")
    assert "sg-show-this" in page.evaluate("window.early")
    shows(page, original=False, translation=True)
    assert pressed(page) == ["this"]


@ON_DISK
def test_with_the_keyboard_alone(page: Page, base: str) -> None:
    page.goto(f"{base}/motion.html")
    page.locator(".sg-switch__button").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Original only")).to_be_focused()
    expect(page.get_by_role("button", name="Original only")).to_be_visible()
    page.keyboard.press("Enter")
    shows(page, original=True, translation=False)


@ON_DISK
def test_what_the_reader_looks_at_stays_in_place(page: Page, base: str) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto(f"{base}/motion.html#p4")
    until(page, "scrollY > 0")
    before = page.locator("#p4").bounding_box()
    page.keyboard.press("l")
    after = page.locator("#p4").bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 3


def choose_edition(page: Page, name: str) -> None:
    """Click in the language menu with the mouse alone: `Locator.click` now and then scrolls the page first."""
    page.locator(".md-header__option:not(.sg-switch) .md-select").hover()
    link = page.get_by_role("link", name=name, exact=True)
    until(
        page,
        "[...document.querySelectorAll('[data-sg-edition]')].every((link) => { const box = link.getBoundingClientRect();"
        " return link === document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) })",
    )
    box = link.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize(("start", "twin", "name"), [("", "zh/", "中文"), ("zh/", "", "English")])
def test_the_language_menu_keeps_page_and_place(page: Page, base: str, start: str, twin: str, name: str) -> None:
    page.goto(f"{base}/{start}motion.html#p4")
    expect(page.locator("#p4")).to_be_in_viewport()  # a browser with much to do goes there after the page has loaded
    choose_edition(page, name)
    page.wait_for_url(f"{base}/{twin}motion.html#p4")
    expect(page.locator("#p4")).to_be_in_viewport()


def test_the_language_menu_leads_to_the_slide_in_view(page: Page, base: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 300})
    page.goto(f"{base}/motion.html")
    page.evaluate("document.getElementById('p4').scrollIntoView()")
    choose_edition(page, "中文")
    page.wait_for_url(f"{base}/zh/motion.html#p4")


@ON_DISK
def test_without_javascript_and_in_print_both_are_shown(browser, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/motion.html")
    shows(page, original=True, translation=True)
    expect(page.locator(".sg-switch")).to_be_hidden()
    context.close()
    page = browser.new_page()
    page.goto(f"{base}/motion.html")
    page.keyboard.press("l")
    shows(page, original=False, translation=True)
    page.emulate_media(media="print")
    shows(page, original=True, translation=True)
    page.close()


@ON_DISK
def test_every_annotation_says_its_language(page: Page, base: str) -> None:
    for name in ("motion.html", "zh/motion.html", "basics.html", "zh/basics.html"):
        page.goto(f"{base}/{name}")
        found = page.locator(".sg-note__text").evaluate_all(
            "all => all.map(one => [one.innerText, one.closest('[lang]').lang])"
        )
        assert found
        for text, lang in found:
            if "https:" not in text:
                chinese = any("\u4e00" <= char <= "\u9fff" for char in text)
                assert lang == ("zh-Hans" if chinese else "en"), (name, text)


def test_a_browser_that_forbids_storage_still_switches(page: Page, base: str) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)) if "page.js" in (error.stack or "") else None)
    page.goto(f"{base}/motion.html")
    page.keyboard.press("l")
    expect(page.locator(ORIGINAL)).to_be_hidden()
    assert errors == []


@ON_DISK
def test_a_translation_is_nearest_to_its_original_and_stands_apart_from_what_follows(page: Page, base: str) -> None:
    page.goto(f"{base}/zh/motion.html")
    places = """() => {
        const original = document.querySelector("p.sg-src"), own = original.nextElementSibling
        const [first, second, third] = [original, own, own.nextElementSibling].map((e) => e.getBoundingClientRect())
        return [second.top - first.bottom, third.top - second.bottom]
    }"""
    before, behind = page.evaluate(places)
    assert 0 < before < 6
    assert behind > 12
    page.keyboard.press("l")
    expect(page.locator("#p3 .sg-src")).to_be_hidden()
    assert page.evaluate(places)[1] > 12


@ON_DISK
def test_a_title_in_one_language_is_on_one_line_with_its_number(page: Page, base: str) -> None:
    page.goto(f"{base}/zh/motion.html")
    levels = "[...document.querySelectorAll('#p3 .sg-badge, #p3 .sg-tr')].map((e) => Math.round(e.getBoundingClientRect().bottom / 8))"
    assert len(set(page.evaluate(levels))) == 2
    page.keyboard.press("l")
    expect(page.locator("#p3 .sg-src")).to_be_hidden()
    assert len(set(page.evaluate(levels))) == 1
