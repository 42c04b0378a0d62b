"""What is said of languages without asking Babel is what Babel says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from slidegloss import languages
from slidegloss.resources import templates_dir


@pytest.mark.parametrize("cached", [languages.language_name, languages.locale_name, languages.is_language])
def test_known_languages_are_as_cldr_has_them(cached: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    ask = getattr(cached, "__wrapped__", cached)
    said = {lang: ask(lang) for lang in languages.KNOWN}
    monkeypatch.setattr(languages, "KNOWN", {})
    assert said == {lang: ask(lang) for lang in said}


def test_all_languages_with_words_are_known() -> None:
    assert set(languages.KNOWN) == {path.stem for path in (templates_dir() / "strings").glob("*.yml")}
