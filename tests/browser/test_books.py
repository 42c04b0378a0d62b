"""Read from a disk, a link to another book opens the copy of its site that lies beside this one; without a copy it stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slidegloss.pipeline.phases import Options, build

pytestmark = pytest.mark.browser

SETTINGS = "site_name: {name}\nextra:\n  slidegloss:\n    languages: [en]\n    books:\n      https://example.org/two/: ../two\n"


def _project(folder: Path, note: str) -> Path:
    (folder / "docs" / "notes" / "part").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(SETTINGS.format(name=folder.name), encoding="utf-8")
    (folder / "docs" / "notes" / "part" / "light.md").write_text(note, encoding="utf-8")
    return folder


def test_links_lead_to_the_copy_on_the_disk(context: Any, tmp_path: Path) -> None:
    one = _project(
        tmp_path / "one", "# One\n\n[far](https://example.org/two/part/light#p7) [home](https://example.org/two)\n"
    )
    built = build(one, Options())
    assert built.site
    page = context.new_page()
    address = (built.site / "part" / "light.html").as_uri()
    page.goto(address)
    page.wait_for_load_state("load")
    assert page.locator("text=far").get_attribute("href") == "https://example.org/two/part/light#p7"
    two = build(_project(tmp_path / "two", "# Two\n\nP7\n## Bright\n"), Options()).site
    assert two
    page.goto(address)
    page.wait_for_selector('a[href^="file:"]:text("far")')
    home = page.locator("article a", has_text="home").get_attribute("href")
    assert home == (two / "index.html").as_uri()
    page.locator("text=far").click()
    page.wait_for_url((two / "part" / "light.html").as_uri() + "#p7")
    assert page.locator("h1, h2").first.is_visible()
