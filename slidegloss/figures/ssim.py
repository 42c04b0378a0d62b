"""How similar two pictures look, with nothing but Pillow.

The structural similarity of Wang et al. 2004 (K1 = 0.01, K2 = 0.03) over windows of 7 × 7 pixels that do not overlap:
fast enough to check every figure that is converted. It looks at red and blue, which WebP's coarser chroma hurts most
(coloured text); luma and green always fare better. `bench/figures.py` measures all of them with the paper's Gaussian
windows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PIL import Image, ImageMath

_WINDOW: Final = 7
_C1: Final = (0.01 * 255) ** 2
_C2: Final = (0.03 * 255) ** 2
_MAX_SIDE: Final = 4_000
"""Pixels; of a larger picture the middle is compared, which bounds memory."""


def similarity(first: Image.Image, second: Image.Image) -> float:
    """Return the mean structural similarity of two pictures of one size, 1.0 when they are equal.

    Transparent parts are compared as they look on white.
    """
    x, y = _on_white(first), _on_white(second)
    if min(x.size) < _WINDOW:
        return 1.0
    return min(sum(_band(x.getchannel(band), y.getchannel(band)) for band in "RB") / 2, 1.0)


def _band(first: Image.Image, second: Image.Image) -> float:
    x, y = first.convert("F"), second.convert("F")
    moments = {
        "mx": _mean(x),
        "my": _mean(y),
        "xx": _mean(_calculate(_product, a=x, b=x)),
        "yy": _mean(_calculate(_product, a=y, b=y)),
        "xy": _mean(_calculate(_product, a=x, b=y)),
    }
    windows = _calculate(_ssim, **moments)
    # Only whole windows: reduce() also averages a rest at the right and lower edge.
    whole = windows.crop((0, 0, x.width // _WINDOW, x.height // _WINDOW))
    value = whole.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return float(value) if isinstance(value, (int, float)) else 0.0


def _on_white(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    if max(width, height) > _MAX_SIDE:
        left, top = max(0, (width - _MAX_SIDE) // 2), max(0, (height - _MAX_SIDE) // 2)
        picture = picture.crop((left, top, min(width, left + _MAX_SIDE), min(height, top + _MAX_SIDE)))
    if "A" in picture.getbands():
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture.convert("RGBA"))
        picture = ground
    return picture.convert("RGB")


def _mean(picture: Image.Image) -> Image.Image:
    return picture.reduce(_WINDOW)


def _calculate(formula: Callable[[dict[str, Any]], Any], **operands: Image.Image) -> Image.Image:
    result: Image.Image = ImageMath.lambda_eval(formula, **operands)
    return result


def _product(of: dict[str, Any]) -> Any:  # noqa: ANN401 - ImageMath's operands are untyped
    return of["a"] * of["b"]


def _ssim(of: dict[str, Any]) -> Any:  # noqa: ANN401
    mx, my, xx, yy, xy = (of[name] for name in ("mx", "my", "xx", "yy", "xy"))
    alike = (mx * my * 2 + _C1) * ((xy - mx * my) * 2 + _C2)
    return alike / ((mx * mx + my * my + _C1) * (xx - mx * mx + yy - my * my + _C2))
