"""Writes what an engine reads into the work folder: the Markdown pages of all editions, configs, theme, shared files."""

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
from slidegloss.decks.places import located
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

    found: tuple[Diagnostic, ...]
    """What was found on the way."""
    shown: Mapping[str, Mapping[str, Shown]]
    """Pages whose HTML is there already, by language and path of their Markdown."""


def write_pages(
    loaded: Loaded, options: Options, progress: Progress, memory: Memory, looks: Looks | None = None
) -> Written:
    """Write the generated Markdown, the configs and the shared files into the work folder.

    With `looks`, the HTML of each page is made right after its Markdown, as far as the engine can, and what it refers to is
    noted there. Raises TemplateFault.
    """
    config, build = loaded.config, work_dir(loaded.config)
    cache, kept = vendor_cache(build), memory.kept or Kept(None, b"")
    book, pictures, found = _with_figures(loaded.book, config, options, progress)
    templates = environment(config.root, kept=options.use_cache)
    compile_ours(templates)  # before processes are made that would all compile them
    dates = slide_dates(config.root, book.decks)
    editions = []
    for lang in config.settings.languages:
        words, problems = load_words(lang, config.root, config.settings.annotations, config.config_path)
        found += problems
        editions.append(loaded.edition(book, words))
    taken = site_pages(editions[0], dates)
    tree = _groundwork(config, editions, loaded.siblings, feed=bool(dates))
    theme = user_theme(config)
    found += [*check_redirects(config, taken), *(check_theme(theme, config.root) if theme else ())]
    progress("render", 0, len(editions))
    press = None
    if looks is not None:
        languages = config.settings.languages
        write_announced(build, tree, languages)
        tree = dict.fromkeys(tree)  # they lie there now
        press = make_press(options.engine, build, languages, looks, cache)
    kit = Kit(config, templates, loaded.options, dates, build, kept, loaded.keys, press, options.jobs)
    search = site_search(editions, config, loaded.options)
    pages, shared = render_all(
        editions, kit, search, lambda: shared_files(book, config, taken, cache), shared_errands(book, cache)
    )
    found += pages[0].diagnostics  # the other editions find the same in the same notes
    own = user_files(config)
    for edition, finished in zip(editions, pages, strict=True):
        tree |= {f"{edition.lang}/{path}": data for path, data in {**own, **finished.files}.items()}
    everyone = {**pictures, **shared, **website_files(editions, config, dates), **_previews(editions, kit, pictures)}
    tree |= {f"shared/{path}": content for path, content in everyone.items()}
    progress("write", 0, 1)
    write_tree(build, tree)
    kept.write()
    memory.last = Last(loaded, editions, templates, build, dates)
    return Written(
        located(found, loaded.book.decks),
        {edition.lang: done.shown for edition, done in zip(editions, pages, strict=True)},
    )


def _groundwork(
    config: Config, editions: Sequence[Edition], siblings: Sequence[Sibling], *, feed: bool
) -> dict[str, Content | None]:
    """Return what the engine reads before any page: the theme and the config of each edition."""
    theme = theme_files(user_theme(config), config.settings.languages)
    configs = {f"mkdocs.{one.lang}.yml": _config_text(config, one, feed=feed, siblings=siblings) for one in editions}
    return {**{f"theme/{name}": data for name, data in theme.items()}, **configs}


def _with_figures(
    book: Book, config: Config, options: Options, progress: Progress
) -> tuple[Book, Mapping[str, Path], list[Diagnostic]]:
    """Return the book with its figures as the site shows them, their files by path in the site, and what was found."""
    wanted = (Found, Remote) if config.settings.figures.remote else Found
    if not any(isinstance(found, wanted) for found in book.figure_sources.values()):
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
