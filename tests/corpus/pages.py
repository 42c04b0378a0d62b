"""The corpus's notes, and each as slidegloss renders it by itself: no figures, no links resolved, no template."""

from __future__ import annotations

from pathlib import Path

from slidegloss import html
from slidegloss.htmlcontext import Context
from slidegloss.model import NoteSource
from slidegloss.notes.citations import cite_deck
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.tree import deck_blocks


def notes(corpus: Path) -> dict[str, str]:
    """Every note of the corpus by its path; SUMMARY.md is no note."""
    root = corpus / "src"
    return {
        path.relative_to(root).as_posix(): path.read_bytes().decode("utf-8").replace("\r\n", "\n")
        for path in sorted(root.rglob("*.md"))
        if path.name != "SUMMARY.md"
    }


def rendered(text: str, path: str = "note.md") -> str:
    """Parse a note, find its citations and render all of it, headings at the author's levels."""
    deck, _ = parse_deck(NoteSource(path, "note.html", text), NoteOptions())
    deck = cite_deck(deck)
    context = Context(lang=deck.lang, source_lang=deck.lang, path=path)
    out = []
    for _, blocks in deck_blocks(deck):
        for part in html.render_slide_body(blocks, context):
            heading = isinstance(part, html.HeadingPart)
            out.append(f"<h{part.level}>{part.html}</h{part.level}>" if heading else part.html)
    return "\n".join(out)
