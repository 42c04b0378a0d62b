"""What a site says about papers: their pages, the index, chips and tables in notes, downloads, schemas."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from slidegloss.cli import main
from tests.papers_book import write_book


@pytest.fixture(scope="module")
def read(papers_site):
    return lambda path: (papers_site / path).read_text(encoding="utf-8")


def rows(page):
    return re.findall(r"<tr(?: class=\"[^\"]*\")?><td class=\"sg-c-paper\">.*?</tr>", page, re.DOTALL)


def test_the_index_lists_every_paper_with_its_facts_and_marks_stubs(read):
    page = read("papers.html")
    listed = rows(page)
    assert len(listed) == 6
    assert sum("sg-row-stub" in row or "known from citations only" in row for row in listed) == 2
    first = listed[0]
    assert '<a href="papers/moreau2021crease.html">CreaseNet: Learning Where Paper Folds</a>' in first
    assert "Ana Moreau, Bo Lin, Cy Tamm, Dia Roth, Eli Stone et al." in first
    assert ">ICCV</td>" in first
    assert '15<span class="sg-phone"> slides</span>' in first
    assert '>1<span class="sg-phone"> 页幻灯片<' in read("zh/papers.html")
    assert 'href="#tag=folding"' in first
    assert "<th" in page
    assert "These notes cite 6 papers; 4 have a description." in page
    assert all(f'href="papers.{kind}" download' in page for kind in ("bib", "csl.json", "csv"))


def test_script_and_odd_letters_in_titles_and_tags_are_text(read):
    page = read("papers.html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Wet Paper" in page
    assert "<script>alert(1)" not in page + read("papers/tamm2023slow.html")
    assert "#tag=c%26c%20%2F%20%2B%20%E6%B0%B4" in page
    assert "</script>" not in read("papers-data.js")


def test_a_papers_page_has_facts_summaries_slides_and_citations(read):
    page = read("papers/moreau2021crease.html")
    assert 'href="https://arxiv.org/abs/2101.00001"' in page
    assert 'href="https://example.org/crease"' in page
    assert "<strong>creases</strong>" in page
    assert re.search(r'sg-summary--translation" lang="zh-Hans">.*从一张图猜出折痕', page)
    assert page.index("guesses") < page.index("从一张图")
    chinese = read("zh/papers/moreau2021crease.html")
    assert chinese.index("从一张图") < chinese.index("guesses")
    assert "papers.html#guidance=text" in page
    snippets = page.split('<article class="sg-snippet">')[1:]
    assert len(snippets) == 15
    assert '../folding.html#p1"' in snippets[0]
    assert "折痕来自一张图" in snippets[0]
    assert "湿纸怎么办" in snippets[0]
    assert page.index('<details class="sg-fold"') < page.index("#p9")  # a long list is folded
    assert "9 more slides" in page
    assert "@inproceedings{moreau2021crease," in page
    assert "summary" not in page.partition("@inproceedings{")[2].partition("</code>")[0]
    assert '<a href="tamm2022quiet.html">Quiet Cranes</a>' in page  # shares a slide


def test_stubs_say_so_and_long_lists_of_authors_are_folded_but_whole(read):
    index = read("papers.html")
    stub = re.search(r'href="(papers/wolf[^"]+)"', index)
    assert "Nobody has described this paper yet" in read(stub[1])
    assert "这篇论文还没有介绍" in read(f"zh/{stub[1]}")
    crowd = read("papers/many2020.html")
    assert "All 60 authors" in crowd
    assert "Hand Number59" in crowd


def test_citations_in_notes_are_chips_and_names_in_paper_tables_are_links(read):
    page = read("folding.html")
    assert page.count('<a class="sg-chip" href="papers/moreau2021crease.html">') == 13
    assert 'sg-chip__venue">ICCV 2021' in page
    table = page[page.index('id="p3"') : page.index('id="p4"')]
    assert (
        '<a class="sg-paperlink" href="papers/moreau2021crease.html">CreaseNet: Learning Where Paper Folds</a>' in table
    )
    assert "sg-chip" not in table
    assert 'aria-label="link: Lanterns Over Dry Stone Walls in Spring"' in table
    assert ">link</a>" in table  # the author's own word stays


def test_cards_are_data_in_the_editions_language(read):
    def cards(path):
        return json.loads(read(path).removeprefix("window.slideglossPapers = "))

    english, chinese = cards("papers-data.js"), cards("zh/papers-data.js")
    title, short, authors, where, links, summary, lang, places = english["papers"]["moreau2021crease"]
    assert (title, short, where) == ("CreaseNet: Learning Where Paper Folds", "CreaseNet", "ICCV 2021")
    assert authors == "Ana Moreau, Bo Lin, Cy Tamm et al."
    assert links == [["arXiv 2101.00001", "https://arxiv.org/abs/2101.00001"], ["Code", "https://example.org/crease"]]
    assert summary == "It guesses creases from one picture. A second paragraph."
    assert (lang, places) == ("", "discussed in 15 places")
    assert chinese["papers"]["moreau2021crease"][5] == "从一张图猜出折痕。"
    assert chinese["words"]["open"] == "论文页面"


def test_downloads_and_schemas_are_published(read):
    assert "moreau2021crease" in read("papers.bib")
    assert len(json.loads(read("papers.csl.json"))) == 6
    assert read("papers.csv").startswith("key,title")
    assert "many2020" not in read("downloads/folding.bib")
    assert "tamm2022quiet" not in read("downloads/winter/snow.bib")
    assert 'href="../downloads/winter/snow.csl.json"' in read("zh/papers.html")
    for name in ("papers", "settings"):
        schema = json.loads(read(f"assets/schema/{name}.schema.json"))
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "guidance" in read("assets/schema/papers.schema.json")


# --- the command ---


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "book")


def test_list_and_missing(book, capsys):
    assert main(["papers", "list", str(book)]) == 0
    said = capsys.readouterr().out
    assert "moreau2021crease  2021  ICCV" in said
    assert "6 papers, 2 of them known from citations only" in said
    assert main(["papers", "missing", str(book)]) == 0
    drafts = yaml.safe_load(capsys.readouterr().out)
    assert [draft["title"] for draft in drafts] == [
        "Ladders That Move at Night",
        "Lanterns Over Dry Stone Walls in Spring",
    ]
    (book / "docs/papers/drafts.yml").write_text(yaml.safe_dump(drafts, allow_unicode=True), encoding="utf-8")
    assert main(["papers", "missing", str(book)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "every cited paper is described" in said.err


BIB = """@inproceedings{mine2020,
  title = {Lanterns Over Dry Stone Walls in Spring}, author = {M{\\"u}ller, Jo and Roth, Dia}, year = 2018,
}
@article{other, title = {CreaseNet: Learning Where Paper Folds}, year = 2021, author = {Moreau, Ana}}
"""


def test_importing_twice_changes_nothing_and_keys_stay(book, tmp_path, capsys):
    file = tmp_path / "zotero.bib"
    file.write_text(BIB, encoding="utf-8")
    assert main(["papers", "import", str(file), str(book)]) == 0
    written = book / "docs/papers/zotero.yml"
    assert "1 new in docs/papers/zotero.yml: mine2020" in capsys.readouterr().out
    (entry,) = yaml.safe_load(written.read_text(encoding="utf-8"))
    assert (entry["key"], entry["authors"]) == ("mine2020", ["Jo Müller", "Dia Roth"])
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    assert main(["papers", "import", str(file), str(book)]) == 0
    said = capsys.readouterr().out
    assert "2 known already, left as they are: mine2020, moreau2021crease" in said
    assert "nothing was written" in said
    assert before == {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}


def test_an_import_goes_behind_what_the_file_holds_or_beside_it(book, tmp_path, capsys):
    (book / "docs/papers/zotero.yml").write_text("# mine\n- title: Snow on Paper\n", encoding="utf-8")
    (book / "docs/papers/keyed.yml").write_text("first:\n  title: Rain on Paper\n", encoding="utf-8")
    for name in ("zotero", "keyed"):
        file = tmp_path / f"{name}.bib"
        file.write_text(f"@misc{{{name}1, title = {{Walking Home From {name}}}, year = 2001}}", encoding="utf-8")
        assert main(["papers", "import", str(file), str(book)]) == 0
    capsys.readouterr()
    text = (book / "docs/papers/zotero.yml").read_text(encoding="utf-8")
    assert text.startswith("# mine\n- title: Snow on Paper\n\n- key: zotero1\n")
    assert (book / "docs/papers/keyed.yml").read_text(encoding="utf-8") == "first:\n  title: Rain on Paper\n"
    assert "keyed1" in (book / "docs/papers/keyed-2.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["bib", "json", "yml"])
def test_what_is_exported_is_known_when_imported(book, tmp_path, capsys, ending):
    file = tmp_path / f"all.{ending}"
    assert main(["papers", "export", str(file), str(book)]) == 0
    assert main(["papers", "import", str(file), str(book)]) == 0
    said = capsys.readouterr().out
    assert "4 known already" in said
    assert "2 new" in said  # described from now on
    main(["papers", "export", str(file), str(book)])
    assert main(["papers", "import", str(file), str(book)]) == 0
    assert "6 known already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "papers.txt"], "end its name in .bib, .json, .csv"),
        (["export", "nowhere/papers.bib"], "there is no folder"),
        (["export", "docs/papers/folding.yml"], "one of the files that papers are read from"),
        (["import", "nothing.bib"], "cannot read nothing.bib"),
        (["import", "notes.docx"], "papers come in files that end in .bib"),
    ],
)
def test_commands_that_make_no_sense_are_refused(book, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(book)
    assert main(["papers", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_broken_entries_are_reported_and_the_others_used(book, tmp_path, capsys):
    file = tmp_path / "mixed.bib"
    file.write_text("@misc{good, title = {Birds of Tin}, year = 1999}\n@misc{bad, title = {No end", encoding="utf-8")
    assert main(["papers", "import", str(file), str(book)]) == 0
    said = capsys.readouterr().out
    assert "mixed.bib:2:" in said
    assert "bibtex-broken" in said
    assert "1 new in docs/papers/mixed.yml: good" in said


def test_one_paper_is_counted_as_one(tmp_path, capsys):
    (tmp_path / "mkdocs.yml").write_text("site_name: One\n", encoding="utf-8")
    (tmp_path / "note.md").write_text("# One\n\nAda Lux, “Lamps That Read Along,” CVPR 2020.\n", encoding="utf-8")
    assert main(["papers", "list", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 paper, 1 of them known from citations only")


def test_a_file_that_cannot_be_read_is_no_import(book, tmp_path, capsys):
    file = tmp_path / "broken.yml"
    file.write_text("- key: good\n  title: [no end\n", encoding="utf-8")
    assert main(["papers", "import", str(file), str(book)]) == 1
    said = capsys.readouterr().out
    assert "broken.yml:" in said
    assert "nothing was written" in said


@pytest.mark.parametrize("command", [["list"], ["missing"], ["import", "new.bib"], ["export", "all.bib"]])
def test_a_project_without_notes_is_a_problem_for_every_command(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    Path("new.bib").write_text("@misc{good, title = {Birds of Tin}, year = 1999}\n", encoding="utf-8")
    Path("mkdocs.yml").write_text("site_name: Empty\n", encoding="utf-8")
    assert main(["papers", *command]) == 1
    assert "no-notes" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mkdocs.yml", "new.bib"]
