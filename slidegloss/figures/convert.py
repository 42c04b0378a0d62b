"""Converts one picture for the site: bytes → WebP variants, sanitised SVG or the file itself. Never raises on bad bytes."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Final, Literal

from PIL import Image, ImageCms, ImageOps

from slidegloss.base.diagnostics import Code
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.figures import svg
from slidegloss.figures.settings import FigureSettings
from slidegloss.figures.sniff import HEAD_BYTES, PLAYED, Sniffed, sniff
from slidegloss.figures.ssim import similarity

Kind = Literal["raster", "svg", "gif", "video", "other"]

_WEBP_SIDE: Final = 16_383
"""WebP's largest side in pixels (RFC 9649)."""
_PAYS_AT: Final = 1.3
"""A narrower variant is made where the figure is at least this many times as wide."""
_PAYS_BYTES: Final = 0.9
"""… and kept where it has at most this share of the next wider one's bytes."""
_FEW_COLOURS: Final = 1 << 14
"""Line art and screenshots have fewer; then lossless coding is tried as well."""
_SHOWN_AS_IS: Final = frozenset({"png", "jpeg", "webp", "avif"})
_LOSSY_SOURCES: Final = frozenset({"jpeg", "avif"})
# What Pillow's decoders raise on bytes that are not what they should be.
_DECODE_ERRORS: Final = (
    OSError, SyntaxError, ValueError, EOFError, OverflowError, IndexError, KeyError, TypeError, AttributeError,
    struct.error, zlib.error, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


class Problem(NamedTuple):
    """A message about a picture's content, whichever path it lies at."""

    code: Code
    message: str
    hint: str = ""


class Output(NamedTuple):
    """One file for the site: new bytes, or None where the source itself is copied."""

    data: bytes | None
    extension: str
    width: int
    height: int


class Converted(NamedTuple):
    """What became of a picture; without outputs it cannot be shown. Outputs run from narrow to wide."""

    kind: Kind
    mime: str
    width: int
    height: int
    transparent: bool
    outputs: tuple[Output, ...]
    problems: tuple[Problem, ...]


def convert(data: bytes, settings: FigureSettings, *, encode: bool = True) -> Converted:
    """Turn a figure's bytes into the files to publish; never raises because of what the bytes hold.

    Without `encode` a raster figure is decoded and judged only, and its sole output is the source.
    """
    found = sniff(data[:HEAD_BYTES])
    if found.type == "empty":
        return _unusable(found, Problem(Code.FIGURE_EMPTY, "the file has 0 bytes", "copy the figure again"))
    if found.type == "svg":
        return _svg(data, settings)
    if found.type in PLAYED:
        return as_is(found, "video")
    if found.type == "gif":
        extensions = re.findall(rb"\x21\xf9\x04(.)", data[:HEAD_BYTES], re.DOTALL)  # graphic control: its packed fields
        transparent = any(packed[0] & 1 for packed in extensions)
        return as_is(found, "gif", transparent=transparent)._replace(
            problems=tuple(_oversized(found.width, found.height, len(data), settings))
        )
    if found.type in {"heic", "pdf"}:  # no browser shows it in a page, but readers may open the file
        return as_is(found, "other")._replace(problems=(_unsupported(found),))
    if found.type in {"text", "other"}:
        return _unusable(found, _unsupported(found))
    return _raster(data, found, settings, encode=encode)


def as_is(found: Sniffed, kind: Kind, *, transparent: bool = False) -> Converted:
    """Publish a file unchanged."""
    output = Output(None, _extension(found), found.width, found.height)
    return Converted(kind, found.mime, found.width, found.height, transparent, (output,), ())


def _raster(data: bytes, found: Sniffed, settings: FigureSettings, *, encode: bool) -> Converted:
    if found.width * found.height > settings.max_pixels:
        return _unusable(found, _bomb(found.width, found.height, settings))
    try:
        with Image.open(io.BytesIO(data)) as opened:
            size = opened.size
            if size[0] * size[1] > settings.max_pixels:
                return _unusable(found, _bomb(*size, settings))
            animated = found.animated or bool(getattr(opened, "is_animated", False) and found.type in {"png", "webp"})
            if animated:
                opened.load()
                kept = as_is(found._replace(width=size[0], height=size[1]), "raster", transparent=True)
                return kept._replace(problems=tuple(_oversized(*size, len(data), settings)))
            picture, altered = _normalise(opened)
    except _DECODE_ERRORS as error:
        return _broken(found, error)
    problems = tuple(_oversized(*picture.size, len(data), settings))
    if encode:
        outputs = _outputs(picture, data, found, settings, keepable=not altered and found.type in _SHOWN_AS_IS)
    else:
        outputs = (Output(None, _extension(found), *picture.size),)
    transparent = picture.mode == "RGBA"
    return Converted("raster", found.mime, *picture.size, transparent, outputs, problems)


def _normalise(opened: Image.Image) -> tuple[Image.Image, bool]:
    """Decode to upright sRGB, mode RGB or RGBA; also tell whether the pixels differ from what a browser would show.

    A browser honours rotation and profiles by itself, but then the size in the page would be wrong or the profile lost.
    """
    profile = opened.info.get("icc_profile")
    picture: Image.Image = opened
    picture.load()
    rotated = picture.getexif().get(0x0112, 1) not in {0, 1}
    mode = picture.mode
    if rotated:
        picture = ImageOps.exif_transpose(picture)
    deep = mode.startswith("I") or mode == "F"
    if deep:
        picture = _to_8_bits(picture)
    if profile and not deep:
        picture = _to_srgb(picture, profile)
    alpha = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    picture = picture.convert("RGBA" if alpha else "RGB")
    if alpha and picture.getchannel("A").getextrema()[0] == 255:
        picture = picture.convert("RGB")
    return picture, rotated or deep or mode in {"CMYK", "YCbCr", "LAB", "HSV"}


def _to_8_bits(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I")
    low, high = picture.getextrema()
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return picture.convert("L")
    if picture.mode == "I" and low >= 0 and high <= 65535:
        scale, offset = (1 / 257, 0.0) if high > 255 else (1.0, 0.0)
    else:  # data without a fixed range: stretch what is there
        scale = 255 / (high - low) if high > low else 0.0
        offset = -low * scale
    return picture.convert("F").point(lambda value: value * scale + offset).convert("L")


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    alpha = None
    if picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if picture.mode in {"LA", "RGBA"}:
        alpha = picture.getchannel("A")
        picture = picture.convert(picture.mode[:-1])
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        done = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):  # a damaged profile: the numbers are taken for sRGB
        done = picture.convert("RGB")
    done = done or picture.convert("RGB")
    if alpha is not None:
        done.putalpha(alpha)
    return done


def _outputs(
    picture: Image.Image, data: bytes, found: Sniffed, settings: FigureSettings, *, keepable: bool
) -> tuple[Output, ...]:
    exact = found.type not in _LOSSY_SOURCES
    encoded, quality = None, settings.quality
    if max(picture.size) <= _WEBP_SIDE:
        encoded, quality = _encode(picture, settings, exact=exact)
    if encoded is None and not keepable:  # too wide for WebP, or too unlike at every quality
        encoded = _best_other(picture)
    if encoded is None or (keepable and len(encoded) >= len(data)):
        widest, size = Output(None, _extension(found), *picture.size), len(data)
    else:
        widest, size = Output(encoded, "webp" if encoded[:4] == b"RIFF" else "png", *picture.size), len(encoded)
    outputs = [widest]
    for width in sorted(settings.widths, reverse=True):
        height = max(1, round(picture.height * width / picture.width))
        if picture.width < width * _PAYS_AT or height > _WEBP_SIDE:
            continue
        small = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        choices = [_webp(small, quality=quality), *_lossless(small, exact=exact)]
        best = min(choices, key=len)
        if len(best) <= size * _PAYS_BYTES:
            outputs.append(Output(best, "webp", width, height))
            size = len(best)
    return tuple(reversed(outputs))


def _encode(picture: Image.Image, settings: FigureSettings, *, exact: bool) -> tuple[bytes | None, int]:
    """Return the smallest WebP that is similar enough and its quality; None where no quality is.

    `exact` tells that the source was coded without loss, so that lossless coding may be the smaller one.
    """
    quality = settings.quality
    lossless = _lossless(picture, exact=exact)
    for quality in dict.fromkeys((settings.quality, max(settings.quality, 95), max(settings.quality, 99))):
        lossy = _webp(picture, quality=quality)
        if lossless and len(lossless[0]) <= len(lossy):
            break
        with Image.open(io.BytesIO(lossy)) as again:
            if similarity(picture, again) >= settings.min_ssim:
                return lossy, quality
    if not lossless and exact:
        lossless = [_webp(picture, quality=60, lossless=True)]
    return (lossless[0] if lossless else None), quality


def _lossless(picture: Image.Image, *, exact: bool) -> list[bytes]:
    """Code line art without loss: none or one choice."""
    worth = exact and picture.getcolors(_FEW_COLOURS) is not None
    return [_webp(picture, quality=60, lossless=True)] if worth else []


def _webp(picture: Image.Image, *, quality: int, lossless: bool = False) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality, lossless=lossless, method=4, icc_profile=None, exif=b"", xmp=b"")
    return buffer.getvalue()


def _best_other(picture: Image.Image) -> bytes:
    """Code what must be coded but that WebP at high quality could not hold: lossless WebP, or PNG beyond its size."""
    if max(picture.size) <= _WEBP_SIDE:
        return _webp(picture, lossless=True, quality=60)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def _svg(data: bytes, settings: FigureSettings) -> Converted:
    found = Sniffed("svg")
    try:
        clean = svg.sanitise(data)
    except svg.BrokenSvgError as error:
        return _unusable(found, Problem(Code.FIGURE_BROKEN, f"the SVG cannot be read: {error}", "export it again"))
    problems = list(_oversized(0, 0, len(data), settings))
    if clean.removed:
        what = ", ".join(clean.removed[:5]) + (f" and {len(clean.removed) - 5} more" if len(clean.removed) > 5 else "")
        problems.append(Problem(Code.FIGURE_SVG_UNSAFE, f"removed from the SVG: {what}", "export it as plain SVG"))
    output = Output(clean.data, "svg", clean.width, clean.height)
    # A drawing without ground is meant for white paper, hence always treated as transparent.
    return Converted("svg", found.mime, clean.width, clean.height, True, (output,), tuple(problems))  # noqa: FBT003


def _broken(found: Sniffed, error: BaseException) -> Converted:
    text = str(error) or type(error).__name__
    if "truncated" in text.lower() and found.width and found.type in {"jpeg", "png"}:
        # Browsers show as much as there is, which beats a box.
        problem = Problem(Code.FIGURE_BROKEN, "the file is cut off; it is shown as far as it goes", "copy it again")
        return as_is(found, "raster")._replace(problems=(problem,))
    return _unusable(
        found, Problem(Code.FIGURE_BROKEN, f"the {found.type.upper()} cannot be decoded", "export it again")
    )


def _unusable(found: Sniffed, problem: Problem) -> Converted:
    return Converted("other", found.mime, found.width, found.height, False, (), (problem,))  # noqa: FBT003


def _unsupported(found: Sniffed) -> Problem:
    what = {
        "heic": ("HEIC pictures are shown by few browsers and cannot be converted here", "export it as JPEG or PNG"),
        "pdf": ("a PDF is no picture", "export the page as SVG or PNG, or link to the PDF"),
        "text": ("the file holds text, not a picture", "it may be a failed download; fetch the figure again"),
    }
    message, hint = what.get(found.type, ("the type of the file is not known", "export it as PNG, JPEG, WebP or SVG"))
    return Problem(Code.FIGURE_UNSUPPORTED, message, hint)


def _bomb(width: int, height: int, settings: FigureSettings) -> Problem:
    message = f"{width:,} × {height:,} px is more than the {settings.max_pixels:,} px that are decoded; it is not shown"
    return Problem(Code.FIGURE_OVERSIZED, message, "scale it down")


def _oversized(width: int, height: int, size: int, settings: FigureSettings) -> list[Problem]:
    problems = []
    if max(width, height) > settings.max_side:
        message = f"{width:,} × {height:,} px; more than {settings.max_side:,} px on a side"
        problems.append(Problem(Code.FIGURE_OVERSIZED, message, "scale it down"))
    if size > settings.max_bytes:
        message = f"{size / 1e6:.1f} MB; more than {settings.max_bytes / 1e6:g} MB"
        problems.append(Problem(Code.FIGURE_OVERSIZED, message, "scale it down or save it with more compression"))
    return problems


def _extension(found: Sniffed) -> str:
    return "jpg" if found.type == "jpeg" else found.type
