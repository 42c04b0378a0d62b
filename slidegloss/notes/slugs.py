"""Readable ids for headings, the same in every edition and close to mdBook's, so that old links keep working."""

from __future__ import annotations


def slug(text: str) -> str:
    """Return the id of a heading: lower case letters and digits of any script, `-` for spaces.

    The rule is mdBook's `id_from_content`: keep alphanumerics, `_` and `-`, turn white space into `-`, drop the rest.
    """
    kept = [
        char.lower() if char.isalnum() or char in "_-" else "-" if char.isspace() else "" for char in text.strip()
    ]
    return "".join(kept)[:120]


class Slugger:
    """Hands out ids that are unique in one page; slide anchors are reserved first."""

    def __init__(self, reserved: tuple[str, ...] = ()) -> None:
        self._taken = set(reserved)

    def take(self, text: str, fallback: str = "section") -> str:
        """Return a free id for a heading text and keep it."""
        base = slug(text).strip("-") or fallback
        name = base
        count = 0
        while name in self._taken:
            count += 1
            name = f"{base}-{count}"
        self._taken.add(name)
        return name
