"""Search in sites as slidegloss builds them: a book of bad input, and the corpus against a plain scan of its notes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from slidegloss.pipeline.phases import Options, build
from tests.browser.marionette import Firefox
from tests.browser.plain_scan import Slide, questions, scan
from tests.conftest import CorpusBuilt

pytestmark = pytest.mark.browser

INPUT = "[data-md-component=search-query]"
HOST = ("http://127.0.0.1:", "file:", "data:", "blob:", "about:")

ASK = """async (query) => {
  const { base, search } = JSON.parse(document.getElementById("__config").textContent)
  const root = new URL(base + "/", location.href).href
  if (!window.asked) {
    window.asked = new Worker(new URL(search, location.href).href)
    const data = window.__index ?? await new Promise((ok) => {
      const script = document.createElement("script")
      script.src = root + "search/search_index.js"
      script.onload = () => ok(__index)
      document.head.append(script)
    })
    await new Promise((ok) => { window.asked.onmessage = ok; window.asked.postMessage({type: 0, data: {...data, options: {}}}) })
  }
  return new Promise((ok) => {
    window.asked.addEventListener("message", ({data}) =>
      ok(data.data.items.flat().filter((hit) => hit.score > 0).map((hit) => hit.location)), {once: true})
    window.asked.postMessage({type: 2, data: query})
  })
}"""


def found(page: Any, query: str) -> set[Slide]:
    """Ask the worker as Material does; what was found apart from the papers' own pages, as the scan names it."""
    return named(page.evaluate(ASK, query))


def named(addresses: list[str]) -> set[Slide]:
    slides = set()
    for address in addresses:
        path, _, anchor = unquote(address).partition("#")
        if not path.startswith("papers/"):
            slides.add((path, anchor if re.fullmatch(r"p\d+[a-z]?(-\d+)?", anchor) else ""))
    return slides


# --- the corpus -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def corpus_site(corpus_built: CorpusBuilt) -> Path:
    """The corpus without its figures, which say nothing that search could find."""
    return corpus_built.site


@pytest.fixture(scope="session")
def corpus_notes(corpus: Path) -> dict[str, str]:
    """The notes by their page; the name that the table of contents gives a page stands at its beginning."""
    source = corpus / "src"
    summary = (source / "SUMMARY.md").read_text(encoding="utf-8")
    names = {unquote(path): name for name, path in re.findall(r"\[([^\]]+)\]\(([^)]+\.md)\)", summary)}
    notes = {}
    for path in source.rglob("*.md"):
        name = path.relative_to(source)
        if name.name != "SUMMARY.md":
            text = path.read_text(encoding="utf-8")
            notes[name.with_suffix(".html").as_posix()] = f"{names.get(name.as_posix(), '')}\n{text}"
    return notes


@pytest.fixture(scope="session")
def wanted(corpus_notes: dict[str, str]) -> dict[str, set[Slide]]:
    """What each query finds, by a scan that knows nothing of the program (and takes two seconds)."""
    found = {
        query: scan(corpus_notes, *terms)
        for query, terms in {
            "时序": ["时序"],
            "超分": ["超分"],
            "文生图": ["文生图"],
            "注意力": ["注意力"],
            "时序一致性": ["时序一致性"],
            "temporal attention": ["temporal", "attention"],
            '"video diffusion"': ["video diffusion"],
            "MCDiff": ["mcdiff"],
            "fMRI": ["fmri"],
            # in this book attention is always written in English; so here is more of Chinese, and of both
            "帧": ["帧"],
            "扩散模型": ["扩散模型"],
            "帧 attention": ["帧", "attention"],
            "噪声 Diffusion": ["噪声", "diffusion"],
            "ＤＤＩＭ": ["ddim"],
            "cross-attention": ["cross-attention"],
        }.items()
    }
    assert [query for query, slides in found.items() if not slides] == ["注意力"]
    asked = questions(corpus_notes)
    assert len(asked) > 20
    return found | dict.fromkeys(("kind:question", "kind:问题", "类型：疑问"), asked)


@pytest.mark.corpus
@pytest.mark.parametrize(("protocol", "start"), [("http", "zh/index.html"), ("file", "index.html")])
def test_search_finds_exactly_the_slides_that_a_plain_scan_finds(
    corpus_site: Path, wanted: dict[str, set[Slide]], serve: Callable[[Path], str], page: Any, protocol: str, start: str
) -> None:
    page.goto(f"{serve(corpus_site) if protocol == 'http' else corpus_site.as_uri()}/{start}")
    for query, slides in wanted.items():
        assert found(page, query) == slides, query


@pytest.mark.corpus
def test_firefox_finds_exactly_the_same(
    corpus_site: Path, wanted: dict[str, set[Slide]], serve: Callable[[Path], str], firefox_window: Firefox
) -> None:
    for base, start in ((serve(corpus_site), "zh/index.html"), (corpus_site.as_uri(), "index.html")):
        firefox_window.goto(f"{base}/{start}")
        for query, slides in wanted.items():
            assert named(firefox_window.run(f"return ({ASK})(args[0])", query)) == slides, query


@pytest.mark.corpus
def test_no_page_calls_another_host(corpus_site: Path, serve: Callable[[Path], str], page: Any) -> None:
    """A sample of the pages, every kind among them; with ALL_PAGES=1 all of them (six minutes)."""
    base, urls = serve(corpus_site), []
    page.on("request", lambda request: urls.append(request.url))
    pages = sorted(path.relative_to(corpus_site).as_posix() for path in corpus_site.rglob("*.html"))
    if not os.environ.get("ALL_PAGES"):
        made = [name for name in pages if "/" not in name.removeprefix("zh/")]
        pages = sorted({*made[:12], *pages[::80]})
    for name in pages:
        page.goto(f"{base}/{name}")
    assert len(urls) > 3 * len(pages)
    assert [url for url in urls if not url.startswith(HOST)] == []


# --- bad input --------------------------------------------------------------------------------------------------------

NASTY = {
    "a.md": '# A </script> "q" & <b>bold</b> <!-- {{ x }}\n\nP1\n\n## S </script><!-- \u2028 end\n\n'
    "We </script> <!-- see \u2028 that 时序 works.\n\n> ❓ why </script><!-- ?\n\nP2\n\nthe last words\n",
    "long.md": "# Long\n\nP1\n\n" + "word 超分 " * 90_000 + "\n",
    "b#1 100%/c.md": "# Sharp\n\nP1\n\n## Needle\n\nin a haystack\n",
}
SURROGATE = b"# Half\n\nP1\n\nlone \xed\xa0\x80 surrogate\n"


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad #1 100% 输入")
    for name, text in NASTY.items():
        path = folder / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "notes/half.md").write_bytes(SURROGATE)
    built = build(folder / "notes", Options(out=folder / "site"))
    assert built.site is not None, [failure.log[-2000:] for failure in built.failures]
    return built.site


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_bad_notes_neither_break_the_page_nor_the_search(
    nasty: Path, serve: Callable[[Path], str], page: Any, protocol: str
) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    base = serve(nasty) if protocol == "http" else nasty.as_uri()
    page.goto(f"{base}/a.html")
    assert page.get_by_text("the last words").is_visible()
    assert page.locator("footer").count() > 0  # a comment that stays open would have swallowed it
    assert found(page, "时序") == {("a.html", "p1")}
    assert found(page, "超分") == {("long.html", "p1")}
    assert found(page, "surrogate") == {("half.html", "p1")}
    assert found(page, "kind:question") == {("a.html", "p1")}
    for query in (".*", "(?:[", "\\", "😀", "a" * 10_000, "时" * 10_000, "\u2028"):
        assert found(page, query) == set(), query
    assert faults == []


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_a_hit_in_an_odd_place_is_reached(nasty: Path, serve: Callable[[Path], str], page: Any, protocol: str) -> None:
    page.goto(f"{serve(nasty) if protocol == 'http' else nasty.as_uri()}/index.html")
    page.locator(INPUT).focus()
    page.locator(INPUT).fill("needle")
    page.locator("a.md-search-result__link", has_text="Needle").first.click()
    page.wait_for_url("**/c.html*#p1")
    assert page.get_by_role("heading", name="Needle").is_visible()
