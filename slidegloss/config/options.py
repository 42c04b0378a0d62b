"""What the command line says about a build: apart from `pipeline/phases.py`, which a build with little to do need not load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.config.engines import Engine

if TYPE_CHECKING:
    from slidegloss.config.project import Config


class Options(NamedTuple):
    """What the command line says about a build."""

    out: Path | None = None
    strict: bool = False
    engine: Engine = Engine.MKDOCS
    languages: tuple[str, ...] = ()
    """Editions to build; empty for all."""
    jobs: int = 0
    """Processes at a time; 0 for as many as there are cores."""
    use_cache: bool = True
    """Whether figures converted before may be used again."""


class UnknownLanguage(Exception):  # noqa: N818 - the command line shows it as a message
    """The command line names a language that the site does not have."""

    hint = "name one of these, or add it to extra.slidegloss.languages in mkdocs.yml"

    def __init__(self, lang: str, config: Config) -> None:
        """Name the language and those there are."""
        super().__init__(f"the settings list no language '{lang}'; they list {', '.join(config.settings.languages)}")
        self.path = config.config_path


def chosen_languages(config: Config, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return those of a site's languages that are wanted, in its order; without a wish all. Raises UnknownLanguage."""
    listed = config.settings.languages
    if unknown := [lang for lang in wanted if lang not in listed]:
        raise UnknownLanguage(unknown[0], config)
    return tuple(lang for lang in listed if lang in (wanted or listed))
