"""BibTeX and BibLaTeX (also Better BibTeX's): .bib text → entries with places, papers → .bib text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Paper
from slidegloss.notes.citation_words import ARXIV_ID
from slidegloss.papers.keys import in_order
from slidegloss.papers.raw import Place, RawPaper, year_of
from slidegloss.papers.schema import DETAILS, ENTRIES
from slidegloss.papers.venues import announced, is_on_arxiv, kind_of, publisher_of, thesis_at
from slidegloss.syntax.latex import from_latex, to_latex
from slidegloss.syntax.titles import SIGNS, Piece, around_formulas, pieces, readable

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry

# the parser logs what its result also says
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_OURS = "x-"
"""Fields of ours that BibTeX has no name for start with this."""
_LINK, _SUMMARY = f"{_OURS}link-", f"{_OURS}summary-"
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


def _data(fields: Mapping[str, str], key: str, kind: str) -> dict[str, object]:
    """Return what a BibTeX entry says as fields of a paper; what a paper has no field for (abstracts, notes, files) is left out."""
    venue, address = _venue_and_address(fields, kind)
    arxiv = _arxiv_id(fields, venue)
    if (arxiv and not venue) or re.search(r"\barxiv\b", venue, re.IGNORECASE):
        venue = "arXiv"
    people = fields.get("author") or fields.get("editor")
    keywords = re.split(r"\s*[,;，；]\s*", fields.get("keywords", ""))
    links = _links(fields, on_arxiv=bool(arxiv))
    if address:
        links.setdefault("paper", address)
    summaries = {name.removeprefix(_SUMMARY): _long(text) for name, text in fields.items() if name.startswith(_SUMMARY)}
    given: dict[str, object] = {
        "key": key,
        "title": _title_of(fields),
        "short": around_formulas(fields["shorttitle"], from_latex) if fields.get("shorttitle") else None,
        "authors": [{"literal": name} for name in _names(people)] if people else None,
        "arxiv": arxiv or None,
        "venue": venue or None,
        "doi": from_latex(fields["doi"].replace("\\_", "_")) if fields.get("doi") else None,
        "tags": [from_latex(tag) for tag in keywords if tag.strip()] if fields.get("keywords") else None,
        "links": links or None,
        "summary": summaries or None,
        "guidance": _list(fields, "guidance"),
        "aliases": _list(fields, "aliases"),
        "figure": from_latex(fields[_OURS + "figure"]) if fields.get(_OURS + "figure") else None,
        "bibtex": _details(fields, kind, venue) or None,
        **year_of(from_latex(fields.get("year") or fields.get("date") or fields.get("issued") or "")),
    }
    return {name: value for name, value in given.items() if value is not None}


def _details(fields: Mapping[str, str], kind: str, venue: str) -> dict[str, str]:
    """Return what else an entry says that bibliographies print, but for what its venue says already."""
    found = {name: from_latex(fields[name]) for name in DETAILS if fields.get(name) and name != "entry"}
    if not fields.get("author"):
        found.pop("editor", None)  # they are its authors
    # DBLP calls an id of arXiv a volume of CoRR
    found = {name: value for name, value in found.items() if value and value != venue and not value.startswith("abs/")}
    kind = "inproceedings" if kind == "conference" else kind
    if kind in ENTRIES and venue not in {"", "arXiv"} and _KINDS[kind_of(venue)][0] != kind:
        found["entry"] = kind
    return found


def _title_of(fields: Mapping[str, str]) -> str | None:
    """Return the title of an entry with its subtitle; None where it has no title."""
    title, subtitle = (around_formulas(fields.get(name, ""), from_latex) for name in ("title", "subtitle"))
    if not fields.get("title"):
        return None
    return f"{title}: {subtitle}" if fields.get("subtitle") else title


def _venue_and_address(fields: Mapping[str, str], kind: str) -> tuple[str, str]:
    r"""Return where a work appeared, and its address where one stands in the venue's place: `howpublished = {\url{…}}`."""
    # a book's series says less of it than who published it
    places = ("publisher", *_VENUES) if kind == "book" and "booktitle" not in fields else _VENUES
    venues = [from_latex(fields[name]) for name in places if fields.get(name)]
    venue = next((name for name in venues if not _ADDRESS.fullmatch(name)), "")
    if venue and kind in _THESES and kind_of(venue) != "thesis":
        venue = f"{_THESES[kind]}, {venue}"
    address = next(filter(_ADDRESS.fullmatch, venues), "")
    return announced("techreport" if kind == "report" else kind, venue), address


def _arxiv_id(fields: Mapping[str, str], venue: str) -> str:
    """Return the arXiv id of an entry, from its `eprint` or out of its venue; empty where it has none."""
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    found = ARXIV_ID.search(fields.get("eprint", "")) if archive in {"arxiv", ""} else None
    if found is None and "arxiv" in venue.lower():
        found = ARXIV_ID.search(venue)
    return found["id"] if found else ""


def _links(fields: Mapping[str, str], *, on_arxiv: bool) -> dict[str, str]:
    """Return the links of an entry by their names; the address of a paper on arXiv follows from its id."""
    links = {}
    for field, value in fields.items():
        if field.startswith(_LINK):
            links[field.removeprefix(_LINK)] = from_latex(value)
        elif field == "url" and not (on_arxiv and "arxiv.org" in value):
            links["paper"] = re.sub(r"\\([_%#&])", r"\1", value).strip("{} ")
    return links


def _list(fields: Mapping[str, str], name: str) -> list[str] | None:
    """Return what stands in a field of ours that holds a list; None where the entry does not have it."""
    value = fields.get(_OURS + name)
    return [from_latex(part) for part in value.split(" ;; ")] if value else None


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
    file = _File(
        path,
        text.split("\n"),
        {string.key.lower(): str(string.value) for string in library.strings},
        {entry.key.casefold(): entry for entry in library.entries},
    )
    twice = (model.DuplicateBlockKeyBlock, model.DuplicateFieldKeyBlock)
    papers: list[RawPaper] = []
    found: list[Diagnostic] = []
    for block in library.blocks:
        if isinstance(block, model.Entry):
            papers.append(_raw(block, file, enclosed=False))
        elif isinstance(block, twice) and isinstance(block.ignore_error_block, model.Entry):
            papers.append(_raw(block.ignore_error_block, file, enclosed=True))
            # a key that stands twice is reported where all papers are compared; of a field, the first counts
            if isinstance(block, model.DuplicateFieldKeyBlock):
                message = f"a field stands twice in this entry: {', '.join(sorted(block.duplicate_keys))}"
                found.append(_broken(path, block, message, "delete one of them"))
        elif isinstance(block, model.ParsingFailedBlock):
            head = (block.raw or "").strip().split("\n")[0][:60]
            message = f"this BibTeX entry cannot be read: `{head}`"
            hint = "count its braces, and put a comma after each field: @misc{key, title = {…}, year = {2023}}"
            found.append(_broken(path, block, message, hint))
    return papers, found


def _broken(path: str, block: Block, message: str, hint: str) -> Diagnostic:
    return diagnostic(Code.BIBTEX_BROKEN, path, (block.start_line or 0) + 1, 1, message, hint)


class _File(NamedTuple):
    """What the entries of one .bib file share."""

    path: str
    lines: Sequence[str]
    strings: Mapping[str, str]
    """The values of `@string`, by their names in small letters."""
    entries: Mapping[str, Entry]
    """All entries by their keys, for those that refer to another one."""


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


_SOURCES = {
    "authors": ("author", "editor"),
    "venue": _VENUES,
    "short": ("shorttitle",),
    "arxiv": ("eprint", *_VENUES),
    "tags": ("keywords",),
    "year": ("year", "date", "issued"),
    "links": ("url",),
}
"""The fields of BibTeX that a paper's field may come from, where they are called otherwise."""


def _raw(entry: Entry, file: _File, *, enclosed: bool) -> RawPaper:
    """Return an entry as fields of a paper; `enclosed`: its values still have their braces or quotes around them."""
    fields: dict[str, str] = {}
    places: dict[str, int] = {}
    for field in entry.fields:
        name = field.key.lower()
        if name not in fields:
            fields[name] = _value(_opened(str(field.value)) if enclosed else field.value, file.strings)
            places[name] = (field.start_line if field.start_line is not None else entry.start_line or 0) + 1
    parent = file.entries.get((fields.get("crossref") or fields.get("xref") or "").casefold())
    if parent is not None and parent is not entry:
        _inherit(fields, parent, file.strings)

    def place(loc: Sequence[str | int], *, key: bool = False) -> Place:  # noqa: ARG001 - as `FindPlace`
        if loc:
            for name in _SOURCES.get(str(loc[0]), (str(loc[0]),)):
                if name in places and places[name] <= len(file.lines):
                    at = file.lines[places[name] - 1].lower().find(name)
                    return places[name], max(at, 0) + 1
        return (entry.start_line or 0) + 1, 1

    return RawPaper(_data(fields, entry.key, entry.entry_type.lower()), place, file.path)


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


def entry_of(paper: Paper) -> str:
    """Return one paper as a BibTeX entry; fields that BibTeX does not know start with `x-`."""
    kind, venue_field, venue = _appeared(paper)
    fields = {
        "title": _title(paper.title),
        "author": " and ".join(map(_author, paper.authors)),
        "shorttitle": _title(paper.short),
        venue_field: venue,
        "year": "" if paper.year is None else str(paper.year),
        "eprint": paper.arxiv,
        "archiveprefix": "arXiv" if paper.arxiv else "",
        "doi": paper.doi.replace("_", "\\_"),
        "url": paper.links.get("paper", ""),
        "keywords": ", ".join(map(to_latex, paper.tags)),
        **{f"{_LINK}{name}": to_latex(url) for name, url in paper.links.items() if name != "paper"},
        f"{_OURS}guidance": " ;; ".join(map(to_latex, paper.guidance)),
        f"{_OURS}aliases": " ;; ".join(map(to_latex, paper.aliases)),
        f"{_OURS}figure": to_latex(paper.figure),
        **{f"{_SUMMARY}{lang}": _in_one_line(text) for lang, text in paper.summary.items()},
    }
    details = {name: to_latex(text) for name, text in paper.bibtex.items() if name != "entry"}
    if "pages" in details:
        details["pages"] = re.sub("[–—]", "--", details["pages"])
    said = {name: value for name, value in (details | fields).items() if value}
    said = {name: said[name] for name in (*fields, *details) if name in said}
    width = max(map(len, said))
    body = ",\n".join(f"  {name.ljust(width)} = {{{value}}}" for name, value in said.items())
    return f"@{kind}{{{paper.key},\n{body}\n}}\n"


def _appeared(paper: Paper) -> tuple[str, str, str]:
    """Return what BibTeX calls a work, the field that says where it appeared, and what that says."""
    if is_on_arxiv(paper) or not paper.venue:
        return "misc", "", ""
    if paper.bibtex.get("entry") in ENTRIES:
        kind = paper.bibtex["entry"]
        return kind, ENTRIES[kind][0], to_latex(publisher_of(kind, paper.venue))
    kind, field = _KINDS[kind_of(paper.venue)]
    kind, venue = thesis_at(paper.venue) if kind == "phdthesis" else (kind, paper.venue)
    return kind, field, to_latex(publisher_of(kind, venue))


def _in_one_line(summary: str) -> str:
    """Return a summary with commands of TeX for its paragraphs and line ends, as `_long` reads it back."""
    paragraphs = (map(to_latex, paragraph.split("\n")) for paragraph in summary.strip().split("\n\n"))
    return "\\par ".join(map("\\newline ".join, paragraphs))


def to_bibtex(papers: Iterable[Paper]) -> str:
    """Return papers as one .bib file in UTF-8."""
    return joined_entries(map(entry_of, papers))


def joined_entries(entries: Iterable[str]) -> str:
    """Return entries (`entry_of`) as one .bib file."""
    return "\n".join(entries)
