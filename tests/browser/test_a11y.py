"""axe-core finds nothing on any kind of page, in both editions and both colour schemes, closed and open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
ALL = "rules: {'target-size': {enabled: true}}"
COLOURS = "runOnly: ['color-contrast', 'link-in-text-block']"
"""All that other colours may change."""
PAGES = ("index.html", "fields.html", "method.html", "questions.html", "404.html", "papers.html")


def violations(page: Any) -> list[str]:
    """What axe-core finds on a page as it stands, in light colours and of dark ones."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    return [fault for scheme in ("light", "dark") for fault in _violations_in(page, scheme)]


def _violations_in(page: Any, scheme: str) -> list[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    name = "slate" if scheme == "dark" else "default"
    # an unfound page asks for scripts where the site is published, which is not here
    until(page, f"typeof __md_scope === 'undefined' || document.body.dataset.mdColorScheme === '{name}'")
    until(page, "!document.getAnimations().some((one) => one instanceof CSSTransition)")
    rules = COLOURS if scheme == "dark" else ALL
    found = page.evaluate(
        f"axe.run(document, {{resultTypes: ['violations'], {rules}}}).then(({{violations}}) => violations)"
    )
    return [
        f"{scheme}: {one['id']}: {node['html'][:200]}: {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"][:3]
    ]


@pytest.fixture
def still(page: Any) -> Any:
    """A page on which nothing moves."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return page


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_no_violation_on_any_kind_of_page(still, reading_site, serve, edition):
    base = serve(reading_site)
    for name in PAGES:
        still.goto(f"{base}/{edition}{name}")
        assert violations(still) == [], name


def test_no_violation_in_what_opens(still, reading_site):
    still.goto(f"{reading_site.as_uri()}/fields.html")
    still.get_by_role("button", name="Share or cite P6").click()
    assert violations(still) == []
    still.locator("a.sg-slideref").first.focus()
    assert violations(still) == []
    still.keyboard.press("?")
    assert violations(still) == []
    still.keyboard.press("Escape")
    still.keyboard.press("s")
    assert violations(still) == []
    still.keyboard.press("g")
    assert violations(still) == []


def test_no_violation_on_a_phone(still, reading_site):
    still.set_viewport_size({"width": 390, "height": 844})
    still.goto(f"{reading_site.as_uri()}/fields.html")
    assert violations(still) == []
    assert still.evaluate("document.documentElement.scrollWidth") == 390
