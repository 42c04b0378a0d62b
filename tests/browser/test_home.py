"""The home page offers what this browser read last, in both editions, and lists what is new."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from slidegloss.pipeline.phases import Options, build
from tests.browser.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "mkdocs.yml").write_text(
        "site_name: Home\nextra:\n  slidegloss:\n    languages: [en, zh]\n    notes: notes\n", encoding="utf-8"
    )
    (folder / "notes" / "第一章").mkdir(parents=True)
    slides = "".join(f"P{number}\n## Slide {number}\n\n{'text ' * 400}\n\n" for number in (8, 9, 10, 11, 136))
    (folder / "notes" / "第一章" / "deck.md").write_text(f"---\ntitle: The deck\n---\n{slides}", encoding="utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "notes"]):
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *command], cwd=folder, check=True)
    built = build(folder, Options(out=folder / "out"))
    assert built.site is not None, built.failures
    return built.site


def test_the_last_slide_read_is_offered_in_both_editions(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    assert not page.locator(".sg-continue").is_visible()
    page.goto((site / "第一章" / "deck.html").as_uri())
    page.locator("#p11").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('p11').scrollIntoView()")
    until(
        page,
        "Object.entries(localStorage).some(([key, place]) => key.startsWith('sg:last:') && place.endsWith('#p11'))",
    )
    for edition in ("", "zh/"):
        page.goto((site / f"{edition}index.html").as_uri())
        link = page.locator(".sg-continue a")
        link.wait_for(state="visible")
        assert link.inner_text() == "The deck · P11"
        link.click()
        page.wait_for_url("**/deck.html#p11")
        assert ("/zh/" in page.url) == bool(edition)


def test_new_slides_are_listed_with_their_day(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    assert page.locator(".sg-newest li").count() == 5
    page.locator(".sg-newest").get_by_role("link", name="All changes").click()
    assert page.locator("h1").inner_text().startswith("What changed")
    assert page.locator(".sg-changes li").count() == 5
    assert page.locator("h2 time").count() == 1
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        starts = page.locator(".sg-changes strong").evaluate_all(
            "all => all.map((e) => e.getBoundingClientRect().left)"
        )
        assert len(set(starts)) == 1, "titles stand below each other"
        badges = page.locator(".sg-changes .sg-badge").evaluate_all("all => all.map((e) => e.offsetWidth)")
        assert len(set(badges)) > 1, "though numbers are as long as they are"
