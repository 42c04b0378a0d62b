"""Figures: found, sniffed, measured, converted and cached.

`locate` turns what a note says into a file, `prepare` turns files into what the site shows, `audit` has the rules over
the whole book. The cache is the one thing here that is written to the disk.
"""

from slidegloss.figures.audit import Placed, duplicates, page_numbers, unused, wrong_pages
from slidegloss.figures.batch import FOLDER, Prepared, inspect, prepare
from slidegloss.figures.locate import AssetIndex, Embedded, Found, Missing, Remote, build_index, explain, locate
from slidegloss.figures.settings import FigureSettings

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
    "locate",
    "page_numbers",
    "prepare",
    "unused",
    "wrong_pages",
]
