"""The whole program, phase by phase: gather everything, join it, write it, render it, publish it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from jinja2 import Environment

from slidegloss.config import Config, load_config
from slidegloss.diagnostics import Code, Diagnostic, adjust, diagnostic, fails, in_order
from slidegloss.engine import (
    EngineResult,
    config_text,
    derived_config,
    make_press,
    run_all,
    site_parts,
    theme_files,
)
from slidegloss.engine import load as load_engine
from slidegloss.feed import site_path_of
from slidegloss.figures.locate import Found, Remote
from slidegloss.history import Place, slide_dates
from slidegloss.kept import Kept, digest, folder_state, place, program, vendor_cache
from slidegloss.languages import locale_name
from slidegloss.link import Book, link_book
from slidegloss.localise import Edition, localise
from slidegloss.looks import Looks
from slidegloss.model import Sources
from slidegloss.notes.annotations import make_signs
from slidegloss.notes.deck import NoteOptions
from slidegloss.options import Options
from slidegloss.papers.load import load_papers
from slidegloss.papers.match import link_papers
from slidegloss.policy import HEADERS, headers_text, policy
from slidegloss.preview import Card, card_path, cards
from slidegloss.rawhtml import clean_line
from slidegloss.reading import Reading, note_key, read_notes
from slidegloss.recheck import verify_again
from slidegloss.reference import reference_pages
from slidegloss.rendering import Kit, render_all
from slidegloss.resources import user_cache
from slidegloss.reuse import BookKeys, KeptPieces, PageKeys
from slidegloss.sibling import Sibling
from slidegloss.siblings import load_siblings
from slidegloss.site import render_edition, shared_files, user_files, user_theme
from slidegloss.sitesearch import site_search
from slidegloss.sources import catalogues_in, discover
from slidegloss.templating import TemplateFault, check_theme, compile_ours, environment
from slidegloss.translations import Plan, Translations, gather, plans
from slidegloss.units import other_units
from slidegloss.website import website_files
from slidegloss.words import Words, load_words
from slidegloss.write import (
    Content,
    assemble,
    locked,
    publish,
    refuse_foreign,
    write_announced,
    write_beside,
    write_built,
    write_tree,
)
from slidegloss.yamltext import resolve_env

if TYPE_CHECKING:
    from slidegloss.proofs import Shown
    from slidegloss.remotelinks import Limits

Progress = Callable[[str, int, int], None]
"""Called with a phase, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project, read and joined; no file has been written yet."""

    config: Config
    book: Book
    sources: Sources
    """Without what the notes say."""
    keys: Mapping[str, bytes]
    """Source path of a note → what stands for all that it says (`note_key`)."""
    options: NoteOptions
    translations: Translations
    diagnostics: tuple[Diagnostic, ...]
    siblings: tuple[Sibling, ...] = ()

    def edition(self, book: Book, words: Words) -> Edition:
        """Return a language's view of the book."""
        return localise(book, words, self.config.settings.languages, self.translations, self.options)


@dataclass(frozen=True, slots=True)
class Built:
    """How a build ended. `site` is None when nothing was published."""

    config: Config | None
    diagnostics: tuple[Diagnostic, ...]
    site: Path | None = None
    book: Book | None = None
    failures: tuple[EngineResult, ...] = field(default=())
    """Editions that the engine could not build: faults of slidegloss, shown with the engine's own words."""
    said: tuple[Diagnostic, ...] = ()
    """What was found in the project, before its settings were applied to it."""
    verified: tuple[Diagnostic, ...] = ()
    """What was found in the finished site, likewise."""

    @property
    def own_theme(self) -> bool:
        """Whether the project has theme templates of its own, which may be at fault as well."""
        return self.config is not None and user_theme(self.config) is not None


class Last(NamedTuple):
    """What the last build of a process knows of a book."""

    loaded: Loaded
    editions: Sequence[Edition]
    """Those that were built, with their figures."""
    templates: Environment
    folder: Path
    dates: Mapping[Place, datetime]


@dataclass(slots=True)
class Memory:
    """What a process that builds a project again and again need not work out again."""

    kept: Kept | None = None
    last: Last | None = None
    """None before the first build, and after one that failed."""


def load(source: Path, catalogues: Path | None = None) -> tuple[Loaded | None, tuple[Diagnostic, ...]]:
    """Read and join everything at `source`; None when there is nothing that could become a site.

    `catalogues` is another folder of PO files than the project's own.
    """
    config, problems = load_config(source)
    return (None, problems) if config is None else load_notes(config, problems, catalogues)


def load_notes(
    config: Config,
    problems: tuple[Diagnostic, ...],
    catalogues: Path | None = None,
    kept: Kept | None = None,
    jobs: int = 0,
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[Loaded | None, tuple[Diagnostic, ...]]:
    """Do the same for a project whose settings have been read, with the `problems` found there.

    Notes that are in `kept` are not parsed again. `meanwhile` is done while other processes parse.
    """
    sources, found = discover(config, made=reference_pages(config.root))
    problems += found
    if not sources.notes:
        return None, tuple(adjust(problems, config.settings))
    kept = kept or Kept(None, b"")
    options = NoteOptions(make_signs({kind.sign: name for name, kind in config.settings.annotations.items()}))
    languages = config.settings.languages
    notes = read_notes(sources.notes, Reading(options, languages), kept, jobs, meanwhile)
    keys = {note.source_path: note_key(note, kept) for note in sources.notes}
    sources = sources._replace(
        notes=tuple(note._replace(text="") for note in sources.notes)
    )  # a good part of all memory
    decks = tuple(note.deck for note in notes)
    problems += tuple(problem for note in notes for problem in note.diagnostics)
    papers, found = load_papers(sources.papers)
    problems += found
    library, found = link_papers({deck.source_path: deck.citations for deck in decks}, papers)
    problems += found
    siblings, found = load_siblings(config)
    problems += found
    book, found = link_book(
        [(note.deck, note.index) for note in notes],
        sources,
        library,
        config.settings.assets,
        config.settings.notes,
        siblings,
    )
    if config.settings.figures.remote:  # they will be fetched
        found = tuple(problem for problem in found if problem.code_name != Code.FIGURE_REMOTE.slug)
    problems += found
    others = other_units(
        decks, {note.deck.source_path: note.index.headings for note in notes}, sources.nav, library.papers
    )
    translations, found = gather(
        lambda: (unit for note in notes for unit in note.units()),
        {note.deck.source_path: note.index.tally for note in notes},
        others,
        catalogues_in(catalogues, languages) if catalogues else sources.catalogues,
        languages,
    )
    problems += found
    return Loaded(config, book, sources, keys, options, translations, tuple(problems), siblings), ()


def _kept(config: Config, options: Options, memory: Memory) -> Kept:
    """Return what earlier builds of a project have worked out, for as long as program and settings are the same."""
    salt = digest(program(), folder_state(config.root / "templates"), repr(config))
    path = place(config.root, config.only, user_cache())
    if memory.kept is not None and (memory.kept.path, memory.kept.salt) == (path, salt):
        memory.kept.renew()
    else:
        memory.kept = Kept(path, salt, read=options.use_cache)
    return memory.kept


def work_dir(config: Config) -> Path:
    """Return the folder for what a build makes on its way: `build/` of a project, a cache folder for foreign notes.

    A book or folder that is not a slidegloss project stays as it is: nothing is written into it.
    """
    if config.kind in {"slidegloss", "mkdocs"} and os.access(config.root, os.W_OK):
        return config.root / "build"
    name = sha256(f"{config.root}/{config.only}".encode()).hexdigest()[:12]
    return user_cache() / f"{config.root.name or 'root'}-{name}"


def default_out(config: Config) -> Path:
    """Return where the site goes without `-o`: `site/` of a project, `<name>-site` here for foreign notes."""
    if config.kind in {"slidegloss", "mkdocs"}:
        return config.root / "site"
    return Path.cwd() / f"{Path(config.only).stem if config.only else config.root.name}-site"


class Written(NamedTuple):
    """What was written into the work folder."""

    folder: Path
    languages: tuple[str, ...]
    found: list[Diagnostic]
    """What was found on the way."""
    shown: Mapping[str, Mapping[str, Shown]]
    """Pages whose HTML is there already, by language and path of their Markdown."""


def write_pages(
    loaded: Loaded,
    options: Options,
    progress: Progress,
    memory: Memory | None = None,
    looks: Looks | None = None,
) -> Written:
    """Write the generated Markdown, the configs and the shared files into the work folder.

    With `looks`, the HTML of pages is made as soon as they are written, while what they say is at hand, as far as the
    engine can; and there it is noted what it says of other files. Raises TemplateFault.
    """
    config, build = loaded.config, work_dir(loaded.config)
    memory = memory or Memory()
    kept = memory.kept or Kept(None, b"")
    found: list[Diagnostic] = []
    book, pictures = loaded.book, dict[str, Path]()
    if _has_figures(book, remote=config.settings.figures.remote):
        from slidegloss.bookfigures import prepare_figures  # noqa: PLC0415 - Pillow takes its time to load

        prepared = prepare_figures(
            book,
            config.root,
            config.settings.figures,
            build / "cache" / "figures",
            options.jobs,
            lambda done, total: progress("figures", done, total),
            use_cache=options.use_cache,
        )
        found += prepared.diagnostics
        book, pictures = replace(book, figures=prepared.figures), dict(prepared.files)
    languages = config.settings.languages
    wanted = tuple(lang for lang in languages if lang in (options.languages or languages))
    templates = environment(config.root, kept=options.use_cache)
    compile_ours(templates)  # before processes are made that would all compile them
    if theme := user_theme(config):
        check_theme(theme, config.root)
    tree: dict[str, Content | None] = {f"theme/{name}": data for name, data in theme_files(user_theme(config)).items()}
    dates = slide_dates(config.root, book.decks)
    editions = []
    for lang in languages:  # all of them, for search finds every language in each
        words, problems = load_words(lang, config.root)
        found += problems
        editions.append(loaded.edition(book, words))

    progress("render", 0, len(wanted))
    shown = [edition for edition in editions if edition.lang in wanted]
    for edition in shown:
        tree[f"mkdocs.{edition.lang}.yml"] = _config_text(config, edition, feed=bool(dates), siblings=loaded.siblings)
    press = None
    if looks is not None:
        write_announced(build, tree, wanted)
        press = make_press(options.engine, build, wanted, looks, vendor_cache(build))
    kit = Kit(config, templates, loaded.options, dates, build, kept, loaded.keys, press, options.jobs)
    pages, shared = render_all(
        editions,
        wanted,
        kit,
        site_search(editions, config, loaded.options),
        lambda: shared_files(book, config, vendor_cache(build)),
    )
    found += pages[0].diagnostics  # the other editions find the same in the same notes
    for edition, finished in zip(shown, pages, strict=True):
        tree |= {f"{edition.lang}/{path}": data for path, data in user_files(config).items()}
        tree |= {f"{edition.lang}/{path}": data for path, data in finished.files.items()}
    tree |= {f"shared/{path}": file for path, file in pictures.items()}
    tree |= {f"shared/{path}": data for path, data in shared.items()}
    tree |= {f"shared/{path}": text for path, text in website_files(editions, config, dates).items()}
    tree |= {f"shared/{path}": data for path, data in _previews(shown, kit, pictures).items()}
    progress("write", 0, 1)
    write_tree(build, tree)
    kept.write()
    memory.last = Last(loaded, shown, templates, build, dates)
    made = {edition.lang: finished.shown for edition, finished in zip(shown, pages, strict=True)}
    return Written(build, wanted, found, made)


def _has_figures(book: Book, *, remote: bool) -> bool:
    """Tell whether there is a figure to prepare; those of other hosts are fetched if `remote`."""
    wanted = (Found, Remote) if remote else Found
    return any(isinstance(found, wanted) for found in book.figure_sources.values())


def _previews(editions: Sequence[Edition], kit: Kit, pictures: Mapping[str, Path]) -> Mapping[str, bytes]:
    """Return the pictures of link previews, by path in the site; only a site with an address has any."""
    if not kit.config.site_url:
        return {}
    from slidegloss.previewcards import draw_cards  # noqa: PLC0415 - Pillow takes its time to load

    wanted: dict[str, Card] = {}
    for edition in editions:
        pieces = KeptPieces(kit.kept, [PageKeys(edition, kit.config, kit.kept, BookKeys(edition.book, kit.notes))])
        wanted |= cards(edition, kit.config, pieces)
        pieces.keep(pieces.made, pieces.used)
    return draw_cards(wanted, pictures, kit.folder / "cache" / "previews", kit.jobs)


def _config_text(config: Config, edition: Edition, *, feed: bool, siblings: Sequence[Sibling] = ()) -> str:
    words = edition.words
    given = resolve_env(dict(config.mkdocs))
    if isinstance(given, dict) and isinstance(given.get("copyright"), str) and config.settings.raw_html == "safe":
        given["copyright"] = clean_line(given["copyright"])
    made = derived_config(
        given if isinstance(given, dict) else {},
        words.lang,
        edition.languages,
        edition.nav,
        site_name=config.site_name,
        words=words.table,
    )
    made["extra"]["slidegloss"]["feed"] = feed
    made["extra"]["slidegloss"]["locales"] = [locale_name(lang) for lang in (words.lang, *_others(edition))]
    made["extra"]["slidegloss"]["card"] = quote(card_path(edition)) if config.site_url else ""
    wanted = config.settings.policy and config.settings.raw_html == "safe"
    made["extra"]["slidegloss"]["policy"] = policy() if wanted else ""
    kinds = config.settings.annotations
    made["extra"]["slidegloss"]["kinds"] = {name: kind.color for name, kind in kinds.items() if kind.color}
    # offline, links to these lead to the copy beside this one, when there is one
    made["extra"]["slidegloss"]["books"] = {book.prefix: book.local for book in siblings if book.local}
    return config_text(made)


def _others(edition: Edition) -> tuple[str, ...]:
    return tuple(lang for lang in edition.languages if lang != edition.lang)


def check(source: Path, remote: Limits | None = None) -> tuple[Diagnostic, ...]:
    """Find everything that is wrong with the notes at `source`; nothing is written and no figure is converted.

    With `remote`, other hosts are asked, within these limits, for the addresses that the notes point to.
    """
    loaded, problems = load(source)
    if loaded is None:
        return problems
    tables = [load_words(lang, loaded.config.root) for lang in loaded.config.settings.languages]
    found = tuple(problem for _, problems in tables for problem in problems)
    edition = loaded.edition(loaded.book, tables[0][0])
    try:
        if theme := user_theme(loaded.config):
            check_theme(theme, loaded.config.root)
        said = render_edition(edition, loaded.config, environment(loaded.config.root), loaded.options, {}).diagnostics
    except TemplateFault as fault:
        said = (fault.problem,)
    if remote is not None:
        from slidegloss.remotelinks import check_remote, remote_addresses  # noqa: PLC0415 - few ask for it

        found += check_remote(remote_addresses(loaded.book), remote)
    from slidegloss.bookfigures import check_figures, figure_settings  # noqa: PLC0415 - Pillow takes its time to load

    found = (*found, *check_figures(loaded.book, loaded.sources, figure_settings(loaded.config.settings.figures)))
    return in_order(adjust([*loaded.diagnostics, *found, *said], loaded.config.settings))


@dataclass(frozen=True, slots=True)
class Translated:
    """What `translate` found and did."""

    plans: tuple[Plan, ...]
    folder: Path
    """Where the catalogues are, or would go."""
    written: tuple[str, ...]
    """Names of the files that changed."""
    kept_away: bool
    """Nothing was written because the notes are a foreign folder."""
    titles: Mapping[str, str]
    """Source path → title of the note."""
    diagnostics: tuple[Diagnostic, ...]


class UnknownLanguage(Exception):  # noqa: N818 - the command line shows it as a message
    """The command line names a language that the site does not have."""

    def __init__(self, lang: str, languages: Sequence[str]) -> None:
        """Name the language and those there are."""
        super().__init__(f"the settings list no language '{lang}'; the site has: {', '.join(languages)}")


def translate(
    source: Path, languages: Sequence[str] = (), out: Path | None = None
) -> Translated | tuple[Diagnostic, ...]:
    """Bring the catalogues up to date with the notes; messages alone when there is nothing to read.

    A folder that is not a slidegloss project stays as it is unless `out` says where its catalogues are.
    """
    loaded, problems = load(source, out)
    if loaded is None:
        return problems
    config = loaded.config
    if unknown := [lang for lang in languages if lang not in config.settings.languages]:
        raise UnknownLanguage(unknown[0], config.settings.languages)
    made = plans(loaded.translations, languages or config.settings.languages, config.site_name)
    folder = (out or config.root / config.settings.translations).absolute()
    ours = out is not None or config.kind in {"slidegloss", "mkdocs"} or folder.is_dir()
    files = {f"{plan.lang}.po": plan.text for plan in made if plan.text is not None}
    written = write_beside(folder, files) if ours else ()
    titles = {deck.source_path: deck.title for deck in loaded.book.decks}
    diagnostics = tuple(in_order(adjust(loaded.diagnostics, config.settings)))
    return Translated(made, folder, written, not ours, titles, diagnostics)


def _with_languages(loaded: Loaded, wanted: Sequence[str]) -> tuple[Loaded, tuple[Diagnostic, ...]]:
    """Leave the editions that are wanted (all, without a wish): a site has no links to editions that it lacks."""
    settings = loaded.config.settings
    message = "the settings list no language '{}'; they list " + ", ".join(settings.languages)
    unknown = [lang for lang in dict.fromkeys(wanted) if lang not in settings.languages]
    if unknown or not wanted:
        path = loaded.config.config_path
        return loaded, tuple(diagnostic(Code.CONFIG_VALUE, path, message=message.format(lang)) for lang in unknown)
    languages = tuple(lang for lang in settings.languages if lang in wanted)
    config = replace(loaded.config, settings=settings.model_copy(update={"languages": languages}))
    return replace(loaded, config=config), ()


def build(
    source: Path,
    options: Options,
    progress: Progress = lambda *_: None,
    look: Callable[[Config, Path], None] = lambda *_: None,
    memory: Memory | None = None,
) -> Built:
    """Build a site; nothing is published when there are errors that concern the whole, or in strict mode any problem.

    `look` is called with the settings and the folder to publish into, before the notes are read. A process that builds
    the same project again hands in the `memory` of the build before.
    """
    memory = memory or Memory()
    memory.last = None
    settings, problems = load_config(source)
    if settings is None:
        return Built(None, problems)
    look(settings, (options.out or default_out(settings)).absolute())
    before = _kept(settings, options, memory)
    loaded, problems = load_notes(
        settings, problems, kept=before, jobs=options.jobs, meanwhile=lambda: load_engine(options.engine)
    )
    if loaded is None:
        return Built(None, problems)
    loaded, problems = _with_languages(loaded, options.languages)
    if problems:
        return Built(None, problems)
    config = loaded.config
    out = (options.out or default_out(config)).absolute()
    refuse_foreign(out)
    with locked(work_dir(config), on_wait=lambda: progress("wait", 0, 1)):
        try:
            looks = Looks(work_dir(config) / "cache" / "looks")
            folder, languages, found, shown = write_pages(loaded, options, progress, memory, looks)
        except TemplateFault as fault:
            said = adjust(loaded.diagnostics, config.settings)
            return Built(config, in_order([*said, fault.problem]), book=loaded.book)
        said = (*loaded.diagnostics, *found)
        diagnostics = in_order(adjust(said, config.settings))
        if options.strict and fails(diagnostics, strict=True):
            return Built(config, diagnostics, book=loaded.book)
        progress("engine", 0, len(languages))
        results = run_all(options.engine, folder, languages, options.jobs, vendor_cache(folder), shown)
        failures = tuple(result for result in results if not result.ok)
        if failures:
            return Built(config, diagnostics, book=loaded.book, failures=failures)
        progress("publish", 0, 1)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            staging = Path(temporary) / "site"
            assemble(staging, site_parts(folder, config.settings.languages))
            kept = folder / "cache" / "verified"
            base = site_path_of(config.site_url)
            verified = verify_again(staging, kept, base_path=base, jobs=options.jobs, looks=looks)
            diagnostics = in_order([*diagnostics, *adjust(verified.diagnostics, config.settings)])
            if options.strict and fails(diagnostics, strict=True):
                return Built(config, diagnostics, book=loaded.book)
            write_built(staging / HEADERS, headers_text(verified.needs).encode())
            publish(staging, out)
    return Built(config, diagnostics, out, loaded.book, said=said, verified=verified.diagnostics)
