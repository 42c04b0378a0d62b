"""The search index: what the search worker of the theme reads.

An edition's index is `search/slides-1.js`, `slides-2.js` … Each is a script, so that it loads the same way over http and
from disk, and holds whole pages up to about `SHARD_BYTES`. It hands one object to the worker:

    kinds   the kinds of annotation that occur, each a string of words that `kind:` finds
    papers  the names of papers, a string of lines each
    pages   [location, title, deck]
    slides  [page, anchor, label, title, [paper …], [[kind, text, translation …] …], text]

where page, paper and kind are positions in the lists above. `search/search_index.json` and `.js` are what Material's
own script fetches on every page: a stub that names the shards, so that no page pays for the index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

SHARD_BYTES = 1_500_000
"""About half a megabyte on the wire: the first answers come while the other shards load."""

PAGE = "page"
SLIDE = "slide"

_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SearchDoc:
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
    text: str
    """Paragraphs as lines."""
    translations: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    """One entry per paper, its names (short name, title, key) as lines."""


# --- the index --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Hit:
    label: str = ""
    title: str = ""
    papers: list[str] = field(default_factory=list)
    annotations: list[tuple[str, ...]] = field(default_factory=list)
    """(kind, text, translation …)"""
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    title: str = ""
    deck: str = ""
    hits: dict[str, _Hit] = field(default_factory=dict)


def build_index(docs: Iterable[SearchDoc], lang: str, *, failed: str = "") -> dict[str, str]:
    """Return the files of an edition's search index: path relative to the edition's root → text.

    `failed` is what the reader is told when the index cannot be loaded, in the edition's language.
    """
    shards = [_shard(pages) for pages in _split(_collect(docs))]
    names = [f"search/slides-{number}.js" for number, _ in enumerate(shards, 1)]
    stub = _json(
        {
            "config": {
                "lang": [lang],
                "separator": r"\s+",
                # as the worker in assets/ sees them
                "shards": [f"../{name}" for name in names],
                "failed": failed or "The search index could not be loaded.",
            },
            "docs": [],
        }
    )
    files = {"search/search_index.json": stub, "search/search_index.js": f"var __index = {stub}"}
    files |= {name: f"slideglossIndex.push({shard})\n" for name, shard in zip(names, shards, strict=True)}
    return files


def _collect(docs: Iterable[SearchDoc]) -> dict[str, _Page]:
    pages: dict[str, _Page] = {}
    for doc in docs:
        location, _, anchor = doc.location.partition("#")
        page = pages.setdefault(location, _Page())
        page.deck = page.deck or doc.deck
        if doc.kind == PAGE:
            page.title = doc.title
        if doc.kind == PAGE and not (doc.title or doc.text or doc.papers):
            continue
        hit = page.hits.setdefault(anchor, _Hit())
        hit.papers += [paper for paper in doc.papers if paper not in hit.papers]
        if doc.kind in {PAGE, SLIDE}:
            hit.label, hit.title = hit.label or doc.label, hit.title or doc.title
            hit.text += [text for text in (doc.text, *doc.translations) if text]
        else:
            hit.annotations.append((doc.kind, doc.text, *doc.translations))
    return pages


def _split(pages: Mapping[str, _Page]) -> Iterator[dict[str, _Page]]:
    """Cut the pages into shards of about `SHARD_BYTES`; there is always at least one."""
    shard: dict[str, _Page] = {}
    size = 0
    for location, page in pages.items():
        weight = sum(_weight(hit) for hit in page.hits.values())
        if shard and size + weight > SHARD_BYTES:
            yield shard
            shard, size = {}, 0
        shard[location] = page
        size += weight
    yield shard


def _weight(hit: _Hit) -> int:
    texts = (hit.title, *hit.text, *(text for _, *texts in hit.annotations for text in texts))
    return 40 + sum(len(text.encode("utf-8", "replace")) for text in texts)


def _shard(pages: Mapping[str, _Page]) -> str:
    kinds: dict[str, int] = {}
    papers: dict[str, int] = {}
    slides: list[Any] = []
    for number, page in enumerate(pages.values()):
        for anchor, hit in page.hits.items():
            slides.append(
                [
                    number,
                    anchor,
                    hit.label,
                    _line(hit.title),
                    [papers.setdefault(_lines(paper), len(papers)) for paper in hit.papers],
                    [
                        [kinds.setdefault(kind, len(kinds)), *(_lines(text) for text in texts)]
                        for kind, *texts in hit.annotations
                    ],
                    _lines("\n".join(hit.text)),
                ]
            )
    heads = [[location, _line(page.title or location), _line(page.deck)] for location, page in pages.items()]
    return _json({"kinds": list(kinds), "papers": list(papers), "pages": heads, "slides": slides})


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # a surrogate on its own is no text and cannot be written as UTF-8
    return _SURROGATE.sub("\ufffd", text).replace("</", "<\\/")


@lru_cache(maxsize=1 << 16)  # editions say the same, but for titles
def _line(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=1 << 16)
def _lines(text: str) -> str:
    return "\n".join(line for part in text.split("\n") if (line := _line(part)))
