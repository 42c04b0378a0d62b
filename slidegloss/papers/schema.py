"""The pydantic model of a paper entry, which is also the JSON Schema for editors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from slidegloss.base.diagnostics import nearest
from slidegloss.notes.citation_words import has_cjk, ids_of
from slidegloss.papers.authors import given_first, split_authors
from slidegloss.papers.keys import in_order

_ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]{2,14}(?:\.[A-Z]{2})?/\d{7}")
_DOI = re.compile(r"10\.\d{4,9}/\S{1,200}")
_URL = re.compile(r"https?://[^\s/?#<>\"]+\.[^\s<>\"]+|https?://localhost\S*")
_KEY = re.compile(r"[^\s,{}()\"'#%\\~=@&]+")


def author_name(value: object) -> object:
    """Turn a CSL-like name (`{family: …, given: …}`) into `Given Family`; other values stay."""
    if isinstance(value, Mapping):
        if value.get("literal"):
            return str(value["literal"])
        order = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
        parts = [str(value[part]).strip() for part in order if value.get(part)]
        unknown = set(map(str, value)) - {*order, "literal"}
        if parts and not unknown:
            return in_order(*parts) if all(map(has_cjk, parts)) and len(parts) == 2 else given_first(" ".join(parts))
        return value
    return given_first(value) if isinstance(value, str) else value


def _as_authors(value: object) -> object:
    if isinstance(value, str):
        names = re.split(r"\s+and\s+", value.strip())
        if len(names) == 1 or not all(map(_fits_bibtex, names)):
            return list(split_authors(value))
        value = names
    return [author_name(item) for item in value] if isinstance(value, list) else value


def _fits_bibtex(name: str) -> bool:
    """Tell `Moreau, Ana` and `Ana Moreau`, between which BibTeX writes `and`, from `Ana Moreau, Bo Tamm`."""
    family, comma, given = name.partition(",")
    turned = len(family.split()) == 1 or family[:1].islower() or len(given.split()) == 1
    return not comma or (turned and not given.endswith(","))


def _as_list(value: object) -> object:
    return [part for part in re.split(r"\s*[,，、;；]\s*", value.strip()) if part] if isinstance(value, str) else value


def _as_summary(value: object) -> object:
    if isinstance(value, str):
        return {"zh" if has_cjk(value) else "en": value}
    return value


ENTRIES = {
    "article": ("journal", "article-journal"),
    "inproceedings": ("booktitle", "paper-conference"),
    "incollection": ("booktitle", "chapter"),
    "inbook": ("booktitle", "chapter"),
    "book": ("publisher", "book"),
    "techreport": ("institution", "report"),
}
"""Kinds of entries in BibTeX → the field that holds the venue, and what CSL calls the kind."""
DETAILS = {
    "entry": "",
    "editor": "",
    "volume": "volume",
    "number": "issue",
    "pages": "page",
    "chapter": "chapter-number",
    "edition": "edition",
    "series": "collection-title",
    "publisher": "publisher",
    "address": "publisher-place",
    "month": "",
    "isbn": "ISBN",
    "issn": "ISSN",
}
"""What `bibtex` may hold, in the order of an entry → what CSL calls it, where it has it as text."""

Names = Annotated[list[str], BeforeValidator(_as_authors)]
Words = Annotated[list[str], BeforeValidator(_as_list)]


class PaperEntry(BaseModel):
    """One paper. Fields that CSL and BibTeX share keep their meaning."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, title="Paper", defer_build=True)

    key: str = Field(
        default="",
        description="Short and unique; it names the paper's page and stays for good.",
        examples=["chen2023motion"],
    )
    title: str = Field(
        description="The full title, as published.", min_length=1, examples=["A Title: With Its Subtitle"]
    )
    short: str = Field(default="", description="The name people use in talks.", examples=["MCDiff"])
    authors: Names = Field(
        default_factory=list, description="`Given Family`, in order.", examples=[["Ada Lovelace", "Charles Babbage"]]
    )
    venue: str = Field(default="", description="Where it appeared.", examples=["CVPR"])
    year: int | None = Field(default=None, ge=1450, le=2100, description="Year of publication.", examples=[2023])
    arxiv: str = Field(default="", description="The arXiv id, without `arXiv:`.", examples=["2304.14404"])
    doi: str = Field(
        default="", description="The DOI, without `https://doi.org/`.", examples=["10.1145/3528223.3530127"]
    )
    links: dict[str, str] = Field(
        default_factory=dict,
        description="Name of a link (project, code, video, …) and its address.",
        examples=[{"code": "https://example.org/code"}],
    )
    tags: Words = Field(default_factory=list, description="Topics, for filters.", examples=[["video", "diffusion"]])
    guidance: Words = Field(default_factory=list, description="What steers the method.", examples=[["sound", "text"]])
    figure: str = Field(
        default="", description="Path of a picture in the assets folder.", examples=["assets/mcdiff.svg"]
    )
    summary: Annotated[dict[str, str], BeforeValidator(_as_summary)] = Field(
        default_factory=dict,
        description="A summary in each language, as CommonMark.",
        examples=[{"en": "What it does.", "zh": "它做什么。"}],
    )
    aliases: Words = Field(
        default_factory=list, description="Other titles and names under which notes cite it.", examples=[["MC-Diff"]]
    )

    bibtex: dict[str, str] = Field(
        default_factory=dict,
        description="What bibliographies say beside, for exports: " + ", ".join(DETAILS) + ".",
        examples=[{"volume": "21", "pages": "770–778"}],
    )

    @field_validator("bibtex")
    @classmethod
    def _details(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name not in DETAILS:
                near = nearest(name, DETAILS)
                message = f"{name!r} is not among {', '.join(DETAILS)}" + (f"; did you mean {near!r}?" if near else "")
                raise ValueError(message)
        if value.get("entry") and value["entry"] not in ENTRIES:
            message = f"no entry is called {value['entry']!r}; known are {', '.join(ENTRIES)}"
            raise ValueError(message)
        return {name: " ".join(value[name].split()) for name in DETAILS if value.get(name, "").strip()}

    @field_validator("key")
    @classmethod
    def _key(cls, value: str) -> str:
        if value and not _KEY.fullmatch(value):
            message = "a key has no spaces, commas, quotes or braces"
            raise ValueError(message)
        return value

    @field_validator("title", "short", "venue")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return " ".join(value.split())

    @field_validator("authors", "tags", "guidance", "aliases")
    @classmethod
    def _no_blanks(cls, value: list[str]) -> list[str]:
        return [" ".join(item.split()) for item in value if item.strip()]

    @field_validator("arxiv")
    @classmethod
    def _arxiv(cls, value: str) -> str:
        plain = (
            ids_of(value)[0]
            if "arxiv.org/" in value
            else re.sub(r"\A(?:arXiv|ARXIV|arxiv)\s?:\s?|v\d{1,2}\Z", "", value)
        )
        if value and not _ARXIV.fullmatch(plain):
            message = "an arXiv id reads 2304.14404 or cs/0112017"
            raise ValueError(message)
        return plain

    @field_validator("doi")
    @classmethod
    def _doi(cls, value: str) -> str:
        plain = re.sub(r"\A(?:https?://(?:dx\.)?doi\.org/|doi\s?:\s?)", "", value, flags=re.IGNORECASE)
        if value and not _DOI.fullmatch(plain):
            message = "a DOI reads 10.1145/3528223.3530127"
            raise ValueError(message)
        return plain

    @field_validator("links")
    @classmethod
    def _links(cls, value: dict[str, str]) -> dict[str, str]:
        for name, url in value.items():
            if not _URL.fullmatch(url):
                message = f"`{name}` needs an address that starts with https://, not {url[:60]!r}"
                raise ValueError(message)
        return value

    @field_validator("figure")
    @classmethod
    def _figure(cls, value: str) -> str:
        if value.startswith(("/", "\\")) or ".." in value.split("/") or ":" in value:
            message = "the path of a figure is relative and stays inside the project"
            raise ValueError(message)
        return value


FIELDS = tuple(PaperEntry.model_fields)


def paper_schema() -> dict[str, Any]:
    """Return the JSON Schema of a paper file: a list of papers, or a mapping of keys to papers."""
    paper = PaperEntry.model_json_schema(ref_template="#/$defs/{model}")
    paper.pop("$defs", None)
    properties = paper["properties"]
    parts = ("family", "given", "literal", "suffix", "dropping-particle", "non-dropping-particle")
    text: dict[str, object] = {"type": "string"}
    in_parts = {"type": "object", "properties": dict.fromkeys(parts, text), "additionalProperties": False}
    list_of_text = [text, {"type": "array", "items": text}]
    also_accepted = {
        **dict.fromkeys(("tags", "guidance", "aliases"), list_of_text),
        "authors": [text, {"type": "array", "items": {"anyOf": [text, in_parts]}}],
        "summary": [text, {"type": "object", "additionalProperties": text}],
    }
    for field, forms in also_accepted.items():
        about = properties[field].items()
        rest = {key: value for key, value in about if key not in {"type", "items", "additionalProperties"}}
        properties[field] = {**rest, "anyOf": forms}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Papers of a slidegloss book",
        "anyOf": [
            {"type": "array", "items": {"$ref": "#/$defs/paper"}},
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/paper"}},
        ],
        "$defs": {"paper": paper},
    }
