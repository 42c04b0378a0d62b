"""Notes → decks, with what each says about itself alone: parsed on all cores, and once for as long as a note stays."""

from __future__ import annotations

import errno
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from slidegloss.base.decode import decode
from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.frozen import as_call
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.parallel import map_items
from slidegloss.decks.check import check_decks
from slidegloss.decks.index import Address, DeckIndex, SlideHead, index_deck
from slidegloss.decks.inplace import check_tags, judge_in_place
from slidegloss.decks.units import Unit, deck_units
from slidegloss.kept.notes import (
    Calls,
    Head,
    Portion,
    content_key,
    dumps,
    head_of,
    keep,
    kept_content,
    note_key,
    tuple_as_call,
    units_key,
)
from slidegloss.kept.store import Kept
from slidegloss.model import (
    Annotation,
    Citation,
    Content,
    Deck,
    FrontMatter,
    NoteSource,
    Passage,
    Slide,
    deck_content,
    deck_head,
    kept_deck,
)
from slidegloss.nodes import NODES
from slidegloss.notes.citations import cite_deck
from slidegloss.notes.deck import NoteOptions, parse_deck


class Reading(NamedTuple):
    """How notes are read."""

    options: NoteOptions
    languages: tuple[str, ...]
    """Languages of the site, which translations in the notes may be in."""
    root: Path | None = None
    """Where the notes lie."""


@dataclass(frozen=True, slots=True)
class Read:
    """A note, parsed."""

    deck: Deck
    index: DeckIndex
    diagnostics: tuple[Diagnostic, ...]
    units: Callable[[], tuple[Unit, ...]]
    """What it has to translate."""


class _Pieces(NamedTuple):
    """A parsed note as it is kept; the two last are looked at by few."""

    head: bytes
    content: bytes
    units: bytes


def read_note(note: NoteSource, how: Reading) -> Read:
    """Parse a note, recognise what it cites, and find what is wrong with it."""
    deck, found = parse_deck(note, how.options)
    deck = cite_deck(deck)
    units = tuple(deck_units(deck))
    problems = (
        *found,
        *check_decks((deck,)),
        *check_tags(deck, how.languages),
        *(problem for lang in how.languages for problem in judge_in_place(units, lang)),
    )
    index = index_deck(deck, units)
    if note.pieces:
        units = tuple(unit._replace(place=":".join(map(str, deck.place(unit.line)[:2]))) for unit in units)
    return Read(deck, index, problems, lambda: units)


def read_notes(
    notes: Sequence[NoteSource], how: Reading, kept: Kept, jobs: int = 0, meanwhile: Callable[[], object] = lambda: None
) -> tuple[Read, ...]:
    """Parse all notes of a project; those that were parsed before come out of `kept`. `meanwhile` as in `map_items`."""
    keys = [note_key(note, kept) for note in notes]
    missing = _missing(keys, notes, kept)
    kept.ready()
    portions = [missing[start : start + _MANY] for start in range(0, len(missing), _MANY)]
    here: dict[bytes, Read] = {}
    for portion in map_items(partial(_read_some, how=how, kept=kept, here=here), portions, jobs, meanwhile):
        keep(portion, kept)
    return tuple(_read(note, key, how, kept, here.get(key)) for note, key in zip(notes, keys, strict=True))


def read_for_another(notes: Sequence[NoteSource], how: Reading, kept: Kept) -> tuple[tuple[bytes, ...], Portion]:
    """Parse some notes for a process that has begun with something else, and `keep`s what it is told.

    Returns the notes' keys, and what was not kept already.
    """
    keys = tuple(note_key(note, kept) for note in notes)
    return keys, _read_some(_missing(keys, notes, kept), how, kept, {})


def _missing(keys: Sequence[bytes], notes: Sequence[NoteSource], kept: Kept) -> Sequence[tuple[bytes, NoteSource]]:
    return [
        (key, note)
        for key, note in zip(keys, notes, strict=True)
        if not (kept.get(key) and kept.has_bulk(content_key(key)) and kept.has_bulk(units_key(key)))
    ]


_MANY = 8
"""So many notes are read before what they hold is put into the file."""
_HELD = 32
"""The content of so many notes stays with the process that has read them, and with those forked from it; some 3 MB."""


def _read_some(notes: Sequence[tuple[bytes, NoteSource]], how: Reading, kept: Kept, here: dict[bytes, Read]) -> Portion:
    """Read notes and put what is bulky into the file at once: to hand all of it over takes the memory of the whole book.

    What this process has read is added to `here`, so that it need not be made again of what is kept.
    """
    made = []
    for key, note in notes:
        read = read_note(note, how)
        made.append((key, _pieces(read)))
        here[key] = read if len(here) < _HELD else _without_content(_head(read), note, key, how, kept)
    heads = [(key, pieces.head) for key, pieces in made]
    bulky = [
        pair for key, pieces in made for pair in ((content_key(key), pieces.content), (units_key(key), pieces.units))
    ]
    return Portion(heads, [key for key, _ in bulky], ()) if kept.file_bulk(bulky) else Portion(heads, (), bulky)


def _head(read: Read) -> Head:
    return deck_head(read.deck), read.index, read.diagnostics


def _pieces(read: Read) -> _Pieces:
    return _Pieces(dumps(_head(read), _CALLS), dumps(deck_content(read.deck), _CALLS), dumps(read.units(), _CALLS))


_CALLS: Calls = {
    **{
        cls: tuple_as_call(cls)
        for cls in (
            *NODES,
            *(Annotation, Citation, Passage, Slide, Content, FrontMatter),
            *(Unit, DeckIndex, Address, SlideHead),
        )
    },
    Diagnostic: as_call(Diagnostic),
}


# The pickles below are ours: they come from our own processes and from a file that only this user may write.


def _read(note: NoteSource, key: bytes, how: Reading, kept: Kept, here: Read | None) -> Read:
    """Make a note's deck of what is kept, unless this process has just read it (`here`), or in an earlier build."""
    known = here or kept.alive(key)
    if not isinstance(known, Read):
        known = _without_content(head_of(kept.get(key) or b""), note, key, how, kept)
    kept.keep_alive(key, known)
    return known


def _without_content(head: Head, note: NoteSource, key: bytes, how: Reading, kept: Kept) -> Read:
    """Return a note whose content and units are read when they are asked for."""
    of_deck, index, problems = head
    # the texts of all notes take a good part of all memory, and lie in their files; some pages lie in none
    in_file = how.root is not None and note.role == "note" and not note.pieces
    again = _Again(note._replace(text="") if in_file else note, key, how, kept)
    deck = kept_deck(of_deck, partial(_content, again))
    return Read(deck, index, problems, partial(_units, again))


class _Again(NamedTuple):
    """What it takes to parse a note once more, should what is kept of it get lost."""

    note: NoteSource
    """Without its text where that lies in a file."""
    key: bytes
    how: Reading
    kept: Kept

    def read(self) -> Read:
        """Parse the note; raises OSError where it is not there as it was."""
        note = self.note
        if not note.text and self.how.root is not None:
            path = self.how.root / note.source_path
            note = note._replace(text=decode(path.read_bytes(), note.source_path)[0].text)
            if note_key(note, self.kept) != self.key:
                raise OSError(errno.EBUSY, "it was changed while the site was built", note.source_path)
        return read_note(note, self.how)


def _content(again: _Again) -> Content:
    found = kept_content(again.key, again.kept)
    return deck_content(again.read().deck) if found is None else found


def _units(again: _Again) -> tuple[Unit, ...]:
    data = again.kept.bulk(units_key(again.key))
    return again.read().units() if data is None else pickle.loads(data)  # noqa: S301
