"""What is refused on the command line, and what is said of it."""

from __future__ import annotations

import os
import shlex

import pytest

from slidegloss.arguments import parser
from slidegloss.commands.new import quoted
from slidegloss.terminal import PROGRAM


@pytest.mark.parametrize(
    ("given", "usage", "said"),
    [
        (["check", "--stict"], "check [-h]", "--stict (did you mean --strict?)"),
        (["serve", "--adr=1", "."], "serve [-h]", "--adr=1 (did you mean --addr?)"),
        (["papers", "list", ".", "more"], "papers list [-h]", "more"),
    ],
)
def test_what_a_command_does_not_know_is_refused_with_its_own_options(
    capsys: pytest.CaptureFixture[str], given: list[str], usage: str, said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser(given[0]).parse_args(given)
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert told.startswith(f"usage: {PROGRAM} {usage}")
    assert told.endswith(f"unrecognized arguments: {said}\n")


@pytest.mark.skipif(os.name == "nt", reason="cmd.exe has quotes of its own")
@pytest.mark.parametrize("word", ["notes", "../第1讲/笔记", "my notes", 'it\'s "a" $HOME & #1 `x`', "😀"])
def test_a_command_to_paste_names_the_folder_that_was_meant(word: str) -> None:
    assert shlex.split(f"serve {quoted(word)}", comments=True) == ["serve", word]
    assert (quoted(word) == word) is (word in {"notes", "../第1讲/笔记"})
