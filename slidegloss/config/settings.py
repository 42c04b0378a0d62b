"""The settings an author can write under `extra.slidegloss` in mkdocs.yml: names, types, defaults, descriptions.

The settings reference of the site, the JSON Schema for editors and all checks are made from these models.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from slidegloss.base.diagnostics import Code, nearest


def _off_is_a_word(value: object) -> object:
    """Read a bare `off`, which YAML takes for false."""
    return "off" if value is False else value


Level = Annotated[Literal["error", "warning", "info", "off"], BeforeValidator(_off_is_a_word)]


def inside_project(path: str) -> str:
    """Return a path in POSIX form, `.` for the project itself; a path that leaves the project is a ValueError."""
    clean = path.strip().replace("\\", "/")
    if clean.startswith(("/", "~")) or re.match(r"[A-Za-z]:", clean):
        msg = f"the path {path!r} is absolute"
        raise ValueError(msg)
    parts: list[str] = []
    for part in PurePosixPath(clean).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            msg = f"the path {path!r} leaves the project"
            raise ValueError(msg)
    return "/".join(parts) or "."


def beside_project(path: str) -> str:
    """Return a path in POSIX form that may leave the project (`../other`); an absolute one is a ValueError."""
    clean = path.strip().replace("\\", "/")
    if clean.startswith(("/", "~")) or re.match(r"[A-Za-z]:", clean):
        msg = f"the path {path!r} is absolute"
        raise ValueError(msg)
    return posixpath.normpath(clean)


def _inside_site(address: str) -> str:
    """Return an address in its simplest form, from the site's root on; one that is not inside the site is a ValueError."""
    path = address.strip().lstrip("/")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path) or "\\" in path:
        msg = f"the address {address!r} is not one inside the site"
        raise ValueError(msg)
    clean = posixpath.normpath(f"{path}index.html" if path == "" or path.endswith("/") else path)
    if clean.startswith(".."):
        msg = f"the address {address!r} leaves the site"
        raise ValueError(msg)
    return clean


def old_page(address: str) -> str:
    """Return the path of a page from its address, from the site's root on; what can be none is a ValueError."""
    clean = _inside_site(address)
    if not clean.endswith((".html", ".htm")):
        msg = f"{address!r} is the address of no page; write {clean}.html or {clean}/"
        raise ValueError(msg)
    return clean


def new_page(address: str) -> str:
    """Return where readers are sent to, from the site's root on; what is not inside the site is a ValueError."""
    path, sharp, fragment = address.partition("#")
    return f"{_inside_site(path) if path else ''}{sharp}{fragment}"


def _known_code(slug: str) -> str:
    known = [code.slug for code in Code]
    if slug != "*" and slug not in known:
        near = nearest(slug, known)
        msg = f"there is no message {slug!r}" + (f"; did you mean {near!r}?" if near else "")
        raise ValueError(msg)
    return slug


def _known_code_no_star(slug: str) -> str:
    if slug == "*":
        msg = "name one message here; `*` works in `ignore` only"
        raise ValueError(msg)
    return _known_code(slug)


def _no_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        msg = f"{twice[0]!r} stands here twice"
        raise ValueError(msg)
    return values


def _rising(widths: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(widths)))


Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
FolderPath = Annotated[str, AfterValidator(inside_project)]
BookPath = Annotated[str, AfterValidator(beside_project)]
OldPage = Annotated[str, AfterValidator(old_page)]
NewPage = Annotated[str, AfterValidator(new_page)]
CodeSlug = Annotated[str, AfterValidator(_known_code)]
CodeSlugOnly = Annotated[str, AfterValidator(_known_code_no_star)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, str_strip_whitespace=True, defer_build=True)


class AnnotationKind(_Strict):
    """A kind of annotation of your own, beside ✅ ❓ 🔎 💡 ❗ 📌 👆."""

    sign: str = Field(min_length=1, max_length=16, description="The sign that starts such a line.", examples=["🧪"])
    label: dict[Language, str] = Field(
        default_factory=dict,
        description="What the kind is called, in each language.",
        examples=[{"en": "Experiment", "zh": "实验"}],
    )
    color: str = Field(
        default="",
        pattern=r"^(#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-z]+)?$",
        description="Colour of its line in the margin: a CSS name or a hex value.",
        examples=["#00796b"],
    )


class Ignore(_Strict):
    """Messages to leave out."""

    code: CodeSlug = Field(default="*", description="The message's code, or `*` for all.", examples=["figure-missing"])
    path: str = Field(
        default="**",
        min_length=1,
        description="Which files: a path in the project; `*` and `**` stand for any name and any folders.",
        examples=["docs/notes/old/**"],
    )

    @model_validator(mode="after")
    def _not_everything(self) -> Ignore:
        if self.code == "*" and self.path == "**":
            msg = "name a code, a path, or both; this would leave out every message"
            raise ValueError(msg)
        return self


class Figures(_Strict):
    """How figures are made for the site."""

    quality: int = Field(default=90, ge=1, le=100, description="Quality of WebP files, 1 to 100.", examples=[90])
    widths: Annotated[tuple[Annotated[int, Field(ge=16, le=8192)], ...], AfterValidator(_rising)] = Field(
        default=(480, 800, 1200),
        description="Widths in pixels of the narrower copies; each is made where the figure is at least 1.3 times as wide "
        "and the copy is a good deal smaller.",
        examples=[[480, 800, 1200]],
    )
    cache_mb: int = Field(
        default=1024,
        ge=0,
        description="Size in megabytes that the cache of converted figures may keep; the least recently used go first.",
        examples=[1024],
    )
    remote: bool = Field(
        default=False,
        description="Whether figures on other hosts are fetched, once, while the site is built; else they become links. "
        "The pages themselves call no other host, and private networks are not asked.",
        examples=[False],
    )


class Settings(_Strict):
    """Everything under `extra.slidegloss`; each setting has a default that makes a complete site."""

    languages: Annotated[tuple[Language, ...], AfterValidator(_no_repeats)] = Field(
        default=("en", "zh"),
        min_length=1,
        description="Editions of the site; the first is at its root, the others in a folder named like the language.",
        examples=[["en", "zh"]],
    )
    notes: FolderPath = Field(
        default="",
        validate_default=False,
        description="Folder of the slide notes; by default docs/notes, else the src of book.toml, else the project.",
        examples=["docs/notes"],
    )
    pages: FolderPath = Field(
        default="docs/pages",
        description="Folder of the other pages (home, guide); they come out at the site's root.",
        examples=["docs/pages"],
    )
    page_order: tuple[str, ...] = Field(
        default=(),
        description="Files of the pages folder in the order of the navigation; those not named follow by name.",
        examples=[["guide.md", "about.md"]],
    )
    papers: FolderPath = Field(
        default="docs/papers",
        description="Folder of the paper metadata: .yml, .bib and CSL .json files.",
        examples=["docs/papers"],
    )
    translations: FolderPath = Field(
        default="docs/translations",
        description="Folder of the translation catalogues, one <language>.po each.",
        examples=["docs/translations"],
    )
    assets: tuple[FolderPath, ...] = Field(
        default=("assets",),
        description="Folders of figures; files beside the notes are found without being named here.",
        examples=[["assets"]],
    )
    exclude: tuple[str, ...] = Field(
        default=(),
        description="Files that do not belong to the site: paths in the project; `*` and `**` stand for any.",
        examples=[["docs/notes/drafts/**"]],
    )
    annotations: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")], AnnotationKind] = Field(
        default_factory=dict,
        description="Kinds of annotation of your own: a name, and its sign, label and colour.",
        examples=[{"experiment": {"sign": "🧪", "label": {"en": "Experiment"}, "color": "#00796b"}}],
    )
    line_breaks: bool = Field(
        default=False,
        description="Whether each line of a paragraph is shown as a line of its own, as Obsidian, Typora and Yuque show it; "
        "else lines run on, as in CommonMark.",
        examples=[True],
    )
    macros: dict[Annotated[str, Field(pattern=r"^\\?[A-Za-z]+$")], str] = Field(
        default_factory=dict,
        description="Commands of TeX that formulas of all notes may use: a name, and what it stands for, with `#1` for its "
        "first argument.",
        examples=[{"R": r"\mathbb{R}", "E": r"\mathbb{E}[#1]"}],
    )
    raw_html: Literal["safe", "trusted"] = Field(
        default="safe",
        description="What happens to HTML in notes: `safe` keeps harmless tags only, `trusted` keeps all of it.",
        examples=["safe"],
    )
    policy: bool = Field(
        default=True,
        description="Whether each page carries a Content-Security-Policy, which makes browsers run scripts out of the "
        "site's own files only and load nothing from other hosts; not with `raw_html: trusted`.",
        examples=[True],
    )
    severity: dict[CodeSlugOnly, Level] = Field(
        default_factory=dict,
        description="How bad a message is for you: `error`, `warning`, `info` or `off`, by code.",
        examples=[{"summary-unlisted": "off"}],
    )
    ignore: tuple[Ignore, ...] = Field(
        default=(),
        description="Messages to leave out, by code and path.",
        examples=[[{"code": "figure-missing", "path": "docs/notes/old/**"}]],
    )
    books: dict[Annotated[str, Field(pattern=r"^https?://")], BookPath] = Field(
        default_factory=dict,
        description="Books that notes link to by absolute address: the address's beginning, and where the same pages "
        "are: a folder below the notes (`.` for all) when it is this book, the path of another project or of its site "
        "when it is not (`../other-book`).",
        examples=[{"https://example.org/book/": ".", "https://example.org/other/": "../other"}],
    )
    redirects: dict[OldPage, NewPage] = Field(
        default_factory=dict,
        description="Old addresses inside the site, and the page that answers for each.",
        examples=[{"print.html": "index.html"}],
    )
    figures: Figures = Field(default_factory=Figures, description="How figures are made.", examples=[{"quality": 90}])


class MkDocsKeys(BaseModel):
    """Keys of mkdocs.yml that slidegloss itself reads; the others are passed on as they are."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True, defer_build=True)

    site_name: str = Field(default="", description="Name of the site.", examples=["My notes"])
    site_url: str | None = Field(
        default="",
        pattern=r"^(https?://.+)?$",
        description="Address the site will have on the web.",
        examples=["https://example.org/notes/"],
    )
    site_description: str | None = Field(
        default="", description="One sentence about the site.", examples=["Notes on …"]
    )
    site_author: str | None = Field(default="", description="Who writes it.", examples=["Ada Example"])
    copyright: str | None = Field(default="", description="Line at the foot of each page.", examples=["CC BY 4.0"])
    repo_url: str | None = Field(
        default="",
        pattern=r"^(https?://.+)?$",
        description="Address of the sources.",
        examples=["https://example.org/me/notes"],
    )
    edit_uri: str | None = Field(default="", description="Where a page is edited.", examples=["edit/main/docs/"])
    edit_uri_template: str | None = Field(default="", description="The same, with `{path}`.", examples=["edit/{path}"])
    docs_dir: FolderPath = Field(default="docs", description="Folder of the texts.", examples=["docs"])
    extra: dict[str, Any] | None = Field(default=None, description="Values for the theme.", examples=[{"a": 1}])

    @field_validator("site_url", "repo_url")
    @classmethod
    def _names_a_host(cls, value: str | None) -> str | None:
        if value and not urlsplit(value).netloc:  # raises ValueError itself for what is no address at all
            message = "the address names no host"
            raise ValueError(message)
        return value


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the settings, for editors and for the settings reference."""
    schema = Settings.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "slidegloss settings"}


def mkdocs_schema() -> dict[str, Any]:
    """Return the JSON Schema of a whole mkdocs.yml: MkDocs' keys that we know, any others, and ours in their place.

    It refers to `settings.schema.json`, which lies beside it.
    """
    schema = MkDocsKeys.model_json_schema()
    ours = {"slidegloss": {"$ref": "settings.schema.json"}}
    schema["properties"]["extra"] = {
        "type": ["object", "null"],
        "description": "Values for the theme.",
        "properties": ours,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "mkdocs.yml of slidegloss"}
