"""Export and import are inverse; other programs read what is written; the timeline is safe and tidy."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
import xml.etree.ElementTree as ET

import pytest

from slidegloss.editions.words import load_words
from slidegloss.model import Paper
from slidegloss.papers.bibtex import entry_of, to_bibtex
from slidegloss.papers.csl import item_of, to_csl
from slidegloss.papers.export import draft_yaml, import_papers, to_csv, to_yaml
from slidegloss.papers.keys import paper_path
from slidegloss.papers.load import as_mapping, load_papers
from slidegloss.papers.timeline import Links, label_of, timeline_svg

PAPERS = (
    Paper(
        "moreau2023lanterns",
        "LIT: Lanterns & Tides — 50% of {Folding} by FoldNet_2 #1",
        short="LIT",
        authors=(
            "Ana Moreau",
            "Mia van Dorp",
            "Xue Bin Tamm",
            "王小明",
            "Łukasz Sørby Jr.",
            "The Fold and Crease Team",
        ),
        venue="ICCV",
        year=2023,
        arxiv="2301.00001",
        doi="10.9999/fold_2023.17",
        links={"paper": "https://example.org/a_b?x=1&y=2%20z#t", "code": "https://example.org/code~x"},
        tags=("paper craft", "风"),
        guidance=("wind + light", "text"),
        figure="assets/lit.svg",
        summary={"en": "It folds at night.\n\nTwice: *well*.", "zh": "夜里折纸。"},
        aliases=("Tidal Lanterns, Revisited",),
    ),
    Paper("x", "<script>alert(1)</script>", authors=("Plato",), venue="arXiv", year=2022, arxiv="2201.00002"),
    Paper("y-1", "No Year at All", authors=("Ana B. Moreau",), venue="IEEE Transactions on Paper Craft"),
    Paper("z", "Only a Title"),
)
PRINTED = (
    Paper(
        "moreau2019chapter",
        "A Chapter on Paper",
        authors=("Ana Moreau",),
        venue="The Big Book of Folds",
        year=2019,
        bibtex={
            "entry": "incollection",
            "editor": "Mia van Dorp and Ana Tamm",
            "number": "3",
            "pages": "1–20",
            "edition": "2nd",
            "publisher": "Folds & Sons",
            "month": "jan",
        },
    ),
    Paper("knot1968art", "The Art of Knots", authors=("Bo Knot",), venue="AW", year=1968, bibtex={"entry": "book"}),
)


@pytest.mark.parametrize(("name", "write"), [("a.yml", to_yaml), ("a.bib", to_bibtex), ("a.json", to_csl)])
def test_what_is_exported_is_imported_unchanged(name: str, write) -> None:
    papers = (*PAPERS, *PRINTED)
    read = import_papers(name, write(papers), ())
    assert not read.diagnostics
    assert [as_mapping(p) for p in read.new] == [as_mapping(p) for p in papers]
    assert write(read.new) == write(papers)


def test_what_bibliographies_print_comes_back_out_of_a_bib_file() -> None:
    text = (
        "@book{a, title={Knots}, author={B Knot}, publisher={AW}, year=1968, isbn={978-3}, file={x.pdf}}\n"
        "@article{b, title={Quiet Folds}, author={B Knot}, journal={Acta Ludica}, volume=7, number={2}, pages={1--9},"
        " publisher={AW}, year=2011}\n"
        "@article{c, title={Loud Folds}, author={B Knot}, journal={CoRR}, volume={abs/2301.00009}, eprint={2301.00009},"
        " archiveprefix={arXiv}, year=2023}\n"
        "@proceedings{d, title={All Folds}, editor={B Knot}, year=2012}\n"
    )
    read = import_papers("a.bib", text, ()).new
    assert [dict(paper.bibtex) for paper in read] == [
        {"isbn": "978-3", "entry": "book"},
        {"volume": "7", "number": "2", "pages": "1–9", "publisher": "AW", "entry": "article"},
        {},
        {},
    ]
    written = to_bibtex(read)
    assert "@book{a,\n" in written
    assert "  publisher = {AW},\n" in written
    assert "  pages     = {1--9}" in written
    items = {item["id"]: item for item in json.loads(to_csl(read))}
    assert (items["a"]["type"], items["a"]["publisher"], items["a"]["ISBN"]) == ("book", "AW", "978-3")
    assert (items["b"]["type"], items["b"]["issue"], items["b"]["page"]) == ("article-journal", "2", "1–9")


def test_a_detail_that_nobody_prints_is_told_with_the_nearest() -> None:
    text = "- title: Folds\n  bibtex:\n    page: 1–9\n- title: Creases\n  bibtex: {entry: boook, volume: 7}\n"
    papers, problems = load_papers([("a.yml", text)])
    assert [(one.line, one.code_name) for one in problems] == [(3, "paper-invalid"), (5, "paper-invalid")]
    assert "did you mean 'pages'?" in problems[0].message
    assert "'boook'" in problems[1].message
    assert [paper.title for paper in papers] == ["Folds", "Creases"]


def test_a_title_of_one_letter_is_known_by_its_key() -> None:
    first = import_papers("a.bib", "@misc{x, title = {T}}", ()).new
    assert import_papers("a.bib", "@misc{x, title = {T}}", first).new == ()
    assert [paper.key for paper in import_papers("a.bib", "@misc{x, title = {U}}", first).new] == ["xb"]


FORMULA = Paper("moreau2017beta", r"$\beta$-CRANE: Folds in $\mathcal{O}(n \log n)$ Steps for $5", year=2017)


def test_a_title_keeps_its_tex_where_tex_is_read_and_is_text_elsewhere() -> None:
    assert r"{{$\beta$-CRANE:} Folds in {$\mathcal{O}(n \log n)$} Steps for \$5}" in to_bibtex([FORMULA])
    for name, write in (("a.yml", to_yaml), ("a.bib", to_bibtex)):
        assert import_papers(name, write([FORMULA]), ()).new[0].title == FORMULA.title
    words = "β-CRANE: Folds in O(n log n) Steps for $5"
    assert item_of(FORMULA)["title"] == words
    assert words in to_csv([FORMULA])
    assert label_of(FORMULA) == "β-CRANE"
    known = import_papers("a.bib", "@misc{x, title = {β-CRANE: Folds in O(n log n) Steps for \\$5}}", [FORMULA]).known
    assert known == (("moreau2017beta", words),)


def test_a_formula_that_would_break_an_entry_is_text_in_it() -> None:
    (paper,) = import_papers("a.bib", to_bibtex([Paper("k", r"Folds of $\left\{ x$ Again")]), ()).new
    assert paper.title == "Folds of { x Again"


@pytest.mark.parametrize(
    ("entry", "venue", "holds"),
    [
        ("@software{k, title = {Folder}}", "Software", "@software"),
        ("@software{k, title = {Folder}, publisher = {Zenodo}}", "Zenodo", "publisher = {Zenodo}"),
        ("@techreport{k, title = {Folds}, institution = {MIT}}", "Technical report, MIT", "institution = {MIT}"),
        ("@patent{k, title = {A Fold}}", "Patent", "@patent"),
    ],
)
def test_reports_software_and_patents_stay_what_they_are(entry: str, venue: str, holds: str) -> None:
    (paper,) = import_papers("a.bib", entry, ()).new
    assert paper.venue == venue
    assert holds in to_bibtex([paper])
    assert import_papers("a.bib", to_bibtex([paper]), ()).new[0].venue == venue
    assert import_papers("a.json", to_csl([paper]), ()).new[0].venue == venue


def test_importing_twice_changes_nothing_and_keys_stay() -> None:
    first = import_papers("a.bib", to_bibtex(PAPERS), ())
    again = import_papers("a.bib", to_bibtex(PAPERS), first.new)
    assert again.new == ()
    assert [key for key, _ in again.known] == [p.key for p in PAPERS]
    other = import_papers("b.bib", "@misc{z, title={Quite Another Work}}", first.new)
    assert [p.key for p in other.new] == ["zb"]


def test_better_bibtex_is_read() -> None:
    text = (
        "@online{moreauLanternsTide2023,\n  title = {Lanterns in the {{Tide}}},\n  author = {Moreau, Ana and Dorp, Mia van},\n  date = {2023-04-27},\n"
        "  eprint = {2301.00001},\n  eprinttype = {arxiv},\n  eprintclass = {cs},\n  url = {http://arxiv.org/abs/2301.00001},\n  urldate = {2024-01-01},\n"
        "  keywords = {Paper craft,Wind},\n  file = {/home/x/y.pdf}\n}\n"
    )
    (paper,) = import_papers("z.bib", text, ()).new
    assert (paper.key, paper.title, paper.year, paper.arxiv, paper.venue) == (
        "moreauLanternsTide2023",
        "Lanterns in the Tide",
        2023,
        "2301.00001",
        "arXiv",
    )
    assert paper.authors == ("Ana Moreau", "Mia van Dorp")
    assert paper.tags == ("Paper craft", "Wind")
    assert paper.links == {}


def test_pybtex_reads_the_bib() -> None:
    database = pytest.importorskip("pybtex.database")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = database.parse_string(to_bibtex(PAPERS), "bibtex")
    assert list(data.entries) == [p.key for p in PAPERS]
    people = data.entries["moreau2023lanterns"].persons["author"]
    assert people[1].prelast_names == ["van"]
    assert people[1].last_names == ["Dorp"]
    assert len(people) == len(PAPERS[0].authors)


def test_citeproc_formats_the_csl_json() -> None:
    citeproc = pytest.importorskip("citeproc")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from citeproc.source.json import CiteProcJSON  # noqa: PLC0415 - it warns on import

        source = CiteProcJSON(json.loads(to_csl(PAPERS)))
        style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = citeproc.CitationStylesBibliography(style, source, citeproc.formatter.plain)
        for key in source:
            bibliography.register(citeproc.Citation([citeproc.CitationItem(key)]))
        text = "\n".join(map(str, bibliography.bibliography()))
    assert "Moreau" in text
    assert "2023" in text


@pytest.mark.parametrize(("name", "write"), [("a.bib", to_bibtex), ("a.json", to_csl)])
def test_those_whom_et_al_leaves_out_are_nobodys_name(name: str, write) -> None:
    text = write([Paper("tamm2022slow", "Slow Rivers", authors=("Tamm", "et al."), year=2022)])
    assert "others" in text
    assert "al." not in text
    (read,) = import_papers(name, text, ()).new
    assert read.authors == ("Tamm", "et al.")


def test_bin_is_a_given_name_unless_it_is_written_as_a_particle() -> None:
    items = json.loads(to_csl([Paper("a", "Folds", authors=("Xue Bin Tamm", "Ana bin Moreau"))]))
    assert items[0]["author"] == [
        {"given": "Xue Bin", "family": "Tamm"},
        {"given": "Ana", "family": "Moreau", "non-dropping-particle": "bin"},
    ]


def test_csv_has_a_row_for_each_paper_and_no_formulas() -> None:
    rows = list(csv.reader(io.StringIO(to_csv((*PAPERS, Paper("q", "=HYPERLINK(1)"))))))
    assert len(rows) == 6
    assert rows[0][:3] == ["key", "title", "short"]
    assert rows[5][1] == "'=HYPERLINK(1)"
    years = [row[rows[0].index("year")] for row in rows[1:]]
    assert years == ["" if paper.year is None else str(paper.year) for paper in PAPERS] + [""]
    assert len(set(years)) > 2


def test_a_draft_of_missing_papers_is_a_valid_paper_file() -> None:
    stub = Paper(
        "tamm2022slow",
        "Slow Rivers",
        authors=("Tamm", "et al."),
        venue="ICLR",
        year=2022,
        stub=True,
        source_path="notes/a.md",
        line=7,
    )
    text = draft_yaml([stub])
    assert "# cited in notes/a.md:7" in text
    (paper,), found = load_papers([("docs/papers/new.yml", text)])
    assert not found
    assert (paper.key, paper.title, paper.authors, paper.year) == ("tamm2022slow", "Slow Rivers", ("Tamm",), 2022)


SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    root = ET.fromstring(svg)
    hits = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "sg-tl-hit"]
    around = [tuple(float(r.get(name)) for name in ("x", "y", "width", "height")) for r in hits]
    (x, y, width, height), named = around[0], around[1:]  # the first is that of all dots
    dots = [(float(dot.get("x")), float(dot.get("y"))) for dot in root.iter(f"{SVG}use")]
    return named + [(at + x, down + y, width, height) for at, down in dots]


def plot(papers, weights=(), *, narrow=False) -> str:
    links = Links(lambda paper: paper_path(paper.key), lambda _: "")
    return timeline_svg(papers, "en", load_words("en")[0].table, links, dict(weights), narrow=narrow)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("count", [1, 13, 150])
def test_labels_of_the_timeline_never_overlap_or_leave_it(count: int, narrow: bool) -> None:  # noqa: FBT001
    venues = ("arXiv", "ICCV", "CVPR", "NeurIPS", "", "A Very Long Name of a Workshop on Folding Paper")
    papers = [
        Paper(
            f"k{n}",
            f"Folding Number {n} of Many Things to See",
            short="折纸之夜" * (n % 4),
            venue=venues[n * n % 6],
            year=2012 + n * n % 13,
        )
        for n in range(count)
    ]
    svg = plot(papers, narrow=narrow)
    width = float(ET.fromstring(svg).get("width"))
    found = boxes(svg)
    assert len(found) == count
    assert all(x >= 0 and x + w <= width for x, _, w, _ in found)
    for n, (x, y, w, h) in enumerate(found):
        assert not any(
            y < y2 + h2 - 0.2 and y2 < y + h - 0.2 and x < x2 + w2 - 0.2 and x2 < x + w - 0.2
            for x2, y2, w2, h2 in found[n + 1 :]
        )


def test_a_large_library_names_the_papers_that_the_notes_say_most_about() -> None:
    papers = [Paper(f"k{n}", f"Folding {n}", year=2020 + n % 3, venue="ICCV", stub=n > 1) for n in range(200)]
    root = ET.fromstring(plot(papers, weights={"k150": 9, "k151": 1}))
    links = {link.get("href"): link for link in root.iter(f"{SVG}a")}
    labels = {href for href, link in links.items() if link.find(f"{SVG}text") is not None}
    assert len(links) == 200
    assert 10 < len(labels) < 100
    assert {"papers/k0.html", "papers/k1.html", "papers/k150.html", "papers/k151.html"} <= labels
    assert all(link.find(f"{SVG}title").text for link in links.values())


def test_the_names_of_a_large_library_stand_in_all_its_years() -> None:
    papers = [Paper(f"k{n * 7 % 300:03}", f"Folding {n}", year=2018 + n % 5, venue="ICCV") for n in range(300)]
    root = ET.fromstring(plot(papers))
    named = {link.get("href") for link in root.iter(f"{SVG}a") if link.find(f"{SVG}text") is not None}
    years = {paper.year for paper in papers if paper_path(paper.key) in named}
    assert years == set(range(2018, 2023)), "where all are in the last one, its column is as high as they are many"


def test_a_dot_of_a_large_library_costs_little_and_says_its_name() -> None:
    papers = [Paper(f"k{n}", f"Folding {n}", authors=("Tamm",), year=2020, venue="ICCV", stub=True) for n in range(600)]
    for narrow, said in ((False, "Folding 599. Tamm. ICCV 2020"), (True, "Folding 599")):
        svg, twice = (plot(papers * times, narrow=narrow) for times in (1, 2))
        assert (len(twice) - len(svg)) / len(papers) < 175
        dot = f'<a href="papers/k599.html" tabindex="-1"><title>{said}</title><use href="#sg-tl-'
        assert dot in svg
        drawn = ET.fromstring(svg)
        assert {use.get("href")[1:] for use in drawn.iter(f"{SVG}use")} == {
            group.get("id") for group in drawn.find(f"{SVG}defs")
        }
        assert "sg-tl-stub" in drawn.get("class"), "said once"


def test_the_timeline_is_safe_titled_and_linked() -> None:
    links = Links(lambda paper: f"papers/{paper.key}.html?a=1&b=2", lambda _: "")
    words = {"timeline_title": "论文 <时间线>", "timeline_other": "其他"}
    svg = timeline_svg(PAPERS, "zh", words, links, {}, narrow=False)
    root = ET.fromstring(svg)
    assert root.find(f"{SVG}title").text == "论文 <时间线>"
    assert [a.get("href") for a in root.iter(f"{SVG}a")] == [
        "papers/moreau2023lanterns.html?a=1&b=2",
        "papers/x.html?a=1&b=2",
    ]
    assert "<script" not in svg
    assert plot([Paper("z", "Undated")]) == ""


def test_labels_are_short_names_or_the_start_of_the_title() -> None:
    assert label_of(Paper("a", "FoldNet: Learning to Crease")) == "FoldNet"
    assert (
        label_of(Paper("a", "A Quiet Study of Moving Ladders in Winter", authors=("Ana",)))
        == "A Quiet Study of Moving …"
    )
    assert re.fullmatch(r".{25}…", label_of(Paper("a", "折" * 60)))
    assert label_of(Paper("a", "arXiv:2399.14393")) == "arXiv:2399.14393"
    assert label_of(Paper("a", "https://paper.example/fold/ladders-17.pdf")) == "paper.example/fold/ladder…"


JOURNAL, CONFERENCE = ("@article", "article-journal"), ("@inproceedings", "paper-conference")


@pytest.mark.parametrize(
    ("venue", "kinds"),
    [
        *(
            (name, JOURNAL)
            for name in ("PNAS", "IEEE Signal Processing Magazine", "IEEE Communications Surveys", "CGF")
        ),
        *((name, JOURNAL) for name in ("Phys. Rev. Lett", "Machine Learning", "N Engl J Med")),
        *((name, CONFERENCE) for name in ("CVPR", "OpenReview", "TIPS Workshop")),
        *((name, ("@book", "book")) for name in ("MIT Press", "Springer", "清华大学出版社")),
        ("PhD thesis, University of Fold", ("@phdthesis", "thesis")),
        ("硕士学位论文，某某大学", ("@mastersthesis", "thesis")),
        ("Technical Report, University of Fold", ("@techreport", "report")),
        ("US Patent 9,999,456", ("@patent", "patent")),
        ("Software, Fold Foundation", ("@software", "software")),
        ("GitHub", ("@software", "software")),
        ("IEEE Software", JOURNAL),
        ("Workshop on Open Source Software", CONFERENCE),
        ("Fold blog", ("@misc", "webpage")),
        *((name, ("@article", "article")) for name in ("bioRxiv", "SSRN")),
    ],
)
def test_bibtex_and_csl_agree_on_what_is_a_journal(venue, kinds):
    paper = Paper("k", "A Title", venue=venue)
    assert (entry_of(paper).partition("{")[0], item_of(paper)["type"]) == kinds


@pytest.mark.parametrize(
    ("venue", "head"),
    [("PhD thesis, University of Fold", "@phdthesis"), ("Master’s thesis, University of Fold", "@mastersthesis")],
)
def test_a_thesis_goes_out_with_its_school_and_comes_back(venue: str, head: str) -> None:
    text = entry_of(Paper("k", "A Title", venue=venue))
    assert text.startswith(head)
    assert "= {University of Fold}" in text
    assert import_papers("a.bib", text, ()).new[0].venue == venue
