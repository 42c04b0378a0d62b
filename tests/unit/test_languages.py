"""What is said of languages without asking Babel is what Babel says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from slidegloss.base import languages
from slidegloss.base.resources import package_dir, templates_dir
from slidegloss.editions.words import load_words
from slidegloss.pages.pagetext import in_language
from slidegloss.pipeline.loading import load
from slidegloss.site.searchdocs import block_text
from tests.languages_project import fill, make


@pytest.mark.parametrize("cached", [languages.language_name, languages.locale_name, languages.is_language])
def test_known_languages_are_as_cldr_has_them(cached: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    ask = getattr(cached, "__wrapped__", cached)
    said = {lang: ask(lang) for lang in languages.KNOWN}
    monkeypatch.setattr(languages, "KNOWN", {})
    assert said == {lang: ask(lang) for lang in said}


def test_all_languages_with_words_are_known() -> None:
    assert set(languages.KNOWN) == {path.stem for path in (templates_dir() / "strings").glob("*.yml")}


def test_one_is_counted_in_the_edition_s_words(tmp_path: Path) -> None:
    english, chinese = load_words("en")[0], load_words("zh")[0]
    assert [english.count("gallery_figures", number) for number in (1, 2)] == ["1 figure", "2 figures"]
    assert [english.noun("stat_decks", number) for number in (1, 2)] == ["page", "pages"]
    assert chinese.count("gallery_figures", 1).startswith("1")
    assert not any("a" <= char <= "z" for char in chinese.count("gallery_figures", 1) + chinese.noun("stat_decks", 1))
    own = tmp_path / "templates" / "strings" / "ja.yml"
    own.parent.mkdir(parents=True)
    own.write_text("deck_slides: '{count} 枚'\n", encoding="utf-8")
    assert load_words("ja", tmp_path)[0].count("deck_slides", 1) == "1 枚"


MADE = {
    "note_kind_": ("note", "question", "reference", "idea", "caution", "key", "above"),
    "search_kind_": ("note", "question"),
    "coverage_": ("note", "share", "translated", "fuzzy", "missing"),
    "link_": ("project", "code", "video"),
    "mark_": ("note", "no"),
    "language_": tuple(languages.KNOWN),
}
"""Words whose keys are put together: their beginnings, and what follows."""


@pytest.mark.parametrize("lang", languages.KNOWN)
def test_every_word_of_a_table_is_shown_somewhere(lang: str) -> None:
    table = yaml.safe_load((templates_dir() / "strings" / f"{lang}.yml").read_text(encoding="utf-8"))
    folders = (package_dir(), templates_dir())
    files = [
        path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".js", ".html", ".jinja"}
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    made = {f"{start}{end}" for start, ends in MADE.items() if f'f"{start}' in text for end in ends}
    named = {key: key.removeprefix("reader_").removesuffix("_one") for key in table}  # a script asks without its prefix
    unused = [key for key, name in named.items() if not re.search(rf"[\"'`.]{name}\b", text) and key not in made]
    assert unused == []


def own_words(tmp_path, text, *kinds):
    """Return what a table of the project's own makes of the words, and what is said of it."""
    own = tmp_path / "templates" / "strings" / "en.yml"
    own.parent.mkdir(parents=True)
    own.write_text(text, encoding="utf-8")
    words, problems = load_words("en", tmp_path, kinds)
    return words, [f"{one.line}:{one.col} {one.code_name}: {one.message} ({one.hint})" for one in problems]


def test_an_unknown_key_in_a_table_of_words_is_told_with_its_place_and_the_nearest(tmp_path):
    words, said = own_words(tmp_path, "# ours\nhoome: Start\nreader_qqqqqqqqqqqq: x\nvvv: x\nhome: Hall\n")
    assert words.get("home") == "Hall"
    assert "hoome" not in words.table
    assert said[0] == "2:1 words-unknown: there is no word `hoome` (did you mean `home`?)"
    assert said[1].startswith("3:1 words-unknown: there is no word `reader_qqqqqqqqqqqq` (there are: reader_view, ")
    assert said[2] == "4:1 words-unknown: there is no word `vvv` (templates/strings/en.yml of slidegloss has all keys)"
    assert len(said) == 3


def test_keys_that_end_in_names_of_the_project_are_known(tmp_path):
    text = "note_kind_experiment: Trial\nmark_experiment: trial\nsearch_kind_open: to do\nsearch_kind_key: point\n"
    text += "term_image: Picture\nfeed_one: Feed\n"
    words, said = own_words(tmp_path, text, "experiment")
    assert words.get("note_kind_experiment") == "Trial"
    assert not said


def test_a_word_of_a_kind_that_there_is_not_is_told(tmp_path):
    text = "note_kind_experimnt: Trial\nnote_kind_qestion: Riddle\nmark_not: no\nsearch_kind_opne: x\n"
    words, said = own_words(tmp_path, text, "experiment")
    assert said == [
        f"{line}:1 words-unknown: there is no word `{key}` (did you mean `{near}`?)"
        for line, (key, near) in enumerate(
            (
                ("note_kind_experimnt", "note_kind_experiment"),
                ("note_kind_qestion", "note_kind_question"),
                ("mark_not", "mark_note"),
                ("search_kind_opne", "search_kind_open"),
            ),
            1,
        )
    ]
    assert "note_kind_qestion" not in words.table


def test_a_language_without_words_is_told_in_the_file_of_the_settings():
    (problem,) = load_words("vo", settings="mkdocs.yaml")[1]
    assert (problem.path, problem.code_name) == ("mkdocs.yaml", "language-words")


def test_a_place_in_a_word_that_nothing_stands_in_for_is_told(tmp_path):
    _, said = own_words(tmp_path, 'deck_slides: "{cuont} pages"\nhome: "{count}"\ndeck_slides_one: "{count} page"\n')
    assert said == [
        "1:14 words-unknown: nothing will stand in for `{cuont}` in the word `deck_slides` (ours is: {count} slides)",
        "2:7 words-unknown: nothing will stand in for `{count}` in the word `home` (ours is: Home)",
        "3:18 words-unknown: nothing will stand in for `{count}` in the word `deck_slides_one` (ours is: 1 slide)",
    ]


def test_words_are_what_is_written_whatever_yaml_takes_them_for(tmp_path):
    words, said = own_words(tmp_path, "papers_all: No\npaper_year: 1e3\nhome:\nnewest: ~\nfeed: [a]\n")
    assert (words.get("papers_all"), words.get("paper_year"), words.get("home")) == ("No", "1e3", "Home")
    assert words.get("feed") == "Feed"
    assert said == ["5:1 words-broken: `feed` is no word but holds others (home: Start page)"]


def test_all_of_a_page_of_the_site_is_in_the_language_of_the_edition(tmp_path: Path) -> None:
    texts = {
        "About": "关于", "Some words.": "几句话。", "an item": "一项", "a quote": "一句引文",
        "a head": "表头", "a cell": "格子",
    }  # fmt: skip
    about = "# About\n\nSome words.\n\n- an item\n\n> a quote\n\n| a head |\n|--|\n| a cell |\n"
    make(tmp_path, more={"docs/pages/about.md": about})
    fill(tmp_path, "zh", texts)
    loaded, _ = load(tmp_path)
    assert loaded is not None
    edition = loaded.edition(loaded.book, load_words("zh", tmp_path)[0])
    page = next(deck for deck in loaded.book.decks if deck.source_path.endswith("about.md")).whole()
    shown = in_language(page, edition)
    assert (shown.title, shown.lang, block_text(shown.opening).split("\n")) == ("关于", "zh", list(texts.values()))
