"""What is said of languages without asking Babel is what Babel says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slidegloss import languages
from slidegloss.resources import templates_dir
from slidegloss.words import load_words


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
