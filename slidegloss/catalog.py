"""Translation catalogues: gettext PO files, read with Babel, updated and written with stable bytes.

Format: the GNU gettext manual, "The Format of PO Files". `msgctxt` is deck and slide, `msgid` the author's CommonMark,
`#:` the place in the notes, `#.` what the text is. A changed source makes the old translation fuzzy and keeps the old
source in `#|`, so that a translator sees what changed.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from babel.messages.pofile import PoFileError, normalize, read_po
from rapidfuzz import fuzz, process

from slidegloss import __version__
from slidegloss.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.units import Unit, wanted

SIMILAR = 60
"""Least likeness (rapidfuzz ratio, 0–100) at which a vanished text passes its translation on to a new one."""
_PLURALS = {"zh": "nplurals=1; plural=0;", "ja": "nplurals=1; plural=0;", "ko": "nplurals=1; plural=0;"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a catalogue."""

    context: str
    source: str
    text: str = ""
    fuzzy: bool = False
    previous: str = ""
    """The source that `text` was made for, when the source has changed since."""
    comments: tuple[str, ...] = ()
    """The translator's own comments (`# `)."""
    notes: tuple[str, ...] = ()
    """What slidegloss says about it (`#.`)."""
    places: tuple[tuple[str, int], ...] = ()
    line: int = 0
    """Where the entry stands in the PO file it was read from."""

    @property
    def key(self) -> tuple[str, str]:
        """What identifies an entry."""
        return self.context, self.source


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A language's translations."""

    lang: str
    entries: tuple[Entry, ...] = ()
    obsolete: tuple[Entry, ...] = ()
    header: str = ""
    """The header entry's text, kept as its owner wrote it."""
    comment: str = ""

    def lookup(self) -> Mapping[tuple[str, str], Entry]:
        """Return the entries that have a text, by context and source."""
        return {entry.key: entry for entry in self.entries if entry.text}


def read_catalogue(data: bytes, path: str, lang: str) -> tuple[Catalogue, tuple[Diagnostic, ...]]:
    """Read a PO file; a broken one gives an empty catalogue and says where it breaks."""
    problems: list[Diagnostic] = []
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.append(
            diagnostic(
                Code.CATALOGUE_BROKEN,
                path,
                line,
                1,
                "the catalogue is not UTF-8; it is not used",
                "save it as UTF-8, with  Content-Type: text/plain; charset=UTF-8  in its header",
            )
        )
        return Catalogue(lang), tuple(problems)
    charset = re.search(rb"charset=([\w-]+)", data[:4000])
    if charset and charset[1].lower() not in {b"utf-8", b"utf8", b"ascii", b"us-ascii"}:
        data = data.replace(charset[0], b"charset=UTF-8", 1)
        name = charset[1].decode("ascii", "replace")
        problems.append(
            diagnostic(
                Code.CATALOGUE_BROKEN,
                path,
                data[: charset.start()].count(b"\n") + 1,
                1,
                f"the header says charset={name}, but the file is UTF-8; it is read as UTF-8",
                "write charset=UTF-8",
            )
        )
    try:
        parsed = read_po(io.BytesIO(data), locale=None, abort_invalid=True)
    except PoFileError as error:
        line = (error.lineno or 0) + 1
        message = f"the catalogue is broken: {error.args[0] if error.args else 'it cannot be read'}"
        hint = "run  msgfmt --check  on it; each text stands in quotes, each entry ends with an empty line"
        return Catalogue(lang), (*problems, diagnostic(Code.CATALOGUE_BROKEN, path, line, 1, message, hint))
    except (ValueError, IndexError, KeyError) as error:
        message = f"the catalogue is broken: {error}"
        return Catalogue(lang), (*problems, diagnostic(Code.CATALOGUE_BROKEN, path, 1, 1, message, "run  msgfmt --check"))
    problems += _duplicates(data.decode("utf-8"), path)
    entries = tuple(_entry(message) for message in parsed if message.id)
    obsolete = tuple(_entry(message) for message in parsed.obsolete.values())
    header = next((str(message.string) for message in parsed if not message.id), "")
    return Catalogue(lang, entries, obsolete, header, parsed.header_comment), tuple(problems)


def _entry(message) -> Entry:  # noqa: ANN001 - babel's Message, which has no stubs worth naming
    source = message.id[0] if isinstance(message.id, tuple | list) else message.id
    text = message.string[0] if isinstance(message.string, tuple | list) else message.string
    previous = message.previous_id[0] if message.previous_id else ""
    return Entry(
        context=message.context or "",
        source=source,
        text=text or "",
        fuzzy=message.fuzzy,
        previous=previous,
        comments=tuple(message.user_comments),
        notes=tuple(message.auto_comments),
        places=tuple(message.locations),
        line=message.lineno or 0,
    )


_STRING = re.compile(r'^(msgctxt|msgid|msgstr)\s+"(.*)"$|^"(.*)"$')


def _duplicates(text: str, path: str) -> list[Diagnostic]:
    """Report entries that stand twice: gettext's tools refuse such a file, Babel silently keeps the last."""
    seen: dict[tuple[str, str], int] = {}
    found: list[Diagnostic] = []
    fields: dict[str, str] = {}
    field, start = "", 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        match = _STRING.match(line.strip())
        if match and match[1]:
            if match[1] == "msgctxt" or (match[1] == "msgid" and "msgctxt" not in fields):
                start = number
            field = match[1]
            fields[field] = match[2]
        elif match and field:
            fields[field] += match[3]
        elif not line.strip() and fields:
            key = (fields.get("msgctxt", ""), fields.get("msgid", ""))
            if key[1] and key in seen:
                message = f"this entry stands twice; the first is in line {seen[key]}"
                found.append(diagnostic(Code.CATALOGUE_DUPLICATE, path, start, 1, message, "delete one of the two"))
            seen.setdefault(key, start)
            fields, field = {}, ""
    return found


# --- updating ---------------------------------------------------------------------------------------------------------


def update(old: Catalogue, units: Iterable[Unit]) -> Catalogue:
    """Bring a catalogue up to date with the notes; its entries get the order of the notes.

    A text that is new takes over the translation of one that has vanished: from the same slide when they are alike
    (fuzzy), or as it is when the same text only moved to another slide. What nobody takes over becomes obsolete and is
    kept. Linear in the number of units, apart from the texts of one slide among each other.
    """
    needed = [unit for unit in units if wanted(unit, old.lang)]
    known = {entry.key: entry for entry in old.entries}
    keys = {(unit.context, unit.source) for unit in needed}
    gone = [entry for entry in old.entries if entry.key not in keys and entry.text]
    revivable = {entry.key: entry for entry in old.obsolete if entry.text}
    by_context: dict[str, list[Entry]] = defaultdict(list)
    by_source: dict[str, list[Entry]] = defaultdict(list)
    for entry in [*gone, *(entry for entry in old.obsolete if entry.text)]:
        by_source[entry.source].append(entry)
    for entry in gone:
        by_context[entry.context].append(entry)
    used: set[tuple[str, str]] = set()
    entries = []
    for unit in needed:
        key = (unit.context, unit.source)
        entry = known.get(key) or revivable.get(key) or _moved(unit, by_source, used) or _changed(unit, by_context, used)
        if entry is not None and entry.key != key:
            used.add(entry.key)
        elif entry is not None and key in revivable:
            used.add(key)
        entries.append(_for_unit(entry, unit))
    obsolete = [entry for entry in [*old.obsolete, *gone] if entry.key not in used and entry.key not in keys]
    unique = {entry.key: entry for entry in obsolete}
    return replace(old, entries=tuple(entries), obsolete=tuple(unique.values()))


def _moved(unit: Unit, by_source: Mapping[str, Sequence[Entry]], used: set[tuple[str, str]]) -> Entry | None:
    return next((entry for entry in by_source.get(unit.source, ()) if entry.key not in used), None)


def _changed(unit: Unit, by_context: Mapping[str, Sequence[Entry]], used: set[tuple[str, str]]) -> Entry | None:
    free = [entry for entry in by_context.get(unit.context, ()) if entry.key not in used]
    if not free:
        return None
    best = process.extractOne(
        unit.source, [entry.source for entry in free], scorer=fuzz.ratio, score_cutoff=SIMILAR
    )
    if best is None:
        return None
    found = free[best[2]]
    return replace(found, fuzzy=True, previous=found.previous if found.fuzzy and found.previous else found.source)


def _for_unit(entry: Entry | None, unit: Unit) -> Entry:
    base = entry or Entry(unit.context, unit.source)
    about = f"{unit.kind} · {unit.slide_title}" if unit.slide_title else unit.kind
    return replace(
        base,
        context=unit.context,
        source=unit.source,
        notes=(" ".join(about.split()),),
        places=((unit.path, unit.line),),
        line=0,
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def write_catalogue(catalogue: Catalogue, project: str) -> str:
    """Return a catalogue as PO text; the same catalogue gives the same bytes, whatever the day."""
    parts = [_header(catalogue, project)]
    parts += [_entry_text(entry) for entry in catalogue.entries]
    parts += [_entry_text(entry, obsolete=True) for entry in catalogue.obsolete]
    return "\n".join(parts)


def _header(catalogue: Catalogue, project: str) -> str:
    header = catalogue.header or (
        f"Project-Id-Version: {project}\n"
        "Report-Msgid-Bugs-To: \n"
        "PO-Revision-Date: \n"
        "Last-Translator: \n"
        "Language-Team: \n"
        f"Language: {catalogue.lang.replace('-', '_')}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        f"Plural-Forms: {_PLURALS.get(catalogue.lang.split('-')[0], 'nplurals=2; plural=(n != 1);')}\n"
        f"X-Generator: slidegloss {__version__.rpartition('.')[0]}\n"
    )
    comment = "".join(f"{line}\n" for line in catalogue.comment.split("\n") if catalogue.header and line.strip())
    first = comment or f"# Translations of {project}. Written and updated by  build.py translate.\n"
    lines = "".join(f'"{_escape(line)}\\n"\n' for line in header.rstrip("\n").split("\n"))
    return f'{first}msgid ""\nmsgstr ""\n{lines}'


def _entry_text(entry: Entry, *, obsolete: bool = False) -> str:
    lines = [f"# {comment}".rstrip() for comment in entry.comments]
    if not obsolete:
        lines += [f"#. {note}" for note in entry.notes]
        lines += [f"#: {_place(path)}:{line}" for path, line in entry.places]
    if entry.fuzzy and entry.text:
        lines.append("#, fuzzy")
    mark = "#~ " if obsolete else ""
    if entry.previous and entry.fuzzy:
        lines += [f"{'#~| ' if obsolete else '#| '}{line}" for line in f"msgid {_normal(entry.previous)}".split("\n")]
    if entry.context:
        lines += [f"{mark}{line}" for line in f"msgctxt {_normal(entry.context)}".split("\n")]
    lines += [f"{mark}{line}" for line in f"msgid {_normal(entry.source)}".split("\n")]
    lines += [f"{mark}{line}" for line in f"msgstr {_normal(entry.text)}".split("\n")]
    return "\n".join(lines) + "\n"


def _place(path: str) -> str:
    """Return a path as a PO reference; white space inside goes into U+2068 … U+2069, as gettext does."""
    return f"\u2068{path}\u2069" if re.search(r"\s", path) else path


def _normal(text: str) -> str:
    return normalize(text, width=100)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


# --- judging ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a deck reads in a language."""

    deck: str
    translated: int
    fuzzy: int
    missing: int

    @property
    def total(self) -> int:
        """All texts that need a translation."""
        return self.translated + self.fuzzy + self.missing

    @property
    def share(self) -> float:
        """Up-to-date translations as a part of all, 0–1; a deck without foreign text is complete."""
        return self.translated / self.total if self.total else 1.0


def coverage(units: Iterable[Unit], catalogue: Catalogue) -> tuple[Coverage, ...]:
    """Count per deck what is translated (in place or by the catalogue), fuzzy and missing; decks in their order."""
    found = catalogue.lookup()
    counts: dict[str, list[int]] = {}
    for unit in units:
        numbers = counts.setdefault(unit.path, [0, 0, 0])
        if unit.lang.split("-")[0] == catalogue.lang.split("-")[0]:
            continue
        entry = found.get((unit.context, unit.source))
        if catalogue.lang in unit.in_place or (entry and not entry.fuzzy):
            numbers[0] += 1
        elif entry:
            numbers[1] += 1
        else:
            numbers[2] += 1
    return tuple(Coverage(deck, *numbers) for deck, numbers in counts.items())


_FORMULA = re.compile(r"\\\\\((.+?)\\\\\)|\$\$(.+?)\$\$|\\\\\[(.+?)\\\\\]", re.DOTALL)
_LINK = re.compile(r"\]\(\s*<?([^()\s<>]+(?:\([^()\s]*\)[^()\s]*)?)>?[^()]*\)|(?<![(<\w])(https?://[^\s<>）。，]+)")


def judge(units: Iterable[Unit], catalogue: Catalogue, path: str) -> tuple[Diagnostic, ...]:
    """Report slips in a catalogue: lost formulas and links, translations that disagree with those in the note, stale ones."""
    entries = catalogue.lookup()
    problems: list[Diagnostic] = []
    for unit in units:
        entry = entries.get((unit.context, unit.source))
        in_place = unit.in_place.get(catalogue.lang, "")
        text, where, line = (in_place, unit.path, unit.line) if in_place else (entry.text if entry else "", path, 0)
        if entry is not None and in_place and _squeezed(entry.text) != _squeezed(in_place):
            message = f"the catalogue and the note translate this differently ({unit.path}:{unit.line}); the note's is shown"
            problems.append(
                diagnostic(Code.TRANSLATION_DISAGREES, path, entry.line, 1, message, "run  build.py translate")
            )
        if entry is not None and not in_place:
            line = entry.line
            if entry.fuzzy:
                message = f"the original has changed since it was translated: {_clip(unit.source)}"
                problems.append(
                    diagnostic(
                        Code.TRANSLATION_FUZZY, path, line, 1, message, "look it over, then remove the line  #, fuzzy"
                    )
                )
        if text:
            problems += _slips(unit.source, text, where, line)
    return tuple(problems)


def _slips(source: str, text: str, path: str, line: int) -> Iterable[Diagnostic]:
    lost = [f for f in _formulas(source) if f not in _formulas(text)]
    if lost:
        message = f"the translation lacks the formula {_clip(lost[0])}"
        yield diagnostic(Code.TRANSLATION_FORMULA, path, line, 1, message, "copy it from the original as it stands")
    lost = [link for link in _links(source) if link not in _links(text)]
    if lost:
        message = f"the translation lacks the link {_clip(lost[0])}"
        yield diagnostic(Code.TRANSLATION_LINK, path, line, 1, message, "copy it from the original as it stands")


def _formulas(text: str) -> list[str]:
    return ["".join((a or b or c).split()) for a, b, c in _FORMULA.findall(text)]


def _links(text: str) -> list[str]:
    return [(a or b).rstrip(".,;:!?") for a, b in _LINK.findall(text)]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
