"""Obsidian's links: which note, heading or file they lead to, and where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegloss.book.link import Book, Target, link_book
from slidegloss.config.settings import Settings
from slidegloss.decks.reading import Read, Reading, read_note
from slidegloss.model import Deck, NoteSource, Sources
from slidegloss.nodes import Image, Inline, Link
from slidegloss.notes.blockids import with_places
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.papers.match import link_papers
from slidegloss.sources.navigation import summary_nav
from slidegloss.sources.summary import parse_summary
from slidegloss.syntax.tree import deck_inlines, plain

NOTES = {
    "lamps.md": "# Lamps of glass\n\nP3\n## Over the table\n\n## Setup\n\n## Setup\n",
    "rooms/wicks.md": "# Wicks\n\n## 棉芯\n",
    "rooms/oil.md": "# Oil\n",
    "stores/oil.md": "# Oil, again\n",
    "stores/v1.2 notes.md": "# Versions\n",
    "shelf/README.md": "# A shelf\n",
    "twice/a.md": "# Candles\n",
    "twice/b.md": "# Candles\n",
    "named.md": "---\naliases: [Torch, 火把]\n---\n# By hand\n\nIt burns. ^burns-1\n\n- one ^item1\n- two\n\n> said\n\n^said1\n",
}
FILES = ("files/talk.pdf", "files/lamp.png")


def deck(text: str) -> Deck:
    return parse_deck(NoteSource("a.md", "a.html", text), NoteOptions())[0]


def found(text: str, kind: type[Inline]) -> list[Inline]:
    return [node for node in deck_inlines(deck(text)) if type(node) is kind]


def linked(text: str, path: str = "here.md") -> tuple[Book, list[str]]:
    reads: list[Read] = [
        read_note(NoteSource(name, f"{name.removesuffix('.md')}.html", words), Reading(NoteOptions(), ("en",)))
        for name, words in {**NOTES, path: text}.items()
    ]
    library, _ = link_papers({}, [])
    book, problems = link_book(
        [(read.deck, read.index) for read in reads], Sources(Path(), (), (), FILES), library, Settings(assets=[])
    )
    return book, [f"{one.line}:{one.col} {one.code_name} {one.hint}" for one in problems]


@pytest.mark.parametrize(
    ("link", "path", "fragment"),
    [
        ("[[lamps]]", "lamps.html", ""),
        ("[[LAMPS.md]]", "lamps.html", ""),
        ("[[Lamps of glass|words]]", "lamps.html", ""),
        ("[[lamps#Over the table]]", "lamps.html", "over-the-table"),
        ("[[lamps#P3]]", "lamps.html", "p3"),
        ("[[lamps#Setup#Setup]]", "lamps.html", "setup"),
        ("[[rooms/wicks#棉芯|芯]]", "rooms/wicks.html", "棉芯"),
        ("[[rooms/oil]]", "rooms/oil.html", ""),
        ("[[/stores/oil]]", "stores/oil.html", ""),
        ("[[Oil, again]]", "stores/oil.html", ""),
        ("[[v1.2 notes]]", "stores/v1.2 notes.html", ""),
        ("[[torch]]", "named.html", ""),
        ("[[火把|光]]", "named.html", ""),
        ("[[named#^burns-1]]", "named.html", "^burns-1"),
        ("[[By hand#^item1]]", "named.html", "^item1"),
        ("[[named#^said1]]", "named.html", "^said1"),
        ("[[shelf]]", "shelf/README.html", ""),
        ("[[#Here]]", "here.html", "here"),
        ("![[wicks]]", "rooms/wicks.html", ""),
    ],
)
def test_a_link_finds_its_note(link: str, path: str, fragment: str) -> None:
    book, problems = linked(f"# Here\n\n{link}\n")
    (target,) = (target for (note, _), target in book.targets.items() if note == "here.md")
    assert target == Target("page", path, fragment)
    assert [problem.split()[1] for problem in problems] == (["note-embedded"] if link.startswith("!") else [])


def test_of_two_notes_the_one_beside_is_meant() -> None:
    book, problems = linked("[[oil]] [[../stores/oil]]\n", "rooms/here.md")
    assert [target.path for target in book.targets.values()] == ["rooms/oil.html", "stores/oil.html"]
    assert problems == []


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("[[oil]]", "3:5 link-missing 2 notes are called so: write [[rooms/oil]], [[stores/oil]]"),
        ("[[Candles]]", "3:5 link-missing 2 notes are called so: write [[twice/a]], [[twice/b]]"),
        ("[[wiks|words]]", "3:5 link-missing did you mean [[wicks]]?"),
        ("![[lamsp]]", "3:5 link-missing did you mean [[lamps]]?"),
        ("[[lamps#Over a table]]", "3:5 link-anchor did you mean #over-the-table?"),
        ("[[named#^burns-2]]", "3:5 link-anchor did you mean #^burns-1?"),
        ("[[#Hree]]", "3:5 link-anchor did you mean #here?"),
    ],
)
def test_what_is_not_found_is_told_with_its_place(link: str, said: str) -> None:
    _, problems = linked(f"# Here\n\n灯 见{link}。\n")
    assert problems == [said.replace(":5 ", ":4 ")]


def test_a_file_is_linked_and_a_figure_found_by_name_without_a_word() -> None:
    book, problems = linked("[[talk.pdf]] ![[lamp.png]] ![](lamp.png)\n")
    assert book.targets["here.md", "[[talk.pdf]]"] == Target("file", "files/talk.pdf")
    assert [problem.split()[:2] for problem in problems] == [["1:28", "figure-misplaced"]]


def test_links_and_the_table_of_contents_mean_the_same_note_by_a_name_that_a_folder_has_too() -> None:
    pages = {"lamps.qmd": "lamps.html", "lamps/README.md": "lamps/index.html", "here.md": "here.html"}
    reads = [
        read_note(NoteSource(name, page, "[see](lamps)\n"), Reading(NoteOptions(), ("en",)))
        for name, page in pages.items()
    ]
    sources = Sources(Path(), (), (), ())
    book, _ = link_book([(read.deck, read.index) for read in reads], sources, link_papers({}, [])[0], Settings())
    nav, _, _ = summary_nav(parse_summary("- [Lamps](lamps)\n", "SUMMARY.md")[0], pages, "SUMMARY.md", ".")
    assert book.targets["here.md", "lamps"] == Target("page", nav[0].site_path) == Target("page", "lamps.html")


def test_a_figure_in_any_folder_is_found_by_its_name_alone() -> None:
    notes = NoteSource("here.md", "here.html", "![](b.png) ![[b.png]] ![[in/c.png]] ![[c.png]] ![](c.png)\n")
    read = read_note(notes, Reading(NoteOptions(), ("en",)))
    files = ("pictures/b.png", "deep/in/c.png", "deep/out/c.png")
    book, problems = link_book(
        [(read.deck, read.index)], Sources(Path(), (), (), files), link_papers({}, [])[0], Settings()
    )
    shown = {dest: getattr(place, "source_path", "") for (_, dest), place in book.figure_sources.items()}
    assert shown == {"b.png": "pictures/b.png", "in/c.png": "deep/in/c.png", "c.png": ""}
    assert [(one.col, one.code_name, one.hint) for one in problems] == [
        (1, "figure-misplaced", "write pictures/b.png"),
        (37, "figure-missing", "2 files have this name: deep/in/c.png, deep/out/c.png"),
        (48, "figure-missing", "2 files have this name: deep/in/c.png, deep/out/c.png"),
    ]


def test_a_missing_figure_is_told_like_any_other() -> None:
    _, problems = linked("灯：![[lmap.png|300]]\n")
    assert problems == ["1:3 figure-missing did you mean files/lamp.png?"]


def test_sizes_and_words_of_figures() -> None:
    images = found("![[a.png]] ![[b/c d.JPG|300]] ![[a.png|words|80x20]] ![[a.png|灯 2]] ![[a.mp4#t=3|1]]\n", Image)
    assert [(one.dest, one.alt, one.width) for one in images if isinstance(one, Image)] == [
        ("a.png", "", ""),
        ("b/c d.JPG", "", "300"),
        ("a.png", "words", "80"),
        ("a.png", "灯 2", ""),
        ("a.mp4#t=3", "1", ""),
    ]


def test_places_count_characters_behind_escapes_entities_and_other_links() -> None:
    text = "灯\\* &amp; &#x4e00; [[one]] \\[[one]] [[one|二]] [[three]]\n\n> - \\_ [[four]]\n"
    links = [one for one in found(text, Link) if isinstance(one, Link)]
    lines = text.split("\n")
    assert [
        (one.written, one.span.line, lines[one.span.line - 1][one.span.col - 1 :][: len(one.written)]) for one in links
    ] == [
        (written, line, written)
        for written, line in (("[[one]]", 1), ("[[one|二]]", 1), ("[[three]]", 1), ("[[four]]", 3))
    ]


def test_many_brackets_take_no_long_time() -> None:
    for piece in ("[[a ", "[[a]] ", "[[a|", "![[", "[[a#", "\\[[a]] ", "[[1, "):
        deck(piece * 20_000)


@pytest.mark.parametrize(
    "text",
    [
        "ten ^2\n",
        "ten ^n\n",
        "a ^words go on\n",
        "a^words\n",
        "`a ^words`\n",
        "```\na ^words\n```\n",
        "# a ^words\n",
        "a ^words\nb\n",
    ],
)
def test_what_is_no_name_of_a_block_stays(text: str) -> None:
    assert with_places(text) == text


def test_a_label_of_myst_is_a_place_for_links() -> None:
    book, problems = linked("(dark-room)=\n# Here\n\n(lit-room)=\n## Lit\n\n[a](#dark-room) [b](here.md#lit-room)\n")
    assert {target.fragment for (note, _), target in book.targets.items() if note == "here.md"} == {
        "dark-room",
        "lit-room",
    }
    assert not problems
    (here,) = (one for one in book.decks if one.source_path == "here.md")
    assert here.title == "Here"


def test_the_name_of_a_block_is_not_shown() -> None:
    (paragraph,) = deck("It burns. ^burns-1\n").opening
    assert plain(paragraph.children) == "It burns. "
