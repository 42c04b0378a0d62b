from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from slidegloss.pages.preview import Card
from slidegloss.site import previewcards
from slidegloss.site.previewcards import draw, draw_cards
from slidegloss.site.vendor import card_font

FONT = card_font()


def card(title: str = "Noise schedules", **parts: str) -> Card:
    return Card(**{"title": title, "above": "Reading group", "words": "", "facts": "9 slides", "badge": "P1", **parts})


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def inked(data: bytes, box: tuple[int, int, int, int]) -> int:
    """How many pixels of a part are no paper."""
    part = picture(data).crop(box)
    paper = Image.new("RGB", part.size, part.getpixel((0, 0)))
    return sum(ImageChops.difference(part, paper).convert("L").histogram()[1:])


def test_a_card_has_the_size_that_services_ask_for_and_is_light():
    data = draw(card(words="Some words. " * 20), {}, FONT)
    assert picture(data).size == (1200, 630)
    assert data.startswith(b"\x89PNG")
    assert len(data) < 60_000
    assert data == draw(card(words="Some words. " * 20), {}, FONT)


def test_chinese_is_drawn_and_no_two_words_alike():
    title = (60, 120, 1140, 400)
    one, other = draw(card("时序"), {}, FONT), draw(card("超分"), {}, FONT)
    assert one != other
    assert inked(one, title) > inked(draw(card("中"), {}, FONT), title) > 300


def test_what_the_font_lacks_leaves_no_box():
    assert draw(card("Noise \U0001f600 schedules \U0010fffe"), {}, FONT) == draw(card("Noise schedules"), {}, FONT)
    assert inked(draw(card("\U0001f600\u200d\ud800\x00"), {}, FONT), (0, 100, 1200, 500)) == 0


@pytest.mark.parametrize("title", ["A" * 400, "时序" * 200, "word " * 200, "a-b/c" * 80])
def test_a_long_title_stays_on_the_card(title):
    data = draw(card(title, words="more " * 400, facts="many · " * 99, badge="P1" * 90), {}, FONT)
    for box in ((0, 100, 60, 630), (1140, 100, 1200, 630), (0, 608, 1200, 630), (0, 500, 1200, 530)):
        assert inked(data, box) == 0, box


@pytest.mark.parametrize(
    ("mode", "size"), [("RGB", (800, 500)), ("RGBA", (900, 200)), ("P", (300, 900)), ("L", (9, 9))]
)
def test_the_figure_is_on_the_card(tmp_path: Path, mode, size):
    file = tmp_path / "x.png"
    Image.new(mode, size, {"RGB": "blue", "RGBA": (0, 0, 255, 255), "P": 3, "L": 30}[mode]).save(file)
    data = draw(card("x", picture="figures/x.png"), {"figures/x.png": file}, FONT)
    assert inked(data, (600, 140, 1128, 510)) > 100
    assert inked(draw(card("x"), {}, FONT), (600, 140, 1128, 510)) == 0


def test_a_card_that_was_not_written_to_its_end_is_drawn_again(tmp_path, monkeypatch):
    cards = {"previews/en/b.png": card("b")}
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: None)  # killed before the file has its name
        with pytest.raises(FileNotFoundError):
            draw_cards(cards, {}, tmp_path)
    assert draw_cards(cards, {}, tmp_path)["previews/en/b.png"] == draw(card("b"), {}, FONT)


def test_a_card_that_came_with_a_repository_is_not_ours(tmp_path, monkeypatch):
    cards = {"previews/en/b.png": card("b")}
    monkeypatch.setattr(previewcards, "seal", lambda _: "another user's")
    draw_cards(cards, {}, tmp_path)
    (planted,) = tmp_path.iterdir()
    planted.write_bytes(b"planted")
    monkeypatch.undo()
    assert draw_cards(cards, {}, tmp_path)["previews/en/b.png"] == draw(card("b"), {}, FONT)


def test_nothing_is_drawn_twice_and_nothing_is_left_over(tmp_path, monkeypatch):
    figure = tmp_path / "x.png"
    Image.new("RGB", (300, 300), "blue").save(figure)
    files, folder = {"figures/x.png": figure}, tmp_path / "cache"
    cards = {"previews/en/a.png": card(picture="figures/x.png"), "previews/en/b.png": card("b")}
    first = draw_cards(cards, files, folder)
    with monkeypatch.context() as patch:
        patch.setattr(previewcards, "draw", lambda *_: pytest.fail("drawn again"))
        assert draw_cards(cards, files, folder) == first
    Image.new("RGB", (300, 300), "red").save(figure)
    assert draw_cards(cards, files, folder)["previews/en/a.png"] != first["previews/en/a.png"]
    assert len(list(folder.iterdir())) == 2
    draw_cards({"previews/en/b.png": card("b")}, files, folder)
    assert len(list(folder.iterdir())) == 1
