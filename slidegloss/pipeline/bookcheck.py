"""Everything that is wrong with a book that has been read: its notes, its pages, its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Diagnostic, adjust, in_order
from slidegloss.book.figures import check_figures, figure_settings
from slidegloss.config.dirs import user_theme
from slidegloss.editions.words import load_words
from slidegloss.pipeline.joining import Loaded
from slidegloss.site.contents import check_redirects, render_edition, site_pages
from slidegloss.templating.environment import TemplateFault, environment
from slidegloss.templating.themefiles import check_theme

if TYPE_CHECKING:
    from slidegloss.verification.remotelinks import Limits


def check_book(loaded: Loaded, remote: Limits | None = None) -> tuple[Diagnostic, ...]:
    """Return what was found in a book's notes, and what is found in its pages and figures; `remote` as in `check`."""
    tables = [load_words(lang, loaded.config.root) for lang in loaded.config.settings.languages]
    found = tuple(problem for _, problems in tables for problem in problems)
    edition = loaded.edition(loaded.book, tables[0][0])
    # when slides have changed takes git its time to say; only the page of changes depends on it
    found += tuple(check_redirects(loaded.config, site_pages(edition, {})))
    try:
        if theme := user_theme(loaded.config):
            found += check_theme(theme, loaded.config.root)
        said = render_edition(edition, loaded.config, environment(loaded.config.root), loaded.options, {}).diagnostics
    except TemplateFault as fault:
        said = (fault.problem,)
    if remote is not None:
        from slidegloss.verification.remotelinks import check_remote, remote_addresses  # noqa: PLC0415 - few ask for it

        found += check_remote(remote_addresses(loaded.book), remote)
    settings, alone = figure_settings(loaded.config.settings.figures), bool(loaded.config.only)
    found = (*found, *check_figures(loaded.book, loaded.sources, settings, alone=alone))
    return in_order(adjust([*loaded.diagnostics, *found, *said], loaded.config.settings))
