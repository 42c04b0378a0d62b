"""The messages between the rendering of Markdown and the press (`engine/press.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.html.pymd import Sound


class Proof(NamedTuple):
    """A page whose Markdown is written."""

    lang: str
    path: str
    """Of the Markdown in the edition."""
    markdown: str
    sound: Sequence[Sound]
    """Blocks of it, as `read_page` takes them."""
    state: str
    """Of the file."""


class Shown(NamedTuple):
    """What tells a page that was built from one that has changed since."""

    size: str
    """Of its Markdown, like the time."""
    time: str
    html_size: str
    html_time: str
