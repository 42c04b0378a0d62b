"""How far an edit of a note reaches: what stays for a build, and whose pages are made anew without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegloss.config.project import Config, load_config
from slidegloss.editions.edition import Edition
from slidegloss.editions.words import load_words
from slidegloss.engine.fastmarkdown import read_page
from slidegloss.html.pymd import heading_line, html_block
from slidegloss.incremental.pagesplice import splice
from slidegloss.incremental.reach import (
    Edit,
    decks_nearby,
    differs,
    files_linked,
    is_local,
    papers_nearby,
    same_links,
    who_asks,
)
from slidegloss.pages.page import front_matter
from slidegloss.pipeline.loading import load_notes

NETS = """# Nets

P1
## Knots

Ada Writer et al., “Slow Rivers of the North,” arXiv 2021.

> ✅ 结不在绳上

P2
## Loops

Cy Third et al., “Lanterns in the Tide,” CVPR 2022.

> ❓ 为什么？

![](wave.png)
"""
NOTES = {
    "nets.md": NETS,
    "linked.md": "# Linked\n\n[there](nets.md#p2) and [all](nets.md)\n",
    "named.md": "# Named\n\nP7\n\nAs on P2.\n",
    "apart/named.md": "# Apart\n\nP7\n\nAs on P2.\n",
    "filed.md": "# Filed\n\n[a file](data.txt), [its page](nets.md)\n",
    "other.md": "# Other\n\n[a file](other.txt)\n",
    "data.txt": "1\n",
    "other.txt": "1\n",
}


class Versions:
    """A book that is read once before an edit and once after it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in NOTES.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        self.config, self.before = self._read()
        self.after = self.before

    def _read(self) -> tuple[Config, Edition]:
        config, _ = load_config(self.root)
        assert config is not None
        loaded, _ = load_notes(config, ())
        assert loaded is not None
        return config, loaded.edition(loaded.book, load_words("en")[0])

    def edit(self, old: str, new: str) -> Edit:
        assert old in NETS
        (self.root / "nets.md").write_text(NETS.replace(old, new, 1), encoding="utf-8")
        _, self.after = self._read()
        decks = [edition.book.by_source()["nets.md"] for edition in (self.before, self.after)]
        return Edit(
            decks[0].whole(), decks[1].whole(), self.before.book.index["nets.md"], self.after.book.index["nets.md"]
        )


@pytest.fixture
def book(tmp_path: Path) -> Versions:
    return Versions(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "local"),
    [
        ("结不在绳上", "结在绳上", True),
        ("## Knots", "## Knots in ropes", True),
        ("![](wave.png)\n", "![](wave.png)\n\nP3\n\nmore\n", True),
        ("# Nets", "# Ropes", False),
        ("# Nets", "---\nlang: zh\n---\n\n# Nets", False),
        ("# Nets", "---\nsource: a talk\n---\n\n# Nets", False),
        ("Slow Rivers", "Fast Rivers", False),
        ("❓", "✅", False),
        ("wave.png", "sea.png", False),
        ("![](wave.png)", "", False),
        ("为什么？", "为什么？\n\n$$x$$", False),
    ],
)
def test_what_other_pages_say_of_a_whole_note_is_left_to_a_build(book: Versions, old: str, new: str, *, local: bool):
    assert is_local(book.edit(old, new)) == local


@pytest.mark.parametrize(
    ("old", "new", "recounted", "renamed"),
    [
        ("结不在绳上", "结在绳上", False, False),
        ("> ✅ 结不在绳上\n", "> ✅ 结不在绳上\n\n> ✅ 又\n", True, True),
        ("P2\n", "P3\n", True, True),
        ("为什么？\n", "为什么？\n\n### Below\n", True, True),
    ],
)
def test_slides_remarks_and_places_are_counted(book: Versions, old: str, new: str, *, recounted: bool, renamed: bool):
    edit = book.edit(old, new)
    assert (edit.path, edit.recounted, edit.renamed) == ("nets.md", recounted, renamed)


def test_who_links_to_a_place_or_names_a_slide_beside_the_note_is_asked(book: Versions):
    edit = book.edit("P2\n", "P3\n")
    assert who_asks([edit], book.after.book) == {"linked.md", "named.md"}
    assert not same_links(["linked.md"], book.before.book, book.after.book)
    assert not same_links(["named.md"], book.before.book, book.after.book)
    assert same_links(["apart/named.md", "filed.md"], book.before.book, book.after.book)


def test_who_names_another_slide_is_not_asked(book: Versions):
    edit = book.edit("P1\n", "P4\n")
    assert "named.md" not in who_asks([edit], book.after.book)


def test_nobody_is_asked_when_all_places_stay(book: Versions):
    assert who_asks([book.edit("结不在绳上", "结在绳上")], book.after.book) == frozenset()


def test_whose_page_shows_the_title_of_a_slide_is_made_again(book: Versions):
    assert decks_nearby([book.edit("## Loops", "## Turns")], book.before, book.after) == {"linked.md", "named.md"}
    assert decks_nearby([book.edit("## Knots", "## Turns")], book.before, book.after) == frozenset()
    assert decks_nearby([book.edit("结不在绳上", "结在绳上")], book.before, book.after) == frozenset()


def test_papers_show_the_remarks_of_the_slides_that_cite_them(book: Versions):
    def found(old: str, new: str) -> list[str]:
        keys = papers_nearby([book.edit(old, new)], book.before, book.after, book.config)
        titles = {paper.key: paper.title for paper in book.before.book.library.papers}
        return sorted(titles[key] for key in keys)

    assert found("结不在绳上", "结在绳上") == ["Slow Rivers of the North"]
    assert found("## Loops", "## Turns") == ["Lanterns in the Tide"]
    assert found("P2\n", "Words beside the remark.\n\nP2\n") == []


def test_files_that_a_note_links_to(book: Versions):
    assert files_linked(["filed.md", "nets.md"], book.before.book) == {"data.txt"}


def test_any_note_that_is_shown_otherwise_is_a_difference(book: Versions):
    edit = book.edit("## Loops", "## Turns")
    assert differs(lambda deck, _: [slide.label for slide in deck.slides], [edit], book.before, book.after) is False
    assert differs(lambda deck, _: [str(slide.title) for slide in deck.slides], [edit], book.before, book.after) is True


# --- a page with other content ----------------------------------------------------------------------------------------

HEAD = front_matter({"title": "Nets", "kind": "note"})


def page(text: str, head: str = HEAD) -> str:
    return f"{head}\n\n{html_block(f'<p>{text}</p>')}\n"


def shown(markdown: str) -> bytes:
    """The HTML of a page as an engine gives it, between what the theme puts around it."""
    made = read_page(markdown, "Link")
    assert made is not None
    assert made.content
    return b"<body><nav>old</nav><article>%s</article></body>" % made.content.encode()


OLD = shown(page("old"))


def test_new_content_takes_the_place_of_the_old():
    html = splice(page("old"), page("neu &amp; ½"), OLD, "Link")
    assert html == shown(page("neu &amp; ½"))
    assert "neu &amp; ½" in html.decode()


@pytest.mark.parametrize(
    ("new", "html"),
    [
        (page("new", front_matter({"title": "Ropes", "kind": "note"})), OLD),
        (f"{HEAD}\n\n{heading_line(2, 'More', 'more')}\n\n{html_block('<p>new</p>')}\n", OLD),
        (f"{HEAD}\n\n{html_block('<h1>new</h1>')}\n", OLD),
        (page("new"), shown(page("other"))),
        (page("new"), OLD + OLD),
        ("no page of ours", OLD),
    ],
    ids=["another title", "a heading", "a first heading", "not that page", "twice", "not our shape"],
)
def test_where_more_than_the_content_changes_no_page_is_put_together(new: str, html: bytes):
    assert splice(page("old"), new, html, "Link") is None
