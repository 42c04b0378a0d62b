"""How much of the notes reads in which language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from slidegloss.base.languages import same
from slidegloss.base.namedtuples import NamedTuple

Tally = Mapping[tuple[str, tuple[str, ...]], int]
"""(Language of a text, languages it is translated into in place) → how many such texts a note has."""


class Coverage(NamedTuple):
    """How much of a note reads in a language."""

    path: str
    """Source path of the note; empty for what belongs to no note."""
    translated: int
    fuzzy: int
    missing: int

    @property
    def begun(self) -> bool:
        """Whether any of its texts has a translation."""
        return self.translated + self.fuzzy > 0

    @property
    def total(self) -> int:
        """All texts that need a translation."""
        return self.translated + self.fuzzy + self.missing

    @property
    def percent(self) -> int:
        """Up-to-date translations, 0–100; 100 only when nothing is left to do."""
        return 100 * self.translated // self.total if self.total else 100


def coverage_in_place(tallies: Mapping[str, Tally], lang: str) -> tuple[Coverage, ...]:
    """Do what `catalog.coverage` does for a language without a catalogue; `tallies` are the notes' by their source path."""
    found = []
    for path, tally in tallies.items():
        counts = Counter[bool]()
        for (written, others), number in tally.items():
            if not same(written, lang):
                counts[any(same(other, lang) for other in others)] += number
        if tally:
            found.append(Coverage(path, counts[True], 0, counts[False]))
    return tuple(found)


def recounted(
    coverage: Mapping[str, Mapping[str, Coverage]], path: str, was: Tally, now: Tally
) -> Mapping[str, Mapping[str, Coverage]]:
    """Return how much of each note reads in each language, now that the note at `path` has other texts than it had."""
    if was == now:
        return coverage
    return {
        lang: {**parts, path: _recounted(parts.get(path, Coverage(path, 0, 0, 0)), was, now, lang)}
        for lang, parts in coverage.items()
    }


def _recounted(part: Coverage, was: Tally, now: Tally, lang: str) -> Coverage:
    """Return how much of an edited note reads in a language: as much as before, and what its tallies differ by.

    Only a build knows whether a catalogue translated a text that is gone; here, it did not.
    """
    before, after = (summed(coverage_in_place({part.path: tally}, lang)) for tally in (was, now))
    return part._replace(
        translated=max(part.translated + after.translated - before.translated, 0),
        missing=max(part.missing + after.missing - before.missing, 0),
    )


def summed(parts: Iterable[Coverage]) -> Coverage:
    """Return the sum of several notes."""
    parts = tuple(parts)
    return Coverage(
        "",
        sum(part.translated for part in parts),
        sum(part.fuzzy for part in parts),
        sum(part.missing for part in parts),
    )
