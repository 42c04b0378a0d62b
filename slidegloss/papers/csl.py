"""CSL-JSON, the format of Zotero, Pandoc and citeproc: JSON text → entries with places, papers → JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial

from slidegloss.base.decode import place_of
from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.model import Paper
from slidegloss.notes.citation_words import ARXIV_ID, has_cjk
from slidegloss.papers.raw import Place, RawPaper, year_of
from slidegloss.papers.schema import DETAILS, ENTRIES
from slidegloss.papers.venues import CSL_KINDS, announced, is_on_arxiv, kind_of
from slidegloss.syntax.titles import readable

_OTHERS = {"literal": "others"}
"""Those whom `et al.` leaves out, as pandoc has it for BibTeX's `and others`; no person."""
_ET_AL = {"literal": "et al."}
"""The same where slidegloss reads names."""
_CUSTOM = "custom"
_OURS = frozenset({"links", "tags", "guidance", "figure", "summary", "aliases", "bibtex"})
"""Fields of papers that CSL has no name for; they stand under `custom`."""
_PARTICLES = re.compile(
    r"\A(?:van der|van den|van de|von der|de la|van|von|de|der|den|del|della|di|da|dos|du|el|la|le|ten|ter|(?-i:bin|ibn))\s",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s(?P<suffix>Jr\.?|Sr\.?|II|III|IV)\Z")


_MARKUP = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)(?:\s[^<>]{0,80})?>")
"""What CSL has in titles for italics and capitals that stay: `<span class="nocase">`."""


def _data(item: Mapping[str, object]) -> dict[str, object]:
    """Return what an item of CSL-JSON says as fields of a paper."""
    custom = item.get(_CUSTOM)
    data = {str(name): value for name, value in custom.items() if name in _OURS} if isinstance(custom, Mapping) else {}
    for name, field in (("key", "id"), ("doi", "DOI")):
        if item.get(field):
            data[name] = str(item[field])
    for name, value in (("title", item.get("title")), ("short", item.get("shortTitle") or item.get("title-short"))):
        if value:
            data[name] = _MARKUP.sub("", str(value))
    authors = item.get("author")
    if authors:
        data["authors"] = (
            [_ET_AL if name == _OTHERS else name for name in authors] if isinstance(authors, list) else authors
        )
    data |= year_of(_date(item.get("issued")))
    number, publisher = str(item.get("number", "")), str(item.get("publisher", ""))
    on_arxiv = "arxiv" in f"{item.get('archive', '')}{publisher}{number}".lower()
    known = (ARXIV_ID.search(number) or ARXIV_ID.search(str(item.get("archive_location", "")))) if on_arxiv else None
    if known:
        data["arxiv"] = known["id"]
    places = (item.get(field) for field in ("container-title", "event-title", "event"))
    venue = next(filter(None, places), "arXiv" if on_arxiv else publisher)
    kind = next((name for name, said in CSL_KINDS.items() if said == item.get("type")), "")
    if venue := announced(kind, str(venue)):
        data["venue"] = venue
    if details := _details(item, str(venue)):
        ours = data.get("bibtex")
        data["bibtex"] = {**(ours if isinstance(ours, Mapping) else {}), **details}
    if item.get("keyword"):
        data.setdefault("tags", str(item["keyword"]))
    url = str(item.get("URL") or "")
    if url and not (known and "arxiv.org" in url):
        links = data.get("links")
        data["links"] = {"paper": url, **(links if isinstance(links, Mapping) else {})}
    return data


def _details(item: Mapping[str, object], venue: str) -> dict[str, str]:
    """Return what else an item says that bibliographies print, but for what its venue says already."""
    said = {name: str(item[field]) for name, field in DETAILS.items() if field and item.get(field)}
    found = {name: text for name, text in said.items() if text not in {venue, "arXiv"}}
    if venue and venue != "arXiv" and item.get("type") != kind_of(venue):
        entry = next((name for name, (_, kind) in ENTRIES.items() if kind == item.get("type")), "")
        found |= {"entry": entry} if entry else {}
    return found


def _date(issued: object) -> str:
    """Return the year of a date of CSL, or what else it says; empty where it is none."""
    if not isinstance(issued, Mapping):
        return ""
    parts = issued.get("date-parts")
    first = parts[0][0] if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0] else None
    return str(first if first is not None else issued.get("raw") or issued.get("literal") or "")


def read_csl(text: str, path: str) -> tuple[list[RawPaper], list[Diagnostic]]:
    """Read a CSL-JSON file: a list of items, or an object with `items`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [], [_no_json(error, text, path)]
    if isinstance(value, Mapping):
        value = value["items"] if isinstance(value.get("items"), list) else [value]
    if not isinstance(value, list):
        return [], [diagnostic(Code.PAPER_SYNTAX, path, 1, 1, "this is no CSL-JSON: a list of items is expected")]
    papers, found = [], []
    at = 0
    for item in value:
        start = at
        if isinstance(item, Mapping) and item.get("id"):
            # the id of an item is the best place to point to; ids stand in the order of the items
            written = re.escape(json.dumps(item["id"], ensure_ascii=False))
            if match := re.compile(rf'"id"\s*:\s*{written}').search(text, at):
                start, at = match.span()
        place = place_of(text, start)
        if isinstance(item, Mapping):
            papers.append(RawPaper(_data(item), partial(_start, place), path))
        else:
            message = 'an item of CSL-JSON is an object: {"id": …, "title": …}'
            found.append(diagnostic(Code.PAPER_INVALID, path, *place, message))
    return papers, found


def _start(place: Place, _loc: Sequence[str | int], *, key: bool = False) -> Place:  # noqa: ARG001 - as `FindPlace`
    """Return the place of an item for each of its values: JSON's parser does not tell where they are."""
    return place


def _no_json(error: ValueError | RecursionError, text: str, path: str) -> Diagnostic:
    """Say why a text is not JSON."""
    if isinstance(error, json.JSONDecodeError):
        message, hint = f"not valid JSON: {error.msg}", 'CSL-JSON is a list of items: [{"id": …}]'
        return diagnostic(Code.PAPER_SYNTAX, path, error.lineno, error.colno, message, hint)
    if isinstance(error, RecursionError):
        return diagnostic(Code.PAPER_SYNTAX, path, 1, 1, "not valid JSON: it is nested too deeply")
    # Python refuses numbers of more than some thousand digits; 640 are the least that it can be told to refuse
    digits = re.search(r"\d{640}", text)
    place = place_of(text, digits.start() if digits else 0)
    return diagnostic(Code.PAPER_SYNTAX, path, *place, "a number of far too many digits", "shorten it")


# --- writing ----------------------------------------------------------------------------------------------------------


def _name(name: str) -> dict[str, str]:
    """Split `Given Family` where that is safe; joined again in CSL's order it is the same name."""
    if name == "et al.":
        return _OTHERS
    if has_cjk(name) or len(name.split()) == 1 or "," in name:
        return {"literal": name}
    out: dict[str, str] = {}
    suffix = _SUFFIX.search(name)
    if suffix and len(name[: suffix.start()].split()) > 1:
        out["suffix"] = suffix["suffix"]
        name = name[: suffix.start()]
    words = name.split()
    given, family = words[:1], words[1:]
    while len(family) > 1 and not _PARTICLES.match(" ".join(family)):
        given.append(family.pop(0))
    particle = _PARTICLES.match(" ".join(family))
    if particle and len(family) > 1:
        out["non-dropping-particle"] = particle[0].strip()
        family = " ".join(family)[particle.end() :].split()
    return {"family": " ".join(family), "given": " ".join(given), **out}


_PUBLISHED = frozenset({"book", "thesis", "article", "report", "patent", "software"})
"""Kinds of work of which CSL says who published them, not in what they appeared."""


def item_of(paper: Paper) -> dict[str, object]:
    """Return one paper as a CSL-JSON item; what CSL has no field for stands under `custom`."""
    on_arxiv = is_on_arxiv(paper)
    kind = "article" if on_arxiv else kind_of(paper.venue) if paper.venue else "document"
    if not on_arxiv and paper.bibtex.get("entry") in ENTRIES:
        kind = ENTRIES[paper.bibtex["entry"]][1]
    publisher = paper.venue if kind in _PUBLISHED and not on_arxiv else ""
    ours = {
        "links": {name: url for name, url in paper.links.items() if name != "paper"},
        "tags": list(paper.tags),
        "guidance": list(paper.guidance),
        "figure": paper.figure,
        "summary": dict(paper.summary),
        "aliases": list(paper.aliases),
        "bibtex": {name: text for name, text in paper.bibtex.items() if name in {"editor", "month"}},
    }
    more = {
        "title-short": readable(paper.short),
        "author": [_name(author) for author in paper.authors],
        "publisher" if publisher else "container-title": "" if on_arxiv else paper.venue,
        "issued": None if paper.year is None else {"date-parts": [[paper.year]]},
        "archive": "arXiv" if paper.arxiv else "",
        "archive_location": paper.arxiv,
        "number": f"arXiv:{paper.arxiv}" if paper.arxiv else "",
        **({"publisher": "arXiv"} if on_arxiv else {}),
        "DOI": paper.doi,
        "URL": paper.links.get("paper"),
        _CUSTOM: {name: value for name, value in ours.items() if value},
    }
    details = {DETAILS[name]: text for name, text in paper.bibtex.items() if DETAILS.get(name)}
    item: dict[str, object] = {"id": paper.key, "type": kind, "title": readable(paper.title), **details}
    return item | {name: value for name, value in more.items() if value}


def to_csl(papers: Iterable[Paper]) -> str:
    """Return papers as a CSL-JSON file."""
    return joined_items(map(item_text, papers))


def item_text(paper: Paper) -> str:
    """Return one paper as it stands in a CSL-JSON file."""
    return _indented(item_of(paper), "\n  ")


_value = json.JSONEncoder(ensure_ascii=False).encode
_name_of = cache(_value)


def _indented(value: object, line: str) -> str:
    """Return a value as JSON of many lines, as `json.dumps` with an indent would in five times as long; `line` begins one."""
    if isinstance(value, str):
        return _value(value)
    inner = line + "  "
    if isinstance(value, dict) and value:
        parts = [f"{_name_of(name)}: {_indented(held, inner)}" for name, held in value.items()]
        return f"{{{inner}{f',{inner}'.join(parts)}{line}}}"
    if isinstance(value, list) and value:
        return f"[{inner}{f',{inner}'.join([_indented(held, inner) for held in value])}{line}]"
    return _value(value)


def joined_items(items: Iterable[str]) -> str:
    """Return items (`item_text`) as one CSL-JSON file."""
    inside = ",\n  ".join(items)
    return f"[\n  {inside}\n]\n" if inside else "[]\n"
