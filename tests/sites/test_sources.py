"""What can be built: a bare folder, one file, an mdBook, a project; each becomes a whole site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .command import article, navigation, run, write

DECK = "P1\n## Opening words\n\n> ✅ 先看这张图。\n\nP2\n\n![](pictures/curve.svg)\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0h20v10H0z"/></svg>'


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_bare_folder_becomes_a_site_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "lecture notes",
        {
            "lecture 10.md": "# Ten\n\nthe tenth\n",
            "lecture 2.md": "# Two\n\nback to [ten](<lecture 10.md>)\n",
            "deck.md": DECK,
            "pictures/curve.svg": SVG,
            "part/inner.md": "# Inner\n",
        },
    )
    before = _files(folder)
    done = run("build", folder, cwd=tmp_path)
    assert (done.code, done.out.splitlines()[:-1]) == (0, [])
    assert _files(folder) == before
    out = tmp_path / "lecture notes-site"
    # closed sections are left out of a page's navigation, so the page inside one is asked
    names = [name for name in navigation(out / "part/inner.html") if name in {"Two", "Ten", "Opening words", "Inner"}]
    assert names == ["Opening words", "Two", "Ten", "Inner"]
    page = article(out / "deck.html")
    assert [one.get("id") for one in page.xpath(".//h2")] == ["p1", "p2"]
    (picture,) = page.xpath(".//img")
    assert (out / picture.get("src")).is_file()
    assert article(out / "lecture 2.html").xpath(".//p/a/@href") == ["lecture%2010.html"]
    home = article(out / "index.html")
    assert {"deck.html", "lecture%2010.html"} <= set(home.xpath(".//a/@href"))
    assert article(out / "zh" / "deck.html").xpath(".//div[@data-kind='note']")


def test_a_readme_with_headings_as_the_home_page_has_them(tmp_path: Path) -> None:
    text = "# Cranes\n\n[down](#papers)\n\n## Papers\n\nTamm et al., “Quiet Cranes for Rooms,” arXiv 2023.\n\n## Part 1\n\nx\n"
    write(tmp_path / "n", {"README.md": text, "a.md": "# A\n", "b.md": "# B\n"})
    done = run("build", "n", cwd=tmp_path)
    assert done.code == 0, done.out
    ids = article(tmp_path / "n-site/index.html").xpath(".//h2/@id")
    assert len(ids) == len(set(ids))
    assert ids[:2] == ["papers", "part-1"]
    assert {"part-1-1", "papers-1"} <= set(ids)


def test_a_single_file(tmp_path: Path) -> None:
    write(tmp_path / "n", {"deck.md": DECK, "other.md": "# Other\n", "pictures/curve.svg": SVG})
    done = run("build", "n/deck.md", cwd=tmp_path)
    assert done.code == 0, done.out
    out = tmp_path / "deck-site"
    (picture,) = article(out / "deck.html").xpath(".//img")
    assert (out / picture.get("src")).is_file()
    assert not (out / "other.html").exists()
    assert sorted(path.name for path in (tmp_path / "n").iterdir()) == ["deck.md", "other.md", "pictures"]


def test_a_single_file_is_not_told_of_links_beside_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "desk", {"one.md": "# One\n\n![](named.svg)\n"})
    for name in ("named.svg", "unnamed.svg"):
        (folder / name).symlink_to(tmp_path / "elsewhere.svg")
    told = run("check", folder / "one.md", cwd=tmp_path)
    assert [line.partition(":")[0] for line in told.out.splitlines() if "[file-unreadable]" in line] == ["named.svg"]


def test_a_single_file_is_judged_alone(tmp_path: Path) -> None:
    said = "# One\n\n[the other](other.md) [a file](lost.pdf) ![](pictures/curve.svg)\n"
    write(tmp_path, {"one.md": said, "other.md": "# Other\n", "pictures/curve.svg": SVG, "pictures/theirs.svg": SVG})
    assert run("check", "one.md", cwd=tmp_path).out.splitlines() == [
        "one.md:3:1: warning[link-missing]: other.md not found (no other note was read: name a folder for all notes in it)",
        "one.md:3:23: warning[link-missing]: lost.pdf not found (check the path; it is relative to this note)",
        "2 warnings",
    ]


def test_an_mdbook(tmp_path: Path) -> None:
    book = write(
        tmp_path / "book",
        {
            "book.toml": '[book]\ntitle = "Curves"\nsrc = "text"\nmultilingual = false\n\n[preprocessor.other]\nx = 1\n',
            "text/SUMMARY.md": "# Summary\n\n[Before](before.md)\n\n# First part\n\n- [B first](b.md)\n"
            "    - [Below](sub/below.md)\n- [To come]()\n- [Then A](a.md)\n",
            "text/a.md": "# A heading that is not the title\n",
            "text/b.md": "# B\n",
            "text/before.md": "# Before\n",
            "text/sub/below.md": "# Below\n",
            "text/forgotten.md": "# Forgotten\n",
        },
    )
    done = run("build", book, "-o", tmp_path / "out", cwd=tmp_path)
    assert done.code == 0, done.out
    assert [line.split(": ")[0] for line in done.messages("summary-unlisted")] == ["text/forgotten.md"]
    page = (tmp_path / "out" / "a.html").read_text(encoding="utf-8")
    assert "Curves</title>" in page
    wanted = ["Before", "First part", "B first", "Below", "Then A", "Forgotten"]
    # a page's navigation leaves out what is in closed sections
    for page, shown in (("sub/below", wanted[:-1]), ("forgotten", ["Before", "First part", "Forgotten"])):
        names = dict.fromkeys(navigation(tmp_path / "out" / f"{page}.html"))
        assert [name for name in names if name in wanted] == shown
    assert (tmp_path / "out" / "sub" / "below.html").is_file()


def test_a_project(tmp_path: Path) -> None:
    project = write(
        tmp_path / "project",
        {
            "mkdocs.yml": "site_name: 曲线 and curves\nextra:\n  slidegloss:\n    languages: [zh, en]\n",
            "docs/notes/deck.md": DECK.replace("pictures/", "../../assets/"),
            "docs/pages/guide.md": "# Guide\n\nhow to read\n",
            "assets/curve.svg": SVG,
        },
    )
    done = run(cwd=project)
    assert done.code == 0, done.out
    assert sorted(path.name for path in project.iterdir()) == [
        *("assets", "build", "docs", "mkdocs.yml", "site"),
    ]
    page = (project / "site" / "deck.html").read_text(encoding="utf-8")
    assert '<html lang="zh-Hans"' in page or '<html lang="zh' in page
    assert "曲线 and curves</title>" in page
    assert article(project / "site" / "deck.html").xpath(".//img")
    assert "how to read" in article(project / "site" / "en" / "guide.html").text_content()


@pytest.mark.parametrize(("lang", "other"), [("en", "zh"), ("zh", "en")])
def test_one_edition_alone_is_a_whole_site(tmp_path: Path, lang: str, other: str) -> None:
    note = write(tmp_path, {"deck.md": "P1\n## Opening words\n\n> ✅ 先看这张图。\n"}) / "deck.md"
    done = run("build", note, "-o", "out", "--lang", lang, cwd=tmp_path)
    assert (done.code, done.out.splitlines()[:-1]) == (0, [])
    assert not (tmp_path / "out" / other).exists()
    assert "Opening words" in article(tmp_path / "out" / "deck.html").text_content()


def test_an_edition_that_the_settings_do_not_list(tmp_path: Path) -> None:
    note = write(tmp_path, {"deck.md": "# Words\n"}) / "deck.md"
    for command in (("build", "-o", "out"), ("serve",), ("offline", "--single-file"), ("translate",)):
        done = run(command[0], note, *command[1:], "--lang", "fr", cwd=tmp_path)
        assert done.code == 2, command
        assert "the settings list no language 'fr'; they list en, zh" in done.err
        assert [path.name for path in tmp_path.iterdir()] == ["deck.md"]


BIB = """@inproceedings{peebles2023dit,
  title = {Scalable Diffusion Models with Transformers},
  author = {Peebles, William and Xie, Saining},
  booktitle = {ICCV},
  year = {2023},
}
"""


def test_a_folder_without_settings_brings_its_bibliography(tmp_path: Path) -> None:
    cites = '# Deck\n\nP1\n\nPeebles and Xie, "Scalable Diffusion Models with Transformers," ICCV 2023.\n\n[Moreau et al. 2021]\n'
    write(tmp_path, {"book/src/deck.md": cites, "book/refs.bib": BIB, "book/book.toml": '[book]\ntitle = "B"\n'})
    done = run("build", "book", "-o", "out", cwd=tmp_path)
    assert done.code == 0, done.out
    chip, undescribed = article(tmp_path / "out/deck.html").find_class("sg-chip")
    assert chip.get("href") == "papers/peebles2023dit.html"
    assert "Saining Xie" in article(tmp_path / "out/papers/peebles2023dit.html").text_content()
    assert undescribed.text_content().strip() == "Moreau et al. 2021"  # the year stands there once
    assert run("check", "book", cwd=tmp_path).out.count("citation-undescribed]") == 1


def test_notes_that_begin_alike_are_told_apart_by_their_files(tmp_path: Path) -> None:
    alike = "# 2 Lamps\n\nP1\n\nThey shine.\n"
    folder = write(
        tmp_path / "n",
        {
            "part/oil_lamp.md": alike,
            "part/gas.md": alike,
            "part/sun.md": "# Daylight\n",
            "else/README.md": alike,
            "z.md": alike,
        },
    )
    assert run("build", folder, cwd=tmp_path).code == 0
    site = tmp_path / "n-site"
    for home in ("index.html", "zh/index.html"):
        page = (site / home).read_text(encoding="utf-8")
        cards = re.findall(r'class="sg-deck__title"[^>]*>([^<]+)<', page)
        assert sorted(cards) == [*(f"2 Lamps · {name}" for name in ("Else", "Gas", "Oil lamp", "Z")), "Daylight"]
    gas = (site / "part" / "gas.html").read_text(encoding="utf-8")
    assert "2 Lamps</h1>" in re.sub("<a class=.headerlink.*?</a>", "", gas), "the page says what its author wrote"
    menu = re.findall(r'class="md-nav__link[^"]*"[^>]*>([^<]+)<', gas)
    assert {"2 Lamps · Gas", "2 Lamps · Oil lamp", "Daylight"} <= set(menu)


def test_notes_of_one_title_in_several_parts_are_told_apart_by_these_in_lists_of_the_book(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "n",
        {
            "SUMMARY.md": "# Summary\n\n# Lamps\n\n- [Basics](l.md)\n\n# Ropes\n\n- [Basics](r.md)\n- [Knots](k.md)\n",
            **{f"{name}.md": f"# Words\n\n> ❓ 问{name}？\n" for name in "lrk"},
        },
    )
    assert run("build", folder, cwd=tmp_path).code == 0
    site = tmp_path / "n-site"
    for list_of in ("index.html", "questions.html", "coverage.html"):
        page = " ".join(article(site / list_of).text_content().split())
        assert all(name in page for name in ("Basics · Lamps", "Basics · Ropes", "Knots")), list_of
        assert "Knots ·" not in page
    assert "Basics · Lamps" in "".join(path.read_text(encoding="utf-8") for path in (site / "search").glob("*.js*"))
    menu = re.findall(r'class="md-nav__link[^"]*"[^>]*>([^<]+)<', (site / "l.html").read_text(encoding="utf-8"))
    assert "Basics" in menu
    assert not any("·" in name for name in menu)

    (folder / "SUMMARY.md").write_text(
        "# Summary\n\n- [Basics](l.md)\n- [Ropes](r.md)\n- [Knots](k.md)\n", encoding="utf-8"
    )
    assert run("build", folder, cwd=tmp_path).code == 0
    for list_of in ("index.html", "questions.html", "coverage.html"):
        assert "Basics ·" not in article(site / list_of).text_content(), list_of
