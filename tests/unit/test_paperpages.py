"""What stands behind the pages of papers: which are related, and which names are links in tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from slidegloss.book.bookfile import describe
from slidegloss.decks.pieces import anew
from slidegloss.editions.words import load_words
from slidegloss.html import blocks as html
from slidegloss.html.context import CiteView, Context
from slidegloss.model import NoteSource, Paper
from slidegloss.notes.citations import cite_deck
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.pages.page import title_html
from slidegloss.pages.papercards import authors_line, cards_script
from slidegloss.pages.paperpages import (
    MANY_SHARE,
    RELATED,
    Alike,
    AtHand,
    cite_box,
    relations,
    render_index,
    render_papers,
)
from slidegloss.papers.match import Backlink, Library
from slidegloss.pipeline.loading import load
from slidegloss.site.search import _papers
from slidegloss.templating.environment import environment

WORDS, _ = load_words("en")


def library(papers, backlinks=()):
    return Library(tuple(papers), {}, dict(backlinks), (), {paper.key: paper for paper in papers})


def test_a_shared_slide_outweighs_shared_tags():
    papers = [
        Paper("a", "A", tags=("x", "y")),
        Paper("tags", "B", tags=("x", "y")),
        Paper("slide", "C"),
        Paper("none", "D"),
    ]
    here = Backlink("n.md", "p1")
    found = relations(library(papers, {"a": (here,), "slide": (here,)}))
    assert found["a"] == ("slide", "tags")
    assert found["none"] == ()


def test_what_very_many_share_relates_nobody_and_lists_stay_short():
    papers = [Paper(f"k{n}", "T", tags=("all", f"t{n // 20}")) for n in range(MANY_SHARE + 1)]
    found = relations(library(papers))
    assert len(found["k0"]) == RELATED
    assert all(int(key[1:]) < 20 for key in found["k0"])
    assert found["k60"] == ()  # alone with its own tag


def test_authors_on_one_line():
    def line(*authors):
        return authors_line(Paper("k", "T", authors=authors), WORDS, 3)

    assert line("A B", "C D", "E F") == "A B, C D, E F"
    assert line("A B", "C D", "E F", "G H") == "A B, C D et al."
    assert line("Winter", "et al.") == "Winter et al."
    assert line() == ""


def rendered(note, *, href="papers/x.html"):
    deck, _ = parse_deck(NoteSource("n.md", "n.html", note), NoteOptions())
    deck = cite_deck(deck)
    context = Context(
        lang="en", source_lang="en", path="n.md", sink=[], cite=lambda _: CiteView("X", "ICCV", 2021, href)
    )
    return html.render_blocks(deck.opening, context)


TABLE = """| ID | Year | Name | Note | Link |
|--|--|--|--|--|
| 1 | 2021 | {name} | a note | {link} |
"""


def test_names_in_paper_tables_are_links_even_around_line_breaks():
    page = rendered(TABLE.format(name="Learning to Fold<br>Paper Cranes Slowly", link="[link](https://example.org/a)"))
    assert '<a class="sg-paperlink" href="papers/x.html">' in page
    assert "sg-chip" not in page
    assert "Paper Cranes Slowly" in page
    assert page.count("<a ") == page.count("</a>") == 2
    assert 'class="sg-p-year"' in page


def test_a_name_that_the_author_linked_keeps_its_link():
    page = rendered(TABLE.format(name="[Learning to Fold Paper Cranes](https://example.org/cranes)", link=""))
    assert '<a href="https://example.org/cranes">Learning to Fold Paper Cranes</a>' in page
    assert page.count("Learning to Fold Paper Cranes") == 1


def test_a_link_column_says_what_its_links_are_about():
    page = rendered(TABLE.format(name="Learning to Fold Paper Cranes", link="[link](https://example.org/a)"))
    assert '<a href="https://example.org/a" aria-label="link: Learning to Fold Paper Cranes">link</a>' in page


def test_other_tables_keep_their_chips():
    page = rendered('| A | B |\n|--|--|\n| Lin et al., "Learning to Fold Paper Cranes," ICCV 2021. | x |\n')
    assert 'class="sg-chip"' in page
    assert "sg-paperlink" not in page


def test_papers_rendered_together_have_the_pages_of_papers_rendered_apart(tmp_path: Path) -> None:
    for name in "ab":
        text = "".join(
            f"P{number}\n\n> ✅ 备注 {name}{number}\n\nWriter et al., “A Work of Some Length{number % 2},” CVPR 2023.\n\n"
            for number in range(1, 6)
        )
        (tmp_path / f"{name}.md").write_text(
            f"# {name}\n\nWriter et al., “A Third Work,” 2020.\n\n{text}", encoding="utf-8"
        )
    loaded, _ = load(tmp_path)
    assert loaded is not None
    book, config, templates = loaded.book, loaded.config, environment(tmp_path)
    related = relations(book.library)
    papers = [(paper, related[paper.key]) for paper in book.library.papers]
    assert len(papers) == 3
    edition = loaded.edition(book, WORDS)
    second = replace(edition, languages=("zh", "en"))
    alike = Alike(book.library)
    for one in (edition, second):
        fresh = [AtHand(anew, Alike(book.library)) for _ in papers]
        apart = [
            render_papers([some], one, config, templates, loaded.options, own)
            for some, own in zip(papers, fresh, strict=True)
        ]
        together = render_papers(papers, one, config, templates, loaded.options, AtHand(anew, alike))
        assert together.pages == tuple(page for rendered in apart for page in rendered.pages)


def test_a_web_page_is_cited_with_its_address():
    links = {"paper": "https://example.org/a", "code": "https://example.org/b"}
    assert cite_box(Paper("k", "T", links=links)).count("https://example.org/a") == 2
    assert "example.org/b" not in cite_box(Paper("k", "T", links=links))
    assert "example.org" not in cite_box(Paper("k", "T", venue="CVPR", links=links))


def test_what_is_true_of_all_papers_the_index_says_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# a\n\nMoreau et al., “A First Work,” 2020.\n\nTamm et al., “A Second Work,” 2021.\n", "utf-8"
    )
    loaded, _ = load(tmp_path)
    assert loaded is not None
    (index,) = render_index(loaded.edition(loaded.book, WORDS), environment(tmp_path)).pages
    assert index.markdown.count("known from citations only") == 1
    assert index.markdown.count("<tr>") == 3


def test_a_formula_in_a_title_brings_nothing_that_html_may_not_hold() -> None:
    made = title_html("$a\x07b$-Lamps \ufffe")
    assert "<math" in made
    assert "\ufffd" in made
    assert not {"\x07", "\ufffe"} & set(made)


def test_formulas_in_titles_are_shown_as_formulas_and_found_as_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# a\n\nMoreau et al., “$\\beta$-Crane & $\\ell_1$ Folds at Night,” ICLR 2017.\n", encoding="utf-8"
    )
    loaded, _ = load(tmp_path)
    assert loaded is not None
    book, templates = loaded.book, environment(tmp_path)
    (paper,) = book.library.papers
    edition = loaded.edition(book, WORDS)
    (page,) = render_papers(
        [(paper, ())], edition, loaded.config, templates, loaded.options, AtHand(anew, Alike(book.library))
    ).pages
    (index,) = render_index(edition, templates).pages
    for markdown in (page.markdown, index.markdown):
        assert "<mi>β</mi>" in markdown
        assert "<mi>ℓ</mi><mn>1</mn></msub>" in markdown
        assert "\nmaths: true\n" in markdown, "the font of formulas"
    assert "β-Crane &amp; ℓ1 Folds" in page.markdown.partition("\n---\n")[0]
    assert "β-Crane & ℓ1 Folds at Night" in cards_script(edition, loaded.options)
    assert any("β-Crane & ℓ1 Folds at Night" in doc.papers[0] for doc in _papers(book.library, loaded.options))
    assert describe([], [paper], title="", languages=[]).papers[0].title == "β-Crane & ℓ1 Folds at Night"


def test_a_summary_in_chinese_is_the_original_for_readers_of_zh_cn(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# a\n\nMoreau et al., “Crane Folds at Night,” ICLR 2017.\n", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text("extra: {slidegloss: {languages: [en, zh-CN]}}\n", encoding="utf-8")
    loaded, _ = load(tmp_path)
    assert loaded is not None
    paper = replace(loaded.book.library.papers[0], summary={"en": "It folds.", "zh": "夜里折纸。"})
    edition = loaded.edition(loaded.book, replace(WORDS, lang="zh-CN"))
    at_hand = AtHand(anew, Alike(loaded.book.library))
    (page,) = render_papers([(paper, ())], edition, loaded.config, environment(tmp_path), loaded.options, at_hand).pages
    own, other = (
        '<div class="sg-summary sg-summary--original">',
        '<div class="sg-summary sg-summary--translation" lang="en">',
    )
    assert page.markdown.index("夜里折纸") > page.markdown.index(own)
    assert page.markdown.index(own) < page.markdown.index(other) < page.markdown.index("It folds")
