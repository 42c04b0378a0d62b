"""What is said of languages without asking Babel is what Babel says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

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


MADE = {
    "note_kind_": ("note", "question", "reference", "idea", "caution", "key", "above"),
    "search_kind_": ("note", "question"),
    "coverage_": ("note", "share", "translated", "fuzzy", "missing"),
    "link_": ("project", "code", "video"),
}
"""Words whose keys are put together: their beginnings, and what follows."""


@pytest.mark.parametrize("lang", languages.KNOWN)
def test_every_word_of_a_table_is_shown_somewhere(lang: str) -> None:
    table = yaml.safe_load((templates_dir() / "strings" / f"{lang}.yml").read_text(encoding="utf-8"))
    folders = (Path(languages.__file__).parent, templates_dir())
    files = [
        path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".js", ".html", ".jinja"}
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    made = {f"{start}{end}" for start, ends in MADE.items() if f'f"{start}' in text for end in ends}
    named = {key: key.removeprefix("reader_").removesuffix("_one") for key in table}  # a script asks without its prefix
    unused = [key for key, name in named.items() if not re.search(rf"[\"'`.]{name}\b", text) and key not in made]
    assert unused == []
