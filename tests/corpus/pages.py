"""The corpus's notes, and each as slidegloss renders it by itself: no figures, no links resolved, no template."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import lxml.html

from slidegloss.html import blocks as html
from slidegloss.html.context import Context
from slidegloss.model import NoteSource
from slidegloss.notes.citations import cite_deck
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.syntax.tree import deck_blocks


def notes(corpus: Path) -> dict[str, str]:
    """Every note of the corpus by its path; SUMMARY.md is no note."""
    root = corpus / "src"
    return {
        path.relative_to(root).as_posix(): path.read_bytes().decode("utf-8").replace("\r\n", "\n")
        for path in sorted(root.rglob("*.md"))
        if path.name != "SUMMARY.md"
    }


def rendered(text: str, path: str = "note.md") -> str:
    """Parse a note, find its citations and render all of it, headings at the author's levels."""
    deck, _ = parse_deck(NoteSource(path, "note.html", text), NoteOptions())
    deck = cite_deck(deck)
    context = Context(lang=deck.lang, source_lang=deck.lang, path=path, sink=[])
    out = []
    for _, blocks in deck_blocks(deck):
        for part in html.render_slide_body(blocks, context):
            heading = isinstance(part, html.HeadingPart)
            out.append(f"<h{part.level}>{part.html}</h{part.level}>" if heading else part.html)
    return "\n".join(out)


def shown(page: str) -> str:
    """What a page says: text, figure names, addresses of links, TeX once; nothing that slidegloss adds."""
    root = lxml.html.fromstring(f"<div>{page}</div>")
    added = ["sg-mark", "sg-missing__label", "sg-missing__place", "sg-chip"]
    for css in added:
        for node in root.xpath(f"//*[contains(concat(' ', @class, ' '), ' {css} ')]"):
            node.drop_tree()
    for node in root.xpath("//*[@data-kind]/*[not(contains(@class, 'sg-note__text--original'))]"):
        node.drop_tree()
    for formula in root.xpath("//math"):
        for tex in formula.iter("annotation"):
            formula.tail = f" {tex.text} {formula.tail or ''}"
        formula.drop_tree()
    text = root.text_content()
    for node in root.iter("a", "span"):
        address = node.get("href") or (node.get("title") if "sg-broken" in (node.get("class") or "") else "") or ""
        if unquote(address) != unquote(node.text_content()):
            text += f" {address}"
    for node in root.xpath("//pre/code[starts-with(@class, 'language-')]"):
        text += node.get("class").removeprefix("language-")
    text += "mermaid" * len(root.xpath("//figure[@class='sg-mermaid']"))
    return text
