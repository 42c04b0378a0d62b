"""Each note in `notes/` parses to the outline beside it; what it reports stands at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegloss.base.reports import format_text
from slidegloss.model import NoteSource
from slidegloss.notes.deck import NoteOptions, parse_deck

from .outline import outline

FOLDER = Path(__file__).parent / "notes"
CASES = sorted(path.stem for path in FOLDER.glob("*.md"))


@pytest.mark.parametrize("name", CASES)
def test_note_parses_to_its_golden_outline(name: str, request: pytest.FixtureRequest) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    deck, problems = parse_deck(NoteSource(f"{name}.md", f"{name}.html", text), NoteOptions())
    found = outline(deck) + (f"---\n{format_text(problems)}\n" if problems else "")
    golden = FOLDER / f"{name}.outline"
    if request.config.getoption("--update-goldens"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_no_golden_is_orphaned() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.outline")) == CASES
