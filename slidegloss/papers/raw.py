"""Validates the entries that the readers of YAML, BibTeX and CSL-JSON return: `RawPaper` → `Paper` or diagnostics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.config.validation import described
from slidegloss.model import Paper
from slidegloss.papers.schema import FIELDS, PaperEntry

Place = tuple[int, int]
"""Line and column, 1-based."""


class FindPlace(Protocol):
    """Finds a value in the file that it was read from."""

    def __call__(self, loc: Sequence[str | int], *, key: bool = False) -> Place:
        """Return the place of the value at `loc` (`("links", "code")`, empty for the entry), or of its key."""


class RawPaper(NamedTuple):
    """An entry of a paper file before validation: values of any type, and their places."""

    data: Mapping[str, object]
    place: FindPlace
    path: str


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


def _explain(fault: ErrorDetails, raw: RawPaper) -> Diagnostic:
    loc = [part for part in fault["loc"] if isinstance(part, int) or part not in {"[key]", "function-before"}]
    name = str(loc[0]) if loc else ""
    if fault["type"] == "extra_forbidden":
        near = nearest(name, FIELDS)
        hint = f"did you mean `{near}`?" if near else "fields: " + ", ".join(FIELDS)
        return diagnostic(
            Code.PAPER_UNKNOWN_FIELD, raw.path, *raw.place(loc, key=True), f"a paper has no field `{name}`", hint
        )
    _, example = described(PaperEntry, loc[:1])
    if fault["type"] == "missing":
        return diagnostic(Code.PAPER_INVALID, raw.path, *raw.place(()), f"this paper has no `{name}`", example)
    place = raw.place(loc)
    if fault["type"] == "value_error":
        message = f"`{name}`: {fault['ctx']['error']}"
    elif fault["type"] in _EXPECTED:
        message = f"`{name}` must be {_EXPECTED[fault['type']]}, not `{str(fault['input'])[:60]}`"
    else:
        message = f"`{name}`: {fault['msg']}"
    return diagnostic(Code.PAPER_INVALID, raw.path, *place, message, example)


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
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry}
    values["summary"] = {lang: text for lang, text in entry.summary.items() if text.strip()}
    line, _ = raw.place(())
    return Paper(**values, source_path=raw.path, line=line), found


_NO_YEAR = lazy(
    r"(?:n\.?\s?d\.?|no date|undated|in press|forthcoming|to appear|in preparation|submitted|accepted|under review|unpublished"
    r"|无日期|待刊|即将出版|待发表)\.?",
    re.IGNORECASE,
)
"""What stands in bibliographies where a year would, and is none."""


def year_of(written: str) -> dict[str, object]:
    """Return the field `year` of a bibliography entry; none for `in press` and the like, other text is reported by validation."""
    year = re.search(r"(?<!\d)\d{4}(?!\d)", written)
    if year:
        return {"year": year[0]}
    return {"year": written} if written and not _NO_YEAR.fullmatch(written.strip(" ()[]")) else {}
