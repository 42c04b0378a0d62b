"""A small Material site with our search in it, made without the rest of slidegloss."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import material

from slidegloss.model import NoteSource
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.site.searchdocs import deck_docs
from tests.search_index import build_index

THEME = Path(__file__).parents[2] / "templates/theme"

NOTES = {
    "video/motion": (
        "# Motion and time\n\nA few words before the slides: 时序 comes first.\n\n"
        "P12\n\n## TinyMotion\n\nWe add temporal attention to every block. Frames: ９６.\n\n"
        "> ✅ 时序一致性来自\n> 注意力。\n> en: Consistency comes from attention.\n\n"
        "P13\n\n## Super resolution\n\nA cascade for video diffusion, $\\alpha_{secrettex}$ scaled.\n\n"
        "> ❓ 超分模块要不要看时序？\n\n"
        'P14\n\nAttention is temporal here: diffusion of video. `<script>alert(1)</script>` & ﬁne print 😀 "quoted".\n\n'
        "P15\n\n## attention\n\nStraße, ΣΊΣΥΦΟΣ, AIGC视频生成, multitemporal.\n\n"
    ),
    "image/plain": "# 文生图\n\nOnly prose, 超分辨率 and temporal things.\n\n## Attention maps\n\n注意力 spreads over time.\n",
    "image/c# 100%": "# Odd path\n\nP1\n\n## Sharp\n\nA needle-in-a-haystack under an odd address.\n",
    "image/many": "# Many\n\n" + "\n\n".join(f"P{number}\n\nrepeated words {number}" for number in range(1, 13)) + "\n",
}

MAIN = """{% extends "base.html" %}
{% block config %}
  <script id="__config" type="application/json">
    {{- {
      "base": base_url,
      "features": config.theme.features or [],
      "translations": {
        "clipboard.copy": lang.t("clipboard.copy"),
        "clipboard.copied": lang.t("clipboard.copied"),
        "search.result.placeholder": lang.t("search.result.placeholder"),
        "search.result.none": lang.t("search.result.none"),
        "search.result.one": lang.t("search.result.one"),
        "search.result.other": lang.t("search.result.other"),
        "search.result.more.one": lang.t("search.result.more.one"),
        "search.result.more.other": lang.t("search.result.more.other"),
        "search.result.term.missing": lang.t("search.result.term.missing"),
        "select.version": lang.t("select.version")
      },
      "search": "assets/search-worker.js" | url,
      "annotate": none, "tags": none, "version": none
    } | tojson -}}
  </script>
{% endblock %}
{% block scripts %}
  {{ super() }}
  <script src="{{ 'assets/search-ui.js' | url }}" defer></script>
{% endblock %}
"""

CONFIG = """site_name: Search
use_directory_urls: false
theme: {name: material, custom_dir: theme, font: false}
plugins: []
extra: {polyfills: [assets/iframe-worker.js]}
markdown_extensions: [attr_list]
"""


def build(root: Path, notes: Mapping[str, str] = NOTES) -> Path:
    """Build the site of `notes` (page path without suffix → note) under `root`; returns its folder."""
    _write_sources(root, notes)
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "-q", "-f", str(root / "mkdocs.yml")]
    subprocess.run(command, check=True, env={"PATH": "", "NO_MKDOCS_2_WARNING": "1"})
    write_index(root / "site", notes)
    return root / "site"


def write_index(site: Path, notes: Mapping[str, str]) -> None:
    """Write the files of the search index of `notes` into a site."""
    docs = [
        doc
        for path, text in notes.items()
        for doc in deck_docs(
            parse_deck(NoteSource(f"{path}.md", f"{path}.html", text), NoteOptions())[0],
            f"{path}.html".replace("%", "%25").replace("#", "%23"),
            {},
            None,
        )
    ]
    for name, text in build_index(docs, "en").items():
        target = site / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _write_sources(root: Path, notes: Mapping[str, str]) -> None:
    partials = root / "theme/partials"
    partials.mkdir(parents=True)
    shutil.copytree(THEME / "assets", root / "theme/assets")
    (root / "theme/main.html").write_text(MAIN, encoding="utf-8")
    header = (Path(material.__file__).parent / "templates/partials/header.html").read_text(encoding="utf-8")
    for condition in ('if "material/search" in config.plugins', "if search.enabled"):
        header = header.replace(condition, "if true")
    header = header.replace('{% set search = config.plugins["material/search"] | attr("config") %}', "")
    (partials / "header.html").write_text(header, encoding="utf-8")
    (root / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    for path, text in {"index": "# Home", **notes}.items():
        lines = [
            f"## {line} {{#{line.lower()}}}" if line[:1] == "P" and line[1:].isdigit() else line
            for line in text.split("\n")
        ]
        file = root / "docs" / f"{path}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines), encoding="utf-8")
