"""The words of an edition, from `templates/strings/<lang>.yml`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from slidegloss.base.decode import decode
from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest
from slidegloss.base.languages import html_lang, meant
from slidegloss.base.resources import templates_dir
from slidegloss.html.context import esc

BASE = "en"
"""The language whose words stand in where another table has a gap."""

STRINGS = "templates/strings"
"""Folder of a project's own tables of words."""
_PLACE = re.compile(r"\{(\w+)\}")
_NAMED_BY_PAPERS = ("link_", "term_")
"""How keys begin that end in what a project's papers name: their links, their tags."""
_KIND = "note_kind_"
"""How the word for a kind of remark begins; it ends in the kind."""
_OF_KINDS = (_KIND, "mark_", "search_kind_")
"""How all words of kinds begin."""
_EXAMPLE = "home: Start page"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; `get` never fails."""

    lang: str
    table: Mapping[str, str]

    @property
    def tag(self) -> str:
        """The BCP 47 tag for HTML, such as `zh-Hans`."""
        return html_lang(self.lang)

    def get(self, key: str, **values: object) -> str:
        """Return a word with its `{placeholders}` filled; an unknown key returns itself, so that a gap is visible."""
        word = self.table.get(key, key)
        return _PLACE.sub(lambda hit: str(values.get(hit[1], hit[0])), word) if values else word

    def html(self, key: str, **values: object) -> str:
        """Return the same as HTML; the values are HTML already."""
        return Words(self.lang, {key: esc(self.table.get(key, key))}).get(key, **values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the word for a number, filled in as `{count}`: `key_one` for 1 where the table has it, else `key`."""
        one = f"{key}_one"
        return self.get(one if number == 1 and one in self.table else key, **{"count": number, **values})

    def noun(self, key: str, number: int) -> str:
        """Return the singular `key_one` for 1 where the table has it, else `key`."""
        return self.table.get(f"{key}_one", self.get(key)) if number == 1 else self.get(key)


def load_words(
    lang: str, root: Path | None = None, kinds: Iterable[str] = (), settings: str = "mkdocs.yml"
) -> tuple[Words, tuple[Diagnostic, ...]]:
    """Read the words of a language; those of the project at `root` come first, gaps are filled in English.

    `kinds` are those of remarks that the project has of its own. A language without a table is reported, in the file of
    the `settings`, and gets English words; a table of the project that cannot be used is reported and left out.
    """
    ours = templates_dir() / "strings"
    table = dict(_shipped(BASE))
    own, problems = _own(lang, root, kinds)
    given = (ours / f"{lang}.yml").is_file()
    if given:
        table = _over(table, _shipped(lang))
    if not given and own is None:
        known = sorted(path.stem for path in ours.glob("*.yml"))
        guess = meant(lang) or nearest(lang, known)
        problem = diagnostic(
            Code.LANGUAGE_WORDS,
            settings,
            message=f"there is no table of words for the language '{lang}'; its edition uses English words",
            hint=f"did you mean '{guess}'?" if guess else f"add {STRINGS}/{lang}.yml; there are: {', '.join(known)}",
        )
        return Words(lang, table), (problem, *problems)
    return Words(lang, _over(table, own or {})), problems


def _over(below: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """Return two tables as one; a word for 1 is none for a language that counts with a word of its own."""
    return {key: word for key, word in below.items() if key.removesuffix("_one") not in above} | dict(above)


@cache
def _shipped(lang: str) -> Mapping[str, str]:
    """Read a table of ours, which nobody needs to be told the faults of, with the faster of PyYAML's two parsers."""
    text = (templates_dir() / "strings" / f"{lang}.yml").read_text(encoding="utf-8")
    import yaml  # noqa: PLC0415 - who reads the words of an earlier build back need not load it

    values = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    return {str(key): str(value) for key, value in values.items()}


def _own(lang: str, root: Path | None, kinds: Iterable[str]) -> tuple[Mapping[str, str] | None, tuple[Diagnostic, ...]]:
    """Read the project's own table; None when there is none, or it leads out of the project."""
    name = f"{STRINGS}/{lang}.yml"
    if root is None or not (root / name).is_file() or not (root / name).resolve().is_relative_to(root.resolve()):
        return None, ()
    try:
        data = (root / name).read_bytes()
    except OSError as error:
        return {}, (diagnostic(Code.FILE_UNREADABLE, name, message=f"cannot be read: {error.strerror}"),)
    decoded, problems = decode(data, name)
    table, more = _table(decoded.text, name, _known_keys(kinds))
    return table, (*problems, *more)


def _table(text: str, path: str, known: Collection[str]) -> tuple[Mapping[str, str], tuple[Diagnostic, ...]]:
    """Return the words of a table as they are written, for YAML takes `No` for a truth; a key without a word is a gap.

    `known` are the keys there are, but for those that papers name.
    """
    import yaml  # noqa: PLC0415 - as above

    from slidegloss.base.yamltext import load_yaml  # noqa: PLC0415 - as above

    document, problems = load_yaml(text, path, Code.WORDS_BROKEN)
    if document is None or document.value is None:
        return {}, problems
    if not isinstance(document.node, yaml.MappingNode):
        message = "expected words, one `key: value` on each line"
        return {}, (*problems, diagnostic(Code.WORDS_BROKEN, path, 1, 1, message, _EXAMPLE))
    table: dict[str, str] = {}
    found: list[Diagnostic] = []
    for key, value in document.node.value:
        name, at = str(key.value), (key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(value, yaml.ScalarNode):
            found.append(diagnostic(Code.WORDS_BROKEN, path, *at, f"`{name}` is no word but holds others", _EXAMPLE))
        elif name.removesuffix("_one") not in known and not name.startswith(_NAMED_BY_PAPERS):
            hint = _keys_like(name, known)
            found.append(diagnostic(Code.WORDS_UNKNOWN, path, *at, f"there is no word `{name}`", hint))
        elif value.value:
            table[name] = value.value
            at = (value.start_mark.line + 1, value.start_mark.column + 1)
            found += (diagnostic(Code.WORDS_UNKNOWN, path, *at, *said) for said in _unknown_places(name, value.value))
    return table, (*problems, *found)


def _known_keys(own_kinds: Iterable[str]) -> Collection[str]:
    """Return the keys that pages and the search may ask for, in the order of our table."""
    ours = _shipped(BASE)
    kinds = (*(key.removeprefix(_KIND) for key in ours if key.startswith(_KIND)), *own_kinds)
    of_kinds = (f"{start}{kind}" for start in _OF_KINDS for kind in kinds)
    return dict.fromkeys((*ours, *of_kinds, "search_kind_open", "search_kind_answered"))


def _keys_like(key: str, known: Collection[str]) -> str:
    """Return which of the known keys help who has written this one."""
    if near := nearest(key, known):
        return f"did you mean `{near}`?"
    begin_alike = [one for one in known if one.partition("_")[0] == key.partition("_")[0]]
    all_keys = f"{STRINGS}/{BASE}.yml of slidegloss has all keys"
    return f"there are: {', '.join(begin_alike)}" if begin_alike else all_keys


def _unknown_places(key: str, word: str) -> Iterator[tuple[str, str]]:
    """Yield what to say of each `{place}` in a word that nothing will stand in, and a hint."""
    ours = _shipped(BASE).get(key, "")
    there = _PLACE.findall(ours)
    for place in _PLACE.findall(word):
        if place not in there:
            hint = f"ours is: {ours}" if ours else "words of this kind have none"
            yield f"nothing will stand in for `{{{place}}}` in the word `{key}`", hint
