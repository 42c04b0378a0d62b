"""BibTeX and BibLaTeX, with what Zotero's Better BibTeX writes: to entries with places, and back to text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.patterns import lazy
from slidegloss.model import Paper
from slidegloss.notes.citation_words import ARXIV_ID
from slidegloss.papers.keys import in_order
from slidegloss.papers.raw import Place, RawPaper, year_of
from slidegloss.papers.venues import announced, kind_of, publisher_of, thesis_at
from slidegloss.syntax.latex import from_latex, to_latex
from slidegloss.syntax.titles import SIGNS, Piece, around_formulas, pieces, readable

if TYPE_CHECKING:
    from bibtexparser.model import Entry

# the parser logs what its result also says
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_OURS = "x-"
"""Fields of ours that BibTeX has no name for start with this."""
_ET_AL = "et al."
"""Whom BibTeX calls `others`."""
_THESES = {"phdthesis": "PhD thesis", "mastersthesis": "Master’s thesis"}
_ADDRESS = lazy(r"https?://\S+")
_VENUES = (
    "booktitle", "journaltitle", "journal", "eventtitle", "series", "school", "institution", "howpublished",
    "publisher",
)  # fmt: skip


def _names(value: str) -> list[str]:
    """Split a BibTeX name list on the `and`s outside braces."""
    names: list[str] = []
    current: list[str] = []
    depth = 0
    for token in re.split(r"(\s+and\s+|[{}])", value):
        depth += token.count("{") - token.count("}")
        if depth == 0 and re.fullmatch(r"\s+and\s+", token):
            names.append("".join(current))
            current = []
        else:
            current.append(token)
    names.append("".join(current))
    return [_ET_AL if name.strip() == "others" else _name(name.strip()) for name in names if name.strip()]


def _name(name: str) -> str:
    """Turn one BibTeX name into `Given Family`; a name in braces is an organisation and stays whole."""
    if re.fullmatch(r"\{[^{}]*\}", name):
        return from_latex(name)
    if re.match(r"(?:family|given)=", name):
        named = dict(part.split("=", 1) for part in re.split(r",\s*(?=\w+=)", name) if "=" in part)
        order = ("given", "prefix", "family", "suffix")
        if named.keys() == {"given", "family"}:
            return in_order(*(from_latex(named[part].strip('"')) for part in ("given", "family")))
        return from_latex(" ".join(named[p].strip('"') for p in order if p in named))
    parts = [from_latex(part) for part in re.split(r",(?![^{]*\})", name)]
    if len(parts) == 2:
        return in_order(parts[1], parts[0])
    if len(parts) == 3:
        return f"{parts[2]} {parts[0]} {parts[1]}".strip()
    return from_latex(name)


def _value(raw: object, strings: Mapping[str, str]) -> str:
    """Resolve `cvpr # " 2020"`; braces and quotes around a single value are already gone."""
    text = str(raw)
    if (
        "#" in text
        and re.search(r'(?:\A|#)\s*(?:"[^"]*"|[A-Za-z]\w*)\s*(?:#|\Z)', text)
        and not text.startswith("http")
    ):
        parts = [part.strip() for part in text.split("#")]
        if all(re.fullmatch(r'"[^"]*"|\{[^{}]*\}|[A-Za-z]\w*|\d+', part) for part in parts):
            return "".join(strings.get(part.lower(), part.strip('"{}')) for part in parts)
    return strings.get(text.lower(), text) if re.fullmatch(r"[A-Za-z]\w*", text) and text.lower() in strings else text


def _data(fields: Mapping[str, str], key: str, kind: str) -> dict[str, object]:  # noqa: C901, PLR0912 - one branch per field
    """Turn BibTeX fields into paper fields; what a paper has no field for (pages, months, files) stays behind."""
    data: dict[str, object] = {"key": key}
    for field, name in (("title", "title"), ("shorttitle", "short")):
        if fields.get(field):
            data[name] = around_formulas(fields[field], from_latex)
    if fields.get("subtitle") and "title" in data:
        data["title"] = f"{data['title']}: {around_formulas(fields['subtitle'], from_latex)}"
    if fields.get("author") or fields.get("editor"):
        data["authors"] = [{"literal": name} for name in _names(fields.get("author") or fields["editor"])]
    date = fields.get("year") or fields.get("date") or fields.get("issued") or ""
    if date:
        data |= year_of(from_latex(date))
    # a book's series says less of it than who published it
    places = ("publisher", *_VENUES) if kind == "book" and "booktitle" not in fields else _VENUES
    venues = [from_latex(fields[name]) for name in places if fields.get(name)]
    # a web page has its address where others have their venue: `howpublished = {\url{…}}`
    venue = next((name for name in venues if not _ADDRESS.fullmatch(name)), "")
    address = next((name for name in venues if _ADDRESS.fullmatch(name)), "")
    if venue and kind in _THESES and kind_of(venue) != "thesis":
        venue = f"{_THESES[kind]}, {venue}"
    venue = announced("techreport" if kind == "report" else kind, venue)
    eprint = fields.get("eprint", "")
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    arxiv = ARXIV_ID.search(eprint) if archive in {"arxiv", ""} else None
    arxiv = arxiv or (ARXIV_ID.search(venue) if "arxiv" in venue.lower() else None)
    if arxiv:
        data["arxiv"] = arxiv["id"]
    if re.search(r"\barxiv\b", venue, re.IGNORECASE) or (arxiv and not venue):
        venue = "arXiv"
    if venue:
        data["venue"] = "arXiv" if venue == "arXiv" else venue
    if fields.get("doi"):
        data["doi"] = from_latex(fields["doi"].replace("\\_", "_"))
    if fields.get("keywords"):
        data["tags"] = [from_latex(tag) for tag in re.split(r"\s*[,;，；]\s*", fields["keywords"]) if tag.strip()]
    links = {}
    for field, value in fields.items():
        if field.startswith(_OURS + "link-"):
            links[field.removeprefix(_OURS + "link-")] = from_latex(value)
        elif field == "url" and not (arxiv and "arxiv.org" in value):
            links["paper"] = (
                value.replace("\\_", "_").replace("\\%", "%").replace("\\#", "#").replace("\\&", "&").strip("{} ")
            )
        elif field.startswith(_OURS + "summary-"):
            summary = data.setdefault("summary", {})
            if isinstance(summary, dict):
                summary[field.removeprefix(_OURS + "summary-")] = _long(value)
    if address and "paper" not in links:
        links["paper"] = address
    if links:
        data["links"] = links
    for field in ("guidance", "aliases"):
        if fields.get(_OURS + field):
            data[field] = [from_latex(part) for part in fields[_OURS + field].split(" ;; ")]
    if fields.get(_OURS + "figure"):
        data["figure"] = from_latex(fields[_OURS + "figure"])
    return data


def _long(value: str) -> str:
    """Read a summary back: its paragraphs and line ends count."""
    return "\n".join(
        from_latex(line) for line in value.replace("\\par ", "\n\n").replace("\\newline ", "\n").split("\n")
    )


def read_bibtex(text: str, path: str) -> tuple[list[RawPaper], list[Diagnostic]]:
    """Read the entries of a .bib file; blocks that are broken are reported with their line and the rest is used."""
    from bibtexparser import model  # noqa: PLC0415 - the parser takes its time to load, and few books need it
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415

    library = parse_string(text)
    strings = {string.key.lower(): str(string.value) for string in library.strings}
    lines = text.split("\n")
    parents = {entry.key.casefold(): entry for entry in library.entries}
    papers: list[RawPaper] = []
    found: list[Diagnostic] = []
    for block in library.blocks:
        entry = block
        if isinstance(block, model.ParsingFailedBlock):
            line = (block.start_line or 0) + 1
            if isinstance(block, model.DuplicateBlockKeyBlock | model.DuplicateFieldKeyBlock) and isinstance(
                block.ignore_error_block, model.Entry
            ):
                # doubled keys are reported where all papers are compared; doubled fields here, the first counts
                entry = block.ignore_error_block
                if isinstance(block, model.DuplicateFieldKeyBlock):
                    doubled = ", ".join(sorted(block.duplicate_keys))
                    found.append(
                        diagnostic(
                            Code.BIBTEX_BROKEN,
                            path,
                            line,
                            1,
                            f"a field stands twice in this entry: {doubled}",
                            "delete one of them",
                        )
                    )
            else:
                head = (block.raw or "").strip().split("\n")[0][:60]
                found.append(
                    diagnostic(
                        Code.BIBTEX_BROKEN, path, line, 1, f"this BibTeX entry cannot be read: `{head}`",
                        "count its braces, and put a comma after each field: @misc{key, title = {…}, year = {2023}}",
                    )
                )  # fmt: skip
                continue
        if isinstance(entry, model.Entry):
            papers.append(_raw(entry, strings, path, lines, parents, enclosed=entry is not block))
    return papers, found


def _opened(value: str) -> str:
    """Take off the braces or quotes around a value of an entry that the parser set aside."""
    value = value.strip()
    return value[1:-1] if value[:1] + value[-1:] in {"{}", '""'} else value


_INHERITED = ("year", "date", "publisher", "series")


def _inherit(fields: dict[str, str], parent: Entry, strings: Mapping[str, str]) -> None:
    """Give a chapter what its book says and it does not: `crossref`."""
    theirs = {field.key.lower(): _value(field.value, strings) for field in parent.fields}
    inherited = {name: theirs[name] for name in _INHERITED if name in theirs}
    if "year" in fields or "date" in fields:
        inherited = {name: value for name, value in inherited.items() if name not in {"year", "date"}}
    if title := theirs.get("booktitle") or theirs.get("title"):
        inherited["booktitle"] = title
    for name, value in inherited.items():
        fields.setdefault(name, value)


def _raw(
    entry: Entry,
    strings: Mapping[str, str],
    path: str,
    lines: Sequence[str],
    parents: Mapping[str, Entry],
    *,
    enclosed: bool,
) -> RawPaper:
    fields: dict[str, str] = {}
    places: dict[str, int] = {}
    for field in entry.fields:
        name = field.key.lower()
        if name not in fields:
            fields[name] = _value(_opened(str(field.value)) if enclosed else field.value, strings)
            places[name] = (field.start_line if field.start_line is not None else entry.start_line or 0) + 1
    parent = parents.get((fields.get("crossref") or fields.get("xref") or "").casefold())
    if parent is not None and parent is not entry:
        _inherit(fields, parent, strings)
    start = (entry.start_line or 0) + 1
    sources = {"authors": ("author", "editor"), "venue": _VENUES, "short": ("shorttitle",), "arxiv": ("eprint", *_VENUES), "tags": ("keywords",),
               "year": ("year", "date", "issued"), "links": ("url",)}  # fmt: skip

    def where(loc: Sequence[str | int] = (), *, is_key: bool = False) -> Place:  # noqa: ARG001 - the shape of `Where`
        if loc:
            for name in sources.get(str(loc[0]), (str(loc[0]),)):
                if name in places and places[name] <= len(lines):
                    at = lines[places[name] - 1].lower().find(name)
                    return places[name], max(at, 0) + 1
        return start, 1

    return RawPaper(_data(fields, entry.key, entry.entry_type.lower()), where, path)


# --- writing ----------------------------------------------------------------------------------------------------------


_CAPITAL = re.compile(rf"\w[A-Z]|[{SIGNS}]")
_BRACE = re.compile(r"[{}]")
_NOT_A_NAME = re.compile(r"\sand\s|\A(?:family|given)=", re.IGNORECASE)
"""What BibTeX would not read as one name in the way it is written."""


def _title(text: str) -> str:
    """Protect the capitals that styles would lower: words with a capital after their first letter, formulas."""
    return around_formulas(text, _protected) if all(map(_is_whole, pieces(text))) else _protected(readable(text))


def _is_whole(piece: Piece) -> bool:
    """Tell whether BibTeX, which counts braces and nothing else, finds the end of a field behind a piece of its title."""
    depth = 0
    for brace in _BRACE.findall(piece.text) if piece.is_formula else ():
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _protected(text: str) -> str:
    words = to_latex(text).split(" ")
    return " ".join(
        f"{{{word}}}" if _CAPITAL.search(word) and "\\" not in word and "{" not in word else word for word in words
    )


def _author(name: str) -> str:
    if name == _ET_AL:  # BibTeX's word for those who are not named
        return "others"
    text = to_latex(name)
    whole = "," in name or _NOT_A_NAME.search(name) or name == "others"
    return f"{{{text}}}" if whole or (len(name.split()) > 4 and not name.isascii()) else text


_KINDS = {
    "article-journal": ("article", "journal"),
    "paper-conference": ("inproceedings", "booktitle"),
    "book": ("book", "publisher"),
    "thesis": ("phdthesis", "school"),
    "article": ("article", "journal"),
    "report": ("techreport", "institution"),
    "patent": ("patent", "publisher"),
    "software": ("software", "publisher"),
    "webpage": ("misc", "howpublished"),
}
"""What BibTeX calls a work, and the field that says where it appeared."""


def entry_of(paper: Paper) -> str:  # noqa: C901, PLR0912 - one branch per field
    """Return one paper as a BibTeX entry; fields that BibTeX does not know start with `x-`."""
    is_arxiv = paper.venue.casefold() in {"arxiv", ""} and bool(paper.arxiv)
    kind, venue_field = ("misc", "") if is_arxiv or not paper.venue else _KINDS[kind_of(paper.venue)]
    fields: list[tuple[str, str]] = [("title", _title(paper.title))]
    if paper.authors:
        fields.append(("author", " and ".join(map(_author, paper.authors))))
    if paper.short:
        fields.append(("shorttitle", _title(paper.short)))
    if venue_field:
        venue = paper.venue
        if kind == "phdthesis":
            kind, venue = thesis_at(venue)
        if venue := publisher_of(kind, venue):
            fields.append((venue_field, to_latex(venue)))
    if paper.year is not None:
        fields.append(("year", str(paper.year)))
    if paper.arxiv:
        fields += [("eprint", paper.arxiv), ("archiveprefix", "arXiv")]
    if paper.doi:
        fields.append(("doi", paper.doi.replace("_", "\\_")))
    if "paper" in paper.links:
        fields.append(("url", paper.links["paper"]))
    if paper.tags:
        fields.append(("keywords", ", ".join(map(to_latex, paper.tags))))
    fields += [(f"{_OURS}link-{name}", to_latex(url)) for name, url in paper.links.items() if name != "paper"]
    if paper.guidance:
        fields.append((_OURS + "guidance", " ;; ".join(map(to_latex, paper.guidance))))
    if paper.aliases:
        fields.append((_OURS + "aliases", " ;; ".join(map(to_latex, paper.aliases))))
    if paper.figure:
        fields.append((_OURS + "figure", to_latex(paper.figure)))
    for lang, text in paper.summary.items():
        shown = text.strip().replace("\n\n", "\0").replace("\n", "\1")
        fields.append(
            (
                f"{_OURS}summary-{lang}",
                "\\par ".join("\\newline ".join(map(to_latex, p.split("\1"))) for p in shown.split("\0")),
            )
        )
    width = max(len(name) for name, _ in fields)
    body = ",\n".join(f"  {name.ljust(width)} = {{{value}}}" for name, value in fields)
    return f"@{kind}{{{paper.key},\n{body}\n}}\n"


def to_bibtex(papers: Iterable[Paper]) -> str:
    """Return papers as one .bib file in UTF-8."""
    return joined_entries(map(entry_of, papers))


def joined_entries(entries: Iterable[str]) -> str:
    """Return entries (`entry_of`) as one .bib file."""
    return "\n".join(entries)
