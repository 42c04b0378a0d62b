"""Loads the project that a command works on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slidegloss import terminal
from slidegloss.pipeline.loading import load

if TYPE_CHECKING:
    from slidegloss.pipeline.joining import Loaded


def loaded(source: Path) -> Loaded | None:
    """Read and join a project; None, with the reasons told, when there is nothing that a command could work on."""
    found, problems = load(source)
    if found is None:
        terminal.tell(problems)
    return found
