"""The file format of the search index, which the search worker of the theme reads.

An edition's index is `search/slides-1.js`, `slides-2.js` … Each is a script, so that it loads the same way over http and
from disk, and hands a list of whole pages to the worker, up to about `SHARD_BYTES`. A page is

    [location, title, deck, [kind …], [paper …], [slide …]]

where a kind is a string of words that `kind:` finds, a paper a string of lines with its names, and a slide

    [anchor, label, title, [paper …], [[kind, text, translation …] …], text]

with the positions of papers and kinds in the lists of the page. A page's text depends on nothing but the page, so that it
can be kept from build to build. `search/search_index.json` and `.js` are what Material's own script fetches on every page:
a stub that names the shards, so that no page pays for the index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy

SHARD_BYTES = 1_500_000
"""About half a megabyte on the wire: the first answers come while the other shards load."""

PAGE = "page"
SLIDE = "slide"

_SURROGATE = lazy(r"[\ud800-\udfff]")


class SearchDoc(NamedTuple):
    """A piece of text with the address it is found under; all pieces with one address make one hit.

    `location` is a URL relative to the edition's root, the path percent-encoded as in a link. `kind` is `page` (an address
    without anchor; its title heads the hits of the page), `slide` (anything else that is shown as a hit of its own) or the
    kind of an annotation, several words when it is found by several (`question open`).
    """

    location: str
    title: str
    label: str
    """`P136`; empty for a section without a slide number."""
    deck: str
    """What `deck:` finds besides the page's address and title: its folder, its title in other languages."""
    kind: str
    text: str = ""
    """Paragraphs as lines."""
    translations: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    """One entry per paper, its names (short name, title, key) as lines."""


# --- the index --------------------------------------------------------------------------------------------------------


class PageIndex(NamedTuple):
    """What the index says of a page; `kinds` to `rest` are JSON, apart because editions give the page other titles."""

    location: str
    title: str
    deck: str
    kinds: str
    papers: str
    label: str
    named: str
    notes: str
    text: str
    """Lines of the page itself; with `label`, `named` and `notes` the hit that its title heads."""
    rest: str
    """All other hits, each after a comma; a hit without anchor is the page itself."""
    heads: bool
    """Whether the page itself is a hit."""


class _Hit:
    __slots__ = ("annotations", "label", "papers", "text", "title")

    def __init__(self) -> None:
        self.label = self.title = ""
        self.papers: list[str] = []
        self.annotations: list[tuple[str, ...]] = []
        """(kind, text, translation …)"""
        self.text: list[str] = []


def page_indexes(docs: Iterable[SearchDoc]) -> Iterator[PageIndex]:
    """Yield what the index says of each page that pieces of text belong to, in their order."""
    pages: dict[str, list[SearchDoc]] = {}
    for doc in docs:
        pages.setdefault(doc.location.partition("#")[0], []).append(doc)
    for location, of_page in pages.items():
        yield _page_index(location, of_page)


def _page_index(location: str, docs: Sequence[SearchDoc]) -> PageIndex:
    hits = _hits(docs)
    kinds: dict[str, int] = {}
    papers: dict[str, int] = {}
    made = {
        anchor: (
            [papers.setdefault(_lines(paper), len(papers)) for paper in hit.papers],
            [
                [kinds.setdefault(kind, len(kinds)), *(_lines(text) for text in texts)]
                for kind, *texts in hit.annotations
            ],
        )
        for anchor, hit in hits.items()
    }
    top = hits.pop("", None) or _Hit()
    named, notes = made.get("", ((), ()))
    rest = [
        [anchor, hit.label, _line(hit.title), *made[anchor], _lines("\n".join(hit.text))]
        for anchor, hit in hits.items()
    ]
    return PageIndex(
        location,
        next((doc.title for doc in reversed(docs) if doc.kind == PAGE), ""),
        next((doc.deck for doc in docs if doc.deck), ""),
        _json(list(kinds)),
        _json(list(papers)),
        top.label,
        _json(named),
        _json(notes),
        "\n".join(top.text),
        f",{_json(rest)[1:-1]}" if rest else "",
        "" in made,
    )


def _hits(docs: Iterable[SearchDoc]) -> dict[str, _Hit]:
    """Put together what is said of each place of a page, by its anchor; a page that says nothing is no hit."""
    hits: dict[str, _Hit] = {}
    for doc in docs:
        if doc.kind == PAGE and not (doc.title or doc.text or doc.papers):
            continue
        hit = hits.setdefault(doc.location.partition("#")[2], _Hit())
        hit.papers += [paper for paper in doc.papers if paper not in hit.papers]
        if doc.kind in {PAGE, SLIDE}:
            hit.label, hit.title = hit.label or doc.label, hit.title or doc.title
            hit.text += [text for text in (doc.text, *doc.translations) if text]
        else:
            hit.annotations.append((doc.kind, doc.text, *doc.translations))
    return hits


def page_text(page: PageIndex, title: str = "", names: Sequence[str] = ()) -> str:
    """Return a page's JSON; with its title in an edition and the names it has elsewhere, where these are given."""
    title = title or page.title
    deck = " ".join((page.deck, *names))
    text = "\n".join((page.text, *(name for name in dict.fromkeys((page.title, *names)) if name != title and names)))
    head = f"{_json(page.location)},{_json(_line(title or page.location))},{_json(_line(deck))}"
    top = f'["",{_json(page.label)},{_json(_line(title))},{page.named},{page.notes},{_json(_lines(text))}]'
    slides = f"{top}{page.rest}" if page.heads else page.rest[1:]
    return f"[{head},{page.kinds},{page.papers},[{slides}]]"


class IndexFiles:
    """The files of an edition's search index, each handed over as soon as it is full.

    A large book's index is larger than all else in memory: no more than one file is held.
    """

    def __init__(self, lang: str, failed: str = "") -> None:
        """`failed` is what the reader is told when the index cannot be loaded."""
        self.lang = lang
        self.failed = failed or "The search index could not be loaded."
        self._names: list[str] = []
        self._shard: list[bytes] = []
        self._size = 0

    def add(self, page: bytes) -> Iterator[tuple[str, bytes]]:
        """Take a page, as JSON; yield the file that was full before it, as (path in the edition, content)."""
        if self._shard and self._size + len(page) > SHARD_BYTES:
            yield self._full()
        self._shard.append(page)
        self._size += len(page)

    def end(self) -> Iterator[tuple[str, bytes]]:
        """Yield the last file, which there always is, and the stub that names all of them."""
        if self._shard or not self._names:
            yield self._full()
        stub = _json(
            {
                "config": {
                    "lang": [self.lang],
                    "separator": r"\s+",
                    # as the worker in assets/ sees them
                    "shards": [f"../{name}" for name in self._names],
                    "failed": self.failed,
                },
                "docs": [],
            }
        )
        yield "search/search_index.json", stub.encode()
        yield "search/search_index.js", f"var __index = {stub}".encode()

    def _full(self) -> tuple[str, bytes]:
        self._names.append(f"search/slides-{len(self._names) + 1}.js")
        data = _BEGIN + b",".join(self._shard) + _END
        self._shard, self._size = [], 0
        return self._names[-1], data


_BEGIN, _END = b"slideglossIndex.push([", b"])\n"


def put_page(shards: Sequence[bytes], old: bytes, new: bytes) -> tuple[int, bytes] | None:
    """Return the number (from 0) and the content of the one of all shards that changes when a page says something else.

    None when other pages would move from shard to shard, or when no shard holds the page.
    """
    holds = [number for number, shard in enumerate(shards) if old in shard]
    if len(holds) != 1 or shards[holds[0]].count(old) != 1:
        return None
    number = holds[0]
    changed = shards[number].replace(old, new)
    first = _first(changed)
    alone = len(_BEGIN) + first + len(_END) == len(changed)
    if not alone and _is_more(changed, SHARD_BYTES):
        return None
    if number + 1 < len(shards) and not _is_more(changed, SHARD_BYTES - _first(shards[number + 1])):
        return None
    if number and not _is_more(shards[number - 1], SHARD_BYTES - first):
        return None
    return number, changed


def _is_more(shard: bytes, size: int) -> bool:
    """Tell whether a shard's pages have together more than `size` bytes."""
    with_commas = len(shard) - len(_BEGIN) - len(_END)
    if with_commas <= size:
        return False
    if with_commas - shard.count(b"],[") > size:  # all that may be commas between pages
        return True
    return with_commas - len(json.loads(shard[len(_BEGIN) - 1 : 1 - len(_END)].decode())) + 1 > size


def _first(shard: bytes) -> int:
    """Return how many bytes a shard's first page has."""
    text = shard.decode()
    _, after = json.JSONDecoder().raw_decode(text, len(_BEGIN))
    return len(text[len(_BEGIN) : after].encode())


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(value: object) -> str:
    text = _encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # a surrogate on its own is no text and cannot be written as UTF-8
        text = _SURROGATE.sub("\ufffd", text)
    return text.replace("</", "<\\/")


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(filter(None, map(_line, text.split("\n")))) if "\n" in text else _line(text)
