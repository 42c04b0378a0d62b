"""The script with the contents of citation cards, and the facts of a paper in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from slidegloss.base.languages import find, same
from slidegloss.editions.edition import Edition
from slidegloss.editions.words import Words
from slidegloss.html.context import clip
from slidegloss.model import Paper
from slidegloss.papers.keys import key_slug
from slidegloss.syntax.plaintext import plain_text
from slidegloss.syntax.titles import readable
from slidegloss.syntax.tree import leaves

if TYPE_CHECKING:
    from slidegloss.notes.deck import NoteOptions

CARDS = "papers-data.js"
"""Path in the edition; a script and not JSON, because a page on `file://` may load a script."""
CARD_AUTHORS = 4
CARD_SUMMARY = 320
"""Characters of a summary that a card shows; the paper's page has all of it."""
ET_AL = "et al."
"""The last author of a paper whose other authors the citations do not name."""
MANY_AUTHORS = 40
"""A longer list of authors is folded behind the first ones; nothing is left out."""


def paper_links(paper: Paper, words: Words) -> Iterator[tuple[str, str]]:
    """Yield (name in the edition's words, address) of everything the web has about a paper."""
    if paper.arxiv:
        yield f"arXiv {paper.arxiv}", f"https://arxiv.org/abs/{paper.arxiv}"
    if paper.doi:
        yield "DOI", f"https://doi.org/{paper.doi}"
    for name, url in paper.links.items():
        if url.startswith(("https://", "http://")):
            yield words.table.get(f"link_{name}", name), url


def where_of(paper: Paper) -> str:
    """Return venue and year on one line."""
    return " ".join(part for part in (paper.venue, str(paper.year or "")) if part)


def authors_line(paper: Paper, words: Words, most: int = CARD_AUTHORS) -> str:
    """Return the first authors on one line, with a word for the others."""
    names = [clip(name, 120) for name in paper.authors if name != ET_AL]
    if len(names) > most:
        names = names[: most - 1]
    elif len(names) == len(paper.authors):
        return ", ".join(names)
    return f"{', '.join(names)} {words.get('paper_et_al')}".strip()


def cards_script(edition: Edition, options: NoteOptions) -> str:
    """Return a script that hands over the words of a card and, by page name, what it says of each paper.

    A paper is [title, short name, authors, venue and year, [[name, address] …], summary, its language, places].
    """
    words, library = edition.words, edition.book.library
    papers = {
        key_slug(paper.key): [
            readable(paper.title),
            readable(paper.short) if paper.short != paper.title else "",
            authors_line(paper, words),
            where_of(paper),
            [list(link) for link in paper_links(paper, words)],
            *_summary(paper, edition.lang, options),
            words.count("paper_places", len(library.backlinks.get(paper.key, ()))),
        ]
        for paper in library.papers
    }
    data = {
        "words": {"open": words.get("paper_open"), "close": words.get("figure_close"), "card": words.get("paper_card")},
        "papers": papers,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # lone surrogates are no UTF-8; `</` would end a script that is inlined, as the single-file edition does
    safe = text.encode("utf-8", "replace").decode("utf-8").replace("</", "<\\/")
    return f"window.slideglossPapers = {safe}\n"


def _summary(paper: Paper, lang: str, options: NoteOptions) -> tuple[str, str]:
    """Return a summary as plain text and its language: the edition's, else the first there is."""
    found = find(lang, paper.summary) or next(iter(paper.summary), "")
    if not found:
        return "", ""
    from slidegloss.notes.deck import parse_passage  # noqa: PLC0415 - the home page shows cards, too, and no summaries

    blocks = parse_passage(paper.summary[found], options)
    text = " ".join(filter(None, (plain_text(inlines) for inlines in leaves(blocks))))
    return clip(text, CARD_SUMMARY), "" if same(found, lang) else found
