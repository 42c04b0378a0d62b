"""Every kind of page meets the Content-Security-Policy, sent as a header or carried by the page, on a server and on a disk."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from slidegloss.pipeline.phases import Options, build
from tests.browser.marionette import Firefox
from tests.browser.waiting import until
from tests.sites.command import write

pytestmark = pytest.mark.browser

NOTE = """# Fields

P1

## Shape

![](../../assets/wide.png)

It holds that $x^2$, see \u201cLearned Fields for Motion\u201d, arXiv 2023.

> \u2705 \u573a\u66f4\u5bb9\u6613\u5b66\u4e60\u3002
> en: A field is easier to learn.
> \u2753 \u573a\u53ef\u4ee5\u4e0d\u8fde\u7eed\u5417\uff1f

P2

## Drawn

```mermaid
flowchart LR
  lamp --> light
```

```python
print("light")
```

| a | b |
|---|---|
| 1 | <b style="color:red">2</b> |
"""
PAPER = "- key: fields\n  title: Learned Fields for Motion\n  year: 2023\n  venue: arXiv\n  authors: [A. Writer]\n"
PAGES = (
    *("index.html", "fields.html", "questions.html", "papers.html", "papers/fields.html", "figures.html"),
    *("coverage.html", "zh/papers.html", "404.html", "zh/fields.html", "zh/index.html"),
)
WATCH = """
  addEventListener("securitypolicyviolation", event => {
    const said = `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`
    window.__refused = [...(window.__refused || []), said]
  })
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A function that builds the book with some settings; each kind once."""
    root = tmp_path_factory.mktemp("policy")

    @functools.cache
    def made(settings: str = "") -> Path:
        folder = root / f"book{len(list(root.iterdir()))}"
        (folder / "assets").mkdir(parents=True)
        Image.new("RGB", (1600, 500), "teal").save(folder / "assets" / "wide.png")
        config = f"site_name: Fields\nextra:\n  slidegloss:\n    languages: [en, zh]\n{settings}"
        write(folder, {"mkdocs.yml": config, "docs/notes/fields.md": NOTE, "docs/papers/a.yml": PAPER})
        built = build(folder, Options(out=folder / "out"))
        assert built.site is not None, built.diagnostics
        return built.site

    return made


@pytest.fixture(scope="module")
def with_header(book: Any) -> Iterator[str]:
    """Serve the book without a policy in its pages, every answer with the headers of its `_headers`."""
    site = book("    policy: false\n")
    lines = (site / "_headers").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "/*"
    headers = [line.strip().split(": ", 1) for line in lines[1:]]

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            for name, value in headers:
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site))) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module", params=["header", "page", "disk"])
def home(request: Any, book: Any, serve: Any) -> str:
    if request.param == "header":
        address: str = request.getfixturevalue("with_header")
        return address
    return serve(book()) if request.param == "page" else book().as_uri()


def test_no_page_does_what_the_policy_forbids(page: Any, home: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(WATCH)
    for path in PAGES:
        page.goto(f"{home}/{path}")
        page.wait_for_load_state("load")
        assert (path, page.evaluate("window.__refused || []"), complaints) == (path, [], [])

    page.goto(f"{home}/fields.html")
    page.locator(".sg-mermaid__drawing svg").wait_for()
    page.locator("[data-md-component=search-query]").fill("shape")
    page.locator("[data-md-component=search-query]").press("End")
    page.locator(".md-search-result__item a[href*='fields.html']").first.wait_for()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.locator(".sg-tool").first.wait_for()
    page.keyboard.press("s")
    page.locator("dialog.sg-show[open]").wait_for()
    page.keyboard.press("Escape")
    # what the slide view does when it is closed comes in a later task, and sets the address
    until(page, "!document.documentElement.classList.contains('sg-showing')")
    page.goto(f"{home}/fields.html#p2")
    edition = page.locator("a[data-sg-edition]").last
    edition.focus()
    assert edition.get_attribute("href").endswith("zh/fields.html#p2")
    assert (page.evaluate("window.__refused || []"), complaints) == ([], [])


def test_colours_chosen_are_there_before_the_page_is_painted(page: Any, book: Any, serve: Any) -> None:
    home = serve(book())
    page.goto(f"{home}/fields.html")
    page.evaluate("""() => __md_set("__palette", {color: {media: "(prefers-color-scheme: dark)", scheme: "slate"}})""")
    page.route("**/bundle.*.min.js", lambda route: route.abort())  # Material's script would do it too, but late
    page.goto(f"{home}/zh/fields.html")
    assert page.evaluate("__md_scope.pathname") == "/zh/"
    page.goto(f"{home}/papers/fields.html")
    assert page.evaluate("__md_scope.pathname") == "/"
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_a_script_that_came_into_a_page_does_not_run(page: Any, book: Any, tmp_path: Path, serve: Any) -> None:
    site = tmp_path / "site"
    shutil.copytree(book(), site)
    deck = site / "fields.html"
    text = deck.read_text(encoding="utf-8")
    deck.write_text(
        text.replace("</article>", "<script>window.__ran = 1</script><img src=x onerror='__ran = 1'></article>")
    )
    for home in (serve(site), site.as_uri()):
        page.goto(f"{home}/fields.html")
        page.locator(".sg-tool").first.wait_for()
        assert page.evaluate("window.__ran") is None


def test_pages_hold_no_script_and_the_header_needs_no_hash(book: Any) -> None:
    site = book()
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(PAGES)
    for path in pages:
        inside = re.findall(r"<script(?![^>]*(?: src=|application/json))[^>]*>", path.read_text(encoding="utf-8"))
        assert (path.name, inside) == (path.name, [])
    assert "sha256" not in (site / "_headers").read_text(encoding="utf-8")


def test_firefox_meets_it_on_a_disk_too(book: Any, firefox_window: Firefox) -> None:
    firefox_window.goto(f"{book().as_uri()}/fields.html")
    drawn = """
      for (let n = 0; n < 200 && !document.querySelector(".sg-mermaid__drawing svg, .sg-tool"); n++)
        await new Promise(ok => setTimeout(ok, 50))
      return [!!document.querySelector(".sg-tool"), typeof __md_scope, getComputedStyle(document.body).margin]
    """
    assert firefox_window.run(drawn) == [True, "object", "0px"]


def test_no_page_waits_for_the_script_of_its_diagrams(page: Any, book: Any, serve: Any) -> None:
    page.route("**/mermaid.min.js", lambda _: None)  # it never comes
    page.goto(f"{serve(book())}/fields.html#drawn", wait_until="domcontentloaded", timeout=10_000)
    expect(page.locator("#drawn")).to_be_in_viewport()
    page.locator(".sg-tool").first.wait_for()
    page.unroute_all()


def test_a_code_blocks_buttons_are_not_printed(page: Any, book: Any) -> None:
    page.goto(f"{book().as_uri()}/fields.html")
    expect(page.locator(".md-code__nav").last).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".md-code__nav").last).to_be_hidden()
    expect(page.get_by_text('print("light")')).to_be_visible()
