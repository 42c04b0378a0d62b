"""Which paper a citation means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slidegloss.model import Citation, Paper
from slidegloss.nodes import Span
from slidegloss.papers import near
from slidegloss.papers.keys import KeySet, free_key, paper_key
from slidegloss.papers.match import Backlink, link_papers
from slidegloss.papers.venues import is_preprint, short_venue, short_venues


def cite(
    title: str = "",
    authors: str = "",
    venue: str = "",
    year: int | None = None,
    *,
    short: str = "",
    arxiv: str = "",
    doi: str = "",
    slide: str = "p1",
    line: int = 1,
) -> Citation:
    return Citation(title, authors, venue, year, short, (), arxiv, doi, title, slide, Span(line, 1, line))


LANTERNS = Paper(
    "lan",
    "Lanterns in the Tide: Folding by Night",
    short="LIT",
    authors=("Ana Moreau",),
    venue="ICCV",
    year=2022,
    arxiv="2201.00001",
    aliases=("Tidal Lanterns",),
)


def codes(found) -> list[tuple[str, str]]:
    return [(d.code_name, d.severity.value) for d in found]


def test_title_alias_short_name_id_and_near_title_all_lead_to_the_paper() -> None:
    citations = [
        cite("lanterns in the tide — folding by night"),
        cite("Tidal Lanterns"),
        cite(authors="Moreau et al.", year=2022),
        cite(short="LIT", authors="Moreau et al.", year=2022),
        cite(arxiv="2201.00001"),
        cite("Lanterns in the Tide: Foldng by Nigth", "Moreau et al.", line=9),
        cite(authors="Tamm et al.", year=2022),
    ]
    library, found = link_papers({"a.md": citations}, [LANTERNS])
    assert library.cited["a.md"][:6] == ("lan",) * 6
    assert library.cited["a.md"][6] == "tamm2022tamm" or library.by_key[library.cited["a.md"][6]].stub
    near = [d for d in found if d.code_name == "citation-near"]
    assert [(d.path, d.line) for d in near] == [("a.md", 9)]


def test_the_name_of_a_method_in_front_of_a_title_is_no_typing_error() -> None:
    title = "Lanterns in the Tide and Other Works on Light at the Water of Large Lakes in Winter"
    citations = [cite(title, "Moreau et al."), cite(title, "Moreau et al."), cite(f"LIT: {title}", "Moreau et al.")]
    library, found = link_papers({"a.md": citations}, [])
    assert len({*library.cited["a.md"]}) == 1
    assert "citation-near" not in dict(codes(found))


def test_backlinks_stand_in_the_order_of_the_notes_each_once() -> None:
    title = LANTERNS.title
    library, _ = link_papers(
        {
            "b.md": [cite(title, slide="p9"), cite(title, slide="p9")],
            "a.md": [cite(title, slide=""), cite(title, slide="p2")],
        },
        [LANTERNS],
    )
    assert library.backlinks["lan"] == (Backlink("b.md", "p9"), Backlink("a.md", ""), Backlink("a.md", "p2"))


def test_works_nobody_described_become_stubs_with_the_published_venue() -> None:
    citations = [
        cite("Slow Rivers", "Tamm et al.", "arXiv", 2022),
        cite("Slow rivers", "Tamm et al.", "ICLR", 2023, line=5),
    ]
    library, found = link_papers({"a.md": citations}, [])
    (stub,) = library.papers
    assert (stub.key, stub.title, stub.venue, stub.year, stub.stub) == (
        "tamm2022slow",
        "Slow Rivers",
        "ICLR",
        2023,
        True,
    ) or stub.key == "tamm2023slow"
    assert stub.authors == ("Tamm", "et al.")
    assert library.undescribed == (stub.key,)
    assert sorted(codes(found)) == [("citation-conflict", "info"), ("citation-undescribed", "info")]


def test_a_preprint_of_which_nobody_says_the_year_is_of_the_one_in_its_number() -> None:
    citations = [
        cite("Lanterns under Ice", arxiv="1906.01234", venue="arXiv"),
        cite("Lanterns over Ice", arxiv="1906.01235", venue="ICLR"),
        cite("Lanterns on Ice", arxiv="1906.01236", venue="arXiv", year=2020),
        cite(arxiv="cs/9901001"),
    ]
    library, found = link_papers({"a.md": citations}, [])
    assert [paper.year for paper in library.papers] == [2019, None, 2020, None]
    assert not [problem for problem in found if problem.code_name != "citation-undescribed"]


def test_two_published_venues_are_a_conflict_to_look_at() -> None:
    _, found = link_papers({"a.md": [cite(LANTERNS.title, "Moreau et al.", "CVPR", 2022, line=3)]}, [LANTERNS])
    assert codes(found) == [("citation-conflict", "warning")]
    assert found[0].line == 3
    assert "ICCV 2022" in found[0].message


@pytest.mark.parametrize(
    ("cited", "full"),
    [
        ("JMLR", "Journal of Machine Learning Research"),
        ("NeurIPS", "Advances in Neural Information Processing Systems"),
        ("CVPR", "Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)"),
        ("ICML", "International Conference on Machine Learning"),
        ("IEEE TPAMI", "IEEE Transactions on Pattern Analysis and Machine Intelligence"),
        ("CACM", "Communications of the ACM"),
        ("TOG", "ACM Transactions on Graphics"),
        ("Bell Syst. Tech. J", "Bell System Technical Journal"),
        ("Ph.D. dissertation, Fold", "PhD thesis, University of Fold"),
    ],
)
def test_a_venue_and_its_abbreviation_are_no_conflict(cited: str, full: str) -> None:
    paper = replace(LANTERNS, venue=full)
    assert not link_papers({"a.md": [cite(LANTERNS.title, "Moreau et al.", cited, 2022)]}, [paper])[1]
    _, found = link_papers({"a.md": [cite(LANTERNS.title, "Moreau et al.", "ICCV", 2022)]}, [paper])
    assert codes(found) == [("citation-conflict", "warning")]


def test_where_a_described_preprint_was_published_its_entry_is_to_be_corrected() -> None:
    paper = replace(LANTERNS, venue="arXiv")
    (problem,) = link_papers({"a.md": [cite(LANTERNS.title, "Moreau et al.", "ICCV", 2022)]}, [paper])[1]
    assert problem.hint == "write ICCV 2022 into its entry if it has appeared there"


def test_what_a_table_names_is_described_by_the_draft_made_of_it() -> None:
    (stub,) = link_papers({"a.md": [cite(short="FoldNet", year=2022)]}, [])[0].papers
    library, found = link_papers({"a.md": [cite(short="FoldNet", year=2022)]}, [replace(stub, stub=False)])
    assert library.cited["a.md"] == (stub.key,)
    assert not found


def test_typos_of_a_stub_join_the_usual_spelling() -> None:
    right = "Counting Kites for Consistent Video Editing"
    citations = [
        cite("Counting Kites for Consistent Video Edigng", "Tamm et al."),
        cite(right, "Tamm et al."),
        cite(right, "Tamm et al."),
    ]
    library, _ = link_papers({"a.md": citations}, [])
    assert [p.title for p in library.papers] == [right]


def test_a_title_with_more_typos_is_the_same_where_its_author_is() -> None:
    def papers(*authors: str) -> int:
        titles = ("Counting Kites for Consistent Video Editing", "Counting Kites for Consistent Vedio Edigtng")
        cited = [cite(title, author) for title, author in zip(titles, authors, strict=True)]
        return len(link_papers({"a.md": cited}, [])[0].papers)

    assert papers("Tamm et al.", "Tamm et al.") == 1
    assert papers("Tamm et al.", "") == 2


def test_versions_parts_and_other_authors_stay_apart() -> None:
    citations = [
        cite("A Long Study of Paper Kites, Part 1", "Tamm et al."),
        cite("A Long Study of Paper Kites, Part 2", "Tamm et al."),
        cite("FoldNet: Learning to Crease the Paper", "Voss et al."),
        cite("FoldNet++: Learning to Crease the Paper", "Voss et al."),
        cite("A Long Study of Paper Kitex, Part 1", "Moreau et al."),
    ]
    library, _ = link_papers({"a.md": citations}, [])
    assert len(library.papers) == 5


def test_an_ambiguous_key_prefers_a_work_of_the_same_note() -> None:
    citations = {
        "a.md": [cite("First Work of Folds", "Tamm et al.", year=2022), cite(authors="Tamm et al.", year=2022)],
        "b.md": [cite("Second Work of Kites", "Tamm et al.", year=2022)],
        "c.md": [cite(authors="Tamm et al.", year=2022)],
    }
    library, _ = link_papers(citations, [])
    assert library.cited["a.md"][1] == library.cited["a.md"][0]
    assert library.cited["c.md"][0] not in {library.cited["a.md"][0], library.cited["b.md"][0]}


@pytest.mark.parametrize(
    ("title", "key"),
    [
        (r"$F^3$old: Paper in Motion", "li2023f3old"),
        (r"F$^3$old: Paper in Motion", "li2023f3old"),
        (r"$\beta$-Folds", "li2023beta"),
        ("The Folds of x", "li2023folds"),
    ],
)
def test_the_key_of_a_paper_says_the_first_word_of_its_title_as_it_reads(title: str, key: str) -> None:
    assert paper_key(("Ann Li",), 2023, title) == key


def test_keys_of_stubs_are_unique_and_the_same_every_time() -> None:
    citations = {
        "a.md": [
            cite("Kites over Sand", "Tamm et al.", year=2022),
            cite("Kites under Snow and Ice", "Tamm et al.", year=2022),
            cite(arxiv="2301.00001"),
        ]
    }
    first, _ = link_papers(citations, [])
    again, _ = link_papers(citations, [])
    assert [p.key for p in first.papers] == ["tamm2022kites", "tamm2022kitesb", "arxiv-2301.00001"]
    assert first == again


def test_many_citations_need_few_comparisons(monkeypatch) -> None:
    calls = 0
    ratio = near._ratio

    def counted(*args, **kwargs):
        nonlocal calls
        calls += 1
        return ratio(*args, **kwargs)

    monkeypatch.setattr(near, "_ratio", counted)
    words = [a + b + c for a in "bdfgk" for b in ("al", "er", "om", "ip") for c in "aeiou"]
    titles = [" ".join(words[(n * k + 7 * k) % 100] for k in (1, 3, 7, 11, 13)).title() + f" {n}" for n in range(2000)]
    papers = [Paper(f"k{n}", title) for n, title in enumerate(titles[:1000])]
    link_papers({"a.md": [cite(title) for title in titles]}, papers)
    assert calls < 20 * len(titles)


def test_a_key_that_thousands_share_is_not_counted_through_again() -> None:
    asked = 0

    class Counted(KeySet):
        def __contains__(self, key: object) -> bool:
            nonlocal asked
            asked += 1
            return super().__contains__(key)

    taken = Counted()
    keys = []
    for _ in range(500):
        keys.append(free_key("chen2023motion", taken))
        taken.add(keys[-1])
    assert len(set(keys)) == 500
    assert keys[-1] == "chen2023motion-500"
    assert asked < 500 * 35


@pytest.mark.parametrize("venue", ["arXiv", "bioRxiv", "medRxiv", "ChemRxiv", "SSRN", ""])
def test_preprint_servers_publish_nothing(venue):
    assert is_preprint(venue)


def test_a_key_leads_to_its_paper_and_one_that_no_paper_has_is_told_where_it_is_certain() -> None:
    keys = [("lan", True), ("LAN", False), ("lam", True), ("somebody", False), ("lam", True)]
    citations = [cite(line=at)._replace(key=key, certain=certain) for at, (key, certain) in enumerate(keys, 1)]
    library, found = link_papers({"a.md": citations}, [LANTERNS])
    assert library.cited["a.md"] == ("lan", "lan", "", "", "")
    assert library.undescribed == ()
    assert [(one.line, one.code_name, one.hint) for one in found] == [(3, "citation-key", "did you mean @lan?")]
    assert found[0].message.endswith("as it is written (1 more like it in this note)"), "and told once a note"


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("IEEE Conf. Comput. Vis. Pattern Recog", "CVPR"),
        ("2019 IEEE/CVF Conference on Computer Vision and Pattern Recognition", "CVPR"),
        ("Eur. Conf. Comput. Vis", "ECCV"),
        ("Proceedings of the Thirty-Seventh AAAI Conference on Artificial Intelligence", "AAAI"),
        ("IEEE Trans. Pattern Anal. Mach. Intell", "TPAMI"),
        ("Int. J. Comput. Vis", "IJCV"),
        ("Adv. Neural Inf. Process. Syst", "NeurIPS"),
        ("Phys. Rev. Lett", "PRL"),
        ("IEEE Computer Society Conference on Computer Vision and Pattern Recognition", "CVPR"),
        ("CVPR Oral", "CVPR"),
        ("ICCV Workshops", "ICCVW"),
        ("ACM SIGGRAPH", "SIGGRAPH"),
        ("14th USENIX Symposium on Operating Systems Design and Implementation", "OSDI"),
        ("Proceedings of the VLDB Endowment", "VLDB"),
        ("Proc. Natl. Acad. Sci. U.S.A", "PNAS"),
        ("Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)", "CVPR"),
        ("2023 IEEE/CVF Winter Conference on Applications of Computer Vision (WACV '23)", "WACV"),
        ("Proceedings of the 38th International Conference on Machine Learning", "ICML"),
        ("Proceedings of the IEEE/CVF International Conference on Computer Vision Workshops (ICCVW)", "ICCVW"),
        *(
            (other, other)
            for other in (
                "Machine Learning",
                "Computer Vision",
                "Artificial Intelligence",
                "CVPRW",
                "IEEE/CVF Conference on Computer Vision and Pattern Recognition Workshops",
                "计算机学报",
            )
        ),
    ],
)
def test_venues_are_listed_under_their_short_names(written: str, short: str) -> None:
    assert short_venue(written) == short


def test_a_venue_is_listed_as_the_acronym_that_stands_in_the_library() -> None:
    full = "Conference on Paper Theory"
    assert short_venues([full, "COPT", "OPT", ""]) == {full: "COPT", "COPT": "COPT", "OPT": "OPT"}
    assert short_venues([full]) == {full: full}
    assert short_venues(["Fold. Pap. B", "Folding Papers A", "Fold. Pap. A"]) == {
        "Fold. Pap. B": "Fold. Pap. B",
        "Folding Papers A": "Folding Papers A",
        "Fold. Pap. A": "Folding Papers A",
    }


def test_the_families_of_a_key_are_as_many_authors() -> None:
    library, _ = link_papers({"a.md": [cite("", "Moreau, Tamm", "", 2019)]}, [])
    assert library.papers[0].authors == ("Moreau", "Tamm")


DEEP = Paper("fold", "Deep Folding", authors=("Ana Moreau", "Bo Tamm"), venue="Nature", year=2015)
BOOK = Paper("book", "Deep Folding", authors=("Cy Oja",), venue="MIT Press", year=2016)


@pytest.mark.parametrize(
    ("papers", "keys"),
    [
        ([], ["moreau2015deep", "oja2016deep", "oja2016deep", "oja2016deep"]),
        ([DEEP], ["fold", "oja2016deep", "oja2016deep", "oja2016deep"]),
        ([DEEP, BOOK], ["fold", "book", "book", "book"]),
    ],
)
def test_two_works_of_one_title_are_told_apart_by_authors_and_year(papers: list[Paper], keys: list[str]) -> None:
    citations = [
        cite("Deep Folding", "Moreau and Tamm", "Nature", 2015),
        cite("Deep folding", "Oja et al.", "MIT Press", 2016),
        cite("Deep Folding", "Oja", "", 2016),
        cite("", "Oja et al.", "", 2016),
    ]
    library, found = link_papers({"a.md": citations}, papers)
    assert list(library.cited["a.md"]) == keys
    assert "citation-conflict" not in dict(codes(found))


@pytest.mark.parametrize(
    "other",
    [
        ("Moreau and Tamm", "arXiv", 2014),  # the preprint
        ("Tamm et al.", "Nature Letters", 2016),  # the second author is named first
        ("Moroau et al.", "CVPR", 2016),  # a typing error
        ("王小明等", "CVPR", 2016),
        ("", "CVPR", 2016),
        ("Oja et al.", "CVPR", 2015),
    ],
)
def test_one_work_that_is_cited_in_other_ways_stays_one(other: tuple[str, str, int]) -> None:
    authors, venue, year = other
    citations = [cite("Deep Folding", "Moreau and Tamm", "Nature", 2015), cite("Deep Folding", authors, venue, year)]
    library, _ = link_papers({"a.md": citations}, [])
    assert len(set(library.cited["a.md"])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Theory of Folding, Part III: Paper Cranes", "Theory of Folding, Part IV: Paper Cranes"),
        ("Theory of Folding, Part A: Paper Cranes", "Theory of Folding, Part B: Paper Cranes"),
        ("Supervised Folding of Paper Cranes in the Wild", "Unsupervised Folding of Paper Cranes in the Wild"),
        ("Scaling Text-to-Image Folding Models for Paper", "Scaling Text-to-Video Folding Models for Paper"),
        ("Theory of Folding", "Theory of Folding: Part II"),
    ],
)
def test_titles_that_differ_by_what_they_mean_are_two_works(one: str, other: str) -> None:
    citations = [cite(one, "Moreau et al.", "CVPR", 2021), cite(other, "Moreau et al.", "CVPR", 2021)]
    library, found = link_papers({"a.md": citations}, [])
    assert len(set(library.cited["a.md"])) == 2
    assert "citation-near" not in dict(codes(found))


@pytest.mark.parametrize("turned", [False, True])
def test_a_title_without_its_subtitle_is_the_same_work(turned: bool) -> None:  # noqa: FBT001
    long, short = "A Crane is Worth One Fold: Personal Paper by Inversion", "A Crane is Worth One Fold"
    citations = [cite(long, "Gal et al.", "ICLR", 2023), cite(short, "Gal et al.", "ICLR", 2023)]
    library, _ = link_papers({"a.md": citations[::-1] if turned else citations}, [])
    assert [paper.title for paper in library.papers] == [long]
    apart = [cite(long, "Gal et al.", "ICLR", 2023), cite(short, "Oja et al.", "ICLR", 2023)]
    assert len(link_papers({"a.md": apart}, [])[0].papers) == 2


def test_a_key_that_may_mean_several_works_is_one_paper_however_often_it_is_cited() -> None:
    titled = [cite(f"{word} Folding Models", "Moreau et al.", "CVPR", 2022) for word in ("Video", "Paper")]
    keys = [cite("", "Moreau et al.", venue, 2022) for venue in ("", "CVPR", "")]
    library, _ = link_papers({"a.md": titled, "b.md": keys, "c.md": keys}, [])
    assert len(library.papers) == 3
    assert len({*library.cited["b.md"], *library.cited["c.md"]}) == 1


def test_a_key_of_two_authors_is_not_the_work_of_three() -> None:
    keys = [
        cite("", authors, "", 2010)
        for authors in ("Moreau and Tamm", "Moreau, Tamm, and Oja", "Moreau & Tamm", "Moreau")
    ]
    library, _ = link_papers({"a.md": keys}, [])
    two, three, again, alone = library.cited["a.md"]
    assert (two == again, two == three, len(library.papers)) == (True, False, 3)
    assert alone not in {two, three}
    library, _ = link_papers(
        {"a.md": [cite("", names, "", 2010) for names in ("Moreau, Oja, and Tamm", "Moreau and Tamm")]}, []
    )
    assert len(library.papers) == 2, "nor where the last name is the same"
