"""The page of questions: open ones first, by deck, each with its slide, its figure and the remarks around it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from jinja2 import Environment

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.urls import relative
from slidegloss.decks.pieces import Pieces, anew
from slidegloss.decks.questions import PAGE, Question, questions_of
from slidegloss.decks.units import context_of
from slidegloss.editions.edition import Edition
from slidegloss.html.blocks import plain_blocks, render_blocks
from slidegloss.html.context import Context, esc
from slidegloss.html.inline import note_html
from slidegloss.html.pymd import heading_line, html_block, page_block
from slidegloss.model import Annotation, Deck
from slidegloss.notes.language import text_lang
from slidegloss.pages.lookups import Lookups, SharedDeck
from slidegloss.pages.page import Page, Rendered, front_matter, in_lang, lang_attr, page_title, shows_translations
from slidegloss.pages.slidecard import Same, slide_picture, slide_title

if TYPE_CHECKING:
    from slidegloss.config.project import Config


class DeckQuestions(NamedTuple):
    """The questions of one deck as the template shows them."""

    heading: str
    entries: tuple[str, ...]


class Part(NamedTuple):
    """The open questions, or the answered ones."""

    heading: str
    decks: tuple[DeckQuestions, ...]


class QuestionsView(NamedTuple):
    """The page as the template shows it."""

    front: str
    heading: str
    intro: str
    parts: tuple[Part, ...]


def render_questions(edition: Edition, config: Config, templates: Environment, pieces: Pieces = anew) -> Rendered:
    """Render the page of questions; nothing when the book asks none."""
    words = edition.words
    index = edition.book.index
    decks = [deck for deck in edition.book.decks if index[deck.source_path].asked]
    if not decks:
        return Rendered(())
    entries = [question_entries(deck, edition, config, pieces) for deck in decks]
    title = words.get("questions")
    needs = frozenset().union(*(index[deck.source_path].needs for deck in decks)) - {"mermaid"}
    waiting = edition.book.open_questions(decks)
    answered = sum(map(len, entries)) - waiting
    said = words.get("questions_intro", open=waiting, answered=answered)
    intro = esc(said)
    if waiting and answered:
        below = words.get("counted", what=words.get("questions_answered"), count=answered)
        intro = f'{intro} <a href="#answered">{esc(below)}</a>'
    view = QuestionsView(
        front=front_matter(
            {
                "title": title,
                "kind": "questions",
                "two_languages": shows_translations(*chain.from_iterable(entries)),
                "description": said,
                **dict.fromkeys(sorted(needs), True),
            }
        ),
        heading=page_title(esc(title), title),
        intro=html_block(f"<p>{intro}</p>"),
        parts=tuple(
            Part(
                heading_line(2, esc(words.get("counted", what=words.get(key), count=count)), anchor),
                tuple(_decks(zip(decks, entries, strict=True), anchor, edition, config.settings.raw_html)),
            )
            for key, anchor, count in (
                ("questions_open", "open", waiting),
                ("questions_answered", "answered", answered),
            )
            if count
        ),
    )
    return Rendered((Page(PAGE, templates.get_template("questions.md.jinja").render(page=view)),))


def question_entries(deck: Deck, edition: Edition, config: Config, pieces: Pieces) -> Sequence[str]:
    """Return the questions of a deck as HTML, in the order of its index."""

    def make() -> str:
        shared = SharedDeck(deck.whole())  # one for all questions: it looks through the whole deck
        return json.dumps(
            [
                _entry(question, Lookups(question.deck, edition, config, [], PAGE, shared), first=first)
                for question, first in without_repeats(_questions(Same(deck)))
            ],
            ensure_ascii=False,
        )

    return json.loads(pieces("questions", deck, make))  # type: ignore[no-any-return]  # what `make` has made


def without_repeats(questions: Iterable[Question]) -> Iterator[tuple[Question, bool]]:
    """Leave out of the remarks around each question what the page shows already.

    These are questions, which are entries of their own, and what stands around or below an earlier question of the same
    slide and part of the page. With each question comes whether it is the first of its slide in its part, which shows the
    slide's figure.
    """
    shown: set[tuple[bool, str]] = set()
    before: dict[bool, str] = {}
    for question in questions:
        part, slide = question.answered, question.slide.anchor if question.slide else ""
        around = tuple(note for note in question.around if note.kind != "question" and (part, note.anchor) not in shown)
        shown.update((part, note.anchor) for note in (*question.answer, *around))
        yield question._replace(around=around), before.get(part) != slide
        before[part] = slide


@lru_cache(maxsize=4)
def _questions(deck: Same[Deck]) -> tuple[Question, ...]:
    """Return the questions of a deck, which are the same in all editions."""
    return tuple(questions_of(deck.thing))


def _decks(
    entries: Iterable[tuple[Deck, Sequence[str]]], part: str, edition: Edition, raw_html: str
) -> Iterator[DeckQuestions]:
    number = 0
    for deck, all_entries in entries:
        asked = zip(all_entries, edition.book.index[deck.source_path].asked, strict=True)
        some = [entry for entry, answered in asked if answered == (part == "answered")]
        if not some:
            continue
        number += 1
        title, lang = edition.title_of(deck)
        words, count, name = edition.words, len(some), in_lang(esc(title), lang, edition)
        said, label = words.html("counted", what=name, count=count), words.get("counted", what=title, count=count)
        heading = heading_line(3, said, f"{part}-{number}", toc_label=label)
        yield DeckQuestions(heading, tuple(page_block(entry, 1, raw_html) for entry in some))


def _entry(question: Question, look: Lookups, *, first: bool) -> str:
    edition, words = look.edition, look.edition.words
    picture = slide_picture("sg-question__thumb", question.deck, question.slide, edition, PAGE) if first else ""
    context = look.context(question.slide)
    css = "sg-question sg-question--answered" if question.answered else "sg-question"
    return (
        f'<article class="{css}"><p class="sg-question__head">{_link(question, edition)}</p>'
        f'<div class="sg-question__body"><div class="sg-question__text">{_asked(question, edition, context)}'
        f"{_more(question.answer, words.get('note_answer'), context)}"
        f"{_more(question.around, words.get('questions_around'), context)}</div>{picture}</div></article>"
    )


def _link(question: Question, edition: Edition) -> str:
    """Return the link to where the question stands: badge and title of its slide."""
    deck, slide = question.deck, question.slide
    href = esc(relative(edition.prefix + PAGE, edition.prefix + deck.site_path, question.anchor))
    badge = f'<span class="sg-badge">{esc(slide.label)}</span> ' if slide else ""
    title, title_lang = slide_title(deck, slide, edition)
    if not title:
        # a heading that is plain text is its own source, which is what translations are found by
        translated = edition.translations.get((context_of(deck, slide.anchor if slide else ""), question.heading))
        title = plain_blocks(translated.blocks).strip() if translated else question.heading
        title_lang = edition.lang if translated else text_lang(title, deck.lang)
    if not title and not slide:
        title, title_lang = edition.title_of(deck)
    lang = lang_attr(title_lang, edition) if title else ""
    return f'<a href="{href}">{badge}<span{lang}>{esc(title)}</span></a>' if title else f'<a href="{href}">{badge}</a>'


def _asked(question: Question, edition: Edition, context: Context) -> str:
    if question.annotation is not None:
        return note_html(question.annotation, context, render_blocks)
    words = edition.words
    state = words.get("note_answered" if question.answered else "note_open")
    label = f"{words.get('note_kind_question')} · {state}"
    body = render_blocks(question.item, context.within(question.deck.lang))
    where = words.get("questions_leftover", heading=question.heading)
    return (
        f'<div class="sg-note sg-note--question" data-kind="question"><span class="sg-note__label">{esc(label)}</span>'
        f'<div class="sg-note__text sg-note__text--original"{context.lang_attr(question.deck.lang)}>{body}</div>'
        f'<p class="sg-muted">{esc(where)}</p></div>'
    )


def _more(notes: Iterable[Annotation], label: str, context: Context) -> str:
    shown = "".join(note_html(note, context, render_blocks) for note in notes)
    return f'<div class="sg-question__more"><p class="sg-muted">{esc(label)}</p>{shown}</div>' if shown else ""
