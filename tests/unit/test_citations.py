"""Citations: the labelled sample, and what wrapping them leaves of the author's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from slidegloss.model import Deck, NoteSource
from slidegloss.nodes import Cite, Emphasis, Inline, Link
from slidegloss.notes.citation_finder import PRETEST, Finder, Found, Setting
from slidegloss.notes.citation_shapes import find_citations
from slidegloss.notes.citation_words import HAN, first_family, has_cjk, names_start, normal_title, venue_name
from slidegloss.notes.citations import cite_deck
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.notes.language import detect
from slidegloss.notes.running_text import Flat, flatten
from slidegloss.syntax.tree import deck_blocks, deck_inlines, leaves, plain, walk_blocks

SAMPLE = yaml.safe_load((Path(__file__).parents[1] / "golden/citations/sample.yml").read_text(encoding="utf-8"))
CORPUS = Path(__file__).parents[3] / "shared"


def parse(text: str) -> Deck:
    return parse_deck(NoteSource("notes/a.md", "a.html", text), NoteOptions())[0]


def cited(text: str) -> Deck:
    return cite_deck(parse(text))


def as_expected(case: dict) -> bool:
    found = cited(case["md"]).citations
    if len(found) != len(case["cites"]):
        return False
    return all(
        getattr(citation, name) == value
        for citation, wanted in zip(found, case["cites"], strict=True)
        for name, value in wanted.items()
    )


def test_the_labelled_sample_is_recognised_shape_by_shape() -> None:
    wrong = [(case["shape"], case["md"]) for case in SAMPLE if case["cites"] and not as_expected(case)]
    assert not wrong, wrong


def test_remarks_quoted_phrases_and_plain_links_are_no_citations() -> None:
    wrong = [
        (case["md"], [c.text for c in cited(case["md"]).citations])
        for case in SAMPLE
        if not case["cites"] and cited(case["md"]).citations
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case["shape"])
def test_wrapping_changes_no_word(case: dict) -> None:
    before, after = parse(case["md"]), cited(case["md"])
    for (_, old), (_, new) in zip(deck_blocks(before), deck_blocks(after), strict=True):
        assert [plain(leaf) for leaf in leaves(old)] == [plain(leaf) for leaf in leaves(new)]
    indexes = [node.index for node in deck_inlines(after) if isinstance(node, Cite)]
    assert sorted(set(indexes)) == list(range(len(after.citations)))


def test_citations_know_their_slide_line_and_column() -> None:
    deck = cited(
        "P3\n## Folding\n\nSome words first.\nMoreau et al., “Lanterns in the Tide,” arXiv 2023.\n\n"
        "> ✅ 看 Tamm et al., “Woven Light for Sparse Looms,” CVPR 2022.\n"
    )
    first, second = deck.citations
    assert (first.slide, first.span.line, first.span.col) == ("p3", 5, 1)
    assert (second.slide, second.span.line) == ("p3", 7)
    assert first.text == "Moreau et al., “Lanterns in the Tide,” arXiv 2023."


def test_annotations_in_the_list_are_those_in_the_blocks() -> None:
    deck = cited("P1\n\n> ✅ Moreau et al., “Lanterns in the Tide,” arXiv 2023.\n")
    (block,) = [b for b in walk_blocks(deck.slides[0].blocks) if type(b).__name__ == "Annotations"]
    assert block.items[0] is deck.annotations[0]
    assert any(isinstance(n, Cite) for leaf in leaves(deck.annotations[0].original.blocks) for n in leaf)


def test_a_translation_does_not_cite_a_second_time() -> None:
    deck = cited(
        "P1\n\n> ✅ 见 Moreau et al., “Lanterns in the Tide,” arXiv 2023.\n> en: See Moreau et al., “Lanterns in the Tide,” arXiv 2023.\n"
    )
    assert len(deck.citations) == 1


def test_formatting_inside_a_citation_stays_and_half_of_it_may_stay_outside() -> None:
    deck = cited("*Before, Moreau et al., “Lanterns in the Tide,”* CVPR 2022 after\n")
    emphasis, cite, rest = deck.opening[0].children
    assert isinstance(emphasis, Emphasis)
    assert plain(emphasis.children) == "Before, "
    assert isinstance(cite, Cite)
    assert isinstance(cite.children[0], Emphasis)
    assert plain((rest,)) == " after"


def test_the_volume_behind_the_year_belongs_to_a_citation() -> None:
    entry = "Moreau A, Tamm AN. Folding is all you need. Advances in Paper. 2017;30(2):1–9."
    assert [one.text for one in cited(f"- {entry}\n").citations] == [entry]


def test_tags_that_belong_to_a_citation_go_into_it() -> None:
    deck = cited("<u>“Lanterns in the Tide”</u> Moreau et al. (2022)\n")
    (cite,) = deck.opening[0].children
    assert isinstance(cite, Cite)


def test_links_behind_a_citation_belong_to_it() -> None:
    (citation,) = cited(
        "Moreau et al., “Lanterns in the Tide,” CVPR 2022 [paper](https://arxiv.org/abs/2399.01234)\n"
    ).citations
    assert citation.arxiv == "2399.01234"
    assert citation.urls == ("https://arxiv.org/abs/2399.01234",)


def test_a_link_is_never_cut_in_two() -> None:
    deck = cited("[see Moreau et al., CVPR, 2021 here](https://example.org)\n")
    (cite,) = deck.opening[0].children
    assert isinstance(cite, Cite)
    assert isinstance(cite.children[0], Link)


def test_paper_tables_are_read_with_short_and_odd_rows() -> None:
    deck = cited(
        "|序号|年份|名称|备注|标签|链接|\n|--|--|--|--|--|--|\n"
        "|1|2024.9.10|Woven Light for Sparse Looms|快|风、纸，光<br>影|[link](https://arxiv.org/abs/2399.01234)|\n"
        "|2|2023a|MossNet|\n|[3]|2019|\n|4|-|-|\n||2022|Kite: A Wind of Words|||\n"
    )
    assert [(one.year, one.title, one.short, one.arxiv) for one in deck.citations] == [
        (2024, "Woven Light for Sparse Looms", "", "2399.01234"),
        (2023, "", "MossNet", ""),
        (2022, "Kite: A Wind of Words", "Kite", ""),
    ]


def test_paper_tables_have_titles_beside_methods_and_venues_with_their_year() -> None:
    deck = cited(
        "|Method|Title|Pub|Paper|\n|--|--|--|--|\n"
        "|**MossNet**|Woven Light for Sparse Looms|CVPR 2022|[[paper](https://arxiv.org/abs/2399.01234)]|\n"
        "|-|Kites in the Wind of Words|ICCV'23|->|\n\n"
        "|模型|时间|会议|论文|\n|--|--|--|--|\n"
        "|Moss|2021.12.20|CVPR 2022|[Moss on Looms for Light Weaving](https://arxiv.org/abs/2399.01235)|\n"
        "|Reed|2021.04.20|-|[Reed: Light Weaving of Looms](https://arxiv.org/abs/2399.01236)|\n"
    )
    assert [(one.title, one.short, one.venue, one.year, one.arxiv) for one in deck.citations] == [
        ("Woven Light for Sparse Looms", "MossNet", "CVPR", 2022, "2399.01234"),
        ("Kites in the Wind of Words", "", "ICCV", 2023, ""),
        ("Moss on Looms for Light Weaving", "", "CVPR", 2022, "2399.01235"),
        ("Reed: Light Weaving of Looms", "Reed", "", 2021, "2399.01236"),
    ]


def test_a_cell_of_a_paper_table_is_flattened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    deck = parse("|ID|Year|Name|Link|\n|--|--|--|--|\n|1|2023|MossNet|[link](https://arxiv.org/abs/2399.01234)|\n")
    flattened: list[object] = []

    def noted(children: Sequence[Inline]) -> Flat:
        flattened.append(children)
        return flatten(children)

    for module in ("citations", "paper_columns"):
        monkeypatch.setattr(f"slidegloss.notes.{module}.flatten", noted)
    assert len(cite_deck(deck).citations) == 1
    _, _, name, link = deck.opening[0].rows[0]
    assert [sum(one is cell.children for one in flattened) for cell in (name, link)] == [1, 1]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("rXiv", "arXiv"),
        ("arXiv preprint arXiv:2301.00001", "arXiv"),
        ("NeuIPS", "NeurIPS"),
        ("CVPR Workshop", "CVPRW"),
        ("In Proc. CVPR", "CVPR"),
    ],
)
def test_venues_get_their_usual_spelling(written: str, name: str) -> None:
    assert venue_name(written) == name


@pytest.mark.parametrize(
    ("authors", "family"),
    [
        ("Chen et al.", "Chen"),
        ("Ana B. Moreau and Tamm", "Moreau"),
        ("Moreau, A., & Tamm, B.", "Moreau"),
        ("王小明等", "王小明"),
        ("", ""),
    ],
)
def test_the_first_family_name(authors: str, family: str) -> None:
    assert first_family(authors) == family


def test_titles_are_the_same_but_for_case_punctuation_accents_and_noise() -> None:
    assert normal_title("Lan\u00adterns — in the Tíde!") == normal_title("lanterns in the tide")


@pytest.mark.parametrize(
    "piece",
    [
        *('“a" ', "Chen et al., “", "(Abc 2020 ", "A. ", "Abc, ", "[", "IEEE ", "Proceedings of the ", "et al et al "),
        *(
            "Ab+",
            "图片来源：",
            "A. B, ",
            "Abc Rev. ",
            "等，",
            "Title Of It, ",
            "[1706.03762] ",
            "《a》，",
            "2016, 10.1234/",
        ),
    ],
)
def test_hostile_repetition_ends(piece: str) -> None:
    assert isinstance(find_citations(Flat(piece * 3000 + "2020", (), (), ()), Setting()), list)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
def test_the_corpus_one_line_citations_are_recognised() -> None:
    line_shape = re.compile(r"et all?[.,]*,?\s*(?:<u>)?\s*[\"“].{5,}[\"”],?\s*(?:</u>)?")
    wanted = hit = 0
    for file in sorted((CORPUS / "corpus").rglob("*.md")):
        text = file.read_text(encoding="utf-8")
        lines = {c.span.line for c in cited(text).citations}
        for number, line in enumerate(text.splitlines(), 1):
            if line_shape.search(line) and not line.startswith("|"):
                wanted += 1
                hit += number in lines
    assert wanted > 350
    assert hit / wanted >= 0.98


@pytest.mark.parametrize(("start", "end", "full"), [(0, 20, True), (3, 17, True), (4, 20, False), (0, 16, False)])
def test_a_search_ends_when_what_is_left_is_too_short_to_cite(start: int, end: int, *, full: bool) -> None:
    finder = Finder(Flat("x" * 20, (), (), ()), Setting())
    assert not finder.full()
    finder.add(Found(start, end))
    assert finder.full() is full


@pytest.mark.parametrize(
    ("text", "may_cite"),
    [
        *(
            (f"Ho {words} wrote", True)
            for words in ("et al", "et  al", "et al.", "ET.AL", "et.all", "et . al", "et\n al")
        ),
        *((f"Ho {words} wrote", False) for words in ("et", "et   .  al", "et allow", "metals", "et, al", "at all")),
        *(
            (text, True)
            for text in ("see 1999", "see 1949", "in 2023", "doi", "10.1145/12", "arXiv", "HTTP:", "https:", "“a”")
        ),
        *((text, False) for text in ("see 1849", "in 2050", "do it", "10.x", "ar xiv", "htt:", "a: b", "plain")),
    ],
)
def test_what_may_cite_is_told_from_what_cannot(text: str, may_cite: bool) -> None:  # noqa: FBT001
    assert (PRETEST.search(text) is not None) is may_cite


def test_a_text_is_full_when_nothing_more_fits_between_the_finds() -> None:
    finder = Finder(Flat("Ho 2020, Li 2021", (), (), ()), Setting())
    assert not finder.full()
    finder.add(Found(0, 7))
    assert not finder.full()
    finder.add(Found(10, 16))
    assert finder.full()


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 40])
def test_a_list_of_names_is_walked_back_to_its_start(count: int) -> None:
    names = ", ".join(["Jonathan Ho", *["Pieter Abbeel"] * (count - 1)])
    text = f"we saw:  {names} et al."
    assert names_start(text, 0, text.index(" et al.")) == text.index("Jonathan")
    assert names_start(text, text.index("Ho"), text.index(" et al.")) == text.index("Ho")


def test_a_character_is_told_from_its_utf8_as_from_its_code() -> None:
    """Of all characters there are, and of halves of pairs."""
    wrong = [hex(code) for code in range(0x110000) if has_cjk(chr(code)) != bool(HAN.search(chr(code)))]

    assert wrong == []


def test_what_is_looked_at_first_misses_no_script() -> None:
    """`detect` looks at the first bytes of characters; as soon as there are three, it must know each script."""
    han = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3134F))
    blocks = (("ja", 0x3041, 0x30FF), ("ko", 0xAC00, 0xD7AF), *(("zh", *block) for block in han))
    of = {code: lang for lang, first, last in blocks for code in range(first, last + 1)}
    wrong = [hex(code) for code in range(0x110000) if detect(chr(code) * 3) != of.get(code, "en")]

    assert wrong == []


def test_a_citation_in_doubled_brackets_is_no_link() -> None:
    (citation,) = cited("As in [[Ho et al., 2020]].").citations
    assert (citation.authors, citation.year) == ("Ho et al.", 2020)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("灯[@ho2020]。", (1, 2)),
        ("# A\n\nOne line,\nthen [@ho2020, p. 3].", (4, 6)),
        ("> ✅ 灯 [@a; -@ho2020]", (1, 12)),
    ],
)
def test_a_citation_by_key_has_its_place(text: str, place: tuple[int, int]) -> None:
    span = cited(text).citations[-1].span
    assert (span.line, span.col) == place


def test_many_keys_take_no_long_time() -> None:
    for piece in ("[@a; ", "[@a] ", "@a ", "[@a", "\\@a ", "[@a](b) ", "@a-"):
        cited(piece * 10_000)


def test_a_second_id_behind_a_title_is_another_work() -> None:
    found = cited("“Lamps That Read Along,” CVPR 2020, arXiv:2001.00001, arXiv:2002.00002.").citations
    assert [(one.title, one.arxiv) for one in found] == [("Lamps That Read Along", "2001.00001"), ("", "2002.00002")]


@pytest.mark.parametrize(("behind", "authors"), [("Lux, Glim, Oja", "Lux, Glim, Oja"), ("Lux, Glim", "")])
def test_three_names_behind_a_title_are_its_authors_and_two_may_be_a_venue(behind: str, authors: str) -> None:
    (found,) = cited(f"“Lamps That Read Along”, {behind}, 2015.").citations
    assert (found.authors, found.year) == (authors, 2015)
