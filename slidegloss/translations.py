"""All translations of a book: the catalogues of its languages against its notes, and the tags inside the notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from slidegloss.catalog import (
    Catalogue,
    Coverage,
    Tally,
    coverage,
    coverage_in_place,
    judge,
    judge_in_place,
    read_catalogue,
    update,
    write_catalogue,
)
from slidegloss.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.languages import is_language, meant, same
from slidegloss.model import Annotation, Deck
from slidegloss.notes.language import detect
from slidegloss.patterns import lazy
from slidegloss.units import Unit

_TAGGED = lazy(r"[ \t]*(?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)[ \t]*[:：][ \t]+(?P<text>\S.*)")
_WORDS = frozenset(
    {
        *("as", "cf", "ch", "eg", "fig", "id", "ie", "if", "in", "is", "it", "my"),
        *("nb", "no", "of", "on", "or", "ps", "qa", "re", "so", "to", "vs", "we"),
    }
)
"""Short words that begin a line of prose before a colon, although some are codes of languages."""


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


# --- tags in notes ----------------------------------------------------------------------------------------------------


def check_tags(decks: Iterable[Deck], languages: Sequence[str]) -> Iterator[Diagnostic]:
    """Report translations in notes whose tag is no language of the site, or no language at all."""
    for deck in decks:
        for note in deck.annotations:
            for passage in note.translations:
                if not any(same(passage.lang, lang) for lang in languages):
                    listed = ", ".join(languages)
                    message = f"'{passage.lang}' is not a language of this site; the line is shown in every edition"
                    hint = f"the site's languages: {listed}; add '{passage.lang}' to extra.slidegloss.languages, or delete the line"
                    yield diagnostic(
                        Code.TRANSLATION_TAG, deck.source_path, passage.span.line, passage.span.col, message, hint
                    )
            yield from _slips(note, deck)


def _slips(note: Annotation, deck: Deck) -> Iterator[Diagnostic]:
    lines = note.original.source.split("\n")
    for offset, line in enumerate(lines[1:], 1):
        match = _TAGGED.match(line)
        if match is None or not _meant_as_tag(match["tag"], match["text"], note):
            continue
        guess = meant(match["tag"])
        message = f"'{match['tag']}:' is not the tag of a language; the line is shown as part of the note"
        hint = f"did you mean '{guess}:'?" if guess else "a translation starts with a tag such as  en:  or  zh:"
        yield diagnostic(Code.TRANSLATION_TAG, deck.source_path, note.original.span.line + offset, 1, message, hint)


def _meant_as_tag(tag: str, text: str, note: Annotation) -> bool:
    """Tell whether a line's start was meant as a tag: a slip we know, or no word before text in another language."""
    low = tag.lower()
    if low in _WORDS or (tag != low and not meant(tag)):
        return False
    foreign = not same(detect(text, "en"), note.original.lang)
    return foreign and (bool(meant(tag)) or not is_language(low))
