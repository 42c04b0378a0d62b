"""Rendering a page, as far as no page shows it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.book.link import Book, link_book
from slidegloss.config.project import Config
from slidegloss.config.settings import Settings
from slidegloss.decks.reading import Reading, read_note
from slidegloss.decks.units import deck_units
from slidegloss.editions.localise import localise
from slidegloss.editions.translations import gather
from slidegloss.editions.words import load_words
from slidegloss.html.blocks import render_blocks
from slidegloss.model import NoteSource, Sources
from slidegloss.nodes import Paragraph
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.pages.deck import DeckPage, DeckView, SlideView
from slidegloss.pages.lookups import Lookups, SharedDeck
from slidegloss.papers.match import link_papers
from slidegloss.templating.environment import environment


def test_what_rendered_a_page_is_freed_without_a_collector() -> None:
    """Builds go without one: a circle would hold every deck that was shown until the end."""
    note = NoteSource("a.md", "a.html", "# A\n\nP1\n\n![](a.png)\n\n> ✅ one\n")
    read = read_note(note, Reading(NoteOptions(), ("en",)))
    library, _ = link_papers({}, [])
    book, _ = link_book([(read.deck, read.index)], Sources(Path(), (note,), (), ()), library, Settings())
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


@pytest.mark.parametrize(
    ("above", "is_title"),
    [
        ('<a name="aB3dE"></a>\n', True),
        ("#tag #标签\n\n", True),
        ("(label)=\n", True),
        ("$$\\def\\R{x}$$\n\n", True),
        ("$$x$$\n\n", False),
        ("words\n\n", False),
    ],
)
def test_what_has_no_words_may_stand_above_the_title(above: str, *, is_title: bool) -> None:
    deck = parse_deck(NoteSource("a.md", "a.html", f"{above}# Title\n\nmore\n"), NoteOptions())[0]
    title, opening = SharedDeck(deck).title_and_opening
    assert (title is not None, len(opening)) == (is_title, 3 - is_title)


def book_of(notes: dict[str, str], assets: tuple[str, ...] = ()) -> tuple[Book, tuple[Diagnostic, ...]]:
    sources = [NoteSource(path, path.replace(".md", ".html"), text) for path, text in notes.items()]
    read = [read_note(note, Reading(NoteOptions(), ("en",))) for note in sources]
    library, _ = link_papers({}, [])
    return link_book(
        [(one.deck, one.index) for one in read],
        Sources(Path(), tuple(sources), (), assets),
        library,
        Settings(notes="src", assets=[]),
    )


def test_an_address_from_the_root_starts_from_the_notes_like_those_of_figures() -> None:
    links = "[b](/v/b.md#b) [page](/v/b.html) [whole](/src/v/b.md) [file](/v/x.pdf) [top](/x.pdf) [none](/c.md)\n\n![](/v/i.png)\n"
    notes = {"src/v/a.md": links, "src/v/b.md": "# B\n"}
    book, problems = book_of(notes, ("src/v/i.png", "src/v/x.pdf", "x.pdf"))
    found = {dest: (target.kind, target.path) for (_, dest), target in book.targets.items()}
    page = ("page", "src/v/b.html")
    assert found == {
        **dict.fromkeys(("/v/b.md#b", "/v/b.html", "/src/v/b.md"), page),
        "/v/x.pdf": ("file", "src/v/x.pdf"),
        "/x.pdf": ("file", "x.pdf"),
        "/c.md": ("broken", ""),
    }
    assert [problem.message for problem in problems] == ["/c.md not found"]


def test_links_without_an_ending_lead_to_notes_of_any() -> None:
    notes = {"src/a.md": "[b](b) [c](c.html) [d](sub/) [e](e)\n", "src/b.Rmd": "# B\n", "src/c.rmd": "# C\n"}
    book, problems = book_of({**notes, "src/sub/index.Rmd": "# D\n", "src/e.markdown": "# E\n"})
    assert [target.kind for target in book.targets.values()] == ["page"] * 4
    assert not problems


def test_a_doi_leads_to_its_resolver() -> None:
    book, problems = book_of({"src/a.md": "[x](doi:10.1000/a_b) and <DOI:10.1000/2>\n"})
    assert [target.url for target in book.targets.values()] == [
        "https://doi.org/10.1000/a_b",
        "https://doi.org/10.1000/2",
    ]
    assert not problems
    (deck,) = book.decks
    edition = localise(book, load_words("en")[0], ("en",), gather(tuple, {}, (), {}, ("en",))[0], NoteOptions())
    context = Lookups(deck, edition, Config(Path(), "folder", Settings(), "Book"), []).context(None)
    assert '<a href="https://doi.org/10.1000/a_b">x</a>' in render_blocks(deck.opening, context)


def test_a_translation_knows_the_notes_commands_and_needs_no_sign() -> None:
    text = "$$\\def\\R{\\mathbb{R}}$$\n\nP1\n\n> ✅ all of $\\R$\n"
    book, _ = book_of({"a.md": text})
    note = deck_units(parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())[0])
    catalogue = 'msgid ""\nmsgstr ""\n\nmsgctxt "a:p1"\nmsgid "all of $\\\\R$"\nmsgstr "✅ 全部 $\\\\R$"\n'
    stored, _ = gather(lambda: note, {}, (), {"zh": ("zh.po", catalogue.encode())}, ("zh",))
    edition = localise(book, load_words("zh")[0], ("zh",), stored, NoteOptions())
    (words,) = edition.translations["a:p1", r"all of $\R$"].blocks
    assert isinstance(words, Paragraph)
    assert [getattr(node, "text", None) or getattr(node, "meant", None) for node in words.children] == [
        "全部 ",
        r"\mathbb{R}",
    ]
