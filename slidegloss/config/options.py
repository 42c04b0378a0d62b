"""The options of a build. This module is cheap to import, because every command loads it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss.base.namedtuples import NamedTuple

if TYPE_CHECKING:
    from slidegloss.config.project import Config


class Engine(Enum):
    """A program that turns the `build/` tree into HTML; the value is its Python module."""

    MKDOCS = "mkdocs"
    PROPERDOCS = "properdocs"
    ZENSICAL = "zensical"

    @property
    def installed(self) -> bool:
        """Whether this Python can run the engine."""
        return find_spec(self.value) is not None


class Options(NamedTuple):
    """The command line options of a build."""

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
