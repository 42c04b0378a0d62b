"""Does a built site hold together? Nothing from another host, no dead link, no double id, nothing that its policy forbids.

Every page is looked at on every build: `verification/sitefacts.py` says what each says, here it is held against the others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, normpath
from urllib.parse import unquote

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, in_order, nearest, nearest_file
from slidegloss.base.urls import FILES
from slidegloss.verification.sitefacts import Facts, facts_of, kind_of


def verify(site: Path, *, base_path: str = "/", files: Iterable[str] | None = None) -> tuple[Diagnostic, ...]:
    """Check every HTML, CSS, JS, SVG and XML file of a built site; paths in the diagnostics are relative to it.

    But for files of the project that notes link to: these have their paths in the project, where their author mends them.

    `base_path` is where the site lies on its server (the path of `site_url`): only 404.html uses it, no other page may
    link from the root, for that does not work from disk. `files` narrows the site to some of its files.
    """
    paths = sorted(files) if files is not None else sorted(_files(site))
    facts = {path: facts_of(site, path) for path in paths if kind_of(path)}
    return report(bytes_in(site), frozenset(paths), facts, base_path, facts)


def bytes_in(site: Path) -> Callable[[str], bytes]:
    """Return what reads the files of a site, for `report`."""
    return lambda path: (site / path).read_bytes()


def report(
    read: Callable[[str], bytes],
    paths: Collection[str],
    facts: Mapping[str, Facts],
    base_path: str,
    wanted: Iterable[str],
) -> tuple[Diagnostic, ...]:
    """Return what is wrong in the `wanted` files of a site of which all `paths` and what they say are known.

    `read` gives what a file says, of which a place is to be told.
    """
    found = _Report(read, paths, facts, base_path.rstrip("/") + "/")
    for path in wanted:
        found.check(path)
    return tuple(in_order(found.diagnostics()))


def suspects(
    links: Mapping[str, Iterable[str]], paths: Collection[str], ids_of: Callable[[str], Collection[str]]
) -> frozenset[str]:
    """Return the folders that hold a page with a wrong link; `links`, which lead the same way from all of it, by folder.

    Nearly always there are none: each distinct link of a folder is followed once, not on each of the folder's pages.
    """
    found: set[str] = set()
    asked: dict[str, set[tuple[str, str]]] = {}
    for folder, addresses in links.items():
        for link in addresses:
            address, _, anchor = link.partition("#")
            target = _target(folder, address)
            if target not in paths:
                found.add(folder)
            elif anchor and target.endswith(".html"):
                asked.setdefault(target, set()).add((anchor, folder))
    for target, anchors in asked.items():
        ids = ids_of(target)
        found.update(folder for anchor, folder in anchors if not _is_there(anchor, ids))
    return frozenset(found)


def _files(site: Path) -> Iterator[str]:
    for folder, _, names in os.walk(site):
        inner = Path(folder).relative_to(site).as_posix()
        for name in names:
            yield name if inner == "." else f"{inner}/{name}"


# --- the whole site ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Report:
    read: Callable[[str], bytes]
    files: Collection[str]
    facts: Mapping[str, Facts]
    base_path: str
    found: dict[tuple[Code, str], list[tuple[str, str]]] = field(default_factory=dict)
    """(code, what is wrong) → (page, address as written), the first of each; a menu repeats its faults on every page."""

    def check(self, path: str) -> None:
        facts = self.facts[path]
        for address in facts.external:
            self._add(Code.SITE_EXTERNAL, address, path, address)
        for script in facts.forbidden:
            self._add(Code.SITE_POLICY, script, path, script)
        for name in facts.repeated:
            self._add(Code.SITE_DUPLICATE_ID, f"{path}#{name}", path, name)
        folder = dirname(path)
        for link in facts.links:
            address, _, anchor = link.partition("#")
            target = _target(folder, address)
            if link[0] in "#?":
                target = path
            elif link[0] == "/":
                target = self._from_root(path, link)
            if target not in self.files:
                self._add(Code.SITE_BROKEN_LINK, target, path, link)
            elif (
                anchor
                and target in self.facts
                and target.endswith(".html")
                and not _is_there(anchor, self.facts[target].ids)
            ):
                self._add(Code.SITE_BROKEN_ANCHOR, f"{target}#{anchor}", path, link)

    def _from_root(self, path: str, link: str) -> str:
        """404.html is shown for any address and must name its files from the root; elsewhere that breaks on a disk."""
        target = unquote(link.partition("#")[0].partition("?")[0])
        if path.rpartition("/")[2] != "404.html" or not target.startswith(self.base_path):
            return link
        target = target.removeprefix(self.base_path)
        return f"{target}index.html" if not target or target.endswith("/") else target

    def _add(self, code: Code, what: str, path: str, written: str) -> None:
        self.found.setdefault((code, what), []).append((path, written))

    def diagnostics(self) -> Iterator[Diagnostic]:
        for (code, what), places in self.found.items():
            path, written = min(places)
            also = f" (on {len(places)} pages)" if len(places) > 1 else ""
            message, hint = self._words(code, what, written)
            line, col = self._place(path, written)
            yield diagnostic(code, path.removeprefix(FILES), line, col, message + also, hint)

    def _words(self, code: Code, what: str, written: str) -> tuple[str, str]:
        if code is Code.SITE_EXTERNAL:
            return f"a browser would fetch {written}", "keep the file in the project and name it by a relative path"
        if code is Code.SITE_POLICY:
            hint = "put it into a file (extra_javascript), or set `policy: false`; `_headers` allows it either way"
            return f"the page's own policy keeps this script in it from running: {written.splitlines()[0]}", hint
        if code is Code.SITE_DUPLICATE_ID:
            return f"the id {written!r} occurs more than once", "give one of the two another id"
        if code is Code.SITE_BROKEN_ANCHOR:
            target, _, anchor = what.partition("#")
            near = nearest(anchor, self.facts[target].ids)
            return f"{target} has no place called #{anchor}", f"did you mean #{near}?" if near else ""
        if what.startswith(FILES):
            what = what.removeprefix(FILES)
            return f"{written} leads to {what}, which is not part of the site", f"link to {what} from a note, too"
        if what.startswith("/"):
            return f"{written} starts at the server's root and leads nowhere from disk", "write a relative path"
        folder = what in {"", "."} or any(name.startswith(f"{what}/") for name in self.files)
        near = "" if folder else nearest_file(what, [name for name in self.files if dirname(name) == dirname(what)])
        return f"{written} leads to {what or '.'}, which is {'a folder' if folder else 'not in the site'}", (
            "name the page in it" if folder else f"did you mean {near}?" if near else ""
        )

    def _place(self, path: str, written: str) -> tuple[int, int]:
        data = self.read(path)
        at = data.find(written.encode("utf-8", "replace"))
        if at < 0:
            at = data.find(written.replace("&", "&amp;").encode("utf-8", "replace"))
        if at < 0:
            return 0, 0
        before = data[:at]
        return before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1


def _is_there(anchor: str, ids: Collection[str]) -> bool:
    """Tell whether a page has the place that a link names: an id, a text fragment, or parameters for a script."""
    return anchor in ids or unquote(anchor) in ids or anchor.startswith(":~:") or "=" in anchor


def _target(folder: str, address: str) -> str:
    """Return the site path of a relative address (without an anchor) on a page in `folder`."""
    while folder and address.startswith("../"):  # a menu leads to the same pages from all folders
        folder, address = folder.rpartition("/")[0], address[3:]
    return _joined(folder, address)


@lru_cache(maxsize=65536)
def _joined(folder: str, address: str) -> str:
    path = unquote(address.partition("?")[0])
    return normpath(f"{folder}/{path}" if folder else path)
