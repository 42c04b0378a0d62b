"""Diagnostics about translations written in notes: unknown language tags, lost formulas and links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.languages import find, is_language, meant, same
from slidegloss.base.patterns import lazy
from slidegloss.decks.units import Unit, in_place
from slidegloss.model import Annotation, Deck
from slidegloss.nodes import Math
from slidegloss.notes.language import detect
from slidegloss.notes.maths import mask

_LINK = lazy(r"\]\(\s*<?([^()\s<>]+(?:\([^()\s]*\)[^()\s]*)?)>?[^()]*\)|(?<![(<\w])(https?://[^\s<>）。，、；]+)")
_MAY_HOLD_MATHS = lazy(r"[\\$]")


def judge_in_place(units: Iterable[Unit], lang: str) -> Iterator[Diagnostic]:
    """Report formulas and links that translations in the notes have lost."""
    for unit in units:
        if unit.in_place and (here := in_place(unit, lang)):
            yield from slips(unit.source, here, unit.path, unit.line)


def slips(source: str, text: str, path: str, line: int) -> Iterator[Diagnostic]:
    """Report what a translation has lost of its source."""
    lost = _lost(source, text, _formulas) if _MAY_HOLD_MATHS.search(source) else ""
    if lost:
        message = f"the translation lacks the formula {clip(lost)}"
        yield diagnostic(Code.TRANSLATION_FORMULA, path, line, 1, message, "copy it from the original as it stands")
    if lost := _lost(source, text, _links):
        message = f"the translation lacks the link {clip(lost)}"
        yield diagnostic(Code.TRANSLATION_LINK, path, line, 1, message, "copy it from the original as it stands")


def _lost(source: str, text: str, parts: Callable[[str], Sequence[str]]) -> str:
    kept = set(parts(text))
    return next((part for part in parts(source) if part not in kept), "")


def _formulas(text: str) -> list[str]:
    masked, _ = mask(text, "")
    return ["".join(piece.tex.split()) for piece in masked.split(masked.text) if isinstance(piece, Math)]


def _links(text: str) -> list[str]:
    return [(inside or bare).rstrip(".,;:!?") for inside, bare in _LINK.findall(text)]


def clip(text: str) -> str:
    """Return the beginning of a text, as messages show it."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


_TAGGED = lazy(r"[ \t]*(?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)[ \t]*[:：][ \t]+(?P<text>\S.*)")
_WORDS = frozenset(
    {
        *("as", "cf", "ch", "eg", "fig", "id", "ie", "if", "in", "is", "it", "my"),
        *("nb", "no", "of", "on", "or", "ps", "qa", "re", "so", "to", "vs", "we"),
    }
)
"""Short words that begin a line of prose before a colon, although some are codes of languages."""


def check_tags(deck: Deck, languages: Sequence[str]) -> Iterator[Diagnostic]:
    """Report translations in a note whose tag is no language of the site, or no language at all."""
    for note in deck.annotations:
        for passage in note.translations:
            if not find(passage.lang, languages):
                add = f"add '{passage.lang}' to extra.slidegloss.languages, or delete the line"
                message = f"'{passage.lang}' is not a language of this site; the line is shown in every edition"
                hint = f"the site's languages: {', '.join(languages)}; {add}"
                place = passage.span
                yield diagnostic(Code.TRANSLATION_TAG, deck.source_path, place.line, place.col, message, hint)
        yield from _tag_slips(note, deck)


def _tag_slips(note: Annotation, deck: Deck) -> Iterator[Diagnostic]:
    lines = note.original.source.split("\n")
    for offset, line in enumerate(lines[1:], 1):
        match = _TAGGED.match(line)
        if match is None or not _meant_as_tag(match["tag"], match["text"], note):
            continue
        guess = meant(match["tag"])
        message = f"'{match['tag']}:' is not the tag of a language; the line is shown as part of the note"
        hint = f"did you mean '{guess}:'?" if guess else "a translation starts with a tag such as  en:  or  zh:"
        yield diagnostic(Code.TRANSLATION_TAG, deck.source_path, note.original.span.line + offset, 1, message, hint)


def _meant_as_tag(tag: str, text: str, note: Annotation) -> bool:
    """Tell whether a line's start was meant as a tag: a slip we know, or no word before text in another language."""
    low = tag.lower()
    if low in _WORDS or (tag != low and not meant(tag)):
        return False
    foreign = not same(detect(text, "en"), note.original.lang)
    return foreign and (bool(meant(tag)) or not is_language(low))
