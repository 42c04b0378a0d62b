"""Rendering a page, as far as no page shows it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from slidegloss.config import Config, Settings
from slidegloss.link import link_book
from slidegloss.localise import localise
from slidegloss.model import NoteSource, Sources
from slidegloss.notes.deck import NoteOptions
from slidegloss.papers.match import link_papers
from slidegloss.reading import Reading, read_note
from slidegloss.render import PageRenderer
from slidegloss.translations import gather
from slidegloss.words import load_words


def test_what_rendered_a_page_is_freed_without_a_collector() -> None:
    """Builds go without one: a circle would hold every deck that was shown until the end."""
    note = NoteSource("a.md", "a.html", "# A\n\nP1\n\n![](a.png)\n\n> ✅ one\n")
    read = read_note(note, Reading(NoteOptions(), ("en",)))
    library, _ = link_papers({}, [])
    book, _ = link_book([(read.deck, read.index)], Sources(Path(), (note,), (), ()), library)
    edition = localise(book, load_words("en")[0], ("en",), gather(tuple, {}, (), {}, ("en",))[0], NoteOptions())
    gc.disable()
    try:
        renderer = PageRenderer(read.deck, edition, Config(Path(), "folder", Settings(), "Book"), [])
        renderer.view("")
        alive = weakref.ref(renderer)
        del renderer
        assert alive() is None
    finally:
        gc.enable()
