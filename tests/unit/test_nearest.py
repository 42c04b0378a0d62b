"""The name that was meant is the one that difflib would find among all."""

from __future__ import annotations

from difflib import get_close_matches

from hypothesis import given
from hypothesis import strategies as st

from slidegloss.base.diagnostics import nearest, nearest_file

NAMES = st.text(alphabet="abcde/._扩散", max_size=14)


@given(NAMES, st.lists(NAMES, max_size=30))
def test_no_near_name_is_passed_over(name: str, known: list[str]) -> None:
    expected = get_close_matches(name, known, n=1, cutoff=0.6)
    assert nearest(name, known) == (expected[0] if expected else "")


def test_nothing_like_it_is_nothing() -> None:
    assert nearest("video/sampling.md", ["README.md", "a.md"]) == ""
    assert nearest("sampling.md", ["README.md", "smapling.md"]) == "smapling.md"


def test_a_folder_and_an_ending_make_no_two_files_alike() -> None:
    notes = ["docs/notes/video/sampling.md", "docs/notes/video/noise.md", "docs/notes/audio/noise.md"]
    assert nearest_file("docs/notes/video/x.md", notes) == ""
    assert nearest_file("docs/notes/video/drums.md", notes) == ""
    assert nearest_file("docs/notes/video/samplign.md", notes) == "docs/notes/video/sampling.md"
    assert nearest_file("docs/notes/vidoe/noise.md", notes) == "docs/notes/video/noise.md"
    assert nearest_file("docs/notes/sampling.md", notes) == "docs/notes/video/sampling.md"
    assert nearest_file("noise.md", notes) == "", "two files of this name, each as far away"
