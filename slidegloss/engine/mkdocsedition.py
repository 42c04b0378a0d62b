"""One edition in MkDocs' terms (config, files, navigation, Jinja environment), and the rendering of one of its pages.

The pages equal those of `mkdocs build --strict -f build/mkdocs.<lang>.yml` (a test compares them byte by byte). There are no
plugins in the derived configs, so no plugin events are run.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import jinja2
import yaml
from markdown.extensions.toc import nest_toc_tokens
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.resources import theme_dir
from slidegloss.engine.fastmarkdown import FastPage, read_page
from slidegloss.html.context import esc
from slidegloss.templating.compiled import CompiledTemplates, ThemeLoader
from slidegloss.templating.lean import lean
from slidegloss.templating.sharedparts import HERE, PAGE, share
from slidegloss.templating.themewords import is_borrowed
from slidegloss.templating.whole import whole_template
from slidegloss.write.files import write_built

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
    contexts: dict[str, Mapping[str, object]] = field(default_factory=dict)
    """Folder → what templates are given on its pages, beside the page."""

    def context(self, page: Page) -> Mapping[str, object]:
        """Return what templates are given, but for the page: the same for all pages of a folder."""
        folder = page.url.rpartition("/")[0]
        if folder not in self.contexts:
            self.contexts[folder] = {**get_context(self.nav, self.pages, self.config, page), HERE: {}}
        return self.contexts[folder]


class Setup(NamedTuple):
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
class ReadFolder:
    """What this process has read of a work folder, by language: a server builds the same book again and again."""

    templates: Path
    """The file of compiled templates."""
    setups: dict[str, Setup] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)


_folders: dict[Path, ReadFolder] = {}


def was_read(build_dir: Path) -> ReadFolder | None:
    """Return what this process has read of a work folder; None for one that it does not know."""
    return _folders.get(build_dir)


def read_folder(build_dir: Path, cache: Path | None = None) -> ReadFolder:
    """Return what this process has read of a work folder, which is nothing at first.

    Compiled templates are kept in `cache`, by default in the work folder's own.
    """
    return _folders.setdefault(build_dir, ReadFolder((cache or build_dir / "cache") / "templates.bin"))


class Log(logging.Handler):
    """Keeps what MkDocs says; a warning is a failure."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(f"{record.levelname:<7} -  {record.getMessage()}")


@contextmanager
def listening() -> Iterator[Log]:
    """Hear what MkDocs says, and keep it from being printed."""
    log, logger = Log(), logging.getLogger("mkdocs")
    passed_on, logger.propagate = logger.propagate, False
    logger.addHandler(log)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.propagate = passed_on


class Theme(NamedTuple):
    """The theme that all editions in a work folder share."""

    key: str
    """Hash of its templates, and of the programs that make pages of them."""
    whole: bool
    """Whether there is a template of the project."""


def theme_of(build_dir: Path) -> Theme:
    """Read the theme of a work folder."""
    folder, ours = build_dir / "theme", theme_dir()
    names = {path.relative_to(ours).as_posix() for path in ours.rglob("*.html")}
    look, whole = blake2b(_programs(), digest_size=16), False
    for path in sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".svg", ".xml"}):
        name, data = path.relative_to(folder).as_posix(), path.read_bytes()
        look.update(f"{name}\0".encode() + data)
        if path.suffix == ".html":
            own = not is_borrowed(name, data) if name not in names else data != lean(name, (ours / name).read_bytes())
            whole = whole or own
    return Theme(look.hexdigest(), whole)


@cache
def _programs() -> bytes:
    """Return what stands for all code that pages depend on."""
    packages = "".join(f"{package} {version(package)}\n" for package in _PACKAGES)
    modules = (__file__, *(part.__code__.co_filename for part in (read_page, share, whole_template)))
    return packages.encode() + b"".join(Path(module).read_bytes() for module in modules)


def setup_of(build_dir: Path, lang: str, theme: Theme) -> Setup:
    """Read what the pages of an edition have in common, unless this process has; raises MkDocsException."""
    source = build_dir / f"mkdocs.{lang}.yml"
    text = source.read_bytes()
    date = os.environ.get("SOURCE_DATE_EPOCH", "")
    key = blake2b(text + f"{theme.key}{date}".encode(), digest_size=16).hexdigest()
    known = read_folder(build_dir)
    if lang not in known.setups or known.setups[lang].key != key:
        made = _set_up(source, text, known.templates, "" if theme.whole else theme.key)
        known.setups[lang] = Setup(key, *made, theme.whole)
    return known.setups[lang]


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
        share(env, config)
        env.get_template(PAGE)  # the other editions and processes find it compiled
        compiled.write()
    return config, env, compiled


def file_of(path: str, config: MkDocsConfig) -> File:
    """Return a page by the path of its Markdown in the edition, whether or not it is there."""
    return File(path, config.docs_dir, config.site_dir, config.use_directory_urls)


def fill(page: Page, made: FastPage) -> None:
    """Give a page its content, as MkDocs would."""
    page.markdown, page.meta, page.content = "", dict(made.meta), made.content
    page.toc = get_toc(nest_toc_tokens([{"level": level, "id": name, "name": text} for level, name, text in made.toc]))


def permalink_title(config: MkDocsConfig) -> str:
    """Return what `fastmarkdown.read_page` wants to know of a config."""
    return esc(str(config.mdx_configs.get("toc", {}).get("permalink_title", "")))


def show(edition: Edition, page: Page) -> bytes:
    """Write the HTML of a page that has its content, and return it; raises jinja2.TemplateError."""
    page.active = True
    name = str(page.meta.get("template", PAGE))
    # another template may extend that of pages, which ours cannot be
    template = (edition.env if name == PAGE else edition.config.theme.get_env()).get_template(name)
    output = template.render(edition.context(page), page=page)
    page.active = False
    if not edition.whole:  # nothing looks at it again
        page.content, page.toc = "", []  # type: ignore[assignment]
    html = output.encode("utf-8", errors="xmlcharrefreplace")
    write_built(page.file.abs_dest_path, html)
    return html
