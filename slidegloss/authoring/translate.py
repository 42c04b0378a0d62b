"""`slidegloss translate`: a book's catalogues, brought up to date with its notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.config.options import chosen_languages
from slidegloss.config.severity import adjusted
from slidegloss.editions.translations import Plan, plans
from slidegloss.pipeline.loading import load
from slidegloss.write.beside import write_beside


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


def translate(
    source: Path, languages: Sequence[str] = (), out: Path | None = None
) -> Translated | tuple[Diagnostic, ...]:
    """Bring the catalogues up to date with the notes; messages alone when there is nothing to read.

    A folder that is not a slidegloss project stays as it is unless `out` says where its catalogues are. Raises
    UnknownLanguage.
    """
    loaded, problems = load(source, out)
    if loaded is None:
        return problems
    config = loaded.config
    made = plans(loaded.translations, chosen_languages(config, languages), config.site_name)
    folder = (out or config.root / config.settings.translations).absolute()
    ours = out is not None or config.kind in {"slidegloss", "mkdocs"} or folder.is_dir()
    files = {f"{plan.lang}.po": plan.text for plan in made if plan.text is not None}
    written = write_beside(folder, files) if ours else ()
    titles = {deck.source_path: deck.title for deck in loaded.book.decks}
    diagnostics = adjusted(loaded.diagnostics, config.settings)
    return Translated(made, folder, written, not ours, titles, diagnostics)
