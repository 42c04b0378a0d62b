from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.browser.search_site import NOTES, write_index
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

INPUT = "[data-md-component=search-query]"
META = ".md-search-result__meta"


@pytest.fixture(scope="session")
def site(search_site: Path) -> Path:
    return search_site


@pytest.fixture(scope="module", params=["http", "file"])
def search(
    request: pytest.FixtureRequest, site: Path, serve: Callable[[Path], str], browser: Any
) -> Callable[[str], dict]:
    base = serve(site) if request.param == "http" else site.as_uri()
    page = browser.new_page()
    foreign = []
    page.on("request", lambda sent: foreign.append(sent.url) if not sent.url.startswith((base, "data:")) else None)
    page.goto(f"{base}/video/motion.html")
    page.locator(INPUT).focus()
    # the answer to the empty query, once the index is there, must not pass for that to the first question
    page.wait_for_selector(f"{META} >> text=Type to start searching")

    def ask(query: str) -> dict[str, str]:
        """Type as a reader does, and read the hits: address → HTML of title and teaser."""
        page.locator(INPUT).focus()
        page.evaluate("document.querySelector('.md-search-result__list').innerHTML = '<li data-old>'")
        page.locator(INPUT).fill(f"{query} ")  # never the same query twice: Material skips those
        until(page, "!document.querySelector('[data-old]')")
        hits = page.eval_on_selector_all(
            "a.md-search-result__link", "all => all.map(a => [a.href, a.innerHTML, a.firstChild.dataset.mdScore])"
        )
        assert not foreign
        return {unquote(href.removeprefix(f"{base}/")): html for href, html, score in hits if float(score) > 0}

    ask.page = page
    return ask


def fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().replace("ς", "σ")
    text = re.sub(r"(?<=[\u4e00-\u9fff])\n(?:> )?(?=[\u4e00-\u9fff])", "", text)
    return re.sub(r"\$.*?\$", "", text)


def scan(*terms: str) -> set[str]:
    """The slides and sections whose notes hold all terms: Chinese anywhere, other words from their start."""
    found = set()
    for path, note in NOTES.items():
        anchor = ""
        for part in re.split(r"^(?=P\d+$|## )", note, flags=re.MULTILINE):
            if head := re.match(r"P(\d+)$", part, re.MULTILINE):
                anchor = f"#p{head[1]}"
            elif path == "image/plain" and part.startswith("## "):
                anchor = "#attention-maps"
            texts = [fold(part)] if part else []
            if part.startswith("##") and path != "image/plain":
                texts.append(anchor)
            if anchor == "" or "P" in part[:1] or part.startswith("##"):
                found |= {(f"{path}.html{anchor}", text) for text in texts}
    slides: dict[str, str] = {}
    for address, text in found:
        slides[address] = f"{slides.get(address, '')}\n{text}"
    return {
        address
        for address, text in slides.items()
        if all(re.search(r"(?<![a-z0-9])" * term[0].isascii() + re.escape(fold(term)), text) for term in terms)
    }


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("时序", ["时序"]),
        ("时", ["时"]),
        ("超分", ["超分"]),
        ("文生图", ["文生图"]),
        ("注意力", ["注意力"]),
        ("时序一致性", ["时序一致性"]),
        ("temporal attention", ["temporal", "attention"]),
        ("TEMPOR", ["tempor"]),
        ("attention　时序", ["attention", "时序"]),
        ('"video diffusion"', ["video diffusion"]),
        ("“video diffusion”", ["video diffusion"]),
        ("TinyMotion", ["tinymotion"]),
        ("96", ["96"]),
        ("fine print", ["fine", "print"]),
        ("strasse", ["strasse"]),
        ("σίσυφος", ["σίσυφοσ"]),
        ("aigc视频", ["aigc视频"]),
        ("consistency", ["consistency"]),
    ],
)
def test_finds_exactly_what_a_plain_scan_finds(search: Callable[[str], dict], query: str, terms: list[str]) -> None:
    expected = scan(*terms)
    assert expected
    assert set(search(query)) == expected


def test_filters(search: Callable[[str], dict]) -> None:
    assert set(search("kind:question")) == {"video/motion.html#p13"}
    assert set(search("类型：open")) == {"video/motion.html#p13"}
    assert set(search("kind:question consistency")) == set()
    assert set(search("deck:image attention")) == {"image/plain.html#attention-maps"}
    assert set(search("deck:odd needle")) == {"image/c# 100%.html#p1"}


def test_formulas_are_no_words(search: Callable[[str], dict]) -> None:
    assert search("secrettex") == {}
    assert search("alpha") == {}


def test_best_hit_first_and_words_marked(search: Callable[[str], dict]) -> None:
    hits = list(search("attention").items())
    # a title outranks an annotation, an annotation a transcript
    assert [address for address, _ in hits if address.startswith("video")] == [
        f"video/motion.html#p{number}" for number in (15, 12, 14)
    ]
    assert "P15 · <mark>attention</mark>" in hits[0][1]
    assert "<mark>９６</mark>" in search("96")["video/motion.html#p12"]


def test_number_of_a_slide(search: Callable[[str], dict]) -> None:
    assert "video/motion.html#p13" in search("13")
    assert "video/motion.html#p13" in search("p13")


def test_author_text_is_never_markup(search: Callable[[str], dict]) -> None:
    html = search("alert")["video/motion.html#p14"]
    assert "&lt;script&gt;<mark>alert</mark>(1)" in html
    assert search.page.locator(".md-search-result script").count() == 0


@pytest.mark.parametrize(
    "query", [".*", "(?:[", "\\", "😀", "<b>x</b>", "&amp;", "kind:", '"', "a" * 10_000, "\ud800", "词 " * 5000]
)
def test_odd_queries(search: Callable[[str], dict], query: str) -> None:
    found = search(query)
    assert (set(found) == {"video/motion.html#p14"}) == (query == "😀")
    assert search("超分")  # still alive


def test_a_teaser_shows_as_many_of_the_words_as_it_can(search: Callable[[str], dict]) -> None:
    teaser = search("来自 consistency")["video/motion.html#p12"]
    assert re.findall("<mark>(.*?)</mark>", teaser) == ["来自", "Consistency"]
    assert "<mark>Frames</mark>" in search("注意 frames")["video/motion.html#p12"]


def test_many_hits_fold_away_but_none_is_lost(search: Callable[[str], dict]) -> None:
    assert len(search("repeated")) == 12
    assert search.page.locator("details.md-search-result__more").count() == 1


def test_no_index_before_somebody_searches(site: Path, serve: Callable[[Path], str], page: Any) -> None:
    urls: list[str] = []
    page.on("request", lambda sent: urls.append(sent.url))
    page.goto(f"{serve(site)}/index.html", wait_until="networkidle")
    assert not [url for url in urls if "slides-" in url]
    page.locator(INPUT).focus()
    page.wait_for_selector("link[data-search-index]", state="attached")


def test_input_methods_do_not_search_half_typed_words(site: Path, page: Any) -> None:
    page.goto(f"{site.as_uri()}/index.html")
    page.locator(INPUT).focus()
    page.wait_for_selector(f"{META} >> text=Type to start searching")
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "repe", "selectionStart": 4, "selectionEnd": 4})
    page.keyboard.up("e")
    page.wait_for_timeout(300)
    assert page.locator("a.md-search-result__link").count() == 0
    client.send("Input.insertText", {"text": "时序"})
    page.wait_for_selector("a.md-search-result__link")


def test_the_key_that_chooses_a_word_of_an_input_method_leads_nowhere(site: Path, page: Any) -> None:
    page.goto(f"{site.as_uri()}/index.html")
    page.locator(INPUT).fill("时序")
    page.locator(INPUT).press("End")
    page.wait_for_selector("a.md-search-result__link")
    client = page.context.new_cdp_session(page)
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter"}
    client.send("Input.dispatchKeyEvent", {**enter, "windowsVirtualKeyCode": 229})
    page.wait_for_timeout(300)
    assert page.url.endswith("/index.html")
    client.send("Input.dispatchKeyEvent", {**enter, "windowsVirtualKeyCode": 13})
    page.wait_for_url("**/motion.html")


@pytest.fixture
def own_site(search_site: Path, tmp_path: Path) -> Path:
    """A copy of the site for who takes something out of it."""
    return Path(shutil.copytree(search_site, tmp_path / "x"))


def test_index_that_is_gone_says_so(own_site: Path, page: Any) -> None:
    for shard in (own_site / "search").glob("slides-*.js"):
        shard.unlink()
    page.goto(f"{own_site.as_uri()}/index.html")
    page.locator(INPUT).fill("word")
    page.wait_for_selector("text=The search index could not be loaded.")


def test_answers_come_shard_by_shard(own_site: Path, page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slidegloss.site.searchindex.SHARD_BYTES", 100)
    shutil.rmtree(own_site / "search")
    write_index(own_site, {name: f"# {name}\n\nword\n" for name in "abcdef"})
    assert len(list((own_site / "search").glob("slides-*.js"))) > 1
    page.goto(f"{own_site.as_uri()}/index.html")
    page.locator(INPUT).fill("word")
    until(page, f"document.querySelector('{META}').textContent.startsWith('6 ')")
