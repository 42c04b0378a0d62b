"""The stylesheet keeps its promises: small, and readable in both colour schemes."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import material
import pytest
from jinja2 import Environment, FileSystemLoader

from slidegloss.base.resources import theme_dir

CSS = (theme_dir() / "assets" / "slidegloss.css").read_text(encoding="utf-8")
AA = 4.5


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens(selector: str) -> dict[str, str]:
    block = CSS.partition(f"\n{selector} {{")[2].partition("}")[0]
    return dict(re.findall(r"--(sg-\w+|md-[\w-]+): (#[0-9a-f]{6});", block))


@pytest.mark.parametrize(
    ("kinds", "scheme"),
    [
        ("body", '[data-md-color-scheme="default"][data-md-color-primary="custom"]'),
        ('[data-md-color-scheme="slate"]', '[data-md-color-scheme="slate"][data-md-color-primary="custom"]'),
    ],
)
def test_all_text_colours_reach_aa_on_paper_and_on_cards(kinds, scheme):
    named, grounds = tokens(kinds), tokens(scheme)
    wash = named.pop("sg-wash")
    texts = named | {
        key: grounds[key]
        for key in ("md-default-fg-color", "md-default-fg-color--light", "md-typeset-a-color", "md-accent-fg-color")
    }
    assert len(texts) == 12
    for name, colour in texts.items():
        for ground in (wash, grounds["md-default-bg-color"]):
            assert contrast(colour, ground) >= AA, f"{name} {colour} on {ground}"
    assert contrast(grounds["md-primary-bg-color"], grounds["md-primary-fg-color"]) >= AA


def test_an_authors_own_colours_stay_readable():
    pairs = re.findall(r"\.sg-color-(\w+) \{ color: light-dark\((#\w+), (#\w+)\)", CSS)
    assert len(pairs) == 10
    for name, light, dark in pairs:
        assert contrast(light, "#fdfcf9") >= AA, name
        assert contrast(dark, "#14191c") >= AA, name


def test_every_kind_of_annotation_has_an_icon_and_a_colour():
    for kind in ("note", "question", "reference", "idea", "caution", "key", "above"):
        assert f".sg-mark--{kind}) {{ --sg-kind: var(--sg-{kind}); --sg-icon: url('data:image/svg+xml," in CSS
        assert f".sg-note--{kind}," in CSS
    assert ".sg-mark--no { --sg-kind: var(--sg-question); --sg-icon: url('data:image/svg+xml," in CSS


def test_the_stylesheet_is_small_and_asks_nobody():
    assert len(gzip.compress(CSS.encode(), mtime=0)) < 12_000
    assert re.findall(r"url\((?!'data:)|@import", CSS) == []


def test_slides_of_one_title_are_one_entry_of_the_contents_however_long_the_run() -> None:
    items: list[object] = []
    for number, title in enumerate(["A", *["B"] * 30, "C", "C", "D", "", "B"], 1):
        items.append(SimpleNamespace(url=f"#p{number}", title=title, children=[]))
    env = Environment(loader=FileSystemLoader(theme_dir()), autoescape=True)
    shown = env.from_string(
        '{% import "partials/toc-item.html" as contents %}<ul>{{ contents.entries(items) }}</ul>'
    ).render(items=items)
    entries = [
        [badge.text for badge in entry.iter("span") if badge.get("class") == "sg-toc-badge"]
        for entry in lxml.html.fromstring(shown).iter("li")
    ]
    assert entries == [["P1"], [f"P{number}" for number in range(2, 32)], ["P32", "P33"], ["P34"], ["P35"], ["P36"]]


@pytest.mark.parametrize("icon", ["menu", "brightness-auto", "brightness-7", "arrow-left"])
def test_icons_taken_from_material_are_materials(icon):
    drawing = (
        Path(material.__file__).parent.joinpath(f"templates/.icons/material/{icon}.svg").read_text(encoding="utf-8")
    )
    path = re.search(r' d="[^"]*"', drawing)
    assert path is not None
    assert CSS.count(path[0]) == 1
