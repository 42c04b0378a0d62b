"""Reads a project's folders: `Config` → `Sources` (texts, addresses of pages, navigation) and diagnostics."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

from slidegloss.base.decode import LARGEST, decode
from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, in_order, nearest_file
from slidegloss.base.endings import MARKDOWN
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.naming import address, fold, natural_key, numbered
from slidegloss.config.project import Config
from slidegloss.model import NavItem, NoteSource, Piece, Sources
from slidegloss.notes.includes import with_includes
from slidegloss.sources.folders import FoundFile, Walker
from slidegloss.sources.included import Included
from slidegloss.sources.navigation import folder_nav, summary_nav
from slidegloss.sources.summary import SIDEBAR, entries_below, parse_summary

_PAPER_SUFFIXES = (".yml", ".yaml", ".bib", ".json")
_OTHER_NOTES = {
    ".ipynb": "a Jupyter notebook",
    ".rst": "a file of reStructuredText",
    ".adoc": "a file of AsciiDoc",
    ".org": "a file of Org mode",
    ".docx": "a file of Word",
}
"""Files that other programs make pages of."""
_GENERATED = (
    *("index", "404", "papers", "questions", "figures", "changes", "coverage", "search", "offline", "timeline"),
    *("print", "sitemap"),
)
"""Pages that slidegloss makes at an edition's root."""
_GENERATED_FOLDERS = (
    *("papers", "search", "assets", "figures", "files", "previews", "stylesheets", "javascripts", "templates"),
    *("404.html", "_headers", "feed.xml", "robots.txt", "sitemap.xml", "sitemap.xml.gz", "slidegloss.json"),
)
"""What no folder of notes can be called at an edition's root: folders and files that are made there.

MkDocs leaves a folder `templates` at the root out of the site.
"""


class _Text(NamedTuple):
    """A Markdown file that was read; `name` is its path relative to its folder."""

    path: str
    name: str
    text: str
    is_page: bool
    pieces: tuple[Piece, ...] = ()


def discover(config: Config, made: Mapping[str, str] = MappingProxyType({})) -> tuple[Sources, tuple[Diagnostic, ...]]:
    """Read everything a build needs but the bytes of figures.

    `made` are pages that no file holds, by their path in the pages folder. Whatever cannot be read is reported, and the
    rest goes on.
    """
    settings = config.settings
    walker = Walker(config.root, config.skip, settings.exclude)
    files = _single_file(config, walker) if config.only else _note_files(config, walker)
    texts, summary = _texts(files, settings.notes, walker, is_page=False)
    page_files: list[FoundFile] = []
    if not config.only and settings.pages != settings.notes:
        page_files = list(walker.files(settings.pages))
        pages, _none = _texts(page_files, settings.pages, walker, is_page=True)
        pages += [_Text(f"{settings.pages}/{name}", name, text, is_page=True) for name, text in made.items()]
        texts = [*pages, *texts]
    found = walker.found
    if config.kind == "folder":
        if not (summary or config.contents.entries):
            summary, texts = _summary_below(texts, files)
        found += _books_below(file for file in files if not summary or file.path != summary[0])
    found += _unread(files)
    others = [posixpath.relpath(file.path, settings.notes) for file in files if _is(file.path, tuple(_OTHER_NOTES))]
    if not texts:
        found.append(_no_notes(config))
    texts, included, parts = _with_includes(texts, walker)
    addresses = _addresses(texts, settings.languages, found)
    nav, titles = _navigation(config, texts, addresses, summary, others, parts, found)
    if titles:
        # as in mdBook, a part of other notes that is no chapter has no page
        texts = [text for text in texts if text.path in titles or text.path not in parts]
    notes = tuple(_note(text, addresses[text.path], titles.get(text.path, "")) for text in texts)
    figures = {} if config.only else {file.path: file for folder in settings.assets for file in walker.files(folder)}
    everything = {file.path for file in (*files, *page_files, *figures.values()) if not _is_markdown(file.path)}
    sources = Sources(
        root=config.root,
        notes=notes,
        nav=nav,
        assets=tuple(sorted(everything, key=natural_key)),
        papers=_papers(config, walker),
        catalogues={} if config.only else _catalogues(settings.translations, settings.languages, walker),
        included=tuple(sorted(included, key=natural_key)),
    )
    return sources, in_order(found)


def _is(path: str, suffixes: tuple[str, ...]) -> bool:
    return path.lower().endswith(suffixes)


def _is_markdown(path: str) -> bool:
    return _is(path, MARKDOWN)


def _note_files(config: Config, walker: Walker) -> list[FoundFile]:
    """Find the files in the folder of the notes; metadata may lie inside of it, and is no note there."""
    settings = config.settings
    leave = {settings.pages, settings.papers, settings.translations} - {settings.notes}
    return list(walker.files(settings.notes, leave=leave))


def _single_file(config: Config, walker: Walker) -> list[FoundFile]:
    """Find one note and what it may refer to: files beside it, and the folders beside it that its text names."""
    beside = [file for file in walker.files(".", deep=False) if not _is_markdown(file.path) or file.path == config.only]
    note = next(
        (file for file in beside if file.path == config.only), FoundFile(config.only, config.root / config.only)
    )
    if note not in beside:
        beside.append(note)
    text = decode(walker.read(note) or b"", note.path)[0].text
    # what is odd about files beside it concerns those only that it names
    walker.found = [one for one in walker.found if one.path == note.path or one.path in text or quote(one.path) in text]
    folders = [
        entry.name for entry in sorted(config.root.iterdir()) if entry.is_dir() and not entry.name.startswith(".")
    ]
    for folder in folders:
        if f"{folder}/" in text or f"{quote(folder)}/" in text:
            beside += [file for file in walker.files(folder) if not _is_markdown(file.path)]
    return beside


def _texts(
    files: Iterable[FoundFile], folder: str, walker: Walker, *, is_page: bool
) -> tuple[list[_Text], tuple[str, str] | None]:
    """Read the Markdown among the files of a folder; a table of contents is no note and is returned apart.

    That is a SUMMARY.md at its top, or else the one `_sidebar.md` that is nearest to it, as docsify has it.
    """
    texts: list[_Text] = []
    summary: tuple[str, str] | None = None
    sidebars: list[tuple[str, str]] = []
    for file in files:
        if not _is_markdown(file.path):
            continue
        data = walker.read(file)
        if data is None:
            continue
        decoded, more = decode(data, file.path)
        walker.found += more
        name = posixpath.relpath(file.path, folder)
        if name == "SUMMARY.md" and not is_page:
            summary = (file.path, decoded.text)
            continue
        if posixpath.basename(name) == SIDEBAR and not is_page:
            sidebars.append((file.path, decoded.text))
            continue
        if len(data) > LARGEST:
            message = f"this note has {len(data) / 1e6:.1f} MB, the most is {LARGEST / 1e6:g} MB; its page says only that it is too large"
            walker.found.append(diagnostic(Code.NOTE_LARGE, file.path, message=message, hint="split it into decks"))
            decoded = decoded._replace(text=_TOO_LARGE)
        if not decoded.text.strip():
            walker.found.append(diagnostic(Code.NOTE_EMPTY, file.path))
        texts.append(_Text(file.path, name, decoded.text, is_page))
    return sorted(texts, key=lambda text: natural_key(text.name)), summary or _nearest(sidebars)


def _nearest(sidebars: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the sidebar that is nearest to the top; none where several are as near as it."""
    depths = [path.count("/") for path, _ in sidebars]
    return sidebars[depths.index(min(depths))] if depths.count(min(depths, default=0)) == 1 else None


def _summary_below(texts: list[_Text], files: Sequence[FoundFile]) -> tuple[tuple[str, str] | None, list[_Text]]:
    """Return the SUMMARY.md of the one folder that GitBook was told to read, such as `docs`, and the texts without it.

    Where several are as near, or in a book of mdBook, none counts: somebody has named a folder above books.
    """
    mdbooks = [posixpath.dirname(file.path) for file in files if posixpath.basename(file.path) == "book.toml"]
    summaries = [(text.path, text.text) for text in texts if posixpath.basename(text.name) == "SUMMARY.md"]
    summary = None if mdbooks else _nearest(summaries)
    return summary, [text for text in texts if not summary or text.path != summary[0]]


def _with_includes(texts: Sequence[_Text], walker: Walker) -> tuple[list[_Text], set[str], set[str]]:
    """Put into notes what they include; returns the paths of the files that are included, and of those that are wholly, too."""
    read = Included(walker)
    result: list[_Text] = []
    included: set[str] = set()
    wholly: set[str] = set()
    for text in texts:
        whole = with_includes(text.text, text.path, read, LARGEST)
        walker.found += whole.problems
        included |= whole.files
        wholly |= whole.wholly
        result.append(text._replace(text=whole.text, pieces=whole.pieces))
    return result, included, wholly


def _unread(files: Iterable[FoundFile]) -> Iterator[Diagnostic]:
    """Tell which files hold notes in another format: their author may expect pages of them."""
    for ending, name in _OTHER_NOTES.items():
        paths = [file.path for file in files if _is(file.path, (ending,))]
        if paths:
            more = (
                f" (nor are {len(paths) - 1} more)" if len(paths) > 2 else " (nor is 1 more)" if len(paths) == 2 else ""
            )
            message = f"{name} is not read{more}"
            yield diagnostic(
                Code.NOTE_UNREAD, paths[0], message=message, hint="save it as Markdown to have a page of it"
            )


def _books_below(files: Iterable[FoundFile]) -> Iterator[Diagnostic]:
    """Tell which folders in a plain folder of notes are books: an author who names the folder above them may not know."""
    paths = [file.path for file in files]
    books = [posixpath.dirname(path) for path in paths if posixpath.basename(path) == "book.toml"]
    for path in paths:
        folder, name = posixpath.split(path)
        if name == "SUMMARY.md" and folder:
            book = next((book for book in books if book and f"{folder}/".startswith(f"{book}/")), folder)
            yield diagnostic(Code.SUMMARY_BELOW, path, hint=f"build the folder {book} to have them")


_TOO_LARGE = (
    "> ❗ 这份笔记超过 5 MB，网站没有显示它。\n> en: This note is larger than 5 MB; the site does not show it.\n"
)
"""What stands in for a note that no page can hold; the note itself is not touched."""


def _no_notes(config: Config) -> Diagnostic:
    folder = config.settings.notes
    where = "this folder" if folder == "." else folder
    hint = f"put .md files into {where}, or name their folder in mkdocs.yml: extra.slidegloss.notes; build.py new starts one"
    return diagnostic(Code.NO_NOTES, "" if folder == "." else folder, message=f"no Markdown file in {where}", hint=hint)


def _note(text: _Text, site_path: str, title: str) -> NoteSource:
    role: Literal["note", "page", "home"] = "page" if text.is_page else "note"
    home = site_path == "index.html"
    return NoteSource(text.path, site_path, text.text, title, "home" if home else role, text.pieces)


# --- addresses --------------------------------------------------------------------------------------------------------


def _addresses(texts: Sequence[_Text], languages: Sequence[str], found: list[Diagnostic]) -> dict[str, str]:
    """Give each note a page of its own; the first at an address keeps it, generated pages keep theirs."""
    reserved = {f"{name}.html" for name in _GENERATED}
    folders = {*_GENERATED_FOLDERS, *(fold(language) for language in languages[1:])}
    homes = [text.path for text in texts if text.is_page and address(text.name) == "index.html"]
    owners: dict[str, str] = {}
    renamed: dict[str, str] = {}
    result: dict[str, str] = {}
    for text in texts:
        page = address(text.name)
        if page == "index.html" and homes and not text.is_page:
            # the pages folder has the home page; the README of the notes is a note like any other
            page = "readme.html"
        page = _free_of_folders(text, page, folders, renamed, found)
        key = fold(page)
        if key in reserved and page != "index.html":
            page = numbered(page, {*owners, *reserved})
            message = f"{key} is made by slidegloss; this note becomes {page}"
            found.append(diagnostic(Code.PAGE_RESERVED, text.path, message=message, hint="rename the file"))
        elif key in owners:
            first, page = owners[key], numbered(page, {*owners, *reserved})
            message = f"{text.path} and {first} would both become {key}; this one becomes {page}"
            found.append(diagnostic(Code.PAGE_COLLISION, text.path, message=message, hint="rename one of them"))
        owners[fold(page)] = text.path
        result[text.path] = page
    return result


def _free_of_folders(
    text: _Text, page: str, folders: Collection[str], renamed: dict[str, str], found: list[Diagnostic]
) -> str:
    """Move a folder of notes out of the way of a generated one; said once for each folder."""
    first, slash, rest = page.partition("/")
    if not slash or fold(first) not in folders:
        return page
    if first not in renamed:
        renamed[first] = f"{first}-2"
        message = f"the folder {first}/ of the site is made by slidegloss; these notes go to {first}-2/"
        folder = posixpath.normpath(posixpath.join(text.path.removesuffix(text.name), text.name.split("/")[0]))
        found.append(diagnostic(Code.PAGE_RESERVED, folder, message=message, hint="rename the folder"))
    return f"{renamed[first]}/{rest}"


# --- order ------------------------------------------------------------------------------------------------------------


def _navigation(  # noqa: PLR0913, PLR0917 - all that an order may depend on
    config: Config,
    texts: Sequence[_Text],
    addresses: Mapping[str, str],
    summary: tuple[str, str] | None,
    unread: Collection[str],
    parts: Collection[str],
    found: list[Diagnostic],
) -> tuple[tuple[NavItem, ...], dict[str, str]]:
    """Order the notes as SUMMARY.md or their folders say, the pages after them, a home page first; returns titles by source path too.

    `unread` are the files beside the notes that hold some in another format, `parts` those whose text is part of others'.
    """
    notes = {text.name: addresses[text.path] for text in texts if not text.is_page}
    paths = {text.name: text.path for text in texts if not text.is_page}
    pages = {text.name: addresses[text.path] for text in texts if text.is_page}
    others = folder_nav(pages, _page_order(config, pages, found))
    before = tuple(item for item in others if item.site_path == "index.html")
    after = tuple(item for item in others if item.site_path != "index.html")
    path, entries = config.contents.path, config.contents.entries
    if summary:
        path = summary[0]
        entries, faults = parse_summary(summary[1], path)
        below = posixpath.relpath(posixpath.dirname(path) or ".", config.settings.notes)
        is_sidebar = posixpath.basename(path) == SIDEBAR
        if is_sidebar or below != ".":
            entries = entries_below(entries, below)
        found += () if is_sidebar else faults
    if entries or summary:
        if entries:
            inner = {name for name, source in paths.items() if source in parts}
            listed, titles, more = summary_nav(entries, notes, path, config.settings.notes, unread, inner)
            found += more
            return (*before, *listed, *after), {paths[name]: title for name, title in titles.items()}
        found.append(diagnostic(Code.SUMMARY_EMPTY, path, hint="an entry looks like `- [Title](file.md)`"))
    return (*before, *folder_nav(notes), *after), {}


def _page_order(config: Config, pages: Mapping[str, str], found: list[Diagnostic]) -> tuple[str, ...]:
    for name in config.settings.page_order:
        if name not in pages:
            near = nearest_file(name, pages)
            message = f"`page_order` names {name}, which is not in {config.settings.pages}"
            hint = f"did you mean {near}?" if near else ""
            found.append(diagnostic(Code.CONFIG_PATH, config.config_path, message=message, hint=hint))
    return config.settings.page_order


# --- papers and translations ------------------------------------------------------------------------------------------


def _papers(config: Config, walker: Walker) -> tuple[tuple[str, str], ...]:
    """Read the paper metadata; where nothing says which folder holds it, also every .bib file, as authors keep them."""
    if config.only:
        return ()
    files = {file.path: file for file in walker.files(config.settings.papers) if _is(file.path, _PAPER_SUFFIXES)}
    if config.kind != "slidegloss":
        files |= {file.path: file for file in walker.files(".") if _is(file.path, (".bib",))}
    papers = []
    for file in files.values():
        if (data := walker.read(file)) is None:
            continue
        decoded, more = decode(data, file.path)
        walker.found += more
        papers.append((file.path, decoded.text))
    return tuple(papers)


def _catalogues(folder: str, languages: Sequence[str], walker: Walker) -> dict[str, tuple[str, bytes]]:
    catalogues = {}
    for file in walker.files(folder, deep=False):
        language, suffix = posixpath.splitext(posixpath.basename(file.path))
        if suffix.lower() != ".po":
            continue
        if language not in languages:
            hint = f"add {language} to extra.slidegloss.languages, or delete the file"
            message = f"the settings list no language {language}"
            walker.found.append(diagnostic(Code.CATALOGUE_LANGUAGE, file.path, message=message, hint=hint))
        elif (data := walker.read(file)) is not None:
            catalogues[language] = (file.path, data)
    return catalogues


def catalogues_in(folder: Path, languages: Sequence[str]) -> dict[str, tuple[str, bytes]]:
    """Return the catalogues of these languages in any folder: language → (path, bytes)."""
    paths = {language: folder / f"{language}.po" for language in languages}
    return {language: (path.as_posix(), path.read_bytes()) for language, path in paths.items() if path.is_file()}
