"""The index of papers and the cards of citations, as a reader uses them: mouse, keyboard, touch, address, no script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser
INDEX = "papers.html"


@pytest.fixture(scope="module", params=["file", "http"])
def at(request, papers_site, serve):
    """Address of the site, from disk and from a server."""
    return papers_site.as_uri() if request.param == "file" else serve(papers_site)


@pytest.fixture
def index(papers_site, page):
    """Open the index from disk, with an address's state."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def go(state=""):
        page.goto("about:blank")
        page.goto(f"{papers_site.as_uri()}/{INDEX}{state}")
        return page

    yield go
    assert not errors


def shown(page):
    return page.locator(".sg-papers tbody tr:visible .sg-c-paper > a").all_text_contents()


def names(page):
    return [title.split(":")[0].split(" <")[0] for title in shown(page)]


def state(page):
    return page.evaluate("decodeURIComponent(location.hash)")


def test_text_and_choices_filter_and_the_address_keeps_them(at, page, requests_of):
    log = requests_of(page)
    page.goto(f"{at}/{INDEX}")
    expect(page.get_by_role("status")).to_have_text("6 of 6 papers")
    page.get_by_role("searchbox", name="Filter papers").fill("tamm CVPR")
    expect(page.get_by_role("status")).to_have_text("2 of 6 papers")
    page.get_by_label("Year", exact=True).select_option("2022")
    assert names(page) == ["Quiet Cranes"]
    assert state(page) == "#q=tamm CVPR&year=2022"
    page.reload()
    assert names(page) == ["Quiet Cranes"]
    assert page.get_by_label("Year", exact=True).input_value() == "2022"
    page.get_by_role("button", name="Show all").click()
    assert len(shown(page)) == 6
    assert state(page) == ""
    assert not log.foreign()


def test_tags_with_odd_letters_guidance_and_links_from_a_papers_page(index, papers_site):
    page = index()
    page.get_by_label("Tags").select_option(label="c&c / + 水 (1)")
    assert len(shown(page)) == 1
    assert "Slow Rivers" in shown(page)[0]
    page = index(page.evaluate("location.hash"))
    assert len(shown(page)) == 1
    page.goto(f"{papers_site.as_uri()}/papers/moreau2021crease.html")
    page.get_by_role("link", name="text", exact=True).click()
    page.wait_for_url("**/papers.html#guidance=text")
    assert len(shown(page)) == 2
    expect(page.locator(".sg-filters")).to_be_in_viewport()
    page.locator(".sg-c-tag a", has_text="folding").first.click()
    expect(page.get_by_label("Tags")).to_have_value("folding")
    assert state(page) == "#tag=folding"


def test_nothing_fits_is_said_and_escape_clears(index):
    page = index("#q=zebra")
    expect(page.get_by_text("No paper fits these filters.")).to_be_visible()
    page.locator("#sg-papers-q").press("Escape")
    assert len(shown(page)) == 6


def test_headers_sort_by_keyboard_and_say_so(index):
    page = index()
    year = page.get_by_role("columnheader", name="Year")
    year.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(year).to_have_attribute("aria-sort", "descending")
    assert names(page)[0].endswith("Slow Rivers")
    page.keyboard.press("Space")
    expect(year).to_have_attribute("aria-sort", "ascending")
    assert names(page)[0] == "Lanterns Over Dry Stone Walls in Spring"
    assert state(page) == "#sort=year"
    page.get_by_role("button", name="Venue").click()
    assert names(page)[-1] == "Lanterns Over Dry Stone Walls in Spring"  # no venue: last, whatever the direction
    page.get_by_role("button", name="Venue").click()
    assert names(page)[-1] == "Lanterns Over Dry Stone Walls in Spring"
    assert names(index("#sort=slides&down=1"))[0] == "CreaseNet"


def test_strange_addresses_do_no_harm(index):
    for hash_ in ("#sort=constructor", "#year=1066", "#q=%3Cimg%20src%3Dx%3E", "#tag=", "#=&&=", "#page"):
        page = index(hash_)
        assert page.locator(".sg-papers img").count() == 0
        assert page.locator(".sg-filters").count() == 1
    assert len(shown(page)) == 6


def test_on_a_phone_rows_are_cards_and_nothing_is_cut(browser, papers_site):
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{papers_site.as_uri()}/{INDEX}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    title = page.locator(".sg-c-paper > a").first
    assert title.bounding_box()["width"] > 200
    page.get_by_role("link", name="Filter papers").click()  # not behind all of the timeline
    expect(page.get_by_label("Filter papers").last).to_be_in_viewport()
    page.get_by_label("Sort by").select_option("year")
    assert names(page)[0].endswith("Slow Rivers")
    expect(page.locator(".sg-timeline--narrow svg")).to_be_visible()
    expect(page.locator(".sg-timeline:not(.sg-timeline--narrow)")).to_be_hidden()
    context.close()


@pytest.mark.parametrize(("width", "most"), [(1280, 4), (390, 80)])
def test_the_table_stays_where_it_is_when_its_filters_come(index, width, most):
    def top():
        return page.locator(".sg-papers table").bounding_box()["y"]

    page = index()
    page.set_viewport_size({"width": width, "height": 800})
    page.locator(".sg-filters").wait_for()
    with_filters = top()
    page.route("**/papers.js", lambda route: route.abort())
    page.reload()
    assert abs(top() - with_filters) < most


def test_on_paper_titles_have_room_and_the_head_is_no_row_of_buttons(index):
    page = index()
    page.locator(".sg-filters").wait_for()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 980})  # A4 between its margins
    row = page.locator(".sg-papers tbody tr").first
    assert row.locator(".sg-c-paper").bounding_box()["width"] > 0.35 * row.bounding_box()["width"]
    assert page.locator(".sg-downloads").is_hidden()
    # Chromium prints a box in the head on the first page only
    assert page.locator(".sg-papers th button").first.evaluate("e => e.getClientRects().length") == 0
    assert "Title" in page.locator(".sg-papers thead").inner_text()


def test_the_timeline_dims_what_is_filtered_out(index):
    page = index("#venue=CVPR")
    assert page.locator(".sg-timeline:visible a:not(.sg-tl-off)").count() == 2
    assert page.locator(".sg-timeline:visible a.sg-tl-off").count() == 4


def test_without_a_script_the_whole_table_is_there(browser, papers_site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{papers_site.as_uri()}/{INDEX}#venue=CVPR")
    assert len(shown(page)) == 6
    assert page.locator(".sg-filters, .sg-papers button").count() == 0
    page.goto(f"{papers_site.as_uri()}/folding.html")
    page.locator("a.sg-chip").first.click()
    page.wait_for_url("**/papers/moreau2021crease.html")
    context.close()


# --- cards ---


def card(page):
    return page.locator("#sg-papercard")


def test_pointing_at_a_citation_shows_its_card(at, page, requests_of):
    log = requests_of(page)
    page.goto(f"{at}/folding.html")
    assert not [url for url in log.urls if "papers-data" in url]  # loaded when it is needed
    page.locator("a.sg-chip").first.hover()
    expect(card(page)).to_be_visible()
    for text in ("CreaseNet: Learning", "Ana Moreau", "ICCV 2021", "It guesses creases", "discussed in 15 places"):
        expect(card(page)).to_contain_text(text)
    expect(card(page).get_by_role("link", name="Code")).to_have_attribute("href", "https://example.org/crease")
    card(page).hover()
    page.wait_for_timeout(400)
    expect(card(page)).to_be_visible()  # the pointer may enter it
    page.locator("h1").hover()
    expect(card(page)).to_have_count(0)
    assert not log.foreign()


def test_the_keyboard_opens_a_card_enters_it_and_leaves_it(papers_site, page):
    page.goto(f"{papers_site.as_uri()}/zh/folding.html")
    chip = page.locator("a.sg-chip").first
    page.keyboard.press("Tab")
    chip.focus()
    expect(card(page)).to_contain_text("从一张图猜出折痕")
    expect(chip).to_have_attribute("aria-describedby", "sg-papercard")
    page.keyboard.press("Tab")
    expect(card(page).get_by_role("link", name="论文页面")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(chip).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh/papers/moreau2021crease.html")


def test_a_tap_shows_the_card_and_a_second_one_follows_the_link(browser, papers_site):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{papers_site.as_uri()}/folding.html")
    chip = page.locator("a.sg-chip").first
    chip.tap()
    expect(card(page)).to_be_visible()
    box = card(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator("h1").tap()
    expect(card(page)).to_have_count(0)
    chip.tap()
    expect(card(page)).to_be_visible()
    chip.tap()
    page.wait_for_url("**/papers/moreau2021crease.html")
    context.close()


def test_names_in_a_paper_table_have_cards_that_the_table_does_not_clip(papers_site, page):
    page.goto(f"{papers_site.as_uri()}/folding.html")
    page.locator("a.sg-paperlink").first.hover()
    expect(card(page)).to_be_visible()
    until(
        page,
        "(() => { const b = document.querySelector('#sg-papercard').getBoundingClientRect();"
        "return [b.left + 4, b.right - 4].every((x) => [b.top + 4, b.bottom - 4].every((y) =>"
        "document.elementFromPoint(x, y)?.closest('#sg-papercard'))) })()",
    )


def test_bibtex_has_a_button_to_copy(browser, papers_site, serve):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{serve(papers_site)}/zh/papers/moreau2021crease.html")
    button = page.locator(".sg-citebox button, .sg-citebox [data-clipboard-target]").first
    expect(button).to_have_attribute("title", re.compile("复制"))
    button.click()
    until(page, "navigator.clipboard.readText().then((text) => text.startsWith('@inproceedings{moreau2021crease'))")
    context.close()


def test_the_arrow_of_a_fold_is_seen_in_forced_colours(index):
    page = index()
    page.emulate_media(forced_colors="active")
    arrow = page.locator(".sg-fold summary").first.evaluate("e => getComputedStyle(e, '::before').backgroundColor")
    assert arrow != page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")


def test_the_arrow_of_a_fold_stands_at_the_edge_of_the_text(index):
    page = index()
    places = [page.locator(one).first.bounding_box()["x"] for one in ("h1", ".sg-fold > summary")]
    assert places[0] == places[1]


def test_who_reads_one_language_sees_the_summary_in_it(papers_site, page):
    page.goto(f"{papers_site.as_uri()}/papers/moreau2021crease.html")
    chinese = page.get_by_text("从一张图猜出折痕")
    expect(chinese).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="English only", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(chinese).to_be_hidden()
    expect(page.get_by_text("It guesses creases")).to_be_visible()
