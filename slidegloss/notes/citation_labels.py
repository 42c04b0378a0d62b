"""Citations by the labels of a reference list: `[Radford19]` and `[VSP+17]`, where an entry of the note begins with that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from slidegloss.base.patterns import lazy
from slidegloss.model import Citation
from slidegloss.notes.citation_finder import Found
from slidegloss.notes.citation_words import LABEL, label_year

_OF_ENTRY = lazy(rf"\[(?P<label>{LABEL})\]\s")
_BRACKETS = lazy(rf"\[{LABEL}(?:\s?[,;]\s?{LABEL}){{0,12}}\]")
_EACH = lazy(LABEL)


def labels_of(citations: Iterable[Citation]) -> Mapping[str, Citation]:
    """Return the entries of a note's reference list by their labels; the first of two with one label counts."""
    labels: dict[str, Citation] = {}
    for citation in citations:
        entry = _OF_ENTRY.match(citation.text) if citation.text.startswith("[") else None
        if entry and citation.title and label_year(entry["label"]) == citation.year:
            labels.setdefault(entry["label"], citation)
    return labels


def with_labels(text: str, finds: Sequence[Found], labels: Mapping[str, Citation]) -> list[Found]:
    """Return the citations of a text with those by label; brackets count if an entry has each label in them."""
    labelled = [
        one for one in _labelled(text, labels) if not any(one.start < it.end and it.start < one.end for it in finds)
    ]
    return sorted((*finds, *labelled)) if labelled else list(finds)


def _labelled(text: str, labels: Mapping[str, Citation]) -> Iterator[Found]:
    for brackets in _BRACKETS.finditer(text):
        found = list(_EACH.finditer(text, *brackets.span()))
        if not all(label[0] in labels for label in found):
            continue
        for label in found:
            place = brackets.span() if len(found) == 1 else label.span()
            work = labels[label[0]]
            yield Found(*place, work.title, work.authors, work.venue, work.year, "", (), work.arxiv, work.doi)
