"""Coloured code is what Pygments' own formatter writes."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Iterator

import lxml.html
import pygments
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token

from slidegloss.html import highlight
from slidegloss.html.codeblocks import code_block
from slidegloss.html.highlight import coloured

KINDS = (Token.Text, Token.Keyword, Token.Name.Function, Token.Literal.String.Doc, Token.Comment, Token.Name.Own.Kind)
FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.text("a \n<&>\t", max_size=6)), max_size=12))
def test_tokens_become_what_pygments_makes_of_them(tokens: list[tuple[object, str]]) -> None:
    assert coloured(tokens) == pygments.format(iter(tokens), FORMATTER).removesuffix("\n")


@pytest.mark.parametrize("name", ["python", "cpp", "html", "bash", "rst", "pycon", "json"])
@pytest.mark.parametrize(
    "code", ["", "\n", "\n\nx = 1\n\n", 'def f(x: int):\n\t"""a\n\n<b>"""  \n    return "&"\n', "$ ls\n>>> 1\n1"]
)
def test_names_and_blanks_are_all_that_is_left_unmarked(name: str, code: str) -> None:
    lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    plain = (Token.Name, Token.Text.Whitespace)
    tokens = [
        (Token.Text if kind in plain else kind, text) for kind, text in lexer.get_tokens(code.removesuffix("\n") + "\n")
    ]
    inner = pygments.format(iter(tokens), FORMATTER).removesuffix("\n")
    inner = inner.replace("&quot;", '"').replace("&#39;", "'")  # as Pygments wrote them before 2.21
    assert code_block(name, code).partition(f'"language-{name}">')[2] == f"{inner}\n</code></pre></div>"


@pytest.mark.parametrize(
    "name", ["console", "doscon", "pwsh-session", "psql", "sqlite3", "rconsole", "iex", "lhs", "diff"]
)
@pytest.mark.parametrize("code", ["x = 1", "$ ls\na b\n- c", "  \n\ty\n", "# z\n\n"])
def test_no_line_of_code_is_lost(name: str, code: str) -> None:
    assert lxml.html.fromstring(code_block(name, f"{code}\n")).text_content() == f"{code}\n"


def test_code_that_its_lexer_alters_is_shown_as_it_is() -> None:
    assert code_block("robotframework", "  \n\ta\n") == (
        '<div class="highlight"><pre tabindex="0"><code class="language-robotframework">  \n\ta\n</code></pre></div>'
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("fish", '"' + "\\" * 300),  # one step of it would go on for years
        ("mcfunction", "1" * 2000 + "x"),
        ("tnt", "a=a"),  # one step of it may take all memory
    ],
)
def test_code_that_a_lexer_does_not_come_to_an_end_with_is_shown_as_it_is(
    name: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(highlight, "_LONGEST", 0.2)
    handler, began = signal.getsignal(signal.SIGVTALRM), time.process_time()
    assert highlight.colour(name, code) is None
    assert time.process_time() - began < 2
    assert signal.getsignal(signal.SIGVTALRM) is handler
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    assert highlight.colour("fish", 'echo "a"') is not None


def test_tokens_without_end_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(Lexer):
        def get_tokens(self, _: str) -> Iterator[tuple[object, str]]:
            return itertools.repeat((Token.Text, ""))

    monkeypatch.setattr(highlight, "_lexer", lambda _: Endless())
    monkeypatch.setattr(highlight, "_LONGEST", 100)
    assert highlight.colour("endless", "a\nb") is None
