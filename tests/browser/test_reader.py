"""Reading a deck in Chromium: keys, slide view, filters, place, links, cards, handout, on http and from the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

ON_DISK = pytest.mark.parametrize("home", ["file"], indirect=True)
"""For what is alike on a disk and on a server: how things look, what keys do to a page that is there.

What differs are addresses, what the browser keeps, what is fetched: search, other decks' slides, copied links."""
SEARCHING = "document.activeElement.matches('[data-md-component=search-query]')"


@pytest.fixture(scope="module", params=["http", "file"])
def home(request: Any, reading_site: Path, serve: Any) -> str:
    """Of the module, so that what is on a server comes first: on the way to the disk a browser starts a process."""
    return serve(reading_site) if request.param == "http" else reading_site.as_uri()


@pytest.fixture
def deck(home: str, page: Any) -> Any:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 800})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{home}/fields.html")
    page.locator(".sg-tool").first.wait_for()
    yield page
    assert faults == []


def anchor(page: Any) -> str:
    return page.evaluate("location.hash.slice(1)")


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.id")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def in_view(page: Any) -> str:
    return page.locator(".sg-show .sg-slide-title").get_attribute("id")


# --- keys -------------------------------------------------------------------------------------------------------------


def test_j_and_k_move_focus_address_and_page(deck):
    press(deck, "j", "j")
    assert (anchor(deck), focused(deck)) == ("p6", "p6")
    assert 0 <= deck.locator("#p6").bounding_box()["y"] < 200
    press(deck, "k")
    assert (anchor(deck), focused(deck)) == ("p5", "p5")
    press(deck, "k")
    assert anchor(deck) == ""
    assert deck.evaluate("scrollY") == 0
    press(deck, *"jjjjjjjj")
    assert anchor(deck) == "p10"


@ON_DISK
def test_j_goes_on_from_where_the_reader_scrolled_to(deck):
    deck.evaluate("document.getElementById('p7').scrollIntoView()")
    press(deck, "j")
    assert anchor(deck) == "p8"


@ON_DISK
def test_g_asks_for_a_slide_and_says_when_there_is_none(deck):
    press(deck, "g")
    box = deck.get_by_role("dialog", name="Go to slide")
    deck.keyboard.type("77")
    press(deck, "Enter")
    assert "77" in box.get_by_role("alert").inner_text()
    deck.keyboard.type("7")
    press(deck, "Enter")
    assert box.count() == 0
    assert (anchor(deck), focused(deck)) == ("p7", "p7")


def test_keys_that_material_takes_do_ours_and_the_others_stay(deck):
    press(deck, "n")
    assert deck.locator("#p5-a1").is_hidden()
    assert deck.get_by_role("button", name="Annotations").get_attribute("aria-pressed") == "false"
    press(deck, "n")
    assert deck.locator("#p5-a1").is_visible()
    press(deck, "s")
    assert deck.get_by_role("dialog", name="Slide view").is_visible()
    press(deck, "Escape")
    assert deck.url.partition("#")[0].endswith("fields.html")
    assert deck.locator("[data-md-toggle=search]").is_checked() is False
    press(deck, "/")
    until(deck, SEARCHING)
    press(deck, "s", "n", "j")
    assert deck.locator("[data-md-component=search-query]").input_value() == "snj"
    assert anchor(deck) == "p5"


@ON_DISK
def test_the_search_keeps_the_focus_that_it_took_while_the_slide_view_was_closing(deck):
    press(deck, "s")
    # a browser reports the end of a dialog in a later task: the reader may have reached the search before
    deck.evaluate(
        """() => {
            const show = document.querySelector(".sg-show")
            window.reported = new Promise((resolve) => show.addEventListener("close", resolve))
            show.close()
            document.querySelector("[data-md-component=search-query]").focus()
        }"""
    )
    deck.evaluate("window.reported")
    assert deck.evaluate(SEARCHING)


@ON_DISK
def test_the_closed_search_holds_no_stop_for_the_tab_key(deck):
    def places() -> list[str]:
        deck.locator("[data-md-component=search-query]").focus()
        press(deck, "Escape")
        deck.evaluate("document.querySelector('.md-search__form button, .md-logo').focus()")
        found = []
        for _ in range(12):
            press(deck, "Tab")
            found.append(deck.evaluate("document.activeElement.className"))
        return found

    assert not [name for name in places() if "md-search__scrollwrap" in name]
    press(deck, "/")
    until(deck, SEARCHING)
    until(deck, "getComputedStyle(document.querySelector('.md-search__output')).visibility == 'visible'")


@ON_DISK
def test_who_leaves_the_search_goes_on_where_it_was_called(deck):
    press(deck, "j", "j", "/")
    until(deck, SEARCHING)
    press(deck, "Escape")
    until(deck, "document.activeElement.id === 'p6'")


def test_the_number_of_hits_is_told_to_who_does_not_see_it(deck):
    press(deck, "/")
    until(deck, SEARCHING)
    told = deck.get_by_role("search").get_by_role("status")
    told.filter(has_text="kind:question").wait_for()
    deck.keyboard.type("fields")
    told.filter(has_text="matching").wait_for()
    deck.keyboard.type(" nowhere")
    told.filter(has_text="No slide has all of these words").wait_for()


@ON_DISK
def test_the_drawer_of_a_narrow_window_opens_and_closes_by_keyboard_and_holds_no_stops_while_closed(deck):
    deck.set_viewport_size({"width": 700, "height": 800})  # as a laptop's at 200 %
    stops = []
    for _ in range(16):
        press(deck, "Tab")
        stops.append(
            deck.evaluate("document.activeElement.closest('.md-sidebar') ? 'drawer' : document.activeElement.title")
        )
    assert "drawer" not in stops
    assert "Navigation" in stops
    opener = deck.get_by_title("Navigation", exact=True)
    opener.focus()
    press(deck, "Enter")
    until(deck, "document.activeElement.matches('.md-sidebar--primary a')")
    until(deck, "document.activeElement.getBoundingClientRect().left >= 0")
    press(deck, "Escape")
    until(deck, "document.activeElement.title === 'Navigation'")
    deck.locator(".md-sidebar--primary").wait_for(state="hidden")


@ON_DISK
def test_what_the_tab_key_comes_back_to_does_not_lie_below_the_bar(deck):
    deck.evaluate("document.querySelector('.md-footer a').focus()")
    bar = deck.locator(".md-header").bounding_box()
    tops = []
    for _ in range(25):
        deck.keyboard.press("Shift+Tab")
        tops.append(deck.evaluate("document.activeElement.getBoundingClientRect().top"))
    assert min(tops) >= bar["height"]
    assert deck.evaluate("scrollY") < deck.evaluate("document.body.scrollHeight") / 2, "it has gone a long way"


def test_who_comes_back_finds_the_place_in_the_middle_of_a_slide(deck, home):
    here = "document.querySelector('.sg-main .sg-table').getBoundingClientRect().top"
    deck.set_viewport_size({"width": 1440, "height": 200})
    deck.evaluate("document.querySelector('.sg-main .sg-table').scrollIntoView()")
    deck.wait_for_timeout(200)  # Chromium notes the place a moment later
    left = deck.evaluate(here)
    deck.goto(f"{home}/method.html")
    deck.go_back()
    deck.locator(".sg-more").last.wait_for(state="attached")
    until(deck, f"Math.abs({here} - {left}) < 4", 5)


@ON_DISK
def test_help_lists_every_key_and_switches_them_off(deck):
    deck.get_by_role("button", name="Keys").click()
    box = deck.get_by_role("dialog", name="Keys")
    listed = set(box.locator("kbd").all_inner_texts())
    assert {"j", "k", "g", "s", "n", "l", "?", "Home", "End", "Esc"} <= listed
    box.get_by_label("Use single keys as shortcuts").uncheck()
    press(deck, "Escape")
    press(deck, "j", "s", "?")
    assert anchor(deck) == ""
    assert deck.locator("dialog[open]").count() == 0
    deck.get_by_role("button", name="Keys").click()
    deck.get_by_label("Use single keys as shortcuts").check()
    press(deck, "Escape", "j")
    assert anchor(deck) == "p5"


@ON_DISK
def test_a_page_without_slides_leaves_the_keys_to_the_theme(page, home):
    page.goto(f"{home}/method.html")
    page.locator(".sg-tool").first.wait_for()
    press(page, "s")
    until(page, SEARCHING)
    assert page.locator(".sg-show").count() == 0


# --- slide view -------------------------------------------------------------------------------------------------------


def test_slide_view_shows_one_slide_and_leaves_where_it_is(deck):
    press(deck, "j", "j", "s")
    assert in_view(deck) == "p6"
    assert deck.locator(".sg-show__count").inner_text() == "P6 · 2 / 6"
    assert deck.get_by_role("progressbar").evaluate("(bar) => bar.value / bar.max") == pytest.approx(2 / 6)
    for key, slide in (
        ("ArrowRight", "p7"),
        ("PageDown", "p8"),
        ("ArrowLeft", "p7"),
        ("PageUp", "p6"),
        ("End", "p10"),
        ("Home", "p5"),
    ):
        press(deck, key)
        assert (in_view(deck), anchor(deck)) == (slide, slide)
    assert deck.locator(".sg-show .sg-slide-title").count() == 1
    press(deck, "ArrowRight", "ArrowRight")
    assert focused(deck) == "p7"
    press(deck, "Escape")
    assert deck.locator(".sg-show").is_hidden()
    until(deck, "document.activeElement.id === 'p7'")  # given back when the browser reports that the dialog is closed
    assert anchor(deck) == "p7"
    assert 0 <= deck.locator("#p7").bounding_box()["y"] < 200
    order = deck.evaluate("[...document.querySelectorAll('.md-content .sg-slide-title')].map((head) => head.id)")
    assert order == ["p5", "p6", "p7", "p8", "p9", "p10"]


@ON_DISK
def test_space_reads_on_before_it_turns(deck):
    press(deck, "g")
    deck.keyboard.type("9")
    press(deck, "Enter", "s", "Space")
    assert in_view(deck) == "p9"
    assert deck.locator(".sg-show__stage").evaluate("(stage) => stage.scrollTop") > 300
    for _ in range(30):
        press(deck, "Space")
        if in_view(deck) != "p9":
            break
    assert in_view(deck) == "p10"


@ON_DISK
def test_figures_are_large_notes_beside_them_or_off(deck):
    press(deck, "j")
    before = deck.locator("#p5-f1 img").bounding_box()
    press(deck, "s")
    until(deck, "document.querySelector('#p5-f1 img').complete")
    after = deck.locator("#p5-f1 img").bounding_box()
    assert after["width"] > 1.3 * before["width"]
    note = deck.locator("#p5-a1").bounding_box()
    assert note["x"] >= after["x"] + after["width"]
    press(deck, "n")
    assert deck.locator("#p5-a1").is_hidden()
    assert deck.locator("#p5-f1 img").bounding_box()["width"] > 1.2 * after["width"]
    press(deck, "ArrowRight")
    tall = deck.locator("#p6-f1 img").bounding_box()
    assert tall["y"] + tall["height"] <= 800
    press(deck, "End")
    assert deck.locator("#p10-f1 img").bounding_box()["width"] > 1000


@ON_DISK
def test_a_dialog_above_the_slide_view_has_the_keys(deck):
    press(deck, "s", "?", "ArrowRight")
    assert in_view(deck) == "p5"
    press(deck, "Escape")
    assert deck.locator(".sg-show").is_visible()
    deck.locator(".sg-show a.sg-zoom").click()
    press(deck, "ArrowRight", "Escape", "ArrowRight")
    assert in_view(deck) == "p6"
    press(deck, "g")
    deck.keyboard.type("P9")
    press(deck, "Enter")
    assert in_view(deck) == "p9"


@ON_DISK
def test_a_reference_in_the_slide_view_turns_to_its_slide(deck):
    press(deck, "j", "s")
    deck.locator(".sg-show a.sg-slideref").click()
    assert (in_view(deck), anchor(deck)) == ("p7", "p7")


@ON_DISK
def test_a_wide_table_fits_the_paper(deck):
    cut = """() => {
        const main = document.querySelector(".sg-main")
        const cells = "<td>some words that stand in a cell</td>".repeat(6)
        main.innerHTML = `<div class="sg-table"><table><tbody><tr>${cells}</tr></tbody></table></div>`
        return main.querySelector("table").offsetWidth > main.clientWidth + 1
    }"""
    deck.set_viewport_size({"width": 720, "height": 1000})
    assert deck.evaluate(cut)  # on a screen it is scrolled, which paper cannot be
    deck.emulate_media(media="print")
    assert not deck.evaluate(cut)


@ON_DISK
def test_the_columns_of_a_table_are_set_as_the_author_wrote(deck):
    aligned = "row => [...row.cells].map(cell => getComputedStyle(cell).textAlign)"
    rows = deck.locator("article table", has_text="Formula").locator("tr")
    assert rows.nth(0).evaluate(aligned) == ["start", "start", "center", "end"]
    assert rows.nth(1).evaluate(aligned) == ["left", "start", "center", "end"]


@ON_DISK
def test_printing_from_the_slide_view_prints_all_slides(deck):
    press(deck, "j", "s")
    deck.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert deck.locator(".md-content .sg-slide-title").count() == 6
    deck.evaluate("dispatchEvent(new Event('afterprint'))")
    assert in_view(deck) == "p5"


def test_slide_view_on_a_phone(reading_site, browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{reading_site.as_uri()}/fields.html")
    page.get_by_role("button", name="Slide view").tap()
    assert in_view(page) == "p5"
    swipe = """([from, to]) => {
        const stage = document.querySelector('.sg-show__stage')
        const fire = (type, x) => { const touch = new Touch({identifier: 1, target: stage, clientX: x, clientY: 300})
            stage.dispatchEvent(new TouchEvent(type, {touches: type === 'touchend' ? [] : [touch], changedTouches: [touch], bubbles: true})) }
        fire('touchstart', from); fire('touchend', to) }"""
    page.evaluate(swipe, [300, 100])
    assert in_view(page) == "p6"
    page.evaluate(swipe, [100, 300])
    assert in_view(page) == "p5"
    figure, note = page.locator("#p5-f1 img").bounding_box(), page.locator("#p5-a1").bounding_box()
    assert note["y"] > figure["y"] + figure["height"]
    for button in page.locator(".sg-show__button").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert min(box["width"], box["height"]) >= 24
    page.get_by_role("button", name="Leave the slide view").tap()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


# --- annotations, place, links, cards ---------------------------------------------------------------------------------


@ON_DISK
def test_kinds_are_filtered_and_stay_reachable(deck):
    group = deck.get_by_role("group", name="Kinds of annotations to show")
    assert [text.split() for text in group.get_by_role("button").all_inner_texts()] == [
        ["Note", "2"], ["Question", "2"], ["Idea", "1"], ["Caution", "1"],
    ]  # fmt: skip
    group.get_by_role("button", name="Question").click()
    assert deck.locator("#p5-a2").is_hidden()
    assert deck.locator("#p5-a1").is_visible()
    deck.locator("#p5 ~ * .sg-reveal").first.click()
    assert deck.locator("#p5-a2").is_visible()
    assert deck.locator("#p7-a1").is_hidden()
    deck.evaluate("location.hash = 'p7-a1'")
    deck.locator("#p7-a1").wait_for()
    group.get_by_role("button", name="Question").click()
    assert deck.locator(".sg-reveal").count() == 0


def test_the_place_is_offered_on_return_and_never_forced(deck, home):
    press(deck, "j", "j", "j")
    deck.goto(f"{home}/method.html")
    deck.goto(f"{home}/zh/fields.html")
    offer = deck.get_by_role("region", name="上次读到的位置")
    assert "P7" in offer.inner_text()
    assert deck.evaluate("scrollY") == 0
    offer.get_by_role("link").click()
    assert (anchor(deck), focused(deck), offer.count()) == ("p7", "p7", 0)
    deck.goto(f"{home}/method.html")
    deck.goto(f"{home}/fields.html")
    deck.get_by_role("button", name="Forget this place").click()
    deck.goto(f"{home}/method.html")
    deck.goto(f"{home}/fields.html")
    deck.locator(".sg-tool").first.wait_for()
    assert deck.locator(".sg-resume").count() == 0


def height_of(page: Any, selector: str) -> float:
    return page.locator(selector).first.evaluate("e => e.getBoundingClientRect().height")


@ON_DISK
def test_a_phone_shows_a_single_tool_as_low_as_a_wide_screen(deck: Any) -> None:
    deck.evaluate("document.querySelectorAll('.sg-tools > :not(:last-child)').forEach(e => e.remove())")
    wide = height_of(deck, ".sg-tool")
    deck.set_viewport_size({"width": 390, "height": 844})
    assert height_of(deck, ".sg-tool") == wide


@ON_DISK
def test_the_sign_of_a_heading_does_not_push_its_lines_apart(home: str, deck: Any) -> None:
    deck.set_viewport_size({"width": 390, "height": 844})
    deck.goto(f"{home}/zh/fields.html")
    with_sign = height_of(deck, "h1")
    deck.add_style_tag(content=".headerlink { display: none !important }")
    assert height_of(deck, "h1") == with_sign


def copied(page: Any) -> str:
    page.locator(".sg-toast", has_text="copied").wait_for()
    return page.evaluate("window.copied")


@pytest.fixture
def copying(deck: Any) -> Any:
    deck.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    return deck


def test_links_and_citation_of_a_slide(copying, home):
    own = f"{home}/fields.html" if home.startswith("http") else "https://notes.example.org/group/fields.html"
    copying.locator("#p6").focus()
    more = copying.get_by_role("button", name="Share or cite P6")
    more.press("Enter")
    assert more.get_attribute("aria-expanded") == "true"
    press(copying, "Enter")
    assert copied(copying) == f"{own}#p6"
    more.click()
    copying.get_by_role("button", name="Copy citation (BibTeX)").click()
    until(copying, "window.copied.startsWith('@')")
    entry = copied(copying)
    assert entry.startswith("@misc{fields-p6,\n")
    assert "title = {{Motion fields, P6 · Fields over time}}" in entry
    assert "author = {A. Writer}" in entry
    assert f"\\url{{{own}#p6}}" in entry
    more.click()
    press(copying, "Escape")
    assert copying.locator(".sg-menu").count() == 0
    assert more.evaluate("(button) => button === document.activeElement")


def test_a_copied_link_says_nothing_of_the_search_that_led_here(page, home):
    page.goto(f"{home}/fields.html?h=field")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    page.get_by_role("button", name="Share or cite P6").click()
    page.get_by_role("button", name="Copy link to this slide").click()
    assert copied(page).endswith("/fields.html#p6")


@ON_DISK
def test_links_to_annotations_and_figures_by_keyboard(copying):
    copying.locator("#p6-a1 > a").focus()
    press(copying, "Tab", "Enter")
    assert copied(copying).endswith("/fields.html#p6-a1")
    copying.locator("#p6-f1 a").focus()
    press(copying, "Tab", "Enter")
    until(copying, "window.copied.endsWith('#p6-f1')")


@ON_DISK
def test_a_copied_formula_is_its_tex(page, home):
    page.goto(f"{home}/method.html")
    page.locator(".sg-tool").first.wait_for()
    page.evaluate(
        """() => {
            const note = document.querySelector(".sg-note"), formula = document.querySelector("article math mo")
            getSelection().setBaseAndExtent(note, 0, formula.firstChild, 1) // from a remark into the middle of a formula
        }"""
    )
    press(page, "ControlOrMeta+c")
    page.evaluate("document.querySelector('h1').after(document.createElement('textarea'))")
    page.locator("textarea").focus()
    press(page, "ControlOrMeta+v")
    until(page, "document.querySelector('textarea').value")
    lines = page.locator("textarea").input_value().split()
    assert lines[-6:] == ["每段只记一句话。", "$$x", "=", "y", "+", "1$$"]


@ON_DISK
def test_a_page_loads_the_font_of_rare_alphabets_only_when_it_shows_them(page, home):
    page.goto(f"{home}/method.html")
    fonts = "[...document.fonts].filter(font => font.family.includes('STIX')).map(font => font.status)"
    assert page.evaluate(f"document.fonts.ready.then(() => {fonts})") == ["loaded", "unloaded"]
    page.evaluate("document.querySelector('article math mi').textContent = '\U0001d53c'")  # what \mathbb{E} becomes
    until(page, f"{fonts}.join() === 'loaded,loaded'")


def test_a_copied_figure_link_leads_to_the_figure(page, home):
    page.goto(f"{home}/fields.html#p7-f1")
    page.locator("#p7-f1").wait_for()
    assert page.locator("#p7-f1").bounding_box()["y"] < 300


@ON_DISK
def test_a_reference_previews_its_slide_on_focus_hover_and_tap(deck, home, browser):
    link = deck.locator("a.sg-slideref").first
    card = deck.get_by_role("tooltip")
    link.focus()
    assert "Learned fields" in card.inner_text()
    assert card.locator("img").get_attribute("src")
    assert link.get_attribute("aria-describedby") == card.get_attribute("id")
    press(deck, "Escape")
    assert card.count() == 0
    deck.evaluate("document.activeElement.blur()")
    link.hover()
    card.wait_for()
    card.hover()
    deck.wait_for_timeout(400)
    assert card.is_visible()
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    phone.goto(f"{home}/fields.html")
    phone.locator("a.sg-slideref").first.tap()
    phone.get_by_role("tooltip").wait_for()
    assert anchor(phone) == ""
    phone.locator("a.sg-slideref").first.tap()
    until(phone, "location.hash === '#p7'")
    phone.context.close()


def test_a_reference_to_a_slide_of_another_deck_previews_it(deck, home):
    deck.goto(f"{home}/method.html")
    deck.locator(".sg-tool").first.wait_for()
    link, card = deck.locator("a.sg-slideref"), deck.get_by_role("tooltip")
    link.focus()
    assert card.inner_text().split() == ["P6", "Fields", "over", "time"]
    until(deck, "document.querySelector('.sg-hover img').naturalWidth > 0")
    assert link.get_attribute("aria-describedby") == card.get_attribute("id")
    press(deck, "Escape")
    assert (card.count(), deck.url) == (0, f"{home}/method.html")
    deck.evaluate("document.activeElement.blur()")
    link.hover()
    card.wait_for()
    press(deck, "Escape")
    assert card.count() == 0
    deck.get_by_role("link", name="极限那一页").focus()  # an author's own link; its slide has no figure
    assert card.inner_text().split() == ["P9", "Limits", "of", "fields"]
    assert card.locator("img").count() == 0
    press(deck, "Enter")
    deck.wait_for_url(f"{home}/fields.html#p9")


@ON_DISK
def test_the_contents_show_where_the_reader_is(deck):
    press(deck, "j", "j", "j")
    deck.locator(".md-nav--secondary .md-nav__link--active", has_text="P7").wait_for()


# --- without scripts, on paper ----------------------------------------------------------------------------------------


def test_without_javascript_the_page_is_complete(reading_site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{reading_site.as_uri()}/fields.html")
    assert page.locator(".sg-slide-title:visible").count() == 6
    assert page.locator(".sg-note:visible").count() == 6
    assert page.locator(".sg-tools button").count() == 0
    context.close()


@ON_DISK
def test_the_handout_has_no_chrome_and_small_figures(deck):
    deck.emulate_media(media="print", color_scheme="dark")
    for chrome in (".md-header", ".sg-tools", ".sg-more", ".md-sidebar--primary", ".md-footer"):
        assert deck.locator(chrome).first.is_hidden(), chrome
    assert deck.locator("#p6-f1 img").bounding_box()["height"] <= 73 * 96 / 25.4
    ink = deck.evaluate("getComputedStyle(document.querySelector('#p6')).color.match(/\\d+/g).map(Number)")
    assert max(ink) < 100


# --- questions --------------------------------------------------------------------------------------------------------


@ON_DISK
def test_questions_open_first_with_slide_figure_and_answer(page, home):
    page.goto(f"{home}/index.html")
    page.locator(".md-nav--primary a", has_text="Questions (2)").first.click()
    page.wait_for_url("**/questions.html")
    assert page.locator("h2").all_inner_texts()[0].startswith("Open (2)")
    entries = page.locator(".sg-question")
    assert entries.count() == 4
    first = entries.first
    assert "场可以不连续吗" in first.inner_text()
    assert "A field is easier to learn than a track." in first.locator(".sg-question__more").inner_text()
    assert first.locator("img").evaluate("(img) => img.src.includes('/figures/')")
    assert "How does it end at a border?" in entries.nth(1).inner_text()
    assert page.locator(".md-content p > a[href='#answered']").inner_text() == "Answered (2)"
    answered = page.locator(".sg-question--answered")
    assert "几百段短片就够了" in answered.first.locator(".sg-question__more").inner_text()
    assert "three are" in answered.nth(1).inner_text()
    first.locator("a").first.click()
    page.wait_for_url("**/fields.html#p5-a2")


@ON_DISK
def test_figures_that_have_not_come_yet_keep_their_room_on_a_phone(page, home):
    page.route("**/*.webp", lambda route: route.abort())
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{home}/questions.html")
    thumb = page.locator(".sg-question__thumb").first.bounding_box()
    assert thumb["width"] > 150
    assert abs(thumb["width"] / thumb["height"] - 1600 / 500) < 0.1


@ON_DISK
def test_no_head_of_a_question_stands_alone_at_the_end_of_a_sheet(page, home):
    page.goto(f"{home}/questions.html")
    page.emulate_media(media="print")
    for head in (".sg-question__head", ".sg-question__more > .sg-muted"):
        assert page.locator(head).first.evaluate("e => getComputedStyle(e).breakAfter") == "avoid"


@ON_DISK
def test_questions_in_the_other_edition(page, home):
    page.goto(f"{home}/zh/questions.html")
    assert page.locator("h1").inner_text().startswith("疑问")
    assert page.locator("h2").first.inner_text().startswith("待解答（2）")
    assert page.locator(".md-nav--primary a", has_text="疑问（2）").count()
    assert page.locator(".sg-question").first.get_by_role("link").first.get_attribute("href") == "fields.html#p5-a2"
