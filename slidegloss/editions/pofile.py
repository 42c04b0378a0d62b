"""gettext PO files: reading with the place of every fault, writing with stable bytes.

Format: the GNU gettext manual, "The Format of PO Files". Babel reads most of it, but forgets previous sources (`#|`), the
contexts of obsolete entries and where a fault stands; a catalogue is people's work, so nothing of it may be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a catalogue."""

    context: str
    """Deck and slide: `video/multimodal:p136`."""
    source: str
    text: str = ""
    fuzzy: bool = False
    previous: str = ""
    """The source that `text` was made for, when the source has changed since."""
    previous_context: str = ""
    comments: tuple[str, ...] = ()
    """The translator's own comments (`# `)."""
    notes: tuple[str, ...] = ()
    """What slidegloss says about it (`#.`)."""
    places: tuple[str, ...] = ()
    """Where the source stands (`#:`): `docs/notes/a.md:31`."""
    flags: tuple[str, ...] = ()
    """Flags (`#,`) other than `fuzzy`."""
    line: int = 0
    """Where the entry stands in the PO file it was read from."""

    @property
    def key(self) -> tuple[str, str]:
        """What identifies an entry."""
        return self.context, self.source


class PoFile(NamedTuple):
    """What a PO file holds; `sound` is false when some of it could not be read."""

    header: str = ""
    """The header entry's text, kept as its owner wrote it."""
    comment: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    obsolete: tuple[Entry, ...] = ()
    sound: bool = True


# --- reading ----------------------------------------------------------------------------------------------------------

_KEYWORD = lazy(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?|domain)\s*(.*)")
_STRING = lazy(r'"((?:[^"\\]|\\.)*)"\s*')
_ESCAPE = lazy(r"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_PLACE = lazy("\u2068([^\u2069]*)\u2069(:\\d+)?|(\\S+)")
_HINT = 'each text stands in quotes, with \\" for a quote inside; `msgfmt --check` shows all faults of the file'


@dataclass(slots=True)
class _Draft:
    """An entry while its lines are read."""

    obsolete: bool = False
    line: int = 0
    strings: dict[str, list[str]] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    """Strings of `#|` lines."""
    comments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    broken: bool = False


class _Reader:
    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Diagnostic] = []
        self.drafts: list[_Draft] = []
        self.draft = _Draft()
        self.target: list[str] | None = None

    def fault(self, line: int, message: str, hint: str = _HINT) -> None:
        self.draft.broken = True
        self.found.append(diagnostic(Code.CATALOGUE_BROKEN, self.path, line, 1, message, hint))

    def finish(self) -> None:
        if self.draft.strings or self.draft.broken or self.draft.comments:
            self.drafts.append(self.draft)
        self.draft, self.target = _Draft(), None

    def line(self, number: int, line: str) -> None:
        if not line:
            if "msgstr" in self.draft.strings or self.draft.broken:
                self.finish()
            return
        if line.startswith("#~|"):
            self._text(number, line[3:].strip(), self.draft.before)
        elif line.startswith("#~"):
            self._message(number, line[2:].strip(), obsolete=True)
        elif line.startswith("#"):
            self._comment(number, line)
        else:
            self._message(number, line, obsolete=False)

    def _comment(self, number: int, line: str) -> None:
        if "msgstr" in self.draft.strings:
            self.finish()
        kind, text = line[1:2], line[2:].strip()
        if kind == "|":
            self._text(number, text, self.draft.before)
        elif kind == ",":
            self.draft.flags += [flag.strip() for flag in text.split(",") if flag.strip()]
        elif kind == ":":
            self.draft.places += [f"{a}{b}" if a else c for a, b, c in _PLACE.findall(text)]
        elif kind == ".":
            self.draft.notes.append(text)
        else:
            self.draft.comments.append(line[1:].removeprefix(" "))

    def _message(self, number: int, text: str, *, obsolete: bool) -> None:
        starts = re.match(r"msgctxt|msgid(?!_)", text)
        strings = self.draft.strings
        if starts and ("msgstr" in strings or self.draft.broken):
            self.finish()
        elif starts and starts[0] in strings:
            self.fault(number, f"{starts[0]} stands twice in one entry", "begin each entry after an empty line")
            self.finish()
        if not self.draft.strings:
            self.draft.line = number
            self.draft.obsolete = obsolete
        self._text(number, text, self.draft.strings)

    def _text(self, number: int, text: str, strings: dict[str, list[str]]) -> None:
        match = _KEYWORD.match(text)
        if match:
            name, text = match[1], match[2]
            if name in {"domain", "msgid_plural"} or name.startswith("msgstr["):
                self.fault(
                    number, f"slidegloss knows no {name}; the entry is not used", "write one msgid and one msgstr"
                )
            self.target = strings.setdefault(name, [])
        if self.target is None:
            self.fault(number, f"this line belongs to no entry: {text[:40]}")
            return
        quoted = _STRING.fullmatch(text)
        if quoted is None:
            self.fault(number, f"the quotes of this line are wrong: {text[:40]}")
            return
        self.target.append(_ESCAPE.sub(_unescape, quoted[1]))


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _PLAIN.get(code, code)


def read_po(text: str, path: str) -> tuple[PoFile, tuple[Diagnostic, ...]]:
    """Read a PO file. A broken entry is reported and left out, the others are kept; `sound` says whether one was."""
    reader = _Reader(path)
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        reader.line(number, line.strip())
    reader.finish()
    header, comment = "", tuple[str, ...]()
    entries: list[Entry] = []
    obsolete: list[Entry] = []
    sound = not reader.found
    for draft in reader.drafts:
        if draft.broken:
            continue
        if draft.strings and ("msgid" not in draft.strings or "msgstr" not in draft.strings):
            lack = "msgid" if "msgid" not in draft.strings else "msgstr"
            message = f"this entry has no {lack}"
            reader.found.append(diagnostic(Code.CATALOGUE_BROKEN, path, draft.line, 1, message, _HINT))
            sound = False
        elif not draft.strings:
            continue
        elif not draft.obsolete and not "".join(draft.strings["msgid"]) and "msgctxt" not in draft.strings:
            header, comment = "".join(draft.strings["msgstr"]), tuple(draft.comments)
        else:
            (obsolete if draft.obsolete else entries).append(_entry(draft))
    kept, found = _once(entries, path)
    return PoFile(header, comment, kept, tuple(obsolete), sound), (*reader.found, *found)


def _entry(draft: _Draft) -> Entry:
    def joined(strings: dict[str, list[str]], name: str) -> str:
        return "".join(strings.get(name, ()))

    return Entry(
        context=joined(draft.strings, "msgctxt"),
        source=joined(draft.strings, "msgid"),
        text=joined(draft.strings, "msgstr"),
        fuzzy="fuzzy" in draft.flags,
        previous=joined(draft.before, "msgid"),
        previous_context=joined(draft.before, "msgctxt"),
        comments=tuple(draft.comments),
        notes=tuple(draft.notes),
        places=tuple(draft.places),
        flags=tuple(flag for flag in draft.flags if flag != "fuzzy"),
        line=draft.line,
    )


def _once(entries: list[Entry], path: str) -> tuple[tuple[Entry, ...], list[Diagnostic]]:
    """Keep the first of entries that stand twice, or the first with a text; gettext's tools refuse such a file."""
    kept: dict[tuple[str, str], Entry] = {}
    found = []
    for entry in entries:
        first = kept.get(entry.key)
        if first is None:
            kept[entry.key] = entry
            continue
        message = f"this entry stands twice; the first is in line {first.line}"
        found.append(diagnostic(Code.CATALOGUE_DUPLICATE, path, entry.line, 1, message, "delete one of the two"))
        if not first.text and entry.text:
            kept[entry.key] = replace(entry, line=first.line)
    return tuple(kept.values()), found


# --- writing ----------------------------------------------------------------------------------------------------------

_SPECIAL = lazy(r'[\\"\n\t\r\a\b\f\v]')
_ESCAPED = {value: f"\\{key}" for key, value in _PLAIN.items()} | {"\\": "\\\\", '"': '\\"'}


def write_po(file: PoFile) -> str:
    """Return a PO file as text; the same content gives the same bytes."""
    header = [f"# {line}".rstrip() for line in file.comment]
    header += ['msgid ""', 'msgstr ""', *(_quoted(line) for line in re.findall(r"[^\n]*\n|[^\n]+", file.header))]
    parts = ["\n".join(header) + "\n"]
    parts += [_text(entry, "") for entry in file.entries]
    parts += [_text(entry, "#~ ") for entry in file.obsolete]
    return "\n".join(parts)


def _text(entry: Entry, mark: str) -> str:
    lines = [f"# {comment}".rstrip() for comment in entry.comments]
    if not mark:
        lines += [f"#. {note}" for note in entry.notes]
        lines += [f"#: {_place(place)}" for place in entry.places]
    if flags := [*(["fuzzy"] if entry.fuzzy else []), *entry.flags]:
        lines.append(f"#, {', '.join(flags)}")
    if entry.previous and entry.fuzzy:
        before = "#~| " if mark else "#| "
        if entry.previous_context:
            lines += _string("msgctxt", entry.previous_context, before)
        lines += _string("msgid", entry.previous, before)
    if entry.context:
        lines += _string("msgctxt", entry.context, mark)
    lines += _string("msgid", entry.source, mark)
    lines += _string("msgstr", entry.text, mark)
    return "\n".join(lines) + "\n"


def _place(place: str) -> str:
    """Return a reference; a path with white space stands in U+2068 … U+2069, as gettext writes it."""
    path, _, line = place.rpartition(":")
    return f"\u2068{path}\u2069:{line}" if re.search(r"\s", path) else place


def _string(name: str, text: str, mark: str) -> Iterator[str]:
    lines = text.split("\n")
    parts = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    if len(parts) <= 1:
        yield f"{mark}{name} {_quoted(text)}"
        return
    yield f'{mark}{name} ""'
    yield from (f"{mark}{_quoted(part)}" for part in parts)


def _quoted(text: str) -> str:
    escape: Callable[[re.Match[str]], str] = lambda match: _ESCAPED[match[0]]  # noqa: E731
    return f'"{_SPECIAL.sub(escape, text)}"'
