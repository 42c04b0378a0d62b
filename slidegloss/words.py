"""The words of an edition, from `templates/strings/<lang>.yml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from slidegloss.diagnostics import Code, Diagnostic, diagnostic, nearest
from slidegloss.resources import templates_dir

BASE = "en"
"""The language whose words stand in where another table has a gap."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; `get` never fails."""

    lang: str
    table: Mapping[str, str]

    @property
    def tag(self) -> str:
        """The BCP 47 tag for HTML, such as `zh-Hans`."""
        return self.table.get("tag", self.lang)

    def get(self, key: str, **values: object) -> str:
        """Return a word with its `{placeholders}` filled; an unknown key returns itself, so that a gap is visible."""
        word = self.table.get(key, key)
        return word.format(**values) if values else word

    def count(self, key: str, number: int) -> str:
        """Return a counted noun: `key_one` for 1 where the table has it, else `key`, with `{count}`."""
        if number == 1 and f"{key}_one" in self.table:
            return self.table[f"{key}_one"]
        return self.get(key, count=number)


def load_words(lang: str, folders: Sequence[Path] = ()) -> tuple[Words, tuple[Diagnostic, ...]]:
    """Read the words of a language; a project's own `strings/` folders come first, gaps are filled in English.

    A language without a table is reported and gets English words.
    """
    places = [*folders, templates_dir() / "strings"]
    base = _read(places[-1] / f"{BASE}.yml")
    found = [place / f"{lang}.yml" for place in places if (place / f"{lang}.yml").is_file()]
    if not found:
        known = sorted(path.stem for place in places for path in place.glob("*.yml"))
        guess = nearest(lang, known)
        problem = diagnostic(
            Code.LANGUAGE_WORDS,
            "mkdocs.yml",
            message=f"there is no table of words for the language '{lang}'; its edition uses English words",
            hint=f"did you mean '{guess}'?" if guess else f"add templates/strings/{lang}.yml; there are: {', '.join(known)}",
        )
        return Words(lang, {**base, "tag": lang, "name": lang}), (problem,)
    table = dict(base)
    for path in reversed(found):
        table.update(_read(path))
    return Words(lang, table), ()


def _read(path: Path) -> Mapping[str, str]:
    data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {str(key): str(value) for key, value in data.items()}
