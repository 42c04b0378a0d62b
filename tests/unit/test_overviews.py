"""What a link preview and the page of translations say of a book."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from slidegloss.config.project import Config
from slidegloss.editions.coverage import Coverage
from slidegloss.editions.edition import COVERAGE, Edition
from slidegloss.editions.words import Words, load_words
from slidegloss.html.context import Translated
from slidegloss.model import Deck, Figure, FigureFile, NavItem
from slidegloss.nodes import Paragraph, Span, Text
from slidegloss.pages.coverage import render_coverage
from slidegloss.pages.page import Rendered
from slidegloss.pages.preview import cards, description, picture
from slidegloss.pipeline.loading import load
from slidegloss.templating.environment import environment

Loads = Callable[..., tuple[Edition, Config]]


@pytest.fixture
def loads(tmp_path: Path) -> Loads:
    """A function that reads a book of some notes: its edition and its settings."""

    def read(settings: str = "", files: Sequence[str] = (), **notes: str) -> tuple[Edition, Config]:
        (tmp_path / "docs/notes").mkdir(parents=True)
        for name in files:
            (tmp_path / "docs/notes" / name).write_bytes(b"x")
        for name, text in notes.items():
            (tmp_path / f"docs/notes/{name}.md").write_text(text, encoding="utf-8")
        known = "site_name: Ropes & nets\nextra: {slidegloss: {languages: [en, zh]}}\n"
        (tmp_path / "mkdocs.yml").write_text(known + settings, encoding="utf-8")
        loaded, _ = load(tmp_path)
        assert loaded is not None
        edition = loaded.edition(loaded.book, load_words("en", tmp_path)[0])
        return replace(edition, languages=("en", "zh")), loaded.config

    return read


def deck(edition: Edition, name: str = "a") -> Deck:
    return edition.book.by_source()[f"docs/notes/{name}.md"].whole()


# --- previews ---------------------------------------------------------------------------------------------------------

LONG = "A rope that is long enough to say in one sentence what the whole note will be about, so that no more is needed."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Short words.\n\nMore words.", "Short words. More words."),
        (f"{LONG}\n\nMore words.", LONG),
        ("With $x$ a formula.\n\n- a list\n\nWords.", "Words."),
        ("P1\n\n## Title\n\n> ✅ 结\n\nOn the slide.", "On the slide."),
        ("$$x$$", ""),
    ],
)
def test_a_preview_says_the_first_words_of_a_note(loads: Loads, text: str, said: str):
    edition, _ = loads(a=f"# Nets\n\n{text}\n")
    assert description(deck(edition), edition) == said


def test_a_preview_of_many_words_ends_somewhere(loads: Loads):
    edition, _ = loads(a="# Nets\n\n" + "word " * 99)
    said = description(deck(edition), edition)
    assert said.startswith("word word")
    assert 150 < len(said) <= 201
    assert said.endswith("…")


def figure(name: str, *widths: int, kind: str = "raster") -> Figure:
    files = tuple(FigureFile(f"figures/{name}-{width}.webp", width, width, 9) for width in widths)
    return Figure(f"docs/notes/{name}", kind, "image/png", widths[-1], widths[-1], files[:-1], files[-1])  # type: ignore[arg-type]


def test_a_preview_shows_the_first_picture_that_is_no_sign_in_a_fitting_size(loads: Loads):
    names = ("sign.png", "plan.svg", "first.png", "second.png")
    edition, _ = loads(files=names, a="# Nets\n\n" + "\n\n".join(f"![]({name})" for name in names) + "\n")
    figures = [
        figure("sign.png", 100, 199),
        figure("plan.svg", 400, 900, kind="svg"),
        figure("first.png", 320, 640, 1280),
        figure("second.png", 640, 1280),
    ]
    known = {one.source_path: one for one in figures}
    assert picture(deck(edition), replace(edition.book, figures=known)) == "figures/first.png-640.webp"
    assert picture(deck(edition), replace(edition.book, figures=known), 100) == "figures/first.png-320.webp"
    del known["docs/notes/first.png"]
    del known["docs/notes/second.png"]
    assert picture(deck(edition), replace(edition.book, figures=known)) == ""


def test_cards_count_what_there_is_and_name_slides_from_first_to_last(loads: Loads):
    slides = "# Nets\n\nP3\n\n> ✅ 结\n> ❓ 为什么？\n\nP4\n\nP9\n"
    edition, config = loads("site_url: https://h.example/\n", a=slides, b="# Plain\n\nWords.\n", c="# One\n\nP1\n")
    found = cards(edition, config)
    assert found.keys() == {"previews/en/index.png", *(f"previews/en/{name}.png" for name in "abc")}
    nets, plain, one = (found[f"previews/en/{name}.png"] for name in "abc")
    assert (nets.title, nets.above, nets.badge) == ("Nets", "Ropes & nets", "P3 – P9")
    assert nets.facts == "3 slides · 2 annotations · 1 open question"
    assert (plain.words, plain.facts, plain.badge) == ("Words.", "", "")
    assert (one.facts, one.badge) == ("1 slide", "P1")
    whole = found["previews/en/index.png"]
    assert (whole.title, whole.facts) == ("Ropes & nets", "3 pages · 4 slides · 2 annotations")


def test_a_site_without_an_address_has_no_cards(loads: Loads):
    edition, config = loads(a="# Nets\n\nWords.\n")
    assert cards(edition, config) == {}


# --- coverage ---------------------------------------------------------------------------------------------------------


def rows(markdown: str) -> list[list[list[str]]]:
    """The tables of a page: rows of words."""
    tables = re.findall(r"<table>.*?</table>", markdown, re.DOTALL)
    return [
        [
            [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]
        ]
        for table in tables
    ]


def with_coverage(edition: Edition, **parts: list[Coverage]) -> Edition:
    nav = (NavItem("Translations", COVERAGE),)
    counted = {lang: {part.path: part for part in found} for lang, found in parts.items()}
    return replace(edition, nav=nav, coverage=counted)


def test_the_edition_s_own_language_comes_first_and_a_table_ends_with_its_sum(loads: Loads):
    edition, _ = loads(a="# Nets & knots\n\nWords.\n", b="# Plain\n\nWords.\n", c="# Empty\n")
    zh = [
        Coverage("docs/notes/a.md", 1, 1, 2),
        Coverage("docs/notes/b.md", 4, 0, 0),
        Coverage("docs/notes/c.md", 0, 0, 0),
    ]
    en = [Coverage("docs/notes/a.md", 2, 0, 1)]
    (page,) = render_coverage(with_coverage(edition, zh=[*zh, Coverage("", 0, 0, 2)], en=en), environment()).pages
    own, other = rows(page.markdown)
    assert own == [["Nets &amp; knots", "66 %", "2", "0", "1"]]
    assert [row[1:] for row in other] == [
        ["25 %", "1", "1", "2"],
        ["100 %", "4", "0", "0"],
        ["0 %", "0", "0", "2"],
        ["50 %", "5", "1", "4"],
    ]
    assert [row[0] for row in other[:2]] == ["Nets &amp; knots", "Plain"]
    assert re.findall(r'href="([^"]+)"', page.markdown)[:2] == ["a.html", "a.html"]
    assert 'id="stale"' not in page.markdown


def test_translations_that_no_longer_fit_are_listed_with_the_way_to_them(loads: Loads):
    edition, _ = loads(a="# Nets\n\nOpening.\n\nP2\n\nWords & more.\n")
    said = (Paragraph((Text("so"),), "so", Span(1, 1, 1)),)
    kinds = {
        ("a:p2", "Words & more."): "fuzzy",
        ("a", "Opening."): "fuzzy",
        ("gone:p1", "Gone."): "fuzzy",
        ("a:p2", "Fine."): "current",
    }
    found = {key: Translated(said, "en", kind) for key, kind in kinds.items()}
    edition = replace(with_coverage(edition, en=[Coverage("docs/notes/a.md", 1, 2, 0)]), translations=found)
    (page,) = render_coverage(edition, environment()).pages
    stale = page.markdown.partition('class="sg-stale"')[2]
    assert re.findall(r'href="([^"]+)"', stale) == ["a.html#p2", "a.html"]
    items = [re.sub("<[^>]+>", "", item) for item in re.findall(r"<li>(.*?)</li>", stale)]
    assert items == ["Nets · P2: Words &amp; more.", "Nets: Opening.", "Gone."]


def test_without_a_place_in_the_navigation_there_is_no_page_of_translations(loads: Loads):
    edition, _ = loads(a="# Nets\n")
    assert render_coverage(replace(with_coverage(edition), nav=()), environment()) == Rendered(())


def test_a_word_of_the_projects_own_is_no_html() -> None:
    words = Words("en", {"counted": "{what} <b> {count}"})
    assert words.html("counted", what="<i>x</i>", count=2) == "<i>x</i> &lt;b&gt; 2"
