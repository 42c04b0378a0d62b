"""What mdBook reads besides CommonMark: footnotes, task lists, and places that an author's HTML names."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest

from .command import article, run, write

FEW_STEPS = """# Few steps

P1
## Steps[^t]

Four steps are enough[^1], **as the demo shows[^Song]**, but [^none] and `[^1]` say nothing.

> ✅ 步数[^1]可以更少。

[^1]: Of the *distilled* model.

    On one card.

P2
## Next

```
[^code]: this is code
```

The demo again[^SONG]. [^code]

[^song]: Two steps.
[^song]: The same label once more.
[^t]: A title can have one.

- [ ] try one step
- [x] try four
"""
PLACES = """# Places

<a name="proof"></a>The proof. <span id="twice">a</span> <span id="twice">b</span> <b id="p1">mine</b>

P1

Back to [the proof](#proof), [twice](#twice), [the slide](#p1), [a step](few.md#fn-1), [its heading](few.md#next).
"""
LICENSED = """<!--
Whoever folds them may keep them.

-->

![](crane.svg)

# Cranes

## Paper

Thin.
"""
CRANE = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><path d="M0 0h4v4z"/></svg>'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("book")
    notes = {"few.md": FEW_STEPS, "places.md": PLACES, "cranes.md": LICENSED, "crane.svg": CRANE}
    write(folder / "notes", notes)
    done = run("build", "notes", "-o", "out", cwd=folder)
    assert done.code == 0, done.out
    return folder / "out", done.out


def _marks(page: lxml.html.HtmlElement) -> list[tuple[str, str]]:
    return [(link.text_content(), link.get("href")) for link in page.xpath(".//sup/a")]


def test_marks_lead_to_the_footnotes_of_the_note_across_its_slides(site: tuple[Path, str]) -> None:
    page = article(site[0] / "few.html")
    marks = [("t", "#fn-t"), ("1", "#fn-1"), ("Song", "#fn-song"), ("1", "#fn-1"), ("SONG", "#fn-song")]
    assert _marks(page) == marks
    notes = {note.get("id"): " ".join(note.text_content().split()) for note in page.find_class("sg-footnote")}
    assert notes == {
        "fn-1": "1 Of the distilled model. On one card.",
        "fn-song": "song Two steps.",
        None: "song The same label once more.",
        "fn-t": "t A title can have one.",
    }


def test_the_heading_of_a_slide_keeps_the_address_it_has_in_mdbook(site: tuple[Path, str]) -> None:
    (title,) = article(site[0] / "few.html").xpath(".//h2[@id='p2']")
    assert title.xpath("string(.//*[@id='next'])") == "Next"
    assert "site-broken-anchor" not in site[1]


def test_what_is_no_footnote_stays_text(site: tuple[Path, str]) -> None:
    text = article(site[0] / "few.html").text_content()
    assert "but [^none] and [^1] say nothing" in text
    assert "[^code]: this is code" in text
    assert "The demo againSONG. [^code]" in text


def test_the_box_of_a_task_is_shown(site: tuple[Path, str]) -> None:
    items = article(site[0] / "few.html").xpath(".//li")
    assert [" ".join(item.text_content().split()) for item in items[-2:]] == ["☐ try one step", "☑ try four"]


def test_links_lead_to_places_that_html_names_once(site: tuple[Path, str]) -> None:
    page = article(site[0] / "places.html")
    links = {link.text_content(): link.get("href") for link in page.xpath(".//p/a[@href]")}
    assert links == {
        "the proof": "#proof",
        "twice": "places.html",
        "the slide": "#p1",
        "a step": "few.html#fn-1",
        "its heading": "few.html#next",
    }
    assert [one.tag for one in page.xpath(".//*[@id='proof' or @id='twice' or @id='p1']")] == ["a", "h2"]
    assert [line for line in site[1].splitlines() if "#twice" in line and "link-anchor" in line]
    assert "#proof" not in site[1]


def test_a_title_below_a_comment_and_a_figure_stands_once(site: tuple[Path, str]) -> None:
    page = article(site[0] / "cranes.html")
    assert [" ".join(one.text_content().split()).strip(" ¶") for one in page.xpath(".//h1|.//h2|.//h3")] == [
        "Cranes",
        "Paper",
    ]
    assert page.xpath(".//img[contains(@src, 'crane')]")
