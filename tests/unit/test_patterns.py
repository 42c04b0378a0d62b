"""A lazy pattern does what a compiled one does."""

from __future__ import annotations

import re

import pytest

from slidegloss.patterns import lazy


def test_a_pattern_is_compiled_with_its_first_use_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compile_one = re.compile
    monkeypatch.setattr(re, "compile", lambda pattern, flags=0: (made.append(pattern), compile_one(pattern, flags))[1])
    pattern = lazy("(B)c", re.IGNORECASE)
    assert made == []
    found = pattern.search("abC")
    assert found is not None
    assert found[1] == "b"
    assert pattern.sub("-", "xbc") == "x-"
    assert pattern.flags & re.IGNORECASE
    assert made == ["(B)c"]


def test_a_faulty_pattern_and_an_unknown_method_are_told() -> None:
    with pytest.raises(re.error):
        lazy("(").search("")
    with pytest.raises(AttributeError):
        lazy("a").seek  # type: ignore[attr-defined]  # noqa: B018
