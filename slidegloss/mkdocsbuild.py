"""Builds the pages of all editions with MkDocs' own structures and templates, on all cores, each page only when it changed.

The pages equal those of `mkdocs build --strict -f build/mkdocs.<lang>.yml` (a test compares them byte by byte); only the way
differs: headings and HTML of our own pages are read by `fastmarkdown.py` instead of Python-Markdown, and pages are shared out
over processes. There are no plugins in the derived configs, so no plugin events are run.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import jinja2
import mkdocs
import yaml
from markdown.extensions.toc import nest_toc_tokens
from mkdocs import utils
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure.files import File, Files, get_files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from slidegloss.compiledtemplates import CompiledTemplates
from slidegloss.fastmarkdown import FastPage, read_page
from slidegloss.htmlcontext import esc
from slidegloss.lean import lean
from slidegloss.parallel import can_fork, cores, run_parts
from slidegloss.pymd import Sound
from slidegloss.resources import theme_dir
from slidegloss.sharedpartials import HERE, SharedPartials
from slidegloss.themetemplates import ThemeLoader
from slidegloss.write import copy_built, remove_strangers, write_built

_PACKAGES = ("mkdocs", "mkdocs-material", "jinja2", "markdown", "markupsafe")


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition, read and ready to render."""

    lang: str
    config: MkDocsConfig
    env: jinja2.Environment
    compiled: CompiledTemplates
    files: Files
    pages: Sequence[File]
    """Those of the files that are pages."""
    nav: Navigation
    key: str
    """Hash of all that every page depends on beside its own Markdown."""
    whole: bool
    """A template of the project may look at other pages: all of them are rendered before the first is shown."""


class _Setup(NamedTuple):
    """What pages of an edition have in common; it stays while `key` stays."""

    key: str
    config: MkDocsConfig
    env: jinja2.Environment
    compiled: CompiledTemplates
    whole: bool

    def edition(self, lang: str, files: Files) -> Edition:
        """Return the edition that has these files."""
        nav, pages = get_navigation(files, self.config), files.documentation_pages()
        return Edition(lang, self.config, self.env, self.compiled, files, pages, nav, self.key, self.whole)


@dataclass(slots=True)
class _Here:
    """What this process has read of a work folder, by language: a server builds the same book again and again."""

    templates: Path
    """The file of compiled templates."""
    setups: dict[str, _Setup] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)


_here: dict[Path, _Here] = {}
_FEW = 24
"""Pages that one process has built before another one is made."""


class _Log(logging.Handler):
    """Keeps what MkDocs says; a warning is a failure."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname:<7} -  {record.getMessage()}")


@contextmanager
def _listening() -> Iterator[_Log]:
    """Hear what MkDocs says, and keep it from being printed."""
    log, logger = _Log(), logging.getLogger("mkdocs")
    passed_on, logger.propagate = logger.propagate, False
    logger.addHandler(log)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.propagate = passed_on


class Shown(NamedTuple):
    """What tells a page that was built from one that has changed since."""

    size: str
    """Of its Markdown, like the time and the hash."""
    time: str
    hash: str
    html_size: str
    html_time: str


@dataclass(frozen=True, slots=True)
class Press:
    """Editions whose configs and theme are written: whoever writes the Markdown of a page can have its HTML at once.

    It says what `build_editions` would make of the same page, in the process that has the page at hand. What it does not
    show (pages of another shape than ours, pages that MkDocs complains of) is left to `build_editions`.
    """

    editions: Mapping[str, Edition]

    def show(self, lang: str, path: str, markdown: str, sound: Iterable[Sound], state: str) -> Shown | None:
        """Write the HTML of a page; `path` is that of its Markdown in the edition, `state` that file's state.

        Its `sound` blocks are those that `read_page` takes.
        """
        edition = self.editions[lang]
        file = edition.files.get_file_from_path(path) or _file(path, edition.config)
        made = read_page(markdown, _permalink_title(edition.config), sound)
        if made is None:
            return None
        page = file.page or Page(None, file, edition.config)
        _fill(page, made)
        with _listening() as log:
            try:
                _show(edition, page)
            except jinja2.TemplateError:
                return None
        if log.lines:
            return None
        size, time = state.split()[:2]
        return Shown(size, time, _hash(markdown.encode()), *_stat(file.abs_dest_path))


def press(build_dir: Path, languages: Sequence[str], cache: Path | None = None) -> Press | None:
    """Read what the pages of editions have in common before the pages are there; None when that is not enough."""
    _here.setdefault(build_dir, _Here((cache or build_dir / "cache") / "templates.bin"))
    editions = {}
    with _listening() as log:
        for lang in languages:
            try:
                setup = _setup(build_dir, lang)
                paths = _pages_of(setup.config.nav)
                edition = setup.edition(lang, Files(_file(path, setup.config) for path in paths))
            except MkDocsException:
                return None
            if setup.whole or log.lines:
                return None
            editions[lang] = edition
    return Press(editions)


def _file(path: str, config: MkDocsConfig) -> File:
    return File(path, config.docs_dir, config.site_dir, config.use_directory_urls)


def _pages_of(nav: object) -> Iterator[str]:
    """Yield the pages that a config's navigation names."""
    if isinstance(nav, str):
        if nav.endswith(".md") and not urlsplit(nav).scheme:
            yield nav
    elif isinstance(nav, Mapping | list):
        for item in nav.values() if isinstance(nav, Mapping) else nav:
            yield from _pages_of(item)


def build_editions(
    build_dir: Path,
    languages: Sequence[str],
    jobs: int = 0,
    cache: Path | None = None,
    shown: Mapping[str, Mapping[str, Shown]] | None = None,
) -> Mapping[str, str]:
    """Build editions into `build/html/<lang>/`; return what MkDocs complained about in each, empty where all is well.

    Compiled templates are kept in the folder `cache` (without one, in `build/cache/`). `shown` are pages that a press of
    this process or of one forked from it has made, by language and path; they are not made again.
    """
    count = cores(jobs) if can_fork() else 1
    apart = min(count, len(languages)) if len(languages) <= count or len(languages) % count == 0 else 1
    if build_dir in _here:  # the server builds again: little has changed, and what was read stays in this process
        apart = 1
    _here.setdefault(build_dir, _Here((cache or build_dir / "cache") / "templates.bin"))
    parts = run_parts(lambda part: _build(build_dir, part, max(1, count // apart), shown or {}), languages, apart)
    return {lang: text for part in parts for lang, text in part.items()}


def read_ahead(build_dir: Path, languages: Sequence[str]) -> None:
    """Read editions that other processes have built, so that the next page in this one is there sooner."""
    here = _here.get(build_dir)
    for lang in languages:
        if here is not None and lang not in here.editions:
            with suppress(MkDocsException):
                _read(build_dir, lang)


def show_pages(
    build_dir: Path, pages: Mapping[str, Sequence[str]], cache: Path
) -> Mapping[tuple[str, str], bytes] | None:
    """Return the HTML of some pages by (language, path of the Markdown); None where `show_page` is not enough for one."""
    _here.setdefault(build_dir, _Here(cache / "templates.bin"))
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
    edition = _here[build_dir].editions.get(lang) if build_dir in _here else None
    file = edition.files.get_file_from_path(path) if edition is not None else None
    if edition is None or file is None or edition.whole:
        return None
    with _listening() as log:
        complaints = _build_pages(log, [(edition, file)])
    return None if complaints else Path(file.abs_dest_path).read_bytes()


def _build(
    build_dir: Path, languages: Sequence[str], jobs: int, shown: Mapping[str, Mapping[str, Shown]]
) -> dict[str, str]:
    complaints: dict[str, str] = {}
    with _listening() as log:
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
                before = kept.get(file.src_uri, _UNKNOWN)
                made[file.src_uri] = record = _record(file, before)
                if record[2] != before[2] or _stat(file.abs_dest_path) != before[3:]:
                    work.append((edition, file))
                else:
                    record += before[3:]
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
                _remember(build_dir, edition, made)
    return complaints


# --- an edition -------------------------------------------------------------------------------------------------------


def _read(build_dir: Path, lang: str) -> Edition:
    setup = _setup(build_dir, lang)
    files = get_files(setup.config)
    files.add_files_from_theme(setup.env, setup.config)
    edition = _here[build_dir].editions[lang] = setup.edition(lang, files)
    return edition


def _setup(build_dir: Path, lang: str) -> _Setup:
    source, theme = build_dir / f"mkdocs.{lang}.yml", build_dir / "theme"
    text = source.read_bytes()
    look = blake2b(digest_size=16)
    for package in _PACKAGES:
        look.update(f"{package} {version(package)}\n".encode())
    ours = {path.relative_to(theme_dir()).as_posix() for path in theme_dir().rglob("*.html")}
    whole = False
    for path in sorted(path for path in theme.rglob("*") if path.suffix in {".html", ".svg", ".xml"}):
        name, data = path.relative_to(theme).as_posix(), path.read_bytes()
        look.update(f"{name}\0".encode() + data)
        if path.suffix == ".html":
            whole = whole or name not in ours or data != lean(name, (theme_dir() / name).read_bytes())
    for module in (__file__, read_page.__code__.co_filename, SharedPartials.once.__code__.co_filename):
        look.update(Path(module).read_bytes())
    key = blake2b(text + look.digest() + os.environ.get("SOURCE_DATE_EPOCH", "").encode(), digest_size=16)
    here = _here[build_dir]
    if lang not in here.setups or here.setups[lang].key != key.hexdigest():
        made = _set_up(source, text, here.templates, "" if whole else look.hexdigest())
        here.setups[lang] = _Setup(key.hexdigest(), *made, whole)
    return here.setups[lang]


def _set_up(
    source: Path, text: bytes, kept: Path, look: str
) -> tuple[MkDocsConfig, jinja2.Environment, CompiledTemplates]:
    """Read an edition's config; `look` stands for all templates where none is the project's own and pages can share."""
    # MkDocs would read the navigation of a long book with the slow one of PyYAML's two parsers
    values = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    config = load_config(BytesIO(), config_file_path=str(source), **{**values, "strict": True})
    config.plugins.on_startup(command="build", dirty=False)
    env = config.theme.get_env()
    env.loader = ThemeLoader(config.theme.dirs)
    env.bytecode_cache = compiled = CompiledTemplates(kept, look)
    if look:
        env.add_extension(SharedPartials)
    return config, env, compiled


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
        context = get_context(edition.nav, edition.files, config, base_url=base)
        output = template.render({**context, HERE: {}})
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


def _build_pages(log: _Log, work: Sequence[tuple[Edition, File]]) -> list[tuple[str, str]]:
    """Render and write pages; return complaints as (language, text)."""
    for edition in {id(edition): edition for edition, _ in work if edition.whole}.values():
        for file in edition.pages:
            _populate(edition, file)
    complaints = []
    for edition, file in work:
        try:
            page = file.page if edition.whole and file.page else _populate(edition, file)
            _show(edition, page)
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
    made = read_page(file.content_string, _permalink_title(edition.config))
    if made is None:
        page.read_source(edition.config)
        page.render(edition.config, edition.files)
        page.validate_anchor_links(files=edition.files, log_level=edition.config.validation.links.anchors)
        return page
    _fill(page, made)
    return page


def _fill(page: Page, made: FastPage) -> None:
    page.markdown, page.meta, page.content = "", dict(made.meta), made.content
    page.toc = get_toc(nest_toc_tokens([{"level": level, "id": name, "name": text} for level, name, text in made.toc]))


def _permalink_title(config: MkDocsConfig) -> str:
    return esc(str(config.mdx_configs.get("toc", {}).get("permalink_title", "")))


def _show(edition: Edition, page: Page) -> None:
    page.active = True
    template = edition.env.get_template(str(page.meta.get("template", "main.html")))
    context = get_context(edition.nav, edition.pages, edition.config, page)
    shared = edition.env.extensions.get(SharedPartials.identifier)
    here = shared.folder(context["base_url"], page.url) if isinstance(shared, SharedPartials) else {}
    output = template.render({**context, HERE: here})
    page.active = False
    if not edition.whole:  # nothing looks at it again
        page.content, page.toc = "", []  # type: ignore[assignment]
    write_built(page.file.abs_dest_path, output.encode("utf-8", errors="xmlcharrefreplace"))


# --- what was built before --------------------------------------------------------------------------------------------


_UNKNOWN = ["", "", ""]
"""What is known of a page that was not there before: size and time of its Markdown, its hash; then size and time of its HTML."""


def _record(file: File, before: Sequence[str]) -> list[str]:
    """Return what tells whether a page's Markdown has changed; it is read only when its size or its time has."""
    state = _stat(str(file.abs_src_path))
    if state == before[:2]:
        return list(before[:3])
    return [*state, _hash(Path(str(file.abs_src_path)).read_bytes())]


def _hash(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _stat(path: str) -> list[str]:
    try:
        found = os.stat(path)  # noqa: PTH116 - twice for each page of the book, where `Path` would be felt
    except OSError:
        return []
    return [str(found.st_size), str(found.st_mtime_ns)]


def _known(build_dir: Path, edition: Edition) -> dict[str, list[str]]:
    try:
        text = (build_dir / "cache" / f"html.{edition.lang}.json").read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found["pages"] if found.get("key") == edition.key and found.get("mkdocs") == mkdocs.__version__ else {}


def _remember(build_dir: Path, edition: Edition, made: Mapping[str, list[str]]) -> None:
    for file in edition.pages:
        record = made[file.src_uri]
        record += _stat(file.abs_dest_path) if len(record) == len(_UNKNOWN) else []
    text = json.dumps({"key": edition.key, "mkdocs": mkdocs.__version__, "pages": made}, ensure_ascii=False)
    write_built(build_dir / "cache" / f"html.{edition.lang}.json", text.encode())
