"""The YAML head of a note: what it says of the note, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest
from slidegloss.base.languages import is_language, meant
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.model import FrontMatter

_FRONT_KEYS = FrontMatter._fields
_FOREIGN_KEYS = frozenset({
    "author", "authors", "bibliography", "categories", "category", "comments", "cover",
    "created", "created_at", "cssclass", "cssclasses", "csl", "date", "description", "editor", "excerpt", "execute",
    "filters", "format", "icon", "id", "image", "jupyter", "katex", "keywords", "lastmod", "layout", "math",
    "mathjax", "mermaid", "modified", "nav_order", "number", "order", "output", "parent", "permalink", "position",
    "share", "sidebar", "sidebar_label", "sidebar_position", "slug", "sort", "status", "subtitle", "summary", "tag",
    "tags", "template", "thumbnail", "toc", "toc_depth", "type", "uid", "up", "updated", "updated_at", "url",
    "version", "weight",
})  # fmt: skip
"""What Jekyll, Hugo, Quarto, Obsidian and others read, and a site can do without; some are spelt like keys of ours."""
_ALIKE = 0.75
"""How like one of ours a key must be to pass for a slip of the pen: `titel` is, `time` is not."""


_WITHHELD = {"draft": True, "published": False, "publish": False}
"""What keeps a note off the sites of Hugo, Jekyll and Obsidian."""


def _withheld(key: str, path: str, line: int) -> Diagnostic:
    message = f"'{key}' in the head of this note would keep it off other sites; here it is published like any other"
    hint = (
        "to keep it out, list it under `exclude` in the settings or move it out of the notes; else take this line out"
    )
    return diagnostic(Code.FRONT_MATTER, path, line, 1, message, hint)


def _meant(key: str) -> str:
    """Return the key of ours that another was most likely meant to be; any name at all may be another program's."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - few notes have a head

    if key.casefold() == "language":
        return "lang"
    guess = nearest(key, _FRONT_KEYS)
    return guess if SequenceMatcher(None, key, guess).ratio() >= _ALIKE else ""


def _unknown(key: str, guess: str, path: str, line: int) -> Diagnostic:
    message = f"unknown key '{key}' in the head of this note"
    return diagnostic(Code.FRONT_MATTER, path, line, 1, message, f"did you mean '{guess}'?")


def _no_language(tag: str, path: str, line: int) -> Diagnostic:
    hint = f"did you mean '{guess}'?" if (guess := meant(tag)) else "write its tag, such as en, zh or pt-BR"
    return diagnostic(Code.FRONT_MATTER, path, line, 1, f"'lang' names no language: {tag!r}", hint)


class Head(NamedTuple):
    """What the head of a note says."""

    text: str
    """The note, with empty lines in place of its head, so that the numbers of lines stay what they are."""
    front: FrontMatter
    lines: Mapping[str, int]
    """The lines on which its keys stand."""
    problems: list[Diagnostic]


def read_head(text: str, path: str) -> Head:
    """Read the YAML head of a note; what is no head stays in the text."""
    none = Head(text, FrontMatter(), {}, [])
    if text.startswith("+++\n"):
        return _read_toml(text, path) or none
    if not text.startswith("---\n"):
        return none
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(text, 4)
    if end is None or end.start() > 20_000:
        return none
    from slidegloss.base.yamltext import load_yaml  # noqa: PLC0415 - few notes have a head

    head = text[4 : end.start()]
    document, faults = load_yaml(head, path, Code.FRONT_MATTER)
    below = [replace(fault, code_name=Code.FRONT_MATTER.slug, line=fault.line + 1) for fault in faults]
    if document is None:
        # `---` may as well be a rule with prose after it; only a head that looks like settings is a mistake
        if not re.match(r"\s*[A-Za-z_]+:\s", head):
            return none
        hint = 'put values that hold a colon or a quote into quotes, for example  title: "A: B"'
        said = [f"the head of this note: {fault.message}" for fault in below]
        faulty = zip(below, said, strict=True)
        return none._replace(problems=[replace(one, message=m, hint=one.hint or hint) for one, m in faulty])
    data = document.value
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        return none
    lines = {key: document.place((key,), key=True)[0] + 1 for key in data}
    known, problems = _values(data, lines, path)
    blank = "\n" * text[: end.end()].count("\n")
    return Head(blank + text[end.end() :], FrontMatter(**known), lines, [*below, *problems])


def _read_toml(text: str, path: str) -> Head | None:
    """Read the head of a note of Hugo that is TOML, between lines `+++`; None where it is none."""
    end = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE).search(text, 4)
    if end is None or end.start() > 20_000:
        return None
    import tomllib  # noqa: PLC0415 - few notes have such a head

    try:
        data = tomllib.loads(text[4 : end.start()])
    except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
        return None
    written = [
        re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[=\].]|\s*\[+([\w-]+)", line) for line in text[4 : end.start()].split("\n")
    ]
    lines = {key: next((at for at, hit in enumerate(written, 2) if hit and key in hit.groups()), 2) for key in data}
    known, problems = _values(data, lines, path)
    return Head("\n" * text[: end.end()].count("\n") + text[end.end() :], FrontMatter(**known), lines, problems)


def _names(value: object) -> tuple[str, ...]:
    """Read the other names of a note: a list, or one text with commas between them, as Obsidian once had it."""
    names = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(name.strip() for name in names if isinstance(name, str) and name.strip())


def _values(data: Mapping[str, Any], lines: Mapping[str, int], path: str) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Return what of a head is known here and right, and what is wrong with it; `lines` tell where each key stands."""
    from slidegloss.base.yamltext import Tagged  # noqa: PLC0415 - as above

    problems: list[Diagnostic] = []
    known: dict[str, Any] = {}
    foreign: dict[str, int] = {}
    for key, value in data.items():
        where = lines[key]
        wanted = type(getattr(FrontMatter(), key, None))
        withheld = _WITHHELD.get(key.casefold()) if isinstance(value, bool) else None
        if key.casefold() in {"alias", "aliases"}:
            known["aliases"] = (*known.get("aliases", ()), *_names(value))
        elif key.casefold() in _FOREIGN_KEYS or withheld is (not value):
            foreign[key] = where
        elif withheld is not None and withheld is value:
            problems.append(_withheld(key, path, where))
        elif key not in _FRONT_KEYS:
            if guess := _meant(key):
                problems.append(_unknown(key, guess, path, where))
            else:
                foreign[key] = where
        elif isinstance(value, wanted):
            known[key] = value
        elif wanted is str and value is not None and not isinstance(value, list | dict | Tagged):
            known[key] = str(value)
        else:
            expected = "true or false" if wanted is bool else "a text"
            problems.append(diagnostic(Code.FRONT_MATTER, path, where, 1, f"'{key}' must be {expected}"))
    if (tag := known.get("lang")) and not is_language(tag):
        problems.append(_no_language(tag, path, lines["lang"]))
        del known["lang"]
    if foreign:
        message = f"the head of this note has keys that are not used here: {', '.join(foreign)}"
        hint = "they may stay: they change nothing"
        problems.append(diagnostic(Code.FRONT_MATTER_UNUSED, path, min(foreign.values()), 1, message, hint))
    return known, problems
