"""A small book about paper folding with four described papers and some that are only cited; made for tests of papers."""

from __future__ import annotations

from pathlib import Path

CONFIG = """site_name: Folding
extra:
  slidegloss:
    languages: [en, zh]
"""

PAPERS = """- key: moreau2021crease
  title: "CreaseNet: Learning Where Paper Folds"
  short: CreaseNet
  authors: [Ana Moreau, Bo Lin, Cy Tamm, Dia Roth, Eli Stone, Fay Hunt, Gil West]
  venue: ICCV
  year: 2021
  arxiv: "2101.00001"
  links:
    code: https://example.org/crease
  tags: [folding, creases]
  guidance: [text]
  summary:
    en: |
      It guesses **creases** from one picture.

      A second paragraph.
    zh: 从一张图猜出折痕。
- key: tamm2023slow
  title: "Slow Rivers <script>alert(1)</script> & Wet Paper"
  short: SlowRivers
  authors: [Cy Tamm]
  venue: CVPR
  year: 2023
  tags: [folding, "c&c / + 水"]
  guidance: [sound, text]
- key: tamm2022quiet
  title: Quiet Cranes
  authors: [Cy Tamm, 罗一]
  venue: CVPR
  year: 2022
  tags: [birds]
- key: many2020
  title: A Thousand Hands on One Sheet
  venue: ICCV
  year: 2020
  authors:
""" + "".join(f"    - Hand Number{number}\n" for number in range(60))

DECK = """# Folding by machine

P1

## Creases

Moreau et al., “CreaseNet: Learning Where Paper Folds,” ICCV 2021.

Tamm, “Quiet Cranes,” CVPR 2022.

> ✅ 折痕来自一张图。
>
> ❓ 湿纸怎么办？

P2

## Stubs

Wolf et al., “Ladders That Move at Night,” NeurIPS 2019.

P3

## A list

| ID | Year | Name | Note | Tags | Link |
|--|--|--|--|--|--|
| 1 | 2021 | CreaseNet: Learning Where Paper Folds | 折痕 | folding | [link](https://example.org/crease) |
| 2 | 2018 | Lanterns Over Dry Stone Walls in Spring | | | [link](https://example.org/walls) |
""" + "".join(
    f"\nP{number}\n\n## Again {number}\n\nMoreau et al., “CreaseNet: Learning Where Paper Folds,” ICCV 2021.\n"
    for number in range(4, 16)
)


SECOND = """# Snow

Moreau et al., “CreaseNet: Learning Where Paper Folds,” ICCV 2021.
"""


def write_book(root: Path) -> Path:
    """Write the book's sources into `root`."""
    for name, text in {
        "mkdocs.yml": CONFIG,
        "docs/papers/folding.yml": PAPERS,
        "docs/notes/folding.md": DECK,
        "docs/notes/winter/snow.md": SECOND,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
