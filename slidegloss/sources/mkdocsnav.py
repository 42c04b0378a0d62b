"""MkDocs' `nav` as the text of a SUMMARY.md: the order of a project that was made for MkDocs."""

from __future__ import annotations

from collections.abc import Iterator

_DEEPEST = 20


def summary_of(nav: object) -> str:
    """Return the SUMMARY.md that has the pages of a `nav` in its order; empty where it names none.

    Addresses on the web are left out: the navigation is of notes.
    """
    lines = list(_lines(nav, 0))
    return "\n".join(["# Summary", "", *lines, ""]) if any("](<" in line for line in lines) else ""


def _lines(entries: object, depth: int) -> Iterator[str]:
    if not isinstance(entries, list) or depth > _DEEPEST:
        return
    for entry in entries:
        for title, target in entry.items() if isinstance(entry, dict) else (("", entry),):
            if isinstance(target, list):
                inner = list(_lines(target, depth + 1))
                if inner:
                    yield f"{'  ' * depth}- [{_title(title)}]()"
                    yield from inner
            elif isinstance(target, str) and "://" not in target and target.strip():
                yield f"{'  ' * depth}- [{_title(title)}](<{target.strip()}>)"


def _title(title: object) -> str:
    text = " ".join(str(title).split())
    return "".join(f"\\{char}" if char in "\\[]<>`*_" else char for char in text)
