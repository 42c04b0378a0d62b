"""Brings a site up to date when nothing but the text of a few notes has changed, in a time that grows far slower than the book.

A build asks of every page whether it can stay. Here it is the other way round: what the last build knew of the book is
there (`incremental/record.py`), the changed notes are read, and what they said before and say now tells which pages to
make (`incremental/amendment.py`). Loading what all this takes is most of the time; so a second process loads one part of it
and does what that part is for (`incremental/errands.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slidegloss.base.parallel import beside
from slidegloss.incremental import errands
from slidegloss.incremental.stamp import as_left

if TYPE_CHECKING:
    from slidegloss.incremental.amendment import Amended
    from slidegloss.incremental.stamp import Edited

MOST = 8
"""Notes that may have changed; for more, a build on all cores is hardly slower."""


def amend(edited: Edited, *, strict: bool = False, jobs: int = 0) -> Amended | None:
    """Bring a site up to date; None, with the published site as it was, when that takes a build."""
    if len(edited.files) > MOST:
        return None
    with beside(jobs) as begin:
        again = begin(errands.read, edited)
        begin(errands.prepare)
        output = begin(as_left, edited.site, edited.left)  # last: it is long, and told when this process listens
        from slidegloss.incremental.amendment import Beside, carry_out  # noqa: PLC0415 - while the other process reads

        return carry_out(edited, Beside(again, output, begin), strict=strict)
