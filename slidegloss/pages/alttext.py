"""Generated alternative texts of figures, from the slide title, the cited paper and the section."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from slidegloss.editions.words import Words
from slidegloss.html.captions import captioned
from slidegloss.html.context import clip
from slidegloss.model import Deck, Paper, Slide
from slidegloss.nodes import Cite, Heading, Span
from slidegloss.papers.match import Library
from slidegloss.syntax.titles import readable
from slidegloss.syntax.tree import deck_blocks, plain, walk_blocks

TITLE_LENGTH = 100
"""Characters of a title that an alternative text repeats at the most."""


class AltTexts:
    """The alternative texts of one page, in the edition's language; asked for in the order of the page."""

    def __init__(self, deck: Deck, words: Words, library: Library, title_of: Callable[[str, Heading], str]) -> None:
        """`title_of` says a heading (of a slide's anchor, or the opening's "") in the edition's language."""
        self._deck, self._words, self._library, self._title_of = deck, words, library, title_of
        self._shown: dict[str, list[str]] = defaultdict(list)

    # a remark that is shown on another page asks for none of these, and a long deck has thousands of remarks
    @cached_property
    def _captions(self) -> Mapping[tuple[str, int, int], tuple[Cite, ...]]:
        return {key: cites for _, blocks in deck_blocks(self._deck) for key, cites in captioned(blocks).items()}

    @cached_property
    def _headings(self) -> Sequence[tuple[int, str, Heading]]:
        """(line, slide's anchor, heading), by line."""
        found = [
            (block.span.line, anchor, block)
            for anchor, blocks in deck_blocks(self._deck)
            for block in walk_blocks(blocks)
            if isinstance(block, Heading)
        ]
        return sorted(found, key=lambda item: item[0])

    def of(self, slide: Slide | None, source_path: str, dest: str, span: Span) -> str:
        """Return the text for a figure; empty for one that its slide (or section) has shown before."""
        place, name = self._place(slide, span)
        before = self._shown[place]
        if source_path in before:
            return ""
        before.append(source_path)
        key = "figure_of_slide" if slide else "figure_of_section"
        text = self._words.get(key, slide=name) if slide else self._words.get(key, title=name)
        paper = self._paper(slide, dest, span)
        paper_name = readable(paper.short or paper.title) if paper else ""
        if paper_name and paper_name.casefold() not in name.casefold():
            text = self._words.get("figure_of_paper", figure=text, paper=clip(paper_name, TITLE_LENGTH))
        return f"{text} ({len(before)})" if len(before) > 1 else text

    def _place(self, slide: Slide | None, span: Span) -> tuple[str, str]:
        """Return a key for the slide or section, and its name."""
        if slide is not None:
            return slide.anchor, slide_name(slide, self._title_of)
        at = bisect_right(self._headings, span.line, key=lambda item: item[0]) - 1
        if at < 0:
            return "", clip(self._deck.title, TITLE_LENGTH)
        line, anchor, heading = self._headings[at]
        return f"line {line}", clip(self._title_of(anchor, heading), TITLE_LENGTH)

    def _paper(self, slide: Slide | None, dest: str, span: Span) -> Paper | None:
        """Return the paper of the caption, else the one paper that the slide cites."""
        keys = self._library.cited.get(self._deck.source_path, ())
        caption = self._captions.get((dest, span.line, span.col), ())
        indexes = [cite.index for cite in caption]
        if not indexes and slide is not None:
            indexes = [at for at, cited in enumerate(self._deck.citations) if cited.slide == slide.anchor]
        found = {keys[at] for at in indexes if at < len(keys) and keys[at]}
        return self._library.by_key.get(found.pop()) if len(found) == 1 else None


def slide_name(slide: Slide, title_of: Callable[[str, Heading], str] | None = None) -> str:
    """Return a slide's label and title: `P136: MCDiff`."""
    if slide.title is None:
        return slide.label
    said = title_of(slide.anchor, slide.title) if title_of else plain(slide.title.children).strip()
    return f"{slide.label}: {clip(said, TITLE_LENGTH)}" if said else slide.label
