"""Builds the pages of all editions with MkDocs' own structures and templates, on all cores, each page only when it changed.

The pages equal those of `mkdocs build --strict -f build/mkdocs.<lang>.yml` (a test compares them byte by byte); only the way
differs: headings and HTML of our own pages are read by `engine/fastmarkdown.py` instead of Python-Markdown, and pages are
shared out over processes. There are no plugins in the derived configs, so no plugin events are run.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
import mkdocs
from mkdocs import utils
from mkdocs.commands.build import get_context
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, get_files
from mkdocs.structure.pages import Page

from slidegloss.base.parallel import can_fork, cores, run_parts
from slidegloss.engine.fastmarkdown import read_page
from slidegloss.engine.mkdocsedition import (
    Edition,
    Log,
    fill,
    listening,
    permalink_title,
    read_folder,
    setup_of,
    show,
    theme_of,
    was_read,
)
from slidegloss.engine.press import stat_of
from slidegloss.engine.proofs import Shown
from slidegloss.kept.owner import seal
from slidegloss.write.files import write_built
from slidegloss.write.site import copy_built, remove_strangers

_FEW = 24
"""Pages that one process has built before another one is made."""


def build_editions(
    build_dir: Path,
    languages: Sequence[str],
    jobs: int,
    cache: Path | None,
    shown: Mapping[str, Mapping[str, Shown]],
) -> Mapping[str, str]:
    """Build editions into `build/html/<lang>/`; return what MkDocs complained about in each, empty where all is well.

    Compiled templates are kept in the folder `cache` (without one, in `build/cache/`). `shown` are pages that a press of
    this process or of one forked from it has made, by language and path; they are not made again.
    """
    count = cores(jobs) if can_fork() else 1
    apart = min(count, len(languages)) if len(languages) <= count or len(languages) % count == 0 else 1
    if (known := was_read(build_dir)) is not None and known.editions:
        apart = 1  # the server builds again: little has changed, and what was read stays in this process
    read_folder(build_dir, cache)
    parts = run_parts(lambda part: _build(build_dir, part, max(1, count // apart), shown), languages, apart)
    said = {lang: text for part in parts for lang, text in part.items()}
    return {lang: said[lang] for lang in languages}


def read_ahead(build_dir: Path, languages: Sequence[str]) -> None:
    """Read editions that other processes have built, so that the next page in this one is there sooner."""
    known = was_read(build_dir)
    for lang in languages:
        if known is not None and lang not in known.editions:
            with suppress(MkDocsException):
                _read(build_dir, lang)


def show_pages(
    build_dir: Path, pages: Mapping[str, Sequence[str]], cache: Path
) -> Mapping[tuple[str, str], bytes] | None:
    """Return the HTML of some pages by (language, path of the Markdown); None where `show_page` is not enough for one."""
    read_folder(build_dir, cache)
    for lang in pages:  # again, if they were read before: another process may have built them since
        with suppress(MkDocsException):
            _read(build_dir, lang)
    found = {(lang, path): show_page(build_dir, lang, path) for lang, paths in pages.items() for path in paths}
    done = {place: html for place, html in found.items() if html is not None}
    return done if len(done) == len(found) else None


def show_page(build_dir: Path, lang: str, path: str) -> bytes | None:
    """Return the HTML of one page, whose Markdown was written after this process had read the edition.

    None when that is not enough: the page is new, MkDocs complains, or a template may look at other pages.
    """
    known = was_read(build_dir)
    edition = known.editions.get(lang) if known is not None else None
    file = edition.files.get_file_from_path(path) if edition is not None else None
    if edition is None or file is None or edition.whole:
        return None
    with listening() as log:
        complaints = _build_pages(log, [(edition, file)])
    return None if complaints else Path(file.abs_dest_path).read_bytes()


def _build(
    build_dir: Path, languages: Sequence[str], jobs: int, shown: Mapping[str, Mapping[str, Shown]]
) -> dict[str, str]:
    complaints: dict[str, str] = {}
    with listening() as log:
        work: list[tuple[Edition, File]] = []
        done: list[tuple[Edition, dict[str, list[str]]]] = []
        for lang in languages:
            try:
                edition = _read(build_dir, lang)
            except MkDocsException as error:
                complaints[lang] = "\n".join([*log.lines, str(error)])
                log.lines.clear()
                continue
            kept, made = _known(build_dir, edition), dict[str, list[str]]()
            kept |= {path: list(page) for path, page in shown.get(lang, {}).items()}
            for file in edition.pages:
                made[file.src_uri] = record = _record(file)
                if record != kept.get(file.src_uri):
                    work.append((edition, file))
            done.append((edition, made))
            _write_static(edition)
            complaints[lang] = "\n".join(log.lines)
            log.lines.clear()
        # one page of each edition first: the others then find the templates compiled, also in the processes made below
        first = {id(edition): (edition, file) for edition, file in work}
        rest = [(edition, file) for edition, file in work if first[id(edition)][1] is not file]
        many = len(rest) > _FEW
        parts = [
            _build_pages(log, list(first.values())),
            *run_parts(partial(_build_pages, log), rest, jobs if many else 1),
        ]
        for lang, text in (item for part in parts for item in part):
            complaints[lang] = f"{complaints.get(lang, '')}\n{text}".strip()
        for edition, made in done:
            edition.compiled.write()
            if not complaints[edition.lang]:
                built = (file for owner, file in work if owner is edition)
                _remember(build_dir, edition, made | {file.src_uri: _record(file) for file in built})
    return complaints


# --- an edition -------------------------------------------------------------------------------------------------------


def _read(build_dir: Path, lang: str) -> Edition:
    setup = setup_of(build_dir, lang, theme_of(build_dir))
    files = get_files(setup.config)
    files.add_files_from_theme(setup.env, setup.config)
    edition = read_folder(build_dir).editions[lang] = setup.edition(lang, files)
    return edition


def _write_static(edition: Edition) -> None:
    """Write what is no page: files of the theme and of the edition, the templates of 404.html and sitemap.xml."""
    config, site = edition.config, Path(edition.config.site_dir)
    wanted = {file.dest_uri for file in edition.pages}
    for file in edition.files:
        if file.is_documentation_page() or not file.inclusion.is_included():  # type: ignore[no-untyped-call]
            continue
        wanted.add(file.dest_uri)
        copy_built(Path(str(file.abs_src_path)), Path(file.abs_dest_path))
    for name in sorted(config.theme.static_templates):
        try:
            template = edition.env.get_template(name)
        except jinja2.TemplateNotFound:
            continue
        base = (
            urlsplit(config.site_url or "/").path
            if utils.is_error_template(name)
            else utils.get_relative_url(".", name)
        )
        output = template.render(get_context(edition.nav, edition.files, config, base_url=base))
        if not output.strip():
            continue
        wanted.add(name)
        write_built(site / name, output.encode())
        if name == "sitemap.xml":
            wanted.add(f"{name}.gz")
            write_built(site / f"{name}.gz", _gzipped(edition, output.encode(), f"{name}.gz"))
    remove_strangers(site, wanted)


def _gzipped(edition: Edition, data: bytes, name: str) -> bytes:
    pages = [file.page for file in edition.pages if file.page is not None]
    packed = BytesIO()
    with gzip.GzipFile(
        filename=name, mode="wb", fileobj=packed, mtime=utils.get_build_timestamp(pages=pages)
    ) as stream:
        stream.write(data)
    return packed.getvalue()


# --- pages ------------------------------------------------------------------------------------------------------------


def _build_pages(log: Log, work: Sequence[tuple[Edition, File]]) -> list[tuple[str, str]]:
    """Render and write pages; return complaints as (language, text)."""
    for edition in {id(edition): edition for edition, _ in work if edition.whole}.values():
        for file in edition.pages:
            _populate(edition, file)
    complaints = []
    for edition, file in work:
        try:
            page = file.page if edition.whole and file.page else _populate(edition, file)
            show(edition, page)
        except (jinja2.TemplateError, MkDocsException) as error:
            log.lines.append(f"{file.src_uri}: {type(error).__name__}: {error}")
        except Exception as error:
            if not edition.whole or isinstance(error, OSError):
                raise
            # a template of the project can fail in any way
            log.lines.append(f"{file.src_uri}: {type(error).__name__}: {error}")
        complaints += [(edition.lang, line) for line in log.lines]
        log.lines.clear()
    return complaints


def _populate(edition: Edition, file: File) -> Page:
    """Give a page its content, as `Page.read_source` and `Page.render` would."""
    page = file.page or Page(None, file, edition.config)
    made = read_page(file.content_string, permalink_title(edition.config))
    if made is None:
        page.read_source(edition.config)
        page.render(edition.config, edition.files)
        page.validate_anchor_links(files=edition.files, log_level=edition.config.validation.links.anchors)
        return page
    fill(page, made)
    return page


# --- what was built before --------------------------------------------------------------------------------------------


def _record(file: File) -> list[str]:
    """Return what tells whether a page's Markdown, or its HTML, has changed: their sizes and times."""
    return [*stat_of(str(file.abs_src_path)), *stat_of(file.abs_dest_path)]


def _known(build_dir: Path, edition: Edition) -> dict[str, list[str]]:
    try:
        text = (build_dir / "cache" / f"html.{edition.lang}.json").read_text(encoding="utf-8")
        found = json.loads(text)
        return dict(found["pages"]) if found["made"] == _made(edition) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _remember(build_dir: Path, edition: Edition, pages: Mapping[str, list[str]]) -> None:
    text = json.dumps({"made": _made(edition), "pages": pages}, ensure_ascii=False)
    write_built(build_dir / "cache" / f"html.{edition.lang}.json", text.encode())


def _made(edition: Edition) -> str:
    """Return what stands for all that HTML depends on beside its Markdown, and for us: this folder may be a repository's."""
    return seal(f"{edition.key} {mkdocs.__version__}")
