"""Entries on their way to being papers: values with places, from YAML or from readers of other formats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Paper
from slidegloss.papers.schema import FIELDS, PaperEntry

Place = tuple[int, int]


class Where(Protocol):
    """Finds the place of a value."""

    def __call__(self, loc: Sequence[str | int] = (), *, is_key: bool = False) -> Place:
        """Return the 1-based line and column of the value at the end of a way, or of its key."""


class RawPaper(NamedTuple):
    """One entry as read: values of any kind, and where each stands."""

    data: Mapping[str, object]
    where: Where
    path: str


_EXAMPLES = {name: field.examples[0] for name, field in PaperEntry.model_fields.items() if field.examples}
_EXPECTED = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a mapping of names to text",
    "int_type": "a year of four digits",
    "int_parsing": "a year of four digits",
    "greater_than_equal": "a year between 1450 and 2100",
    "less_than_equal": "a year between 1450 and 2100",
    "string_too_short": "text",
}


def _example(name: str) -> str:
    sample = _EXAMPLES.get(name)
    if sample is None:
        return ""
    text = yaml.safe_dump({name: sample}, default_flow_style=True, allow_unicode=True, width=10_000)
    return f"for example `{text.strip()[1:-1]}`"


def _explain(fault: ErrorDetails, raw: RawPaper) -> Diagnostic:
    loc = [part for part in fault["loc"] if isinstance(part, int) or part not in {"[key]", "function-before"}]
    name = str(loc[0]) if loc else ""
    if fault["type"] == "extra_forbidden":
        near = nearest(name, FIELDS)
        hint = f"did you mean `{near}`?" if near else "fields: " + ", ".join(FIELDS)
        return diagnostic(
            Code.PAPER_UNKNOWN_FIELD, raw.path, *raw.where(loc, is_key=True), f"a paper has no field `{name}`", hint
        )
    if fault["type"] == "missing":
        return diagnostic(Code.PAPER_INVALID, raw.path, *raw.where(), f"this paper has no `{name}`", _example(name))
    place = raw.where(loc)
    if fault["type"] == "value_error":
        message = f"`{name}`: {fault['ctx']['error']}"
    elif fault["type"] in _EXPECTED:
        message = f"`{name}` must be {_EXPECTED[fault['type']]}, not `{str(fault['input'])[:60]}`"
    else:
        message = f"`{name}`: {fault['msg']}"
    return diagnostic(Code.PAPER_INVALID, raw.path, *place, message, _example(name))


def to_paper(raw: RawPaper) -> tuple[Paper | None, list[Diagnostic]]:
    """Check one entry; every fault is reported and the sound fields are used. Without a title there is no paper."""
    data = dict(raw.data)
    found: list[Diagnostic] = []
    while True:  # each round leaves a field out, or is the last
        try:
            entry = PaperEntry.model_validate(data)
            break
        except ValidationError as error:
            faults = error.errors(include_url=False)
        found += [_explain(fault, raw) for fault in faults if not found or fault["type"] != "missing"]
        bad = {str(fault["loc"][0]) for fault in faults if fault["loc"]}
        if not bad & data.keys():
            return None, found
        for name in bad:
            data.pop(name, None)
    line, _ = raw.where()
    paper = Paper(
        key=entry.key,
        title=entry.title,
        short=entry.short,
        authors=tuple(entry.authors),
        venue=entry.venue,
        year=entry.year,
        arxiv=entry.arxiv,
        doi=entry.doi,
        links=entry.links,
        tags=tuple(entry.tags),
        guidance=tuple(entry.guidance),
        figure=entry.figure,
        summary={lang: text for lang, text in entry.summary.items() if text.strip()},
        aliases=tuple(entry.aliases),
        bibtex=entry.bibtex,
        source_path=raw.path,
        line=line,
    )
    return paper, found


_NO_YEAR = lazy(
    r"(?:n\.?\s?d\.?|no date|undated|in press|forthcoming|to appear|in preparation|submitted|accepted|under review|unpublished"
    r"|无日期|待刊|即将出版|待发表)\.?",
    re.IGNORECASE,
)
"""What stands in bibliographies where a year would, and is none."""


def year_of(written: str) -> dict[str, object]:
    """Return the field `year` as a bibliography has it; what is no year is told later, but for `in press` and its like."""
    year = re.search(r"(?<!\d)\d{4}(?!\d)", written)
    if year:
        return {"year": year[0]}
    return {"year": written} if written and not _NO_YEAR.fullmatch(written.strip(" ()[]")) else {}
