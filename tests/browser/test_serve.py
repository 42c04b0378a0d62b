"""A page of the development server follows what its author does: to the edited slide, with what is wrong and where."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from slidegloss.pipeline.phases import Options
from slidegloss.serving.server import Server
from tests.sites.command import write

NOTE = "".join(f"P{number}\n\n## Lamp {number}\n\n{'It shines. ' * 200}\n\n" for number in range(1, 13))


@pytest.fixture
def edited(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    write(tmp_path, {"mkdocs.yml": "site_name: Lamps\nextra: {slidegloss: {languages: [en, zh]}}\n"})
    write(tmp_path, {"docs/notes/lamps.md": NOTE})
    server = Server(tmp_path, Options(), "127.0.0.1", 0, lambda _built, _seconds: None)
    thread = threading.Thread(target=server.watch, daemon=True)
    thread.start()
    yield tmp_path / "docs/notes/lamps.md", server.address
    server.stop()
    thread.join(10)


def test_a_page_goes_to_the_edited_slide_and_says_what_is_wrong(page: Any, edited: tuple[Path, str]) -> None:
    note, address = edited
    for edition in ("", "zh/"):
        page.goto(f"{address}{edition}lamps.html")
        with page.expect_event("load"):  # the page is loaded again
            note.write_text(NOTE.replace("Lamp 11", f"Lantern {edition}"), encoding="utf-8")
        expect(page.locator("#p11")).to_be_in_viewport()
        note.write_text(NOTE.replace("Lamp 11", "[Lamp](gone.md) 11"), encoding="utf-8")
        expect(page.locator("details[role=status] summary")).to_contain_text("docs/notes/lamps.md:63:4")
        note.write_text(NOTE, encoding="utf-8")
        expect(page.locator("details[role=status]")).to_have_count(0)
