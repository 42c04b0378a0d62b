"""Brings a site up to date when nothing but the text of a few notes has changed, in a time that grows far slower than the book.

A build asks of every page whether it can stay. Here it is the other way round: what the last build knew of the book is
there (`record.py`), the changed notes are read, and what they said before and say now tells which pages to make
(`amendment.py`). Loading what reads notes and what makes pages takes most of the time; they are loaded side by side, in two
processes.
"""

from __future__ import annotations

import contextlib
import sqlite3
from functools import partial
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from slidegloss.decode import LARGEST, decode
from slidegloss.kept import Kept, place
from slidegloss.keptnotes import Lost, Portion
from slidegloss.lead import Lead, find_lead
from slidegloss.namedtuples import NamedTuple
from slidegloss.parallel import beside
from slidegloss.resources import user_cache
from slidegloss.stamp import as_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slidegloss.amendment import Amended
    from slidegloss.model import NoteSource
    from slidegloss.stamp import Edited

MOST = 8
"""Notes that may have changed; for more, a build on all cores is hardly slower."""


class Again(NamedTuple):
    """The changed notes, and the site that they are to change."""

    keys: tuple[bytes, ...]
    """The notes'."""
    portion: Portion
    """What was read of them (`reading.read_for_another`)."""
    output: tuple[str, ...]
    """A line for each file of the site (`stamp.as_left`)."""


def amend(edited: Edited, *, strict: bool = False, jobs: int = 0) -> Amended | None:
    """Bring a site up to date; None, with the published site as it was, when that takes a build."""
    if len(edited.files) > MOST:
        return None
    kept = Kept(place(edited.root, "", user_cache()), b"", few=True)
    with beside(partial(_read, edited, kept), jobs) as read:
        from slidegloss.amendment import carry_out  # noqa: PLC0415 - while another process reads

        return carry_out(edited, kept, read, strict=strict)


def _read(edited: Edited, kept: Kept) -> Again | None:
    """Read the changed notes, and see whether the site is as it was left; None when that takes a build."""
    from slidegloss.reading import Reading, read_for_another  # noqa: PLC0415 - only the process that reads needs it

    with contextlib.suppress(Lost, OSError, sqlite3.Error, UnpicklingError):
        lead = find_lead(edited.record, kept)
        notes = _notes(edited, lead)
        output = as_left(edited.site, edited.left)
        if notes is not None and output is not None:
            return Again(*read_for_another(notes, Reading(lead.options, lead.languages), kept), output)
    return None


def _notes(edited: Edited, lead: Lead) -> Sequence[NoteSource] | None:
    """Return the changed notes with their text; None where a file is no note, or odd: that is for a build to report."""
    found = []
    for path in edited.files:
        note = lead.notes.get(path)
        if note is None:
            return None
        data = (edited.root / path).read_bytes()
        decoded, problems = decode(data, path)
        if problems or not decoded.text.strip() or len(data) > LARGEST:
            return None
        found.append(note._replace(text=decoded.text))
    return found
