"""Text width in terminal columns, where a Chinese character takes two."""

from __future__ import annotations

from unicodedata import east_asian_width


def columns(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, width: int) -> str:
    """Return a text that takes so many columns, on one line: shortened, or with spaces behind it."""
    text = "".join(char if char.isprintable() else " " for char in text)
    if columns(text) > width:
        while columns(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - columns(text))
