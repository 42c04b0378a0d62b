"""A figure has one anchor, and everything that names figures knows it: the page, links, the gallery, other books."""

from __future__ import annotations

import json
import re
from pathlib import Path

from PIL import Image

from slidegloss.pipeline.phases import Options, build

DECK = """# Tides

![](a.png)

P4

## In and out

![](a.png)

Words and ![](b.png) in a line.

> ✅ 看这里：
>
> ![](c.png)

- one

  ![](b.png)

P5

| | | |
|--|--|--|
| <img src="b.png" width="20"> | ![](a.png) left | ![](c.png) right |

[![](gone.png)](https://example.org/)

![](film.mp4)

### p5-f2

P6

See [the first](#p4-f1), [the grid](#P5-F3), [too many](#p4-f9) and [the other deck](other.md#p1-f1).
"""


def test_a_figure_is_known_by_one_anchor_everywhere(tmp_path: Path) -> None:
    notes = tmp_path / "book" / "docs" / "notes"
    notes.mkdir(parents=True)
    (tmp_path / "book" / "mkdocs.yml").write_text(
        "site_name: Book\nextra: {slidegloss: {languages: [en, zh]}}\n", encoding="utf-8"
    )
    (notes / "tides.md").write_text(DECK, encoding="utf-8")
    (notes / "other.md").write_text("# Other\n\nP1\n\n![](b.png)\n", encoding="utf-8")
    for name, colour in (("a", "teal"), ("b", "brown"), ("c", "navy")):
        Image.new("RGB", (60, 40), colour).save(notes / f"{name}.png")
    (notes / "film.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
    built = build(tmp_path / "book", Options(out=tmp_path / "site", jobs=1))
    assert built.site, [*built.diagnostics, *built.failures]

    page = (built.site / "tides.html").read_text(encoding="utf-8")
    shown = re.findall(r'<figure class="sg-figure[^"]*" id="([^"]*)"', page)
    # p5-f2 is a heading of the author's; the picture in a line of text and the one in the opening have none
    places = {"p4-f1", "p4-f2", "p4-f3", "p5-f1", "p5-f3", "p5-f4", "p5-f5"}
    assert (len(shown), set(shown)) == (7, places)
    assert re.search(r'id="p4-f2">(?:(?!</figure>).)*c\.', page, re.DOTALL)  # a remark's, in the order of the text

    said = [problem.message for problem in built.diagnostics if problem.code_name == "link-anchor"]
    assert len(said) == 1
    assert "#p4-f9" in said[0]
    assert [f'href="{address}"' in page for address in ("#p4-f1", "#p5-f3", "other.html#p1-f1")] == [True] * 3

    book = json.loads((built.site / "slidegloss.json").read_text(encoding="utf-8"))
    (deck,) = (deck for deck in book["decks"] if deck["title"] == "Tides")
    assert {name for name in deck["anchors"] if re.search(r"-f\d$", name)} == places | {"p5-f2"}

    for gallery in ("figures.html", "zh/figures.html"):
        text = (built.site / gallery).read_text(encoding="utf-8")
        thumbs = re.findall(r'<li class="sg-thumb"><a href="([^"]*)"', text)
        leading = ["other.html#p1-f1", "tides.html", "tides.html#p4-f2", "tides.html#p4-f3", "tides.html#p5-f5"]
        assert sorted(thumbs) == leading
