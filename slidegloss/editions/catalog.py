"""Translation catalogues (PO files): read, updated to the current notes, validated, counted.

`msgctxt` is deck and slide, `msgid` the author's CommonMark, `#:` the place in the notes, `#.` what the text is. A changed
source makes the old translation fuzzy and keeps the old source in `#|`, so that a translator sees what changed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.decks.inplace import clip, slips
from slidegloss.decks.units import Unit, foreign, in_place, wanted
from slidegloss.editions.coverage import Coverage
from slidegloss.editions.pofile import Entry, PoFile, read_po, write_po

SIMILAR = 60
"""Least likeness (rapidfuzz ratio, 0–100) at which a vanished text passes its translation on to a new one."""
NEAR = 40
"""Vanished texts of a slide that are compared with a new one, nearest first: keeps the work linear."""
_ONE_FORM = "nplurals=1; plural=0;"
_PLURALS = {"zh": _ONE_FORM, "ja": _ONE_FORM, "ko": _ONE_FORM, "vi": _ONE_FORM, "th": _ONE_FORM}
_CHARSET = re.compile(rb"charset=([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A language's translations."""

    lang: str
    entries: tuple[Entry, ...] = ()
    obsolete: tuple[Entry, ...] = ()
    header: str = ""
    """The header entry's text, kept as its owner wrote it."""
    comment: tuple[str, ...] = ()
    sound: bool = True
    """False when parts of the file could not be read: then it must not be written."""

    def lookup(self) -> Mapping[tuple[str, str], Entry]:
        """Return the entries that have a text, by context and source."""
        return {entry.key: entry for entry in self.entries if entry.text.strip()}


# --- reading ----------------------------------------------------------------------------------------------------------


def read_catalogue(data: bytes, path: str, lang: str) -> tuple[Catalogue, tuple[Diagnostic, ...]]:
    """Read a PO file; what is broken is reported and left out, and a file in another encoding than UTF-8 as a whole."""
    problems: list[Diagnostic] = []
    said = _CHARSET.search(data[:4000])
    name = said[1].decode("ascii") if said else ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = "the catalogue is not UTF-8; it is not used" + (f" (its header says {name})" if name else "")
        hint = f"convert it:  msgconv -t UTF-8 -o {path} {path}"
        return Catalogue(lang, sound=False), (diagnostic(Code.CATALOGUE_BROKEN, path, line, 1, message, hint),)
    if said and name.lower() not in {"utf-8", "utf8", "ascii", "us-ascii", "charset"}:
        line = data[: said.start()].count(b"\n") + 1
        message = f"the header says charset={name}, but the file is UTF-8; it is read as UTF-8"
        problems.append(diagnostic(Code.CATALOGUE_BROKEN, path, line, 1, message, "write charset=UTF-8"))
    file, found = read_po(text, path)
    header = _CHARSET.sub(b"charset=UTF-8", file.header.encode()).decode()
    return (
        Catalogue(lang, file.entries, file.obsolete, header, file.comment, file.sound),
        (*problems, *found),
    )


# --- updating ---------------------------------------------------------------------------------------------------------


def update(old: Catalogue, units: Iterable[Unit]) -> Catalogue:
    """Bring a catalogue up to date with the notes; its entries get the order of the notes.

    A text that is new takes over the translation of one that has vanished: as it is when the same text only moved to
    another slide, as fuzzy from the same slide when the two are alike. A text that is translated elsewhere in the book
    gets the same words. What nobody takes over becomes obsolete and is kept. Linear in the number of units.
    """
    needed = [unit for unit in units if wanted(unit, old.lang)]
    heirs = _Heirs(old, {(unit.context, unit.source) for unit in needed})
    entries = tuple(_for_unit(heirs.find(unit), unit) for unit in needed)
    return replace(old, entries=entries, obsolete=heirs.left())


class _Heirs:
    """What an old catalogue can give to the texts of today; each vanished entry is given away once."""

    def __init__(self, old: Catalogue, keys: set[tuple[str, str]]) -> None:
        self.known = {entry.key: entry for entry in old.entries}
        self.gone = [entry for entry in old.entries if entry.key not in keys and (entry.text or entry.comments)]
        self.obsolete = {entry.key: entry for entry in old.obsolete if entry.text}
        self.used: set[tuple[str, str]] = keys & self.obsolete.keys()
        self.by_source: dict[str, deque[Entry]] = defaultdict(deque)
        for entry in (*self.gone, *self.obsolete.values()):
            self.by_source[entry.source].append(entry)
        self.slides: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
        """Vanished entries by context, with their place in the old order."""
        self.order = {entry.key: number for number, entry in enumerate(old.entries)}
        for entry in (entry for entry in self.gone if entry.text):
            self.slides[entry.context].append((self.order[entry.key], entry))
        self.memory = {entry.source: entry for entry in reversed(old.entries) if entry.text and not entry.fuzzy}
        self.at = 0

    def find(self, unit: Unit) -> Entry | None:
        key = (unit.context, unit.source)
        known = self.known.get(key)
        if known is not None:
            self.at = self.order[key]
            if known.text:
                return known
        if found := self.obsolete.get(key):
            return found
        found = self._moved(unit) or self._remembered(unit) or self._changed(unit)
        return replace(found, comments=known.comments or found.comments) if found and known else found or known

    def _moved(self, unit: Unit) -> Entry | None:
        waiting = self.by_source.get(unit.source, deque())
        while waiting:
            entry = waiting.popleft()
            if entry.key not in self.used:
                self.used.add(entry.key)
                return entry
        return None

    def _remembered(self, unit: Unit) -> Entry | None:
        entry = self.memory.get(unit.source)
        return replace(entry, comments=()) if entry else None

    def _changed(self, unit: Unit) -> Entry | None:
        entries = self.slides.get(unit.context)
        if not entries:
            return None
        middle = bisect_left(entries, self.at, key=lambda pair: pair[0])
        first = max(0, middle - NEAR // 2)
        near = [pair for pair in entries[first : first + NEAR] if pair[1].key not in self.used]
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - most builds find nothing to compare, and it takes its time to load

        best = process.extractOne(
            unit.source, [pair[1].source for pair in near], scorer=fuzz.ratio, score_cutoff=SIMILAR
        )
        if best is None:
            return None
        self.at, found = near[best[2]]
        self.used.add(found.key)
        before = found.previous if found.fuzzy and found.previous else found.source
        if before == unit.source:
            return replace(found, fuzzy=False, previous="")  # the change was taken back
        return replace(found, fuzzy=True, previous=before, previous_context="")

    def left(self) -> tuple[Entry, ...]:
        left = {entry.key: entry for entry in (*self.obsolete.values(), *self.gone) if entry.key not in self.used}
        return tuple(replace(entry, notes=(), places=()) for entry in left.values())


def _for_unit(entry: Entry | None, unit: Unit) -> Entry:
    about = f"{unit.kind} · {unit.slide_title}" if unit.slide_title else unit.kind
    notes = (" ".join(about.split()),)
    places = (unit.where,) if unit.where else ()
    if entry is None:
        return Entry(unit.context, unit.source, notes=notes, places=places)
    return replace(entry, context=unit.context, source=unit.source, notes=notes, places=places)


# --- writing ----------------------------------------------------------------------------------------------------------


def write_catalogue(catalogue: Catalogue, project: str) -> str:
    """Return a catalogue as PO text; the same catalogue gives the same bytes, whatever the day."""
    title = " ".join(project.split())
    header = catalogue.header or (
        f"Project-Id-Version: {title}\n"
        "Report-Msgid-Bugs-To: \n"
        "PO-Revision-Date: YEAR-MO-DA HO:MI+ZONE\n"
        "Last-Translator: \n"
        "Language-Team: \n"
        f"Language: {catalogue.lang.replace('-', '_')}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        f"Plural-Forms: {_PLURALS.get(catalogue.lang.split('-')[0], 'nplurals=2; plural=(n != 1);')}\n"
        "X-Generator: slidegloss\n"
    )
    comment = catalogue.comment or (f"Translations of {title}. `build.py translate` keeps this file up to date.",)
    return write_po(PoFile(header, comment, catalogue.entries, catalogue.obsolete))


# --- counting ---------------------------------------------------------------------------------------------------------


def coverage(units: Iterable[Unit], catalogue: Catalogue) -> tuple[Coverage, ...]:
    """Count per note what is translated (in place or by the catalogue), fuzzy and missing; notes in their order."""
    found = catalogue.lookup()
    counts: dict[str, list[int]] = {}
    for unit in units:
        numbers = counts.setdefault(unit.path, [0, 0, 0])
        if not foreign(unit, catalogue.lang):
            continue
        entry = found.get((unit.context, unit.source))
        if in_place(unit, catalogue.lang) or (entry and not entry.fuzzy):
            numbers[0] += 1
        else:
            numbers[1 if entry else 2] += 1
    return tuple(Coverage(path, *numbers) for path, numbers in counts.items())


# --- judging ----------------------------------------------------------------------------------------------------------


def judge(units: Iterable[Unit], read: Catalogue, current: Catalogue, path: str) -> tuple[Diagnostic, ...]:
    """Report what is wrong with a catalogue: lost formulas and links, disagreement with the note, stale translations.

    `read` is the catalogue as its file has it, `current` the same brought up to date, `path` that of its file.
    """
    before, now = read.lookup(), current.lookup()
    problems: list[Diagnostic] = []
    for unit in units:
        key = (unit.context, unit.source)
        if here := in_place(unit, read.lang):
            if (entry := before.get(key)) and _squeezed(entry.text) != _squeezed(here):
                message = f"the note translates this differently ({unit.where}); the note's words are shown"
                hint = "run  build.py translate  to drop it here, or delete the line in the note"
                problems.append(diagnostic(Code.TRANSLATION_DISAGREES, path, entry.line, 1, message, hint))
        elif entry := now.get(key):
            if entry.fuzzy:
                message = f"the original has changed since it was translated: {clip(unit.source)}"
                hint = "run  build.py translate,  look it over, then remove the line  #, fuzzy"
                problems.append(diagnostic(Code.TRANSLATION_FUZZY, path, entry.line, 1, message, hint))
            problems += slips(unit.source, entry.text, path, entry.line)
    return tuple(problems)


def _squeezed(text: str) -> str:
    return "".join(text.split())
