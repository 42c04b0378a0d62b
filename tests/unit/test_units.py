"""What a translator is asked for: words, once each, with the slide they stand on; nothing that reads the same anywhere."""

from __future__ import annotations

import pytest

from slidegloss.base.languages import html_lang, is_language, language_name, same
from slidegloss.decks.index import index_deck
from slidegloss.decks.units import deck_units, other_units, wanted
from slidegloss.model import NavItem, NoteSource, Paper
from slidegloss.notes.citations import cite_deck
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.notes.language import says_something, text_lang

NOTE = r"""
# Sound and motion

P12
## WaveGAN

Audio drives the camera \\(x_t\\)

 - two stages
 - two stages

![a waveform](w.png)

```python
print("nothing to translate")
```

> ✅ 先训练声音 \\(x_t\\)，再训练画面。
> ❓ 为什么分两步?
> en: Why in two steps?

> 🔎 “Sound Waves for Video,” arXiv 2023.

P13
## WaveGAN

| Model | Note |
|--|--|
| WaveGAN | ✅ 只用一个视频 |
| **Echo** (Ruan et al.) | “Echo: Voices in Motion,” ICCV 2023. |
"""


def deck(text: str = NOTE, path: str = "video/sound.md"):
    parsed, _ = parse_deck(NoteSource(path, path.replace(".md", ".html"), text), NoteOptions())
    return cite_deck(parsed)


def found(lang: str, text: str = NOTE) -> list[tuple[str, str, str]]:
    return [
        (unit.context.partition(":")[2], unit.kind, unit.source)
        for unit in deck_units(deck(text))
        if wanted(unit, lang)
    ]


def test_an_english_edition_asks_for_the_chinese_remarks_only():
    assert found("en") == [
        ("p12", "note", r"先训练声音 \\(x_t\\)，再训练画面。"),  # the question is translated where it stands
        ("p13", "note", "只用一个视频"),
    ]


def test_a_chinese_edition_asks_for_words_and_not_for_names_citations_and_code():
    assert found("zh") == [
        ("", "heading", "Sound and motion"),
        ("p12", "text", r"Audio drives the camera \\(x_t\\)"),
        ("p12", "text", "two stages"),
        ("p12", "alt", "a waveform"),
        ("p13", "cell", "Model"),
        ("p13", "cell", "Note"),
    ]


def test_a_unit_says_where_it_stands():
    note = next(unit for unit in deck_units(deck()) if unit.kind == "note")
    assert (note.path, note.line, note.slide_title, note.context) == (
        "video/sound.md",
        18,
        "WaveGAN",
        "video/sound:p12",
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("MCDiff", False),
        ("CVPR 2023", False),
        ("(Ho et al.)", False),
        ("Ho, Salimans and Song et al. 2022", False),
        ("12.5 %", False),
        ("Results", True),
        ("GAN loss", True),
        ("对", True),
        ("звук", True),
    ],
)
def test_names_are_the_same_in_every_language(words, says):
    assert says_something(words) is says


def test_drafts_below_drafts_take_no_longer_than_others():
    nav = NavItem("Page", "a.html")
    for depth in range(60):
        nav = NavItem(f"Draft {depth}", "", (NavItem("Another", ""), nav))
    units = other_units([], {}, [nav])
    assert {unit.source for unit in units} == {"Page", "Another", *(f"Draft {depth}" for depth in range(60))}


def test_titles_of_the_navigation_that_no_heading_says():
    nav = (
        NavItem("Moving pictures", "", (NavItem("Sound and motion", "video/sound.html"),)),
        NavItem("Listening", "video/sound.html"),
        NavItem("Home", "index.html", key="home"),
    )
    titles = [
        (unit.context, unit.source)
        for unit in other_units([deck()], {deck().source_path: index_deck(deck()).headings}, nav)
        if unit.kind == "title"
    ]
    assert titles == [("navigation", "Moving pictures"), ("navigation", "Listening")]


def test_a_summary_in_both_languages_needs_nothing():
    both = Paper("a", "A", summary={"en": "In short.", "zh": "简介。"})
    one = Paper("b", "B", summary={"en": "In short."})
    units = other_units([], {}, (), [both, one])
    assert [unit.context for unit in units if wanted(unit, "zh")] == ["paper:b"]


def test_the_head_of_a_note_decides_between_languages_of_one_script():
    japanese = "---\nlang: ja\n---\n# 拡散\n\nP1\n## 動画生成\n\n> ✅ 全画面\n"
    assert {unit.lang for unit in deck_units(deck(japanese))} == {"ja"}
    french = "---\nlang: fr\n---\n# Le bruit\n\nP1\n\n> ✅ 噪声\n\nOn ajoute du bruit.\n"
    assert [unit.lang for unit in deck_units(deck(french))] == ["fr", "zh", "fr"]
    assert text_lang("noise", "zh") == "en"


def test_tags_that_mean_the_same_language():
    assert same("zh-CN", "zh")
    assert same("en-GB", "en")
    assert not same("zh-Hant", "zh")
    assert [html_lang(tag) for tag in ("zh", "zh-tw", "pt-br", "en")] == ["zh-Hans", "zh-Hant", "pt-BR", "en"]
    assert language_name("ja") == "日本語"
    assert is_language("fr")
    assert not is_language("xx")
