"""The pages of a real build of the corpus say what was rendered: no template and no Markdown engine changes a word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import lxml.html
import pytest

from tests.conftest import CorpusBuilt

from .normalise import Event, events
from .pages import notes, rendered

pytestmark = pytest.mark.corpus


def _article(page: Path) -> lxml.html.HtmlElement:
    root = lxml.html.fromstring(page.read_bytes(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    return root.xpath("//article")[0]


def _html(nodes: Iterable[lxml.html.HtmlElement]) -> str:
    return "".join(lxml.html.tostring(one, encoding="unicode", with_tail=False) for one in nodes)


def _plain(found: list[Event]) -> list[Event]:
    """Leave out what belongs to the page: relative addresses, levels, the headings of slides that have no title."""
    short = [event[:1] if event[0] in {"a", "h"} else event for event in found if event != ("¶",)]
    empty = {i for i, event in enumerate(short[:-1]) if event == ("h",) and short[i + 1] == ("/h",)}
    return [event for i, event in enumerate(short) if i not in empty and i - 1 not in empty]


def test_every_built_page_equals_what_was_rendered(corpus: Path, corpus_built: CorpusBuilt) -> None:
    pages = {deck.source_path.removeprefix("src/"): deck for deck in corpus_built.pages}
    different = []
    sources = notes(corpus)
    assert set(pages) == set(sources)
    for path, text in sources.items():
        deck = pages[path]
        article = _article(corpus_built.site / deck.site_path)
        if deck.role == "home":
            continue
        title = next(one for one in article.iter("h1"))
        shown = _plain(events(_html([title])))
        title.drop_tree()
        # what has another class beside headings and rows is slidegloss's: tools, the language of the page
        content = [one for one in article if _is_heading(one) or one.get("class") in {None, "sg-row"}]
        wanted, found = _plain(events(rendered(text, path))), _plain(events(_html(content)))
        if wanted[: len(shown)] == shown and found != wanted:
            wanted = wanted[len(shown) :]  # the note's first heading is the page's title
        if wanted != found:
            at = next((i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), -1)
            different.append((path, wanted[at - 1 : at + 3], found[at - 1 : at + 3]))
    assert not different


def test_outlines_of_built_pages(corpus_built: CorpusBuilt) -> None:
    assert len(corpus_built.pages) > 40
    for deck in corpus_built.pages:
        levels = [int(one.tag[1]) for one in _article(corpus_built.site / deck.site_path).iter() if _is_heading(one)]
        assert levels.count(1) == 1, deck.source_path
        assert levels[0] == 1, deck.source_path
        assert all(after <= before + 1 for before, after in pairwise(levels)), deck.source_path


def _is_heading(node: lxml.html.HtmlElement) -> bool:
    return isinstance(node.tag, str) and re.fullmatch("h[1-6]", node.tag) is not None


def test_ids_of_built_pages_are_unique_and_nothing_of_ours_is_broken(corpus_built: CorpusBuilt) -> None:
    pages = [page for page in corpus_built.site.rglob("*.html") if "templates" not in page.parts]
    assert len(pages) > 2 * len(corpus_built.pages)
    for page in pages:
        ids = re.findall(r"<[a-z][^<>]*\sid=\"([^\"]+)\"", page.read_text(encoding="utf-8"))
        assert len(ids) == len(set(ids)), page
    assert not [problem for problem in corpus_built.problems if problem[0].startswith("site-")]
