"""How pages read: the length of lines, what stands beside what, and where lines may break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from slidegloss.pipeline.phases import Options, build
from tests.browser.waiting import until
from tests.sites.command import write

pytestmark = pytest.mark.browser

CONFIG = "site_name: Reading\nextra:\n  slidegloss:\n    languages: [en, zh]\n"
ENGLISH = "A rope is held by its own turns, and whoever ties it learns this with the first pull on the end of it. " * 4
HAN = "绳子靠自己的圈数来固定，系绳子的人拉一下就会明白这一点，不需要任何解释。" * 4
CODE = "knot --turns 3 --around the-post-at-the-end-of-the-quay      three turns around the post at the quay"
DECK = f"""# Ropes

# 1 Hitches

P1
## 一个中文标题

![](../../assets/rope.png)

{ENGLISH}

{HAN}

> ✅ {HAN[:37]}

P2
## Of code

Write `--help`, then `--no-cache` or `a-knot` and `--turns-around-a-post` and `--help` with `--no-cache`.

```
{CODE}
```

P3
## Of formulas

长度是 $T+H+W$，宽度是 $a+b$。高度（$x+y$）也一样，“$c+d$”则不是，后面是 $u+v$；再看 $p+q$、$r+s$。

> ❓ 为什么？
"""
PAPERS = """- key: tamm2020
  title: A Rope That Holds Itself over Many Long Winters
  authors: [Tamm, Moreau]
  venue: ICCV
  year: 2020
- key: moreau2021
  title: "ROPE: What Else Holds a Boat"
  short: ROPE
  authors: [Moreau]
  year: 2021
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typography")
    files = {"mkdocs.yml": CONFIG, "docs/notes/ropes.md": DECK, "docs/papers/p.yml": PAPERS}
    files["docs/notes/short.md"] = "# Short\n\nP1\n\n> ✅ 好。\n> en: Good.\n"
    write(folder / "book", files)
    (folder / "book" / "assets").mkdir()
    Image.new("RGB", (1280, 720), "teal").save(folder / "book" / "assets" / "rope.png")
    built = build(folder / "book", Options(out=folder / "site"))
    assert built.site is not None, built.failures
    return built.site


@pytest.fixture
def at(site: Path, page: Any) -> Any:
    """A function that opens a page of the book in a window of some width."""

    def go(name: str, width: int) -> Any:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto((site / name).as_uri())
        return page

    return go


LINES = """e => {
    const lines = [], range = document.createRange(), texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT)
    let top
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        for (let at = 0; at < node.data.length; at++) {
            range.setStart(node, at)
            range.setEnd(node, at + 1)
            const place = range.getClientRects()[0]
            if (!place) continue
            if (top === undefined || place.top > top + 8) { lines.push(""); top = place.top }
            lines[lines.length - 1] += node.data[at]
        }
    }
    return lines
}"""
PLACE = "e => e.getBoundingClientRect().toJSON()"


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1440, 1920])
def test_lines_are_as_long_as_eyes_follow_them(at: Any, width: int) -> None:
    page = at("ropes.html", width)
    for start, least, most in (("A rope is held", 35, 80), ("绳子靠自己", 20, 40)):
        lines = page.locator(".sg-main p", has_text=start).first.evaluate(LINES)
        longest = max(len(line.rstrip()) for line in lines)
        assert least <= longest <= most, lines


def test_in_the_slide_view_lines_are_no_longer(at: Any) -> None:
    page = at("ropes.html", 1440)
    page.locator(".sg-tool").first.wait_for()
    page.keyboard.press("s")
    text = page.locator("dialog p", has_text="A rope is held").first
    text.wait_for()
    assert max(map(len, text.evaluate(LINES))) <= 85


@pytest.mark.parametrize(("width", "beside"), [(390, False), (768, False), (1024, True), (1180, True), (1440, True)])
def test_remarks_stand_beside_the_slide_where_there_is_room(at: Any, width: int, beside: bool) -> None:  # noqa: FBT001
    page = at("ropes.html", width)
    figure, note = (page.locator(f"#p1-{name}").evaluate(PLACE) for name in ("f1", "a1"))
    assert (note["left"] > figure["right"]) == beside
    assert (abs(note["top"] - figure["top"]) < 8) == beside
    assert figure["width"] > (600 if width > 600 else 340)
    assert note["width"] > 240


@pytest.mark.parametrize("width", [390, 700, 960, 1024, 1220, 1440, 1600, 2000])
def test_a_browser_is_told_how_wide_a_figure_will_be(at: Any, width: int) -> None:
    told, shown = (
        at("ropes.html", width)
        .locator("#p1-f1 img")
        .evaluate(
            r"""e => {
            const [, size] = e.sizes.split(/, (?![^(]*\))/).map((one) => one.match(/^(?:(\([^)]*\)) )?(.*)$/)).map(([, when, size]) =>
                [!when || matchMedia(when).matches, size]).find(([fits]) => fits)
            const probe = document.body.appendChild(document.createElement("div"))
            probe.style.width = /^\d/.test(size) ? size : `calc(${size})`
            return [probe.getBoundingClientRect().width, e.getBoundingClientRect().width]
        }"""
        )
    )
    assert abs(told - shown) <= 2


def test_an_option_is_not_torn_behind_its_hyphens(at: Any) -> None:
    page = at("ropes.html", 1440)
    sentence = page.locator("p", has_text="Write --help")
    assert sentence.locator("code").count() == 6
    for width in range(240, 600, 14):
        sentence.evaluate("(e, width) => { e.style.width = `${width}px` }", width)
        parts = sentence.locator("code").evaluate_all("all => all.map((e) => e.getClientRects().length)")
        assert set(parts) == {1}, width
        assert sentence.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_code_takes_the_room_that_no_remark_needs(at: Any) -> None:
    page = at("ropes.html", 1440)
    code = page.locator("pre > code").first
    assert code.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.locator("p", has_text="Write --help").evaluate(PLACE)["width"] <= 640
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "it scrolls in its own box"


def test_no_line_begins_with_the_stop_behind_a_formula(at: Any) -> None:
    page = at("ropes.html", 1440)
    text = page.locator("p", has_text="长度是")
    for width in range(150, 500, 6):
        text.evaluate("(e, width) => { e.style.width = `${width}px` }", width)
        begins = text.evaluate(
            """e => {
                const left = e.getBoundingClientRect().left, range = document.createRange(), found = []
                const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT)
                for (let node = texts.nextNode(); node; node = texts.nextNode()) {
                    for (let at = 0; at < node.data.length; at++) {
                        range.setStart(node, at)
                        range.setEnd(node, at + 1)
                        const place = range.getClientRects()[0]
                        if (place && Math.abs(place.left - left) < 3) found.push(node.data[at])
                    }
                }
                return found
            }"""
        )
        assert not set(begins) & set("，。；、）”"), (width, begins)


def test_a_chinese_title_on_an_english_page_has_the_lines_of_a_title(at: Any) -> None:
    page = at("ropes.html", 390)
    heights = page.locator("#p1").evaluate(
        "e => [e, e.querySelector('[lang|=zh]')].map((one) => parseFloat(getComputedStyle(one).lineHeight))"
    )
    assert heights[0] == heights[1]


def test_a_heading_stands_near_the_slide_that_it_heads(at: Any) -> None:
    page = at("ropes.html", 1440)
    heading, slide = (page.locator(name).evaluate(PLACE) for name in ("h2 >> nth=0", "#p1"))
    assert slide["top"] - heading["bottom"] < 30
    above = page.locator("#p1-a1").evaluate(PLACE)["bottom"]
    assert page.locator("#p2").evaluate(PLACE)["top"] - above > 40, "and apart from the slide before"


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_what_a_card_counts_is_one_line_each_and_no_line_begins_or_ends_with_a_dot(at: Any, edition: str) -> None:
    page = at(f"{edition}index.html", 1440)
    facts = page.locator(".sg-deck__facts").first
    assert facts.locator("span").count() >= 3
    for width in range(200, 360, 8):
        page.locator(".sg-decks").evaluate("(e, width) => { e.style.width = `${width}px` }", width)
        left, right = facts.evaluate("e => { const p = e.getBoundingClientRect(); return [p.left, p.right] }")
        rows: dict[int, list[dict[str, float]]] = {}
        for place in facts.locator("span").evaluate_all(
            "all => all.map((e) => { const r = new Range(); r.selectNodeContents(e); return r.getBoundingClientRect().toJSON() })"
        ):
            rows.setdefault(round(place["top"]), []).append(place)
        for row in rows.values():
            assert abs(row[0]["left"] - left) < 1, "the dot before it is cut off"
            assert row[-1]["right"] <= right + 1
            assert all(place["height"] < 30 for place in row)


def test_shares_of_translations_line_up(at: Any) -> None:
    page = at("coverage.html", 1440)
    assert page.locator("h1 + div p").evaluate(PLACE)["width"] <= 640
    bars = (
        page.locator(".sg-coverage >> nth=0")
        .locator("progress")
        .evaluate_all("all => all.map((e) => e.getBoundingClientRect().left)")
    )
    assert len(bars) == 3
    assert len(set(bars)) == 1
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".sg-coverage").first.evaluate("e => e.scrollWidth <= e.clientWidth"), "a phone shows all of it"
    row = page.locator(".sg-coverage tbody tr").first
    name, *numbers = [cell.evaluate(PLACE) for cell in row.locator("th, td").all()]
    head = [cell.evaluate(PLACE) for cell in page.locator(".sg-coverage >> nth=0").locator("thead th").all()][1:]
    assert all(number["top"] >= name["bottom"] - 1 for number in numbers), "a note above its numbers"
    for number, above in zip(numbers, head, strict=True):
        assert abs(number["right"] - above["right"]) < 1, "each below its name"


def test_search_names_a_paper_by_its_whole_title_and_says_who_wrote_it(at: Any) -> None:
    page = at("index.html", 1440)
    page.keyboard.press("/")
    page.locator("[data-md-component=search-query]").type("rope holds")
    until(page, "document.querySelectorAll('.md-search-result__item').length > 1")
    hits = page.locator(".md-search-result__item").all_inner_texts()
    long, short = (next(hit for hit in hits if hit.lstrip().startswith(name)) for name in ("A Rope That", "ROPE"))
    assert long.split("\n")[0] == "A Rope That Holds Itself over Many Long Winters"
    assert "Tamm, Moreau, ICCV 2020" in long
    assert "What Else Holds a Boat" in short
