"""Generates the guide's reference pages of all messages and settings from `Code` and `Settings`.

They are pages of the book that documents slidegloss, the one in its own repository. They are made when that book is read,
like notes from a file, so that navigation, search and the catalogue of translations treat them like any other page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from slidegloss.base.diagnostics import Code, Severity
from slidegloss.base.resources import templates_dir
from slidegloss.base.yamltext import dump_yaml
from slidegloss.config.settings import AnnotationKind, Figures, Ignore, Settings

MESSAGES, SETTINGS = "guide/messages.md", "guide/settings.md"

_MESSAGES_HEAD = """\
# Messages

`check` and `build` say what is wrong in one line each: file, line, column, how bad it is, the name of the message, what was
found, and in round brackets how to mend it.

How bad a message is can be changed with the setting [`severity`](settings.md#severity), and messages can be left out with
[`ignore`](settings.md#ignore).
"""
_SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: "## Errors\n\nAn `error` makes the command fail.\n",
    Severity.WARNING: "## Warnings\n\nA `warning` makes it fail with `--strict`.\n",
    Severity.INFO: "## Remarks\n\nAn `info` is shown by `check` only.\n",
}
_SETTINGS_HEAD = """\
# Settings

All settings have a default. They stand in `mkdocs.yml` under `extra.slidegloss`:
"""
_NESTED: Mapping[str, type[BaseModel]] = {"annotations": AnnotationKind, "ignore": Ignore, "figures": Figures}


def reference_pages(root: Path) -> Mapping[str, str]:
    """Return the generated pages of the project at `root` by their path in its pages folder; only ours has any."""
    if root != templates_dir().parent.resolve():
        return {}
    return {MESSAGES: messages_page(), SETTINGS: settings_page()}


def messages_page() -> str:
    """Return the reference of all messages as Markdown: the worst first, by their subject (the first word of a code)."""
    parts = [_MESSAGES_HEAD]
    codes = sorted(Code, key=lambda code: code.slug)
    for severity, head in _SEVERITIES.items():
        parts += [head, *(f"### `{code.slug}`\n\n{code.meaning}\n" for code in codes if code.severity is severity)]
    return "\n".join(parts)


def settings_page() -> str:
    """Return the reference of all settings as Markdown, with an example of each."""
    parts = [_SETTINGS_HEAD, "```yaml\nextra:\n  slidegloss:\n    languages: [en, zh]\n```\n"]
    for name, field in Settings.model_fields.items():
        parts += _setting(name, field, 2)
        parts += [part for inner, below in _fields(name) for part in _setting(f"{name}.{inner}", below, 3)]
    return "\n".join(parts)


def _fields(name: str) -> Iterator[tuple[str, FieldInfo]]:
    if name in _NESTED:
        yield from _NESTED[name].model_fields.items()


def _setting(name: str, field: FieldInfo, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{name}`\n"
    yield f"{_sentence(field.description or '')}\n"
    last = name.rpartition(".")[2]
    example = dump_yaml({last: _plain(field.examples[0])}) if field.examples else ""
    default = "" if field.is_required() else _default(field)
    if default:
        yield f"Default: `{default}`\n"
    if example:
        yield f"```yaml\n{example.rstrip()}\n```\n"


def _sentence(text: str) -> str:
    """Keep placeholders from being read as HTML."""
    return text.replace("<", "\\<")


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or value in ("", (), {}, None):
        return ""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:  # noqa: ANN401 - an example can be anything
    return list(value) if isinstance(value, tuple) else value
