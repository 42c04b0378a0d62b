"""Figures: found, sniffed, measured, converted and cached.

`locate.locate` turns what a note says into a file, `prepare` turns files into what the site shows, `audit` has the rules over
the whole book. The cache is the one thing here that is written to the disk. The modules are loaded when somebody asks for
a name of theirs: Pillow takes its time, and most stages only locate.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slidegloss.figures.audit import Placed, duplicates, page_numbers, unused, wrong_pages
    from slidegloss.figures.batch import FOLDER, Prepared, inspect, prepare
    from slidegloss.figures.locate import AssetIndex, Embedded, Found, Missing, Remote, build_index, explain
    from slidegloss.figures.settings import FigureSettings

_WHERE = {
    **dict.fromkeys(("Placed", "duplicates", "page_numbers", "unused", "wrong_pages"), "audit"),
    **dict.fromkeys(("FOLDER", "Prepared", "inspect", "prepare"), "batch"),
    **dict.fromkeys(("AssetIndex", "Embedded", "Found", "Missing", "Remote", "build_index", "explain"), "locate"),
    "FigureSettings": "settings",
}

__all__ = [
    "FOLDER",
    "AssetIndex",
    "Embedded",
    "FigureSettings",
    "Found",
    "Missing",
    "Placed",
    "Prepared",
    "Remote",
    "build_index",
    "duplicates",
    "explain",
    "inspect",
    "page_numbers",
    "prepare",
    "unused",
    "wrong_pages",
]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
