from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.marionette import Firefox

pytestmark = pytest.mark.browser

ASK = """
const [query] = args
const input = document.querySelector("[data-md-component=search-query]")
const list = document.querySelector(".md-search-result__list")
input.focus()
list.innerHTML = "<li data-old>"
input.value = query
input.dispatchEvent(new InputEvent("input", {bubbles: true}))
// the list is also redrawn, empty, when the index has come: every question here has a hit, so wait for one
const hit = () => [...document.querySelectorAll("a.md-search-result__link")].some(a => a.firstChild.dataset.mdScore > 0)
for (let n = 0; n < 400 && !hit(); n++) await new Promise(ok => setTimeout(ok, 50))
const hosts = performance.getEntriesByType("resource").map(e => e.name).filter(n => /^https?:/.test(n) && new URL(n).host !== location.host)
return [hosts, [...document.querySelectorAll("a.md-search-result__link")]
  .filter(a => a.firstChild.dataset.mdScore > 0).map(a => a.href.split("/").pop())]
"""


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_firefox_searches_too(
    firefox_window: Firefox, search_site: Path, serve: Callable[[Path], str], protocol: str
) -> None:
    base = serve(search_site) if protocol == "http" else search_site.as_uri()
    firefox_window.goto(f"{base}/video/motion.html")
    for query, slides in {
        "时序": {"motion.html", "motion.html#p12", "motion.html#p13"},
        "temporal attention": {"motion.html#p12", "motion.html#p14"},
        "kind:question": {"motion.html#p13"},
    }.items():
        foreign, found = firefox_window.run(ASK, query)
        assert foreign == []
        assert {
            address.replace("?h=" + address.partition("?h=")[2].partition("#")[0], "") for address in found
        } == slides
