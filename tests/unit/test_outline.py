"""How slides nest in the contents of a page."""

from __future__ import annotations

import pytest

from slidegloss.pages.outline import outline, slide_levels


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ((1, 0, 2, 2), (2, 3, 3, 3)),  # a chapter's title page, an untitled slide, titled ones: all under the chapter
        ((2, 0, 0, 1), (2, 2, 2, 2)),
        ((0, 3, 2), (2, 2, 2)),
        ((2, 0), (2, 2)),
        ((0, 0), (2, 2)),
        ((1, 2, 1), (2, 3, 2)),  # what the author nested stays nested
    ],
)
def test_an_untitled_slide_encloses_no_titled_one(written: tuple[int, ...], shown: tuple[int, ...]) -> None:
    assert outline(slide_levels(written)) == shown


def test_there_is_no_heading_below_the_sixth_level() -> None:
    assert outline(range(1, 9)) == (2, 3, 4, 5, 6, 6, 6, 6)
