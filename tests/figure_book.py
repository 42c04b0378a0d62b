"""A small book with every kind of figure, built once for the tests of sites and browsers."""

from __future__ import annotations

import struct
from pathlib import Path

from PIL import Image, ImageDraw

from slidegloss.pipeline.phases import Options, build

CONFIG = "site_name: Shapes\nextra:\n  slidegloss:\n    languages: [en, zh]\n"
NOTE = """# Shapes

![](assets/wide.png)

P3

## Big squares

![](assets/wide.png)

Ono et al., “Squares Grow on Trees,” CVPR 2021.

![A red circle](assets/clear.png)

P4

## Moving shapes

![](assets/move.gif)

![](assets/wide.png)

![](assets/wide.png)

<iframe src="assets/turn.mp4"></iframe>

![](assets/plan.svg)

![](assets/wired.png)

P5

| | | |
|--|--|--|
| ![](assets/wide.png) | ![](assets/tall.png) | ![](assets/clear.png) |

| Step | Look |
|--|--|
| one | ![](assets/wide.png) |
"""
PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "shapes:p3"
msgid "A red circle"
msgstr "一个红圆"

msgctxt "shapes:p3"
msgid "Big squares"
msgstr "大方块"
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><circle cx="90" cy="90" r="60"/></svg>'


def box(name: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", len(data) + 8, name) + data


def mp4(width: int, height: int, *, turned: bool = False, moov_last: bool = True) -> bytes:
    """Return the boxes of a film without pictures, as ISO/IEC 14496-12 has them."""
    unit = 1 << 16
    matrix = (0, unit, 0, -unit, 0, 0, 0, 0, 1 << 30) if turned else (unit, 0, 0, 0, unit, 0, 0, 0, 1 << 30)
    video = (
        struct.pack(">I", 7) + bytes(36) + struct.pack(">9i", *matrix) + struct.pack(">II", width * unit, height * unit)
    )
    sound = struct.pack(">I", 7) + bytes(80)
    moov = box(b"moov", box(b"mvhd", bytes(100)), *(box(b"trak", box(b"tkhd", one)) for one in (sound, video)))
    head, films = box(b"ftyp", b"isom", bytes(4), b"isom"), box(b"mdat", bytes(5000))
    return head + films + moov if moov_last else head + moov + films


def write_book(root: Path) -> Path:
    """Write the project's files."""
    assets = root / "docs/notes/assets"
    assets.mkdir(parents=True)
    Image.effect_noise((1600, 900), 60).convert("RGB").save(assets / "wide.png")
    Image.effect_noise((300, 500), 60).convert("RGB").save(assets / "tall.png")
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(clear).ellipse((50, 50, 250, 250), fill=(0, 0, 0, 255))
    clear.save(assets / "clear.png")
    frames = [Image.new("P", (120, 80), colour) for colour in (1, 2)]
    frames[0].save(assets / "move.gif", save_all=True, append_images=frames[1:])
    (assets / "turn.mp4").write_bytes(mp4(640, 360))
    (assets / "plan.svg").write_text(SVG, encoding="utf-8")
    (root / "docs/notes/shapes.md").write_text(NOTE, encoding="utf-8")
    (root / "docs/translations").mkdir()
    (root / "docs/translations/zh.po").write_text(PO, encoding="utf-8")
    (root / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    return root


def built(folder: Path) -> Path:
    """Write and build the book; returns its site."""
    root = write_book(folder / "shapes of 图")
    done = build(root, Options(out=root / "site"))
    assert done.site, (done.diagnostics, done.failures)
    return done.site
