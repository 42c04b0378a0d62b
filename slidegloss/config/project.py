"""Loads the settings of a project from mkdocs.yml, book.toml or nothing at all: a path → `Config` and diagnostics.

A fault never stops the build: the setting in question keeps its default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from slidegloss.base.decode import decode
from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, in_order, nearest
from slidegloss.base.endings import MARKDOWN
from slidegloss.base.naming import first_heading
from slidegloss.base.yamltext import YamlText, load_yaml, resolve_env
from slidegloss.config.dirs import MKDOCS_NAMES, project_theme
from slidegloss.config.mdbook import BOOK_TOML, MdBook, read_mdbook
from slidegloss.config.settings import MkDocsKeys, Settings, inside_project
from slidegloss.config.validation import explained, without_faults
from slidegloss.model import Contents

_OURS = ("extra", "slidegloss")
_OTHER_MKDOCS_KEYS = (
    *("nav", "theme", "plugins", "markdown_extensions", "hooks", "watch", "validation", "strict", "site_dir"),
    *("use_directory_urls", "dev_addr", "extra_css", "extra_javascript", "extra_templates", "mdx_configs", "repo_name"),
    *("exclude_docs", "draft_docs", "not_in_nav", "remote_branch", "remote_name", "INHERIT"),
)
_EDIT_PATHS = {"github.com": "blob/HEAD/{path}", "gitlab.com": "-/blob/HEAD/{path}", "gitee.com": "blob/master/{path}"}
_NO_CONTENTS = Contents()
Kind = Literal["slidegloss", "mkdocs", "mdbook", "folder", "file"]


@dataclass(frozen=True, slots=True)
class Config:
    """What a build needs to know before it reads a note; every default is filled in."""

    root: Path
    """The project: absolute, symbolic links resolved. All other paths are POSIX and relative to it."""
    kind: Kind
    settings: Settings
    site_name: str
    config_path: str = ""
    """`mkdocs.yml`, `book.toml` or empty."""
    only: str = ""
    """The one note to build, when a single file was named."""
    contents: Contents = _NO_CONTENTS
    """The order of the notes, where another program's file gives one."""
    mkdocs: Mapping[str, object] = field(default_factory=dict)
    """What mkdocs.yml says, without what is faulty: for the derived config."""
    site_url: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    repo_url: str = ""
    edit_url: str = ""
    """Address of a source file, `{path}` standing for its source_path; empty when nobody said where the sources are."""
    skip: tuple[str, ...] = ()
    """Folders of output, which are never read."""
    redirect_places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Old page of `redirects` → line and column in the file of the settings, where they are known."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a config file says, in the terms of this module."""

    settings: Settings = field(default_factory=Settings)
    keys: MkDocsKeys = field(default_factory=MkDocsKeys)
    contents: Contents = _NO_CONTENTS
    mkdocs: Mapping[str, object] = field(default_factory=dict)
    yaml: YamlText | None = None
    """The settings with their places."""
    path: str = ""
    """The file that these stand in."""
    name: str = ""
    src: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    repo_url: str = ""
    edit_url: str = ""
    skip: tuple[str, ...] = ()
    redirect_places: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def load_config(source: Path) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """Find out what to build from what the user named: a project, a book, a folder of Markdown, or one Markdown file.

    Returns None only when there is nothing of the kind at `source`. Paths in messages are relative to the project.
    """
    if source.is_dir():
        root, only = source.resolve(), ""
    elif source.is_file() and source.name in (*MKDOCS_NAMES, BOOK_TOML):
        root, only = source.parent.resolve(), ""
    elif source.is_file() and source.suffix.lower() in MARKDOWN:
        root, only = source.parent.resolve(), source.name
    else:
        return None, (_no_source(source),)
    return _single_file(root, only) if only else _project(root)


def _no_source(source: Path) -> Diagnostic:
    hint = "name a project, a folder of notes or a .md file"
    if source.is_file():
        message, hint = f"{source.name} is not a Markdown file", "name a folder of notes or a .md file"
    elif source.exists():
        message = "no folder of notes and no note"
    elif source.is_symlink():
        message = "a link to what is not there"
    else:
        message, near = "no such file or folder", nearest(source.name, _names(source.parent))
        hint = f"did you mean {near}?" if near else hint
    return diagnostic(Code.SOURCE_MISSING, source.as_posix(), message=message, hint=hint)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def _single_file(root: Path, only: str) -> tuple[Config, tuple[Diagnostic, ...]]:
    name = _heading_of(root / only) or Path(only).stem
    settings = Settings.model_construct(**{**dict(Settings()), "notes": "."})
    return Config(root=root, kind="file", settings=settings, site_name=name, only=only), ()


def _project(root: Path) -> tuple[Config, tuple[Diagnostic, ...]]:
    found: list[Diagnostic] = []
    facts, config_path = _Facts(), ""
    kind: Kind = "folder"
    mkdocs_name = next((name for name in MKDOCS_NAMES if (root / name).is_file()), "")
    if mkdocs_name:
        facts = _from_mkdocs(root, mkdocs_name, found)
        kind, config_path = ("slidegloss" if _is_ours(facts.mkdocs) else "mkdocs"), mkdocs_name
    if kind != "slidegloss" and (root / BOOK_TOML).is_file():
        facts, kind, config_path = _from_book(root, facts, found), "mdbook", BOOK_TOML
    if kind == "folder":
        from slidegloss.config.contents import read_contents  # noqa: PLC0415 - only where nothing else gives an order

        contents, more = read_contents(root, lambda name: _read(root, name, found))
        found += more
        facts = replace(facts, contents=contents, name=contents.title, skip=contents.skip)
    config = _complete(root, kind, config_path, facts, found)
    return config, in_order(found)


def _read(root: Path, name: str, found: list[Diagnostic]) -> str | None:
    try:
        data = (root / name).read_bytes()
    except OSError as error:
        found.append(diagnostic(Code.FILE_UNREADABLE, name, message=f"cannot be read: {error.strerror}"))
        return None
    decoded, more = decode(data, name)
    found += more
    return decoded.text


def _heading_of(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError:
        return ""
    return first_heading(decode(data, path.name)[0].text)


# --- mkdocs.yml -------------------------------------------------------------------------------------------------------


def _from_mkdocs(root: Path, name: str, found: list[Diagnostic]) -> _Facts:
    text = _read(root, name, found)
    document, more = load_yaml(text, name) if text is not None else (None, ())
    found += more
    if document is None or document.value is None:
        return _Facts()
    if not isinstance(document.value, dict):
        place = document.place(())
        message = "expected settings, one `key: value` on each line"
        found.append(diagnostic(Code.CONFIG_VALUE, name, *place, message=message, hint="site_name: My notes"))
        return _Facts()
    raw: dict[str, Any] = {str(key): value for key, value in document.value.items()}
    _unknown_mkdocs_keys(raw, name, document, found)
    _unused_mkdocs_keys(raw, name, document, found)
    keys, right, faults = without_faults(MkDocsKeys, resolve_env(raw))
    found += explained(MkDocsKeys, faults, document, (), name)
    from slidegloss.config.theme import PassedOnKeys  # noqa: PLC0415 - many models, for a mkdocs.yml only

    _, right, faults = without_faults(PassedOnKeys, right, project_theme(root, right.get("theme")))
    found += explained(PassedOnKeys, faults, document, (), name)
    extra = keys.extra or {}
    given = extra.get("slidegloss")
    settings, _, faults = without_faults(Settings, {} if given is None else given)
    found += explained(Settings, faults, document, _OURS, name)
    skip = raw.get("site_dir")
    return _Facts(
        settings=settings,
        keys=keys,
        contents=_NO_CONTENTS if "slidegloss" in extra or not right.get("nav") else _nav(document, name),
        mkdocs=right,
        yaml=document,
        path=name,
        name=keys.site_name,
        src=keys.docs_dir if "docs_dir" in raw or (root / "docs").is_dir() else "",
        description=keys.site_description or "",
        authors=(keys.site_author,) if keys.site_author else (),
        repo_url=keys.repo_url or "",
        edit_url=_mkdocs_edit_url(keys),
        skip=(skip,) if isinstance(skip, str) else (),
    )


def _is_ours(mkdocs: Mapping[str, object]) -> bool:
    """Say whether a mkdocs.yml has settings of ours; the order of a project that was made for MkDocs is that of its `nav`."""
    extra = mkdocs.get("extra")
    return isinstance(extra, dict) and "slidegloss" in extra


def _unknown_mkdocs_keys(raw: Mapping[str, Any], path: str, document: YamlText, found: list[Diagnostic]) -> None:
    known = (*MkDocsKeys.model_fields, *_OTHER_MKDOCS_KEYS)
    for key in raw:
        place = document.place((key,), key=True)
        if key == "INHERIT":
            message = "INHERIT is not followed; only this file is read"
            found.append(diagnostic(Code.CONFIG_MKDOCS_KEY, path, *place, message, "copy the parent's settings here"))
        elif key not in known:
            near = nearest(key, known)
            hint = "move it to extra.slidegloss" if key in Settings.model_fields else near and f"did you mean `{near}`?"
            hint = "move it below `extra:`" if key == "slidegloss" else hint
            message = f"`{key}` is not a setting of MkDocs"
            found.append(diagnostic(Code.CONFIG_MKDOCS_KEY, path, *place, message=message, hint=hint))


_UNUSED = {
    "nav": ("the navigation is made of SUMMARY.md or the folders", "page_order sorts pages, SUMMARY.md notes"),
    "plugins": ("pages need no plugins: search, diagrams and formulas are built in", "take it out"),
    "markdown_extensions": ("notes are CommonMark, with tables, footnotes and task lists", "take it out"),
    "hooks": ("no hooks are run", "templates of your own change pages"),
}
"""Settings of MkDocs that would do something there and do nothing here: why, and what does instead."""


def _unused_mkdocs_keys(raw: Mapping[str, Any], path: str, document: YamlText, found: list[Diagnostic]) -> None:
    theme = raw.get("theme")
    name = theme.get("name", "material") if isinstance(theme, dict) else theme
    unused = [key for key in _UNUSED if raw.get(key) and (_is_ours(raw) or key != "nav")]
    faults = [((key,), f"`{key}`: {_UNUSED[key][0]}", _UNUSED[key][1]) for key in unused]
    if isinstance(name, str) and name != "material":
        faults.append((("theme",), f"`theme`: pages are made for Material, not for {name}", "name: material"))
    for key, message, hint in faults:
        found.append(diagnostic(Code.CONFIG_UNUSED, path, *document.place(key, key=True), message=message, hint=hint))


def _mkdocs_edit_url(keys: MkDocsKeys) -> str:
    """Turn MkDocs' edit settings, whose paths are relative to docs_dir, into one for paths relative to the project."""
    uri = keys.edit_uri_template or (f"{keys.edit_uri}{{path}}" if keys.edit_uri else "")
    uri = uri.replace(f"{keys.docs_dir}/{{path}}", "{path}")
    if not uri or uri.startswith(("https://", "http://")):
        return uri
    joint = "" if uri.startswith(("?", "#")) else "/"
    return f"{(keys.repo_url or '').rstrip('/')}{joint}{uri.lstrip('/')}" if keys.repo_url else ""


def _nav(document: YamlText, path: str) -> Contents:
    from slidegloss.config.contents import nav_entries  # noqa: PLC0415 - only for projects that were made for MkDocs

    return nav_entries(document.node, path)


# --- book.toml --------------------------------------------------------------------------------------------------------


def _from_book(root: Path, facts: _Facts, found: list[Diagnostic]) -> _Facts:
    """Add what an mdBook's config says; mkdocs.yml wins where both speak."""
    book, more = read_mdbook(_read(root, BOOK_TOML, found) or "")
    found += more
    redirects = {**book.redirects, **facts.settings.redirects}
    return replace(
        facts,
        settings=facts.settings.model_copy(update={"redirects": redirects}),
        name=facts.name or book.title,
        src=_book_src(root, book, found),
        description=facts.description or book.description,
        authors=facts.authors or book.authors,
        language=book.language,
        repo_url=facts.repo_url or book.repo_url,
        edit_url=facts.edit_url or book.edit_url,
        skip=(*facts.skip, book.out),
        redirect_places=book.redirect_places,
    )


def _book_src(root: Path, book: MdBook, found: list[Diagnostic]) -> str:
    def fault(message: str, hint: str) -> None:
        message = f"book.src: {message}"
        found.append(diagnostic(Code.CONFIG_PATH, BOOK_TOML, *book.src_place, message=message, hint=hint))

    try:
        clean = inside_project(book.src)
    except ValueError as error:
        fault(str(error), 'src = "src"')
        clean = "src"
    if (root / clean).is_dir():
        return clean
    near = nearest(clean, _names(root))
    fault(f"there is no folder {clean}", f"did you mean {near}?" if near else "the whole folder is read instead")
    return "."


# --- defaults ---------------------------------------------------------------------------------------------------------


def _complete(root: Path, kind: Kind, config_path: str, facts: _Facts, found: list[Diagnostic]) -> Config:
    """Fill in what nobody said."""
    given = facts.settings
    notes = _notes_folder(root, kind, facts, found)
    for name, folders in (("pages", (given.pages,)), ("papers", (given.papers,)), ("assets", given.assets)):
        if name in given.model_fields_set:
            for folder in folders:
                _check_folder(root, name, folder, facts, found)
    languages = given.languages
    if "languages" not in given.model_fields_set and facts.language.lower().partition("-")[0] in languages:
        # a book that says it is Chinese has its Chinese edition at the root
        first = facts.language.lower().partition("-")[0]
        languages = (first, *(language for language in languages if language != first))
    readmes = [folder / name for folder in (root, root / notes) for name in ("README.md", "readme.md", "index.md")]
    name = facts.name or next(filter(None, map(_heading_of, readmes)), "") or root.name or "Notes"
    return Config(
        root=root,
        kind=kind,
        settings=given.model_copy(update={"notes": notes, "languages": languages}),
        site_name=name,
        config_path=config_path,
        contents=facts.contents,
        mkdocs=facts.mkdocs,
        site_url=facts.keys.site_url or "",
        description=facts.description,
        authors=facts.authors,
        repo_url=facts.repo_url,
        edit_url=facts.edit_url or _edit_url(facts.repo_url),
        skip=tuple(folder.replace("\\", "/").removeprefix("./").rstrip("/") for folder in facts.skip),
        redirect_places=facts.redirect_places or _redirect_places(facts),
    )


def _redirect_places(facts: _Facts) -> Mapping[str, tuple[int, int]]:
    """Return where mkdocs.yml names old pages, however their addresses are written there."""
    if facts.yaml is None:
        return {}
    table = (*_OURS, "redirects")
    above = facts.yaml.place(table, key=True)
    written = (
        (old, way) for old in facts.settings.redirects for way in (old, f"/{old}", old.removesuffix("index.html"))
    )
    places = ((old, facts.yaml.place((*table, way), key=True)) for old, way in written)
    return {old: place for old, place in places if place != above}


def _notes_folder(root: Path, kind: Kind, facts: _Facts, found: list[Diagnostic]) -> str:
    given = facts.settings.notes
    if given and _check_folder(root, "notes", given, facts, found):
        return given
    candidates = (facts.src, ".") if kind == "mdbook" else ("docs/notes", facts.src, ".")
    return next(folder for folder in candidates if folder and (root / folder).is_dir())


def _check_folder(root: Path, name: str, folder: str, facts: _Facts, found: list[Diagnostic]) -> bool:
    if (root / folder).is_dir():
        return True
    above, slash, last = folder.rpartition("/")
    near = nearest(last, _names(root / above))
    hint = f"did you mean {above}{slash}{near}?" if near else "make the folder, or take the setting out"
    place = facts.yaml.place((*_OURS, name)) if facts.yaml else (0, 0)
    message = f"`{name}`: there is no folder {folder}"
    found.append(diagnostic(Code.CONFIG_PATH, facts.path, *place, message=message, hint=hint))
    return False


def _edit_url(repo_url: str) -> str:
    """Guess where a file is shown on the hosts that everybody knows; `HEAD` is whatever the main branch is called."""
    host = re.match(r"https?://(?:www\.)?([^/]+)/", repo_url)
    path = _EDIT_PATHS.get(host[1].lower(), "") if host else ""
    return f"{repo_url.rstrip('/').removesuffix('.git')}/{path}" if path else ""
