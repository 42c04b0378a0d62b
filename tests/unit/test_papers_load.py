"""Paper files: every fault at once with its place, and the traps of YAML and BibTeX."""

from __future__ import annotations

import json

import pytest

from slidegloss.papers.export import import_papers
from slidegloss.papers.load import load_papers
from slidegloss.papers.schema import FIELDS, paper_schema
from slidegloss.syntax.latex import from_latex, to_latex


def load(text: str, path: str = "docs/papers/a.yml"):
    papers, found = load_papers([(path, text)])
    return papers, [(d.line, d.col, d.code_name) for d in found], found


def test_all_faults_of_a_file_are_reported_with_line_and_column() -> None:
    papers, places, found = load(
        "- title: Lanterns in the Tide\n  key: lan\n  titel: x\n  year: soon\n  arxiv: 23.1\n  doi: abc\n"
        "  links:\n    code: javascript:alert(1)\n"
        "- key: lan\n  title: Another Work of Folding\n"
        "- short: Nameless\n"
        "- just a text\n"
    )
    assert set(places) == {
        (3, 3, "paper-unknown-field"),
        (4, 9, "paper-invalid"),
        (5, 10, "paper-invalid"),
        (6, 8, "paper-invalid"),
        (8, 5, "paper-invalid"),
        (9, 1, "paper-duplicate"),
        (11, 3, "paper-invalid"),
        (12, 3, "paper-invalid"),
    }
    assert [p.key for p in papers] == ["lan", "lanb"]
    assert next(d for d in found if d.code_name == "paper-unknown-field").hint == "did you mean `title`?"


def test_a_field_that_stands_twice_is_told_with_the_line_where_it_stood_first() -> None:
    papers, _, found = load("- key: lan\n  title: Lanterns\n  year: 2020\n  title: Lanterns in the Tide\n")
    assert [paper.title for paper in papers] == ["Lanterns in the Tide"]
    assert [(one.line, one.col) for one in found] == [(4, 3)]
    assert "first on line 2" in found[0].message


def test_yaml_means_what_the_author_wrote() -> None:
    papers, places, _ = load("- {key: no, title: No, short: on, arxiv: 2310.10640, tags: [yes, 2023-01-02]}\n")
    assert not places
    assert (papers[0].key, papers[0].title, papers[0].short, papers[0].arxiv) == ("no", "No", "on", "2310.10640")
    assert papers[0].tags == ("yes", "2023-01-02")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            "- &a0 [x, x]\n" + "".join(f"- &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)),
            (19, 3),
            "too many values",
        ),
        ("- &a\n  title: Lanterns\n  links: *a\n", (1, 3), "inside what it names"),
        ("- title: Lanterns\x07\n", (1, 18), "U+0007"),
        ("- title: Lanterns: Slow\n", (1, 18), "mapping values"),
    ],
)
def test_yaml_that_cannot_be_read_has_a_place(text: str, place: tuple[int, int], words: str) -> None:
    papers, places, found = load(text)
    assert (papers, places) == ((), [(*place, "paper-syntax")])
    assert words in found[0].message


def test_a_date_is_no_year() -> None:
    papers, places, found = load("- title: Lanterns in the Tide\n  year: 2023-05-01\n")
    assert places == [(2, 9, "paper-invalid")]
    assert "2023-05-01" in found[0].message
    assert papers[0].year is None


def test_a_mapping_of_keys_and_a_single_paper_are_fine() -> None:
    assert [p.key for p in load("one:\n  title: Lanterns in the Tide\ntwo:\n  title: Slow Rivers\n")[0]] == [
        "one",
        "two",
    ]
    assert [p.key for p in load("title: Lanterns in the Tide\nauthors: Ana Moreau and Leo Tamm\nyear: 2023\n")[0]] == [
        "moreau2023lanterns"
    ]


def test_one_work_described_twice_is_reported_and_the_first_stays() -> None:
    papers, found = load_papers(
        [
            ("a.yml", "- {key: a, title: 'Lanterns in the Tide', arxiv: '2301.00001'}\n"),
            (
                "b.yml",
                "- {key: b, title: 'LANTERNS in the tide!'}\n- {key: c, title: Other, arxiv: 'arXiv:2301.00001v2'}\n",
            ),
        ]
    )
    assert [p.key for p in papers] == ["a"]
    assert [(d.path, d.line, d.code_name) for d in found] == [
        ("b.yml", 1, "paper-duplicate"),
        ("b.yml", 2, "paper-duplicate"),
    ]


def test_keys_that_would_share_a_page_are_told_apart() -> None:
    papers, places, _ = load("- {key: Lan, title: One Work}\n- {key: lan, title: Two Works}\n")
    assert [p.key for p in papers] == ["Lan", "lanb"]
    assert places == [(2, 1, "paper-duplicate")]


def test_names_in_all_their_forms() -> None:
    papers, places, _ = load(
        "- title: Lanterns in the Tide\n  authors:\n    - {family: Dorp, given: Mia, non-dropping-particle: van}\n"
        "    - Moreau, Ana\n    - 王小明\n    - {literal: The Fold Team}\n"
    )
    assert not places
    assert papers[0].authors == ("Mia van Dorp", "Ana Moreau", "王小明", "The Fold Team")


@pytest.mark.parametrize("after", ["", "# the end\n" * 20])
def test_a_character_that_yaml_forbids_is_told_with_its_place_behind_others_too(after: str) -> None:
    papers, places, _ = load(f"- title: 潮汐里的灯笼和别的灯\n  short: 灯\x7f\n{after}")
    assert not papers
    assert places == [(2, 11, "paper-syntax")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.bib", "@misc{a, title={Lamps}, author={王, 小明 and 山田, 太郎 and 王, Bo and Moreau, Ana}}"),
        ("a.bib", "@misc{a, title={Lamps}, author={family=王, given=小明 and 山田, 太郎 and 王, Bo and Moreau, Ana}}"),
        ("a.yml", "- {title: Lamps, authors: ['王, 小明', '山田, 太郎', '王, Bo', 'Moreau, Ana']}"),
        (
            "a.json",
            json.dumps(
                [
                    {
                        "id": "a",
                        "title": "Lamps",
                        "author": [
                            {"family": "王", "given": "小明"},
                            {"family": "山田", "given": "太郎"},
                            {"family": "王", "given": "Bo"},
                            {"family": "Moreau", "given": "Ana"},
                        ],
                    }
                ]
            ),
        ),
    ],
)
def test_names_in_chinese_and_japanese_begin_with_the_family(name: str, text: str) -> None:
    (paper,) = import_papers(name, text, ()).new
    assert paper.authors == ("王小明", "山田太郎", "Bo 王", "Ana Moreau")


def test_ten_thousand_authors_and_markup_in_a_title_are_kept_as_they_are() -> None:
    names = "\n".join(f"    - Ana Moreau{n}" for n in range(10_000))
    papers, places, _ = load(f"- title: <script>alert(1)</script> & co\n  authors:\n{names}\n")
    assert not places
    assert len(papers[0].authors) == 10_000
    assert papers[0].title == "<script>alert(1)</script> & co"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yml", "- title: A: B\n"),
        ("a.yml", "just text"),
        ("a.json", '[{"id": 1,]'),
        ("a.json", "3"),
        ("a.json", '[{"id": 1, "title": "A", "year": ' + "9" * 5000 + "}]"),
        ("a.yml", "a: &x [*x]\nb: {"),
    ],
)
def test_a_broken_file_is_one_message(name: str, text: str) -> None:
    papers, _, found = load(text, name)
    assert not papers
    assert found
    assert all(d.line >= 1 for d in found)


def test_broken_bibtex_blocks_are_reported_and_the_rest_is_used(capfd: pytest.CaptureFixture[str]) -> None:
    papers, places, _ = load(
        '@string{pc = "Paper Craft"}\n@article{one, title={Lanterns in the {Tide}}, author="M{\\"u}ller, Ana and {The Team} and others",\n  year=2020}\n'
        '@article{two, title={broken, year=2020}\n\n@inproceedings{three, title={Slow Rivers}, booktitle=pc # " 2021", year={20x}}\n'
        "@misc{four, title={Kites}, title={Twice}, eprint={2301.00001}, eprinttype={arxiv}, date={2023-05-01}}\n",
        "docs/papers/a.bib",
    )
    assert places == [(4, 1, "bibtex-broken"), (7, 1, "bibtex-broken"), (6, 68, "paper-invalid")]
    assert [p.key for p in papers] == ["one", "three", "four"]
    assert papers[0].authors == ("Ana Müller", "The Team", "et al.")
    assert papers[1].venue == "Paper Craft 2021"
    assert (papers[2].title, papers[2].arxiv, papers[2].venue, papers[2].year) == ("Kites", "2301.00001", "arXiv", 2023)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"M{\"u}ller", "Müller"),
        (r"\'Alvarez", "Álvarez"),
        (r"S{\o}rby and {\L}ukasz", "Sørby and Łukasz"),
        (r"Karla{\v{s}} {\c{C}}elik \v s", "Karlaš Çelik š"),
        (r"{AADiff} \& \emph{co} --- 50\%", "AADiff & co — 50%"),
        ("王小明", "王小明"),
    ],
)
def test_latex_becomes_letters(tex: str, plain: str) -> None:
    assert from_latex(tex) == plain


@pytest.mark.parametrize("text", ["A_b & c% #1 {x} ~y^2 \\z $5", "Müller 王", "a--b ``q''"])
def test_plain_text_survives_latex(text: str) -> None:
    assert from_latex(to_latex(text)) == text


def test_the_schema_knows_every_field_and_is_json() -> None:
    schema = json.loads(json.dumps(paper_schema()))
    assert tuple(schema["$defs"]["paper"]["properties"]) == FIELDS
    assert schema["$defs"]["paper"]["additionalProperties"] is False
    assert schema["$defs"]["paper"]["required"] == ["title"]


def test_a_chapter_has_what_its_book_says() -> None:
    papers, _, _ = load(
        "@incollection{one, crossref={Book}, title={Lanterns}, author={Moreau, Ana}}\n"
        "@incollection{two, crossref={book}, title={Kites}, author={Moreau, Ana}, year={2020}}\n"
        "@book{book, title={All Folds}, editor={Tamm, Bo}, publisher={Fold Press}, series={Notes}, date={2019-05}}\n",
        "docs/papers/a.bib",
    )
    assert [(p.venue, p.year) for p in papers] == [("All Folds", 2019), ("All Folds", 2020), ("Fold Press", 2019)]


@pytest.mark.parametrize("written", ["n.d.", "in press", "(forthcoming)", "待刊"])
def test_a_bibliography_may_say_that_there_is_no_year_yet(written: str) -> None:
    item = json.dumps([{"id": "a", "title": "Lanterns", "issued": {"literal": written}}])
    for text, name in ((f"@misc{{a, title={{Lanterns}}, year={{{written}}}}}", "a.bib"), (item, "a.json")):
        papers, places, _ = load(text, f"docs/papers/{name}")
        assert [(p.title, p.year) for p in papers] == [("Lanterns", None)]
        assert places == []


def test_the_markup_of_csl_is_no_part_of_a_title_and_a_book_has_its_publisher() -> None:
    items = [
        {"id": "a", "title": '<span class="nocase">FoldNet</span>: <i>Paper</i> a < b', "container-title": "Craft"},
        {"id": "b", "type": "book", "title": "Deep Folding", "publisher": "Fold Press"},
    ]
    papers, _, _ = load(json.dumps(items), "docs/papers/a.json")
    assert [(p.title, p.venue) for p in papers] == [("FoldNet: Paper a < b", "Craft"), ("Deep Folding", "Fold Press")]


def test_the_address_of_a_web_page_is_a_link_and_no_venue() -> None:
    text = (
        "@misc{a, title={A}, howpublished={\\url{https://example.org/a_b}}, year={2023}}\n"
        "@misc{b, title={B}, howpublished={Blog}, url={https://example.org/b}}\n"
        "@online{c, title={C}, howpublished={https://example.org/c}, url={https://example.org/d}}\n"
    )
    papers, problems, _ = load(text, "docs/papers/a.bib")
    assert not problems
    assert [(one.venue, dict(one.links)) for one in papers] == [
        ("", {"paper": "https://example.org/a_b"}),
        ("Blog", {"paper": "https://example.org/b"}),
        ("", {"paper": "https://example.org/d"}),
    ]
