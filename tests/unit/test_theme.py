"""The stylesheet keeps its promises: small, and readable in both colour schemes."""

from __future__ import annotations

import gzip
import math
import re
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import material
import pytest
from jinja2 import Environment, FileSystemLoader

from slidegloss.base.resources import theme_dir
from slidegloss.syntax.rawtags import _PALETTE

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


def oklch(lightness: float, chroma: float, hue: int) -> str:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963 * a + 0.2158 * b) ** 3
    middle = (lightness - 0.1056 * a - 0.0639 * b) ** 3
    short = (lightness - 0.0895 * a - 1.2915 * b) ** 3
    parts = (
        4.0767 * long - 3.3077 * middle + 0.2310 * short,
        -1.2684 * long + 2.6098 * middle - 0.3413 * short,
        -0.0042 * long - 0.7034 * middle + 1.7076 * short,
    )
    clipped = (min(max(part, 0), 1) for part in parts)
    signs = (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in clipped)
    return "#" + "".join(f"{round(sign * 255):02x}" for sign in signs)


def test_an_authors_own_colours_stay_readable():
    assert set(re.findall(r"\.sg-color-(\w+) \{ --sg-hue: [a-z]+ \}", CSS)) == set(_PALETTE) - {"black", "white"}
    rule = re.search(r"oklch\(from var\(--sg-hue\) var\(--sg-lightness, ([\d.]+)\) min\(c, ([\d.]+)\) h\)", CSS)
    light, chroma = (float(number) for number in rule.groups())
    dark = float(re.search(r"--sg-lightness: ([\d.]+)", CSS)[1])
    for colour in range(0, 360, 10):
        for most in (0, chroma):
            for ground in ("#fdfcf9", "#f3f1ea"):
                assert contrast(oklch(light, most, colour), ground) >= AA, colour
            for ground in ("#14191c", "#1e262b"):
                assert contrast(oklch(dark, most, colour), ground) >= AA, colour


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


@pytest.mark.parametrize("icon", ["menu", "arrow-left"])
def test_icons_taken_from_material_are_materials(icon):
    drawing = (
        Path(material.__file__).parent.joinpath(f"templates/.icons/material/{icon}.svg").read_text(encoding="utf-8")
    )
    path = re.search(r' d="[^"]*"', drawing)
    assert path is not None
    assert CSS.count(path[0]) == 1
