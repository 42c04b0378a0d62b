"""What stands where on a page: nothing lies over text, nothing touches, no room is kept for what does not come."""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from slidegloss.pipeline.phases import Options, build
from tests.browser.waiting import until
from tests.sites.command import write

pytestmark = pytest.mark.browser

WIDE_SCREEN = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

CONFIG = """site_name: Looks
extra:
  slidegloss:
    languages: [en, zh]
"""

DECK = """# Nets

P1

## Knots

> ✅ 结不在绳上。

A knot is held by the rope itself.

> ✅ 先画图：
> ![](../../assets/none.png)

The rope is one.

Second line of thought.

> ❓ 为什么？
> 🔎 见后文。

P2

### Loops

```
a_line_of_code_that_is_much_longer_than_any_phone_is_wide = and_goes_on(and_on, and_on, and_on, and_on, to_its_end)
```

P3

| One heading | Another heading | A third heading | A fourth heading |
|--|--|--|--|
| some words that take room | some more words that take room | ✅ 一句话 | the last words |

Moreau et al., “Knots That Hold Themselves in Water, Wind and Snow,” ICCV 2021.

Tamm et al., “A Survey of Every Knot That Ever Held,” arXiv 2023. Then the text goes on.

> ✅ 最后一句。
> en: The last sentence.

-----

> 本文出自某处。
"""

MARKS = r"""# Marks

A knot[^why] is a knot.

$$
a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + b_1 + b_2 + b_3 + b_4 + b_5 + b_6 + b_7 + b_8 + b_9 + c_1 + c_2 + c_3
$$

| Knot | holds a heavy anchor | unties without a knife | may be tied with one hand |
|--|--|--|--|
| bowline | ✅ | ❌ | ✅ |

[^why]: Because it holds.

| Short | table |
|--|--|
| a | b |

| Rope | What it is good for |
|--|--|
| hemp | it holds a boat in any wind of autumn and of winter |

[7] Ana Moreau, Boris Tamm. A Rope Is Not a Knot. In *Proceedings of the International Conference on Ropes and Knots of Every Kind*, 2021.

| ID | Year | Name | Note | Tags | Link |
|--|--|--|--|--|--|
| 1 | 2024 | A Net Is Many Knots | | | 论文 |
| A paragraph that somebody has written where only a number was expected, and which goes on for a while | 2023 | | | | |

- [ ] Buy rope
- Tie it

P2

Words above a table.

| One heading of a table | Another heading of a table | A third heading of a table | A fourth heading |
|--|--|--|--|
| words that take some room | words that take some room | words that take some room | the last words |

> ✅ 旁注。
"""
WIDE = r"""# Wide

Words with $\begin{matrix} a_1 + a_2 + a_3 + a_4 + a_5 & b_1 + b_2 + b_3 + b_4 + b_5 & c_1 + c_2 + c_3 + c_4 \end{matrix}$ in a line.

| $a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + b_1 + b_2 + b_3 + b_4 + b_5$ |
|--|

Moreau et al., “Rules of the Rope,” ACM Computing Surveys 2022.
"""
NOTE = "# Rules\n\nTie it twice.\n\nاربطها مرتين، مع English.\n\n- مرة\n"
HEMP = "# Hemp\n\nIt is tied with `bend`.\n\n> ✅ It was called “hemp”.\n> zh: 它叫“麻”。\n"
SHOWN = "# Seas\n\n![](../../assets/sea.png)\n\nTamm et al., “A Survey of Every Knot That Ever Held,” arXiv 2023.\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("looks")
    notes = {
        "ropes/index.md": "# Of ropes\n\nAll of them.\n",
        "ropes/hemp.md": HEMP,
        "nets.md": DECK,
        "marks.md": MARKS,
        "rules.md": NOTE,
        "seas.md": SHOWN,
        "wide.md": WIDE,
    }
    write(folder / "book", {"mkdocs.yml": CONFIG, **{f"docs/notes/{name}": text for name, text in notes.items()}})
    (folder / "book" / "assets").mkdir()
    Image.new("RGB", (320, 180), "teal").save(folder / "book" / "assets" / "sea.png")
    built = build(folder / "book", Options(out=folder / "site"))
    assert built.site is not None, built.failures
    return built.site


@pytest.fixture
def at(site: Path, page: Any) -> Any:
    """A function that opens a page of the book, wide or as on a phone."""
    page.emulate_media(reduced_motion="reduce")

    def go(name: str, *, wide: bool = False) -> Any:
        page.set_viewport_size(WIDE_SCREEN if wide else PHONE)
        page.goto((site / name).as_uri())
        return page

    return go


@pytest.fixture(scope="module")
def seen(site: Path, browser: Any) -> Iterator[Any]:
    """A function like `at`, whose pages stay open for all tests that only look at them."""
    pages: list[Any] = []

    @functools.cache
    def opened(name: str, *, wide: bool = False) -> Any:
        size = WIDE_SCREEN if wide else PHONE
        page = browser.new_page(viewport=size, reduced_motion="reduce")
        pages.append(page)
        page.goto((site / name).as_uri())
        page.locator(".sg-tool, .sg-decks").first.wait_for()
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.fixture(params=[False, True], ids=["phone", "wide"])
def deck(seen: Any, request: Any) -> Any:
    return seen("nets.html", wide=request.param)


def box(page: Any, selector: str, *, last: bool = False) -> dict[str, float]:
    """The place of the first (or last) element that a selector finds: x, y, right, bottom, width, height."""
    found = page.locator(selector)
    return (found.last if last else found.first).evaluate("e => e.getBoundingClientRect().toJSON()")  # type: ignore[no-any-return]


def words(page: Any, text: str) -> dict[str, float]:
    """The place of a text in the article."""
    return page.evaluate(  # type: ignore[no-any-return]
        """text => {
            const nodes = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT)
            for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
                const start = node.data.indexOf(text)
                if (start < 0) continue
                const range = new Range()
                range.setStart(node, start)
                range.setEnd(node, start + text.length)
                return range.getBoundingClientRect().toJSON()
            }
        }""",
        text,
    )


def test_no_code_lies_below_the_button_that_copies_it(deck: Any) -> None:
    button = deck.locator(".md-code__button").first
    button.wait_for()
    over = box(deck, ".md-code__nav")
    for place in (0, 9999):
        deck.locator("pre > code").first.evaluate("(e, place) => { e.scrollLeft = place }", place)
        assert box(deck, "pre > code")["right"] <= over["left"]
    assert over["right"] <= box(deck, "pre")["right"]
    # the strip is of one piece with the code
    assert (
        len(
            set(
                deck.evaluate(
                    "['pre', 'pre > code'].map(s => getComputedStyle(document.querySelector(s)).backgroundColor)"
                )
            )
        )
        == 1
    )


def test_the_box_of_a_missing_figure_keeps_off_the_text_above_it(deck: Any) -> None:
    assert box(deck, ".sg-missing")["top"] - words(deck, "先画图")["bottom"] >= 6


def test_a_remark_ends_with_its_text_and_says_its_language_beside_its_kind(deck: Any) -> None:
    note = box(deck, ".sg-note")
    assert note["bottom"] - words(deck, "结不在绳上")["bottom"] < 12
    label, language = box(deck, ".sg-note__label"), box(deck, ".sg-lang")
    assert language["left"] > label["left"]
    middles = [(one["top"] + one["bottom"]) / 2 for one in (label, language)]
    assert abs(middles[0] - middles[1]) < 3
    icon = "getComputedStyle(document.querySelector('td .sg-note__label'), '::before').marginRight"
    assert deck.evaluate(icon) != "0px"


def test_a_remark_with_no_text_beside_it_stands_in_the_place_of_the_text(deck: Any) -> None:
    remark, text = box(deck, "#p1-a1"), words(deck, "A knot is held")
    assert remark["left"] == box(deck, "#p1")["left"]
    assert 10 < text["top"] - remark["bottom"] < 30


def test_text_after_a_remark_is_a_paragraph_of_its_own(deck: Any) -> None:
    rows = deck.evaluate(
        "[...document.querySelectorAll('.sg-row + .sg-row')].map(row =>"
        " row.getBoundingClientRect().top - row.previousElementSibling.getBoundingClientRect().bottom)"
    )
    assert len(rows) >= 3
    assert min(rows) >= 12


def test_the_menu_of_a_slide_is_level_with_its_title(deck: Any) -> None:
    for slide in ("#p1", "#p2"):
        title, more = box(deck, f"{slide} > span"), box(deck, f"{slide} + .sg-acts > .sg-more")
        assert abs(title["top"] + title["bottom"] - more["top"] - more["bottom"]) / 2 < 5, slide


def test_the_first_slide_is_near_the_tools(deck: Any) -> None:
    assert 10 < box(deck, ".sg-slide-title")["top"] - box(deck, ".sg-tool", last=True)["bottom"] < 40


def test_a_chip_is_one_box(deck: Any) -> None:
    boxes = deck.evaluate("[...document.querySelectorAll('.sg-chip')].map(chip => chip.getClientRects().length)")
    assert boxes == [1, 1]


def test_a_venue_in_full_makes_no_chip_of_two_lines(seen: Any) -> None:
    page = seen("marks.html")
    chip = box(page, ".sg-chip")
    assert chip["height"] < 30
    assert chip["right"] <= box(page, ".sg-chip >> xpath=ancestor::p")["right"] + 1


def test_a_box_to_tick_has_no_bullet_beside_it(seen: Any) -> None:
    page = seen("marks.html")
    shown = "e => getComputedStyle(e).listStyleType"
    assert page.get_by_role("listitem").filter(has_text="Buy rope").evaluate(shown) == "none"
    assert page.get_by_role("listitem").filter(has_text="Tie it").evaluate(shown) == "disc"


def test_one_line_parts_the_credit_from_the_text(deck: Any) -> None:
    assert not deck.locator(".sg-credit hr").is_visible()
    assert box(deck, ".sg-credit blockquote")["left"] == words(deck, "本文出自")["left"]
    assert box(deck, ".sg-credit")["top"] - words(deck, "最后一句")["bottom"] > 24


def test_a_wide_table_is_as_near_as_any_block_and_the_tab_key_scrolls_all_of_it(at: Any) -> None:
    page = at("nets.html")
    page.locator(".sg-tool").first.wait_for()
    until(page, "document.querySelector('.md-typeset__table')")
    assert words(page, "One heading")["top"] - box(page, "#p3")["bottom"] < 30
    region = page.locator(".sg-table")
    assert region.evaluate("e => e.scrollWidth") >= int(box(page, ".sg-table table")["width"]) > 390
    region.focus()
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('.sg-table').scrollLeft > 0")


def test_a_phone_keeps_no_room_for_tools_that_do_not_come(seen: Any) -> None:
    page = seen("rules.html")
    page.locator(".sg-tool").first.wait_for()
    assert page.locator(".sg-tool").count() == 1
    assert words(page, "Tie it twice")["top"] - box(page, "h1")["bottom"] < 40
    assert box(page, ".sg-tool")["top"] > words(page, "مرة")["bottom"], "it is no part of the text, and comes after it"
    assert box(page, "h1")["top"] - box(page, ".md-header")["bottom"] < 36


def test_the_tools_of_a_phone_are_one_row_that_scrolls_and_the_page_does_not(at: Any) -> None:
    page = at("nets.html")
    page.locator(".sg-tool").first.wait_for()
    tops = page.evaluate("[...document.querySelectorAll('.sg-tool')].map(tool => tool.getBoundingClientRect().top)")
    assert len(tops) == 6
    assert len(set(tops)) == 1
    page.locator(".sg-tool").last.focus()
    assert box(page, ".sg-tool", last=True)["right"] <= 390
    assert page.evaluate("scrollX") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_nothing_moves_when_the_tools_come(at: Any) -> None:
    page = at("nets.html")
    page.locator(".sg-tool").first.wait_for()
    come = box(page, "#p1")["top"]
    page.route("**/reader.js*", lambda route: route.abort())
    page = at("nets.html")
    assert page.locator(".sg-tool").count() == 0
    assert abs(box(page, "#p1")["top"] - come) < 2


def test_what_can_be_done_is_framed_and_what_there_is_when_it_is_off(at: Any) -> None:
    page = at("nets.html", wide=True)
    frame = "e => getComputedStyle(e).borderTopColor"
    note = page.get_by_role("button", name="Note")
    assert note.evaluate(frame) == "rgba(0, 0, 0, 0)"
    assert page.get_by_role("button", name="Slide view").evaluate(frame) != "rgba(0, 0, 0, 0)"
    note.click()
    page.mouse.move(0, 0)
    assert note.evaluate(frame) != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("ropes/hemp.html", ["Looks", "Of ropes"]),
        ("ropes/index.html", ["Looks"]),
        ("zh/ropes/hemp.html", ["Looks", "Of ropes"]),
        ("nets.html", []),
        ("index.html", []),
    ],
)
def test_a_page_says_above_its_title_where_it_lies(at: Any, name: str, above: list[str]) -> None:
    page = at(name)
    links = page.get_by_role("navigation", name="当前位置" if "zh/" in name else "Where this page is").get_by_role(
        "link"
    )
    assert links.all_inner_texts() == above
    for number in range(len(above)):
        assert box(page, f".md-path__item:nth-child({number + 1}) a")["height"] >= 24
        assert links.nth(number).evaluate("e => e.hostname == location.hostname && e.href != location.href")
    if above:
        assert box(page, ".md-path")["bottom"] <= box(page, "h1")["top"]
        assert box(page, ".md-path a")["left"] == box(page, "h1")["left"]
        page.set_viewport_size({"width": 1440, "height": 900})
        assert box(page, ".md-path a")["left"] == box(page, "h1")["left"]
        links.last.click()
        page.wait_for_url("**/index.html")


def test_the_path_of_a_page_without_a_menu_is_level_with_its_title(at: Any) -> None:
    page = at("ropes/hemp.html", wide=True)
    page.locator(".md-sidebar").evaluate("e => e.remove()")
    assert box(page, ".md-path a")["left"] == box(page, "h1")["left"]


def test_the_way_back_to_the_top_is_over_no_title_that_a_key_leads_to(at: Any) -> None:
    page = at("nets.html", wide=True)
    page.locator(".sg-tool").first.wait_for()
    page.evaluate("document.body.style.paddingBottom = '2000px'")
    page.evaluate("scrollTo(0, 1500)")
    page.wait_for_timeout(300)
    page.keyboard.press("k")
    until(page, "!document.querySelector('.md-top').hidden")
    assert box(page, ".md-top")["top"] > 700


def test_the_lines_of_what_the_search_says_belong_together(at: Any) -> None:
    page = at("nets.html")
    page.locator(".sg-tool").first.wait_for()
    page.keyboard.press("/")
    hint = page.locator(".md-search-result__meta")
    hint.wait_for(state="visible")
    lines = hint.evaluate("e => e.clientHeight / parseFloat(getComputedStyle(e).fontSize)")
    assert 2.4 < lines < 4.5, "two lines of text"


def test_the_legend_opens_without_a_ring_and_nothing_in_it_overlaps(at: Any) -> None:
    page = at("nets.html")
    page.locator(".sg-tool").first.wait_for()
    page.keyboard.press("?")
    legend = page.locator(".sg-keys").first
    assert legend.evaluate("e => e == document.activeElement && getComputedStyle(e).outlineStyle") == "none"
    overlaps = legend.evaluate(
        """e => [...e.querySelectorAll("dt > *")].filter(sign =>
            sign.getBoundingClientRect().right > sign.parentElement.nextElementSibling.getBoundingClientRect().left)
            .map(sign => sign.textContent)"""
    )
    assert overlaps == []
    levels = legend.evaluate(
        """e => { const top = node => { const range = new Range(); range.selectNodeContents(node); const {top, height} =
            range.getClientRects()[0]; return top + height / 2 }
            return [...e.querySelectorAll("dt")].map(dt => Math.abs(top(dt) - top(dt.nextElementSibling))) }"""
    )
    assert max(levels) < 4, levels


def test_forced_colours_draw_no_bar_into_the_lines_of_a_citation(at: Any) -> None:
    page = at("nets.html")
    page.emulate_media(forced_colors="active")
    bar = "e => getComputedStyle(e).borderLeftWidth"
    assert page.locator(".sg-cite").first.evaluate(bar) == "0px"
    assert page.locator(".sg-note").first.evaluate(bar) != "0px"


def test_quotes_of_chinese_are_as_wide_as_its_characters_and_those_of_english_are_not(seen: Any) -> None:
    fonts = subprocess.run(["fc-list", ":lang=zh-cn", "fullname"], capture_output=True, text=True, check=False).stdout
    if "Noto Sans CJK SC" not in fonts:
        pytest.skip("no font for Chinese that the style sheet names")
    share = """e => { const wide = text => { const node = document.createElement("span"); node.textContent = text; e.append(node)
        const { width } = node.getBoundingClientRect(); node.remove(); return width }
        return (wide("中“中") - wide("中中")) / wide("中") }"""
    for name, paragraph in (("zh/ropes/hemp.html", ".sg-note__text:not([lang])"), ("nets.html", ".sg-note [lang|=zh]")):
        page = seen(name)
        until(page, "document.fonts.status == 'loaded'")
        assert page.locator(paragraph).first.evaluate(share) == pytest.approx(1, abs=0.1), name
    page = seen("zh/ropes/hemp.html")
    assert page.locator(".sg-note [lang=en]").first.evaluate(share) < 0.8
    assert "mono" in page.locator("[lang=en] code").first.evaluate("e => getComputedStyle(e).fontFamily")


def test_captions_on_paper_are_smaller_than_the_text(at: Any) -> None:
    page = at("seas.html")
    page.emulate_media(media="print")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert page.locator("figcaption").evaluate(size) < page.locator(".sg-main").first.evaluate(size)


def test_a_short_page_takes_one_sheet(at: Any) -> None:
    page = at("ropes/hemp.html")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    page.emulate_media(media="print")
    arrow = "e => getComputedStyle(e, '::before').printColorAdjust"
    assert page.locator(".md-path__item").last.evaluate(arrow) == "exact", "browsers print grounds only when asked"


def test_every_number_of_the_home_page_is_on_one_line_with_its_words(at: Any) -> None:
    page = at("index.html")
    page.set_viewport_size({"width": 768, "height": 1024})
    heights = page.evaluate("[...document.querySelectorAll('.sg-stats li')].map(e => Math.round(e.offsetHeight))")
    assert len(set(heights)) == 1, heights
    assert page.locator("a:not([href])").count() == 0


def test_the_way_back_to_the_top_is_no_bar_over_a_title_on_a_phone(at: Any) -> None:
    page = at("nets.html")
    page.evaluate("scrollTo(0, 900)")
    page.wait_for_timeout(300)
    page.evaluate("scrollBy(0, -200)")
    until(page, "!document.querySelector('.md-top').hidden")
    assert box(page, ".md-top")["top"] > 700


def test_the_bar_fits_a_phone_whose_letters_are_half_as_large_again(at: Any) -> None:
    page = at("nets.html")
    page.set_viewport_size({"width": 260, "height": 560})
    assert page.locator(".md-header__button:visible").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth") == 260


def test_the_ring_of_the_search_is_whole(at: Any) -> None:
    page = at("index.html", wide=True)
    page.keyboard.press("/")
    until(page, "document.activeElement.matches('.md-search__input')")
    style = page.evaluate(
        "(({outlineOffset, outlineWidth}) => [outlineOffset, outlineWidth].map(parseFloat))(getComputedStyle(document.activeElement))"
    )
    assert sum(style) <= 0


def test_rings_are_around_their_signs_and_menus_of_the_bar_are_alike(at: Any) -> None:
    page = at("ropes/hemp.html", wide=True)
    link = page.locator("h1 .headerlink")
    link.focus()
    ring = link.evaluate(
        "e => [e.getBoundingClientRect().height + 2 * parseFloat(getComputedStyle(e).outlineOffset), parseFloat(getComputedStyle(e).fontSize)]"
    )
    assert ring[0] > 0.8 * ring[1], "no line through the sign"
    height = "e => e.getBoundingClientRect().height"
    rows = [page.locator(row).first.evaluate(height) for row in (".sg-switch__choice", "a.md-select__link")]
    assert rows[0] == rows[1] >= 24


def test_a_card_without_a_picture_has_no_empty_frame(seen: Any) -> None:
    page = seen("index.html")
    assert page.locator(".sg-deck img").count() == 1
    assert box(page, ".sg-deck:not(:has(img))")["height"] < 100


def test_the_page_of_a_paper_names_the_deck_as_the_link_it_is(at: Any, page: Any) -> None:
    at("nets.html")
    page.locator(".sg-chip").first.click()
    link = page.locator(".sg-snippet__head a")
    assert link.inner_text().split() == ["P3", "Nets"]  # the slide has no title
    name = link.get_by_text("Nets")
    style = "e => [getComputedStyle(e).color, getComputedStyle(e).fontWeight]"
    assert name.evaluate(style) == [link.evaluate(style)[0], "700"]
    assert page.locator(".sg-snippet__body").count() == 1


def test_an_unfound_page_is_centred(at: Any) -> None:
    page = at("404.html")
    frame, heading, last = box(page, "main"), box(page, "h1"), box(page, "main p", last=True)
    assert abs((heading["top"] - frame["top"]) - (frame["bottom"] - last["bottom"])) < 2


def test_neither_words_for_the_ear_in_a_far_column_nor_a_long_venue_widen_a_phones_page(seen: Any) -> None:
    page = seen("marks.html")
    assert "Conference on Ropes" in page.locator(".sg-chip__venue").inner_text()
    assert page.locator(".sg-table").first.evaluate("e => e.scrollWidth > e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_no_formula_in_a_line_widens_a_phones_page(at: Any) -> None:
    page = at("wide.html")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    wide = page.locator("span.sg-math:not(:has(> math[display]))")
    assert wide.count() == 2
    for formula in wide.all():
        assert formula.evaluate("e => e.scrollWidth > e.clientWidth && e.getBoundingClientRect().right <= 390")


def test_a_cross_is_drawn_as_a_check_mark_is(seen: Any) -> None:
    page = seen("marks.html", wide=True)
    assert page.locator(".sg-table .sg-mark").all_inner_texts() == ["check mark", "cross", "check mark"]
    drawn = "e => { const {width, maskImage} = getComputedStyle(e, '::before'); return [width, maskImage.slice(0, 9)] }"
    check, cross = (page.locator(f".sg-mark--{kind}").first.evaluate(drawn) for kind in ("note", "no"))
    assert cross == check
    assert cross[1] == 'url("data'


def edge(page: Any, selector: str) -> tuple[int, int, int]:
    """The colour at the right edge of an element, half-way down."""
    place = box(page, selector)
    spot = {"x": place["right"] - 1, "y": place["top"] + place["height"] - 3, "width": 1, "height": 1}
    return Image.open(BytesIO(page.screenshot(clip=spot))).convert("RGB").getpixel((0, 0))  # type: ignore[return-value]


@pytest.mark.parametrize("selector", [".sg-table", "div.sg-math"])
def test_what_scrolls_is_shaded_where_there_is_more_and_the_tab_key_reaches_it(at: Any, selector: str) -> None:
    page = at("marks.html")
    paper = (253, 252, 249)
    assert max(edge(page, selector)) < 230
    page.locator(selector).first.focus()
    page.locator(selector).first.evaluate("e => e.style.outline = '0'")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    until(
        page,
        f"(e => e.scrollLeft > 0 && e.scrollLeft + e.clientWidth >= e.scrollWidth - 1)(document.querySelector('{selector}'))",
    )
    near = edge(page, selector)
    assert all(abs(one - other) < 3 for one, other in zip(near, paper, strict=True)), near


def test_a_table_that_fits_has_no_shade(at: Any) -> None:
    page = at("marks.html")
    page.locator(".sg-table").nth(1).scroll_into_view_if_needed()
    page.locator(".sg-table").nth(1).evaluate("e => e.id = 'fits'")
    assert all(abs(one - other) < 3 for one, other in zip(edge(page, "#fits"), (253, 252, 249), strict=True))


def test_the_number_of_a_footnote_is_level_with_its_words(seen: Any) -> None:
    page = seen("marks.html", wide=True)
    number = page.locator(".sg-footnote > sup").evaluate(
        "e => { const range = new Range(); range.selectNodeContents(e); return range.getBoundingClientRect().toJSON() }"
    )
    note = words(page, "Because")
    assert abs(number["top"] - note["top"]) < 3
    assert abs(number["bottom"] - note["bottom"]) < 3


def test_who_comes_by_a_link_sees_a_ring_at_the_badge_and_none_around_the_title(at: Any) -> None:
    page = at("index.html")
    page.goto(page.url.replace("index.html", "nets.html#p2"))
    until(page, "document.activeElement.id == 'p2'")
    ring = "e => getComputedStyle(e).outlineStyle"
    assert page.locator("#p2").evaluate(ring) == "none"
    assert page.locator("#p2 .sg-badge").evaluate(ring) == "solid"


def test_the_numbers_of_the_home_page_lead_to_what_they_count(at: Any) -> None:
    page = at("index.html")
    links = page.locator(".sg-stats a")
    assert links.all_inner_texts() == ["1\nopen question", "1\nfigure", "5\npapers"]
    for number in range(3):
        links.nth(number).click()
        until(page, "document.querySelector('.sg-questions, .sg-gallery, .sg-papers, .sg-question')")
        page.go_back()


def test_keys_are_offered_to_who_may_have_some(at: Any, browser: Any) -> None:
    page = at("rules.html")
    assert page.get_by_role("button", name="Keys").is_visible()
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(page.url)
    until(phone, "document.querySelector('.sg-tool')")
    assert not phone.get_by_role("button", name="Keys").is_visible()
    assert phone.locator(".sg-tools").is_hidden(), "no room is kept for it"

    # what can be done is as high as a finger is wide, and the room kept for it is, too
    phone.goto(page.url.replace("rules", "nets"))
    room = phone.locator(".sg-tools").evaluate("e => e.offsetHeight")
    phone.locator(".sg-more").first.click()

    def lowest(controls: str) -> float:
        heights = phone.locator(controls).evaluate_all("all => all.map((e) => e.getBoundingClientRect().height)")
        return min(height for height in heights if height)

    for control in (".sg-tool", ".sg-more", ".sg-menu__item", ".sg-switch__choice", "a.md-select__link"):
        assert lowest(control) >= 44, control
    assert lowest(".md-header__button") >= 44
    assert phone.locator(".sg-tools").evaluate("e => e.offsetHeight") == room
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.locator(".sg-menu__item", has_text="Slide view").click()
    assert lowest(".sg-show__button") >= 44
    phone.goto(page.url.replace("rules", "papers"))
    until(phone, "document.querySelector('.sg-filters')")
    assert lowest("details.sg-fold > summary, .sg-filters :is(input, select)") >= 44
    context.close()


def test_paper_has_no_shades_and_no_arrows_to_sort_by(at: Any) -> None:
    page = at("marks.html")
    page.emulate_media(media="print")
    for selector in (".sg-table", "div.sg-math"):
        assert page.locator(selector).first.evaluate("e => getComputedStyle(e).backgroundImage") == "none"
    columns = "e => getComputedStyle(e).gridTemplateColumns.split(' ').length"
    assert page.locator(".sg-row").first.evaluate(columns) == 2
    page = at("rules.html")
    assert page.locator(".sg-row").first.evaluate(columns) == 1, "no column is kept for remarks that there are not"
    page = at("nets.html")
    sizes = [
        page.locator(f"article {name}").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        for name in ("h1", "h2", "h3", ".sg-p, p")
    ]
    assert sizes == sorted(sizes, reverse=True), "no heading is larger than the one above it"
    assert len(set(sizes)) == 4
    page = at("papers.html")
    arrow = "e => getComputedStyle(e, '::after').display"
    assert page.locator("th button").first.evaluate(arrow) == "none"


def test_a_paragraph_goes_in_the_direction_of_its_letters_and_an_item_stays_at_its_sign(seen: Any) -> None:
    page = seen("rules.html")
    left = "e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect().left }"
    start = page.locator("h1").evaluate(left)
    assert page.get_by_text("Tie it twice").evaluate(left) == start
    assert page.get_by_text("مع English").evaluate(left) > start + 50
    assert page.locator("article li").evaluate(left) < start + 50


def test_who_asks_for_more_contrast_has_no_quiet_words(at: Any) -> None:
    page = at("nets.html")
    colour = "e => getComputedStyle(e).color"
    place, title = page.locator(".sg-missing__place").first, page.locator("h1")
    assert place.evaluate(colour) != title.evaluate(colour)
    page.emulate_media(contrast="more")
    assert place.evaluate(colour) == title.evaluate(colour)


def test_a_table_takes_the_width_of_a_tablet_and_the_text_above_it_its_measure(at: Any) -> None:
    page = at("marks.html")
    page.set_viewport_size({"width": 900, "height": 800})
    row = page.locator(".sg-row:has(> .sg-notes)", has_text="Words above a table.")
    wide = "e => e.getBoundingClientRect().width"
    assert row.locator(".sg-table").evaluate(wide) > 800
    assert row.get_by_text("Words above a table.").evaluate(wide) <= 640


def test_a_table_takes_the_room_of_its_words_and_is_pressed_together_before_it_scrolls(seen: Any) -> None:
    lines = "e => { const all = new Range(); all.selectNodeContents(e); return all.getClientRects().length }"
    for wide, tall in ((True, 1), (False, 2)):
        page = seen("marks.html", wide=wide)
        table = page.locator(".sg-table", has_text="What it is good for")
        assert table.locator("tbody td").last.evaluate(lines) == tall
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_the_menu_says_by_more_than_a_colour_which_page_is_open(seen: Any) -> None:
    weights = """() => [...document.querySelectorAll(".md-nav--primary > .md-nav__list > .md-nav__item > .md-nav__link")]
        .map((e) => [e, getComputedStyle(e)]).filter(([, style]) => style.display != "none")
        .map(([e, style]) => [e.textContent.trim(), +style.fontWeight])"""
    for wide in (True, False):
        entries = dict(seen("marks.html", wide=wide).evaluate(weights))
        assert entries.pop("Marks") > max(entries.values())


def test_what_is_quiet_on_a_screen_is_no_larger_on_paper_than_the_text(at: Any) -> None:
    page = at("index.html")
    page.emulate_media(media="print")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    text = page.locator("article").evaluate(size)
    assert 12 < text < 13.5
    for quiet in (".sg-deck__facts", ".sg-stats li"):
        assert page.locator(quiet).first.evaluate(size) < text


def test_the_name_of_a_venue_is_whole_beside_the_years_of_the_papers(at: Any) -> None:
    page = at("papers.html", wide=True)
    drawing = box(page, ".sg-timeline svg")
    years = box(page, ".sg-timeline line")
    name = page.locator(".sg-tl-band", has_text="ACM Computing Surveys")
    place = name.evaluate("e => e.getBoundingClientRect().toJSON()")
    assert drawing["left"] <= place["left"] < place["right"] < years["left"]
    others = page.locator(".sg-tl-band:visible").evaluate_all(
        "all => all.map((e) => e.getBoundingClientRect().toJSON())"
    )
    assert all(one["bottom"] <= other["top"] for one, other in pairwise(others)), "no name runs into the next"


def test_a_slide_that_is_shown_alone_has_no_ring(at: Any) -> None:
    page = at("nets.html", wide=True)
    page.locator(".sg-tool").first.wait_for()
    page.keyboard.press("s")
    page.locator("dialog .sg-slide-title").wait_for()
    page.keyboard.press("ArrowRight")
    until(page, "document.activeElement.id == 'p2'")
    rings = "e => [e, e.querySelector('.sg-badge')].map((one) => getComputedStyle(one).outlineStyle)"
    assert page.locator("dialog .sg-slide-title").evaluate(rings) == ["none", "none"]


def test_a_paragraph_in_the_first_column_of_a_paper_table_runs_over_no_other_cell(seen: Any) -> None:
    page = seen("marks.html", wide=True)
    cell = page.locator("td.sg-p-id", has_text="A paragraph")
    assert cell.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    short = page.locator("td.sg-p-link", has_text="论文")
    assert short.evaluate("e => e.scrollWidth <= e.clientWidth + 1 && e.firstElementChild.getClientRects().length") == 1
