"""Parsed notes as they are kept: in three pieces, under keys that stand for all that parsing depends on.

The first holds what the rest of the book wants to know of a note, and is read with every build; the others hold its content
and its units (`decks/units.py`), which few ask for. What makes the pieces, and notes of them, is `decks/reading.py`, which
knows how to parse; who only looks at what is there needs none of that.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.kept.store import Kept, digest

if TYPE_CHECKING:
    from slidegloss.base.diagnostics import Diagnostic
    from slidegloss.base.frozen import Call
    from slidegloss.decks.index import DeckIndex
    from slidegloss.model import Content, DeckHead, NoteSource

Head = tuple["DeckHead", "DeckIndex", "tuple[Diagnostic, ...]"]
"""What is kept of a note in the first piece: its deck's head, its index, what is wrong with it."""

Calls = Mapping[type, Callable[[Any], "str | tuple[Any, ...]"]]
"""How the objects of some classes are written: as calls; by itself, `pickle` asks each of them a dozen questions first."""


class Lost(Exception):  # noqa: N818 - it reads as a fact
    """A piece that another speaks of is no longer there."""


class Portion(NamedTuple):
    """What was read of some notes, as one process tells another."""

    heads: Sequence[tuple[bytes, bytes]]
    """Key (`note_key`) → the first piece."""
    filed: Sequence[bytes]
    """Keys of what lies in the file."""
    bulky: Sequence[tuple[bytes, bytes]]
    """What does not."""


def note_key(note: NoteSource, kept: Kept) -> bytes:
    """Return what stands for everything that parsing a note depends on."""
    return kept.key("note", *map(str, note))


def content_key(key: bytes) -> bytes:
    """Return the key of the content of the note that was parsed under a key."""
    return digest(key, b"content")


def units_key(key: bytes) -> bytes:
    """Return the key of the units of the note that was parsed under a key."""
    return digest(key, b"units")


def dumps(value: object, calls: Calls) -> bytes:
    """Return a pickle in which objects of these classes are calls."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out, protocol=5)
    pickler.dispatch_table = calls
    pickler.dump(value)
    return out.getvalue()


def tuple_as_call(cls: type) -> Callable[[Any], Call]:
    """Return what a pickler asks of the objects of a class of NamedTuples."""
    return lambda node: (cls, tuple(node))


# The pickles below are ours: they come from our own processes and from a file that only this user may write.


def head_of(data: bytes) -> Head:
    """Read what is kept of a note in its first piece, the one under its own key (`note_key`)."""
    return pickle.loads(data)  # type: ignore[no-any-return]  # noqa: S301


def kept_content(key: bytes, kept: Kept) -> Content | None:
    """Return the content of the deck that was parsed under a key (`note_key`), where it is kept."""
    data = kept.bulk(content_key(key))
    return None if data is None else pickle.loads(data)  # noqa: S301


def needed_content(key: bytes, kept: Kept) -> Content:
    """Return the content of the deck that was parsed under a key; raises Lost where it is not kept."""
    found = kept_content(key, kept)
    if found is None:
        raise Lost
    return found


def needed_head(key: bytes, kept: Kept) -> Head:
    """Return the first piece of the note that was parsed under a key; raises Lost where it is not kept."""
    data = kept.get(key)
    if data is None:
        raise Lost
    return head_of(data)


def keep(portion: Portion, kept: Kept) -> None:
    """Keep what another process has read."""
    for key, head in portion.heads:
        kept.put(key, head)
    kept.filed(portion.filed)
    kept.put_bulk(portion.bulky)
