"""Every question of a book: its ❓ annotations, and the items of sections such as "Leftover questions"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Annotation, Deck, Slide
from slidegloss.nodes import Annotations, Block, Heading, ListBlock
from slidegloss.notes.annotations import answers_itself
from slidegloss.syntax.plaintext import plain_blocks
from slidegloss.syntax.tree import plain, walk_blocks

PAGE = "questions.html"
"""The site path of the page of questions."""

_NEAR = 50
"""How many annotations before and after a question belong to it; a quote of thousands would be shown thousands of times."""

_LEFTOVER = lazy(
    r"(?:\d[\d.]*\s*)?(?:(?:left[ -]?over|open|remaining|unanswered|unresolved) questions?"
    r"|(?:遗留|遺留|未解决|未解答|待解决|待解答|尚未解决)的?(?:问题|問題|疑问))\s*[:：?？]?",
    re.IGNORECASE,
)
"""A heading whose list items are questions."""


class Question(NamedTuple):
    """A question, where it stands, and what was written around it.

    Either `annotation` is set, or `item` holds the blocks of a list item below `heading`.
    """

    deck: Deck
    slide: Slide | None
    anchor: str
    """The id on the deck's page that shows it."""
    answered: bool
    annotation: Annotation | None = None
    item: tuple[Block, ...] = ()
    heading: str = ""
    """The nearest heading above it on its slide, as plain text."""
    answer: tuple[Annotation, ...] = ()
    """The annotations that answer it; empty when it is open or holds its answer itself."""
    around: tuple[Annotation, ...] = ()
    """The other annotations of the same quote, the nearest of them where it is very long."""


def questions_of(deck: Deck) -> tuple[Question, ...]:
    """Return the questions of a deck in the order of its slides; those of a section come after the slide's annotations."""
    asked: defaultdict[str, list[Annotation]] = defaultdict(list)
    for note in deck.annotations:
        if note.kind == "question":
            asked[note.slide].append(note)
    runs = (
        {note.anchor: (run.items, at) for run in _runs(deck) for at, note in enumerate(run.items)} if asked else {}
    )  # the whole deck is gone through for them
    found: list[Question] = []
    for slide in (None, *deck.slides):
        anchor = slide.anchor if slide else ""
        notes = asked.get(anchor, ())
        blocks = (slide.blocks if slide else deck.opening) if notes else ()
        headings = [block for block in blocks if isinstance(block, Heading)]
        lines = [block.span.line for block in headings]
        for note in notes:
            above = bisect_left(lines, note.span.line)
            heading = plain(headings[above - 1].children).strip() if above else ""
            found.append(_annotated(deck, slide, note, runs.get(note.anchor, ((note,), 0)), heading))
        found += _leftover(deck, slide)
    return tuple(found)


def _runs(deck: Deck) -> Iterator[Annotations]:
    for blocks in (deck.opening, *(slide.blocks for slide in deck.slides)):
        for block in walk_blocks(blocks):
            if isinstance(block, Annotations):
                yield block


def _annotated(
    deck: Deck, slide: Slide | None, note: Annotation, place: tuple[tuple[Annotation, ...], int], heading: str
) -> Question:
    run, at = place
    answer: list[Annotation] = []
    if note.answered and not answers_itself(note.original.source):
        for later in run[at + 1 : at + 1 + _NEAR]:
            if later.kind == "question":
                break
            answer.append(later)
    taken = {note.anchor, *(one.anchor for one in answer)}
    near = run[max(at - _NEAR, 0) : at + 1 + _NEAR]
    around = tuple(other for other in near if other.anchor not in taken)
    return Question(deck, slide, note.anchor, note.answered, note, (), heading, tuple(answer), around)


def _leftover(deck: Deck, slide: Slide | None) -> Iterator[Question]:
    """Yield the list items below headings that announce questions, up to the next heading of the same rank."""
    section = slide.title if slide and slide.title and _is_leftover(slide.title) else None
    anchor = slide.anchor if slide else ""
    for block in slide.blocks if slide else deck.opening:
        if isinstance(block, Heading):
            if section is None or block.level <= section.level:
                section = block if _is_leftover(block) else None
                anchor = block.anchor
        elif isinstance(block, ListBlock) and section is not None:
            for item in block.items:
                inside = [one for one in walk_blocks(item) if isinstance(one, Annotations)]
                if any(note.kind == "question" for run in inside for note in run.items):
                    continue  # it counts as an annotation
                answered = bool(inside) or answers_itself(plain_blocks(item))
                heading = plain(section.children).strip()
                yield Question(deck, slide, anchor, answered, item=item, heading=heading)


def _is_leftover(heading: Heading) -> bool:
    return _LEFTOVER.fullmatch(plain(heading.children).strip()) is not None
