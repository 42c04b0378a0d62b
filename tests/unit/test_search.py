from __future__ import annotations

import json
import random
from typing import Any

import pytest

from slidegloss.model import NoteSource
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.site import searchindex as search
from slidegloss.site.searchdocs import deck_docs
from slidegloss.site.searchindex import SearchDoc, page_indexes, page_text
from tests.search_index import build_index, index_files


def docs(text: str) -> list[SearchDoc]:
    deck, _ = parse_deck(NoteSource("a/b.md", "a/b.html", text), NoteOptions())
    return list(deck_docs(deck, "a/b.html", {}, None))


def shards(found: list[SearchDoc]) -> list[Any]:
    files = build_index(found, "zh")
    names = json.loads(files["search/search_index.json"])["config"]["shards"]
    texts = [files[name.removeprefix("../")] for name in names]
    return [json.loads(text.removeprefix("slideglossIndex.push(").rstrip().removesuffix(")")) for text in texts]


def test_slides_annotations_and_sections_have_addresses() -> None:
    found = docs(
        "# Lecture\n\nHello.\n\n## Part one\n\nProse.\n\nP7\n\n## Sampling\n\nSteps.\n\n> ❓ 为什么？\n> en: Why?\n"
    )
    assert [(doc.location, doc.kind, doc.label, doc.title, doc.text) for doc in found] == [
        ("a/b.html", "page", "", "Lecture", "Hello."),
        ("a/b.html#part-one", "slide", "", "Part one", "Prose."),
        ("a/b.html#p7", "slide", "P7", "Sampling", "Steps."),
        ("a/b.html#p7", "question open", "", "", "为什么？"),
    ]
    assert found[-1].translations == ("Why?",)


def test_only_visible_text_is_found() -> None:
    (_, slide) = docs(
        "P1\n\nAn energy \\\\(E_{hiddentex}\\\\) $$x_{hiddentex}$$ and `code`.\n\n```mermaid\ngraph hiddengraph\n```\n\n"
        "<div class='hiddenclass'>shown<!-- hiddencomment --><script>hiddenscript()</script></div>\n"
    )
    assert "hidden" not in slide.text
    assert all(word in slide.text for word in ("energy", "and code.", "shown"))


def test_chinese_line_breaks_do_not_cut_words() -> None:
    (_, slide) = docs("P1\n\n视频生\n成模型 and\nmore\n")
    assert slide.text == "视频生成模型 and more"


def test_pieces_of_one_address_are_one_hit() -> None:
    (((*_, kinds, papers, slides),),) = shards(docs("P7\n\n## Sampling\n\nSteps.\n\n> ✅ 一\n\n> ✅ 二\n"))
    assert (kinds, papers) == (["note"], [])
    assert ["p7", "P7", "Sampling", [], [[0, "一"], [0, "二"]], "Steps."] in slides


def test_names_of_papers_are_kept_once() -> None:
    piece = ("a.html", "", "", "", "slide", "x")
    (shard,) = shards(
        [
            SearchDoc(*piece, papers=("Short\nLong title",)),
            SearchDoc("a.html#p2", *piece[1:], papers=("Short\nLong title",)),
        ]
    )
    ((*_, papers, slides),) = shard
    assert papers == ["Short\nLong title"]
    assert [slide[3] for slide in slides] == [[0], [0]]


def test_shards_hold_whole_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SHARD_BYTES", 400)
    found = [
        SearchDoc(f"{page}.html#p{slide}", "t", "P1", "", "slide", "字" * 30) for page in "abc" for slide in range(3)
    ]
    parts = shards(found)
    assert len(parts) == 3
    assert all(len(part) == 1 and len(part[0][5]) == 3 for part in parts)


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "\u2028\u2029", "\ud800 lone", "<!--", "x" * 1_000_000]
)
def test_odd_text_is_safe_in_a_script(text: str) -> None:
    files = build_index([SearchDoc("a.html", "t", "", "", "page", text)], "en")
    for content in files.values():
        content.encode("utf-8")
        assert "</script" not in content
    assert shards([SearchDoc("a.html", "t", "", "", "page", "ok")])[0][0][5][0][5] == "ok"


def test_pages_load_a_stub_only_and_it_is_the_same_twice() -> None:
    found = [SearchDoc("a.html", "t", "", "", "page", "words " * 1000)]
    files = build_index(found, "en", failed="找不到索引")
    assert len(files["search/search_index.json"]) < 300
    assert files["search/search_index.js"] == f"var __index = {files['search/search_index.json']}"
    assert "找不到索引" in files["search/search_index.json"]
    assert build_index(found, "en", failed="找不到索引") == files


def test_nothing_to_find_still_makes_an_index() -> None:
    assert shards([]) == [[]]


def test_an_edition_gives_a_page_its_title_and_finds_the_others() -> None:
    (page,) = page_indexes(docs("# Lecture\n\nHello.\n\n## Part one\n\nProse.\n"))
    location, title, deck, _, _, (top, part) = json.loads(page_text(page, "讲座", ("Lecture", "讲座")))
    assert (location, title) == ("a/b.html", "讲座")
    assert "讲座" in deck
    assert top[2] == "讲座"
    assert top[5].split("\n") == ["Hello.", "Lecture"]
    assert part[0] == "part-one"
    assert json.loads(page_text(page))[1] == "Lecture"


def test_translations_of_the_catalogues_are_found_in_every_edition() -> None:
    deck, _ = parse_deck(NoteSource("a.md", "a.html", "P1\n\n## Noise\n\nSteps.\n\n> ✅ 好\n"), NoteOptions())
    english, _ = parse_deck(NoteSource("t.md", "t.html", "Translated words"), NoteOptions())
    known = {("p1", "Steps."), ("p1", "Noise"), ("p1", "好")}
    found = list(deck_docs(deck, "a.html", {}, lambda *key: [english.opening] if key in known else []))
    assert [(doc.kind, doc.translations) for doc in found[1:]] == [
        ("slide", ("Translated words", "Translated words")),
        ("note", ("Translated words",)),
    ]


@pytest.mark.parametrize("shard_bytes", [300, 700, 1500, 10**6])
def test_a_page_that_changes_is_put_where_the_whole_index_has_it_or_nowhere(
    monkeypatch: pytest.MonkeyPatch, shard_bytes: int
) -> None:
    monkeypatch.setattr(search, "SHARD_BYTES", shard_bytes)
    pick = random.Random(shard_bytes)

    def index(pages: list[bytes]) -> list[bytes]:
        return [data for name, data in index_files(pages, "en") if name.startswith("search/slides-")]

    put = 0
    for _ in range(300):
        pages = [f'["p{n}","{"词" * pick.randrange(90)}",[["a"],["b"]]]'.encode() for n in range(pick.randrange(1, 12))]
        at = pick.randrange(len(pages))
        new = f'["p{at}","{"x" * pick.randrange(200)}",[]]'.encode()
        shards = index(pages)
        found = search.put_page(shards, pages[at], new)
        if found is not None:
            number, changed = found
            assert index([*pages[:at], new, *pages[at + 1 :]]) == [*shards[:number], changed, *shards[number + 1 :]]
            put += 1
    assert put > 30
    assert search.put_page(index([b"[1]"]), b"[2]", b"[3]") is None
