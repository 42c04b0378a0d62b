"""Makes the navigation from the entries of SUMMARY.md, or from folders in natural order."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest_file
from slidegloss.base.endings import MARKDOWN, notes_meant, without_markdown
from slidegloss.base.naming import fold, is_index, natural_key, plain_name
from slidegloss.model import NavItem, SummaryEntry

UNLISTED = "Not in the table of contents"
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})


@dataclass(slots=True)
class _Reader:
    path: str
    pages: Mapping[str, str]
    folded: Mapping[str, str]
    unread: Collection[str]
    """Files beside the notes that hold some in another format."""
    found: list[Diagnostic] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def is_summary(self) -> bool:
        """Whether the entries are written as SUMMARY.md has them."""
        return self.path.lower().endswith(MARKDOWN)


def summary_nav(
    entries: Sequence[SummaryEntry],
    pages: Mapping[str, str],
    path: str,
    folder: str,
    unread: Collection[str] = (),
    parts: Collection[str] = (),
) -> tuple[tuple[NavItem, ...], Mapping[str, str], tuple[Diagnostic, ...]]:
    """Resolve a table of contents (SUMMARY.md, or another program's): return the navigation, the titles of notes, diagnostics.

    `pages` maps each note's path relative to the notes folder to its page. A link that leads nowhere becomes a draft and
    is reported; so is a second entry for one note, and each note that no entry names, which stands at the end, unless it is
    among the `parts` of other notes.
    """
    reader = _Reader(path, pages, {_loose(name): name for name in sorted(pages, reverse=True)}, unread)
    nav = [item for entry in entries for item in _item(entry, reader)]
    left = sorted((name for name in pages if name not in reader.titles and name not in parts), key=natural_key)
    own = posixpath.dirname(path)
    for name in left:
        source = posixpath.normpath(posixpath.join(folder, name))
        if own and not source.startswith(f"{own}/"):  # the sidebar of a folder need not list what lies beside it
            continue
        hint = f"add `- [Title]({name.replace(' ', '%20')})` to {path}" if reader.is_summary else f"add {name} to it"
        message = f"{path} does not list this note; it is shown at the end"
        reader.found.append(diagnostic(Code.SUMMARY_UNLISTED, source, message=message, hint=hint))
    if left:
        children = tuple(NavItem("", pages[name]) for name in left)
        nav.append(NavItem(UNLISTED, children=children, is_part=True, key="unlisted"))
    return tuple(nav), reader.titles, tuple(reader.found)


def _item(entry: SummaryEntry, reader: _Reader) -> tuple[NavItem, ...]:
    # as GitBook has it, a section may lead to its first page, which is listed in it with a title of its own
    own = entry.target.lstrip("#") and all(child.target != entry.target for child in entry.children)
    name = _resolve(entry, reader) if own else ""
    repeated = name in reader.titles
    if repeated:
        message = f"{name} is listed on line {reader.lines[name]} already; that entry counts"
        where = (reader.path, entry.line, entry.col)
        reader.found.append(diagnostic(Code.SUMMARY_TWICE, *where, message, "list each note once"))
    elif name:
        reader.titles[name], reader.lines[name] = entry.title, entry.line
    children = tuple(item for child in entry.children for item in _item(child, reader))
    if repeated and not children:
        return ()
    page = "" if repeated or not name else reader.pages[name]
    # a note that is listed without a title is called by its own
    title = entry.title or ("" if page else posixpath.splitext(posixpath.basename(entry.target))[0])
    return (NavItem(title, page, children, entry.is_part),)


def _resolve(entry: SummaryEntry, reader: _Reader) -> str:
    """Return the note that an entry means, or nothing, with a report."""
    where = (reader.path, entry.line, entry.col)
    if re.match(r"(?i)[a-z][a-z0-9+.-]+:|//", entry.target):
        message = f"{entry.target} is not a file of this book; the entry is shown as a draft"
        reader.found.append(diagnostic(Code.SUMMARY_MISSING, *where, message, "link to it from a note instead"))
        return ""
    candidates = _candidates(entry.target)
    for name in candidates:
        if name in reader.pages:
            return name
    for name in candidates:
        if near := reader.folded.get(_loose(name)):
            if unicodedata.normalize("NFC", near) != unicodedata.normalize("NFC", name):
                message = f"{entry.target} is spelt {near} on the disk"
                reader.found.append(diagnostic(Code.SUMMARY_CASE, *where, message, "spell it the same way"))
            return near
    wanted = candidates[0]
    if other := next((name for name in reader.unread if wanted in {name, posixpath.splitext(name)[0]}), ""):
        message = f"{other} is no Markdown; the entry is shown as a draft"
        hint = "save it as Markdown to have a page of it"
        reader.found.append(diagnostic(Code.SUMMARY_MISSING, *where, message, hint))
        return ""
    same_name = (name for name in reader.pages if posixpath.basename(name) == posixpath.basename(wanted))
    guess = min(same_name, default="") or nearest_file(wanted, reader.pages)
    message = f"{wanted} not found; the entry is shown as a draft"
    otherwise = f"for a draft write `[{entry.title}]()`" if reader.is_summary else "take it out, or add the note"
    hint = f"did you mean {guess}?" if guess else otherwise
    reader.found.append(diagnostic(Code.SUMMARY_MISSING, *where, message, hint))
    return ""


def _candidates(target: str) -> list[str]:
    """Return the notes that an address may mean: as it is written, decoded, or without its fragment."""
    written = (unquote(target), target, unquote(re.split("[#?]", target, maxsplit=1)[0]))
    names = dict.fromkeys(posixpath.normpath(name.replace("\\", "/").lstrip("/")) for name in written if name.strip())
    return [*names, *(meant for name in names for meant in notes_meant(name))]


def _loose(name: str) -> str:
    return fold(name).translate(_QUOTES)


def folder_nav(pages: Mapping[str, str], order: Sequence[str] = ()) -> tuple[NavItem, ...]:
    """Make the navigation of a folder: natural order, a folder's own index, or its namesake, as its section's page.

    `pages` maps paths relative to the folder to pages; those in `order` come first where they stand, in that order, and
    a folder comes where its first ordered page does. Titles of notes stay empty here; `book/link.py` knows them later.
    """
    place = {name: number for number, name in enumerate(dict.fromkeys(order))}
    return _level([(name.split("/"), page, place.get(name, len(place))) for name, page in pages.items()])


def _level(pages: Sequence[tuple[list[str], str, int]]) -> tuple[NavItem, ...]:
    named: list[tuple[int, str, NavItem]] = []
    folders: dict[str, list[tuple[list[str], str, int]]] = {}
    for parts, page, place in pages:
        if len(parts) > 1:
            folders.setdefault(parts[0], []).append((parts[1:], page, place))
        else:
            named.append((place, parts[0], NavItem("", page)))
    for name, inside in folders.items():
        indexes = sorted(parts[0] for parts, *_ in inside if len(parts) == 1 and is_index(parts[0]))
        own = next((page for parts, page, _ in inside if indexes and parts == [min(indexes, key=natural_key)]), "")
        children = _level([entry for entry in inside if entry[1] != own])
        first = min(place for *_, place in inside)
        # the note beside a folder of its name is over what lies in it, as Notion exports pages
        beside = next((at for at, (_, file, _) in enumerate(named) if without_markdown(file) == name), -1)
        if not own and beside >= 0:
            place, file, item = named.pop(beside)
            named.append((min(place, first), file, item._replace(children=children)))
        else:
            named.append((first, name, NavItem("" if own else plain_name(name), own, children)))
    named.sort(key=lambda entry: (entry[0], natural_key(entry[1])))
    return tuple(item for *_, item in named)
