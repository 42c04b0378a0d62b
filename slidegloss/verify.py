"""Does a built site hold together? Nothing from another host, no dead link, no double id, nothing that its policy forbids.

Every page is read on every build, so tags are found by one regular expression and each distinct tag is looked at once:
most tags of a site stand on hundreds of its pages. What a file says (`Facts`) depends on its bytes and path only:
`recheck.py` keeps it from one build to the next.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from html import unescape
from itertools import chain
from pathlib import Path, PurePosixPath
from posixpath import dirname, normpath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from slidegloss.diagnostics import Code, Diagnostic, diagnostic, in_order, nearest

_ATTRS = rb"""[^>"']*+(?:(?:"[^"]*+"|'[^']*+')[^>"']*+)*+"""
_OPAQUE = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(script|style)\b(" + _ATTRS + rb")>(.*?)</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(rb"<[a-zA-Z][^\s/>]*+[\s/]" + _ATTRS + rb">")
_NAME = re.compile(r"<([^\s/>]+)")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_URL = re.compile(r"""url\(\s*("[^"]*"|'[^']*'|[^)"'\s]+)\s*\)|@import\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_SCRIPT_FETCH = re.compile(
    r"""(?:\b(?:fetch|import|importScripts|Worker|EventSource|WebSocket|sendBeacon|Request)\s*\(\s*"""
    r"""|\.open\([^()]{0,20},\s*|\bfrom\s*|\.(?:src|href)\s*=\s*)["'`]((?:(?:https?|wss?):)?//[^"'`\s]+)"""
)
_EXTERNAL = re.compile(r"\s*(?:(?:https?|wss?|ftp):)?//", re.IGNORECASE)
_ELSEWHERE = re.compile(rf"[a-zA-Z][a-zA-Z0-9+.-]*:|{_EXTERNAL.pattern}", re.IGNORECASE)
_LOADING_RELS = re.compile(r"stylesheet|icon|preload|prefetch|preconnect|manifest|prerender", re.IGNORECASE)
_THIRD_PARTY = re.compile(r"(?:^|/)(?:(?:vendor|assets/javascripts)/|search/slides-\d+\.js$|papers-data\.js$)")
"""Scripts of others, and those that hand over texts of the notes: what looks like a request there is a quotation."""

_LOADS = ("src", "srcset", "poster", "data", "href", "xlink:href", "imagesrcset", "background")
_KINDS = {".html": "html", ".htm": "html", ".svg": "html", ".xml": "xml", ".css": "css", ".js": "js", ".mjs": "js"}
_POLICY = re.compile(rb"<meta\s[^>]*http-equiv=[\"']?Content-Security-Policy", re.IGNORECASE)
_NO_SCRIPT = re.compile(
    rb"\bsrc\s*=|\btype\s*=\s*[\"']?(?!(?:module|(?:text|application)/(?:x-)?(?:java|ecma)script)\b)\w", re.IGNORECASE
)
"""Attributes of a script element whose text browsers do not run: it is in another file, or it is data."""
_FETCHED_BY = {
    "script": ("script-src", "connect-src"),
    "link": ("style-src", "font-src", "img-src"),
    "iframe": ("frame-src",),
    "frame": ("frame-src",),
    "img": ("img-src",),
    "image": ("img-src",),
    "input": ("img-src",),
    "source": ("img-src", "media-src"),
    "video": ("img-src", "media-src"),
    "audio": ("media-src",),
    "track": ("media-src",),
    "embed": ("object-src",),
    "object": ("object-src",),
    "a": ("connect-src",),
}
"""The directives that let a tag fetch from another host."""
_KEEP_TAGS = 60_000
"""Tags remembered at once, some 30 MB."""


class Facts(NamedTuple):
    """What one file says about others; addresses are as written, entities decoded."""

    ids: frozenset[str] = frozenset()
    repeated: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    """Addresses inside the site: followed by readers or fetched by browsers."""
    external: tuple[str, ...] = ()
    """Addresses of other hosts that a browser would fetch."""
    forbidden: tuple[str, ...] = ()
    """The scripts inside the page, where its own Content-Security-Policy keeps them from running."""
    needs: tuple[str, ...] = ()
    """What a policy must allow beyond the site's own files: `policy.policy` takes them."""


class _Tag(NamedTuple):
    id: str
    links: tuple[str, ...]
    external: tuple[str, ...]
    handlers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    special: bool = False
    """Whether it has more than an id and links inside the site."""


def verify(site: Path, *, base_path: str = "/", files: Iterable[str] | None = None) -> tuple[Diagnostic, ...]:
    """Check every HTML, CSS, JS, SVG and XML file of a built site; paths in the diagnostics are relative to it.

    `base_path` is where the site lies on its server (the path of `site_url`): only 404.html uses it, no other page may
    link from the root, for that does not work from disk. `files` narrows the site to some of its files.
    """
    paths = sorted(files) if files is not None else sorted(_files(site))
    facts = {path: facts_of(site, path) for path in paths if kind_of(path)}
    return report(site, frozenset(paths), facts, base_path, facts)


def report(
    site: Path, paths: Collection[str], facts: Mapping[str, Facts], base_path: str, wanted: Iterable[str]
) -> tuple[Diagnostic, ...]:
    """Return what is wrong in the `wanted` files of a site of which all `paths` and what they say are known."""
    found = _Report(site, paths, facts, base_path.rstrip("/") + "/")
    for path in wanted:
        found.check(path)
    return tuple(in_order(found.diagnostics()))


def kind_of(path: str) -> str:
    """Return as what a file is read (html, xml, css or js); empty for a file that says nothing about others."""
    return _KINDS.get(PurePosixPath(path).suffix.lower(), "")


def facts_of(site: Path, path: str) -> Facts:
    """Read one file of a site, of one of these kinds."""
    return scan((site / path).read_bytes(), kind_of(path), third_party=bool(_THIRD_PARTY.search(path)))


def _files(site: Path) -> Iterator[str]:
    for folder, _, names in os.walk(site):
        inner = Path(folder).relative_to(site).as_posix()
        for name in names:
            yield name if inner == "." else f"{inner}/{name}"


# --- one file ---------------------------------------------------------------------------------------------------------


def scan(data: bytes, kind: str, *, third_party: bool = False) -> Facts:
    """Return what a file says; `kind` is html (SVG too), xml, css or js. Scripts of others are taken on trust."""
    if kind == "html":
        return _scan_html(data)
    text = data.decode("utf-8", "replace")
    if kind == "css":
        return _sort(_css_urls(text))
    if kind == "js":
        return Facts() if third_party else _sort(_script_urls(text))
    style = re.search(r"<\?xml-stylesheet[^>]*href=[\"']([^\"']+)", text)
    return _sort([style[1]] if style else [])


def _scan_html(data: bytes) -> Facts:
    loads: list[str] = []
    inside: list[str] = []
    needs: set[str] = set()

    def note(found: re.Match[bytes]) -> bytes:
        if found[1] and found[3]:
            body = found[3].decode("utf-8", "replace")
            style = found[1].lower() == b"style"
            loads.extend(_css_urls(body) if style else _script_urls(body))
            if not style and body.strip() and not _NO_SCRIPT.search(found[2]):
                inside.append(body)
                needs.add(f"script-src {_hash(body)}")
        return b"<" + found[1] + found[2] + b">" if found[1] else b""

    tags = Counter(_TAG.findall(_OPAQUE.sub(note, data)))  # half of a page's tags are repetitions
    if len(_tags) > _KEEP_TAGS:
        _tags.clear()
    parsed = [_tags.get(tag) or _remember(tag) for tag in tags]
    ids = [tag.id for tag in parsed if tag.id]
    unique = frozenset(ids)
    repeated = {tag.id for tag, times in zip(parsed, tags.values(), strict=True) if times > 1 and tag.id}
    if len(ids) > len(unique):
        repeated.update(name for name, times in Counter(ids).items() if times > 1)
    links = set(chain.from_iterable([tag.links for tag in parsed]))
    external: list[str] = []
    for tag in parsed:
        if tag.special:
            external += tag.external
            inside += tag.handlers
            needs.update(tag.needs)
    of_scripts = _sort(loads)
    forbidden = tuple(script.strip()[:60] for script in inside) if inside and _POLICY.search(data) else ()
    every = frozenset(links | of_scripts.links)
    return Facts(
        unique, tuple(sorted(repeated)), every, (*external, *of_scripts.external), forbidden, tuple(sorted(needs))
    )


def _hash(script: str) -> str:
    """Return a script as a policy names it; browsers read every line end as LF."""
    digest = sha256(script.replace("\r\n", "\n").replace("\r", "\n").encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"


_tags: dict[bytes, _Tag] = {}


def _remember(tag: bytes) -> _Tag:
    parsed = _tags[tag] = _parse(tag.decode("utf-8", "replace"))
    return parsed


def _parse(tag: str) -> _Tag:
    found = _NAME.match(tag)
    name = found[1].lower() if found else ""
    attributes = {
        key.lower(): unescape(value[1:-1] if value[0] in "\"'" else value) for key, value in _ATTRIBUTE.findall(tag)
    }
    loads = [*_css_urls(attributes["style"])] if "url(" in attributes.get("style", "") else []
    links: list[str] = []
    if name in {"a", "area"}:
        links += [attributes[key] for key in ("href", "xlink:href") if key in attributes]
        if attributes.get("data-md-component") == "source":
            loads.append(attributes.get("href", ""))  # Material asks the host's API for stars and forks
    elif name == "link":
        rel = attributes.get("rel", "")
        # Material's script fetches sitemap.xml beside every alternate
        (loads if _LOADING_RELS.search(rel) or rel == "alternate" else links).append(attributes.get("href", ""))
    elif name != "base" or _EXTERNAL.match(attributes.get("href", "")):
        for key in _LOADS:
            if key in attributes:
                loads += _candidates(attributes[key]) if key.endswith("srcset") else [attributes[key]]
    local = tuple([link for link in links if _is_local(link)])
    handlers = tuple([attributes[key] for key in attributes if key.startswith("on")])
    if not (loads or handlers or name == "form"):  # nearly every tag
        return _Tag(attributes.get("id", ""), local, ())
    facts = _sort(loads)
    needs = [f"script-src {source}" for text in handlers for source in ("'unsafe-hashes'", _hash(text))]
    if name == "form" and "action" in attributes:
        needs.append(f"form-action {_origin(attributes['action'])}")
    needs += (
        f"{directive} {_origin(address)}" for address in facts.external for directive in _FETCHED_BY.get(name, ())
    )
    every = (*local, *sorted(facts.links))
    special = bool(facts.external or handlers or needs)
    return _Tag(attributes.get("id", ""), every, facts.external, handlers, tuple(needs), special)


def _origin(address: str) -> str:
    """Return the source that a policy names for an address."""
    parts = urlsplit(address.strip())
    return f"{parts.scheme or 'https'}://{parts.netloc}" if parts.netloc else "'self'"


def _candidates(srcset: str) -> list[str]:
    if "data:" in srcset:
        return []
    return [part.split()[0] for part in srcset.split(",") if part.strip()]


def _css_urls(text: str) -> Iterator[str]:
    if "url(" in text or "@import" in text:
        for found in _CSS_URL.finditer(_CSS_COMMENT.sub("", text)):
            yield (found[1] or found[2]).strip("\"' ")


def _script_urls(text: str) -> list[str]:
    return _SCRIPT_FETCH.findall(text) if "//" in text else []


def _is_local(address: str) -> bool:
    return bool(address) and not _ELSEWHERE.match(address)


def _sort(addresses: Iterable[str]) -> Facts:
    """Sort what a browser fetches by where it lies; data: and the like lie nowhere."""
    found = [address.strip() for address in addresses]
    return Facts(
        links=frozenset(address for address in found if _is_local(address) and address[:1] != "#"),
        external=tuple(address for address in found if _EXTERNAL.match(address)),
    )


# --- the whole site ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Report:
    site: Path
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
            if link[0] == "#" and link[1:] in facts.ids:
                continue
            target, _, anchor = _resolve(folder, link)
            if link[0] in "#?":
                target = path
            elif link[0] == "/":
                target = self._from_root(path, link)
            if target not in self.files:
                self._add(Code.SITE_BROKEN_LINK, target, path, link)
            elif anchor and target in self.facts and target.endswith(".html"):
                ids = self.facts[target].ids
                if (
                    anchor not in ids
                    and unquote(anchor) not in ids
                    and not anchor.startswith(":~:")
                    and "=" not in anchor
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
            yield diagnostic(code, path, line, col, message + also, hint)

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
        if what.startswith("/"):
            return f"{written} starts at the server's root and leads nowhere from disk", "write a relative path"
        folder = what in {"", "."} or any(name.startswith(f"{what}/") for name in self.files)
        near = "" if folder else nearest(what, [name for name in self.files if dirname(name) == dirname(what)])
        return f"{written} leads to {what or '.'}, which is {'a folder' if folder else 'not in the site'}", (
            "name the page in it" if folder else f"did you mean {near}?" if near else ""
        )

    def _place(self, path: str, written: str) -> tuple[int, int]:
        data = (self.site / path).read_bytes()
        at = data.find(written.encode("utf-8", "replace"))
        if at < 0:
            at = data.find(written.replace("&", "&amp;").encode("utf-8", "replace"))
        if at < 0:
            return 0, 0
        before = data[:at]
        return before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1


@lru_cache(maxsize=65536)
def _resolve(folder: str, link: str) -> tuple[str, str, str]:
    """Return (site path, "#", anchor) of a relative link on a page in `folder`."""
    address, sharp, anchor = link.partition("#")
    path = unquote(address.partition("?")[0])
    return normpath(f"{folder}/{path}" if folder else path), sharp, anchor
