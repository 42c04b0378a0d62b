"""Somebody comes to a deck for the first time: by ear, by keyboard, on a phone, and finds out what is what."""

from __future__ import annotations

from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from slidegloss.pipeline.phases import Options, build
from tests.browser.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(page: Any, reading_site: Path) -> Any:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((reading_site / "fields.html").as_uri())
    return page


def test_the_drawer_and_the_search_are_opened_by_buttons_that_say_whether_they_are_open(phone: Any) -> None:
    drawer = phone.get_by_role("button", name="Navigation")
    expect(drawer).to_have_attribute("aria-expanded", "false")
    drawer.focus()
    phone.keyboard.press("Space")
    expect(drawer).to_have_attribute("aria-expanded", "true")
    until(phone, "document.activeElement.closest('.md-sidebar--primary')")
    phone.keyboard.press("Escape")
    expect(drawer).to_have_attribute("aria-expanded", "false")
    expect(drawer).to_be_focused()
    search = phone.get_by_role("button", name="Search")
    expect(search).to_have_attribute("aria-expanded", "false")
    search.focus()
    phone.keyboard.press("Enter")
    until(phone, "document.activeElement.matches('.md-search__input')")
    assert phone.locator(".md-header__button[for=__search]").get_attribute("aria-expanded") == "true"


def test_a_click_opens_the_drawer_and_the_contents_in_it(phone: Any) -> None:
    phone.get_by_role("button", name="Navigation").click()
    contents = phone.get_by_role("button", name="Motion fields").first
    expect(contents).to_have_attribute("aria-expanded", "false")
    contents.click()
    expect(contents).to_have_attribute("aria-expanded", "true")
    phone.locator(".md-nav--secondary a", has_text="P7").click()
    until(phone, "location.hash === '#p7'")


def test_nobody_needs_a_script_to_open_the_drawer(browser: Any, reading_site: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto((reading_site / "fields.html").as_uri())
    page.locator(".md-header [for=__drawer]").click()
    expect(page.locator(".md-sidebar--primary")).to_be_in_viewport()
    context.close()


def test_the_bar_of_a_phone_shows_the_name_of_the_book(phone: Any) -> None:
    shown = phone.locator(".md-header__topic > span").first
    names = ("ImportantArticles", "A book whose name is long", "关于运动生成与视频编辑的论文精读笔记")
    for width, name in product((360, 390), names):
        phone.set_viewport_size({"width": width, "height": 844})
        shown.evaluate("(e, name) => { e.textContent = name }", name)
        assert shown.evaluate("e => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth"), name
        assert name.count(" ") or name[0] > "z" or shown.evaluate("e => e.offsetHeight") < 30, "no word is broken"
        bar = phone.locator(".md-header").evaluate("e => e.getBoundingClientRect().bottom")
        assert shown.evaluate("e => e.getBoundingClientRect().top") >= 0, name
        assert shown.evaluate("e => e.getBoundingClientRect().bottom") <= bar, name
        assert phone.evaluate("document.documentElement.scrollWidth") == width, name


def test_the_signs_of_a_deck_are_explained_with_its_keys(phone: Any) -> None:
    phone.get_by_role("button", name="Signs, keys").click()
    legend = phone.get_by_role("dialog").locator("dl").first
    assert phone.get_by_role("dialog", name="Signs, keys").evaluate(
        "dialog => [dialog.scrollTop, dialog.scrollHeight > dialog.clientHeight]"
    ) == [
        0,
        True,
    ], "a window too small for all of it shows its beginning"
    assert legend.locator("dd").all_inner_texts() == [
        "A slide: its number is a link to it",
        "A remark by the author of these notes",
        "A question, open or answered",
        "A cited paper: its page lists all slides on it",
        "In another language than the page; a menu in the bar changes that of the page",
    ]
    signs = legend.locator("dt")
    assert signs.first.inner_text() == "P5"
    icon = "e => [getComputedStyle(e, '::before').maskImage.slice(0, 9), getComputedStyle(e).color]"
    (note, ink), (question, red) = (signs.nth(at).locator(".sg-note__label").evaluate(icon) for at in (1, 2))
    assert note == question == 'url("data'
    assert ink != red
    phone.get_by_role("button", name="Go to slide").click()
    phone.get_by_role("combobox", name="Go to slide").fill("7")
    phone.keyboard.press("Enter")
    until(phone, "location.hash === '#p7'")


def test_who_has_no_keys_is_shown_signs_alone(browser: Any, reading_site: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh")
    page = context.new_page()
    page.goto((reading_site / "zh" / "fields.html").as_uri())
    page.get_by_role("button", name="图例与快捷键").click()
    expect(page.get_by_role("dialog").get_by_text("笔记作者的批注")).to_be_visible()
    assert not page.get_by_role("dialog").locator("kbd:visible").count()
    context.close()


def test_a_wide_bar_names_the_language_that_its_menu_changes(phone: Any) -> None:
    button = phone.get_by_role("button", name="Select language: English")
    said = "e => getComputedStyle(e, '::after').content"
    assert button.evaluate(said) == "none"
    phone.set_viewport_size({"width": 1440, "height": 900})
    assert button.evaluate(said) == '"English"'


@pytest.fixture(scope="module")
def extremes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extremes")
    notes = {
        "long.md": "# Long\n\n" + "".join(f"P{n}\n\n## Topic {n}\n\nWords.\n\n" for n in range(1, 201)),
        "much.md": "# " + "A title that nobody would read to its end, " * 8 + "\n\nWords.\n",
        "nothing.md": "",
    }
    (folder / "book" / "docs" / "notes").mkdir(parents=True)
    for name, text in notes.items():
        (folder / "book" / "docs" / "notes" / name).write_text(text, encoding="utf-8")
    built = build(folder / "book", Options(out=folder / "site"))
    assert built.site is not None, built.failures
    return built.site


def test_the_contents_of_a_phone_open_where_the_reader_is(page: Any, extremes: Path) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{(extremes / 'long.html').as_uri()}#p150")
    until(page, "document.querySelector('.md-nav--secondary .md-nav__link--active')?.textContent.includes('1')")
    page.get_by_role("button", name="Navigation").click()
    page.get_by_role("button", name="Long").first.click()
    expect(page.locator(".md-nav--secondary .md-nav__link--active")).to_be_in_viewport()
    assert page.locator("[data-md-component=toc]").evaluate("e => e.scrollTop") > 1000


def test_a_long_title_leaves_the_page_on_the_other_side_its_name(page: Any, extremes: Path) -> None:
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto((extremes / "much.html").as_uri())
    ends = page.locator(".md-footer .md-ellipsis")
    assert ends.count() == 2
    for one, other in ((0, 1), (1, 0)):
        ends.nth(one).evaluate("e => { e.textContent = 'A title that goes on, '.repeat(20) }")
        ends.nth(other).evaluate("e => { e.textContent = 'The page on the other side of it' }")
        assert ends.nth(other).evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_note_without_words_says_so(page: Any, extremes: Path) -> None:
    page.goto((extremes / "nothing.html").as_uri())
    expect(page.get_by_text("Nothing is written here yet.")).to_be_visible()
    page.goto((extremes / "zh" / "nothing.html").as_uri())
    expect(page.get_by_text("这里还没有内容。")).to_be_visible()


def test_what_opens_parts_of_the_navigation_is_seen_in_forced_colours(page: Any, extremes: Path) -> None:
    page.emulate_media(forced_colors="active", color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((extremes / "long.html").as_uri())
    page.get_by_role("button", name="Navigation").click()
    icon = page.locator("button[for=__toc]:visible .md-nav__icon").first
    expect(icon).to_be_in_viewport()
    page.wait_for_timeout(400)  # the drawer has come
    colours = Image.open(BytesIO(icon.screenshot())).convert("L").getextrema()
    assert colours[1] - colours[0] > 150
