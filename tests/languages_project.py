"""A small project in two languages and a third that only the project itself knows; used by site and browser tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from slidegloss.authoring.translate import translate
from slidegloss.editions.catalog import read_catalogue, write_catalogue
from slidegloss.pipeline.phases import Built, Options, build

NAME = "Moving notes"
SETTINGS = """\
site_name: Moving notes
site_url: https://example.org/notes/
extra:
  slidegloss:
    languages: [{languages}]
"""
MOTION = r"""
# Moving pictures

P3
## Optical flow

The flow \\(u\\) tells where a point goes.

 - dense or sparse

Each point of one frame is looked for in the next; where light changes, the search goes wrong.

> ✅ 光流 \\(u\\) 描述每个点的去向。
> ❓ 遮挡的地方怎么办?
> en: What about hidden places?

P4
## Long clips

| Step | Remark |
|--|--|
| first | ✅ 先降低分辨率 |

> ✅ 误差会随时间累积，见[基础](basics.md)。

> 💡 还没有人翻译这一条。

> 🔎 https://example.org/flow
"""
BASICS = """\
# 基础

P1
## 什么是帧

视频是一串图片。

> ✅ Frames per second: 24 is enough for cinema.
> zh: 每秒二十四帧足够电影使用。
"""
ENGLISH = {
    r"光流 \\(u\\) 描述每个点的去向。": r"The optical flow \\(u\\) says where each point goes.",
    "先降低分辨率": "Lower the resolution first",
    "误差会随时间累积，见[基础](basics.md)。": "Errors add up over time, see [the basics](basics.md).",
    "基础": "Basics",
    "什么是帧": "What a frame is",
    "视频是一串图片。": "A video is a row of pictures.",
}
CHINESE = {
    "Moving pictures": "会动的图片",
    "Optical flow": "光流",
    r"The flow \\(u\\) tells where a point goes.": r"光流 \\(u\\) 说明一个点去哪里。",
}
JAPANESE = {"Optical flow": "オプティカルフロー", "基础": "基礎"}
JAPANESE_WORDS = """\
home: ホーム
note_kind_note: メモ
coverage: 翻訳の状況
not_found: ページが見つかりません
show_this: 日本語だけ
"""


def make(root: Path, *, languages: str = "en, zh", more: Mapping[str, str] | None = None) -> Path:
    """Write the project; `more` adds files or replaces them."""
    files = {
        "mkdocs.yml": SETTINGS.format(languages=languages),
        "docs/notes/motion.md": MOTION,
        "docs/notes/basics.md": BASICS,
        **(more or {}),
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    fill(root, "en", ENGLISH)
    fill(root, "zh", CHINESE)
    if "ja" in languages:
        fill(root, "ja", JAPANESE)
    return root


def fill(root: Path, lang: str, texts: Mapping[str, str]) -> None:
    """Translate: bring the catalogue up to date and write these texts into it."""
    translate(root, (lang,))
    path = root / "docs" / "translations" / f"{lang}.po"
    catalogue, _ = read_catalogue(path.read_bytes(), path.name, lang)
    unknown = texts.keys() - {entry.source for entry in catalogue.entries}
    assert not unknown, f"nothing asks for a translation of {unknown}"
    entries = tuple(replace(entry, text=texts.get(entry.source, entry.text)) for entry in catalogue.entries)
    path.write_text(write_catalogue(replace(catalogue, entries=entries), NAME), encoding="utf-8")


def built(root: Path) -> Built:
    """Build the site; it must come out."""
    done = build(root, Options())
    assert not done.failures, done.failures[0].log
    assert done.site is not None
    return done
