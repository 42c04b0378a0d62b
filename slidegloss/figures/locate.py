"""Finds the file that the address of a figure means, or says why there is none."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, Literal
from urllib.parse import unquote

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.naming import composed, fold, roots_of
from slidegloss.base.patterns import lazy

Way = Literal["written", "decoded", "root", "case", "depth"]
Reason = Literal["empty", "machine-path", "outside", "space", "extension", "typo", "ambiguous", "scheme", "absent"]

_SCHEME = lazy(r"([a-zA-Z][a-zA-Z0-9+.-]+):")
_DRIVE = re.compile(r"[a-zA-Z]:[\\/]")
_MACHINE_ROOTS: Final = ("/Users/", "/home/", "/root/", "/Volumes/", "/mnt/", "/tmp/", "/private/", "~/")  # noqa: S108
_DIGITS = re.compile(r"\d+")


class Found(NamedTuple):
    """A file of the project; every `way` but the first two is worth a word to the author."""

    source_path: str
    way: Way = "written"


class Remote(NamedTuple):
    """A picture on another host."""

    url: str


class Embedded(NamedTuple):
    """A picture inside its own address (`data:image/png;base64,…`)."""

    url: str


class Missing(NamedTuple):
    """No such file: why, what to do, and the existing path it was most likely meant to be (or an empty string)."""

    reason: Reason
    hint: str
    nearest: str = ""


class AssetIndex(NamedTuple):
    """The project's files, ready to be looked up by path and by name in constant time; made by `build_index`."""

    paths: frozenset[str]
    folded: Mapping[str, tuple[str, ...]]
    """Path, NFC and case-folded → the paths that read so."""
    names: Mapping[str, tuple[str, ...]]
    """File name, NFC and case-folded → the paths in the assets folders that end so."""
    notes_root: str


def build_index(assets: Iterable[str], folders: Iterable[str] = (), notes_root: str = "") -> AssetIndex:
    """Index the project's files (POSIX paths relative to its root).

    `folders` are where a figure may be found by its name alone; without any, that is every folder. `notes_root` is the
    folder that `/assets/…` in a note starts from.
    """
    paths = sorted(assets)
    inside = tuple(folder.strip("/") + "/" for folder in folders if folder.strip("/"))
    folded: defaultdict[str, list[str]] = defaultdict(list)
    names: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        key = fold(path)
        folded[key].append(path)
        if not inside or path.startswith(inside):
            names[key.rpartition("/")[2]].append(path)
    return AssetIndex(
        frozenset(paths),
        {key: tuple(found) for key, found in folded.items()},
        {key: tuple(found) for key, found in names.items()},
        notes_root.strip("/"),
    )


def locate(dest: str, note_path: str, index: AssetIndex) -> Found | Remote | Embedded | Missing:
    """Find the file that `dest`, written in the note at `note_path`, means.

    Tried in this order: as written, percent-decoded and without query or fragment, from the notes' root and the
    project's root, any of these in another case, and last by name alone where exactly one file has it.
    """
    written = dest.strip()
    foreign = _foreign(written, note_path, index)
    if foreign is not None:
        return foreign
    spellings = _spellings(written)
    folder = posixpath.dirname(note_path)
    resolved = [_join(folder, spelling) for spelling in spellings if not spelling.startswith("/")]
    for number, path in enumerate(resolved):
        if path in index.paths:
            return Found(path, "decoded" if number else "written")
    starts = roots_of(note_path, index.notes_root) if written.startswith("/") else (index.notes_root, "")
    rooted = [_join(start, spelling.lstrip("/")) for spelling in spellings for start in starts]
    for path in rooted:
        if path in index.paths:
            return Found(path, "root")
    for path in (*resolved, *rooted):
        alike = index.folded.get(fold(path), ()) if path else ()
        if len(alike) == 1:
            # a Mac takes accents in file names apart; nobody sees that, and the site names its files itself
            return Found(alike[0], "decoded" if composed(alike[0]) == composed(path) else "case")
    return _by_name(spellings, resolved, note_path, index)


def explain(
    found: Found | Remote | Embedded | Missing, dest: str, note_path: str, line: int, col: int, *, by_name: bool = False
) -> Diagnostic | None:
    """Say what an author should know about where `dest` led, or None when all is well.

    With `by_name` it was the name of a file, wherever that lies.
    """
    if isinstance(found, Found):
        if by_name or found.way in {"written", "decoded", "root"}:
            return None
        why = "differs in upper and lower case" if found.way == "case" else "leads to the wrong folder"
        message = f"{_short(dest)} {why}; {found.source_path} is shown"
        hint = f"write {_as_written(found.source_path, note_path)}"
        return diagnostic(Code.FIGURE_MISPLACED, note_path, line, col, message, hint)
    if isinstance(found, Remote):
        hint = "save it into the assets folder to have it offline as well"
        return diagnostic(Code.FIGURE_REMOTE, note_path, line, col, f"{_short(dest)} lies on another host", hint)
    if isinstance(found, Embedded):
        return None
    if found.reason == "outside":
        # a book that was cut out of its repository: for its author the figure is simply not there
        message = f"{_short(dest)} not found: the path leads out of the project"
        return diagnostic(Code.FIGURE_MISSING, note_path, line, col, message, found.hint)
    message = "the figure has no path" if found.reason == "empty" else f"{_short(dest)} not found"
    return diagnostic(Code.FIGURE_MISSING, note_path, line, col, message, found.hint)


def _foreign(written: str, note_path: str, index: AssetIndex) -> Remote | Embedded | Missing | None:
    """Settle what is no path inside the project at all."""
    if not written or written.startswith("#"):
        return Missing("empty", "write the figure's path: ![](assets/name.png)")
    if _DRIVE.match(written) or written.startswith(_MACHINE_ROOTS) or written.lower().startswith("file:"):
        name = unquote(re.split(r"[\\/]", written)[-1])
        same = index.names.get(fold(name), ())
        nearest = same[0] if same else ""
        hint = f"write {_as_written(nearest, note_path)}" if nearest else "copy the file into the assets folder"
        # /home/… may also be a folder of the project: then it is an ordinary absolute path
        inside = written.startswith("/") and written.lstrip("/") in index.paths
        return None if inside else Missing("machine-path", f"the path exists on one machine only; {hint}", nearest)
    if written.startswith("//"):
        return Remote(written)
    scheme = _SCHEME.match(written)
    if scheme is None:
        return None
    name = scheme[1].lower()
    if name in {"http", "https"}:
        return Remote(written)
    if name == "data" and written[5:11].lower() == "image/":
        return Embedded(written)
    if name in {"data", "javascript", "vbscript", "mailto", "ftp", "blob"}:
        return Missing("scheme", "write the path of a file in the assets folder")
    return None


def _by_name(spellings: tuple[str, ...], resolved: list[str], note_path: str, index: AssetIndex) -> Found | Missing:
    spelling = spellings[-1]
    name = posixpath.basename(spelling.rstrip("/"))
    same = _closest_folders(index.names.get(fold(name), ()), spelling)
    left = bool(resolved) and not any(resolved)
    if left:
        nearest = same[0] if same else ""
        hint = f"did you mean {_as_written(nearest, note_path)}?" if nearest else "copy the file into the assets folder"
        return Missing("outside", hint, nearest)
    if len(same) == 1:
        return Found(same[0], "depth" if posixpath.basename(same[0]) == name else "case")
    if same:
        choices = ", ".join(_as_written(path, note_path) for path in same[:3])
        return Missing("ambiguous", f"{len(same)} files have this name: {choices}", same[0])
    for reason, nearest in (
        ("space", _cut_at_space(resolved, index)),
        ("extension", _other_extension(name, index)),
        ("typo", _nearest_name(name, index)),
    ):
        if nearest:
            hint = f"did you mean {_as_written(nearest, note_path)}?"
            if reason == "space":
                hint = f"the path is cut at a space: write {_as_written(nearest, note_path)}"
            return Missing(reason, hint, nearest)  # type: ignore[arg-type]
    return Missing("absent", "no file has a similar name; add it to the assets folder")


def _spellings(written: str) -> tuple[str, ...]:
    """Return the ways to read a path, most literal first; the last is the most decoded one."""
    forward = written.replace("\\", "/")
    cut = re.split(r"[?#]", forward, maxsplit=1)[0] or forward
    return tuple(dict.fromkeys((written, forward, unquote(forward), cut, unquote(cut))))


def _join(folder: str, path: str) -> str:
    """Resolve a relative path; an empty string when it leaves the project."""
    joined = posixpath.normpath(posixpath.join(folder, path))
    return "" if joined in {".", ".."} or joined.startswith(("../", "/")) else joined


def _closest_folders(paths: tuple[str, ...], spelling: str) -> tuple[str, ...]:
    """Keep the paths that share the most trailing folders with what was written."""
    if len(paths) < 2:
        return paths
    wanted = fold(spelling).split("/")[::-1]

    def shared(path: str) -> int:
        parts = fold(path).split("/")[::-1]
        return next((n for n, (a, b) in enumerate(zip(parts, wanted, strict=False)) if a != b), len(wanted))

    best = max(map(shared, paths))
    return tuple(path for path in paths if shared(path) == best)


def _cut_at_space(resolved: list[str], index: AssetIndex) -> str:
    stems = tuple(fold(path) + " " for path in resolved if path)
    return next((paths[0] for key, paths in index.folded.items() if stems and key.startswith(stems)), "")


def _other_extension(name: str, index: AssetIndex) -> str:
    stem = fold(name).rpartition(".")[0]
    candidates = (f"{stem}.{extension}" for extension in ("png", "jpg", "jpeg", "webp", "svg", "gif", "mp4"))
    return next((index.names[candidate][0] for candidate in candidates if stem and candidate in index.names), "")


def _nearest_name(name: str, index: AssetIndex) -> str:
    """Return the most similar name; `08-137` is no typo of `08-136`, but `08-316` is."""
    if not index.names:
        return ""
    folded = fold(name)
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - most builds find nothing to compare, and it takes its time to load

    for candidate, _score, _key in process.extract(
        folded, index.names.keys(), scorer=fuzz.ratio, limit=8, score_cutoff=80
    ):
        if not _other_number(folded, candidate):
            return index.names[candidate][0]
    return ""


def _other_number(name: str, candidate: str) -> bool:
    if _DIGITS.sub("", name) != _DIGITS.sub("", candidate):
        return False
    ours, theirs = "".join(_DIGITS.findall(name)), "".join(_DIGITS.findall(candidate))
    return len(ours) == len(theirs) and sorted(ours) != sorted(theirs)


def _as_written(source_path: str, note_path: str) -> str:
    """Spell a project path the way the note would have to write it, spaces and parentheses encoded."""
    relative = posixpath.relpath(source_path, posixpath.dirname(note_path) or ".")
    return re.sub(r"[ ()<>%]", lambda sign: f"%{ord(sign[0]):02X}", relative)


def _short(dest: str) -> str:
    text = dest.strip()
    return text if len(text) <= 120 else f"{text[:80]}…{text[-30:]}"
