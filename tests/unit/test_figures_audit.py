"""Rules over all figures of a book."""

from __future__ import annotations

import pytest

from slidegloss.figures.audit import Placed, page_numbers, unused, wrong_pages
from slidegloss.nodes import Span


def test_pictures_that_no_note_shows_are_unused():
    said = unused(["a/x.png", "a/y.JPG", "a/paper.pdf"], ["a/x.png"])
    assert [(one.path, one.code_name) for one in said] == [("a/y.JPG", "figure-unused")]


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("assets/08-136.png", (136,)),
        ("08-136-2.png", (136,)),
        ("136.png", (136,)),
        ("P041.png", (41,)),
        ("slide-12b.png", (12,)),
        ("12-3.png", (3, 12)),
        ("d378e84b_5.png", ()),
        ("overview.png", ()),
        ("20240910.png", ()),
    ],
)
def test_a_name_tells_its_slide(name, pages):
    assert page_numbers(name) == pages


def test_a_figure_of_another_slide_is_reported_at_its_place():
    span = Span(7, 3, 7)
    placed = [Placed("a/08-136.png", "P136", 136, span), Placed("a/08-135.png", "P136", 136, span)]
    (said,) = wrong_pages("deck.md", placed)
    assert (said.path, said.line, said.col, said.code_name) == ("deck.md", 7, 3, "figure-page")
    assert said.message == "08-135.png stands on P136, but its name says P135"
