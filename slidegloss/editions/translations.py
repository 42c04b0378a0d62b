"""Loads the catalogues of all languages and brings them up to date with the notes, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.decks.inplace import judge_in_place
from slidegloss.decks.units import Unit
from slidegloss.editions.catalog import Catalogue, coverage, judge, read_catalogue, update, write_catalogue
from slidegloss.editions.coverage import Coverage, Tally, coverage_in_place


@dataclass(frozen=True, slots=True)
class Translations:
    """What a book has to translate, and its catalogues, up to date with the notes in memory."""

    units: Callable[[], tuple[Unit, ...]] = tuple
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """Source path → how many texts of that note are in which language."""
    catalogues: Mapping[str, Catalogue] = field(default_factory=dict)
    """Language of the site → its catalogue; each language has one, if only an empty one."""

    def coverage(self) -> Mapping[str, Mapping[str, Coverage]]:
        """Return language → source path → how much of that note reads in the language."""
        return {
            lang: {part.path: part for part in self._parts(lang, catalogue)}
            for lang, catalogue in self.catalogues.items()
        }

    def _parts(self, lang: str, catalogue: Catalogue) -> tuple[Coverage, ...]:
        return coverage(self.units(), catalogue) if catalogue.lookup() else coverage_in_place(self.tallies, lang)


class Plan(NamedTuple):
    """What `translate` does for one language."""

    lang: str
    text: str | None
    """The catalogue as PO text; None when its file is broken and must stay as it is."""
    parts: tuple[Coverage, ...]


def gather(
    of_notes: Callable[[], Iterable[Unit]],
    tallies: Mapping[str, Tally],
    others: Sequence[Unit],
    files: Mapping[str, tuple[str, bytes]],
    languages: Sequence[str],
) -> tuple[Translations, tuple[Diagnostic, ...]]:
    """Read the catalogues (language → path, bytes) and bring them up to date with the notes, in memory only.

    `of_notes` gives the notes' own texts and `tallies` counts them by note; they are not asked for where no catalogue
    says anything. `others` are the texts that stand in no note.
    """

    @cache
    def units() -> tuple[Unit, ...]:
        return (*of_notes(), *others)

    catalogues: dict[str, Catalogue] = {}
    problems: list[Diagnostic] = []
    for lang in languages:
        path, data = files.get(lang, ("", b""))
        read, found = read_catalogue(data, path, lang)
        problems += [*found, *judge_in_place(others, lang)]
        catalogues[lang] = read
        if not _is_empty(read):
            catalogues[lang] = update(read, units())
            problems += judge(units(), read, catalogues[lang], path)
    counted = {path: Counter(tally) for path, tally in tallies.items() if tally}
    for unit in others:
        counted.setdefault(unit.path, Counter())[unit.lang, tuple(unit.in_place)] += 1
    return Translations(units, counted, catalogues), tuple(problems)


def _is_empty(catalogue: Catalogue) -> bool:
    return not (catalogue.entries or catalogue.obsolete)


def plans(translations: Translations, languages: Iterable[str], project: str) -> tuple[Plan, ...]:
    """Return what the catalogues of these languages have to hold now."""
    units = translations.units()
    found = []
    for lang in languages:
        catalogue = translations.catalogues[lang]
        if _is_empty(catalogue):
            catalogue = update(catalogue, units)
        text = write_catalogue(catalogue, project) if catalogue.sound else None
        found.append(Plan(lang, text, coverage(units, catalogue)))
    return tuple(found)
