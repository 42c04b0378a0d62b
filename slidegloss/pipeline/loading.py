"""Reads a project: settings and notes → `Loaded`. Imports only what reading takes.

Notes are read on all cores. What the rest of the work takes is imported by this process while the others read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Diagnostic
from slidegloss.config.project import Config, load_config
from slidegloss.config.severity import adjusted
from slidegloss.decks.reading import Reading, read_notes
from slidegloss.kept.notes import note_key
from slidegloss.kept.store import Kept
from slidegloss.notes.deck import note_options
from slidegloss.sources.discover import catalogues_in, discover
from slidegloss.sources.reference import reference_pages

if TYPE_CHECKING:
    from slidegloss.pipeline.joining import Loaded


def load(
    source: Path, catalogues: Path | None = None, meanwhile: Callable[[], object] = lambda: None
) -> tuple[Loaded | None, tuple[Diagnostic, ...]]:
    """Read and join everything at `source`; None when there is nothing that could become a site.

    `catalogues` is another folder of PO files than the project's own. `meanwhile` is done while other processes parse.
    """
    config, problems = load_config(source)
    return (None, problems) if config is None else load_notes(config, problems, catalogues, meanwhile=meanwhile)


def load_notes(
    config: Config,
    problems: tuple[Diagnostic, ...],
    catalogues: Path | None = None,
    kept: Kept | None = None,
    jobs: int = 0,
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[Loaded | None, tuple[Diagnostic, ...]]:
    """Read and join everything of a project whose settings have been read; `problems` are what was wrong with these.

    Returns None when the project has no notes. Notes that are in `kept` are not parsed again.
    """
    sources, found = discover(config, made=reference_pages(config.root))
    problems += found
    if not sources.notes:
        return None, adjusted(problems, config.settings)

    def load_rest() -> None:
        import slidegloss.pipeline.joining  # noqa: F401, PLC0415 - see above

        meanwhile()

    kept = kept or Kept(None, b"")
    options = note_options(config.settings)
    languages = config.settings.languages
    notes = read_notes(sources.notes, Reading(options, languages, sources.root), kept, jobs, load_rest)
    from slidegloss.pipeline.joining import join  # noqa: PLC0415 - see above

    keys = {note.source_path: note_key(note, kept) for note in sources.notes}
    sources = sources._replace(
        notes=tuple(note._replace(text="") for note in sources.notes),  # a good part of all memory
        catalogues=catalogues_in(catalogues, languages) if catalogues else sources.catalogues,
    )
    return join(notes, sources, keys, config, options, problems), ()
