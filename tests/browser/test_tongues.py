"""Each title says which language it is in, wherever a list shows it: WCAG 3.1.2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

MISSPOKEN = """() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node; (node = texts.nextNode()); ) {
        const around = node.parentElement, text = node.data.trim()
        if (around.closest("script, style, math, pre, code, datalist, .sg-p-authors, small")) continue
        const lang = around.closest("[lang]").getAttribute("lang"), han = /\\p{sc=Han}/u.test(text)
        const words = text.match(/\\b[A-Za-z]?[a-z]+\\b/g) ?? []
        if (lang.startsWith("en") ? han : !han && words.length > 1) found.push(text)
    }
    return found.filter((text) => text !== "Reading group" && !text.startsWith("http"))
}"""
"""The texts of a page whose script is not that of the language said around them, but for the name of the book."""


@pytest.mark.parametrize("edition", ["", "zh/"])
@pytest.mark.parametrize("name", ["index", "fields", "method", "papers", "questions", "figures", "coverage", "paper"])
def test_every_text_of_a_page_is_in_the_language_that_is_said(
    page: Any, reading_site: Path, edition: str, name: str
) -> None:
    if name == "paper":
        name = next((reading_site / "papers").glob("*.html")).relative_to(reading_site).with_suffix("").as_posix()
    page.goto((reading_site / f"{edition}{name}.html").as_uri())
    assert page.locator("html").get_attribute("lang") == ("zh-Hans" if edition else "en")
    assert page.evaluate(MISSPOKEN) == []


@pytest.mark.parametrize(("edition", "query"), [("", "场"), ("zh/", "fields")])
def test_what_is_found_says_its_language(page: Any, reading_site: Path, edition: str, query: str) -> None:
    page.goto((reading_site / f"{edition}index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type(query)
    until(page, "document.querySelector('.md-search-result__item mark')")
    assert page.locator(".md-search-result__item [lang]").count()
    assert page.evaluate(MISSPOKEN) == []


def test_without_a_script_the_navigation_says_it_all_the_same(browser: Any, reading_site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((reading_site / "zh" / "method.html").as_uri())
    spoken = {
        link.inner_text(): link.evaluate("e => e.closest('[lang]').lang")
        for link in page.locator(".md-nav--primary > ul > li > a:visible").all()
    }
    assert spoken["Motion fields"] == "en"
    assert spoken["阅读方法"] == spoken["论文"] == "zh-Hans"
    assert page.locator(".md-footer__title .md-ellipsis").first.evaluate("e => e.closest('[lang]').lang") == "en"
    context.close()
