"""Notes → decks, with what each says about itself alone: parsed on all cores, and once for as long as a note stays."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import NamedTuple

from slidegloss.diagnostics import Diagnostic
from slidegloss.kept import Kept
from slidegloss.model import Deck, NoteSource
from slidegloss.notes.citations import cite_deck
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.parallel import map_items
from slidegloss.units import Unit, deck_units


class Read(NamedTuple):
    """A note, parsed."""

    deck: Deck
    units: tuple[Unit, ...]
    """What it has to translate."""
    diagnostics: tuple[Diagnostic, ...]


def read_note(note: NoteSource, options: NoteOptions) -> Read:
    """Parse a note and recognise what it cites."""
    deck, found = parse_deck(note, options)
    deck = cite_deck(deck)
    return Read(deck, tuple(deck_units(deck)), tuple(found))


def note_key(note: NoteSource, kept: Kept) -> bytes:
    """Return what stands for everything that parsing a note depends on."""
    return kept.key("note", *(str(getattr(note, name)) for name in note.__slots__))


def read_notes(notes: Sequence[NoteSource], options: NoteOptions, kept: Kept | None, jobs: int = 0) -> tuple[Read, ...]:
    """Parse all notes of a project; those that were parsed before come out of `kept`."""
    if kept is None:
        return tuple(map_items(lambda note: read_note(note, options), notes, jobs))
    keys = [note_key(note, kept) for note in notes]
    missing = [(key, note) for key, note in zip(keys, notes, strict=True) if kept.get(key) is None]
    made = map_items(lambda item: pickle.dumps(read_note(item[1], options), protocol=5), missing, jobs)
    for (key, _), data in zip(missing, made, strict=True):
        kept.put(key, data)
    # the pickles are ours: they come from our own processes and from a file that only this user may write
    return tuple(pickle.loads(kept.get(key) or b"") for key in keys)  # noqa: S301
