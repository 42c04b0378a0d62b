"""The name that was meant is the one that difflib would find among all."""

from __future__ import annotations

from difflib import get_close_matches

from hypothesis import given
from hypothesis import strategies as st

from slidegloss.base.diagnostics import nearest

NAMES = st.text(alphabet="abcde/._扩散", max_size=14)


@given(NAMES, st.lists(NAMES, max_size=30))
def test_no_near_name_is_passed_over(name: str, known: list[str]) -> None:
    expected = get_close_matches(name, known, n=1, cutoff=0.6)
    assert nearest(name, known) == (expected[0] if expected else "")


def test_nothing_like_it_is_nothing() -> None:
    assert nearest("video/sampling.md", ["README.md", "a.md"]) == ""
    assert nearest("sampling.md", ["README.md", "smapling.md"]) == "smapling.md"
