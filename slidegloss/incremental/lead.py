"""A small part of a build's record (`incremental/record.py`): what it takes to read a note again.

It is small, so that an edited note can be read before the record is loaded; its key is derived from that of the record.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.kept.notes import Lost
from slidegloss.kept.store import Kept, digest

if TYPE_CHECKING:
    from slidegloss.model import NoteSource
    from slidegloss.notes.deck import NoteOptions

_NAME = re.compile(r"[0-9a-f]{32}(?:\+[0-9a-f]{32})?")


class Lead(NamedTuple):
    """What it takes to read a note of a project again."""

    salt: bytes
    """`Kept.salt` of its pieces."""
    options: NoteOptions
    languages: tuple[str, ...]
    notes: Mapping[str, NoteSource]
    """By source path, without what they say."""


def keys_of(name: str) -> tuple[bytes, bytes]:
    """Return the keys under which a record is kept, and what has changed in it (empty: nothing); raises Lost."""
    if not _NAME.fullmatch(name):
        raise Lost
    first, _, second = name.partition("+")
    return bytes.fromhex(first), bytes.fromhex(second)


def lead_key(record: bytes) -> bytes:
    """Return the key under which the lead to a record is kept."""
    return digest(record, b"lead")


def find_lead(name: str, kept: Kept) -> Lead:
    """Return the lead to the record of this name; raises Lost."""
    data = kept.bulk(lead_key(keys_of(name)[0]))
    if data is None:
        raise Lost
    lead: Lead = pickle.loads(data)  # noqa: S301 - ours: see kept/store.py
    kept.salt = lead.salt
    return lead
