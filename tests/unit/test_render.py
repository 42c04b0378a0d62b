"""Rendering a page, as far as no page shows it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from slidegloss.book.link import link_book
from slidegloss.config.project import Config, Settings
from slidegloss.decks.reading import Reading, read_note
from slidegloss.editions.localise import localise
from slidegloss.editions.translations import gather
from slidegloss.editions.words import load_words
from slidegloss.model import NoteSource, Sources
from slidegloss.notes.deck import NoteOptions
from slidegloss.pages.deck import DeckPage, DeckView, SlideView
from slidegloss.pages.lookups import Lookups
from slidegloss.papers.match import link_papers
from slidegloss.templating.environment import environment


def test_what_rendered_a_page_is_freed_without_a_collector() -> None:
    """Builds go without one: a circle would hold every deck that was shown until the end."""
    note = NoteSource("a.md", "a.html", "# A\n\nP1\n\n![](a.png)\n\n> ✅ one\n")
    read = read_note(note, Reading(NoteOptions(), ("en",)))
    library, _ = link_papers({}, [])
    book, _ = link_book([(read.deck, read.index)], Sources(Path(), (note,), (), ()), library)
    edition = localise(book, load_words("en")[0], ("en",), gather(tuple, {}, (), {}, ("en",))[0], NoteOptions())
    gc.disable()
    try:
        renderer = Lookups(read.deck, edition, Config(Path(), "folder", Settings(), "Book"), [])
        DeckPage(renderer).view("")
        alive = weakref.ref(renderer)
        del renderer
        assert alive() is None
    finally:
        gc.enable()


def test_a_page_in_one_piece_is_what_a_template_makes_of_its_pieces() -> None:
    view = DeckView("---", "# A", ("\n\n<div>a</div>\n\n",), (SlideView("## B", ("c", "d")), SlideView("## C", ())))
    pieces = (
        "{% for chunk in page.opening %}\n{{ chunk }}\n\n{% endfor %}\n{% for slide in page.slides %}\n"
        "{{ slide.heading }}\n\n{% for chunk in slide.chunks %}\n{{ chunk }}\n\n{% endfor %}\n{% endfor %}\n"
    )
    assert environment().from_string(pieces).render(page=view) == view.body
    assert environment().from_string("{{ page.body -}}\n").render(page=view) == view.body
