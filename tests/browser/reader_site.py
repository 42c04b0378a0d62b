"""A small book with everything that a reader can do with slides: figures, kinds of remarks, references, questions."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from slidegloss.pipeline.phases import Options, build

CONFIG = """site_name: Reading group
site_url: https://notes.example.org/group/
repo_url: https://git.example.org/group
site_author: A. Writer
extra:
  slidegloss:
    languages: [en, zh]
"""

DECK = """# Motion fields

P5

## Why fields

![](../../assets/wide.png)

A field says where each point goes; see P7.

> ✅ 场比轨迹更容易学习。
> en: A field is easier to learn than a track.
> ❓ 场可以不连续吗？

P6

## Fields over time

![](../../assets/tall.png)

> 💡 可以把时间当作第三个坐标。

P7

## Learned fields

![](../../assets/wide.png)

Chen et al., “Learned Fields for Motion,” arXiv 2023.

> ❓ 需要多少数据？
> ✅ 几百段短片就够了。

| Step | Formula | Half | Cost |
|--|:--|:-:|--:|
| one | $a^2$ | 1 | 20 |

P8

P9

## Limits of fields

LONG

> ❗ 遮挡处没有定义。

P10

## Leftover questions

![](../../assets/wide.png)

- How does it end at a border?
- Is one scale enough? A: no, three are.
"""

NOTE = """# 阅读方法

先读摘要，再读图；例如 P6，或者[极限那一页](fields.md#p9)。

## 步骤

> ✅ 每段只记一句话。

$$x = y + 1$$
"""


def build_book(folder: Path) -> Path:
    """Write the book and build it; returns the site."""
    notes, assets = folder / "book" / "docs" / "notes", folder / "book" / "assets"
    for place in (notes, assets):
        place.mkdir(parents=True)
    (folder / "book" / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (notes / "fields.md").write_text(DECK.replace("LONG", "One line among many.\n\n" * 60), encoding="utf-8")
    (notes / "method.md").write_text(NOTE, encoding="utf-8")
    Image.new("RGB", (1600, 500), "teal").save(assets / "wide.png")
    Image.new("RGB", (400, 900), "brown").save(assets / "tall.png")
    built = build(folder / "book", Options(out=folder / "site"))
    assert built.site is not None, [*built.diagnostics, *built.failures]
    return built.site
