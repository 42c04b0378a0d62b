"""An edition's pages, configs and shared files, written into the work folder for an engine to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.base.languages import locale_name
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.book.link import Book
from slidegloss.book.sibling import Sibling
from slidegloss.config.dirs import user_theme, work_dir
from slidegloss.config.options import Options
from slidegloss.config.project import Config
from slidegloss.decks.history import slide_dates
from slidegloss.editions.edition import Edition
from slidegloss.editions.words import load_words
from slidegloss.engine.run import config_text, derived_config, make_press
from slidegloss.figures.locate import Found, Remote
from slidegloss.html.rawhtml import clean_line
from slidegloss.kept.store import Kept, vendor_cache
from slidegloss.pages.preview import Card, card_path, cards
from slidegloss.pipeline.built import Last, Memory, Progress
from slidegloss.pipeline.joining import Loaded
from slidegloss.pipeline.rendering import Kit, render_all
from slidegloss.pipeline.reuse import BookKeys, KeptPieces, PageKeys
from slidegloss.site.contents import check_redirects, shared_errands, shared_files, site_pages, user_files
from slidegloss.site.search import site_search
from slidegloss.site.website import website_files
from slidegloss.templating.environment import compile_ours, environment
from slidegloss.templating.themefiles import check_theme, theme_files
from slidegloss.verification.looks import Looks
from slidegloss.verification.policy import policy
from slidegloss.write.files import Content
from slidegloss.write.trees import write_announced, write_tree

if TYPE_CHECKING:
    from slidegloss.engine.proofs import Shown


class Written(NamedTuple):
    """What came of writing into the work folder."""

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
    book, pictures, found = _with_figures(loaded.book, config, options, progress)
    languages = config.settings.languages
    templates = environment(config.root, kept=options.use_cache)
    compile_ours(templates)  # before processes are made that would all compile them
    dates = slide_dates(config.root, book.decks)
    editions = []
    for lang in languages:
        words, problems = load_words(lang, config.root, config.settings.annotations, config.config_path)
        found += problems
        editions.append(loaded.edition(book, words))
    taken = site_pages(editions[0], dates)
    tree, of_theme = _groundwork(config, editions, loaded.siblings, feed=bool(dates))
    found += [*check_redirects(config, taken), *of_theme]
    progress("render", 0, len(languages))
    press = None
    if looks is not None:
        write_announced(build, tree, languages)
        tree = dict.fromkeys(tree)  # they lie there now
        press = make_press(options.engine, build, languages, looks, vendor_cache(build))
    kit = Kit(config, templates, loaded.options, dates, build, kept, loaded.keys, press, options.jobs)
    pages, shared = render_all(
        editions,
        kit,
        site_search(editions, config, loaded.options),
        lambda: shared_files(book, config, taken, vendor_cache(build)),
        shared_errands(book, vendor_cache(build)),
    )
    found += pages[0].diagnostics  # the other editions find the same in the same notes
    for edition, finished in zip(editions, pages, strict=True):
        tree |= {f"{edition.lang}/{path}": data for path, data in {**user_files(config), **finished.files}.items()}
    everyone = {**pictures, **shared, **website_files(editions, config, dates), **_previews(editions, kit, pictures)}
    tree |= {f"shared/{path}": content for path, content in everyone.items()}
    progress("write", 0, 1)
    write_tree(build, tree)
    kept.write()
    memory.last = Last(loaded, editions, templates, build, dates)
    made = {edition.lang: finished.shown for edition, finished in zip(editions, pages, strict=True)}
    return Written(found, made)


def _groundwork(
    config: Config, editions: Sequence[Edition], siblings: Sequence[Sibling], *, feed: bool
) -> tuple[dict[str, Content | None], list[Diagnostic]]:
    """Return what the engine reads before any page, the theme and the configs, and what is wrong with the project's theme."""
    theme = user_theme(config)
    files: dict[str, Content | None] = {
        f"theme/{name}": data for name, data in theme_files(theme, config.settings.languages).items()
    }
    for edition in editions:
        files[f"mkdocs.{edition.lang}.yml"] = _config_text(config, edition, feed=feed, siblings=siblings)
    return files, list(check_theme(theme, config.root)) if theme else []


def _with_figures(
    book: Book, config: Config, options: Options, progress: Progress
) -> tuple[Book, Mapping[str, Path], list[Diagnostic]]:
    """Return the book with its figures as the site shows them, their files by path in the site, and what was found."""
    if not _has_figures(book, remote=config.settings.figures.remote):
        return book, {}, []
    from slidegloss.book.figures import prepare_figures  # noqa: PLC0415 - Pillow takes its time to load

    prepared = prepare_figures(
        book,
        config.root,
        config.settings.figures,
        work_dir(config) / "cache" / "figures",
        options.jobs,
        lambda done, total: progress("figures", done, total),
        use_cache=options.use_cache,
    )
    return replace(book, figures=prepared.figures), prepared.files, list(prepared.diagnostics)


def _has_figures(book: Book, *, remote: bool) -> bool:
    """Tell whether there is a figure to prepare; those of other hosts are fetched if `remote`."""
    wanted = (Found, Remote) if remote else Found
    return any(isinstance(found, wanted) for found in book.figure_sources.values())


def _previews(editions: Sequence[Edition], kit: Kit, pictures: Mapping[str, Path]) -> Mapping[str, bytes]:
    """Return the pictures of link previews, by path in the site; only a site with an address has any."""
    if not kit.config.site_url:
        return {}
    from slidegloss.site.previewcards import draw_cards  # noqa: PLC0415 - Pillow takes its time to load

    wanted: dict[str, Card] = {}
    shared = BookKeys(editions[0].book, kit.notes)
    for edition in editions:
        pieces = KeptPieces(kit.kept, [PageKeys(edition, kit.config, kit.kept, shared)])
        wanted |= cards(edition, kit.config, pieces)
        pieces.keep(pieces.made, pieces.used)
    return draw_cards(wanted, pictures, kit.folder / "cache" / "previews", kit.jobs)


def _config_text(config: Config, edition: Edition, *, feed: bool, siblings: Sequence[Sibling]) -> str:
    """Return the config of an edition for the engine, with what our templates of the theme read in it."""
    words = edition.words
    given = dict(config.mkdocs)
    line = given.get("copyright")
    if isinstance(line, str) and config.settings.raw_html == "safe":
        given["copyright"] = clean_line(line)
    made = derived_config(
        given, words.lang, edition.languages, edition.nav, site_name=config.site_name, words=words.table
    )
    others = [lang for lang in edition.languages if lang != edition.lang]
    has_policy = config.settings.policy and config.settings.raw_html == "safe"
    made["extra"]["slidegloss"] |= {
        "feed": feed,
        "locales": [locale_name(lang) for lang in (words.lang, *others)],
        "card": quote(card_path(edition)) if config.site_url else "",
        "policy": policy() if has_policy else "",
        "kinds": {name: kind.color for name, kind in config.settings.annotations.items() if kind.color},
        # offline, links to these lead to the copy beside this one, when there is one
        "books": {book.prefix: book.local for book in siblings if book.local},
    }
    return config_text(made)
