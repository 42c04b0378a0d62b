"""What tells our work from what came with a project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from slidegloss.kept.owner import seal


def other_process() -> str:
    asked = "from slidegloss.kept.owner import seal; print(seal('x'))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_seal_is_the_same_for_one_user_and_another_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "one"))
    first = other_process()
    assert first == other_process() == seal("x") != seal("y")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert other_process() != first


@pytest.mark.skipif(sys.platform == "win32", reason="a user's profile is private")
@pytest.mark.parametrize("open_to_others", ["owner", "owner/seal"])
def test_a_secret_that_others_can_read_is_none(
    open_to_others: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git makes no folder that only its owner can read: a cache that lies in a project is none either."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = other_process()
    path = tmp_path / "slidegloss" / open_to_others
    path.chmod(path.stat().st_mode | 0o055)
    assert other_process() != first
