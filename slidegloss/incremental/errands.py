"""What a second process does during an amendment: it reads the edited notes and verifies the new pages.

Each function imports what it needs when it runs, because the first process imports this module too.
"""

from __future__ import annotations

import contextlib
import sqlite3
from importlib import import_module
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from slidegloss.base.decode import LARGEST, decode
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.incremental.lead import Lead, find_lead
from slidegloss.kept.notes import Lost, Portion
from slidegloss.kept.store import few_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from slidegloss.incremental.stamp import Edited
    from slidegloss.model import NoteSource


class Again(NamedTuple):
    """Changed notes, read again."""

    keys: tuple[bytes, ...]
    portion: Portion
    """What was not kept already (`reading.read_for_another`)."""


def read(edited: Edited) -> Again | None:
    """Read the changed notes; None when that takes a build."""
    from slidegloss.decks.reading import Reading, read_for_another  # noqa: PLC0415 - see above

    with contextlib.suppress(Lost, OSError, sqlite3.Error, UnpicklingError):
        kept = few_of(edited.inputs.root)
        lead = find_lead(edited.record, kept)
        notes = _notes(edited, lead)
        if notes is not None:
            return Again(*read_for_another(notes, Reading(lead.options, lead.languages), kept))
    return None


def _notes(edited: Edited, lead: Lead) -> Sequence[NoteSource] | None:
    """Return the changed notes with their text; None where a file is no note, or odd: that is for a build to report."""
    from slidegloss.notes.includes import has_includes  # noqa: PLC0415 - see above

    found = []
    for path in edited.files:
        note = lead.notes.get(path)
        if note is None:
            return None
        data = (edited.inputs.root / path).read_bytes()
        decoded, problems = decode(data, path)
        if problems or not decoded.text.strip() or len(data) > LARGEST or has_includes(decoded.text):
            return None
        found.append(note._replace(text=decoded.text))
    return found


def prepare() -> None:
    """Load what `still_fine` needs."""
    import_module("slidegloss.verification.recheck")


def still_fine(site: Path, paths: frozenset[str], changed: Mapping[str, bytes], base_path: str, fine: bool) -> bool:  # noqa: FBT001 - what goes to another process has no names
    """Tell what `recheck.still_fine` tells."""
    from slidegloss.verification import recheck  # noqa: PLC0415 - see above

    return recheck.still_fine(site, paths, changed, base_path, fine=fine)
