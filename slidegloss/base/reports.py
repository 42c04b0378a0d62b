"""Formats diagnostics: text, JSON, GitHub workflow commands, counts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from slidegloss.base.diagnostics import Diagnostic, Severity, in_order


def format_text(found: Iterable[Diagnostic]) -> str:
    """Write one line for each message, as compilers do: `docs/notes/a.md:31:1: error[code]: message (hint)`."""
    return "".join(f"{_text_line(item)}\n" for item in in_order(found))


def _text_line(item: Diagnostic) -> str:
    place = item.path
    if item.line:
        place += f":{item.line}" + (f":{item.col}" if item.col else "")
    head = f"{place}: " if place else ""
    hint = f" ({item.hint})" if item.hint else ""
    return _printable(f"{head}{item.severity.value}[{item.code_name}]: {item.message}{hint}")


def _printable(text: str) -> str:
    """Escape what would move a terminal's cursor or cannot be encoded: names of files can hold anything."""
    return "".join(
        char if char.isprintable() or char in "\u3000\u00a0" else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def format_json(found: Iterable[Diagnostic]) -> str:
    """Write the messages as JSON for other programs; `version` changes when a field changes its meaning or goes."""
    items = in_order(found)
    messages = [
        {
            "path": _encodable(item.path),
            "line": item.line,
            "col": item.col,
            "code": item.code_name,
            "severity": item.severity.value,
            "message": _encodable(item.message),
            "hint": _encodable(item.hint),
        }
        for item in items
    ]
    tally = Counter(item.severity for item in items)
    counts = {severity.value: tally[severity] for severity in Severity}
    return json.dumps({"version": 1, "counts": counts, "messages": messages}, ensure_ascii=False, indent=2) + "\n"


def _encodable(text: str) -> str:
    """Spell out lone surrogates, which UTF-8 cannot carry."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def format_github(found: Iterable[Diagnostic]) -> str:
    """Write workflow commands, which GitHub shows beside the lines of a pull request.

    The format and its escapes are those of `actions/toolkit`: data escapes `%`, CR and LF, properties `:` and `,` too.
    """
    return "".join(f"{_github_line(item)}\n" for item in in_order(found))


def _github_line(item: Diagnostic) -> str:
    command = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}[item.severity]
    values = {
        "file": item.path,
        "line": str(item.line or ""),
        "col": str(item.col if item.line and item.col else ""),
        "title": item.code_name,
    }
    properties = ",".join(f"{name}={_github_escape(value, ':,')}" for name, value in values.items() if value)
    hint = f" ({item.hint})" if item.hint else ""
    return f"::{command} {properties}::{_github_escape(item.message + hint)}"


def _github_escape(text: str, more: str = "") -> str:
    return re.sub(f"[%\r\n{more}]", lambda hit: f"%{ord(hit[0]):02X}", _encodable(text))


def count(found: Iterable[Diagnostic]) -> str:
    """Say how many problems there are: `2 errors, 1 warning`, or `no problems`."""
    tally = Counter(item.severity for item in in_order(found))
    words = (
        (Severity.ERROR, "error", "errors"),
        (Severity.WARNING, "warning", "warnings"),
        (Severity.INFO, "remark", "remarks"),
    )
    parts = [f"{tally[level]} {one if tally[level] == 1 else many}" for level, one, many in words if tally[level]]
    return ", ".join(parts) or "no problems"


def by_code(found: Iterable[Diagnostic]) -> str:
    """Say how often each message came, the most frequent first: `446 figure-missing, 2 link-missing`."""
    tally = Counter(item.code_name for item in in_order(found))
    return ", ".join(f"{times} {code}" for code, times in sorted(tally.items(), key=lambda one: (-one[1], one[0])))


FORMATS: Mapping[str, Callable[[Iterable[Diagnostic]], str]] = {
    "text": format_text,
    "json": format_json,
    "github": format_github,
}
"""What `check --format` offers."""
