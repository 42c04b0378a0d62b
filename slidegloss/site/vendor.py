"""Third-party browser assets taken from installed packages: the maths font and mermaid, with their licences.

Nothing of this is in the repository: pip brings the packages, this module takes the files out of them (without
importing the packages) and keeps what it had to compute in a cache.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.resources import theme_dir
from slidegloss.write.files import write_shared

SITE_FOLDER = "assets/vendor"
"""Where the assets lie in the site, once for all editions; the theme's templates name it, too."""

MATHS_FAMILY = "STIX Two Math"
_MATHS_FONT = ("ziamath", "ziamath/fonts/STIXTwoMath-Regular.ttf")
_MERMAID = ("mermaidx", "mermaidx/assets/mermaid.js")
_CARD_FONT = ("paperang-p2-fonts-cjk", "paperang_p2_fonts_cjk/fonts/wqy-microhei.ttc")
_RECIPE = "3"
"""Part of the cache key: raise it when the subsets below change."""

_MATHS_RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1: ± × ÷ ¬ and accented letters
    (0x0131, 0x0131),
    (0x0237, 0x0237),  # dotless i and j
    (0x02C6, 0x02DD),  # spacing accents
    (0x0300, 0x0338),  # combining accents and negation
    (0x0370, 0x03FF),  # Greek
    (0x2010, 0x2063),  # dashes, primes, dots, invisible operators
    (0x20D0, 0x20F0),  # combining arrows and bars for symbols
    (0x2100, 0x214F),  # letterlike: ℝ ℓ ℏ
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # operators
    (0x2300, 0x23FF),  # brackets and their parts
    (0x25A0, 0x25FF),  # shapes
    (0x2605, 0x2606),
    (0x2713, 0x2717),
    (0x27C0, 0x27FF),  # brackets, long arrows
    (0x2900, 0x297F),  # arrows B
    (0x2980, 0x29FF),  # brackets B
    (0x2A00, 0x2AFF),  # n-ary and supplemental operators
    (0x2B00, 0x2B11),
    (0x1D400, 0x1D467),  # bold and italic letters
    (0x1D6A4, 0x1D71B),  # the same in Greek, and dotless italic i and j
    (0x1D7CA, 0x1D7D7),  # bold digits
    (0x1EEF0, 0x1EEF1),
)
"""What the font holds that every page with formulas loads."""
_LETTER_RANGES = (
    (0x1D468, 0x1D6A3),  # bold italic, script, Fraktur, double-struck, sans serif, typewriter
    (0x1D71C, 0x1D7C9),  # bold italic and sans serif Greek
    (0x1D7D8, 0x1D7FF),  # digits of these alphabets
)
"""What is a font of its own, a third of the whole, for most pages use none of it.

It has no MATH table: the layout of formulas, and all that grows with its content, is the first font's business, and
Firefox takes it from whichever font has a table.
"""


class AssetMissingError(RuntimeError):
    """An installed package lacks a file that slidegloss needs of it: reinstall slidegloss with its dependencies."""


class _Font(NamedTuple):
    """A part of the maths font: the name of its file in the site, what characters it holds, and what tables it lacks."""

    name: str
    ranges: tuple[tuple[int, int], ...]
    without: tuple[str, ...] = ()


def maths_fonts(cache_dir: Path) -> dict[str, Path]:
    """Return the maths font as WOFF2 files, by their names in the site; they are made where `cache_dir` lacks them."""
    for make in maths_fonts_to_make(cache_dir):
        make()
    return {font.name: _kept(font, cache_dir) for font in _maths_fonts()}


def maths_fonts_to_make(cache_dir: Path) -> list[Callable[[], None]]:
    """Return what makes those files of the maths font that `cache_dir` lacks, which takes seconds; the slowest first.

    They can be made at the same time.
    """
    wanted = [(font, _kept(font, cache_dir)) for font in _maths_fonts()]
    return [partial(_make, font, target) for font, target in wanted if not target.is_file()]


def _maths_fonts() -> tuple[_Font, ...]:
    return (
        _Font("stix-two-math.woff2", _MATHS_RANGES),
        _Font("stix-two-math-letters.woff2", _LETTER_RANGES, without=("MATH",)),
    )


def _kept(font: _Font, cache_dir: Path) -> Path:
    """Return where a font is kept: its name is made of the source font's bytes, the recipe and the characters."""
    key = hashlib.sha256(f"{_source_digest()} {_RECIPE} {font}".encode()).hexdigest()[:16]
    return cache_dir / f"{font.name.removesuffix('.woff2')}-{key}.woff2"


@cache
def _source_digest() -> str:
    return hashlib.sha256(_installed(*_MATHS_FONT).read_bytes()).hexdigest()


def _make(font: _Font, target: Path) -> None:
    write_shared(target, _subset(_installed(*_MATHS_FONT).read_bytes(), font))


def _subset(source: bytes, wanted: _Font) -> bytes:
    """Return STIX Two Math reduced to some characters, and to what a layout engine puts in their place."""
    from fontTools import subset  # noqa: PLC0415 - takes long to import and is needed once
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.ttLib.woff2 import WOFF2FlavorData  # noqa: PLC0415

    options = subset.Options()
    # stylistic sets double the size for letter forms that MathML never asks for; these few are what a layout engine uses
    options.layout_features = ["ssty", "dtls", "flac", "rtlm", "ccmp", "locl", "mark", "mkmk", "kern"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # names, and the licence that must travel with the font
    options.drop_tables += wanted.without
    font = TTFont(io.BytesIO(source), lazy=True, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in wanted.ranges for code in range(first, last + 1)])
    subsetter.subset(font)
    out = io.BytesIO()
    font.flavor = "woff2"
    font.flavorData = WOFF2FlavorData(transformedTables=("glyf", "loca", "hmtx"))  # the smallest
    font.save(out)
    return out.getvalue()


def mermaid_script() -> Path:
    """Return mermaid's own browser build (version 11, all diagram types in one file) out of the installed package."""
    return _installed(*_MERMAID)


def card_font() -> Path:
    """Return the font that link previews are drawn in: WenQuanYi Micro Hei (Apache License 2.0), never sent to readers."""
    return _installed(*_CARD_FONT)


def vendor_files(cache_dir: Path, *, maths: bool, mermaid: bool) -> dict[str, bytes | Path]:
    """Return the vendored files that a site needs, by their path from the site's root, licences included."""
    licences = theme_dir() / "licenses"
    files: dict[str, bytes | Path] = {}
    if maths:
        files |= maths_fonts(cache_dir)
        files["stix-two-math.css"] = _maths_css().encode()
        files["stix-two-math.LICENSE.txt"] = licences / "stix-two-math.txt"
    if mermaid:
        files["mermaid.min.js"] = mermaid_script()
        files["mermaid.LICENSE.txt"] = licences / "mermaid.txt"
    return {f"{SITE_FOLDER}/{name}": data for name, data in files.items()}


def _maths_css() -> str:
    """Return the style sheet of formulas: a browser loads the second font when a page has one of its characters."""
    whole, letters = _maths_fonts()
    ranges = ", ".join(f"U+{first:X}-{last:X}" for first, last in letters.ranges)
    return f"""\
@font-face {{
  font-family: "{MATHS_FAMILY}";
  src: url("{whole.name}") format("woff2");
  font-display: swap;
}}
@font-face {{
  font-family: "{MATHS_FAMILY}";
  src: url("{letters.name}") format("woff2");
  font-display: swap;
  unicode-range: {ranges};
}}
math {{
  font-family: "{MATHS_FAMILY}", "Cambria Math", "Latin Modern Math", math;
}}
"""


def _installed(package: str, path: str) -> Path:
    try:
        found: Distribution = distribution(package)
    except PackageNotFoundError as error:
        message = f"the package {package} is not installed"
        raise AssetMissingError(message) from error
    file = Path(str(found.locate_file(path)))
    if not file.is_file():
        message = f"{package} {found.version} holds no {path}"
        raise AssetMissingError(message)
    return file
