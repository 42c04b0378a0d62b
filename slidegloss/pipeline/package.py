"""`slidegloss offline`: builds the site apart from its usual place and packs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from slidegloss.base.diagnostics import Diagnostic, Severity, in_order
from slidegloss.base.urls import edition_prefix
from slidegloss.book.link import Book
from slidegloss.config.dirs import work_dir
from slidegloss.config.options import Options, chosen_languages
from slidegloss.config.project import Config, load_config
from slidegloss.decks.history import version_of
from slidegloss.engine.run import EngineResult
from slidegloss.pipeline.built import Progress
from slidegloss.pipeline.offline import archive_name, make_zip, offline_files, single_file
from slidegloss.pipeline.phases import build
from slidegloss.write.files import folder_for
from slidegloss.write.site import try_to_write
from slidegloss.write.trees import write_tree


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed: each file with its size in bytes; none when the site has faults."""

    diagnostics: tuple[Diagnostic, ...]
    files: tuple[tuple[Path, int], ...] = ()
    failures: tuple[EngineResult, ...] = field(default=())


def pack(
    source: Path,
    options: Options,
    *,
    release: str = "",
    one_by_one: bool = False,
    progress: Progress = lambda *_: None,
) -> Packed:
    """Build the site at `source` apart from its usual place and pack it into `options.out` (default: `dist/`).

    `release` is the version in the archive's name: by default what git says, without git a hash of the site. With
    `one_by_one` every deck becomes a single HTML file instead, in the editions that `options` names. Raises UnknownLanguage.
    """
    config, problems = load_config(source)
    if config is None:
        return Packed(problems)
    languages = chosen_languages(config, options.languages)
    out = (options.out or _dist(config)).absolute()
    try_to_write(out)
    built = build(source, options._replace(out=work_dir(config) / "offline", languages=()), progress)
    if built.site is None or built.book is None:
        return Packed(built.diagnostics, failures=built.failures)
    version = release or version_of(config.root) or _content_hash(built.site)
    progress("pack", 0, 1)
    if one_by_one:
        files, found = _pages(built.site, built.book, config, languages, out / archive_name(config.site_name, version))
    else:
        archive, found = make_zip(built.site, out, config.site_name, version)
        files = ((archive, archive.stat().st_size),) if archive else ()
    return Packed(tuple(in_order(dict.fromkeys([*built.diagnostics, *found]))), files)


def _dist(config: Config) -> Path:
    return (config.root if config.kind in {"slidegloss", "mkdocs"} else Path.cwd()) / "dist"


def _content_hash(site: Path) -> str:
    digest = blake2b(digest_size=4)
    for path in offline_files(site):
        digest.update(f"{path}\0".encode("utf-8", "replace"))
        digest.update(blake2b((site / path).read_bytes()).digest())
    return digest.hexdigest()


def _pages(
    site: Path, book: Book, config: Config, wanted: Sequence[str], folder: Path
) -> tuple[tuple[tuple[Path, int], ...], tuple[Diagnostic, ...]]:
    """Write each deck of each wanted edition as one file; a page that lacks something is left out and reported."""
    found: list[Diagnostic] = []
    tree: dict[str, str | bytes] = {}
    for lang in wanted:
        for deck in book.decks:
            page = f"{edition_prefix(lang, config.settings.languages)}{deck.site_path}"
            html, problems = single_file(site, page, online=config.site_url)
            found += problems
            if not any(problem.severity is Severity.ERROR for problem in problems):
                tree[f"{lang}/{deck.site_path}"] = html.encode("utf-8")
    if tree:
        with folder_for(folder):
            write_tree(folder, tree)
    return tuple((folder / name, len(data)) for name, data in tree.items()), tuple(found)
