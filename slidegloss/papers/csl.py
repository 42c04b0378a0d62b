"""CSL-JSON, the citation format of Zotero, Pandoc and citeproc: to entries with places, and back to text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from slidegloss.base.decode import place_of
from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.model import Paper
from slidegloss.notes.citation_words import ARXIV_ID, has_cjk
from slidegloss.papers.raw import Place, RawPaper, Where, year_of
from slidegloss.papers.venues import CSL_KINDS, announced, kind_of
from slidegloss.syntax.titles import readable

_OTHERS = {"literal": "others"}
"""Those whom `et al.` leaves out, as pandoc has it for BibTeX's `and others`; no person."""
_CUSTOM = "custom"
_PARTICLES = re.compile(
    r"\A(?:van der|van den|van de|von der|de la|van|von|de|der|den|del|della|di|da|dos|du|el|la|le|ten|ter|(?-i:bin|ibn))\s",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s(?P<suffix>Jr\.?|Sr\.?|II|III|IV)\Z")


_MARKUP = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)(?:\s[^<>]{0,80})?>")
"""What CSL has in titles for italics and capitals that stay: `<span class="nocase">`."""


def _data(item: Mapping[str, object]) -> dict[str, object]:
    data: dict[str, object] = {}
    custom = item.get(_CUSTOM)
    if isinstance(custom, Mapping):
        data |= {
            str(name): value
            for name, value in custom.items()
            if name in {"links", "tags", "guidance", "figure", "summary", "aliases"}
        }
    for field, name in (
        ("id", "key"),
        ("title", "title"),
        ("title-short", "short"),
        ("shortTitle", "short"),
        ("DOI", "doi"),
    ):
        if item.get(field):
            data[name] = _MARKUP.sub("", str(item[field])) if "title" in name or name == "short" else str(item[field])
    authors = item.get("author")
    if authors:
        if isinstance(authors, list):
            authors = [{"literal": "et al."} if name == _OTHERS else name for name in authors]
        data["authors"] = authors
    issued = item.get("issued")
    if isinstance(issued, Mapping):
        parts = issued.get("date-parts")
        first = parts[0][0] if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0] else None
        raw = str(first if first is not None else issued.get("raw") or issued.get("literal") or "")
        data |= year_of(raw)
    number, publisher = str(item.get("number", "")), str(item.get("publisher", ""))
    archive = str(item.get("archive", "")) + publisher + number
    if "arxiv" in archive.lower():
        match = ARXIV_ID.search(number) or ARXIV_ID.search(str(item.get("archive_location", "")))
        if match:
            data["arxiv"] = match["id"]
    venue = (
        item.get("container-title")
        or item.get("event-title")
        or item.get("event")
        or ("arXiv" if "arxiv" in archive.lower() else "")
        or publisher
    )
    kind = next((name for name, said in CSL_KINDS.items() if said == item.get("type")), "")
    if venue := announced(kind, str(venue or "")):
        data["venue"] = venue
    if item.get("keyword") and "tags" not in data:
        data["tags"] = str(item["keyword"])
    url = item.get("URL")
    if url and not ("arxiv" in data and "arxiv.org" in str(url)):
        links = data.get("links")
        data["links"] = {"paper": str(url), **(dict(links) if isinstance(links, Mapping) else {})}
    return data


def read_csl(text: str, path: str) -> tuple[list[RawPaper], list[Diagnostic]]:
    """Read a CSL-JSON file: a list of items, or an object with `items`."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        problem = diagnostic(
            Code.PAPER_SYNTAX,
            path,
            error.lineno,
            error.colno,
            f"not valid JSON: {error.msg}",
            'CSL-JSON is a list of items: [{"id": …}]',
        )
        return [], [problem]
    except RecursionError:
        return [], [diagnostic(Code.PAPER_SYNTAX, path, 1, 1, "not valid JSON: it is nested too deeply")]
    except ValueError:  # Python refuses numbers of more than some thousand digits
        digits = re.search(r"\d{640}", text)  # the least that it can be told to refuse
        place = place_of(text, digits.start() if digits else 0)
        return [], [diagnostic(Code.PAPER_SYNTAX, path, *place, "a number of far too many digits", "shorten it")]
    if isinstance(value, Mapping):
        value = value["items"] if isinstance(value.get("items"), list) else [value]
    if not isinstance(value, list):
        return [], [diagnostic(Code.PAPER_SYNTAX, path, 1, 1, "this is no CSL-JSON: a list of items is expected")]
    papers, found = [], []
    at = 0
    for item in value:
        # the id of an item is the best place to point to; ids stand in the order of the items
        needle = (
            f'"id"{{0}}{json.dumps(item["id"], ensure_ascii=False)}'
            if isinstance(item, Mapping) and item.get("id")
            else ""
        )
        match = (
            re.compile(r'"id"\s*:\s*' + re.escape(needle.removeprefix('"id"{0}'))).search(text, at) if needle else None
        )
        at = match.end() if match else at
        start = match.start() if match else at
        place = (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        if not isinstance(item, Mapping):
            found.append(
                diagnostic(Code.PAPER_INVALID, path, *place, 'an item of CSL-JSON is an object: {"id": …, "title": …}')
            )
            continue
        papers.append(RawPaper(_data(item), _fixed(place), path))
    return papers, found


def _fixed(place: Place) -> Where:
    def where(loc: Sequence[str | int] = (), *, is_key: bool = False) -> Place:  # noqa: ARG001 - the shape of `Where`
        return place

    return where


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
    is_arxiv = paper.venue.casefold() in {"arxiv", ""} and bool(paper.arxiv)
    kind = "article" if is_arxiv else kind_of(paper.venue) if paper.venue else "document"
    item: dict[str, object] = {"id": paper.key, "type": kind, "title": readable(paper.title)}
    if paper.short:
        item["title-short"] = readable(paper.short)
    if paper.authors:
        item["author"] = [_name(author) for author in paper.authors]
    if paper.venue and not is_arxiv:
        item["publisher" if kind in _PUBLISHED else "container-title"] = paper.venue
    if paper.year is not None:
        item["issued"] = {"date-parts": [[paper.year]]}
    if paper.arxiv:
        item |= {"archive": "arXiv", "archive_location": paper.arxiv, "number": f"arXiv:{paper.arxiv}"}
    if is_arxiv:
        item["publisher"] = "arXiv"
    if paper.doi:
        item["DOI"] = paper.doi
    if "paper" in paper.links:
        item["URL"] = paper.links["paper"]
    ours: dict[str, object] = {
        "links": {name: url for name, url in paper.links.items() if name != "paper"},
        "tags": list(paper.tags),
        "guidance": list(paper.guidance),
        "figure": paper.figure,
        "summary": dict(paper.summary),
        "aliases": list(paper.aliases),
    }
    custom = {name: value for name, value in ours.items() if value}
    if custom:
        item[_CUSTOM] = custom
    return item


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
