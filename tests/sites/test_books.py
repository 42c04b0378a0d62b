"""Books that link to each other: links are checked against the other's notes or site; each site says what is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slidegloss.book.bookfile import BookFile, from_json
from slidegloss.book.sibling import Sibling
from slidegloss.book.siblings import load_siblings
from slidegloss.config.project import load_config
from slidegloss.pipeline.phases import Options, build, check


def _project(folder: Path, note: str, books: str = "") -> Path:
    (folder / "docs" / "notes" / "part").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(
        f"site_name: {folder.name.title()}\nextra:\n  slidegloss:\n    languages: [en, zh]\n{books}", encoding="utf-8"
    )
    (folder / "docs" / "notes" / "part" / "light.md").write_text(note, encoding="utf-8")
    return folder


TWO = "# Light\n\nP7\n## Bright\n\nText.\n\n> ✅ a remark\n\nDoe et al., “Lamps and Their Light,” ICCV 2021.\n"
BOOKS = "    books:\n      https://example.org/two/: ../two\n      https://example.org/one/: .\n"


def _said(folder: Path) -> list[tuple[int, str, str]]:
    return [
        (problem.line, problem.code_name, problem.hint)
        for problem in check(folder)
        if problem.code_name.startswith(("link", "book"))
    ]


LINKS = """# Links

[a](https://example.org/two/part/light.html#p7)
[b](http://example.org/two/zh/part/light#bright)
[c](https://example.org/two/part/light.html#p8)
[d](https://example.org/two/part/lihgt.html)
[e](https://example.org/two/papers.html) [f](https://example.org/two/assets/x.png) [g](https://example.org/twofold/x.html)
[h](https://example.org/one/part/light.html#links)
[i](https://example.org/one/part/nothing.html)
"""


@pytest.mark.parametrize("ending", [".html", ".md", ".markdown", ".qmd", ".Rmd", ".mdx", ""])
def test_an_address_means_a_page_whatever_its_note_is_called(ending: str) -> None:
    book = Sibling("example.org/two", None, "Two", {"part/light.html": frozenset({"p7"})})
    pages, fragment = book.place(f"https://example.org/two/part/light{ending}#p7") or ((), "")
    assert (pages[0], fragment) == ("part/light.html", "p7")
    assert book.place("https://example.org/two/part/light.zip") is None


@pytest.mark.parametrize("published", [False, True], ids=["notes", "site"])
def test_links_to_another_book_are_checked(tmp_path: Path, published: bool) -> None:  # noqa: FBT001
    two = _project(tmp_path / "two", TWO.replace("## Bright", "## Bright\n\n### bright"))
    books = BOOKS
    if published:
        assert build(two, Options(out=tmp_path / "pub")).site
        for path in sorted((two / "docs").rglob("*.md")):
            path.unlink()
        books = BOOKS.replace("../two", "../pub")
    one = _project(tmp_path / "one", LINKS, books)
    assert _said(one) == [
        (5, "link-anchor", ""),
        (6, "link-missing", "did you mean part/light.html?"),
        (9, "link-missing", ""),
    ]


def test_a_link_to_the_book_itself_stays_inside_the_site(tmp_path: Path) -> None:
    _project(tmp_path / "two", TWO)
    one = _project(tmp_path / "one", LINKS, BOOKS)
    built = build(one, Options())
    assert built.site
    page = (built.site / "zh" / "part" / "light.html").read_text(encoding="utf-8")
    assert 'href="https://example.org/two/part/light.html#p7"' in page
    assert 'href="https://example.org/one/part/light.html#links"' not in page
    assert 'href="#links"' in page
    assert "assets/books.js" in page
    assert """data-books='{"example.org/two": "../../two/site"}'""" in page


def test_where_nothing_is_named_no_script_is_loaded_and_links_are_taken_on_trust(tmp_path: Path) -> None:
    one = _project(tmp_path / "one", LINKS)
    assert not _said(one)
    built = build(one, Options(languages=("en",)))
    assert built.site
    assert "books.js" not in (built.site / "part" / "light.html").read_text(encoding="utf-8")


def test_a_book_that_is_not_there_is_a_remark(tmp_path: Path) -> None:
    one = _project(tmp_path / "one", "# Links\n\n[a](https://example.org/two/x.html)\n", BOOKS)
    assert [(code) for _, code, _ in _said(one)] == ["book-missing"]
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "slidegloss.json").write_text('{"format": 2, "title": "Later"}', encoding="utf-8")
    assert [(code) for _, code, _ in _said(one)] == ["book-missing"]


def test_a_site_says_what_is_in_it(tmp_path: Path) -> None:
    two = _project(tmp_path / "two", TWO)
    built = build(two, Options())
    assert built.site
    text = (built.site / "slidegloss.json").read_text(encoding="utf-8")
    book = from_json(text)
    assert isinstance(book, BookFile)
    assert (book.format, book.title, book.languages) == (1, "Two", ("en", "zh"))
    (deck,) = [deck for deck in book.decks if deck.page == "part/light.html"]
    assert [(slide.label, slide.anchor, slide.title) for slide in deck.slides] == [("P7", "p7", "Bright")]
    assert "p7-a1" in deck.anchors
    (paper,) = book.papers
    assert paper.title == "Lamps and Their Light"
    assert (built.site / paper.page).is_file()
    schema = json.loads((built.site / "assets" / "schema" / "book.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(json.loads(text))
    # fields that readers of this format rely on; add to them, never take one away
    assert set(json.loads(text)) >= {"format", "title", "version", "url", "languages", "decks", "papers"}
    assert set(json.loads(text)["decks"][0]) >= {"page", "title", "lang", "slides", "anchors"}


def test_the_longest_prefix_wins_and_places_are_relative_to_the_site(tmp_path: Path) -> None:
    books = "    books:\n      https://example.org/: ../all\n      https://example.org/two/: ../two\n"
    config, _ = load_config(_project(tmp_path / "one", "# a\n", books))
    assert config
    _project(tmp_path / "two", TWO)
    siblings, _ = load_siblings(config)
    assert [(book.prefix, book.local) for book in siblings] == [
        ("example.org/two", "../../two/site"),
        ("example.org", "../../all/site"),
    ]


@pytest.mark.parametrize("path", ["/etc", "C:/books", "~/book"])
def test_paths_of_one_machine_are_refused(tmp_path: Path, path: str) -> None:
    one = _project(tmp_path / "one", "# a\n", f'    books:\n      https://example.org/: "{path}"\n')
    assert [problem.code_name for problem in check(one) if problem.path == "mkdocs.yml"] == ["config-path"]
