"""Finds the note that an Obsidian link `[[…]]` names: by path, file name, title or alias."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence

from slidegloss.base.diagnostics import Code, nearest
from slidegloss.base.endings import without_markdown
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.naming import fold
from slidegloss.figures.locate import AssetIndex, Found, locate
from slidegloss.model import Deck


class Named(NamedTuple):
    """What `[[…]]` says: whether the note is to be embedded, its name, and the last of the headings."""

    embed: bool
    name: str
    heading: str

    @property
    def shown(self) -> str:
        """The link as its author wrote it, but for its words."""
        heading = f"#{self.heading}" if self.heading else ""
        return f"{'!' * self.embed}[[{self.name}{heading}]]"


def read_link(dest: str) -> Named | None:
    """Read the address of a link of Obsidian (`notes/wikilinks.py`); None: it is another."""
    bare = dest.removeprefix("!")
    if not (bare.startswith("[[") and bare.endswith("]]")):
        return None
    name, _, heading = bare[2:-2].partition("#")
    return Named(bare != dest, name.strip(), heading.rpartition("#")[2].strip())


class NoteNames:
    """Look-ups of notes by name, made once for a book that has such links."""

    def __init__(self, decks: Sequence[Deck], assets: AssetIndex) -> None:
        self.assets = assets
        self.names: dict[str, str] = {}
        self.by_path: dict[str, str] = {}
        self.by_stem: dict[str, list[str]] = defaultdict(list)
        self.by_title: dict[str, list[str]] = defaultdict(list)
        for deck in decks:
            path = without_markdown(fold(deck.source_path))
            stem = posixpath.basename(path)
            self.by_path[path] = deck.source_path
            self.by_stem[stem].append(deck.source_path)
            for title in dict.fromkeys((deck.title, *deck.front.aliases)):
                self.by_title[fold(title)].append(deck.source_path)
                self.names.setdefault(title, title)
            self.names.setdefault(stem, posixpath.basename(without_markdown(deck.source_path)))

    def notes(self, name: str, deck: Deck) -> Sequence[str]:
        """Return the notes that a name means which is written in a deck; one, unless that is not clear."""
        wanted, folder = without_markdown(fold(name)).lstrip("/"), posixpath.dirname(deck.source_path)
        for path in (posixpath.normpath(posixpath.join(fold(folder), wanted)), wanted):
            for one in (path, f"{path}/readme", f"{path}/index"):
                if one in self.by_path:
                    return [self.by_path[one]]
        stem = posixpath.basename(wanted)
        named = [
            path for path in self.by_stem.get(stem, ()) if f"/{without_markdown(fold(path))}".endswith(f"/{wanted}")
        ]
        found = named or self.by_title.get(fold(name), [])
        near = [path for path in found if posixpath.dirname(path) == folder]
        return near if len(near) == 1 else found

    def unclear(self, link: Named, found: Sequence[str]) -> tuple[Code, str, str]:
        """Say that a link names no note, or which of those that were found it should name."""
        why = "no note has this name"
        if found:
            why = "which note is meant is not clear"
            hint = f"{len(found)} notes are called so: write {', '.join(f'[[{without_markdown(path)}]]' for path in found[:3])}"
        elif guess := nearest(link.name, self.names):
            hint = f"did you mean [[{self.names[guess]}]]?"
        else:
            hint = "write the path, file name or title of a note; write \\[[…]] if no link is meant"
        return Code.LINK_MISSING, f"{link.shown}: {why}; it is shown as it is written", hint

    def file(self, name: str, deck: Deck) -> str:
        """Return the file of a name that is no note (`[[talk.pdf]]`); empty: there is none."""
        found = locate(name, deck.source_path, self.assets) if "." in name else None
        return found.source_path if isinstance(found, Found) else ""


def embedded(link: Named) -> tuple[Code, str, str]:
    """Say that a note is not put where it is to be embedded."""
    return (
        Code.NOTE_EMBEDDED,
        f"{link.shown}: a note is not put into another; a link to it is shown",
        f"write {link.shown[1:]}, or what the note says",
    )
