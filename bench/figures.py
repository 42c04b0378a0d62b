"""Measure the conversion of a folder's figures: bytes, seconds on 1 and 2 threads, and similarity to the originals.

    python bench/figures.py ../shared/corpus/ImportantArticles_2024

The similarity is SSIM (Wang et al. 2004) with Gaussian windows of 11 × 11 and σ = 1.5, on luma and as the mean of R, G and B.
Needs numpy.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from slidegloss.figures.batch import prepare
from slidegloss.figures.settings import FigureSettings

_X = np.arange(11) - 5
_KERNEL = np.exp(-(_X**2) / (2 * 1.5**2))
_KERNEL /= _KERNEL.sum()


def blur(plane: np.ndarray) -> np.ndarray:
    rows = sum(_KERNEL[i] * plane[i : plane.shape[0] - 10 + i] for i in range(11))
    return sum(_KERNEL[i] * rows[:, i : rows.shape[1] - 10 + i] for i in range(11))


def ssim(first: np.ndarray, second: np.ndarray) -> float:
    x, y = first.astype(np.float64), second.astype(np.float64)
    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def pixels(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "white")
    ground.alpha_composite(upright)
    return ground.convert("RGB")


def compare(original: Path, published: Path) -> tuple[float, float]:
    a, b = pixels(original), pixels(published)
    if min(a.size) < 11:
        return 1.0, 1.0
    luma = ssim(np.asarray(a.convert("L")), np.asarray(b.convert("L")))
    x, y = np.asarray(a), np.asarray(b)
    return luma, sum(ssim(x[..., band], y[..., band]) for band in range(3)) / 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--no-ssim", action="store_true")
    args = parser.parse_args()
    root: Path = args.root
    kinds = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".svg", ".tif", ".tiff"}
    sources = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.suffix.lower() in kinds)
    settings = FigureSettings()
    with tempfile.TemporaryDirectory() as folder:
        for jobs in (1, 2):
            cache = Path(folder) / str(jobs)
            start = time.perf_counter()
            prepare(sources, root, cache, settings, jobs)
            cold = time.perf_counter() - start
            start = time.perf_counter()
            done = prepare(sources, root, cache, settings, jobs)
            print(f"{jobs} thread(s): {cold:.2f} s cold, {(time.perf_counter() - start) * 1000:.0f} ms cached")
        report(done, root, sources, with_ssim=not args.no_ssim)


def report(done, root: Path, sources: list[str], *, with_ssim: bool) -> None:
    before = sum((root / source).stat().st_size for source in sources)
    full = sum(figure.original.bytes for figure in done.figures.values())
    phone = sum(figure.variants[0].bytes for figure in done.figures.values())
    site = sum(path.stat().st_size for path in done.files.values())
    print(f"{len(done.figures)} of {len(sources)} figures: {before:,} bytes before")
    print(f"  full width {full:,} ({before / full:.1f} times fewer), narrowest {phone:,} ({before / phone:.1f} times)")
    print(f"  all {len(done.files)} files in the site {site:,}")
    kept = sum(figure.original.site_path.rpartition(".")[2] != "webp" for figure in done.figures.values())
    print(f"  kept as they are: {kept}")
    if with_ssim:
        measured = sorted(
            (*compare(root / source, done.files[figure.original.site_path]), source)
            for source, figure in done.figures.items()
            if figure.kind == "raster"
        )
        print(
            f"SSIM on luma: least {measured[0][0]:.4f} ({measured[0][2]}), median {measured[len(measured) // 2][0]:.4f}"
        )
        worst = min(measured, key=lambda row: row[1])
        print(f"SSIM, mean of R, G, B: least {worst[1]:.4f} ({worst[2]})")


if __name__ == "__main__":
    main()
