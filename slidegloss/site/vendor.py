"""Third-party browser assets out of installed packages: the maths font and mermaid's script, with their licences.

Nothing of this is in the repository: pip brings the packages, this module takes the files out of them (without
importing the packages) and keeps what it had to compute in a cache.
"""

from __future__ import annotations

import hashlib
import io
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from slidegloss.base.resources import theme_dir
from slidegloss.write.files import write_shared

SITE_FOLDER = "assets/vendor"
"""Where the assets lie in the site, once for all editions; the theme's templates name it, too."""

MATHS_FAMILY = "STIX Two Math"
_MATHS_FONT = ("ziamath", "ziamath/fonts/STIXTwoMath-Regular.ttf")
_MERMAID = ("mermaidx", "mermaidx/assets/mermaid.js")
_CARD_FONT = ("paperang-p2-fonts-cjk", "paperang_p2_fonts_cjk/fonts/wqy-microhei.ttc")
_RECIPE = "2"
"""Part of the cache key: raise it when the subset below changes."""

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
    (0x1D400, 0x1D7FF),  # mathematical alphanumerics
    (0x1EEF0, 0x1EEF1),
)


class AssetMissingError(RuntimeError):
    """An installed package lacks a file that slidegloss needs of it: reinstall slidegloss with its dependencies."""


def maths_font(cache_dir: Path) -> Path:
    """Return the maths font as WOFF2: STIX Two Math, reduced to what formulas use, its MATH table complete.

    The result is kept in `cache_dir` under a name made of the source font's bytes and the recipe.
    """
    source = _installed(*_MATHS_FONT).read_bytes()
    key = hashlib.sha256(source + _RECIPE.encode()).hexdigest()[:16]
    target = cache_dir / f"stix-two-math-{key}.woff2"
    if not target.is_file():
        write_shared(target, _subset(source))
    return target


def _subset(source: bytes) -> bytes:
    from fontTools import subset  # noqa: PLC0415 - takes long to import and is needed once
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options()
    # stylistic sets double the size for letter forms that MathML never asks for; these few are what a layout engine uses
    options.layout_features = ["ssty", "dtls", "flac", "rtlm", "ccmp", "locl", "mark", "mkmk", "kern"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # names, and the licence that must travel with the font
    options.flavor = "woff2"
    font = TTFont(io.BytesIO(source), lazy=True, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in _MATHS_RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    out = io.BytesIO()
    font.flavor = "woff2"
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
        files["stix-two-math.woff2"] = maths_font(cache_dir)
        files["stix-two-math.css"] = _MATHS_CSS.encode()
        files["stix-two-math.LICENSE.txt"] = licences / "stix-two-math.txt"
    if mermaid:
        files["mermaid.min.js"] = mermaid_script()
        files["mermaid.LICENSE.txt"] = licences / "mermaid.txt"
    return {f"{SITE_FOLDER}/{name}": data for name, data in files.items()}


_MATHS_CSS = f"""\
@font-face {{
  font-family: "{MATHS_FAMILY}";
  src: url("stix-two-math.woff2") format("woff2");
  font-display: swap;
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
