"""axe-core finds nothing on any kind of page, in both editions and both colour schemes, closed and open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = ("index.html", "fields.html", "method.html", "questions.html", "404.html", "papers.html")


def violations(page: Any) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
        ".then((result) => result.violations)"
    )
    return [
        f"{one['id']}: {node['html'][:200]}: {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"][:3]
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request: Any, page: Any) -> Any:
    page.emulate_media(color_scheme=request.param, reduced_motion="reduce")
    return page


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_no_violation_on_any_kind_of_page(scheme, reading_site, serve, edition):
    base = serve(reading_site)
    for name in PAGES:
        scheme.goto(f"{base}/{edition}{name}")
        assert violations(scheme) == [], name


def test_no_violation_in_what_opens(scheme, reading_site):
    scheme.goto(f"{reading_site.as_uri()}/fields.html")
    scheme.get_by_role("button", name="Share or cite P6").click()
    assert violations(scheme) == []
    scheme.locator("a.sg-slideref").first.focus()
    assert violations(scheme) == []
    scheme.keyboard.press("?")
    assert violations(scheme) == []
    scheme.keyboard.press("Escape")
    scheme.keyboard.press("s")
    assert violations(scheme) == []
    scheme.keyboard.press("g")
    assert violations(scheme) == []


def test_no_violation_on_a_phone(scheme, reading_site):
    scheme.set_viewport_size({"width": 390, "height": 844})
    scheme.goto(f"{reading_site.as_uri()}/fields.html")
    assert violations(scheme) == []
    assert scheme.evaluate("document.documentElement.scrollWidth") == 390
