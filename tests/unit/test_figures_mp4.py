"""The size of a film is in its header, wherever that lies; damage is an unknown size, never an error."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slidegloss.figures.mp4 import video_size
from tests.figure_book import mp4


def size(data):
    return video_size(io.BytesIO(data), len(data))


@pytest.mark.parametrize("moov_last", [True, False])
def test_the_size_is_found_before_and_behind_the_pictures(moov_last):
    assert size(mp4(1280, 720, moov_last=moov_last)) == (1280, 720)


def test_a_turned_film_has_its_sides_swapped():
    assert size(mp4(1280, 720, turned=True)) == (720, 1280)


@given(st.integers(0, 6000), st.binary(max_size=40))
def test_damage_is_an_unknown_size(at, noise):
    whole = mp4(64, 48)
    width, height = size(whole[:at] + noise)
    assert 0 <= width <= 16_384
    assert 0 <= height <= 16_384
    assert size(whole[: len(whole) // 2]) == (0, 0)
