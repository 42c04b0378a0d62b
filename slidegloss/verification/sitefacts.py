"""What one file of a finished site says about others: ids, links, requests to other hosts, what a policy must allow.

Tags are found by regular expressions. Most of a page stands on others too: its head, header and navigation on all pages
of its folder, its figures and untranslated notes in the other editions. So a page is read in pieces (from a "<" at the
begin of a line to the next), and each distinct piece is read once. What a file says depends on its bytes and path only:
`verification/recheck.py` keeps it from one build to the next.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy

_ATTRS = rb"""(?>[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*)"""
_OPAQUE = re.compile(
    rb"<(?:!--.*?-->|!\[CDATA\[.*?\]\]>|(script|style)\b(" + _ATTRS + rb")>(.*?)</\1\s*>"
    rb"|(!--|!\[CDATA\[|(?:script|style)\b))",  # the begin of one that does not end
    re.DOTALL | re.IGNORECASE,
)
_OPAQUE_BEGIN = re.compile(rb"<(?:!--|!\[CDATA\[|script\b|style\b)", re.IGNORECASE)
_TAG_BEGIN = rb"<[a-zA-Z][^\s/>]*+[\s/]"
_TAG = _TAG_BEGIN + rb"(?>(?:" + _ATTRS + rb">)?)"
"""A tag with attributes, or the begin of one that does not end."""
_CUT = b"\n<"
"""Where a page is cut into pieces; all bytes but these belong to a piece."""
_NAME = re.compile(r"<([^\s/>]+)")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_URL = lazy(r"""url\(\s*("[^"]*"|'[^']*'|[^)"'\s]+)\s*\)|@import\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_SCRIPT_FETCH = lazy(
    r"""(?:\b(?:fetch|import|importScripts|Worker|EventSource|WebSocket|sendBeacon|Request)\s*\(\s*"""
    r"""|\.open\([^()]{0,20},\s*|\bfrom\s*|\.(?:src|href)\s*=\s*)["'`]((?:(?:https?|wss?):)?//[^"'`\s]+)"""
)
_EXTERNAL = re.compile(r"\s*(?:(?:https?|wss?|ftp):)?//", re.IGNORECASE)
_ELSEWHERE = re.compile(rf"[a-zA-Z][a-zA-Z0-9+.-]*:|{_EXTERNAL.pattern}", re.IGNORECASE)
_LOADING_RELS = re.compile(r"stylesheet|icon|preload|prefetch|preconnect|manifest|prerender", re.IGNORECASE)
_THIRD_PARTY = re.compile(r"(?:^|/)(?:(?:vendor|assets/javascripts)/|search/slides-\d+\.js$|papers-data\.js$)")
"""Scripts of others, and those that hand over texts of the notes: what looks like a request there is a quotation."""

_LOADS = ("src", "srcset", "poster", "data", "href", "xlink:href", "imagesrcset", "background")
_READ = frozenset({*_LOADS, "id", "rel", "style", "action", "data-md-component"})
"""Attributes that are looked at, beside those whose name begins with "on"."""
_NAME_OF = rb"[a-zA-Z][a-zA-Z0-9-]*+"
_PLAIN = (
    rb"""(?>(?: (?:class="[^"]*+"|(?!on|(?:%b)[\s=])[a-z][a-z0-9:-]*+(?:="[^"]*+")?))*)"""
    % "|".join(sorted(_READ)).encode()
)
"""Attributes that are not looked at; most are classes."""
_TELLING = re.compile(
    rb"""(?>[^<]*+(?:<(?:/|%(name)b%(plain)b>|(?!%(begin)b))[^<]*+)*)"""
    rb"""(?:<a%(plain)b href="(?!//)([\w./#?%%-][^"&:]*)"%(plain)b>|<%(name)b%(plain)b id="([^"&]*)"%(plain)b>|(%(tag)b)|\Z)"""
    % {b"name": _NAME_OF, b"plain": _PLAIN, b"begin": _TAG_BEGIN[1:], b"tag": _TAG}
)
"""The next tag that says something, behind all that do not: where a link leads to inside the site, or an id, where there is
nothing else to it and nothing to decode, or else the tag."""
_KINDS = {"html": "html", "htm": "html", "svg": "html", "xml": "xml", "css": "css", "js": "js", "mjs": "js"}
_POLICY = lazy(rb"<meta\s[^>]*http-equiv=[\"']?Content-Security-Policy", re.IGNORECASE)
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
_KEEP_TAGS = 500
"""Distinct tags remembered at once."""
_KEEP_PIECES = 600
"""Distinct pieces of pages remembered before the older ones are forgotten."""
_LONG = 4096
"""Pieces of more bytes are not remembered: they take memory and seldom come again."""


class Facts(NamedTuple):
    """What one file says about others; addresses are as written, entities decoded."""

    ids: frozenset[str] = frozenset()
    repeated: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    """Addresses inside the site: followed by readers or fetched by browsers; without those of the file's own ids."""
    external: tuple[str, ...] = ()
    """Addresses of other hosts that a browser would fetch."""
    forbidden: tuple[str, ...] = ()
    """The scripts inside the page, where its own Content-Security-Policy keeps them from running."""
    needs: tuple[str, ...] = ()
    """What a policy must allow beyond the site's own files: `policy.policy` takes them."""


class _Tag(NamedTuple):
    id: str
    links: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    special: bool = False
    """Whether it has more than an id and links inside the site."""


_NO_FACTS = _Tag("")


class _Piece(NamedTuple):
    """What a piece of a page says. What the pieces say together is what the page says."""

    ids: tuple[str, ...] = ()
    """As often as they occur."""
    links: tuple[str, ...] = ()
    special: Mapping[bytes, _Tag] | None = None
    """Its special tags; None in nearly every piece, which then has no scripts and styles to speak of either."""
    inside: Facts = Facts()
    """What its scripts and styles say."""


_NOTHING_INSIDE = Facts()
_NOTHING = _Piece()
_OPEN = _Piece(("",))
"""A piece that cannot be understood without the next: a tag, comment, script or style in it does not end."""


def kind_of(path: str) -> str:
    """Return as what a file is read (html, xml, css or js); empty for a file that says nothing about others."""
    stem, _, suffix = path.rpartition("/")[2].rpartition(".")
    return _KINDS.get(suffix.lower(), "") if stem else ""


def facts_of(site: Path, path: str) -> Facts:
    """Read one file of a site, of one of these kinds."""
    return scan((site / path).read_bytes(), kind_of(path), third_party=bool(_THIRD_PARTY.search(path)))


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
    pieces = _pieces(data)
    ids = [name for piece in pieces for name in piece.ids]
    unique = frozenset(ids)
    repeated = [name for name, times in Counter(ids).items() if times > 1] if len(ids) > len(unique) else []
    links = {link for piece in pieces for link in piece.links}
    links = {link for link in links if link[0] != "#" or not _leads_to(link[1:], unique)}
    special = [piece for piece in pieces if piece.special is not None]
    if not special:
        return Facts(unique, tuple(sorted(repeated)), frozenset(links))
    tags = {text: tag for piece in special for text, tag in (piece.special or {}).items()}
    external = [address for tag in tags.values() for address in tag.external]
    external += [address for piece in special for address in piece.inside.external]
    scripts = [script for piece in special for script in piece.inside.forbidden]
    scripts += [handler for tag in tags.values() for handler in tag.handlers]
    needs = {need for tag in tags.values() for need in tag.needs}
    needs.update(need for piece in special for need in piece.inside.needs)
    forbidden = tuple(script.strip()[:60] for script in scripts) if scripts and _POLICY.search(data) else ()
    return Facts(unique, tuple(sorted(repeated)), frozenset(links), tuple(external), forbidden, tuple(sorted(needs)))


def _leads_to(anchor: str, ids: frozenset[str]) -> bool:
    return not anchor or anchor in ids or unquote(anchor) in ids


_known: dict[bytes, _Piece] = {}
_older: dict[bytes, _Piece] = {}
"""Those that were met before: what stands on all pages is met again before they are forgotten."""
_tags: dict[bytes, _Tag] = {}


def _pieces(data: bytes) -> list[_Piece]:
    """Return what the pieces of a page say, without those that say nothing."""
    parts = data.split(_CUT)
    parts[0] = b"\n" + parts[0]  # all parts are read behind a "<", which means nothing before the end of a line
    pieces = [_known.get(part) or _piece(part) for part in parts]
    pieces = [piece for piece in pieces if piece is not _NOTHING]
    return list(_joined(parts)) if _OPEN in pieces else pieces


def _joined(parts: Sequence[bytes]) -> Iterator[_Piece]:
    """Read as many parts together as it takes for all that begins to end."""
    at = 0
    while at < len(parts):
        count = 1
        while (piece := _piece(_CUT.join(parts[at : at + count]))) is _OPEN and at + count < len(parts):
            count *= 2
        # at the end of the page, nothing is open: browsers and we take it as it is
        yield _read(_CUT.join(parts[at:]))[0] if piece is _OPEN else piece
        at += count


def _piece(part: bytes) -> _Piece:
    """Return what a part of a page says, remembered if it is not long; `_OPEN` if it takes more to tell."""
    piece = _known.get(part) or _older.get(part)
    if piece is None:
        piece, whole = _read(part)
        if not whole:
            piece = _OPEN
    if len(part) <= _LONG:
        if len(_known) > _KEEP_PIECES:
            _older.clear()
            _older.update(_known)
            _known.clear()
        _known[part] = piece
    return piece


def _read(part: bytes) -> tuple[_Piece, bool]:
    """Return what a part of a page says, and whether all that begins in it ends in it.

    If so, it says the same wherever it stands: every match of the expressions ends with the ">" that ends it in any text.
    """
    text, inside, whole = b"<%b\n" % part, _NOTHING_INSIDE, True
    if _OPAQUE_BEGIN.search(text):
        text, inside, whole = _take_out(text)
    ids: list[str] = []
    links: list[str] = []
    special: dict[bytes, _Tag] = {}
    for link, name, found in _TELLING.findall(text):
        if link:
            links.append(link.decode("utf-8", "replace"))
        elif name:
            ids.append(name.decode("utf-8", "replace"))
        elif found and found[-1:] != b">":
            whole = False
        elif found:
            tag = _tags.get(found) or _remember(found)
            if tag.id:
                ids.append(tag.id)
            links += tag.links
            if tag.special:
                special[found] = tag
    if special or inside is not _NOTHING_INSIDE:
        return _Piece(tuple(ids), (*links, *inside.links), special, inside), whole
    return _Piece(tuple(ids), tuple(links)) if ids or links else _NOTHING, whole


def _take_out(text: bytes) -> tuple[bytes, Facts, bool]:
    """Return a text without its comments and with empty scripts and styles, what these say, and whether they end.

    As `forbidden` stand all scripts that a browser would run: a policy in another part of the page may forbid them.
    """
    loads: list[str] = []
    scripts: list[str] = []
    whole = True

    def note(found: re.Match[bytes]) -> bytes:
        nonlocal whole
        if found[4]:
            whole = False
            return found[0]
        if found[1] and found[3]:
            body = found[3].decode("utf-8", "replace")
            style = found[1].lower() == b"style"
            loads.extend(_css_urls(body) if style else _script_urls(body))
            if not style and body.strip() and not _NO_SCRIPT.search(found[2]):
                scripts.append(body)
        return b"<" + found[1] + found[2] + b">" if found[1] else b""

    text = _OPAQUE.sub(note, text)
    if not loads and not scripts:
        return text, _NOTHING_INSIDE, whole
    needs = tuple(f"script-src {_hash(script)}" for script in scripts)
    return text, _sort(loads)._replace(forbidden=tuple(scripts), needs=needs), whole


def _hash(script: str) -> str:
    """Return a script as a policy names it; browsers read every line end as LF."""
    digest = sha256(script.replace("\r\n", "\n").replace("\r", "\n").encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"


def _remember(tag: bytes) -> _Tag:
    if len(_tags) > _KEEP_TAGS:
        _tags.clear()
    parsed = _tags[tag] = _parse(tag.decode("utf-8", "replace"))
    return parsed


def _parse(tag: str) -> _Tag:
    attributes = {
        name: unescape(value[1:-1] if value[0] in "\"'" else value)
        for key, value in _ATTRIBUTE.findall(tag)
        if (name := key.lower()) in _READ or name.startswith("on")
    }
    if not attributes:
        return _NO_FACTS
    found = _NAME.match(tag)
    name = found[1].lower() if found else ""
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
