"""Diagrams that a reader looks at are drawn before those that lie far away, and all of them in the end, for paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slidegloss.pipeline.phases import Options, build
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

SLIDE = "P{0}\n\n## Slide {0}\n\n```mermaid\ngraph LR; A{0}-->B{0}\n```\n\n" + "Words that take their room.\n\n" * 30
DRAWN = """
    window.drawn = []
    window.pauses = 0
    setInterval(() => window.pauses++)
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            if (target.matches?.(".sg-mermaid--drawn")) drawn.push([target.textContent.match(/A(\\d)/)[1], pauses])
        }
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["class"] })
"""
"""Notes which diagrams are drawn, and how often the page could do something else before."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("diagrams")
    note = folder / "book" / "docs" / "notes" / "deck.md"
    note.parent.mkdir(parents=True)
    note.write_text("# Deck\n\n" + "".join(SLIDE.format(number) for number in range(1, 5)), encoding="utf-8")
    built = build(folder / "book", Options(out=folder / "site"))
    assert built.site is not None, built.failures
    return built.site


def test_what_is_near_comes_first_and_the_page_answers_in_between(page: Any, site: Path) -> None:
    page.add_init_script(DRAWN)
    page.goto(f"{(site / 'deck.html').as_uri()}#p4")
    until(page, "window.drawn.length === 4")
    numbers, pauses = zip(*page.evaluate("window.drawn"), strict=True)
    assert numbers[0] == "4"
    assert sorted(numbers) == ["1", "2", "3", "4"]
    assert len(set(pauses)) == 4
    assert page.locator(".sg-mermaid__drawing svg").count() == 4


def test_other_colours_reach_all_of_them(page: Any, site: Path) -> None:
    page.add_init_script(DRAWN)
    page.goto((site / "deck.html").as_uri())
    until(page, "window.drawn.length === 4")
    page.evaluate("document.querySelectorAll('.sg-mermaid__drawing').forEach((e) => { e.firstChild.id = 'old' })")
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    until(page, "!document.querySelector('#old') && document.querySelectorAll('.sg-mermaid__drawing svg').length === 4")
