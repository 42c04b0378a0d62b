"""Settings of the conversion of figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from slidegloss.config.settings import Figures

_DEFAULT: Final = Figures()
"""The defaults of what authors set; they are written down there."""


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """How figures are converted and kept; everything here but the cache's size and use is part of the cache's keys."""

    quality: int = _DEFAULT.quality
    """WebP quality of raster figures, 1–100."""
    widths: tuple[int, ...] = _DEFAULT.widths
    """Narrower variants to offer, in pixels; one is made where the figure is at least 1.3 times as wide."""
    min_ssim: float = 0.98
    """Where the converted figure is less similar to its source than this, its quality is raised."""
    max_side: int = 8_000
    """Pixels; a wider or taller figure is reported."""
    max_bytes: int = 20_000_000
    """A larger file is reported."""
    max_pixels: int = 80_000_000
    """A figure that declares more is not decoded at all (decompression bombs); below Pillow's own limit."""
    cache_mb: int = _DEFAULT.cache_mb
    """What the cache may grow to, in MB of 10⁶ bytes."""
    owner: str = ""
    """A secret of whoever made what the cache holds (`owner.seal`): entries that came with a project are not found."""
    use_cache: bool = True
    """False converts every figure anew and renews what the cache holds."""
