"""What is refused on the command line, and what is said of it."""

from __future__ import annotations

import pytest

from slidegloss.arguments import parser
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
