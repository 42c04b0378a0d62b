"""All diagnostics of a loaded book, for `check`: notes, pages, theme, figures, links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.book.figures import check_figures, figure_settings
from slidegloss.config.dirs import user_theme
from slidegloss.config.severity import adjusted
from slidegloss.decks.places import located
from slidegloss.editions.words import load_words
from slidegloss.pipeline.joining import Loaded
from slidegloss.site.contents import check_redirects, render_edition, site_pages
from slidegloss.templating.environment import TemplateFault, environment
from slidegloss.templating.themefiles import check_theme
from slidegloss.verification.linkedfiles import check_linked

if TYPE_CHECKING:
    from slidegloss.verification.remotelinks import Limits


def check_book(loaded: Loaded, remote: Limits | None = None) -> tuple[Diagnostic, ...]:
    """Return what was found in a book's notes, and what is found in its pages and figures; `remote` as in `check`."""
    config, settings = loaded.config, loaded.config.settings
    tables = [load_words(lang, config.root, settings.annotations, config.config_path) for lang in settings.languages]
    found = tuple(problem for _, problems in tables for problem in problems)
    edition = loaded.edition(loaded.book, tables[0][0])
    found += tuple(check_redirects(config, site_pages(edition, {})))
    try:
        if theme := user_theme(config):
            found += check_theme(theme, config.root)
        said = render_edition(edition, config, environment(config.root), loaded.options).diagnostics
    except TemplateFault as fault:
        said = (fault.problem,)
    if remote is not None:
        from slidegloss.verification.remotelinks import check_remote, remote_addresses  # noqa: PLC0415 - few ask for it

        found += check_remote(remote_addresses(loaded.book), remote)
    found += tuple(check_linked(loaded.book, config.root))
    figures, alone = figure_settings(settings.figures), bool(config.only)
    found = (*found, *check_figures(loaded.book, loaded.sources, figures, alone=alone))
    return adjusted([*loaded.diagnostics, *located([*found, *said], loaded.book.decks)], settings)
