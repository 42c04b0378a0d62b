"""What the guide and the README show as settings and as commands is accepted by the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slidegloss.cli import _parser
from slidegloss.config import load_config

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "pages" / "guide").glob("*.md"))]


def _blocks(page: Path, kinds: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```(?:{kinds})\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_settings_that_are_shown_are_accepted(page: Path, tmp_path: Path) -> None:
    for folder in ("docs/notes", "docs/pages", "docs/papers", "assets"):
        (tmp_path / folder).mkdir(parents=True)
    for example in _blocks(page, "yaml"):
        if "slidegloss:\n" in example:
            (tmp_path / "mkdocs.yml").write_text(example, encoding="utf-8")
            _, found = load_config(tmp_path)
            assert not found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_that_are_shown_can_be_given(page: Path) -> None:
    for line in "\n".join(_blocks(page, "sh|yaml")).splitlines():
        if found := re.match(r"(?:.*python build\.py| *- slidegloss) (\S.*)", line):
            _parser().parse_args(found[1].partition("  #")[0].split())
