"""What a built site shows of figures: captions, alternative texts, sizes, the gallery, and what `check` says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from slidegloss.pipeline.phases import Options, build, check
from tests.conftest import Once
from tests.figure_book import NOTE, built, write_book


@pytest.fixture(scope="module")
def site(once: Once[Path]) -> Path:
    return once("figures", built)


@pytest.fixture(scope="module")
def pages(site: Path) -> tuple[str, str]:
    return (site / "shapes.html").read_text("utf-8"), (site / "zh/shapes.html").read_text("utf-8")


def alts(page: str) -> list[str]:
    return [match[1] for match in re.finditer(r'<img[^>]* alt="([^"]*)"', page.partition("<article")[2])]


def test_a_citation_line_after_a_figure_is_its_caption(pages: tuple[str, str]) -> None:
    captions = re.findall(r"<figcaption>(.*?)</figcaption></figure>", pages[0], re.DOTALL)
    assert len(captions) == 1
    assert "Ono et al., “Squares Grow on Trees,” CVPR 2021." in captions[0]
    assert re.search(
        r'alt="Figure on slide P3: Big squares, from “Squares Grow on Trees”"[^>]*></a>\s*<figcaption>', pages[0]
    )


def test_alternative_texts_are_in_the_language_of_the_edition(pages: tuple[str, str]) -> None:
    english, chinese = (alts(page) for page in pages)
    assert "Figure: Shapes" in english
    assert "A red circle" in english
    assert "Figure on slide P4: Moving shapes" in english
    assert "Figure on slide P4: Moving shapes (2)" in english
    assert "一个红圆" in chinese
    assert "A red circle" not in chinese
    assert "P3: 大方块 页的插图，出自《Squares Grow on Trees》" in chinese


def test_a_figure_shown_again_on_its_slide_is_silent_but_its_link_has_a_name(pages: tuple[str, str]) -> None:
    assert 'aria-label="Enlarge the figure"' in pages[0]
    assert 'aria-label="放大图片"' in pages[1]


def test_only_the_first_figure_loads_at_once_and_files_fit_the_place(pages: tuple[str, str]) -> None:
    images = re.findall(r"<img[^>]*>", pages[0].partition("<article")[2])
    figures = [image for image in images if "figures/" in image]
    assert 'fetchpriority="high"' in figures[0]
    assert "loading=" not in figures[0]
    assert all('loading="lazy"' in image for image in figures[1:])
    assert all('decoding="async"' in image and " width=" in image and " height=" in image for image in figures)
    wide = [re.search(r'sizes="([^"]*)"', image)[1] for image in figures if "srcset" in image]
    assert len(set(wide)) == 3  # the column, a card, a cell


def test_videos_keep_their_place_and_moving_pictures_stay(pages: tuple[str, str], site: Path) -> None:
    assert re.search(r'<video[^>]* preload="metadata"[^>]* width="640" height="360"', pages[0])
    assert re.search(r'src="figures/move[^"]*\.gif"', pages[0])
    assert len(list((site / "figures").glob("wide.*"))) == 1
    assert len(list((site / "figures").glob("*.mp4"))) == 1


@pytest.mark.parametrize(("at", "words"), [(0, "Missing figure"), (1, "缺少图片")])
def test_a_missing_figure_names_its_file_and_line(pages: tuple[str, str], at: int, words: str) -> None:
    shown = re.search(r'<span class="sg-missing".*?</span></span>', pages[at], re.DOTALL)
    assert shown
    assert words in shown[0]
    assert "assets/wired.png" in shown[0]
    line = NOTE.splitlines().index("![](assets/wired.png)") + 1
    assert f"shapes.md:{line}<" in shown[0]


def test_scripts_and_styles_of_figures_are_only_where_figures_are(site: Path) -> None:
    assert "assets/figures.js" in (site / "shapes.html").read_text("utf-8")
    assert "assets/figures.js" not in (site / "coverage.html").read_text("utf-8")


@pytest.mark.parametrize(("name", "title"), [("figures.html", "Figures"), ("zh/figures.html", "图集")])
def test_the_gallery_leads_from_each_figure_to_where_it_stands(site: Path, name: str, title: str) -> None:
    text = (site / name).read_text("utf-8")
    assert f">{title}<" in text or f">{title}" in text
    targets = re.findall(r'<li class="sg-thumb"><a href="([^"]*)"', text)
    assert targets == [
        "shapes.html",
        *(f"shapes.html#{name}" for name in ("p3-f2", "p4-f1", "p4-f4", "p4-f5", "p5-f2")),
    ]
    assert text.count('loading="lazy"') >= 5
    assert "<details" in text


def test_check_finds_what_a_build_need_not_say(tmp_path: Path) -> None:
    root = write_book(tmp_path / "book")
    assets = root / "docs/notes/assets"
    (assets / "twin.png").write_bytes((assets / "wide.png").read_bytes())
    (assets / "nothing.png").write_bytes(b"")
    (assets / "04-9.gif").write_bytes((assets / "move.gif").read_bytes())
    note = root / "docs/notes/shapes.md"
    text = note.read_text("utf-8").replace("assets/move.gif", "assets/04-9.gif")
    note.write_text("---\nfigure_pages: true\n---\n" + text, "utf-8")
    before = sorted(root.rglob("*"))
    found = {(problem.code_name, Path(problem.path).name) for problem in check(root)}
    assert {
        ("figure-unused", "twin.png"),
        ("figure-unused", "move.gif"),
        ("figure-duplicate", "wide.png"),
        ("figure-empty", "nothing.png"),
        ("figure-page", "shapes.md"),
        ("figure-missing", "shapes.md"),
    } <= found
    assert sorted(root.rglob("*")) == before


def test_a_figure_in_its_own_address_is_shown(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# A\n\n![dot](data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7)\n", "utf-8"
    )
    done = build(tmp_path, Options(out=tmp_path.parent / "out", languages=("en",)))
    assert done.site
    assert re.search(
        r'src="data:image/gif[^"]*" alt="dot"[^>]* width="1" height="1"', (done.site / "a.html").read_text("utf-8")
    )


@pytest.mark.parametrize("figure", ["gone.png", "https://example.org/far.png"])
def test_what_prepares_figures_is_not_loaded_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: str
) -> None:
    monkeypatch.setitem(sys.modules, "slidegloss.book.figures", None)  # to import it fails
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(f"# A\n\nP1\n\n![]({figure})\n", encoding="utf-8")

    done = build(tmp_path / "notes", Options(tmp_path / "site", jobs=1))

    assert done.site == tmp_path / "site"
