"""The guide knows every command and option, and what it shows as settings and commands is accepted by the program."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from slidegloss.arguments import parser
from slidegloss.config.project import load_config

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


def test_settings_are_shown() -> None:
    examples = [example for page in PAGES for example in _blocks(page, "yaml") if "slidegloss:\n" in example]
    assert len(examples) > 2


def _commands_shown() -> list[str]:
    lines = "\n".join(block for page in PAGES for block in _blocks(page, "sh|yaml")).splitlines()
    found = (re.match(r"(?:.*python build\.py| *- slidegloss) (\S.*)", line) for line in lines)
    return [one[1].partition("  #")[0].strip() for one in found if one]


def test_commands_are_shown() -> None:
    assert len(_commands_shown()) > 20


@pytest.mark.parametrize("line", _commands_shown())
def test_commands_that_are_shown_can_be_given(line: str) -> None:
    parser().parse_args(line.split())


def _described() -> dict[str, str]:
    """Return what the page of commands says of each: from its heading, or its line in a table, to the next command's."""
    page = (ROOT / "docs" / "pages" / "guide" / "commands.md").read_text(encoding="utf-8")
    parts = re.split(r"^(?=## |\| `[a-z])", page, flags=re.MULTILINE)[1:]
    described = {re.findall(r"`([a-z]+(?: [a-z]+)?)", part)[0]: part for part in parts}
    return {name: said for name, said in described.items() if not any(f"{name} " in other for other in described)}


def _commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for group in groups:
        for word, inner in group.choices.items():
            yield from _commands(inner, f"{name} {word}".strip())
    if not groups:
        yield name, parser


PARSERS = dict(_commands(parser()))


@pytest.mark.parametrize("name", PARSERS)
def test_every_command_is_described_with_all_its_options_and_no_others(name: str) -> None:
    said = _described().get(name)
    assert said, f"describe `{name}` in docs/pages/guide/commands.md"
    options = {option for action in PARSERS[name]._actions for option in action.option_strings} - {"-h", "--help"}
    mentioned = re.findall(r"^\| (?:`(-\w)`, )?`(--[\w-]+)", said, re.MULTILINE)
    assert {option for pair in mentioned for option in pair if option} == options
    for action in PARSERS[name]._actions:
        if action.choices and action.option_strings:
            assert all(str(choice) in said for choice in action.choices), action.option_strings


def test_no_command_is_described_that_is_not_there() -> None:
    assert set(_described()) == set(PARSERS)


def test_tables_of_commands_have_names_of_their_own() -> None:
    """A table is called by its head: who listens hears which one it is."""
    page = (ROOT / "docs" / "pages" / "guide" / "commands.md").read_text(encoding="utf-8")
    heads = re.findall(r"^\| (.*) \|\n\|--", page, re.MULTILINE)
    assert len(heads) == len(set(heads)) > 5


def test_figures_of_this_book_have_the_ground_that_pages_give_to_figures() -> None:
    """A ground of another colour, or with round corners, stands in a frame of white on dark pages and on cards."""
    for path in (ROOT / "assets" / "video").glob("*.svg"):
        first = re.findall(r"<rect [^>]*>", path.read_text(encoding="utf-8").partition("</defs>")[2])[0]
        assert first == '<rect width="960" height="420" fill="#fff"/>', path.name
